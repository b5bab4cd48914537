#include "services/ec2/spot_test.h"

namespace fallstreak::ec2_tests {
namespace {

class DescribeSpotPriceHistory : public SpotTest {
 protected:
  std::vector<api::ec2::SpotPrice> history(api::ec2::DescribeSpotPriceHistoryRequest request) {
    return *must(ec2.describe_spot_price_history(request)).SpotPriceHistory;
  }
  /// What holds now for a type, in every zone.
  api::ec2::DescribeSpotPriceHistoryRequest now_of(const std::string& type) {
    return {.StartTime = cloud.now(), .EndTime = cloud.now(), .InstanceTypes = {{type}}};
  }
};

TEST_F(DescribeSpotPriceHistory, HasAPricePerZoneBelowTheOnDemandPrice) {
  const auto rows = history(now_of("m4.xlarge"));

  ASSERT_THAT(rows, SizeIs(3));
  for (const auto& row : rows) {
    const double usd = std::stod(*row.SpotPrice_);
    EXPECT_GT(usd, 0.24 * 0.2);
    EXPECT_LT(usd, 0.24 * 0.55);
    EXPECT_EQ(row.ProductDescription, "Linux/UNIX");
  }
  EXPECT_NE(rows[0].SpotPrice_, rows[1].SpotPrice_);
}

TEST_F(DescribeSpotPriceHistory, IsTheSameForTheSameSeedAndMovesGradually) {
  auto request = now_of("m4.xlarge");
  request.AvailabilityZone = "eu-central-1a";
  const auto before = history(request);
  EXPECT_EQ(history(request), before);

  cloud.advance(24h);
  auto later = now_of("m4.xlarge");
  later.AvailabilityZone = "eu-central-1a";
  const double old_usd = std::stod(*before.front().SpotPrice_);
  const double new_usd = std::stod(*history(later).front().SpotPrice_);
  EXPECT_NE(old_usd, new_usd);
  EXPECT_NEAR(old_usd, new_usd, 0.24 * 0.1);
}

TEST_F(DescribeSpotPriceHistory, ShowsTheNewestFirst) {
  auto request = now_of("m4.xlarge");
  request.StartTime = cloud.now() - 48h;
  request.AvailabilityZone = "eu-central-1a";
  const auto rows = history(request);

  EXPECT_THAT(rows, SizeIs(9));
  for (std::size_t i = 1; i < rows.size(); ++i)
    EXPECT_GT(*rows[i - 1].Timestamp, *rows[i].Timestamp);
}

TEST_F(DescribeSpotPriceHistory, ComesInPages) {
  auto request = now_of("m4.xlarge");
  request.StartTime = cloud.now() - 24h;
  const auto all = history(request);
  request.MaxResults = 4;
  std::vector<api::ec2::SpotPrice> paged;
  do {
    const auto page = must(ec2.describe_spot_price_history(request));
    paged.insert(paged.end(), page.SpotPriceHistory->begin(), page.SpotPriceHistory->end());
    request.NextToken = page.NextToken;
  } while (!request.NextToken->empty());

  EXPECT_EQ(paged, all);
}

TEST_F(DescribeSpotPriceHistory, KnowsNoOtherProductsAndNoOtherZones) {
  auto windows = now_of("m4.xlarge");
  windows.ProductDescriptions = {{"Windows"}};
  EXPECT_THAT(history(windows), IsEmpty());
  auto nowhere = now_of("m4.xlarge");
  nowhere.AvailabilityZone = "eu-central-1z";
  EXPECT_THAT(ec2.describe_spot_price_history(nowhere), FailsWith("InvalidParameterValue", 400));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
