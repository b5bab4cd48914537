#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What Reserved Instances take off the bill of one hour: pure functions.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/apply_ri.html
namespace fallstreak::scenarios {

/// AWS: how many normalized units an instance of this type is: 0.25 of a `nano`, 4 of a `large`, 16
/// of a `2xlarge`. 0 for a size that has none.
double normalization_factor(std::string_view instance_type);

/// A reservation: of a zone, or of the region when it names none.
struct ReservedCapacity {
  std::string instance_type;
  std::string zone;
  int count = 0;
};
/// What one On-Demand Instance ran within the hour.
struct InstanceUse {
  std::string instance_type;
  std::string zone;
  double seconds = 0;
};

/// The seconds of each use that are billed on demand, in their order.
std::vector<double> seconds_on_demand(std::span<const InstanceUse> uses,
                                      std::span<const ReservedCapacity> reserved);

}  // namespace fallstreak::scenarios
