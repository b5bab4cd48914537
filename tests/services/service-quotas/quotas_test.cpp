#include "client/ec2.h"
#include "client/service-quotas.h"
#include "testing/testing.h"

namespace fallstreak {
namespace {

using namespace std::chrono_literals;
using testing::FailsSaying;
using testing::FailsWith;
using ::testing::SizeIs;

constexpr auto kVpcs = "L-F678F1CE";

class ServiceQuotas : public testing::CloudTest {
 protected:
  ServiceQuotas() : CloudTest({}, dispatch::Caller("123456789012", "eu-central-1")) {}

  double value_of(const std::string& service, const std::string& code) {
    return *must(quotas.get_service_quota({.ServiceCode = service, .QuotaCode = code}))
                .Quota->Value;
  }
  std::string ask_for(double vpcs) {
    return *must(quotas.request_service_quota_increase(
                     {.ServiceCode = "vpc", .QuotaCode = kVpcs, .DesiredValue = vpcs}))
                .RequestedQuota->Id;
  }
  std::string status_of(const std::string& id) {
    return *must(quotas.get_requested_service_quota_change({.RequestId = id}))
                .RequestedQuota->Status;
  }
  Outcome<api::ec2::CreateVpcResult> create_vpc() {
    return ec2.create_vpc({.CidrBlock = "10.0.0.0/16"});
  }

  client::ServiceQuotas quotas{transport};
  client::Ec2 ec2{transport};
};

TEST_F(ServiceQuotas, AreAwssDefaultsAtFirst) {
  EXPECT_EQ(value_of("vpc", kVpcs), 5);
  EXPECT_EQ(value_of("ec2", "L-0263D0A3"), 5);
  const auto quota =
      *must(quotas.get_service_quota({.ServiceCode = "vpc", .QuotaCode = kVpcs})).Quota;
  EXPECT_EQ(quota.QuotaName, "VPCs per Region");
  EXPECT_EQ(quota.QuotaArn, "arn:aws:servicequotas:eu-central-1:123456789012:vpc/L-F678F1CE");
  EXPECT_EQ(quota.Adjustable, true);
}

TEST_F(ServiceQuotas, AreRaisedAfterARequestAndThenHold) {
  // The default VPC is one of the five.
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(create_vpc());
  EXPECT_THAT(create_vpc(), FailsWith("VpcLimitExceeded", 400));
  const std::string id = ask_for(6);
  EXPECT_EQ(status_of(id), "PENDING");
  EXPECT_THAT(create_vpc(), FailsWith("VpcLimitExceeded", 400));
  cloud.advance(2h);

  EXPECT_EQ(status_of(id), "APPROVED");
  EXPECT_EQ(value_of("vpc", kVpcs), 6);
  EXPECT_TRUE(create_vpc());
  EXPECT_THAT(create_vpc(), FailsWith("VpcLimitExceeded", 400));
  const auto unchanged =
      must(quotas.get_aws_default_service_quota({.ServiceCode = "vpc", .QuotaCode = kVpcs}));
  EXPECT_EQ(unchanged.Quota->Value, 5);
}

TEST_F(ServiceQuotas, OfInternetGatewaysFollowThoseOfVpcs) {
  ask_for(8);
  cloud.advance(2h);

  EXPECT_EQ(value_of("vpc", "L-A4707A72"), 8);
  EXPECT_THAT(quotas.request_service_quota_increase(
                  {.ServiceCode = "vpc", .QuotaCode = "L-A4707A72", .DesiredValue = 9}),
              FailsWith("IllegalArgumentException", 400));
}

TEST_F(ServiceQuotas, NeedSupportForMuchMore) {
  const std::string id = ask_for(500);
  cloud.advance(2h);
  EXPECT_EQ(status_of(id), "CASE_OPENED");
  EXPECT_EQ(value_of("vpc", kVpcs), 5);

  cloud.advance(24h * 7);
  EXPECT_EQ(status_of(id), "APPROVED");
  EXPECT_EQ(value_of("vpc", kVpcs), 500);
}

TEST_F(ServiceQuotas, TakeOneOpenRequestAndOnlyIncreases) {
  EXPECT_THAT(quotas.request_service_quota_increase(
                  {.ServiceCode = "vpc", .QuotaCode = kVpcs, .DesiredValue = 5}),
              FailsWith("IllegalArgumentException", 400));
  ask_for(6);
  EXPECT_THAT(quotas.request_service_quota_increase(
                  {.ServiceCode = "vpc", .QuotaCode = kVpcs, .DesiredValue = 7}),
              FailsWith("ResourceAlreadyExistsException", 400));
}

TEST_F(ServiceQuotas, AreOfOneRegion) {
  ask_for(6);
  cloud.advance(2h);
  InProcessTransport elsewhere(cloud, dispatch::Caller("123456789012", "us-east-1"));
  client::ServiceQuotas others(elsewhere);

  EXPECT_EQ(must(others.get_service_quota({.ServiceCode = "vpc", .QuotaCode = kVpcs})).Quota->Value,
            5);
}

TEST_F(ServiceQuotas, AreListedByService) {
  EXPECT_THAT(*must(quotas.list_services({})).Services, SizeIs(3));
  const auto first = must(quotas.list_service_quotas({.ServiceCode = "vpc", .MaxResults = 4}));
  EXPECT_THAT(*first.Quotas, SizeIs(4));
  const auto rest =
      must(quotas.list_service_quotas({.ServiceCode = "vpc", .NextToken = first.NextToken}));
  EXPECT_THAT(*rest.Quotas, SizeIs(2));
  EXPECT_FALSE(rest.NextToken.has_value());
  EXPECT_THAT(*must(quotas.list_aws_default_service_quotas({.ServiceCode = "ec2"})).Quotas,
              SizeIs(1));
}

TEST_F(ServiceQuotas, KeepTheHistoryOfTheirRequests) {
  ask_for(6);
  const auto pending = must(quotas.list_requested_service_quota_change_history(
      {.ServiceCode = "vpc", .Status = "PENDING"}));
  EXPECT_THAT(*pending.RequestedQuotas, SizeIs(1));
  cloud.advance(2h);
  const auto later =
      must(quotas.list_requested_service_quota_change_history({.Status = "PENDING"}));
  EXPECT_TRUE(later.RequestedQuotas->empty());
}

TEST_F(ServiceQuotas, RefuseWhatTheyDoNotKnow) {
  EXPECT_THAT(quotas.get_service_quota({.ServiceCode = "rocket", .QuotaCode = kVpcs}),
              FailsSaying("The request failed because the specified service does not exist."));
  EXPECT_THAT(quotas.get_service_quota({.ServiceCode = "vpc", .QuotaCode = "L-00000000"}),
              FailsWith("NoSuchResourceException", 400));
  EXPECT_THAT(quotas.get_requested_service_quota_change({.RequestId = "none"}),
              FailsWith("NoSuchResourceException", 400));
  EXPECT_THAT(quotas.list_services({.NextToken = "A"}),
              FailsWith("InvalidPaginationTokenException", 400));
}

}  // namespace
}  // namespace fallstreak
