#include <set>

#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

using DescribeInstances = Ec2Test;
using ModifyInstanceAttribute = Ec2Test;

TEST_F(DescribeInstances, GroupsByReservation) {
  run(launch(3));
  run(launch(2));

  const auto reservations = *must(ec2.describe_instances()).Reservations;

  ASSERT_THAT(reservations, SizeIs(2));
  EXPECT_EQ(reservations[0].Instances->size() + reservations[1].Instances->size(), 5U);
  EXPECT_EQ(reservations[0].OwnerId, "123456789012");
}

TEST_F(DescribeInstances, FiltersByWhatItKnows) {
  auto request = launch();
  request.Placement = {.AvailabilityZone = "eu-central-1b"};
  request.TagSpecifications = {
      {{.ResourceType = "instance", .Tags = {{{.Key = "Name", .Value = "web-1"}}}}}};
  const auto web = run(request).front();
  request = launch();
  request.InstanceType = "t3.micro";
  request.Placement = {.AvailabilityZone = "eu-central-1a"};
  const auto tiny = run(request).front();
  const auto shown = look(web);

  EXPECT_THAT(select("instance-type", {"m4.*"}), ElementsAre(web));
  EXPECT_THAT(select("instance-type", {"t?.micro", "x1.large"}), ElementsAre(tiny));
  EXPECT_THAT(select("tag:Name", {"web-*"}), ElementsAre(web));
  EXPECT_THAT(select("tag-key", {"Name"}), ElementsAre(web));
  EXPECT_THAT(select("tag:Name", {"Web-1"}), IsEmpty());
  EXPECT_THAT(select("availability-zone", {"eu-central-1a"}), ElementsAre(tiny));
  EXPECT_THAT(select("availability-zone-id", {"euc1-az3"}), ElementsAre(web));
  EXPECT_THAT(select("private-ip-address", {*shown.PrivateIpAddress}), ElementsAre(web));
  EXPECT_THAT(select("ip-address", {*shown.PublicIpAddress}), ElementsAre(web));
  EXPECT_THAT(select("dns-name", {*shown.PublicDnsName}), ElementsAre(web));
  EXPECT_THAT(select("subnet-id", {*shown.SubnetId}), ElementsAre(web));
  EXPECT_THAT(select("instance.group-name", {"default"}), UnorderedElementsAre(web, tiny));
  EXPECT_THAT(select("instance-state-name", {"pending"}), UnorderedElementsAre(web, tiny));
  EXPECT_THAT(select("instance-state-code", {"16"}), IsEmpty());
  EXPECT_THAT(select("launch-time", {"2026-01-01T*"}), UnorderedElementsAre(web, tiny));
  EXPECT_THAT(select("key-name", {"*"}), IsEmpty());
}

TEST_F(DescribeInstances, FiltersByWhatItShows) {
  const auto id = run_one();
  settle();
  const auto shown = look(id);
  const auto& interface = shown.NetworkInterfaces->front();
  const std::pair<std::string, std::string> matching[] = {
      {"block-device-mapping.status", "attached"},
      {"capacity-reservation-specification.capacity-reservation-preference", "open"},
      {"boot-mode", "uefi-*"},
      {"current-instance-boot-mode", "legacy-*"},
      {"ebs-optimized", shown.EbsOptimized == true ? "true" : "false"},
      {"ena-support", "true"},
      {"enclave-options.enabled", "false"},
      {"hibernation-options.configured", "false"},
      {"maintenance-options.auto-recovery", "def*"},
      {"metadata-options.http-put-response-hop-limit",
       std::to_string(*shown.MetadataOptions->HttpPutResponseHopLimit)},
      {"metadata-options.http-protocol-ipv6", "disabled"},
      {"metadata-options.state", "applied"},
      {"network-interface.addresses.association.ip-owner-id", *interface.Association->IpOwnerId},
      {"network-interface.addresses.primary", "true"},
      {"network-interface.addresses.private-dns-name", "ip-*"},
      {"network-interface.association.public-dns-name", *shown.PublicDnsName},
      {"network-interface.attachment.attach-time", "2026-01-01T*"},
      {"network-interface.attachment.device-index", "0"},
      {"network-interface.attachment.instance-owner-id", "123456789012"},
      {"network-interface.attachment.network-card-index", "0"},
      {"network-interface.attachment.status", "attached"},
      {"network-interface.private-ip-address", *shown.PrivateIpAddress},
      {"network-interface.requester-managed", "false"},
      {"network-interface.status", "in-use"},
      {"operator.managed", "false"},
      {"private-dns-name-options.hostname-type", "ip-name"},
      {"private-dns-name-options.enable-resource-name-dns-aaaa-record", "false"},
      {"usage-operation-update-time", "2026-01-01T*"},
  };
  for (const auto& [name, value] : matching) {
    EXPECT_THAT(select(name, {value}), ElementsAre(id)) << name;
    EXPECT_THAT(select(name, {"x" + value}), IsEmpty()) << name;
  }
  // What it does not have.
  for (const auto* name :
       {"host-id", "network-interface.addresses.association.carrier-ip",
        "network-interface.ipv4-prefixes.ipv4-prefix", "network-interface.ipv6-address",
        "network-interface.tag-key", "network-interface.requester-id", "operator.principal",
        "placement-partition-number", "product-code.type", "tpm-support"}) {
    EXPECT_THAT(select(name, {"*"}), IsEmpty()) << name;
  }
}

