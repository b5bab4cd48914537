#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

class NetworkAcls : public Ec2Test {
 protected:
  std::string vpc_id = make_vpc();
  std::string make_acl() {
    return *must(ec2.create_network_acl({.VpcId = vpc_id})).NetworkAcl->NetworkAclId;
  }
  api::ec2::NetworkAcl find(const std::string& filter, const std::string& value) {
    return must(
               ec2.describe_network_acls({.Filters = {{{.Name = filter, .Values = {{value}}},
                                                       {.Name = "vpc-id", .Values = {{vpc_id}}}}}}))
        .NetworkAcls->at(0);
  }
  static api::ec2::CreateNetworkAclEntryRequest allow_http(const std::string& acl_id, int number) {
    return {.NetworkAclId = acl_id,
            .RuleNumber = number,
            .Protocol = "tcp",
            .RuleAction = "allow",
            .Egress = false,
            .CidrBlock = "0.0.0.0/0",
            .PortRange = {{.From = 80, .To = 80}}};
  }
};
using CreateNetworkAclEntry = NetworkAcls;
using ReplaceNetworkAclAssociation = NetworkAcls;
using DeleteNetworkAcl = NetworkAcls;

TEST_F(NetworkAcls, ComeWithTheVpcAndTakeItsSubnets) {
  const auto subnet_id = make_subnet(vpc_id, "10.0.0.0/24");

  const auto acl = find("default", "true");

  EXPECT_THAT(*acl.Entries, SizeIs(4));
  ASSERT_THAT(*acl.Associations, SizeIs(1));
  EXPECT_EQ(acl.Associations->front().SubnetId, subnet_id);
  EXPECT_THAT(ec2.delete_network_acl({.NetworkAclId = acl.NetworkAclId}),
              FailsSaying("cannot delete default network ACL " + *acl.NetworkAclId));
  must(ec2.delete_subnet({.SubnetId = subnet_id}));
  EXPECT_THAT(*find("default", "true").Associations, IsEmpty());
  EXPECT_THAT(ec2.delete_vpc({.VpcId = vpc_id}), Succeeds());
}

TEST_F(CreateNetworkAclEntry, KeepsEntriesInTheOrderOfTheirNumbers) {
  const auto id = make_acl();
  must(ec2.create_network_acl_entry(allow_http(id, 200)));
  must(ec2.create_network_acl_entry(allow_http(id, 100)));

  std::vector<std::pair<bool, int>> order;
  const auto acl = find("network-acl-id", id);
  for (const auto& entry : *acl.Entries) {
    order.emplace_back(*entry.Egress, *entry.RuleNumber);
  }
  EXPECT_THAT(order, ElementsAre(std::pair(true, 32767), std::pair(false, 100),
                                 std::pair(false, 200), std::pair(false, 32767)));
  EXPECT_THAT(ec2.create_network_acl_entry(allow_http(id, 100)),
              FailsSaying("The network acl entry identified by 100 already exists."));
  EXPECT_THAT(ec2.create_network_acl_entry(allow_http(id, 32767)),
              FailsWith("InvalidParameterValue"));
}

TEST_F(CreateNetworkAclEntry, NeedsPortsForTcpAndStopsAtTwenty) {
  const auto id = make_acl();
  auto without_ports = allow_http(id, 1);
  without_ports.PortRange.reset();

  EXPECT_THAT(ec2.create_network_acl_entry(without_ports), FailsWith("MissingParameter"));
  for (int i = 1; i <= 20; ++i) must(ec2.create_network_acl_entry(allow_http(id, i)));
  EXPECT_THAT(ec2.create_network_acl_entry(allow_http(id, 21)),
              FailsWith("NetworkAclEntryLimitExceeded"));
}

TEST_F(NetworkAcls, ReplaceAndDeleteEntries) {
  const auto id = make_acl();
  const api::ec2::ReplaceNetworkAclEntryRequest deny{.NetworkAclId = id,
                                                     .RuleNumber = 100,
                                                     .Protocol = "-1",
                                                     .RuleAction = "deny",
                                                     .Egress = false,
                                                     .CidrBlock = "10.9.0.0/16"};
  EXPECT_THAT(ec2.replace_network_acl_entry(deny), FailsWith("InvalidNetworkAclEntry.NotFound"));
  must(ec2.create_network_acl_entry(allow_http(id, 100)));

  must(ec2.replace_network_acl_entry(deny));

  EXPECT_EQ(find("entry.cidr", "10.9.*").NetworkAclId, id);
  must(ec2.delete_network_acl_entry({.NetworkAclId = id, .RuleNumber = 100, .Egress = false}));
  EXPECT_THAT(*find("network-acl-id", id).Entries, SizeIs(2));
  EXPECT_THAT(
      ec2.delete_network_acl_entry({.NetworkAclId = id, .RuleNumber = 32767, .Egress = false}),
      FailsWith("InvalidNetworkAclEntry.NotFound"));
}

TEST_F(ReplaceNetworkAclAssociation, MovesASubnet) {
  make_subnet(vpc_id, "10.0.0.0/24");
  const auto old = *find("default", "true").Associations->front().NetworkAclAssociationId;
  const auto id = make_acl();

  const auto made =
      must(ec2.replace_network_acl_association({.AssociationId = old, .NetworkAclId = id}));

  EXPECT_EQ(find("association.association-id", *made.NewAssociationId).NetworkAclId, id);
  EXPECT_THAT(ec2.replace_network_acl_association({.AssociationId = old, .NetworkAclId = id}),
              FailsWith("InvalidAssociationID.NotFound"));
  EXPECT_THAT(ec2.delete_network_acl({.NetworkAclId = id}), FailsWith("DependencyViolation"));
  EXPECT_THAT(ec2.delete_vpc({.VpcId = vpc_id}), FailsWith("DependencyViolation"));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
