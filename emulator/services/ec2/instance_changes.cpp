#include "services/ec2/instance_changes.h"

#include "services/ec2/errors.h"
#include "services/ec2/instance_options.h"
#include "services/ec2/instances.h"
#include "services/ec2/network_interfaces.h"
#include "services/ec2/placement_groups.h"

/// Where an instance is placed, how it is called, and what was changed of it taken back.
namespace fallstreak::services::ec2 {
namespace {

const InstanceRecord& find_stopped(const Context& context, const std::string& instance_id) {
  const InstanceRecord& row = find_instance(context, instance_id);
  if (row.state == InstanceState::stopped) return row;
  throw incorrect_instance_state("The instance '" + instance_id +
                                 "' is not in the 'stopped' state.");
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstancePlacement.html
api::ec2::ModifyInstancePlacementResult modify_instance_placement(
    Context& context, const api::ec2::ModifyInstancePlacementRequest& request) {
  const InstanceRecord& row = find_stopped(context, *request.InstanceId);
  // AWS: "At least one attribute for affinity, host ID, tenancy, or placement group name must be
  // specified in the request."
  if (!request.GroupName && !request.PartitionNumber) {
    throw invalid_parameter_combination("At least one placement attribute must be specified");
  }
  // AWS: "To remove an instance from a placement group, specify an empty string".
  const std::string group = request.GroupName.value_or(row.placement_group);
  const std::int32_t partition = request.PartitionNumber.value_or(0);
  if (!group.empty()) {
    const auto& placement = find_placement_group(context, group);
    check_placement(context, placement, type_of(row), row.zone, 1);
    const std::int32_t most = placement.group.PartitionCount.value_or(0);
    if (request.PartitionNumber && (partition < 1 || partition > most)) {
      throw invalid_value_for(std::to_string(partition), "PartitionNumber",
                              "The placement group has " + std::to_string(most) + " partitions.");
    }
  } else if (request.PartitionNumber) {
    throw invalid_parameter_combination(
        "The parameter PartitionNumber needs a placement group with the partition strategy");
  }
  // It joins the group when it is started.
  context.state.instances.update(*request.InstanceId, [&](InstanceRecord& changed) {
    changed.placement_group = group;
    changed.partition_number = partition;
  });
  return {.Return = true};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyPrivateDnsNameOptions.html
api::ec2::ModifyPrivateDnsNameOptionsResult modify_private_dns_name_options(
    Context& context, const api::ec2::ModifyPrivateDnsNameOptionsRequest& request) {
  // AWS: the type of the name is changed while the instance is stopped.
  if (request.PrivateDnsHostnameType) {
    find_stopped(context, *request.InstanceId);
  } else {
    check_not_gone(find_instance(context, *request.InstanceId));
  }
  context.state.instances.update(*request.InstanceId, [&](InstanceRecord& row) {
    const auto set = [](const std::optional<bool>& given, bool& value) {
      if (given) value = *given;
    };
    if (request.PrivateDnsHostnameType) {
      row.has_resource_name = request.PrivateDnsHostnameType == "resource-name";
    }
    set(request.EnableResourceNameDnsARecord, row.has_resource_a_record);
    set(request.EnableResourceNameDnsAAAARecord, row.has_resource_aaaa_record);
  });
  return {.Return = true};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMaintenanceOptions.html
api::ec2::ModifyInstanceMaintenanceOptionsResult modify_instance_maintenance_options(
    Context& context, const api::ec2::ModifyInstanceMaintenanceOptionsRequest& request) {
  check_not_gone(find_instance(context, *request.InstanceId));
  context.state.instances.update(*request.InstanceId, [&](InstanceRecord& row) {
    if (request.AutoRecovery) row.recovers_automatically = request.AutoRecovery == "default";
    if (request.RebootMigration) row.migrates_on_reboot = request.RebootMigration == "default";
  });
  const InstanceRecord& row = find_instance(context, *request.InstanceId);
  return {.InstanceId = request.InstanceId,
          .AutoRecovery = row.recovers_automatically ? "default" : "disabled",
          .RebootMigration = row.migrates_on_reboot ? "default" : "disabled"};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetInstanceAttribute.html
api::ec2::ResetInstanceAttributeResponse reset_instance_attribute(
    Context& context, const api::ec2::ResetInstanceAttributeRequest& request) {
  const std::string& name = *request.Attribute;
  // AWS: "You can only reset the following attributes: kernel | ramdisk | sourceDestCheck", the
  // first two while it is stopped. No image here has a kernel of its own.
  if (name == "kernel" || name == "ramdisk") {
    find_stopped(context, *request.InstanceId);
    return {};
  }
  if (name != "sourceDestCheck") {
    throw invalid_value_for(name, "attribute", "Expecting kernel, ramdisk or sourceDestCheck.");
  }
  const InstanceRecord& row = find_instance(context, *request.InstanceId);
  check_not_gone(row);
  context.state.network_interfaces.update(
      row.interface_ids.front(),
      [](NetworkInterfaceRecord& changed) { changed.source_dest_check = true; });
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetPasswordData.html
api::ec2::GetPasswordDataResult get_password_data(Context& context,
                                                  const api::ec2::GetPasswordDataRequest& request) {
  const InstanceRecord& row = find_instance(context, *request.InstanceId);
  if (image_of(context.state, row).is_windows) {
    throw not_implemented("GetPasswordData of a Windows instance");
  }
  // AWS: an instance that sets no password has none to tell.
  return {.InstanceId = row.instance_id, .Timestamp = context.now(), .PasswordData = ""};
}

}  // namespace fallstreak::services::ec2
