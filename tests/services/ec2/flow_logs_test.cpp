#include <functional>

#include "client/s3.h"
#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

class FlowLogs : public Ec2Test {
 protected:
  FlowLogs() {
    client::S3 s3(transport);
    must(s3.create_bucket({.Bucket = "flows",
                           .CreateBucketConfiguration = {{.LocationConstraint = "eu-central-1"}}}));
  }
  api::ec2::CreateFlowLogsRequest wanted() const {
    return {.ResourceIds = {{vpc_id}},
            .ResourceType = "VPC",
            .TrafficType = "ALL",
            .LogDestinationType = "s3",
            .LogDestination = "arn:aws:s3:::flows/a/"};
  }
  auto make(const std::function<void(api::ec2::CreateFlowLogsRequest&)>& change) {
    auto request = wanted();
    change(request);
    return ec2.create_flow_logs(request);
  }
  std::string vpc_id = make_vpc();
};
using CreateFlowLogs = FlowLogs;
using DeleteFlowLogs = FlowLogs;
using VpcBlockPublicAccess = Ec2Test;

TEST_F(CreateFlowLogs, AreKeptAndShown) {
  auto request = wanted();
  request.ClientToken = "once";
  request.MaxAggregationInterval = 60;
  request.TagSpecifications = {
      {{.ResourceType = "vpc-flow-log", .Tags = {{{.Key = "a", .Value = "b"}}}}}};
  const auto made = must(ec2.create_flow_logs(request));
  ASSERT_THAT(*made.FlowLogIds, SizeIs(1));
  EXPECT_EQ(must(ec2.create_flow_logs(request)).FlowLogIds, made.FlowLogIds);

  const auto shown =
      must(ec2.describe_flow_logs({.Filter = {{{.Name = "resource-id", .Values = {{vpc_id}}},
                                               {.Name = "tag:a", .Values = {{"b"}}}}}}));

  ASSERT_THAT(*shown.FlowLogs, SizeIs(1));
  const auto& log = shown.FlowLogs->front();
  EXPECT_EQ(log.FlowLogStatus, "ACTIVE");
  EXPECT_EQ(log.MaxAggregationInterval, 60);
  EXPECT_THAT(*log.LogFormat, StartsWith("${version} ${account-id}"));
}

TEST_F(CreateFlowLogs, RefusesWhatCannotBeWritten) {
  EXPECT_THAT(make([](auto& r) { r.LogDestination = "arn:aws:s3:::nobodys"; }),
              FailsWith("InvalidParameter"));
  EXPECT_THAT(make([](auto& r) { r.LogDestination = "flows"; }), FailsWith("InvalidParameter"));
  EXPECT_THAT(make([](auto& r) { r.LogDestinationType.reset(); }), FailsWith("NotImplemented"));
  EXPECT_THAT(make([](auto& r) { r.TrafficType.reset(); }), FailsWith("MissingParameter"));
  EXPECT_THAT(make([](auto& r) { r.MaxAggregationInterval = 61; }), FailsWith("InvalidParameter"));
  for (const char* format :
       {"${version", "version", "${version}  ${start}", "${wrong}", "", "${version} ", "${}"}) {
    EXPECT_THAT(make([&](auto& r) { r.LogFormat = format; }), FailsWith("InvalidParameter"))
        << format;
  }
  EXPECT_THAT(make([](auto& r) { r.ResourceIds = {{"vpc-0123456789abcdef0"}}; }),
              FailsWith("InvalidVpcID.NotFound"));
  EXPECT_THAT(make([](auto& r) { r.ResourceType = "TransitGateway"; }),
              FailsWith("NotImplemented"));
  must(make([](auto&) {}));
  EXPECT_THAT(make([](auto&) {}), FailsWith("FlowLogAlreadyExists"));
  must(make([](auto& r) { r.TrafficType = "REJECT"; }));
  EXPECT_THAT(make([](auto& r) { r.TrafficType = "ACCEPT"; }), FailsWith("FlowLogsLimitExceeded"));
  EXPECT_THAT(*must(ec2.describe_flow_logs({})).FlowLogs, SizeIs(2));
}

TEST_F(DeleteFlowLogs, TakesAllOrNone) {
  const auto id = must(make([](auto&) {})).FlowLogIds->front();
  EXPECT_THAT(ec2.delete_flow_logs({.FlowLogIds = {{id, "fl-0123456789abcdef0"}}}),
              FailsWith("InvalidFlowLogId.NotFound"));
  EXPECT_THAT(*must(ec2.describe_flow_logs({.FlowLogIds = {{id}}})).FlowLogs, SizeIs(1));
  must(ec2.delete_flow_logs({.FlowLogIds = {{id}}}));
  EXPECT_THAT(ec2.describe_flow_logs({.FlowLogIds = {{id}}}),
              FailsWith("InvalidFlowLogId.NotFound"));
}

TEST_F(VpcBlockPublicAccess, IsOffAtFirst) {
  const auto options = [&] {
    return *must(ec2.describe_vpc_block_public_access_options({})).VpcBlockPublicAccessOptions;
  };
  EXPECT_EQ(options().State, "default-state");
  EXPECT_EQ(options().InternetGatewayBlockMode, "off");
  must(ec2.modify_vpc_block_public_access_options({.InternetGatewayBlockMode = "block-ingress"}));
  EXPECT_EQ(options().State, "update-complete");
  EXPECT_EQ(options().InternetGatewayBlockMode, "block-ingress");
}

TEST_F(VpcBlockPublicAccess, SparesVpcsAndSubnets) {
  const auto vpc = make_vpc();
  const auto exclude = [&](std::optional<std::string> vpc_id,
                           std::optional<std::string> subnet_id) {
    return ec2.create_vpc_block_public_access_exclusion(
        {.SubnetId = std::move(subnet_id),
         .VpcId = std::move(vpc_id),
         .InternetGatewayExclusionMode = "allow-egress"});
  };
  EXPECT_THAT(exclude({}, {}), FailsWith("MissingParameter"));
  EXPECT_THAT(exclude(vpc, "subnet-1"), FailsWith("InvalidParameterCombination"));
  EXPECT_THAT(exclude("vpc-0123456789abcdef0", {}), FailsWith("InvalidVpcID.NotFound"));
  const auto made = *must(exclude(vpc, {})).VpcBlockPublicAccessExclusion;
  EXPECT_THAT(*made.ResourceArn, ::testing::EndsWith(":vpc/" + vpc));
  EXPECT_THAT(exclude(vpc, {}), FailsWith("Resource.AlreadyAssociated"));
  const auto shown = must(
      ec2.describe_vpc_block_public_access_exclusions({.ExclusionIds = {{*made.ExclusionId}}}));
  EXPECT_EQ(shown.VpcBlockPublicAccessExclusions->front().State, "create-complete");

  must(ec2.delete_vpc_block_public_access_exclusion({.ExclusionId = made.ExclusionId}));
  EXPECT_THAT(ec2.delete_vpc_block_public_access_exclusion({.ExclusionId = made.ExclusionId}),
              FailsWith("InvalidVpcBlockPublicAccessExclusionId.NotFound"));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
