#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

class Addresses : public Ec2Test {
 protected:
  std::string allocate() { return *must(ec2.allocate_address({.Domain = "vpc"})).AllocationId; }
  api::ec2::Address address(const std::string& id) {
    return must(ec2.describe_addresses({.AllocationIds = {{id}}})).Addresses->front();
  }
};
using AllocateAddress = Addresses;
using AssociateAddress = Addresses;
using DisassociateAddress = Addresses;
using ReleaseAddress = Addresses;
using ModifyAddressAttribute = Addresses;

TEST_F(AllocateAddress, GivesFivePerRegion) {
  for (int i = 0; i < 5; ++i) allocate();

  EXPECT_THAT(ec2.allocate_address(),
              FailsSaying("The maximum number of addresses has been reached."));
  EXPECT_THAT(ec2.allocate_address(), FailsWith("AddressLimitExceeded", 400));
  EXPECT_THAT(*must(ec2.describe_addresses()).Addresses, SizeIs(5));
}

TEST_F(AssociateAddress, ReplacesTheInstancesOwnPublicAddress) {
  const auto instance_id = run_one();
  EXPECT_THAT(ec2.associate_address({.AllocationId = allocate(), .InstanceId = instance_id}),
              FailsWith("InvalidInstanceID"));
  settle();
  const auto before = look(instance_id).PublicIpAddress;
  const auto id = allocate();

  const auto association_id =
      must(ec2.associate_address({.AllocationId = id, .InstanceId = instance_id})).AssociationId;

  EXPECT_EQ(look(instance_id).PublicIpAddress, address(id).PublicIp);
  EXPECT_NE(look(instance_id).PublicIpAddress, before);
  EXPECT_EQ(address(id).InstanceId, instance_id);
  EXPECT_EQ(
      must(ec2.associate_address({.AllocationId = id, .InstanceId = instance_id})).AssociationId,
      association_id);
}

TEST_F(AssociateAddress, SurvivesStopAndStart) {
  const auto instance_id = run_one();
  settle();
  const auto id = allocate();
  must(ec2.associate_address({.AllocationId = id, .InstanceId = instance_id}));
  must(ec2.stop_instances({.InstanceIds = {{instance_id}}}));
  settle();

  EXPECT_EQ(look(instance_id).PublicIpAddress, address(id).PublicIp);
  must(ec2.start_instances({.InstanceIds = {{instance_id}}}));
  settle();
  EXPECT_EQ(look(instance_id).PublicIpAddress, address(id).PublicIp);
  must(ec2.terminate_instances({.InstanceIds = {{instance_id}}}));
  settle();
  EXPECT_FALSE(address(id).AssociationId.has_value());
}

TEST_F(AssociateAddress, TakesOverOnlyWhenAllowed) {
  const auto ids = run(launch(2));
  settle();
  const auto id = allocate();
  must(ec2.associate_address({.AllocationId = id, .InstanceId = ids[0]}));

  EXPECT_THAT(ec2.associate_address({.AllocationId = id, .InstanceId = ids[1]}),
              FailsWith("Resource.AlreadyAssociated"));
  must(ec2.associate_address(
      {.AllocationId = id, .InstanceId = ids[1], .AllowReassociation = true}));

  EXPECT_EQ(look(ids[1]).PublicIpAddress, address(id).PublicIp);
  EXPECT_TRUE(look(ids[0]).PublicIpAddress.has_value()) << "it gets one of AWS's again";
}

TEST_F(AssociateAddress, NeedsAnInternetGateway) {
  const auto subnet_id = make_subnet(make_vpc(), "10.0.0.0/24");
  const auto interface_id = must(ec2.create_network_interface({.SubnetId = subnet_id}))
                                .NetworkInterface->NetworkInterfaceId;

  EXPECT_THAT(
      ec2.associate_address({.AllocationId = allocate(), .NetworkInterfaceId = interface_id}),
      FailsWith("Gateway.NotAttached"));
}

TEST_F(DisassociateAddress, GivesTheInstanceANewAddressOfAws) {
  const auto instance_id = run_one();
  settle();
  const auto id = allocate();
  const auto association_id =
      must(ec2.associate_address({.AllocationId = id, .InstanceId = instance_id})).AssociationId;

  must(ec2.disassociate_address({.AssociationId = association_id}));

  EXPECT_TRUE(look(instance_id).PublicIpAddress.has_value());
  EXPECT_NE(look(instance_id).PublicIpAddress, address(id).PublicIp);
  EXPECT_THAT(ec2.disassociate_address({.AssociationId = association_id}),
              FailsWith("InvalidAssociationID.NotFound"));
}

TEST_F(ReleaseAddress, NeedsItDisassociated) {
  const auto instance_id = run_one();
  settle();
  const auto id = allocate();
  must(ec2.associate_address({.AllocationId = id, .InstanceId = instance_id}));

  EXPECT_THAT(ec2.release_address({.AllocationId = id}), FailsWith("InvalidIPAddress.InUse"));
  must(ec2.disassociate_address({.PublicIp = address(id).PublicIp}));
  must(ec2.release_address({.AllocationId = id}));
  EXPECT_THAT(ec2.release_address({.AllocationId = id}),
              FailsSaying("The allocation ID '" + id + "' does not exist"));
}

TEST_F(Addresses, AreFoundByTagAndAddress) {
  const auto made = must(ec2.allocate_address(
      {.TagSpecifications = {
           {{.ResourceType = "elastic-ip", .Tags = {{{.Key = "Name", .Value = "nat"}}}}}}}));
  allocate();

  EXPECT_THAT(
      *must(ec2.describe_addresses({.Filters = {{{.Name = "tag:Name", .Values = {{"nat"}}}}}}))
           .Addresses,
      SizeIs(1));
  EXPECT_EQ(must(ec2.describe_addresses({.PublicIps = {{*made.PublicIp}}}))
                .Addresses->front()
                .AllocationId,
            made.AllocationId);
  EXPECT_THAT(ec2.describe_addresses({.PublicIps = {{"192.0.2.1"}}}),
              FailsSaying("Address '192.0.2.1' not found."));
}

TEST_F(ModifyAddressAttribute, GivesAnAddressAReverseName) {
  const auto id = *must(ec2.allocate_address()).AllocationId;
  const auto modify = [&](std::optional<std::string> name) {
    return ec2.modify_address_attribute({.AllocationId = id, .DomainName = std::move(name)});
  };
  EXPECT_THAT(modify({}), FailsWith("MissingParameter"));
  for (const char* name : {".", "", "a..b", "two words"}) {
    EXPECT_THAT(modify(name), FailsWith("InvalidParameterValue")) << name;
  }
  const auto made = must(modify("www.example.com"));
  EXPECT_EQ(made.Address->PtrRecordUpdate->Status, "PENDING");
  const auto shown = [&] {
    return *must(ec2.describe_addresses_attribute({.Attribute = "domain-name"})).Addresses;
  };
  ASSERT_THAT(shown(), SizeIs(1));
  EXPECT_EQ(shown().front().PtrRecord, "www.example.com.");
  EXPECT_THAT(ec2.release_address({.AllocationId = id}), FailsWith("InvalidAddress.Locked"));

  must(ec2.reset_address_attribute({.AllocationId = id, .Attribute = "domain-name"}));

  EXPECT_THAT(shown(), IsEmpty());
  EXPECT_THAT(ec2.release_address({.AllocationId = id}), Succeeds());
}

}  // namespace
}  // namespace fallstreak::ec2_tests