TEST_F(DescribeInstances, NeedsEveryFilterToPass) {
  const auto id = run_one();

  const auto with = [&](const std::string& state) {
    return *must(ec2.describe_instances(
                     {.Filters = {{{.Name = "instance-id", .Values = {{id}}},
                                   {.Name = "instance-state-name", .Values = {{state}}}}}}))
                .Reservations;
  };

  EXPECT_THAT(with("pending"), SizeIs(1));
  EXPECT_THAT(with("stopped"), IsEmpty());
}

TEST_F(DescribeInstances, TakesAnEscapedStarAsItIs) {
  auto request = launch();
  request.TagSpecifications = {
      {{.ResourceType = "instance", .Tags = {{{.Key = "Name", .Value = "a*b"}}}}}};
  const auto id = run(request).front();

  EXPECT_THAT(select("tag:Name", {"a\\*b"}), ElementsAre(id));
  EXPECT_THAT(select("tag:Name", {"a\\*c"}), IsEmpty());
}

TEST_F(DescribeInstances, RefusesFiltersItDoesNotKnow) {
  EXPECT_THAT(ec2.describe_instances({.Filters = {{{.Name = "colour", .Values = {{"red"}}}}}}),
              FailsWith("InvalidParameterValue", 400));
  EXPECT_THAT(ec2.describe_instances({.Filters = {{{.Name = "vpc-id"}}}}),
              FailsWith("InvalidParameterValue", 400));
}

TEST_F(DescribeInstances, PagesFromFiveToAThousand) {
  run(launch(12));

  std::set<std::string> seen;
  std::optional<std::string> token;
  int pages = 0;
  do {
    const auto page = must(ec2.describe_instances({.NextToken = token, .MaxResults = 5}));
    for (const auto& reservation : *page.Reservations) {
      for (const auto& instance : *reservation.Instances) seen.insert(*instance.InstanceId);
    }
    token = page.NextToken;
    ++pages;
  } while (token);

  EXPECT_EQ(pages, 3);
  EXPECT_EQ(seen.size(), 12U);
  EXPECT_THAT(ec2.describe_instances({.MaxResults = 4}), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(ec2.describe_instances({.InstanceIds = {{*seen.begin()}}, .MaxResults = 5}),
              FailsWith("InvalidParameterCombination"));
}

TEST_F(DescribeInstances, ShowsWhatImageAndTypeSay) {
  const auto instance = look(run_one());

  EXPECT_EQ(instance.Architecture, "x86_64");
  EXPECT_EQ(instance.RootDeviceName, "/dev/xvda");
  EXPECT_EQ(instance.CpuOptions->CoreCount, 2);
  EXPECT_EQ(instance.CpuOptions->ThreadsPerCore, 2);
  EXPECT_EQ(instance.MetadataOptions->HttpTokens, "required");
  EXPECT_EQ(instance.BlockDeviceMappings->front().DeviceName, "/dev/xvda");
}

TEST_F(ModifyInstanceAttribute, ChangesTheTypeOfAStoppedInstanceOnly) {
  const auto id = run_one();
  settle();
  const api::ec2::ModifyInstanceAttributeRequest request{.InstanceId = id,
                                                         .InstanceType = {{.Value = "m5.large"}}};
  EXPECT_THAT(ec2.modify_instance_attribute(request),
              FailsSaying("The instance '" + id + "' is not in the 'stopped' state."));
  must(ec2.stop_instances({.InstanceIds = {{id}}}));
  settle();

  must(ec2.modify_instance_attribute(request));

  EXPECT_EQ(look(id).InstanceType, "m5.large");
}

TEST_F(ModifyInstanceAttribute, TakesNameAndValueToo) {
  const auto id = run_one();

  must(ec2.modify_instance_attribute(
      {.InstanceId = id, .Attribute = "disableApiTermination", .Value = "true"}));

  EXPECT_EQ(must(ec2.describe_instance_attribute(
                     {.InstanceId = id, .Attribute = "disableApiTermination"}))
                .DisableApiTermination->Value,
            true);
  EXPECT_THAT(ec2.modify_instance_attribute({.DisableApiStop = {{.Value = true}},
                                             .InstanceId = id,
                                             .DisableApiTermination = {{.Value = true}}}),
              FailsWith("InvalidParameterCombination"));
}

TEST_F(ModifyInstanceAttribute, MovesBetweenSecurityGroups) {
  const auto id = run_one();
  const auto group_id = make_group(*look(id).VpcId);

  must(ec2.modify_instance_attribute({.InstanceId = id, .Groups = {{group_id}}}));

  EXPECT_EQ(look(id).SecurityGroups->front().GroupId, group_id);
  EXPECT_THAT(ec2.delete_security_group({.GroupId = group_id}), FailsWith("DependencyViolation"));
}

TEST_F(ModifyInstanceAttribute, KeepsUserData) {
  auto request = launch();
  request.UserData = "aGVsbG8=";
  const auto id = run(request).front();

  const auto answer =
      must(ec2.describe_instance_attribute({.InstanceId = id, .Attribute = "userData"}));

  EXPECT_EQ(answer.UserData->Value, "aGVsbG8=");
}

}  // namespace
}  // namespace fallstreak::ec2_tests
