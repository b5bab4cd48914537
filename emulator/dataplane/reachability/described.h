#pragma once

#include <vector>

#include "api/ec2/internet_gateways.h"
#include "api/ec2/nat_gateways.h"
#include "api/ec2/network_acls.h"
#include "api/ec2/network_interfaces.h"
#include "api/ec2/route_tables.h"
#include "api/ec2/security_groups.h"
#include "api/ec2/subnets.h"
#include "api/ec2/vpc_block_public_access.h"
#include "api/ec2/vpc_peering_connections.h"
#include "api/ec2/vpcs.h"
#include "dataplane/reachability/network.h"

namespace fallstreak::dataplane::reachability {

/// The account's block of public access, and what is excepted from it.
struct PublicAccess {
  api::ec2::VpcBlockPublicAccessOptions options;
  std::vector<api::ec2::VpcBlockPublicAccessExclusion> exclusions;
};
/// What is left for a subnet of a VPC: its own exclusion counts, else its VPC's.
/// https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa-basics.html
InternetBlock internet_block_of(const PublicAccess& access, const std::string& subnet_id,
                                const std::string& vpc_id);

/// What EC2's Describe operations say of one account and region: nothing else decides.
struct Description {
  std::vector<api::ec2::Vpc> vpcs;
  std::vector<api::ec2::Subnet> subnets;
  std::vector<api::ec2::InternetGateway> internet_gateways;
  std::vector<api::ec2::RouteTable> route_tables;
  std::vector<api::ec2::NetworkAcl> network_acls;
  std::vector<api::ec2::SecurityGroup> security_groups;
  std::vector<api::ec2::SecurityGroupRule> security_group_rules;
  std::vector<api::ec2::NetworkInterface> network_interfaces;
  std::vector<api::ec2::NatGateway> nat_gateways;
  std::vector<api::ec2::VpcPeeringConnection> vpc_peering_connections;
  struct PrefixList {
    std::string id;
    std::vector<std::string> cidrs;
  };
  std::vector<PrefixList> prefix_lists;
  PublicAccess public_access;
};

/// Adds it to what is known already of other accounts and regions.
void add_description(const Description& description, Network& network);

}  // namespace fallstreak::dataplane::reachability
