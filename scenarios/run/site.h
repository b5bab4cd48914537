#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cloud.h"
#include "scenarios/run/cloud_view.h"
#include "scenarios/run/meter.h"

namespace fallstreak::scenarios {

/// A region of a run: the way to it, what is seen there, and what it costs.
struct Site {
  Site(const Scenario& scenario, Cloud& cloud, const std::string& the_region,
       std::uint64_t first_number, Workload& workload, std::function<void(RunEvent)> tell)
      : region(the_region),
        transport(cloud, dispatch::Caller("000000000000", region)),
        meter(region),
        view(scenario, region, first_number, cloud, transport, workload, meter, std::move(tell)) {
    for (const auto& zone : scenario.cloud.azs) zones[zone] = {};
  }

  std::string region;
  InProcessTransport transport;
  Meter meter;
  CloudView view;
  std::map<std::string, ZoneState> zones;  // by letter
};

/// The regions of a run; the cloud's own comes first.
class Sites {
 public:
  Sites(const Scenario& scenario, Cloud& cloud, Workload& workload,
        const std::function<void(RunEvent)>& tell) {
    // Instances of different regions have different numbers, because one simulation has them all.
    constexpr std::uint64_t kNumbersOfARegion = std::uint64_t{1} << 32U;
    for (const auto& region : scenario.regions()) {
      all_.push_back(std::make_unique<Site>(scenario, cloud, region,
                                            all_.size() * kNumbersOfARegion, workload, tell));
    }
  }
  [[nodiscard]] auto begin() const { return all_.begin(); }
  [[nodiscard]] auto end() const { return all_.end(); }
  [[nodiscard]] Site& main() const { return *all_.front(); }
  /// Null for a region that the scenario does not name.
  [[nodiscard]] Site* find(std::string_view region) const {
    for (const auto& site : all_) {
      if (site->region == region) return site.get();
    }
    return nullptr;
  }

 private:
  std::vector<std::unique_ptr<Site>> all_;
};

}  // namespace fallstreak::scenarios
