#include "services/ec2/ec2.h"

#include "api/ec2/service.h"
#include "dispatch/held_metric.h"
#include "services/ec2/bindings.h"
#include "services/ec2/capacity_reservations.h"
#include "services/ec2/catalogue_operations.h"
#include "services/ec2/cpu_options.h"
#include "services/ec2/iam_instance_profiles.h"
#include "services/ec2/instance_changes.h"
#include "services/ec2/instance_options.h"
#include "services/ec2/instance_requirements.h"
#include "services/ec2/instances.h"
#include "services/ec2/launch_templates.h"
#include "services/ec2/metrics.h"
#include "services/ec2/placement_groups.h"
#include "services/ec2/reserved_instances.h"
#include "services/ec2/scheduled_events.h"
#include "services/ec2/spot_requests.h"
#include "services/ec2/tags.h"
#include "services/ec2/target_paths.h"

namespace fallstreak::services {
namespace ec2 {
namespace {

/// What a launch honours, whether the request or a template says it.
void accept_launch_members(dispatch::Binding& binding, const std::string& prefix) {
  for (const std::string_view member : {"ImageId",
                                        "InstanceType",
                                        "SecurityGroupIds",
                                        "SecurityGroups",
                                        "UserData",
                                        "KeyName",
                                        "MetadataOptions.HttpEndpoint",
                                        "MetadataOptions.HttpTokens",
                                        "MetadataOptions.InstanceMetadataTags",
                                        "DisableApiTermination",
                                        "DisableApiStop",
                                        "IamInstanceProfile",
                                        "InstanceMarketOptions.MarketType",
                                        "InstanceMarketOptions.SpotOptions.MaxPrice",
                                        "InstanceMarketOptions.SpotOptions.SpotInstanceType",
                                        "InstanceMarketOptions.SpotOptions.ValidUntil",
                                        "InstanceMarketOptions.SpotOptions."
                                        "InstanceInterruptionBehavior",
                                        "Monitoring",
                                        "Placement.AvailabilityZone",
                                        "Placement.GroupName",
                                        "TagSpecifications",
                                        "CapacityReservationSpecification."
                                        "CapacityReservationPreference",
                                        "CapacityReservationSpecification."
                                        "CapacityReservationTarget.CapacityReservationId",
                                        "EnclaveOptions.Enabled",
                                        "HibernationOptions.Configured",
                                        "BlockDeviceMappings.DeviceName",
                                        "BlockDeviceMappings.NoDevice",
                                        "BlockDeviceMappings.Ebs.DeleteOnTermination",
                                        "BlockDeviceMappings.Ebs.Encrypted",
                                        "BlockDeviceMappings.Ebs.SnapshotId",
                                        "BlockDeviceMappings.Ebs.VolumeSize",
                                        "BlockDeviceMappings.Ebs.VolumeType",
                                        "NetworkInterfaces.AssociatePublicIpAddress",
                                        "NetworkInterfaces.DeleteOnTermination",
                                        "NetworkInterfaces.Description",
                                        "NetworkInterfaces.DeviceIndex",
                                        "NetworkInterfaces.Groups",
                                        "NetworkInterfaces.Ipv4PrefixCount",
                                        "NetworkInterfaces.Ipv4Prefixes",
                                        "NetworkInterfaces.Ipv6AddressCount",
                                        "NetworkInterfaces.Ipv6Addresses",
                                        "NetworkInterfaces.Ipv6PrefixCount",
                                        "NetworkInterfaces.Ipv6Prefixes",
                                        "NetworkInterfaces.NetworkInterfaceId",
                                        "NetworkInterfaces.PrimaryIpv6",
                                        "NetworkInterfaces.PrivateIpAddress",
                                        "NetworkInterfaces.PrivateIpAddresses",
                                        "NetworkInterfaces.SecondaryPrivateIpAddressCount",
                                        "NetworkInterfaces.SubnetId"}) {
    binding.accepts({prefix + std::string(member)});
  }
  // Shown where AWS shows them; nothing in this version acts upon them.
  for (const std::string_view member :
       {"BlockDeviceMappings.Ebs.Iops", "BlockDeviceMappings.Ebs.KmsKeyId",
        "BlockDeviceMappings.Ebs.Throughput", "CpuOptions.CoreCount", "CpuOptions.ThreadsPerCore",
        "CreditSpecification", "EbsOptimized", "InstanceInitiatedShutdownBehavior",
        "MaintenanceOptions.AutoRecovery", "MetadataOptions.HttpProtocolIpv6",
        "PrivateDnsNameOptions", "MetadataOptions.HttpPutResponseHopLimit",
        "Placement.PartitionNumber", "Placement.Tenancy"}) {
    binding.no_effect({prefix + std::string(member)});
  }
}

void bind_launch_templates(Operations& operations) {
  accept_launch_members(
      bind<api::ec2::CreateLaunchTemplate, create_launch_template>(operations)
          .accepts({"ClientToken", "LaunchTemplateName", "VersionDescription", "TagSpecifications",
                    "LaunchTemplateData.InstanceRequirements"}),
      "LaunchTemplateData.");
  accept_launch_members(
      bind<api::ec2::CreateLaunchTemplateVersion, create_launch_template_version>(operations)
          .accepts({"ClientToken", "LaunchTemplateId", "LaunchTemplateName", "SourceVersion",
                    "VersionDescription", "LaunchTemplateData.InstanceRequirements"}),
      "LaunchTemplateData.");
  bind<api::ec2::GetLaunchTemplateData, get_launch_template_data>(operations)
      .accepts({"InstanceId"});
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
  accept_launch_members(
      bind<api::ec2::RunInstances, run_instances>(operations)
          .accepts({"MinCount", "MaxCount", "SubnetId", "PrivateIpAddress", "Ipv6AddressCount",
                    "Ipv6Addresses", "EnablePrimaryIpv6", "LaunchTemplate", "ClientToken"}),
      "");
  bind<api::ec2::DescribeInstances, describe_instances>(operations)
      .accepts({"InstanceIds", "Filters", "NextToken", "MaxResults"});
  bind<api::ec2::DescribeInstanceStatus, describe_instance_status>(operations)
      .accepts({"InstanceIds", "MaxResults", "NextToken", "Filters", "IncludeAllInstances"});
  bind<api::ec2::DescribeInstanceAttribute, describe_instance_attribute>(operations)
      .accepts({"InstanceId", "Attribute"});
  bind<api::ec2::ModifyInstanceAttribute, modify_instance_attribute>(operations)
      .accepts({"InstanceId", "Attribute", "Value", "InstanceType", "DisableApiTermination",
                "DisableApiStop", "UserData", "Groups", "SourceDestCheck",
                "BlockDeviceMappings.DeviceName", "BlockDeviceMappings.Ebs.DeleteOnTermination"})
      .no_effect({"EbsOptimized", "InstanceInitiatedShutdownBehavior"});
  bind<api::ec2::StartInstances, start_instances>(operations).accepts({"InstanceIds"});
  bind<api::ec2::StopInstances, stop_instances>(operations)
      .accepts({"InstanceIds"})
      .no_effect({"Force", "SkipOsShutdown"});
  bind<api::ec2::RebootInstances, reboot_instances>(operations).accepts({"InstanceIds"});
  bind<api::ec2::TerminateInstances, terminate_instances>(operations)
      .accepts({"InstanceIds"})
      .no_effect({"Force", "SkipOsShutdown"});
  bind<api::ec2::ModifyInstanceMetadataOptions, modify_instance_metadata_options>(operations)
      .accepts({"InstanceId", "HttpTokens", "HttpEndpoint", "InstanceMetadataTags"})
      .no_effect({"HttpPutResponseHopLimit", "HttpProtocolIpv6"});
  bind<api::ec2::MonitorInstances, monitor_instances>(operations).accepts({"InstanceIds"});
  bind<api::ec2::UnmonitorInstances, unmonitor_instances>(operations).accepts({"InstanceIds"});
  // Nobody spends credits: what a burstable type may do is only shown.
  bind<api::ec2::DescribeInstanceCreditSpecifications, describe_instance_credit_specifications>(
      operations)
      .accepts({"Filters", "InstanceIds", "MaxResults", "NextToken"});
  bind<api::ec2::ModifyInstanceCreditSpecification, modify_instance_credit_specification>(
      operations)
      .accepts({"InstanceCreditSpecifications.InstanceId"})
      .no_effect({"ClientToken", "InstanceCreditSpecifications.CpuCredits"});
  // Nor does anybody use processors.
  bind<api::ec2::ModifyInstanceCpuOptions, modify_instance_cpu_options>(operations)
      .accepts({"InstanceId"})
      .no_effect({"CoreCount", "ThreadsPerCore"});
  bind<api::ec2::ModifyInstancePlacement, modify_instance_placement>(operations)
      .accepts({"InstanceId", "GroupName", "PartitionNumber"});
  // Host names are not resolved, and nothing fails that would recover by itself.
  bind<api::ec2::ModifyPrivateDnsNameOptions, modify_private_dns_name_options>(operations)
      .accepts({"InstanceId"})
      .no_effect({"PrivateDnsHostnameType", "EnableResourceNameDnsARecord",
                  "EnableResourceNameDnsAAAARecord"});
  bind<api::ec2::ModifyInstanceMaintenanceOptions, modify_instance_maintenance_options>(operations)
      .accepts({"InstanceId"})
      .no_effect({"AutoRecovery", "RebootMigration"});
  bind<api::ec2::ResetInstanceAttribute, reset_instance_attribute>(operations)
      .accepts({"InstanceId", "Attribute"});
  bind<api::ec2::GetPasswordData, get_password_data>(operations).accepts({"InstanceId"});
  bind<api::ec2::GetConsoleOutput, get_console_output>(operations)
      .accepts({"InstanceId", "Latest"});
  bind<api::ec2::ModifyInstanceEventStartTime, modify_instance_event_start_time>(operations)
      .accepts({"InstanceId", "InstanceEventId", "NotBefore"});
  operations.on_event("scheduled-event-due", on_scheduled_event_due);
  operations.on_event("paths-asked", on_paths_asked);
  operations.on_event("instance-running", on_instance_running);
  operations.on_event("instance-stopped", on_instance_stopped);
  operations.on_event("instance-terminated", on_instance_terminated);
  operations.on_event("instance-forgotten", on_instance_forgotten);
  operations.on_event("metrics-due", on_metrics_due);
  static_assert(dispatch::kGroupCountEvent == "ec2.counted-in-group");
  operations.on_event("counted-in-group", on_counted_in_group);
  operations.on_fault(on_fault);
}

void bind_capacity_reservations(Operations& operations) {
  // Future-dated ones, capacity blocks, Outposts and placement groups are refused by name.
  bind<api::ec2::CreateCapacityReservation, create_capacity_reservation>(operations)
      .accepts({"ClientToken", "InstanceType", "InstancePlatform", "AvailabilityZone",
                "AvailabilityZoneId", "Tenancy", "InstanceCount", "EndDate", "EndDateType",
                "InstanceMatchCriteria", "TagSpecifications"})
      .no_effect({"EbsOptimized", "EphemeralStorage"});
  bind<api::ec2::DescribeCapacityReservations, describe_capacity_reservations>(operations)
      .accepts({"CapacityReservationIds", "Filters", "MaxResults", "NextToken"});
  bind<api::ec2::GetCapacityReservationUsage, get_capacity_reservation_usage>(operations)
      .accepts({"CapacityReservationId"});
  bind<api::ec2::ModifyCapacityReservation, modify_capacity_reservation>(operations)
      .accepts({"CapacityReservationId", "InstanceCount", "EndDate", "EndDateType",
                "InstanceMatchCriteria"});
  bind<api::ec2::ModifyInstanceCapacityReservationAttributes,
       modify_instance_capacity_reservation_attributes>(operations)
      .accepts({"InstanceId", "CapacityReservationSpecification.CapacityReservationPreference",
                "CapacityReservationSpecification.CapacityReservationTarget."
                "CapacityReservationId"});
  bind<api::ec2::CancelCapacityReservation, cancel_capacity_reservation>(operations)
      .accepts({"CapacityReservationId"});
  operations.on_event("capacity-reservation-expired", on_capacity_reservation_expired);
  operations.on_event("capacity-reservation-forgotten", on_capacity_reservation_forgotten);
}

void bind_spot(Operations& operations) {
  bind<api::ec2::RequestSpotInstances, request_spot_instances>(operations)
      .accepts({"AvailabilityZoneGroup",
                "ClientToken",
                "InstanceCount",
                "InstanceInterruptionBehavior",
                "LaunchGroup",
                "SpotPrice",
                "TagSpecifications",
                "Type",
                "ValidFrom",
                "ValidUntil",
                "LaunchSpecification.BlockDeviceMappings.DeviceName",
                "LaunchSpecification.BlockDeviceMappings.NoDevice",
                "LaunchSpecification.BlockDeviceMappings.Ebs.DeleteOnTermination",
                "LaunchSpecification.BlockDeviceMappings.Ebs.Encrypted",
                "LaunchSpecification.BlockDeviceMappings.Ebs.SnapshotId",
                "LaunchSpecification.BlockDeviceMappings.Ebs.VolumeSize",
                "LaunchSpecification.BlockDeviceMappings.Ebs.VolumeType",
                "LaunchSpecification.IamInstanceProfile",
                "LaunchSpecification.ImageId",
                "LaunchSpecification.InstanceType",
                "LaunchSpecification.KeyName",
                "LaunchSpecification.Monitoring",
                "LaunchSpecification.NetworkInterfaces.AssociatePublicIpAddress",
                "LaunchSpecification.NetworkInterfaces.DeleteOnTermination",
                "LaunchSpecification.NetworkInterfaces.Description",
                "LaunchSpecification.NetworkInterfaces.DeviceIndex",
                "LaunchSpecification.NetworkInterfaces.Groups",
                "LaunchSpecification.NetworkInterfaces.SubnetId",
                "LaunchSpecification.Placement.AvailabilityZone",
                "LaunchSpecification.Placement.GroupName",
                "LaunchSpecification.SecurityGroupIds",
                "LaunchSpecification.SecurityGroups",
                "LaunchSpecification.SubnetId",
                "LaunchSpecification.UserData"})
      .no_effect({"LaunchSpecification.BlockDeviceMappings.Ebs.Iops",
                  "LaunchSpecification.BlockDeviceMappings.Ebs.KmsKeyId",
                  "LaunchSpecification.BlockDeviceMappings.Ebs.Throughput",
                  "LaunchSpecification.EbsOptimized"});
  bind<api::ec2::DescribeSpotInstanceRequests, describe_spot_instance_requests>(operations)
      .accepts({"SpotInstanceRequestIds", "Filters", "MaxResults", "NextToken"});
  bind<api::ec2::CancelSpotInstanceRequests, cancel_spot_instance_requests>(operations)
      .accepts({"SpotInstanceRequestIds"});
  // Constant data of the seed: it needs no default VPC.
  operations.bind<api::ec2::DescribeSpotPriceHistory>(describe_spot_price_history)
      .accepts({"StartTime", "EndTime", "InstanceTypes", "ProductDescriptions", "Filters",
                "AvailabilityZone", "MaxResults", "NextToken"});
  // Marketplace, LimitPrice and PurchaseTime are of offerings that are not here.
  bind<api::ec2::DescribeReservedInstancesOfferings, describe_reserved_instances_offerings>(
      operations)
      .accepts({"AvailabilityZone", "Filters", "InstanceTenancy", "InstanceType", "MaxDuration",
                "MaxResults", "MinDuration", "NextToken", "OfferingClass", "OfferingType",
                "ProductDescription", "ReservedInstancesOfferingIds"})
      // There is no marketplace, so leaving it out or not is the same.
      .no_effect({"IncludeMarketplace", "MaxInstanceCount"});
  bind<api::ec2::PurchaseReservedInstancesOffering, purchase_reserved_instances_offering>(
      operations)
      .accepts({"InstanceCount", "ReservedInstancesOfferingId"});
  bind<api::ec2::DescribeReservedInstances, describe_reserved_instances>(operations)
      .accepts({"Filters", "OfferingClass", "OfferingType", "ReservedInstancesIds"});
  bind_capacity_reservations(operations);
  operations.on_event("reservation-paid", on_reservation_paid);
  operations.on_event("reservation-over", on_reservation_over);
  operations.on_event("spot-evaluation", on_spot_evaluation);
  operations.on_event("spot-interruption", on_spot_interruption);
}

void bind_instance_surroundings(Operations& operations) {
  bind<api::ec2::AssociateIamInstanceProfile, associate_iam_instance_profile>(operations)
      .accepts({"IamInstanceProfile", "InstanceId"});
  bind<api::ec2::DescribeIamInstanceProfileAssociations,
       describe_iam_instance_profile_associations>(operations)
      .accepts({"AssociationIds", "Filters", "MaxResults", "NextToken"});
  bind<api::ec2::ReplaceIamInstanceProfileAssociation, replace_iam_instance_profile_association>(
      operations)
      .accepts({"IamInstanceProfile", "AssociationId"});
  bind<api::ec2::DisassociateIamInstanceProfile, disassociate_iam_instance_profile>(operations)
      .accepts({"AssociationId"});
  operations.on_event("profile-associated", on_profile_associated);
  operations.on_event("profile-disassociated", on_profile_disassociated);
  bind<api::ec2::CreatePlacementGroup, create_placement_group>(operations)
      .accepts({"PartitionCount", "TagSpecifications", "GroupName", "Strategy"})
      .no_effect({"SpreadLevel"});
  bind<api::ec2::DescribePlacementGroups, describe_placement_groups>(operations)
      .accepts({"GroupIds", "GroupNames", "Filters"});
  bind<api::ec2::DeletePlacementGroup, delete_placement_group>(operations).accepts({"GroupName"});
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
  operations.bind<api::ec2::DescribeInstanceTypes>(describe_instance_types)
      .accepts({"InstanceTypes", "Filters", "MaxResults", "NextToken"});
  operations.bind<api::ec2::DescribeInstanceTypeOfferings>(describe_instance_type_offerings)
      .accepts({"LocationType", "Filters", "MaxResults", "NextToken"});
  operations
      .bind<api::ec2::GetInstanceTypesFromInstanceRequirements>(
          get_instance_types_from_instance_requirements)
      .accepts({"ArchitectureTypes", "VirtualizationTypes", "InstanceRequirements", "MaxResults",
                "NextToken"});
}

}  // namespace
}  // namespace ec2

void bind_ec2(dispatch::Registry& registry) {
  ec2::Operations operations(registry, api::ec2::kService, dispatch::Scope::regional);
  ec2::bind_networks(operations);
  ec2::bind_storage(operations);
  ec2::bind_launch_templates(operations);
  ec2::bind_instances(operations);
  ec2::bind_spot(operations);
  ec2::bind_fleets(operations);
  ec2::bind_instance_surroundings(operations);
  ec2::bind_tags(operations);
  ec2::bind_catalogue(operations);
}

}  // namespace fallstreak::services
