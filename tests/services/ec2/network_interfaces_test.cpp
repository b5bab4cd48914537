#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

class NetworkInterfaces : public Ec2Test {
 protected:
  std::string vpc_id = make_vpc();
  std::string subnet_id = make_subnet(vpc_id, "10.0.0.0/24");

  std::string make_interface() {
    return *must(ec2.create_network_interface({.SubnetId = subnet_id}))
                .NetworkInterface->NetworkInterfaceId;
  }
  std::string run_here() {
    auto request = launch();
    request.SubnetId = subnet_id;
    const auto id = run(request).front();
    settle();
    return id;
  }
  api::ec2::NetworkInterface look_at(const std::string& id) {
    return must(ec2.describe_network_interfaces({.NetworkInterfaceIds = {{id}}}))
        .NetworkInterfaces->front();
  }
};
using CreateNetworkInterface = NetworkInterfaces;
using DescribeNetworkInterfaces = NetworkInterfaces;
using AttachNetworkInterface = NetworkInterfaces;
using DetachNetworkInterface = NetworkInterfaces;
using ModifyNetworkInterfaceAttribute = NetworkInterfaces;
using AssignPrivateIpAddresses = NetworkInterfaces;
using DeleteNetworkInterface = NetworkInterfaces;

TEST_F(CreateNetworkInterface, TakesAddressesOfItsSubnetAndTheDefaultGroup) {
  const auto made = *must(ec2.create_network_interface({.SubnetId = subnet_id,
                                                        .Description = "web",
                                                        .PrivateIpAddress = "10.0.0.10",
                                                        .SecondaryPrivateIpAddressCount = 2}))
                         .NetworkInterface;

  EXPECT_EQ(made.Status, "pending");
  const auto seen = look_at(*made.NetworkInterfaceId);
  EXPECT_EQ(seen.Status, "available");
  EXPECT_EQ(seen.PrivateIpAddress, "10.0.0.10");
  EXPECT_THAT(*seen.PrivateIpAddresses, SizeIs(3));
  ASSERT_THAT(*seen.Groups, SizeIs(1));
  EXPECT_EQ(seen.Groups->front().GroupName, "default");
  EXPECT_EQ(must(ec2.describe_subnets({.SubnetIds = {{subnet_id}}}))
                .Subnets->front()
                .AvailableIpAddressCount,
            251 - 3);
  EXPECT_THAT(
      ec2.create_network_interface({.SubnetId = subnet_id, .PrivateIpAddress = "10.0.0.10"}),
      FailsWith("InvalidIPAddress.InUse"));
}

TEST_F(CreateNetworkInterface, IsOnceForAClientToken) {
  const api::ec2::CreateNetworkInterfaceRequest request{.ClientToken = "once",
                                                        .SubnetId = subnet_id};
  const auto first = must(ec2.create_network_interface(request)).NetworkInterface;

  EXPECT_EQ(must(ec2.create_network_interface(request)).NetworkInterface->NetworkInterfaceId,
            first->NetworkInterfaceId);
}

TEST_F(CreateNetworkInterface, RefusesAGroupOfAnotherNetwork) {
  const auto group_id = make_group(make_vpc("10.1.0.0/16"));

  EXPECT_THAT(ec2.create_network_interface({.SubnetId = subnet_id, .Groups = {{group_id}}}),
              FailsWith("InvalidParameter"));
}

TEST_F(DescribeNetworkInterfaces, ShowsThePrimaryOneOfAnInstance) {
  const auto instance_id = run_here();
  make_interface();

  const auto found =
      *must(ec2.describe_network_interfaces(
                {.Filters = {{{.Name = "attachment.instance-id", .Values = {{instance_id}}}}}}))
           .NetworkInterfaces;

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].Status, "in-use");
  EXPECT_EQ(found[0].Attachment->DeviceIndex, 0);
  EXPECT_EQ(found[0].PrivateIpAddress, look(instance_id).PrivateIpAddress);
  EXPECT_EQ(found[0].NetworkInterfaceId,
            look(instance_id).NetworkInterfaces->front().NetworkInterfaceId);
}

