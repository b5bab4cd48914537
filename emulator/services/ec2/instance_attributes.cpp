#include <algorithm>

#include "services/ec2/catalogue.h"
#include "services/ec2/errors.h"
#include "services/ec2/instances.h"
#include "services/ec2/network_interfaces.h"
#include "services/ec2/storage_errors.h"
#include "services/ec2/user_data.h"

namespace fallstreak::services::ec2 {
namespace {

using Modification = api::ec2::ModifyInstanceAttributeRequest;

/// `Attribute=disableApiTermination&Value=true` is the same as a member of that name.
Modification in_members(const Modification& request) {
  Modification members = request;
  if (!request.Attribute) return members;
  if (!request.Value) throw missing_parameter("value");
  const std::string& name = *request.Attribute;
  const std::string& value = *request.Value;
  const api::ec2::AttributeBooleanValue flag{.Value = value == "true" || value == "True"};
  if (name == "instanceType") {
    members.InstanceType = {.Value = value};
  } else if (name == "disableApiTermination") {
    members.DisableApiTermination = flag;
  } else if (name == "disableApiStop") {
    members.DisableApiStop = flag;
  } else if (name == "sourceDestCheck") {
    members.SourceDestCheck = flag;
  } else if (name == "ebsOptimized") {
    members.EbsOptimized = flag;
  } else if (name == "userData") {
    members.UserData = {.Value = decode_user_data(value)};
  } else if (name == "instanceInitiatedShutdownBehavior") {
    members.InstanceInitiatedShutdownBehavior = {.Value = value};
  } else {
    throw not_implemented("Attribute " + name + " of ModifyInstanceAttribute");
  }
  return members;
}

int count_attributes(const Modification& request) {
  return int(request.InstanceType.has_value()) + int(request.DisableApiTermination.has_value()) +
         int(request.DisableApiStop.has_value()) + int(request.SourceDestCheck.has_value()) +
         int(request.EbsOptimized.has_value()) + int(request.UserData.has_value()) +
         int(request.InstanceInitiatedShutdownBehavior.has_value()) +
         int(request.Groups.has_value()) + int(request.BlockDeviceMappings.has_value());
}

void check_stopped(const InstanceRecord& row) {
  if (row.state == InstanceState::stopped) return;
  throw incorrect_instance_state("The instance '" + row.instance_id +
                                 "' is not in the 'stopped' state.");
}

void check_type(const Context& context, const InstanceRecord& row, const std::string& name) {
  const InstanceType* type = find_instance_type(name);
  if (type == nullptr) throw invalid_instance_type(name);
  const Image image = image_of(context.state, row);
  if (type->architecture != image.architecture) {
    throw unsupported_architecture(type->architecture, image.architecture);
  }
  const Zone* zone = find_zone(context.region(), row.zone);
  if (zone != nullptr && !offers(*zone, *type))
    throw unsupported_in_zone(name, row.zone, "another");
}

/// Whether volumes go with the instance: by device, as they are attached now.
void set_delete_on_termination(
    Context& context, const std::string& instance_id,
    std::span<const api::ec2::InstanceBlockDeviceMappingSpecification> mappings) {
  for (const auto& mapping : mappings) {
    if (!mapping.Ebs || !mapping.Ebs->DeleteOnTermination) continue;
    const bool value = *mapping.Ebs->DeleteOnTermination;
    const auto is_it = [&](const AttachedVolumeRecord& each) {
      return each.device_name == mapping.DeviceName;
    };
    const auto& volumes = find_instance(context, instance_id).volumes;
    const auto found = std::ranges::find_if(volumes, is_it);
    if (found == volumes.end()) {
      throw no_device_at(mapping.DeviceName.value_or(""), instance_id);
    }
    const std::string volume_id = found->volume_id;
    context.state.instances.update(instance_id, [&](InstanceRecord& row) {
      std::ranges::find_if(row.volumes, is_it)->delete_on_termination = value;
    });
    context.state.volumes.update(volume_id, [&](VolumeRecord& row) {
      for (auto& each : row.attachments) {
        if (each.instance_id == instance_id) each.delete_on_termination = value;
      }
    });
  }
}

/// AWS: the attribute is the interface's; with several, each is asked for itself.
void set_source_dest_check(Context& context, const InstanceRecord& row, bool is_checked) {
  if (row.interface_ids.size() > 1) {
    throw ApiError("InvalidInstanceID",
                   "There are multiple interfaces attached to instance '" + row.instance_id +
                       "'. Please specify an interface ID for the operation instead.");
  }
  context.state.network_interfaces.update(
      row.interface_ids.front(),
      [&](NetworkInterfaceRecord& changed) { changed.source_dest_check = is_checked; });
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html
api::ec2::InstanceAttribute describe_instance_attribute(
    Context& context, const api::ec2::DescribeInstanceAttributeRequest& request) {
  const InstanceRecord& row = find_instance(context, *request.InstanceId);
  const api::ec2::Instance shown = describe(context.state, row);
  const std::string& name = *request.Attribute;
  api::ec2::InstanceAttribute answer{.InstanceId = row.instance_id};
  if (name == "instanceType") {
    answer.InstanceType = {.Value = row.instance_type};
  } else if (name == "kernel") {
    answer.KernelId.emplace();
  } else if (name == "ramdisk") {
    answer.RamdiskId.emplace();
  } else if (name == "userData") {
    answer.UserData.emplace();
    if (!row.user_data.empty()) answer.UserData->Value = row.user_data;
  } else if (name == "disableApiTermination") {
    answer.DisableApiTermination = {.Value = row.disable_api_termination};
  } else if (name == "disableApiStop") {
    answer.DisableApiStop = {.Value = row.disable_api_stop};
  } else if (name == "instanceInitiatedShutdownBehavior") {
    answer.InstanceInitiatedShutdownBehavior = {.Value = row.shutdown_behavior};
  } else if (name == "rootDeviceName") {
    answer.RootDeviceName = {.Value = shown.RootDeviceName};
  } else if (name == "blockDeviceMapping") {
    answer.BlockDeviceMappings = shown.BlockDeviceMappings;
  } else if (name == "productCodes") {
    answer.ProductCodes.emplace();
  } else if (name == "sourceDestCheck") {
    answer.SourceDestCheck = {.Value = shown.SourceDestCheck};
  } else if (name == "groupSet") {
    answer.Groups = shown.SecurityGroups;
  } else if (name == "ebsOptimized") {
    answer.EbsOptimized = {.Value = row.ebs_optimized};
  } else if (name == "sriovNetSupport") {
    answer.SriovNetSupport.emplace();
  } else if (name == "enaSupport") {
    answer.EnaSupport = {.Value = true};
  } else {
    answer.EnclaveOptions = {.Enabled = false};
  }
  return answer;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
api::ec2::ModifyInstanceAttributeResponse modify_instance_attribute(Context& context,
                                                                    const Modification& request) {
  const InstanceRecord& row = find_instance(context, *request.InstanceId);
  const Modification change = in_members(request);
  const int given = count_attributes(change);
  // AWS: "You can specify only one attribute at a time."
  if (given > 1) {
    throw invalid_parameter_combination("Fields for multiple attribute types specified");
  }
  if (given == 0) throw missing_parameter("attribute");
  if (row.state == InstanceState::terminated) {
    throw incorrect_instance_state("The instance '" + row.instance_id +
                                   "' is not in a valid state for this operation.");
  }
  if (change.InstanceType) {
    check_stopped(row);
    check_type(context, row, change.InstanceType->Value.value_or(""));
  }
  if (change.UserData) {
    check_stopped(row);
    if (change.UserData->Value.value_or("").size() > kMaxUserData) throw user_data_too_long();
  }
  if (change.EbsOptimized) check_stopped(row);
  if (const auto& behavior = change.InstanceInitiatedShutdownBehavior) {
    if (behavior->Value != "stop" && behavior->Value != "terminate") {
      throw invalid_value_for(behavior->Value.value_or(""), "value",
                              "Expecting 'stop' or 'terminate'.");
    }
  }
  if (change.Groups) {
    if (change.Groups->empty()) throw missing_parameter("groupId");
    replace_interface_groups(context, row.interface_ids.front(),
                             checked_groups(context, row.subnet_id, *change.Groups));
    return {};
  }
  if (change.BlockDeviceMappings) {
    set_delete_on_termination(context, *request.InstanceId, *change.BlockDeviceMappings);
    return {};
  }
  if (change.SourceDestCheck) {
    set_source_dest_check(context, row, change.SourceDestCheck->Value.value_or(true));
    return {};
  }
  context.state.instances.update(*request.InstanceId, [&](InstanceRecord& changed) {
    const auto set = [](const auto& attribute, auto& value) {
      if (attribute && attribute->Value) value = *attribute->Value;
    };
    // AWS: "When you change the instance type of an existing instance, the CPU options
    // automatically change to the default CPU options for the new instance type."
    if (change.InstanceType && change.InstanceType->Value != changed.instance_type) {
      changed.cores = 0;
      changed.threads_per_core = 0;
    }
    set(change.InstanceType, changed.instance_type);
    set(change.DisableApiTermination, changed.disable_api_termination);
    set(change.DisableApiStop, changed.disable_api_stop);
    set(change.EbsOptimized, changed.ebs_optimized);
    if (change.UserData) changed.user_data = to_base64(change.UserData->Value.value_or(""));
    set(change.InstanceInitiatedShutdownBehavior, changed.shutdown_behavior);
  });
  return {};
}

}  // namespace fallstreak::services::ec2
