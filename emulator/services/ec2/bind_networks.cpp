#include "services/ec2/addresses.h"
#include "services/ec2/bindings.h"
#include "services/ec2/dhcp_options.h"
#include "services/ec2/egress_only_internet_gateways.h"
#include "services/ec2/flow_logs.h"
#include "services/ec2/internet_gateways.h"
#include "services/ec2/ipv6.h"
#include "services/ec2/nat_gateways.h"
#include "services/ec2/network_acls.h"
#include "services/ec2/network_interfaces.h"
#include "services/ec2/prefix_lists.h"
#include "services/ec2/route_tables.h"
#include "services/ec2/security_group_vpcs.h"
#include "services/ec2/security_groups.h"
#include "services/ec2/subnet_cidr_reservations.h"
#include "services/ec2/subnets.h"
#include "services/ec2/vpc_block_public_access.h"
#include "services/ec2/vpc_endpoints.h"
#include "services/ec2/vpc_peering_connections.h"
#include "services/ec2/vpcs.h"

/// Which operation of a VPC has which handler, and what of its request it honours.
namespace fallstreak::services::ec2 {
namespace {

void bind_vpcs(Operations& operations) {
  bind<api::ec2::CreateVpc, create_vpc>(operations)
      .accepts({"AmazonProvidedIpv6CidrBlock", "CidrBlock", "TagSpecifications"})
      .no_effect({"InstanceTenancy"});
  bind<api::ec2::ModifyVpcTenancy, modify_vpc_tenancy>(operations)
      .accepts({"VpcId"})
      .no_effect({"InstanceTenancy"});
  bind<api::ec2::DescribeVpcClassicLink, describe_vpc_classic_link>(operations)
      .accepts({"VpcIds", "Filters"});
  bind<api::ec2::DescribeVpcClassicLinkDnsSupport, describe_vpc_classic_link_dns_support>(
      operations)
      .accepts({"VpcIds", "MaxResults", "NextToken"});
  bind<api::ec2::AssociateVpcCidrBlock, associate_vpc_cidr_block>(operations)
      .accepts({"AmazonProvidedIpv6CidrBlock", "VpcId", "CidrBlock"});
  bind<api::ec2::DisassociateVpcCidrBlock, disassociate_vpc_cidr_block>(operations)
      .accepts({"AssociationId"});
  bind<api::ec2::CreateDefaultVpc, create_default_vpc>(operations);
  bind<api::ec2::DescribeVpcs, describe_vpcs>(operations)
      .accepts({"Filters", "VpcIds", "NextToken", "MaxResults"});
  bind<api::ec2::DescribeVpcAttribute, describe_vpc_attribute>(operations)
      .accepts({"Attribute", "VpcId"});
  bind<api::ec2::ModifyVpcAttribute, modify_vpc_attribute>(operations)
      .accepts({"VpcId", "EnableDnsHostnames", "EnableDnsSupport"})
      .no_effect({"EnableNetworkAddressUsageMetrics"});
  bind<api::ec2::DeleteVpc, delete_vpc>(operations).accepts({"VpcId"});
}

void bind_subnets(Operations& operations) {
  bind<api::ec2::CreateSubnet, create_subnet>(operations)
      .accepts({"TagSpecifications", "AvailabilityZone", "AvailabilityZoneId", "CidrBlock",
                "Ipv6CidrBlock", "VpcId"});
  bind<api::ec2::AssociateSubnetCidrBlock, associate_subnet_cidr_block>(operations)
      .accepts({"SubnetId", "Ipv6CidrBlock"});
  bind<api::ec2::DisassociateSubnetCidrBlock, disassociate_subnet_cidr_block>(operations)
      .accepts({"AssociationId"});
  bind<api::ec2::CreateSubnetCidrReservation, create_subnet_cidr_reservation>(operations)
      .accepts({"SubnetId", "Cidr", "ReservationType", "Description", "TagSpecifications"});
  bind<api::ec2::GetSubnetCidrReservations, get_subnet_cidr_reservations>(operations)
      .accepts({"SubnetId", "Filters", "MaxResults", "NextToken"});
  bind<api::ec2::DeleteSubnetCidrReservation, delete_subnet_cidr_reservation>(operations)
      .accepts({"SubnetCidrReservationId"});
  bind<api::ec2::CreateDefaultSubnet, create_default_subnet>(operations)
      .accepts({"AvailabilityZone", "AvailabilityZoneId", "Ipv6Native"});
  bind<api::ec2::DescribeSubnets, describe_subnets>(operations)
      .accepts({"Filters", "SubnetIds", "NextToken", "MaxResults"});
  bind<api::ec2::ModifySubnetAttribute, modify_subnet_attribute>(operations)
      .accepts({"SubnetId", "AssignIpv6AddressOnCreation", "MapPublicIpOnLaunch"})
      .no_effect({"EnableDns64", "EnableResourceNameDnsAAAARecordOnLaunch",
                  "PrivateDnsHostnameTypeOnLaunch", "EnableResourceNameDnsARecordOnLaunch"});
  bind<api::ec2::DeleteSubnet, delete_subnet>(operations).accepts({"SubnetId"});
}

void bind_internet_gateways(Operations& operations) {
  bind<api::ec2::CreateInternetGateway, create_internet_gateway>(operations)
      .accepts({"TagSpecifications"});
  bind<api::ec2::AttachInternetGateway, attach_internet_gateway>(operations)
      .accepts({"InternetGatewayId", "VpcId"});
  bind<api::ec2::DescribeInternetGateways, describe_internet_gateways>(operations)
      .accepts({"Filters", "InternetGatewayIds", "NextToken", "MaxResults"});
  bind<api::ec2::DetachInternetGateway, detach_internet_gateway>(operations)
      .accepts({"InternetGatewayId", "VpcId"});
  bind<api::ec2::DeleteInternetGateway, delete_internet_gateway>(operations)
      .accepts({"InternetGatewayId"});
  bind<api::ec2::CreateEgressOnlyInternetGateway, create_egress_only_internet_gateway>(operations)
      .accepts({"ClientToken", "TagSpecifications", "VpcId"});
  bind<api::ec2::DescribeEgressOnlyInternetGateways, describe_egress_only_internet_gateways>(
      operations)
      .accepts({"EgressOnlyInternetGatewayIds", "Filters", "MaxResults", "NextToken"});
  bind<api::ec2::DeleteEgressOnlyInternetGateway, delete_egress_only_internet_gateway>(operations)
      .accepts({"EgressOnlyInternetGatewayId"});
}

void bind_route_tables(Operations& operations) {
  bind<api::ec2::CreateRouteTable, create_route_table>(operations)
      .accepts({"TagSpecifications", "ClientToken", "VpcId"});
  bind<api::ec2::CreateRoute, create_route>(operations)
      .accepts({"RouteTableId", "DestinationCidrBlock", "DestinationPrefixListId", "GatewayId",
                "NatGatewayId", "NetworkInterfaceId", "InstanceId", "VpcPeeringConnectionId",
                "DestinationIpv6CidrBlock", "EgressOnlyInternetGatewayId"});
  bind<api::ec2::ReplaceRoute, replace_route>(operations)
      .accepts({"RouteTableId", "DestinationCidrBlock", "DestinationPrefixListId", "GatewayId",
                "NatGatewayId", "NetworkInterfaceId", "InstanceId", "VpcPeeringConnectionId",
                "LocalTarget", "DestinationIpv6CidrBlock", "EgressOnlyInternetGatewayId"});
  bind<api::ec2::ReplaceRouteTableAssociation, replace_route_table_association>(operations)
      .accepts({"AssociationId", "RouteTableId"});
  bind<api::ec2::AssociateRouteTable, associate_route_table>(operations)
      .accepts({"SubnetId", "GatewayId", "RouteTableId"});
  bind<api::ec2::DescribeRouteTables, describe_route_tables>(operations)
      .accepts({"Filters", "RouteTableIds", "NextToken", "MaxResults"});
  bind<api::ec2::DisassociateRouteTable, disassociate_route_table>(operations)
      .accepts({"AssociationId"});
  bind<api::ec2::DeleteRoute, delete_route>(operations)
      .accepts({"RouteTableId", "DestinationCidrBlock", "DestinationIpv6CidrBlock",
                "DestinationPrefixListId"});
  bind<api::ec2::DeleteRouteTable, delete_route_table>(operations).accepts({"RouteTableId"});
}

/// What a rule may say.
void accept_permissions(dispatch::Binding& binding) {
  binding.accepts({"GroupId", "IpPermissions.IpProtocol", "IpPermissions.FromPort",
                   "IpPermissions.ToPort", "IpPermissions.IpRanges", "IpPermissions.Ipv6Ranges",
                   "IpPermissions.PrefixListIds", "IpPermissions.UserIdGroupPairs.Description",
                   "IpPermissions.UserIdGroupPairs.GroupId",
                   "IpPermissions.UserIdGroupPairs.GroupName"});
  // Checked by nobody: a group is found by its id, and those of other accounts are not.
  binding.no_effect(
      {"IpPermissions.UserIdGroupPairs.UserId", "IpPermissions.UserIdGroupPairs.VpcId"});
}

void bind_security_groups(Operations& operations) {
  bind<api::ec2::CreateSecurityGroup, create_security_group>(operations)
      .accepts({"Description", "GroupName", "VpcId", "TagSpecifications"});
  accept_permissions(
      bind<api::ec2::AuthorizeSecurityGroupIngress, authorize_security_group_ingress>(operations)
          .accepts(
              {"GroupName", "TagSpecifications", "IpProtocol", "FromPort", "ToPort", "CidrIp"}));
  accept_permissions(
      bind<api::ec2::AuthorizeSecurityGroupEgress, authorize_security_group_egress>(operations)
          .accepts({"TagSpecifications", "IpProtocol", "FromPort", "ToPort", "CidrIp"}));
  bind<api::ec2::DescribeSecurityGroups, describe_security_groups>(operations)
      .accepts({"GroupIds", "GroupNames", "NextToken", "MaxResults", "Filters"});
  bind<api::ec2::AssociateSecurityGroupVpc, associate_security_group_vpc>(operations)
      .accepts({"GroupId", "VpcId"});
  bind<api::ec2::DescribeSecurityGroupVpcAssociations, describe_security_group_vpc_associations>(
      operations)
      .accepts({"Filters", "MaxResults", "NextToken"});
  bind<api::ec2::DisassociateSecurityGroupVpc, disassociate_security_group_vpc>(operations)
      .accepts({"GroupId", "VpcId"});
  operations.on_event("group-vpc-changed", on_group_vpc_changed);
  bind<api::ec2::GetSecurityGroupsForVpc, get_security_groups_for_vpc>(operations)
      .accepts({"VpcId", "Filters", "MaxResults", "NextToken"});
  bind<api::ec2::DescribeStaleSecurityGroups, describe_stale_security_groups>(operations)
      .accepts({"VpcId", "MaxResults", "NextToken"});
  bind<api::ec2::DescribeSecurityGroupRules, describe_security_group_rules>(operations)
      .accepts({"Filters", "SecurityGroupRuleIds", "NextToken", "MaxResults"});
  bind<api::ec2::DescribeSecurityGroupReferences, describe_security_group_references>(operations)
      .accepts({"GroupId"});
  bind<api::ec2::ModifySecurityGroupRules, modify_security_group_rules>(operations)
      .accepts({"GroupId", "SecurityGroupRules"});
  accept_permissions(bind<api::ec2::UpdateSecurityGroupRuleDescriptionsIngress,
                          update_security_group_rule_descriptions_ingress>(operations)
                         .accepts({"GroupName", "SecurityGroupRuleDescriptions"}));
  accept_permissions(bind<api::ec2::UpdateSecurityGroupRuleDescriptionsEgress,
                          update_security_group_rule_descriptions_egress>(operations)
                         .accepts({"GroupName", "SecurityGroupRuleDescriptions"}));
  accept_permissions(
      bind<api::ec2::RevokeSecurityGroupIngress, revoke_security_group_ingress>(operations)
          .accepts(
              {"GroupName", "SecurityGroupRuleIds", "IpProtocol", "FromPort", "ToPort", "CidrIp"}));
  accept_permissions(
      bind<api::ec2::RevokeSecurityGroupEgress, revoke_security_group_egress>(operations)
          .accepts({"SecurityGroupRuleIds", "IpProtocol", "FromPort", "ToPort", "CidrIp"}));
  bind<api::ec2::DeleteSecurityGroup, delete_security_group>(operations)
      .accepts({"GroupId", "GroupName"});
}

void bind_network_interfaces(Operations& operations) {
  bind<api::ec2::CreateNetworkInterface, create_network_interface>(operations)
      .accepts({"SubnetId", "Description", "PrivateIpAddress", "PrivateIpAddresses", "Groups",
                "SecondaryPrivateIpAddressCount", "Ipv4Prefixes", "Ipv4PrefixCount",
                "Ipv6AddressCount", "Ipv6Addresses", "Ipv6Prefixes", "Ipv6PrefixCount",
                "EnablePrimaryIpv6", "TagSpecifications", "ClientToken"});
  bind<api::ec2::AssignIpv6Addresses, assign_ipv6_addresses>(operations)
      .accepts({"NetworkInterfaceId", "Ipv6AddressCount", "Ipv6Addresses", "Ipv6Prefixes",
                "Ipv6PrefixCount"});
  bind<api::ec2::UnassignIpv6Addresses, unassign_ipv6_addresses>(operations)
      .accepts({"NetworkInterfaceId", "Ipv6Addresses", "Ipv6Prefixes"});
  bind<api::ec2::AttachNetworkInterface, attach_network_interface>(operations)
      .accepts({"NetworkInterfaceId", "InstanceId", "DeviceIndex"});
  bind<api::ec2::DescribeNetworkInterfaces, describe_network_interfaces>(operations)
      .accepts({"Filters", "NetworkInterfaceIds", "NextToken", "MaxResults"});
  bind<api::ec2::DescribeNetworkInterfaceAttribute, describe_network_interface_attribute>(
      operations)
      .accepts({"NetworkInterfaceId", "Attribute"});
  bind<api::ec2::ModifyNetworkInterfaceAttribute, modify_network_interface_attribute>(operations)
      .accepts({"NetworkInterfaceId", "Description", "Groups", "Attachment.AttachmentId",
                "Attachment.DeleteOnTermination", "SourceDestCheck", "EnablePrimaryIpv6"});
  bind<api::ec2::ResetNetworkInterfaceAttribute, reset_network_interface_attribute>(operations)
      .accepts({"NetworkInterfaceId", "SourceDestCheck"});
  bind<api::ec2::AssignPrivateIpAddresses, assign_private_ip_addresses>(operations)
      .accepts({"NetworkInterfaceId", "PrivateIpAddresses", "SecondaryPrivateIpAddressCount",
                "Ipv4Prefixes", "Ipv4PrefixCount"});
  bind<api::ec2::UnassignPrivateIpAddresses, unassign_private_ip_addresses>(operations)
      .accepts({"NetworkInterfaceId", "PrivateIpAddresses", "Ipv4Prefixes"});
  bind<api::ec2::DetachNetworkInterface, detach_network_interface>(operations)
      .accepts({"AttachmentId"})
      .no_effect({"Force"});
  bind<api::ec2::DeleteNetworkInterface, delete_network_interface>(operations)
      .accepts({"NetworkInterfaceId"});
  operations.on_event("interface-detached", on_interface_detached);
}

void bind_addresses(Operations& operations) {
  bind<api::ec2::AllocateAddress, allocate_address>(operations)
      .accepts({"Domain", "NetworkBorderGroup", "TagSpecifications"});
  bind<api::ec2::AssociateAddress, associate_address>(operations)
      .accepts({"AllocationId", "InstanceId", "PublicIp", "NetworkInterfaceId", "PrivateIpAddress",
                "AllowReassociation"});
  bind<api::ec2::DescribeAddresses, describe_addresses>(operations)
      .accepts({"PublicIps", "Filters", "AllocationIds"});
  // Nobody asks for the name of an address.
  bind<api::ec2::ModifyAddressAttribute, modify_address_attribute>(operations)
      .accepts({"AllocationId"})
      .no_effect({"DomainName"});
  bind<api::ec2::ResetAddressAttribute, reset_address_attribute>(operations)
      .accepts({"AllocationId", "Attribute"});
  bind<api::ec2::DescribeAddressesAttribute, describe_addresses_attribute>(operations)
      .accepts({"AllocationIds", "Attribute", "NextToken", "MaxResults"});
  bind<api::ec2::DisassociateAddress, disassociate_address>(operations)
      .accepts({"AssociationId", "PublicIp"});
  bind<api::ec2::ReleaseAddress, release_address>(operations)
      .accepts({"AllocationId", "NetworkBorderGroup", "PublicIp"});
}

void bind_dhcp_options(Operations& operations) {
  bind<api::ec2::CreateDhcpOptions, create_dhcp_options>(operations)
      .accepts({"TagSpecifications"})
      .no_effect({"DhcpConfigurations"});
  bind<api::ec2::AssociateDhcpOptions, associate_dhcp_options>(operations)
      .accepts({"DhcpOptionsId", "VpcId"});
  bind<api::ec2::DescribeDhcpOptions, describe_dhcp_options>(operations)
      .accepts({"DhcpOptionsIds", "Filters", "NextToken", "MaxResults"});
  bind<api::ec2::DeleteDhcpOptions, delete_dhcp_options>(operations).accepts({"DhcpOptionsId"});
}

void bind_network_acls(Operations& operations) {
  bind<api::ec2::CreateNetworkAcl, create_network_acl>(operations)
      .accepts({"VpcId", "TagSpecifications", "ClientToken"});
  bind<api::ec2::CreateNetworkAclEntry, create_network_acl_entry>(operations).accepts_all();
  bind<api::ec2::DescribeNetworkAcls, describe_network_acls>(operations)
      .accepts({"NetworkAclIds", "Filters", "NextToken", "MaxResults"});
  bind<api::ec2::ReplaceNetworkAclAssociation, replace_network_acl_association>(operations)
      .accepts({"AssociationId", "NetworkAclId"});
  bind<api::ec2::ReplaceNetworkAclEntry, replace_network_acl_entry>(operations).accepts_all();
  bind<api::ec2::DeleteNetworkAclEntry, delete_network_acl_entry>(operations).accepts_all();
  bind<api::ec2::DeleteNetworkAcl, delete_network_acl>(operations).accepts({"NetworkAclId"});
}

void bind_nat_gateways(Operations& operations) {
  bind<api::ec2::CreateNatGateway, create_nat_gateway>(operations)
      .accepts({"SubnetId", "AllocationId", "ConnectivityType", "PrivateIpAddress", "ClientToken",
                "SecondaryAllocationIds", "SecondaryPrivateIpAddresses",
                "SecondaryPrivateIpAddressCount", "TagSpecifications"});
  bind<api::ec2::AssociateNatGatewayAddress, associate_nat_gateway_address>(operations)
      .accepts({"NatGatewayId", "AllocationIds", "PrivateIpAddresses"});
  bind<api::ec2::AssignPrivateNatGatewayAddress, assign_private_nat_gateway_address>(operations)
      .accepts({"NatGatewayId", "PrivateIpAddresses", "PrivateIpAddressCount"});
  // No connection holds an address.
  bind<api::ec2::DisassociateNatGatewayAddress, disassociate_nat_gateway_address>(operations)
      .accepts({"NatGatewayId", "AssociationIds"})
      .no_effect({"MaxDrainDurationSeconds"});
  bind<api::ec2::UnassignPrivateNatGatewayAddress, unassign_private_nat_gateway_address>(operations)
      .accepts({"NatGatewayId", "PrivateIpAddresses"})
      .no_effect({"MaxDrainDurationSeconds"});
  operations.on_event("nat-gateway-address-changed", on_nat_gateway_address_changed);
  bind<api::ec2::DescribeNatGateways, describe_nat_gateways>(operations)
      .accepts({"NatGatewayIds", "Filter", "NextToken", "MaxResults"});
  bind<api::ec2::DeleteNatGateway, delete_nat_gateway>(operations).accepts({"NatGatewayId"});
  operations.on_event("nat-gateway-ready", on_nat_gateway_ready);
  operations.on_event("nat-gateway-deleted", on_nat_gateway_deleted);
  operations.on_event("nat-gateway-forgotten", on_nat_gateway_forgotten);
}

void bind_prefix_lists(Operations& operations) {
  bind<api::ec2::CreateManagedPrefixList, create_managed_prefix_list>(operations)
      .accepts({"PrefixListName", "Entries", "MaxEntries", "AddressFamily", "ClientToken",
                "TagSpecifications"});
  bind<api::ec2::DescribeManagedPrefixLists, describe_managed_prefix_lists>(operations)
      .accepts({"PrefixListIds", "Filters", "NextToken", "MaxResults"});
  bind<api::ec2::DescribePrefixLists, describe_prefix_lists>(operations)
      .accepts({"PrefixListIds", "Filters", "NextToken", "MaxResults"});
  bind<api::ec2::GetManagedPrefixListEntries, get_managed_prefix_list_entries>(operations)
      .accepts({"PrefixListId", "TargetVersion"});
  bind<api::ec2::ModifyManagedPrefixList, modify_managed_prefix_list>(operations)
      .accepts({"PrefixListId", "CurrentVersion", "PrefixListName", "AddEntries", "RemoveEntries",
                "MaxEntries"});
  bind<api::ec2::DeleteManagedPrefixList, delete_managed_prefix_list>(operations)
      .accepts({"PrefixListId"});
}

void bind_vpc_endpoints(Operations& operations) {
  bind<api::ec2::CreateVpcEndpoint, create_vpc_endpoint>(operations)
      .accepts({"VpcEndpointType", "VpcId", "ServiceName", "RouteTableIds", "ClientToken",
                "IpAddressType", "PrivateDnsEnabled", "TagSpecifications"})
      .no_effect({"PolicyDocument"});
  bind<api::ec2::DescribeVpcEndpoints, describe_vpc_endpoints>(operations)
      .accepts({"VpcEndpointIds", "Filters", "NextToken", "MaxResults"});
  bind<api::ec2::DescribeVpcEndpointServices, describe_vpc_endpoint_services>(operations)
      .accepts({"ServiceNames", "Filters"});
  bind<api::ec2::ModifyVpcEndpoint, modify_vpc_endpoint>(operations)
      .accepts({"VpcEndpointId", "AddRouteTableIds", "RemoveRouteTableIds"})
      .no_effect({"PolicyDocument", "ResetPolicy"});
  bind<api::ec2::DeleteVpcEndpoints, delete_vpc_endpoints>(operations).accepts({"VpcEndpointIds"});
}

void bind_flow_logs(Operations& operations) {
  // No record is written, so what it would say and where to is only checked and shown.
  bind<api::ec2::CreateFlowLogs, create_flow_logs>(operations)
      .accepts({"ClientToken", "ResourceIds", "ResourceType", "TagSpecifications"})
      .no_effect({"TrafficType", "LogDestinationType", "LogDestination", "LogFormat",
                  "MaxAggregationInterval", "DestinationOptions"});
  bind<api::ec2::DescribeFlowLogs, describe_flow_logs>(operations)
      .accepts({"FlowLogIds", "Filter", "MaxResults", "NextToken"});
  bind<api::ec2::DeleteFlowLogs, delete_flow_logs>(operations).accepts({"FlowLogIds"});
}

void bind_block_public_access(Operations& operations) {
  bind<api::ec2::DescribeVpcBlockPublicAccessOptions, describe_vpc_block_public_access_options>(
      operations);
  bind<api::ec2::ModifyVpcBlockPublicAccessOptions, modify_vpc_block_public_access_options>(
      operations)
      .accepts({"InternetGatewayBlockMode"});
  bind<api::ec2::CreateVpcBlockPublicAccessExclusion, create_vpc_block_public_access_exclusion>(
      operations)
      .accepts({"VpcId", "SubnetId", "InternetGatewayExclusionMode", "TagSpecifications"});
  bind<api::ec2::DescribeVpcBlockPublicAccessExclusions,
       describe_vpc_block_public_access_exclusions>(operations)
      .accepts({"ExclusionIds", "Filters", "MaxResults", "NextToken"});
  bind<api::ec2::ModifyVpcBlockPublicAccessExclusion, modify_vpc_block_public_access_exclusion>(
      operations)
      .accepts({"ExclusionId", "InternetGatewayExclusionMode"});
  bind<api::ec2::DeleteVpcBlockPublicAccessExclusion, delete_vpc_block_public_access_exclusion>(
      operations)
      .accepts({"ExclusionId"});
}

void bind_peerings(Operations& operations) {
  bind<api::ec2::CreateVpcPeeringConnection, create_vpc_peering_connection>(operations)
      .accepts({"VpcId", "PeerVpcId", "PeerOwnerId", "PeerRegion", "TagSpecifications"});
  bind<api::ec2::AcceptVpcPeeringConnection, accept_vpc_peering_connection>(operations)
      .accepts({"VpcPeeringConnectionId"});
  bind<api::ec2::DescribeVpcPeeringConnections, describe_vpc_peering_connections>(operations)
      .accepts({"VpcPeeringConnectionIds", "Filters", "NextToken", "MaxResults"});
  bind<api::ec2::ModifyVpcPeeringConnectionOptions, modify_vpc_peering_connection_options>(
      operations)
      .accepts({"VpcPeeringConnectionId"})
      .no_effect({"AccepterPeeringConnectionOptions.AllowDnsResolutionFromRemoteVpc",
                  "RequesterPeeringConnectionOptions.AllowDnsResolutionFromRemoteVpc"});
  bind<api::ec2::RejectVpcPeeringConnection, reject_vpc_peering_connection>(operations)
      .accepts({"VpcPeeringConnectionId"});
  bind<api::ec2::DeleteVpcPeeringConnection, delete_vpc_peering_connection>(operations)
      .accepts({"VpcPeeringConnectionId"});
  operations.on_event("peering-expired", on_peering_expired);
  operations.on_event("peering-forgotten", on_peering_forgotten);
}

}  // namespace

void bind_networks(Operations& operations) {
  bind_vpcs(operations);
  bind_dhcp_options(operations);
  bind_subnets(operations);
  bind_internet_gateways(operations);
  bind_route_tables(operations);
  bind_security_groups(operations);
  bind_network_acls(operations);
  bind_network_interfaces(operations);
  bind_addresses(operations);
  bind_nat_gateways(operations);
  bind_prefix_lists(operations);
  bind_vpc_endpoints(operations);
  bind_peerings(operations);
  bind_flow_logs(operations);
  bind_block_public_access(operations);
}

}  // namespace fallstreak::services::ec2
