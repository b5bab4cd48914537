#include <algorithm>
#include <set>

#include "base/check.h"
#include "services/ec2/capacity_reservations.h"
#include "services/ec2/catalogue.h"
#include "services/ec2/errors.h"
#include "services/ec2/images.h"
#include "services/ec2/instances.h"
#include "services/ec2/network_interfaces.h"
#include "services/ec2/tags.h"
#include "services/ec2/volumes.h"

namespace fallstreak::services::ec2 {
namespace {

std::string region_of(const InstanceRecord& row) { return row.zone.substr(0, row.zone.size() - 1); }

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<api::ec2::InstanceNetworkInterfaceAssociation> describe_public(
    const Ec2State& state, const NetworkInterfaceRecord& row, const PrivateAddressRecord& address) {
  const auto association = describe_association(state, row, address);
  if (!association) return std::nullopt;
  return api::ec2::InstanceNetworkInterfaceAssociation{.IpOwnerId = association->IpOwnerId,
                                                       .PublicDnsName = association->PublicDnsName,
                                                       .PublicIp = association->PublicIp};
}

api::ec2::InstanceNetworkInterface describe_interface(const Ec2State& state,
                                                      const NetworkInterfaceRecord& row) {
  api::ec2::InstanceNetworkInterface shown{
      .Association = describe_public(state, row, row.addresses.front()),
      .Attachment = {{.AttachTime = row.attach_time,
                      .AttachmentId = row.attachment_id,
                      .DeleteOnTermination = row.delete_on_termination,
                      .DeviceIndex = row.device_index,
                      .Status = std::string(attachment_status(state, row)),
                      .NetworkCardIndex = 0}},
      .Description = row.description,
      .Groups = describe_groups(state, row.group_ids),
      .Ipv6Addresses = std::vector<api::ec2::InstanceIpv6Address>(),
      .MacAddress = row.mac_address,
      .NetworkInterfaceId = row.interface_id,
      .OwnerId = row.owner_id,
      .PrivateDnsName = private_dns_name(row.zone, row.addresses.front().address),
      .PrivateIpAddress = row.addresses.front().address,
      .SourceDestCheck = row.source_dest_check,
      .Status = "in-use",
      .SubnetId = row.subnet_id,
      .VpcId = row.vpc_id,
      .InterfaceType = row.interface_type,
  };
  for (const auto& each : row.ipv6_addresses) {
    shown.Ipv6Addresses->push_back(
        {.Ipv6Address = each,
         .IsPrimaryIpv6 = row.has_primary_ipv6 && &each == &row.ipv6_addresses.front()});
  }
  for (const auto& prefix : row.ipv4_prefixes) {
    if (!shown.Ipv4Prefixes) shown.Ipv4Prefixes.emplace();
    shown.Ipv4Prefixes->push_back({.Ipv4Prefix = prefix});
  }
  for (const auto& prefix : row.ipv6_prefixes) {
    if (!shown.Ipv6Prefixes) shown.Ipv6Prefixes.emplace();
    shown.Ipv6Prefixes->push_back({.Ipv6Prefix = prefix});
  }
  auto& addresses = shown.PrivateIpAddresses.emplace();
  for (const auto& each : row.addresses) {
    addresses.push_back({.Association = describe_public(state, row, each),
                         .Primary = &each == &row.addresses.front(),
                         .PrivateDnsName = private_dns_name(row.zone, each.address),
                         .PrivateIpAddress = each.address});
  }
  return shown;
}

std::vector<api::ec2::InstanceBlockDeviceMapping> describe_volumes(const Ec2State& state,
                                                                   const InstanceRecord& row) {
  std::vector<api::ec2::InstanceBlockDeviceMapping> mappings;
  for (const AttachedVolumeRecord& attached : row.volumes) {
    const VolumeRecord* volume = state.volumes.find(attached.volume_id);
    if (volume == nullptr) continue;
    const auto attachment =
        std::ranges::find(volume->attachments, row.instance_id, &AttachmentRecord::instance_id);
    if (attachment == volume->attachments.end()) continue;
    mappings.push_back({.DeviceName = attached.device_name,
                        .Ebs = {{.AttachTime = attachment->attach_time,
                                 .DeleteOnTermination = attached.delete_on_termination,
                                 .Status = std::string(attachment_state(state, *attachment)),
                                 .VolumeId = attached.volume_id}}});
  }
  return mappings;
}

/// What follows from the image and the type.
void describe_hardware(const Ec2State& state, const InstanceRecord& row,
                       api::ec2::Instance& shown) {
  const Image image = image_of(state, row);
  const InstanceType& type = type_of(row);
  shown.Architecture = std::string(image.architecture);
  shown.EnaSupport = true;
  shown.Hypervisor = "xen";  // AWS: "The value xen is used for both Xen and Nitro hypervisors."
  shown.RootDeviceName = std::string(image.root_device);
  shown.RootDeviceType = "ebs";
  shown.VirtualizationType = "hvm";
  shown.CpuOptions = {
      .CoreCount = row.cores > 0 ? row.cores : type.cores,
      .ThreadsPerCore = row.threads_per_core > 0 ? row.threads_per_core : type.threads_per_core()};
  shown.BootMode = unless_empty(std::string(image.boot_mode));
  shown.CurrentInstanceBootMode =
      image.boot_mode.starts_with("uefi") && type.hypervisor == "nitro" ? "uefi" : "legacy-bios";
  shown.PlatformDetails = std::string(image.platform_details);
  shown.UsageOperation = std::string(image.usage_operation);
  if (image.is_windows) shown.Platform = "windows";
}

}  // namespace

std::string_view to_string(InstanceState state) {
  switch (state) {
    case InstanceState::pending:
      return "pending";
    case InstanceState::running:
      return "running";
    case InstanceState::shutting_down:
      return "shutting-down";
    case InstanceState::terminated:
      return "terminated";
    case InstanceState::stopping:
      return "stopping";
    case InstanceState::stopped:
      return "stopped";
  }
  return {};
}

api::ec2::InstanceState to_wire(InstanceState state) {
  return {.Code = std::int32_t(state), .Name = std::string(to_string(state))};
}

const InstanceRecord& find_instance(const Context& context, const std::string& instance_id) {
  const InstanceRecord* found = context.state.instances.find(instance_id);
  if (found == nullptr) {
    check_id(instance_id, "i-", "InvalidInstanceID.Malformed");
    throw instance_ids_not_found({instance_id});
  }
  return *found;
}

void check_instances(const Context& context, const std::vector<std::string>& instance_ids) {
  std::vector<std::string> missing;
  for (const auto& id : instance_ids) {
    if (context.state.instances.contains(id)) continue;
    check_id(id, "i-", "InvalidInstanceID.Malformed");
    missing.push_back(id);
  }
  if (!missing.empty()) throw instance_ids_not_found(missing);
}

Image image_of(const Ec2State& state, const InstanceRecord& row) {
  const auto image = find_any_image(state, row.image_id);
  CHECK(image.has_value()) << row.instance_id << " has an unknown image " << row.image_id;
  return *image;
}

std::string root_device_of(const Ec2State& state, const InstanceRecord& row) {
  return std::string(image_of(state, row).root_device);
}

const InstanceType& type_of(const InstanceRecord& row) {
  const InstanceType* type = find_instance_type(row.instance_type);
  CHECK(type != nullptr) << row.instance_id << " is of an unknown type " << row.instance_type;
  return *type;
}

api::ec2::Instance describe(const Ec2State& state, const InstanceRecord& row) {
  api::ec2::Instance shown;
  describe_hardware(state, row, shown);
  shown.InstanceId = row.instance_id;
  shown.ImageId = row.image_id;
  shown.State = to_wire(row.state);
  shown.InstanceType = row.instance_type;
  shown.LaunchTime = row.launch_time;
  shown.UsageOperationUpdateTime = row.launch_time;
  shown.AmiLaunchIndex = row.launch_index;
  shown.ProductCodes.emplace();
  shown.KeyName = unless_empty(row.key_name);
  shown.ClientToken = row.client_token;
  shown.EbsOptimized = row.ebs_optimized;
  shown.Placement = {
      .GroupName = row.placement_group, .Tenancy = row.tenancy, .AvailabilityZone = row.zone};
  if (const Zone* zone = find_zone(region_of(row), row.zone)) {
    shown.Placement->AvailabilityZoneId = std::string(zone->id);
  }
  if (row.partition_number > 0) shown.Placement->PartitionNumber = row.partition_number;
  shown.Monitoring = {.State = row.is_monitored ? "enabled" : "disabled"};
  shown.StateTransitionReason = row.state_transition_reason;
  if (!row.state_reason_code.empty()) {
    shown.StateReason = {.Code = row.state_reason_code, .Message = row.state_reason_message};
  }
  if (!row.profile_arn.empty()) {
    shown.IamInstanceProfile = {.Arn = row.profile_arn, .Id = row.profile_id};
  }
  if (!row.spot_request_id.empty()) {
    shown.InstanceLifecycle = "spot";
    shown.SpotInstanceRequestId = row.spot_request_id;
  }
  shown.Tags = to_wire(row.tags);
  shown.MetadataOptions = row.metadata_options;
  shown.MetadataOptions->State = row.state == InstanceState::pending ? "pending" : "applied";
  shown.HibernationOptions = {.Configured = false};
  shown.EnclaveOptions = {.Enabled = false};
  shown.CapacityReservationSpecification = describe_capacity_preference(row.capacity_preference);
  if (!row.capacity_reservation_id.empty()) {
    shown.CapacityReservationId = row.capacity_reservation_id;
  }
  shown.MaintenanceOptions = {.AutoRecovery = row.recovers_automatically ? "default" : "disabled",
                              .RebootMigration = row.migrates_on_reboot ? "default" : "disabled"};
  shown.BlockDeviceMappings = describe_volumes(state, row);
  shown.NetworkInterfaces.emplace();
  shown.SecurityGroups.emplace();
  shown.PublicDnsName = "";
  shown.PrivateDnsName = "";
  const NetworkInterfaceRecord* primary = primary_interface(state, row);
  if (primary == nullptr) return shown;

  const std::string& public_ip = primary->addresses.front().public_ip;
  shown.PublicDnsName = public_dns_name(state, row.zone, row.vpc_id, public_ip);
  shown.SubnetId = row.subnet_id;
  shown.VpcId = row.vpc_id;
  shown.PrivateIpAddress = row.private_ip_address;
  shown.PrivateDnsName = private_dns_name(row.zone, row.private_ip_address);
  shown.PrivateDnsNameOptions = {
      .HostnameType = row.has_resource_name ? "resource-name" : "ip-name",
      .EnableResourceNameDnsARecord = row.has_resource_a_record,
      .EnableResourceNameDnsAAAARecord = row.has_resource_aaaa_record};
  shown.PublicIpAddress = unless_empty(public_ip);
  if (!primary->ipv6_addresses.empty()) shown.Ipv6Address = primary->ipv6_addresses.front();
  shown.SourceDestCheck = primary->source_dest_check;
  shown.SecurityGroups = describe_groups(state, primary->group_ids);
  for (const auto& id : row.interface_ids) {
    shown.NetworkInterfaces->push_back(
        describe_interface(state, *state.network_interfaces.find(id)));
  }
  return shown;
}

}  // namespace fallstreak::services::ec2
