#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/traffic_counts.h"

namespace fallstreak::dataplane::live {

/// What load balancers that serve have counted since somebody asked last: the proxy's thread writes
/// it, and whoever brings a cloud to the end of a minute takes it, so that nobody waits.
class TrafficBook {
 public:
  struct Place {
    std::string load_balancer_arn;
    std::string zone;              // of the node
    std::string target_group_arn;  // empty: of what belongs to none
    auto operator<=>(const Place&) const = default;
  };
  struct Part {
    std::string zone, target_group_arn;
    TrafficCounts counts;
  };

  /// `use` gets the counts of a place.
  template <class Use>
  void write(const Place& place, const Use& use) {
    const std::lock_guard held(mutex_);
    use(counts_[place]);
  }
  /// All of a load balancer. What is open stays in the book, everything else begins anew.
  std::vector<Part> take(const std::string& load_balancer_arn) {
    const std::lock_guard held(mutex_);
    std::vector<Part> parts;
    const auto first = counts_.lower_bound({load_balancer_arn, {}, {}});
    for (auto row = first; row != counts_.end(); ++row) {
      if (row->first.load_balancer_arn != load_balancer_arn) break;
      TrafficCounts open;
      for (const auto what : kOpen) open[what] = row->second[what];
      parts.push_back({row->first.zone, row->first.target_group_arn,
                       std::exchange(row->second, std::move(open))});
    }
    return parts;
  }
  /// Load balancers that are gone are forgotten.
  template <class LoadBalancers>
  void keep_only(const LoadBalancers& by_arn) {
    const std::lock_guard held(mutex_);
    std::erase_if(counts_,
                  [&](const auto& row) { return !by_arn.contains(row.first.load_balancer_arn); });
  }

 private:
  static constexpr Counted kOpen[] = {Counted::active_client_connection,
                                      Counted::active_target_connection, Counted::active_flow_tcp,
                                      Counted::active_flow_tls};
  std::mutex mutex_;
  std::map<Place, TrafficCounts> counts_;
};

/// One place of a book, for who counts there; without a book nothing counts, as health checks.
struct TrafficTab {
  std::shared_ptr<TrafficBook> book;
  TrafficBook::Place place;

  void count(Counted what, std::uint64_t times = 1) const {
    if (book) book->write(place, [&](TrafficCounts& counts) { counts[what] += times; });
  }
  /// The same of one of the target groups.
  [[nodiscard]] TrafficTab of_group(std::string target_group_arn) const {
    return {book, {place.load_balancer_arn, place.zone, std::move(target_group_arn)}};
  }
};

/// Something that is open as long as this lives.
class OpenInBook {
 public:
  OpenInBook() = default;
  OpenInBook(TrafficTab tab, Counted what) : tab_(std::move(tab)), what_(what) {
    tab_.count(what_);
  }
  OpenInBook(const OpenInBook&) = delete;
  OpenInBook& operator=(const OpenInBook&) = delete;
  OpenInBook(OpenInBook&& other) noexcept
      : tab_(std::exchange(other.tab_, {})), what_(other.what_) {}
  OpenInBook& operator=(OpenInBook&& other) noexcept {
    std::swap(tab_, other.tab_);
    std::swap(what_, other.what_);
    return *this;
  }
  ~OpenInBook() {
    if (!tab_.book) return;
    // The load balancer may be gone, and its counts with it.
    tab_.book->write(tab_.place, [&](TrafficCounts& counts) {
      if (counts[what_] > 0) --counts[what_];
    });
  }

 private:
  TrafficTab tab_;
  Counted what_ = Counted::active_client_connection;
};

}  // namespace fallstreak::dataplane::live
