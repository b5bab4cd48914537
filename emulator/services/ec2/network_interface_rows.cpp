#include <algorithm>

#include "dispatch/service_role.h"
#include "dispatch/target_paths.h"
#include "services/ec2/addresses.h"
#include "services/ec2/errors.h"
#include "services/ec2/interface_prefixes.h"
#include "services/ec2/ipv6.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/network_interfaces.h"
#include "services/ec2/security_group_vpcs.h"
#include "services/ec2/security_groups.h"
#include "services/ec2/subnets.h"
#include "services/ec2/vpcs.h"

/// The rows of network interfaces and what hangs on them: addresses, groups, attachments.
namespace fallstreak::services::ec2 {
namespace {

std::string new_mac_address(Context& context) {
  // A locally administered address, as AWS's are.
  const std::string digits = context.world().random().hex(context.stream("mac-address"), 10);
  std::string mac = "02";
  for (std::size_t i = 0; i < digits.size(); i += 2) mac += ":" + digits.substr(i, 2);
  return mac;
}

std::string dashed(std::string address) {
  std::ranges::replace(address, '.', '-');
  return address;
}

std::string_view region_of(std::string_view zone) { return zone.substr(0, zone.size() - 1); }

void join_groups(Ec2State& state, const std::string& interface_id,
                 const std::vector<std::string>& group_ids) {
  for (const auto& id : group_ids) {
    state.group_members.put(id + "/" + interface_id, {.id = interface_id});
  }
}

void leave_groups(Ec2State& state, const std::string& interface_id,
                  const std::vector<std::string>& group_ids) {
  for (const auto& id : group_ids) state.group_members.erase(id + "/" + interface_id);
}

}  // namespace

const NetworkInterfaceRecord& find_interface(const Context& context, const std::string& id) {
  const auto* found = context.state.network_interfaces.find(id);
  if (found == nullptr) throw invalid_network_interface_id_not_found(id);
  return *found;
}

void check_callers_own(const Context& context, const NetworkInterfaceRecord& row) {
  const auto role = dispatch::role_of(context.caller());
  if (row.requester_id != (role ? role->id : std::string_view())) throw not_the_callers();
}

const NetworkInterfaceRecord* primary_interface(const Ec2State& state, const InstanceRecord& row) {
  return row.interface_ids.empty() ? nullptr
                                   : state.network_interfaces.find(row.interface_ids.front());
}

std::string add_interface(Context& context, const NewInterface& wanted) {
  // A copy: addresses that are taken are counted in the row.
  const api::ec2::Subnet subnet = find_subnet(context, wanted.subnet_id).subnet;
  NetworkInterfaceRecord row;
  row.interface_id = context.new_id("eni-");
  row.owner_id = context.account_id();
  row.zone = *subnet.AvailabilityZone;
  row.vpc_id = *subnet.VpcId;
  row.subnet_id = wanted.subnet_id;
  row.description = wanted.description;
  row.mac_address = new_mac_address(context);
  row.interface_type = wanted.type;
  row.requester_id = wanted.requester_id;
  row.group_ids = wanted.group_ids;
  row.tags = wanted.tags;
  for (const auto& address : wanted.addresses) {
    row.addresses.push_back(
        {.address = allot_private_address(context, wanted.subnet_id, row.interface_id, address)});
  }
  std::vector<std::string> wanted_ipv6 = wanted.ipv6_addresses;
  // AWS: a subnet may give each interface an address; those of AWS's services get none here.
  const bool gives_one = subnet.AssignIpv6AddressOnCreation == true && wanted.requester_id.empty();
  if (wanted_ipv6.empty() && gives_one) wanted_ipv6.emplace_back();
  for (const auto& address : wanted_ipv6) {
    row.ipv6_addresses.push_back(
        allot_ipv6_address(context, wanted.subnet_id, row.interface_id, address));
  }
  for (const auto& prefix : wanted.ipv4_prefixes) {
    row.ipv4_prefixes.push_back(
        allot_ipv4_prefix(context, wanted.subnet_id, row.interface_id, prefix));
  }
  for (const auto& prefix : wanted.ipv6_prefixes) {
    row.ipv6_prefixes.push_back(
        allot_ipv6_prefix(context, wanted.subnet_id, row.interface_id, prefix));
  }
  row.has_primary_ipv6 = wanted.has_primary_ipv6;
  join_groups(context.state, row.interface_id, row.group_ids);
  std::string id = row.interface_id;
  context.state.network_interfaces.insert(id, std::move(row));
  return id;
}

void remove_interface(Context& context, const std::string& interface_id) {
  const NetworkInterfaceRecord row = find_interface(context, interface_id);
  take_back_public_address(context, interface_id);
  for (const auto& each : row.addresses) {
    if (!each.allocation_id.empty()) disassociate(context, each.allocation_id);
    release_private_address(context, row.subnet_id, each.address);
  }
  for (const auto& address : row.ipv6_addresses) {
    release_ipv6_address(context, row.subnet_id, address);
  }
  for (const auto& prefix : row.ipv4_prefixes) {
    release_ipv4_prefix(context, row.subnet_id, prefix);
  }
  for (const auto& prefix : row.ipv6_prefixes) {
    release_ipv6_prefix(context, row.subnet_id, prefix);
  }
  leave_groups(context.state, interface_id, row.group_ids);
  if (!row.attachment_id.empty()) context.state.attachments.erase(row.attachment_id);
  context.state.network_interfaces.erase(interface_id);
}

void attach_interface(Context& context, const std::string& interface_id,
                      const std::string& instance_id, std::int32_t device_index,
                      bool delete_on_termination) {
  const std::string attachment_id = context.new_id("eni-attach-");
  context.state.network_interfaces.update(interface_id, [&](NetworkInterfaceRecord& row) {
    row.attachment_id = attachment_id;
    row.instance_id = instance_id;
    row.device_index = device_index;
    row.attach_time = context.now();
    row.delete_on_termination = delete_on_termination;
    row.is_detaching = false;
  });
  context.state.attachments.insert(attachment_id, {.id = interface_id});
}

void detach_interface(Context& context, const std::string& interface_id) {
  take_back_public_address(context, interface_id);
  context.state.attachments.erase(find_interface(context, interface_id).attachment_id);
  context.state.network_interfaces.update(interface_id, [](NetworkInterfaceRecord& row) {
    row.attachment_id.clear();
    row.instance_id.clear();
    // AWS: the first address is the primary one "until the instance is terminated or the network
    // interface is detached".
    row.has_primary_ipv6 = false;
    row.device_index = 0;
    row.attach_time = {};
    row.delete_on_termination = false;
    row.is_detaching = false;
  });
}

void replace_interface_groups(Context& context, const std::string& interface_id,
                              const std::vector<std::string>& group_ids) {
  const std::vector<std::string> before = find_interface(context, interface_id).group_ids;
  for (const auto& id : before) dispatch::note_path_change(context, id);
  leave_groups(context.state, interface_id, before);
  join_groups(context.state, interface_id, group_ids);
  context.state.network_interfaces.update(
      interface_id, [&](NetworkInterfaceRecord& row) { row.group_ids = group_ids; });
}

std::vector<std::string> checked_groups(const Context& context, const std::string& subnet_id,
                                        const std::vector<std::string>& group_ids) {
  const std::string vpc_id = *find_subnet(context, subnet_id).subnet.VpcId;
  std::vector<std::string> checked = group_ids;
  for (const auto& id : checked) {
    if (!is_usable_in(context.state, find_group(context, id), vpc_id)) {
      throw invalid_parameter("Security group " + id + " and subnet " + subnet_id +
                              " belong to different networks.");
    }
  }
  if (checked.empty()) checked.push_back(find_vpc(context, vpc_id).default_group_id);
  std::ranges::sort(checked);
  checked.erase(std::unique(checked.begin(), checked.end()), checked.end());
  // AWS: "Security groups per network interface: 5".
  if (checked.size() > 5) throw security_groups_per_interface_limit_exceeded();
  return checked;
}

std::string private_dns_name(std::string_view zone, const std::string& address) {
  const std::string_view region = region_of(zone);
  // AWS: us-east-1 came before regions had names.
  const std::string domain = region == "us-east-1" ? "ec2" : std::string(region) + ".compute";
  return "ip-" + dashed(address) + "." + domain + ".internal";
}

std::string public_dns_name(const Ec2State& state, std::string_view zone, std::string_view vpc_id,
                            const std::string& public_ip) {
  if (public_ip.empty()) return {};
  // AWS: an instance gets one when its VPC has both DNS hostnames and DNS resolution.
  const VpcRecord* vpc = state.vpcs.find(vpc_id);
  if (vpc == nullptr || !vpc->enable_dns_hostnames || !vpc->enable_dns_support) return {};
  const std::string_view region = region_of(zone);
  const std::string domain = region == "us-east-1" ? "compute-1" : std::string(region) + ".compute";
  return "ec2-" + dashed(public_ip) + "." + domain + ".amazonaws.com";
}

std::vector<api::ec2::GroupIdentifier> describe_groups(const Ec2State& state,
                                                       const std::vector<std::string>& group_ids) {
  std::vector<api::ec2::GroupIdentifier> groups;
  groups.reserve(group_ids.size());
  for (const auto& id : group_ids) {
    groups.push_back({.GroupId = id, .GroupName = state.security_groups.find(id)->group_name});
  }
  return groups;
}

std::optional<api::ec2::NetworkInterfaceAssociation> describe_association(
    const Ec2State& state, const NetworkInterfaceRecord& row, const PrivateAddressRecord& address) {
  if (address.public_ip.empty()) return std::nullopt;
  api::ec2::NetworkInterfaceAssociation shown{
      .IpOwnerId = row.requester_id == "amazon-elb" ? row.requester_id : "amazon",
      .PublicDnsName = public_dns_name(state, row.zone, row.vpc_id, address.public_ip),
      .PublicIp = address.public_ip};
  if (!address.allocation_id.empty()) {
    shown.AllocationId = address.allocation_id;
    shown.AssociationId = address.association_id;
    shown.IpOwnerId = row.owner_id;
  }
  return shown;
}

std::string_view attachment_status(const Ec2State& state, const NetworkInterfaceRecord& row) {
  if (row.attachment_id.empty()) return "available";
  if (row.is_detaching) return "detaching";
  const InstanceRecord* instance = state.instances.find(row.instance_id);
  const bool is_pending = instance != nullptr && instance->state == InstanceState::pending;
  return is_pending ? "attaching" : "attached";
}

}  // namespace fallstreak::services::ec2
