#include "services/ec2/bindings.h"
#include "services/ec2/fleets.h"
#include "services/ec2/spot_fleets.h"

/// Which operation of EC2 Fleets and Spot Fleets has which handler, and what of its request it
/// honours.
namespace fallstreak::services::ec2 {
namespace {

/// What a configuration of an EC2 Fleet may say.
void accept_configurations(dispatch::Binding& binding) {
  binding.accepts(
      {"LaunchTemplateConfigs.LaunchTemplateSpecification.LaunchTemplateId",
       "LaunchTemplateConfigs.LaunchTemplateSpecification.LaunchTemplateName",
       "LaunchTemplateConfigs.LaunchTemplateSpecification.Version",
       "LaunchTemplateConfigs.Overrides.AvailabilityZone",
       "LaunchTemplateConfigs.Overrides.ImageId",
       "LaunchTemplateConfigs.Overrides.InstanceRequirements",
       "LaunchTemplateConfigs.Overrides.InstanceType", "LaunchTemplateConfigs.Overrides.MaxPrice",
       "LaunchTemplateConfigs.Overrides.Priority", "LaunchTemplateConfigs.Overrides.SubnetId",
       "LaunchTemplateConfigs.Overrides.WeightedCapacity",
       "TargetCapacitySpecification.DefaultTargetCapacityType",
       "TargetCapacitySpecification.OnDemandTargetCapacity",
       "TargetCapacitySpecification.SpotTargetCapacity",
       "TargetCapacitySpecification.TargetCapacityUnitType",
       "TargetCapacitySpecification.TotalTargetCapacity", "ExcessCapacityTerminationPolicy"});
  // AWS: "Reserved."
  binding.no_effect({"Context"});
}

void bind_ec2_fleets(Operations& operations) {
  accept_configurations(
      bind<api::ec2::CreateFleet, create_fleet>(operations)
          .accepts({"ClientToken", "Type", "OnDemandOptions.AllocationStrategy",
                    "ReplaceUnhealthyInstances", "SpotOptions.AllocationStrategy",
                    "SpotOptions.InstanceInterruptionBehavior",
                    "SpotOptions.InstancePoolsToUseCount", "SpotOptions.MaintenanceStrategies",
                    "TagSpecifications", "TerminateInstancesWithExpiration", "ValidFrom",
                    "ValidUntil"}));
  bind<api::ec2::DescribeFleets, describe_fleets>(operations)
      .accepts({"FleetIds", "Filters", "MaxResults", "NextToken"});
  bind<api::ec2::DescribeFleetInstances, describe_fleet_instances>(operations)
      .accepts({"FleetId", "Filters", "MaxResults", "NextToken"});
  bind<api::ec2::DescribeFleetHistory, describe_fleet_history>(operations)
      .accepts({"FleetId", "EventType", "StartTime", "MaxResults", "NextToken"});
  accept_configurations(bind<api::ec2::ModifyFleet, modify_fleet>(operations).accepts({"FleetId"}));
  bind<api::ec2::DeleteFleets, delete_fleets>(operations)
      .accepts({"FleetIds", "TerminateInstances"});
  operations.on_event("fleet-evaluation", on_fleet_evaluation);
  operations.on_event("fleet-expired", on_fleet_expired);
  operations.on_event("fleet-instance-replaced", on_fleet_instance_replaced);
  operations.on_event("fleet-forgotten", on_fleet_forgotten);
}

/// What a launch specification of a Spot Fleet may say.
void accept_specifications(dispatch::Binding& binding) {
  const std::string prefix = "SpotFleetRequestConfig.LaunchSpecifications.";
  for (const std::string_view member : {"BlockDeviceMappings.DeviceName",
                                        "BlockDeviceMappings.NoDevice",
                                        "BlockDeviceMappings.Ebs.DeleteOnTermination",
                                        "BlockDeviceMappings.Ebs.Encrypted",
                                        "BlockDeviceMappings.Ebs.SnapshotId",
                                        "BlockDeviceMappings.Ebs.VolumeSize",
                                        "BlockDeviceMappings.Ebs.VolumeType",
                                        "IamInstanceProfile",
                                        "ImageId",
                                        "InstanceRequirements",
                                        "InstanceType",
                                        "KeyName",
                                        "Monitoring",
                                        "NetworkInterfaces.AssociatePublicIpAddress",
                                        "NetworkInterfaces.DeleteOnTermination",
                                        "NetworkInterfaces.Description",
                                        "NetworkInterfaces.DeviceIndex",
                                        "NetworkInterfaces.Groups",
                                        "NetworkInterfaces.SubnetId",
                                        "Placement.AvailabilityZone",
                                        "Placement.GroupName",
                                        "SecurityGroups",
                                        "SpotPrice",
                                        "SubnetId",
                                        "TagSpecifications",
                                        "UserData",
                                        "WeightedCapacity"}) {
    binding.accepts({prefix + std::string(member)});
  }
  for (const std::string_view member :
       {"BlockDeviceMappings.Ebs.Iops", "BlockDeviceMappings.Ebs.KmsKeyId",
        "BlockDeviceMappings.Ebs.Throughput", "EbsOptimized"}) {
    binding.no_effect({prefix + std::string(member)});
  }
}

void accept_spot_fleet_config(dispatch::Binding& binding) {
  const std::string prefix = "SpotFleetRequestConfig.";
  for (const std::string_view member : {"AllocationStrategy",
                                        "OnDemandAllocationStrategy",
                                        "SpotMaintenanceStrategies",
                                        "ClientToken",
                                        "ExcessCapacityTerminationPolicy",
                                        "LaunchTemplateConfigs.LaunchTemplateSpecification",
                                        "LaunchTemplateConfigs.Overrides.AvailabilityZone",
                                        "LaunchTemplateConfigs.Overrides.InstanceRequirements",
                                        "LaunchTemplateConfigs.Overrides.InstanceType",
                                        "LaunchTemplateConfigs.Overrides.Priority",
                                        "LaunchTemplateConfigs.Overrides.SpotPrice",
                                        "LaunchTemplateConfigs.Overrides.SubnetId",
                                        "LaunchTemplateConfigs.Overrides.WeightedCapacity",
                                        "SpotPrice",
                                        "TargetCapacity",
                                        "OnDemandTargetCapacity",
                                        "TerminateInstancesWithExpiration",
                                        "Type",
                                        "ValidFrom",
                                        "ValidUntil",
                                        "ReplaceUnhealthyInstances",
                                        "InstanceInterruptionBehavior",
                                        "InstancePoolsToUseCount",
                                        "TargetCapacityUnitType",
                                        "TagSpecifications"}) {
    binding.accepts({prefix + std::string(member)});
  }
  // Nobody asks what a role may do; the context is reserved, and what is fulfilled is AWS's to say.
  for (const std::string_view member :
       {"IamFleetRole", "Context", "FulfilledCapacity", "OnDemandFulfilledCapacity"}) {
    binding.no_effect({prefix + std::string(member)});
  }
}

void bind_spot_fleets(Operations& operations) {
  auto& requesting = bind<api::ec2::RequestSpotFleet, request_spot_fleet>(operations);
  accept_spot_fleet_config(requesting);
  accept_specifications(requesting);
  bind<api::ec2::DescribeSpotFleetRequests, describe_spot_fleet_requests>(operations)
      .accepts({"SpotFleetRequestIds", "MaxResults", "NextToken"});
  bind<api::ec2::DescribeSpotFleetInstances, describe_spot_fleet_instances>(operations)
      .accepts({"SpotFleetRequestId", "MaxResults", "NextToken"});
  bind<api::ec2::DescribeSpotFleetRequestHistory, describe_spot_fleet_request_history>(operations)
      .accepts({"SpotFleetRequestId", "EventType", "StartTime", "MaxResults", "NextToken"});
  bind<api::ec2::ModifySpotFleetRequest, modify_spot_fleet_request>(operations)
      .accepts(
          {"SpotFleetRequestId", "TargetCapacity", "OnDemandTargetCapacity",
           "ExcessCapacityTerminationPolicy", "LaunchTemplateConfigs.LaunchTemplateSpecification",
           "LaunchTemplateConfigs.Overrides.AvailabilityZone",
           "LaunchTemplateConfigs.Overrides.InstanceRequirements",
           "LaunchTemplateConfigs.Overrides.InstanceType",
           "LaunchTemplateConfigs.Overrides.Priority", "LaunchTemplateConfigs.Overrides.SpotPrice",
           "LaunchTemplateConfigs.Overrides.SubnetId",
           "LaunchTemplateConfigs.Overrides.WeightedCapacity"})
      .no_effect({"Context"});
  bind<api::ec2::CancelSpotFleetRequests, cancel_spot_fleet_requests>(operations)
      .accepts({"SpotFleetRequestIds", "TerminateInstances"});
}

}  // namespace

void bind_fleets(Operations& operations) {
  bind_ec2_fleets(operations);
  bind_spot_fleets(operations);
}

}  // namespace fallstreak::services::ec2
