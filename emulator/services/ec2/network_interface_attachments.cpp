#include <algorithm>

#include "services/ec2/catalogue.h"
#include "services/ec2/errors.h"
#include "services/ec2/instances.h"
#include "services/ec2/interface_prefixes.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/network_interfaces.h"
#include "services/ec2/subnets.h"
#include "services/ec2/timing.h"

namespace fallstreak::services::ec2 {
namespace {

void check_can_attach(const Context& context, const NetworkInterfaceRecord& row,
                      const InstanceRecord& instance, std::int32_t device_index) {
  using enum InstanceState;
  if (!row.attachment_id.empty()) throw invalid_network_interface_in_use(row.interface_id);
  if (instance.state != running && instance.state != stopped) {
    throw incorrect_instance_state("Instance '" + instance.instance_id +
                                   "' is not 'running' or 'stopped'.");
  }
  if (row.zone != instance.zone) {
    throw invalid_parameter_combination(
        "You may not attach a network interface to an instance if they are not in the same "
        "availability zone");
  }
  const InstanceType& type = type_of(instance);
  if (std::ssize(instance.interface_ids) >= type.interfaces) {
    throw attachment_limit_exceeded("Interface count " +
                                    std::to_string(instance.interface_ids.size() + 1) +
                                    " exceeds the limit for " + instance.instance_type);
  }
  check_addresses_fit(type, address_counts(row));
  for (const auto& id : instance.interface_ids) {
    if (find_interface(context, id).device_index == device_index) {
      throw invalid_parameter_value("Instance '" + instance.instance_id +
                                    "' already has an interface attached at device index '" +
                                    std::to_string(device_index) + "'.");
    }
  }
}

void drop_from_instance(Context& context, const NetworkInterfaceRecord& row) {
  if (row.instance_id.empty()) return;
  context.state.instances.update(row.instance_id, [&](InstanceRecord& instance) {
    std::erase(instance.interface_ids, row.interface_id);
  });
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachNetworkInterface.html
api::ec2::AttachNetworkInterfaceResult attach_network_interface(
    Context& context, const api::ec2::AttachNetworkInterfaceRequest& request) {
  const std::string interface_id = *request.NetworkInterfaceId;
  const InstanceRecord& instance = find_instance(context, *request.InstanceId);
  const std::int32_t device_index = *request.DeviceIndex;
  check_can_attach(context, find_interface(context, interface_id), instance, device_index);

  attach_interface(context, interface_id, *request.InstanceId, device_index, false);
  context.state.instances.update(*request.InstanceId, [&](InstanceRecord& row) {
    const auto place = std::ranges::find_if(row.interface_ids, [&](const auto& id) {
      return find_interface(context, id).device_index > device_index;
    });
    row.interface_ids.insert(place, interface_id);
  });
  return {.AttachmentId = find_interface(context, interface_id).attachment_id,
          .NetworkCardIndex = 0};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachNetworkInterface.html
api::ec2::DetachNetworkInterfaceResponse detach_network_interface(
    Context& context, const api::ec2::DetachNetworkInterfaceRequest& request) {
  const LinkRecord* link = context.state.attachments.find(*request.AttachmentId);
  if (link == nullptr) throw invalid_attachment_id_not_found(*request.AttachmentId);
  const NetworkInterfaceRecord& row = find_interface(context, link->id);
  if (!row.requester_id.empty()) throw not_the_callers();
  if (row.device_index == 0) {
    throw operation_not_permitted(
        "The network interface at device index 0 and networkCard index 0 cannot be detached.");
  }
  if (row.is_detaching) return {};
  const std::string id = link->id;
  context.state.network_interfaces.update(
      id, [](NetworkInterfaceRecord& changed) { changed.is_detaching = true; });
  const Duration lasting =
      context.world().random().quantiles(id + "/ec2.detaching", timing::kDetachingInterface);
  context.schedule(lasting, "interface-detached", id, *request.AttachmentId);
  return {};
}

void on_interface_detached(Context& context, const world::Event& event) {
  const NetworkInterfaceRecord* row = context.state.network_interfaces.find(event.entity);
  // Its instance may have been terminated meanwhile, and it with it.
  if (row == nullptr || row->attachment_id != event.payload) return;
  drop_from_instance(context, *row);
  detach_interface(context, event.entity);
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssignPrivateIpAddresses.html
api::ec2::AssignPrivateIpAddressesResult assign_private_ip_addresses(
    Context& context, const api::ec2::AssignPrivateIpAddressesRequest& request) {
  const std::string id = *request.NetworkInterfaceId;
  const NetworkInterfaceRecord row = find_interface(context, id);
  std::vector<std::string> wanted = request.PrivateIpAddresses.value_or(std::vector<std::string>());
  if (request.PrivateIpAddresses && request.SecondaryPrivateIpAddressCount) {
    throw invalid_parameter_combination(
        "You may not specify both a secondary private IP address count and private addresses");
  }
  add_any_addresses(request.SecondaryPrivateIpAddressCount, wanted);
  const auto prefixes = wanted_prefixes(request.Ipv4Prefixes, request.Ipv4PrefixCount, "ipv4");
  if (wanted.empty() && prefixes.empty()) {
    throw missing_parameter("secondaryPrivateIpAddressCount");
  }
  check_may_have(context, row,
                 {.ipv4 = wanted.size() + prefixes.size(), .has_prefixes = !prefixes.empty()});
  api::ec2::AssignPrivateIpAddressesResult result{.NetworkInterfaceId = id};
  auto& assigned = result.AssignedPrivateIpAddresses.emplace();
  for (const auto& address : wanted) {
    const std::string given = allot_private_address(context, row.subnet_id, id, address);
    context.state.network_interfaces.update(id, [&](NetworkInterfaceRecord& changed) {
      changed.addresses.push_back({.address = given});
    });
    assigned.push_back({.PrivateIpAddress = given});
  }
  auto& given_prefixes = result.AssignedIpv4Prefixes.emplace();
  for (const auto& prefix : prefixes) {
    const std::string given = allot_ipv4_prefix(context, row.subnet_id, id, prefix);
    context.state.network_interfaces.update(
        id, [&](NetworkInterfaceRecord& changed) { changed.ipv4_prefixes.push_back(given); });
    given_prefixes.push_back({.Ipv4Prefix = given});
  }
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnassignPrivateIpAddresses.html
api::ec2::UnassignPrivateIpAddressesResponse unassign_private_ip_addresses(
    Context& context, const api::ec2::UnassignPrivateIpAddressesRequest& request) {
  const std::string id = *request.NetworkInterfaceId;
  const NetworkInterfaceRecord row = find_interface(context, id);
  if (!request.PrivateIpAddresses && !request.Ipv4Prefixes) {
    throw missing_parameter("privateIpAddress");
  }
  for (const auto& address : api::each(request.PrivateIpAddresses)) {
    const auto found = std::ranges::find(row.addresses, address, &PrivateAddressRecord::address);
    // AWS: the primary address stays, and what is not the interface's cannot be taken from it.
    if (found == row.addresses.end() || found == row.addresses.begin()) {
      throw not_assigned_to_interface(id);
    }
    if (!found->public_ip.empty()) {
      throw invalid_parameter_value("Address " + address + " has an associated Elastic IP address");
    }
    context.state.network_interfaces.update(id, [&](NetworkInterfaceRecord& changed) {
      std::erase_if(changed.addresses, [&](const auto& each) { return each.address == address; });
    });
    release_private_address(context, row.subnet_id, address);
  }
  for (const auto& text : api::each(request.Ipv4Prefixes)) {
    const auto block = Cidr::parse(text);
    const std::string prefix = block ? block->to_string() : text;
    const auto& held = find_interface(context, id).ipv4_prefixes;
    if (std::ranges::find(held, prefix) == held.end()) throw not_assigned_to_interface(id);
    context.state.network_interfaces.update(
        id, [&](NetworkInterfaceRecord& changed) { std::erase(changed.ipv4_prefixes, prefix); });
    release_ipv4_prefix(context, row.subnet_id, prefix);
  }
  return {};
}

}  // namespace fallstreak::services::ec2
