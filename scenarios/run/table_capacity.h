#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/report/run_result.h"
#include "scenarios/run/site.h"

namespace fallstreak::scenarios {

/// What is provisioned of the run's tables: has it scaled, and watches what it costs.
class TableCapacity {
 public:
  TableCapacity(const Scenario& scenario, const Sites& sites, std::function<void(RunEvent)> tell)
      : scenario_(&scenario), sites_(&sites), tell_(std::move(tell)) {}

  /// Registers the tables that are to be scaled, each with its policy. Throws ApiError.
  void scale();
  /// Asks for the capacity of the tables that have some. Throws ApiError.
  void look(Duration now);

 private:
  const Scenario* scenario_;
  const Sites* sites_;
  std::function<void(RunEvent)> tell_;
  /// Reads and writes, by the table's place.
  std::vector<std::pair<std::int64_t, std::int64_t>> seen_;
};

}  // namespace fallstreak::scenarios
