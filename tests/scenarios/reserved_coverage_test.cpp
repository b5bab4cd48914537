#include "scenarios/run/reserved_coverage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/run/meter.h"

namespace fallstreak::scenarios {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;

TEST(NormalizationFactor, IsAwssTable) {
  const std::vector<std::pair<const char*, double>> table = {
      {"t3.nano", 0.25},    {"t3.micro", 0.5},     {"t3.small", 1},     {"t3.medium", 2},
      {"m5.large", 4},      {"m5.xlarge", 8},      {"m5.2xlarge", 16},  {"m5.4xlarge", 32},
      {"m5.8xlarge", 64},   {"m4.10xlarge", 80},   {"m5.12xlarge", 96}, {"m5.16xlarge", 128},
      {"m5.24xlarge", 192}, {"c6i.32xlarge", 256}, {"m5.metal", 0},     {"m5", 0},
      {"m5.0xlarge", 0}};
  for (const auto& [type, factor] : table) EXPECT_EQ(normalization_factor(type), factor) << type;
}

struct Example {
  const char* name;
  std::vector<ReservedCapacity> reserved;
  std::vector<InstanceUse> uses;
  std::vector<double> on_demand;
};

class Coverage : public testing::TestWithParam<Example> {};

TEST_P(Coverage, IsAsAwsAppliesReservations) {
  EXPECT_EQ(seconds_on_demand(GetParam().uses, GetParam().reserved), GetParam().on_demand);
}

INSTANTIATE_TEST_SUITE_P(
    // The first four are of AWS's page;
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/apply_ri.html
    Examples, Coverage,
    testing::Values(
        Example{"a_single_account",
                {{"m3.large", "a", 4}, {"m4.large", "", 4}, {"c4.large", "", 1}},
                {{"m3.large", "a", 3600},
                 {"m3.large", "a", 3600},
                 {"m3.large", "a", 3600},
                 {"m3.large", "a", 3600},
                 {"m4.xlarge", "b", 3600},
                 {"m4.xlarge", "b", 3600},
                 {"c4.xlarge", "c", 3600}},
                {0, 0, 0, 0, 0, 0, 1800}},
        Example{"two_small_ones_for_a_medium",
                {{"t2.medium", "", 1}},
                {{"t2.small", "a", 3600}, {"t2.small", "b", 3600}},
                {0, 0}},
        Example{"half_of_a_large_for_a_medium",
                {{"t2.medium", "", 1}},
                {{"t2.large", "a", 3600}},
                {1800}},
        Example{"at_most_an_hour_of_several",
                {{"m5.large", "", 1}},
                {{"m5.large", "a", 1800}, {"m5.large", "a", 1800}, {"m5.large", "a", 600}},
                {0, 0, 600}},
        Example{"the_smallest_first",
                {{"m5.xlarge", "", 1}},
                {{"m5.2xlarge", "a", 3600}, {"m5.large", "a", 3600}},
                {2700, 0}},
        Example{"no_other_family", {{"m5.large", "", 1}}, {{"m4.large", "a", 3600}}, {3600}},
        Example{"no_other_zone_nor_size",
                {{"m5.large", "a", 1}},
                {{"m5.large", "b", 3600}, {"m5.xlarge", "a", 3600}},
                {3600, 3600}},
        Example{"none", {}, {{"m5.large", "a", 60}}, {60}}),
    [](const auto& one) { return one.param.name; });

/// Of the list that the catalogue has.
double price_of_an_hour(const std::string& type) {
  Meter meter("us-east-1");
  meter.running("i-1", type, "a", hours(0));
  return meter.cost(hours(1));
}

TEST(Meter, BillsWhatReservationsDoNotCoverAndTheirOwnHours) {
  const double price = price_of_an_hour("m4.xlarge");
  ASSERT_GT(price, 0);
  Meter meter("us-east-1");
  meter.reserve({"m4.xlarge", "", 1}, price / 2);
  meter.running("i-1", "m4.xlarge", "a", hours(0));
  meter.running("i-2", "m4.xlarge", "b", hours(0));

  EXPECT_NEAR(meter.cost(minutes(30)), price / 2, 1e-9) << "half an hour of two is covered";
  EXPECT_NEAR(meter.cost(hours(1)), price / 2 + price, 1e-9);
  meter.not_running("i-2", hours(1) + minutes(30));
  EXPECT_NEAR(meter.cost(hours(2)), price + price + price / 2, 1e-9);
  EXPECT_NEAR(meter.cost(hours(10)), 5 * price + price + price / 2, 1e-9);
}

TEST(Meter, BillsAReservationThatNobodyUses) {
  Meter meter("us-east-1");
  meter.reserve({"m4.xlarge", "a", 3}, 0.1);

  EXPECT_NEAR(meter.cost(minutes(1)), 0.3, 1e-9);
  EXPECT_NEAR(meter.cost(hours(2)), 0.6, 1e-9);
}

}  // namespace
}  // namespace fallstreak::scenarios
