#include <algorithm>

#include "services/ec2/errors.h"
#include "services/ec2/instances.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/storage_errors.h"
#include "services/ec2/timing.h"
#include "services/ec2/volumes.h"

/// Which instance has a volume: both have it in their rows.
namespace fallstreak::services::ec2 {
namespace {

/// AWS: a volume with Multi-Attach "can be attached to up to 16 instances".
constexpr std::size_t kMostAttachments = 16;
/// AWS: most instances on Nitro have "a maximum of 28 attachments", interfaces included.
constexpr std::size_t kMostPerInstance = 28;

bool is_digit(char character) { return character >= '0' && character <= '9'; }
bool is_lower(char character) { return character >= 'a' && character <= 'z'; }

AttachmentRecord* attachment_in(VolumeRecord& row, std::string_view instance_id) {
  const auto found =
      std::ranges::find(row.attachments, instance_id, &AttachmentRecord::instance_id);
  return found == row.attachments.end() ? nullptr : &*found;
}
const AttachmentRecord* attachment_in(const VolumeRecord& row, std::string_view instance_id) {
  return attachment_in(const_cast<VolumeRecord&>(row), instance_id);  // NOLINT
}

void check_can_attach(const VolumeRecord& volume, const InstanceRecord& instance,
                      const std::string& device) {
  if (volume.zone != instance.zone) {
    throw volume_zone_mismatch(volume.volume_id, instance.instance_id);
  }
  using enum InstanceState;
  if (instance.state != running && instance.state != stopped) {
    throw incorrect_state("Instance '" + instance.instance_id + "' is not 'running'.");
  }
  const bool is_taken = std::ranges::any_of(
      instance.volumes, [&](const auto& each) { return each.device_name == device; });
  if (is_taken) throw device_is_in_use(device);
  const std::size_t most = volume.settings.multi_attach ? kMostAttachments : 1;
  const bool is_twice = attachment_in(volume, instance.instance_id) != nullptr;
  if (is_twice || volume.attachments.size() >= most) {
    throw volume_in_use(volume.volume_id + " is already attached to an instance");
  }
  if (volume.state != "available") {
    throw incorrect_state("Volume '" + volume.volume_id + "' is in the '" + volume.state +
                          "' state.");
  }
  if (instance.volumes.size() + instance.interface_ids.size() >= kMostPerInstance) {
    throw attachment_limit_exceeded("The maximum number of attachments of instance '" +
                                    instance.instance_id + "' has been reached.");
  }
}

void schedule(Context& context, const std::string& volume_id, const std::string& instance_id,
              const world::Quantiles& lasting, std::string_view kind) {
  const Duration after =
      context.world().random().quantiles(volume_id + "/ec2." + std::string(kind), lasting);
  context.schedule(after, kind, volume_id, instance_id);
}

/// The attachment that a request means.
AttachmentRecord wanted_attachment(const Context& context, const VolumeRecord& row,
                                   const api::ec2::DetachVolumeRequest& request) {
  if (row.attachments.empty()) {
    throw incorrect_state("Volume '" + row.volume_id + "' is in the '" + row.state + "' state.");
  }
  if (!request.InstanceId) {
    if (row.attachments.size() > 1) throw missing_parameter("instanceId");
    return row.attachments.front();
  }
  find_instance(context, *request.InstanceId);
  const AttachmentRecord* found = attachment_in(row, *request.InstanceId);
  const bool is_it = found != nullptr && (!request.Device || *request.Device == found->device);
  if (!is_it) throw invalid_attachment_not_found(row.volume_id, *request.InstanceId);
  return *found;
}

void detach_row(Context& context, const std::string& volume_id, const std::string& instance_id) {
  context.state.volumes.update(volume_id, [&](VolumeRecord& row) {
    std::erase_if(row.attachments,
                  [&](const auto& each) { return each.instance_id == instance_id; });
  });
}

}  // namespace

void check_device_name(const std::string& device) {
  std::string_view rest = device;
  if (rest.starts_with("/dev/")) rest.remove_prefix(5);
  const bool is_known = rest.starts_with("sd") || rest.starts_with("xvd");
  rest.remove_prefix(std::min(rest.size(), std::size_t(rest.starts_with("sd") ? 2 : 3)));
  const auto letters = std::ranges::find_if_not(rest, is_lower) - rest.begin();
  const std::string_view number = rest.substr(std::size_t(letters));
  const bool is_named = letters >= 1 && letters <= 2;
  if (is_known && is_named && number.size() <= 2 && std::ranges::all_of(number, is_digit)) return;
  throw invalid_value_for(device, "device", device + " is not a valid EBS device name.");
}

void attach_row(Context& context, const std::string& volume_id, AttachmentRecord attachment) {
  context.state.volumes.update(
      volume_id, [&](VolumeRecord& row) { row.attachments.push_back(std::move(attachment)); });
}

void leave_volumes(Context& context, const InstanceRecord& instance) {
  for (const auto& each : instance.volumes) {
    const VolumeRecord* row = context.state.volumes.find(each.volume_id);
    if (row == nullptr) continue;
    if (each.delete_on_termination && row->attachments.size() == 1) {
      context.state.volumes.erase(each.volume_id);
    } else {
      detach_row(context, each.volume_id, instance.instance_id);
    }
  }
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVolume.html
api::ec2::VolumeAttachment attach_volume(Context& context,
                                         const api::ec2::AttachVolumeRequest& request) {
  const std::string id = *request.VolumeId;
  const VolumeRecord& volume = find_volume(context, id);
  const InstanceRecord& instance = find_instance(context, *request.InstanceId);
  check_device_name(*request.Device);
  check_can_attach(volume, instance, *request.Device);
  attach_row(context, id,
             {.instance_id = instance.instance_id,
              .device = *request.Device,
              .attach_time = context.now(),
              .delete_on_termination = false,
              .state = "attaching"});
  context.state.instances.update(*request.InstanceId, [&](InstanceRecord& row) {
    row.volumes.push_back(
        {.device_name = *request.Device, .volume_id = id, .delete_on_termination = false});
  });
  schedule(context, id, *request.InstanceId, timing::kAttachingVolume, "volume-attached");
  const VolumeRecord& attached = find_volume(context, id);
  return describe_attachment(context.state, attached,
                             *attachment_in(attached, *request.InstanceId));
}

void on_volume_attached(Context& context, const world::Event& event) {
  const VolumeRecord* row = context.state.volumes.find(event.entity);
  const AttachmentRecord* found = row == nullptr ? nullptr : attachment_in(*row, event.payload);
  if (found == nullptr || found->state != "attaching") return;
  context.state.volumes.update(event.entity, [&](VolumeRecord& changed) {
    attachment_in(changed, event.payload)->state = "attached";
  });
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachVolume.html
api::ec2::VolumeAttachment detach_volume(Context& context,
                                         const api::ec2::DetachVolumeRequest& request) {
  const std::string id = *request.VolumeId;
  const AttachmentRecord attachment = wanted_attachment(context, find_volume(context, id), request);
  const std::string instance_id = attachment.instance_id;
  const InstanceRecord& instance = find_instance(context, instance_id);
  const bool is_root = attachment.device == root_device_of(context.state, instance);
  if (is_root && instance.state != InstanceState::stopped) {
    throw operation_not_permitted("Unable to detach root volume '" + id + "' from instance '" +
                                  instance_id + "'");
  }
  context.state.volumes.update(
      id, [&](VolumeRecord& row) { attachment_in(row, instance_id)->state = "detaching"; });
  schedule(context, id, instance_id, timing::kDetachingVolume, "volume-detached");
  const VolumeRecord& row = find_volume(context, id);
  return describe_attachment(context.state, row, *attachment_in(row, instance_id));
}

void on_volume_detached(Context& context, const world::Event& event) {
  const VolumeRecord* row = context.state.volumes.find(event.entity);
  const AttachmentRecord* found = row == nullptr ? nullptr : attachment_in(*row, event.payload);
  if (found == nullptr || found->state != "detaching") return;
  detach_row(context, event.entity, event.payload);
  context.state.instances.update(event.payload, [&](InstanceRecord& instance) {
    std::erase_if(instance.volumes,
                  [&](const auto& each) { return each.volume_id == event.entity; });
  });
}

}  // namespace fallstreak::services::ec2
