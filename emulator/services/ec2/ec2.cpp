#include "services/ec2/ec2.h"

#include "api/ec2/service.h"
#include "services/ec2/addresses.h"
#include "services/ec2/catalogue_operations.h"
#include "services/ec2/instances.h"
#include "services/ec2/internet_gateways.h"
#include "services/ec2/launch_templates.h"
#include "services/ec2/network_interfaces.h"
#include "services/ec2/route_tables.h"
#include "services/ec2/security_groups.h"
#include "services/ec2/state.h"
#include "services/ec2/subnets.h"
#include "services/ec2/tags.h"
#include "services/ec2/vpcs.h"

namespace fallstreak::services {
namespace ec2 {
namespace {

using Operations = dispatch::Operations<Ec2State>;

/// Binds a handler that runs in an account and region as AWS hands them over: with the default VPC.
template <class Tag, auto handler>
dispatch::Binding& bind(Operations& operations) {
  return operations.bind<Tag>(+[](Context& context, const typename Tag::Request& request) ->
                              typename Tag::Response {
                                ensure_default_vpc(context);
                                return handler(context, request);
                              });
}

void bind_vpcs(Operations& operations) {
  bind<api::ec2::CreateVpc, create_vpc>(operations).accepts({"CidrBlock", "TagSpecifications"});
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
      .accepts(
          {"TagSpecifications", "AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "VpcId"});
  bind<api::ec2::DescribeSubnets, describe_subnets>(operations)
      .accepts({"Filters", "SubnetIds", "NextToken", "MaxResults"});
  bind<api::ec2::ModifySubnetAttribute, modify_subnet_attribute>(operations)
      .accepts({"SubnetId", "MapPublicIpOnLaunch"});
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
}

void bind_route_tables(Operations& operations) {
  bind<api::ec2::CreateRouteTable, create_route_table>(operations)
      .accepts({"TagSpecifications", "ClientToken", "VpcId"});
  bind<api::ec2::CreateRoute, create_route>(operations)
      .accepts({"RouteTableId", "DestinationCidrBlock", "GatewayId"});
  bind<api::ec2::AssociateRouteTable, associate_route_table>(operations)
      .accepts({"SubnetId", "RouteTableId"});
  bind<api::ec2::DescribeRouteTables, describe_route_tables>(operations)
      .accepts({"Filters", "RouteTableIds", "NextToken", "MaxResults"});
  bind<api::ec2::DisassociateRouteTable, disassociate_route_table>(operations)
      .accepts({"AssociationId"});
  bind<api::ec2::DeleteRoute, delete_route>(operations)
      .accepts({"RouteTableId", "DestinationCidrBlock"});
  bind<api::ec2::DeleteRouteTable, delete_route_table>(operations).accepts({"RouteTableId"});
}

/// What a rule may say; peering and prefix lists are not there.
void accept_permissions(dispatch::Binding& binding) {
  binding.accepts(
      {"GroupId", "IpProtocol", "FromPort", "ToPort", "CidrIp", "IpPermissions.IpProtocol",
       "IpPermissions.FromPort", "IpPermissions.ToPort", "IpPermissions.IpRanges",
       "IpPermissions.Ipv6Ranges", "IpPermissions.UserIdGroupPairs.Description",
       "IpPermissions.UserIdGroupPairs.GroupId", "IpPermissions.UserIdGroupPairs.GroupName"});
  // Checked by nobody: groups of other accounts are out of reach without peering.
  binding.no_effect(
      {"IpPermissions.UserIdGroupPairs.UserId", "IpPermissions.UserIdGroupPairs.VpcId"});
}

void bind_security_groups(Operations& operations) {
  bind<api::ec2::CreateSecurityGroup, create_security_group>(operations)
      .accepts({"Description", "GroupName", "VpcId", "TagSpecifications"});
  accept_permissions(
      bind<api::ec2::AuthorizeSecurityGroupIngress, authorize_security_group_ingress>(operations)
          .accepts({"GroupName", "TagSpecifications"}));
  accept_permissions(
      bind<api::ec2::AuthorizeSecurityGroupEgress, authorize_security_group_egress>(operations)
          .accepts({"TagSpecifications"}));
  bind<api::ec2::DescribeSecurityGroups, describe_security_groups>(operations)
      .accepts({"GroupIds", "GroupNames", "NextToken", "MaxResults", "Filters"});
  bind<api::ec2::DescribeSecurityGroupRules, describe_security_group_rules>(operations)
      .accepts({"Filters", "SecurityGroupRuleIds", "NextToken", "MaxResults"});
  accept_permissions(
      bind<api::ec2::RevokeSecurityGroupIngress, revoke_security_group_ingress>(operations)
          .accepts({"GroupName", "SecurityGroupRuleIds"}));
  accept_permissions(
      bind<api::ec2::RevokeSecurityGroupEgress, revoke_security_group_egress>(operations)
          .accepts({"SecurityGroupRuleIds"}));
  bind<api::ec2::DeleteSecurityGroup, delete_security_group>(operations)
      .accepts({"GroupId", "GroupName"});
}

/// What a launch honours, whether the request or a template says it.
void accept_launch_members(dispatch::Binding& binding, const std::string& prefix) {
  for (const std::string_view member : {"ImageId",
                                        "InstanceType",
                                        "SecurityGroupIds",
                                        "SecurityGroups",
                                        "UserData",
                                        "KeyName",
                                        "DisableApiTermination",
                                        "DisableApiStop",
                                        "Placement.AvailabilityZone",
                                        "TagSpecifications",
                                        "NetworkInterfaces.AssociatePublicIpAddress",
                                        "NetworkInterfaces.DeleteOnTermination",
                                        "NetworkInterfaces.Description",
                                        "NetworkInterfaces.DeviceIndex",
                                        "NetworkInterfaces.Groups",
                                        "NetworkInterfaces.NetworkInterfaceId",
                                        "NetworkInterfaces.PrivateIpAddress",
                                        "NetworkInterfaces.PrivateIpAddresses",
                                        "NetworkInterfaces.SecondaryPrivateIpAddressCount",
                                        "NetworkInterfaces.SubnetId"}) {
    binding.accepts({prefix + std::string(member)});
  }
  // Shown where AWS shows them; nothing in this version acts upon them.
  for (const std::string_view member :
       {"BlockDeviceMappings.DeviceName", "BlockDeviceMappings.NoDevice", "BlockDeviceMappings.Ebs",
        "CreditSpecification", "EbsOptimized", "IamInstanceProfile",
        "InstanceInitiatedShutdownBehavior", "MetadataOptions", "Monitoring",
        "Placement.Tenancy"}) {
    binding.no_effect({prefix + std::string(member)});
  }
}

void bind_launch_templates(Operations& operations) {
  accept_launch_members(bind<api::ec2::CreateLaunchTemplate, create_launch_template>(operations)
                            .accepts({"ClientToken", "LaunchTemplateName", "VersionDescription",
                                      "TagSpecifications"}),
                        "LaunchTemplateData.");
  accept_launch_members(
      bind<api::ec2::CreateLaunchTemplateVersion, create_launch_template_version>(operations)
          .accepts({"ClientToken", "LaunchTemplateId", "LaunchTemplateName", "SourceVersion",
                    "VersionDescription"}),
      "LaunchTemplateData.");
  bind<api::ec2::DescribeLaunchTemplates, describe_launch_templates>(operations)
      .accepts({"LaunchTemplateIds", "LaunchTemplateNames", "Filters", "NextToken", "MaxResults"});
  bind<api::ec2::DescribeLaunchTemplateVersions, describe_launch_template_versions>(operations)
      .accepts({"LaunchTemplateId", "LaunchTemplateName", "Versions", "MinVersion", "MaxVersion",
                "NextToken", "MaxResults", "Filters"});
  bind<api::ec2::ModifyLaunchTemplate, modify_launch_template>(operations)
      .accepts({"LaunchTemplateId", "LaunchTemplateName", "DefaultVersion"})
      .no_effect({"ClientToken"});
  bind<api::ec2::DeleteLaunchTemplate, delete_launch_template>(operations)
      .accepts({"LaunchTemplateId", "LaunchTemplateName"});
  bind<api::ec2::DeleteLaunchTemplateVersions, delete_launch_template_versions>(operations)
      .accepts({"LaunchTemplateId", "LaunchTemplateName", "Versions"});
}

void bind_instances(Operations& operations) {
  accept_launch_members(bind<api::ec2::RunInstances, run_instances>(operations)
                            .accepts({"MinCount", "MaxCount", "SubnetId", "PrivateIpAddress",
                                      "LaunchTemplate", "ClientToken"}),
                        "");
  bind<api::ec2::DescribeInstances, describe_instances>(operations)
      .accepts({"InstanceIds", "Filters", "NextToken", "MaxResults"});
  bind<api::ec2::DescribeInstanceStatus, describe_instance_status>(operations)
      .accepts({"InstanceIds", "MaxResults", "NextToken", "Filters", "IncludeAllInstances"});
  bind<api::ec2::DescribeInstanceAttribute, describe_instance_attribute>(operations)
      .accepts({"InstanceId", "Attribute"});
  bind<api::ec2::ModifyInstanceAttribute, modify_instance_attribute>(operations)
      .accepts({"InstanceId", "Attribute", "Value", "InstanceType", "DisableApiTermination",
                "DisableApiStop", "UserData", "Groups", "SourceDestCheck"})
      .no_effect({"EbsOptimized", "InstanceInitiatedShutdownBehavior"});
  bind<api::ec2::StartInstances, start_instances>(operations).accepts({"InstanceIds"});
  bind<api::ec2::StopInstances, stop_instances>(operations)
      .accepts({"InstanceIds"})
      .no_effect({"Force", "SkipOsShutdown"});
  bind<api::ec2::RebootInstances, reboot_instances>(operations).accepts({"InstanceIds"});
  bind<api::ec2::TerminateInstances, terminate_instances>(operations)
      .accepts({"InstanceIds"})
      .no_effect({"Force", "SkipOsShutdown"});
  operations.on_event("instance-running", on_instance_running);
  operations.on_event("instance-stopped", on_instance_stopped);
  operations.on_event("instance-terminated", on_instance_terminated);
  operations.on_event("instance-forgotten", on_instance_forgotten);
  operations.on_fault(on_fault);
}

void bind_network_interfaces(Operations& operations) {
  bind<api::ec2::CreateNetworkInterface, create_network_interface>(operations)
      .accepts({"SubnetId", "Description", "PrivateIpAddress", "PrivateIpAddresses", "Groups",
                "SecondaryPrivateIpAddressCount", "TagSpecifications", "ClientToken"});
  bind<api::ec2::AttachNetworkInterface, attach_network_interface>(operations)
      .accepts({"NetworkInterfaceId", "InstanceId", "DeviceIndex"});
  bind<api::ec2::DescribeNetworkInterfaces, describe_network_interfaces>(operations)
      .accepts({"Filters", "NetworkInterfaceIds", "NextToken", "MaxResults"});
  bind<api::ec2::DescribeNetworkInterfaceAttribute, describe_network_interface_attribute>(
      operations)
      .accepts({"NetworkInterfaceId", "Attribute"});
  bind<api::ec2::ModifyNetworkInterfaceAttribute, modify_network_interface_attribute>(operations)
      .accepts({"NetworkInterfaceId", "Description", "Groups", "Attachment.AttachmentId",
                "Attachment.DeleteOnTermination", "SourceDestCheck"});
  bind<api::ec2::AssignPrivateIpAddresses, assign_private_ip_addresses>(operations)
      .accepts({"NetworkInterfaceId", "PrivateIpAddresses", "SecondaryPrivateIpAddressCount"});
  bind<api::ec2::UnassignPrivateIpAddresses, unassign_private_ip_addresses>(operations)
      .accepts({"NetworkInterfaceId", "PrivateIpAddresses"});
  bind<api::ec2::DetachNetworkInterface, detach_network_interface>(operations)
      .accepts({"AttachmentId"})
      .no_effect({"Force"});
  bind<api::ec2::DeleteNetworkInterface, delete_network_interface>(operations)
      .accepts({"NetworkInterfaceId"});
  operations.on_event("interface-detached", on_interface_detached);
}

void bind_addresses(Operations& operations) {
  bind<api::ec2::AllocateAddress, allocate_address>(operations)
      .accepts({"Domain", "TagSpecifications"});
  bind<api::ec2::AssociateAddress, associate_address>(operations)
      .accepts({"AllocationId", "InstanceId", "PublicIp", "NetworkInterfaceId", "PrivateIpAddress",
                "AllowReassociation"});
  bind<api::ec2::DescribeAddresses, describe_addresses>(operations)
      .accepts({"PublicIps", "Filters", "AllocationIds"});
  bind<api::ec2::DescribeAddressesAttribute, describe_addresses_attribute>(operations)
      .accepts({"AllocationIds", "Attribute", "NextToken", "MaxResults"});
  bind<api::ec2::DisassociateAddress, disassociate_address>(operations)
      .accepts({"AssociationId", "PublicIp"});
  bind<api::ec2::ReleaseAddress, release_address>(operations).accepts({"AllocationId", "PublicIp"});
}

void bind_tags(Operations& operations) {
  bind<api::ec2::CreateTags, create_tags>(operations).accepts({"Resources", "Tags"});
  bind<api::ec2::DescribeTags, describe_tags>(operations)
      .accepts({"Filters", "MaxResults", "NextToken"});
  bind<api::ec2::DeleteTags, delete_tags>(operations).accepts({"Resources", "Tags"});
}

void bind_catalogue(Operations& operations) {
  // Constant data: these need no default VPC, so looking at it leaves the account as it was.
  operations.bind<api::ec2::DescribeRegions>(describe_regions)
      .accepts({"RegionNames", "Filters"})
      .no_effect({"AllRegions"});
  operations.bind<api::ec2::DescribeAvailabilityZones>(describe_availability_zones)
      .accepts({"ZoneNames", "ZoneIds", "Filters"})
      .no_effect({"AllAvailabilityZones"});
  operations.bind<api::ec2::DescribeImages>(describe_images)
      .accepts({"ImageIds", "Owners", "MaxResults", "NextToken", "Filters"})
      .no_effect({"IncludeDeprecated", "IncludeDisabled"});
  operations.bind<api::ec2::DescribeInstanceTypes>(describe_instance_types)
      .accepts({"InstanceTypes", "Filters", "MaxResults", "NextToken"});
  operations.bind<api::ec2::DescribeInstanceTypeOfferings>(describe_instance_type_offerings)
      .accepts({"LocationType", "Filters", "MaxResults", "NextToken"});
}

}  // namespace
}  // namespace ec2

void bind_ec2(dispatch::Registry& registry) {
  ec2::Operations operations(registry, api::ec2::kService, dispatch::Scope::regional);
  ec2::bind_vpcs(operations);
  ec2::bind_subnets(operations);
  ec2::bind_internet_gateways(operations);
  ec2::bind_route_tables(operations);
  ec2::bind_security_groups(operations);
  ec2::bind_network_interfaces(operations);
  ec2::bind_addresses(operations);
  ec2::bind_launch_templates(operations);
  ec2::bind_instances(operations);
  ec2::bind_tags(operations);
  ec2::bind_catalogue(operations);
}

}  // namespace fallstreak::services