TEST_F(AttachNetworkInterface, AddsToAnInstanceUpToTheTypesLimit) {
  const auto instance_id = run_here();
  const auto first = make_interface();

  must(ec2.attach_network_interface(
      {.NetworkInterfaceId = first, .InstanceId = instance_id, .DeviceIndex = 2}));

  EXPECT_EQ(look_at(first).Attachment->InstanceId, instance_id);
  EXPECT_THAT(ec2.attach_network_interface(
                  {.NetworkInterfaceId = first, .InstanceId = instance_id, .DeviceIndex = 3}),
              FailsWith("InvalidNetworkInterface.InUse"));
  EXPECT_THAT(
      ec2.attach_network_interface(
          {.NetworkInterfaceId = make_interface(), .InstanceId = instance_id, .DeviceIndex = 2}),
      FailsSaying("Instance '" + instance_id +
                  "' already has an interface attached at device index '2'."));
  must(ec2.attach_network_interface(
      {.NetworkInterfaceId = make_interface(), .InstanceId = instance_id, .DeviceIndex = 1}));
  must(ec2.attach_network_interface(
      {.NetworkInterfaceId = make_interface(), .InstanceId = instance_id, .DeviceIndex = 3}));
  EXPECT_THAT(
      ec2.attach_network_interface(
          {.NetworkInterfaceId = make_interface(), .InstanceId = instance_id, .DeviceIndex = 4}),
      FailsWith("AttachmentLimitExceeded"));
  std::vector<int> indices;
  const auto instance = look(instance_id);
  for (const auto& each : *instance.NetworkInterfaces) {
    indices.push_back(*each.Attachment->DeviceIndex);
  }
  EXPECT_THAT(indices, ElementsAre(0, 1, 2, 3));
}

TEST_F(AttachNetworkInterface, StaysInItsZone) {
  const auto instance_id = run_here();
  const auto elsewhere = make_subnet(vpc_id, "10.0.1.0/24", "eu-central-1b");
  const auto id = *must(ec2.create_network_interface({.SubnetId = elsewhere}))
                       .NetworkInterface->NetworkInterfaceId;

  EXPECT_THAT(ec2.attach_network_interface(
                  {.NetworkInterfaceId = id, .InstanceId = instance_id, .DeviceIndex = 1}),
              FailsWith("InvalidParameterCombination"));
}

TEST_F(DetachNetworkInterface, TakesAMomentAndSparesThePrimaryOne) {
  const auto instance_id = run_here();
  const auto id = make_interface();
  const auto attachment_id =
      *must(ec2.attach_network_interface(
                {.NetworkInterfaceId = id, .InstanceId = instance_id, .DeviceIndex = 1}))
           .AttachmentId;

  must(ec2.detach_network_interface({.AttachmentId = attachment_id}));

  EXPECT_EQ(look_at(id).Status, "detaching");
  settle();
  EXPECT_EQ(look_at(id).Status, "available");
  EXPECT_THAT(*look(instance_id).NetworkInterfaces, SizeIs(1));
  EXPECT_THAT(ec2.detach_network_interface({.AttachmentId = attachment_id}),
              FailsWith("InvalidAttachmentID.NotFound"));
  const auto primary = look(instance_id).NetworkInterfaces->front();
  EXPECT_THAT(ec2.detach_network_interface({.AttachmentId = primary.Attachment->AttachmentId}),
              FailsWith("OperationNotPermitted"));
}

TEST_F(ModifyNetworkInterfaceAttribute, ChangesOneAttributeAtATime) {
  const auto id = make_interface();
  const auto group_id = make_group(vpc_id);

  must(ec2.modify_network_interface_attribute(
      {.NetworkInterfaceId = id, .SourceDestCheck = {{.Value = false}}}));
  must(ec2.modify_network_interface_attribute({.NetworkInterfaceId = id, .Groups = {{group_id}}}));
  EXPECT_THAT(ec2.modify_network_interface_attribute({.NetworkInterfaceId = id,
                                                      .Description = {{.Value = "x"}},
                                                      .SourceDestCheck = {{.Value = true}}}),
              FailsWith("InvalidParameterCombination"));

  EXPECT_EQ(look_at(id).SourceDestCheck, false);
  EXPECT_EQ(look_at(id).Groups->front().GroupId, group_id);
  EXPECT_THAT(ec2.delete_security_group({.GroupId = group_id}), FailsWith("DependencyViolation"));
}

