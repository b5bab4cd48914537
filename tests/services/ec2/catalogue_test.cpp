#include <set>

#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

using DescribeRegions = Ec2Test;
using DescribeAvailabilityZones = Ec2Test;
using DescribeImages = Ec2Test;
using DescribeInstanceTypes = Ec2Test;
using DescribeInstanceTypeOfferings = Ec2Test;

TEST_F(DescribeRegions, NamesEndpoints) {
  const auto regions =
      *must(ec2.describe_regions({.RegionNames = {{"eu-west-1", "us-east-1"}}})).Regions;

  ASSERT_THAT(regions, SizeIs(2));
  EXPECT_EQ(regions[0].Endpoint, "ec2.eu-west-1.amazonaws.com");
  EXPECT_THAT(ec2.describe_regions({.RegionNames = {{"mars-north-1"}}}),
              FailsWith("InvalidParameterValue", 400));
}

TEST_F(DescribeAvailabilityZones, AreThoseOfTheRegion) {
  const auto zones = *must(ec2.describe_availability_zones()).AvailabilityZones;

  ASSERT_THAT(zones, SizeIs(3));
  EXPECT_EQ(zones[0].ZoneName, "eu-central-1a");
  EXPECT_EQ(zones[0].ZoneId, "euc1-az2");
  EXPECT_EQ(zones[0].State, "available");
  EXPECT_THAT(ec2.describe_availability_zones({.ZoneNames = {{"us-east-1a"}}}),
              FailsSaying("Invalid availability zone: [us-east-1a]"));
}

TEST_F(DescribeImages, FiltersByOwnerAndName) {
  const auto images =
      *must(ec2.describe_images({.Owners = {{"099720109477"}},
                                 .Filters = {{{.Name = "name", .Values = {{"ubuntu/*24.04*"}}},
                                              {.Name = "architecture", .Values = {{"arm64"}}}}}}))
           .Images;

  ASSERT_THAT(images, SizeIs(1));
  EXPECT_EQ(images[0].RootDeviceName, "/dev/sda1");
  EXPECT_THAT(*must(ec2.describe_images({.Owners = {{"self"}}})).Images, IsEmpty());
  EXPECT_THAT(ec2.describe_images({.ImageIds = {{"ami-0123456789abcdef0"}}}),
              FailsWith("InvalidAMIID.NotFound"));
}

TEST_F(DescribeInstanceTypes, KnowsSizes) {
  const auto type =
      must(ec2.describe_instance_types({.InstanceTypes = {{"m4.xlarge"}}})).InstanceTypes->front();

  EXPECT_EQ(type.VCpuInfo->DefaultVCpus, 4);
  EXPECT_EQ(type.MemoryInfo->SizeInMiB, 16384);
  EXPECT_EQ(type.Hypervisor, "xen");
  EXPECT_THAT(*must(ec2.describe_instance_types(
                        {.Filters = {{{.Name = "processor-info.supported-"
                                               "architecture",
                                       .Values = {{"arm64"}}},
                                      {.Name = "vcpu-info.default-vcpus", .Values = {{"64"}}}}}}))
                   .InstanceTypes,
              SizeIs(2));
}

TEST_F(DescribeInstanceTypes, FiltersByWhatTheCatalogueKnows) {
  const auto found = [&](const std::string& name, const std::string& value) {
    return must(ec2.describe_instance_types({.InstanceTypes = {{"t3.micro", "m5.large"}},
                                             .Filters = {{{.Name = name, .Values = {{value}}}}}}))
        .InstanceTypes->size();
  };
  EXPECT_EQ(found("free-tier-eligible", "true"), 1);
  EXPECT_EQ(found("supported-usage-class", "sp*"), 2);
  EXPECT_EQ(found("vcpu-info.default-threads-per-core", "2"), 2);
  EXPECT_EQ(found("vcpu-info.valid-threads-per-core", "4"), 0);
  EXPECT_EQ(found("network-info.maximum-network-cards", "1"), 2);
  EXPECT_THAT(ec2.describe_instance_types(
                  {.Filters = {{{.Name = "ebs-info.nvme-support", .Values = {{"required"}}}}}}),
              FailsWith("NotImplemented", 501));
}

TEST_F(DescribeInstanceTypes, Pages) {
  std::set<std::string> seen;
  std::optional<std::string> token;
  do {
    const auto page = must(ec2.describe_instance_types({.MaxResults = 20, .NextToken = token}));
    for (const auto& type : *page.InstanceTypes) seen.insert(*type.InstanceType);
    token = page.NextToken;
  } while (token);

  EXPECT_EQ(seen.size(), must(ec2.describe_instance_types()).InstanceTypes->size());
}

TEST_F(DescribeInstanceTypeOfferings, KnowsWhichZonesLackAType) {
  InProcessTransport east(cloud, dispatch::Caller("123456789012", "us-east-1"));

  const auto offerings =
      *must(client::Ec2(east).describe_instance_type_offerings(
                {.LocationType = "availability-zone",
                 .Filters = {{{.Name = "instance-type", .Values = {{"m5.large"}}}}}}))
           .InstanceTypeOfferings;

  std::vector<std::string> zones;
  for (const auto& offering : offerings) zones.push_back(*offering.Location);
  EXPECT_THAT(zones,
              ElementsAre("us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1f"));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