TEST_F(AssignPrivateIpAddresses, GivesAndTakesSecondaryOnes) {
  const auto id = make_interface();

  const auto assigned =
      *must(ec2.assign_private_ip_addresses(
                {.NetworkInterfaceId = id, .PrivateIpAddresses = {{"10.0.0.77"}}}))
           .AssignedPrivateIpAddresses;

  EXPECT_EQ(assigned.front().PrivateIpAddress, "10.0.0.77");
  EXPECT_THAT(ec2.unassign_private_ip_addresses(
                  {.NetworkInterfaceId = id, .PrivateIpAddresses = {{"10.0.0.78"}}}),
              FailsWith("InvalidParameterValue"));
  must(ec2.unassign_private_ip_addresses(
      {.NetworkInterfaceId = id, .PrivateIpAddresses = {{"10.0.0.77"}}}));
  EXPECT_THAT(*look_at(id).PrivateIpAddresses, SizeIs(1));
}

TEST_F(DeleteNetworkInterface, NeedsItDetached) {
  const auto instance_id = run_here();
  const auto primary = look(instance_id).NetworkInterfaces->front().NetworkInterfaceId;
  const auto id = make_interface();

  EXPECT_THAT(ec2.delete_network_interface({.NetworkInterfaceId = primary}),
              FailsSaying("Network interface '" + *primary + "' is currently in use."));
  must(ec2.delete_network_interface({.NetworkInterfaceId = id}));
  EXPECT_THAT(ec2.delete_network_interface({.NetworkInterfaceId = id}),
              FailsSaying("The networkInterface ID '" + id + "' does not exist"));
}

TEST_F(NetworkInterfaces, OutliveTheirInstanceWhenTheySaySo) {
  const auto id = make_interface();
  auto request = launch();
  request.NetworkInterfaces = {
      {{.DeviceIndex = 0, .NetworkInterfaceId = id}, {.DeviceIndex = 1, .SubnetId = subnet_id}}};
  const auto instance_id = run(request).front();
  settle();
  EXPECT_EQ(look(instance_id).PrivateIpAddress, look_at(id).PrivateIpAddress);

  must(ec2.terminate_instances({.InstanceIds = {{instance_id}}}));
  settle();

  const auto left = *must(ec2.describe_network_interfaces()).NetworkInterfaces;
  ASSERT_THAT(left, SizeIs(1));
  EXPECT_EQ(left[0].NetworkInterfaceId, id);
  EXPECT_EQ(left[0].Status, "available");
}

TEST_F(NetworkInterfaces, OfALaunchAreTaggedWithIt) {
  auto request = launch();
  request.SubnetId = subnet_id;
  request.TagSpecifications = {
      {{.ResourceType = "network-interface", .Tags = {{{.Key = "Name", .Value = "eth0"}}}}}};

  run(request);

  EXPECT_THAT(*must(ec2.describe_network_interfaces(
                        {.Filters = {{{.Name = "tag:Name", .Values = {{"eth*"}}}}}}))
                   .NetworkInterfaces,
              SizeIs(1));
}

TEST_F(NetworkInterfaces, KeepTheirSubnet) {
  const auto id = make_interface();

  EXPECT_THAT(ec2.delete_subnet({.SubnetId = subnet_id}), FailsWith("DependencyViolation"));
  must(ec2.delete_network_interface({.NetworkInterfaceId = id}));
  EXPECT_THAT(ec2.delete_subnet({.SubnetId = subnet_id}), Succeeds());
}

}  // namespace
}  // namespace fallstreak::ec2_tests
