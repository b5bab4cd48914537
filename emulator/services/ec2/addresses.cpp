#include "services/ec2/addresses.h"

#include <algorithm>

#include "dispatch/service_role.h"
#include "services/ec2/cidr.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/instances.h"
#include "services/ec2/internet_gateways.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/network_interfaces.h"
#include "services/ec2/pages.h"
#include "services/ec2/quotas.h"
#include "services/ec2/tags.h"

namespace fallstreak::services::ec2 {
namespace {

/// Chosen: public addresses are of 198.18.0.0/15, which RFC 2544 reserves for tests, so that an
/// address that leaks out of a test reaches nobody.
constexpr std::uint32_t kFirstPublic = 0xC6120001;
constexpr std::uint32_t kLastPublic = 0xC613FFFE;

template <auto member>
bool is_set_to(const Ec2State&, const AddressRecord& row, const Patterns& p) {
  return !(row.*member).empty() && p.match(row.*member);
}

std::string instance_of(const Ec2State& state, const AddressRecord& row) {
  const auto* interface = state.network_interfaces.find(row.interface_id);
  return interface == nullptr ? std::string() : interface->instance_id;
}

constexpr FilterRow<Ec2State, AddressRecord> kAddressesFilters[] = {
    {"allocation-id", is_set_to<&AddressRecord::allocation_id>},
    {"association-id", is_set_to<&AddressRecord::association_id>},
    {"domain", [](const auto&, const auto&, const auto& p) { return p.match("vpc"); }},
    {"instance-id",
     [](const auto& state, const auto& row, const auto& p) {
       const std::string id = instance_of(state, row);
       return !id.empty() && p.match(id);
     }},
    {"network-border-group",
     [](const auto& state, const auto& row, const auto& p) {
       const auto* interface = state.network_interfaces.find(row.interface_id);
       return interface != nullptr &&
              p.match(std::string_view(interface->zone).substr(0, interface->zone.size() - 1));
     }},
    {"network-interface-id", is_set_to<&AddressRecord::interface_id>},
    {"network-interface-owner-id",
     [](const auto& state, const auto& row, const auto& p) {
       const auto* interface = state.network_interfaces.find(row.interface_id);
       return interface != nullptr && p.match(interface->owner_id);
     }},
    {"private-ip-address", is_set_to<&AddressRecord::private_address>},
    {"public-ip", is_set_to<&AddressRecord::public_ip>},
};

api::ec2::Address describe(const Context& context, const AddressRecord& row) {
  api::ec2::Address shown{.AllocationId = row.allocation_id,
                          .Domain = "vpc",
                          .Tags = to_wire(row.tags),
                          .PublicIpv4Pool = "amazon",
                          .NetworkBorderGroup = context.region(),
                          .PublicIp = row.public_ip};
  if (row.association_id.empty()) return shown;
  shown.AssociationId = row.association_id;
  shown.NetworkInterfaceId = row.interface_id;
  shown.NetworkInterfaceOwnerId = context.account_id();
  shown.PrivateIpAddress = row.private_address;
  if (const std::string id = instance_of(context.state, row); !id.empty()) shown.InstanceId = id;
  return shown;
}

void change_private(Context& context, const std::string& interface_id, const std::string& address,
                    const PrivateAddressRecord& changed) {
  context.state.network_interfaces.update(interface_id, [&](NetworkInterfaceRecord& row) {
    *std::ranges::find(row.addresses, address, &PrivateAddressRecord::address) = changed;
  });
}

/// The allocation of a public address; empty when it is not the caller's.
std::string allocation_of(const Context& context, const std::string& public_ip) {
  const LinkRecord* link = context.state.public_addresses.find(public_ip);
  return link != nullptr && link->id.starts_with("eipalloc-") ? link->id : std::string();
}

/// The allocation that a request names by id or by address.
std::string named_allocation(const Context& context, const std::optional<std::string>& id,
                             const std::optional<std::string>& public_ip) {
  if (id && public_ip) {
    throw invalid_parameter_combination("You may specify public IP or allocation id, but not both");
  }
  if (id) return find_allocation(context, *id).allocation_id;
  if (!public_ip) throw missing_parameter("allocationId");
  std::string found = allocation_of(context, *public_ip);
  if (found.empty()) throw invalid_address_not_found(*public_ip);
  return found;
}

/// The interface that a request wants the address for.
std::string target_interface(const Context& context,
                             const api::ec2::AssociateAddressRequest& request) {
  if (request.NetworkInterfaceId && request.InstanceId) {
    throw invalid_parameter_combination(
        "You may specify instance id or network interface id, but not both");
  }
  if (request.NetworkInterfaceId) {
    return find_interface(context, *request.NetworkInterfaceId).interface_id;
  }
  if (!request.InstanceId) throw missing_parameter("instanceId");
  const InstanceRecord& instance = find_instance(context, *request.InstanceId);
  using enum InstanceState;
  if (instance.state != running && instance.state != stopped) {
    throw instance_is_not_ready(instance.instance_id);
  }
  // AWS: "If the instance has more than one network interface, you must specify a network
  // interface ID."
  if (instance.interface_ids.size() > 1) {
    throw ApiError("InvalidInstanceID",
                   "There are multiple interfaces attached to instance '" + instance.instance_id +
                       "'. Please specify an interface ID for the operation instead.");
  }
  return instance.interface_ids.front();
}

bool has_internet_gateway(const Context& context, const std::string& vpc_id) {
  return std::ranges::any_of(context.state.internet_gateways,
                             [&](const auto& each) { return attached_vpc(each.second) == vpc_id; });
}

/// AWS: "When you disassociate your Elastic IP address from your instance, it receives a new public
/// IPv4 address", if it had one of its own before.
void restore_public_address(Context& context, const std::string& interface_id) {
  const auto* interface = context.state.network_interfaces.find(interface_id);
  if (interface == nullptr || interface->device_index != 0) return;
  const InstanceRecord* instance = context.state.instances.find(interface->instance_id);
  if (instance == nullptr || !instance->wants_public_address) return;
  const bool is_up =
      instance->state == InstanceState::running || instance->state == InstanceState::pending;
  if (is_up && instance->interface_ids.size() == 1) give_public_address(context, interface_id);
}

}  // namespace

std::string take_public_address(Context& context, const std::string& holder) {
  auto& used = context.state.public_addresses;
  if (used.size() >= kLastPublic - kFirstPublic) throw insufficient_address_capacity();
  auto address = std::uint32_t(context.world().random().uniform(context.stream("public-address"),
                                                                kFirstPublic, kLastPublic));
  while (used.contains(ipv4_to_string(address))) {
    address = address == kLastPublic ? kFirstPublic : address + 1;
  }
  std::string text = ipv4_to_string(address);
  used.insert(text, {.id = holder});
  return text;
}

void give_public_address(Context& context, const std::string& interface_id) {
  if (!find_interface(context, interface_id).addresses.front().public_ip.empty()) return;
  const std::string public_ip = take_public_address(context, interface_id);
  context.state.network_interfaces.update(interface_id, [&](NetworkInterfaceRecord& row) {
    row.addresses.front().public_ip = public_ip;
  });
}

void take_back_public_address(Context& context, const std::string& interface_id) {
  const auto address = find_interface(context, interface_id).addresses.front();
  if (address.public_ip.empty() || !address.allocation_id.empty()) return;
  context.state.public_addresses.erase(address.public_ip);
  change_private(context, interface_id, address.address, {.address = address.address});
}

const AddressRecord& find_allocation(const Context& context, const std::string& allocation_id) {
  const AddressRecord* found = context.state.addresses.find(allocation_id);
  if (found == nullptr) throw invalid_allocation_id_not_found(allocation_id);
  return *found;
}

std::string associate(Context& context, const std::string& allocation_id,
                      const std::string& interface_id, const std::string& private_address) {
  const std::string association_id = context.new_id("eipassoc-");
  const std::string public_ip = find_allocation(context, allocation_id).public_ip;
  change_private(context, interface_id, private_address,
                 {.address = private_address,
                  .public_ip = public_ip,
                  .allocation_id = allocation_id,
                  .association_id = association_id});
  context.state.addresses.update(allocation_id, [&](AddressRecord& row) {
    row.association_id = association_id;
    row.interface_id = interface_id;
    row.private_address = private_address;
  });
  context.state.address_associations.insert(association_id, {.id = allocation_id});
  return association_id;
}

void disassociate(Context& context, const std::string& allocation_id) {
  const AddressRecord row = find_allocation(context, allocation_id);
  if (row.association_id.empty()) return;
  context.state.address_associations.erase(row.association_id);
  change_private(context, row.interface_id, row.private_address, {.address = row.private_address});
  context.state.addresses.update(allocation_id, [](AddressRecord& changed) {
    changed.association_id.clear();
    changed.interface_id.clear();
    changed.private_address.clear();
  });
}

namespace {

/// AWS: an address belongs to the zones of one group; here each region is one.
void check_border_group(const Context& context, const std::optional<std::string>& group) {
  if (!group || group->empty() || group == context.region()) return;
  throw invalid_parameter_value("Invalid value '" + *group + "' for networkBorderGroup.");
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html
api::ec2::AllocateAddressResult allocate_address(Context& context,
                                                 const api::ec2::AllocateAddressRequest& request) {
  if (request.Domain && *request.Domain != "vpc") {
    // AWS: EC2-Classic is retired; only `vpc` is left.
    throw invalid_parameter_value("Invalid value '" + *request.Domain + "' for domain.");
  }
  check_border_group(context, request.NetworkBorderGroup);
  Tags tags = tags_for(request.TagSpecifications, "elastic-ip");
  if (is_used_up(context, kElasticAddresses, context.state.addresses.size()))
    throw address_limit_exceeded();
  const std::string id = context.new_id("eipalloc-");
  const std::string public_ip = take_public_address(context, id);
  context.state.addresses.insert(
      id, {.allocation_id = id, .public_ip = public_ip, .tags = std::move(tags)});
  return {.AllocationId = id,
          .PublicIpv4Pool = "amazon",
          .NetworkBorderGroup = context.region(),
          .Domain = "vpc",
          .PublicIp = public_ip};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html
api::ec2::AssociateAddressResult associate_address(
    Context& context, const api::ec2::AssociateAddressRequest& request) {
  // A service that names no address gets one of AWS's own.
  if (dispatch::role_of(context.caller()) && !request.AllocationId) {
    const std::string& id = request.NetworkInterfaceId.value_or("");
    check_callers_own(context, find_interface(context, id));
    give_public_address(context, id);
    return {};
  }
  const std::string id = named_allocation(context, request.AllocationId, request.PublicIp);
  const std::string interface_id = target_interface(context, request);
  const NetworkInterfaceRecord interface = find_interface(context, interface_id);
  check_callers_own(context, interface);
  if (!has_internet_gateway(context, interface.vpc_id)) {
    throw no_internet_gateway(interface.vpc_id);
  }
  const std::string wanted = request.PrivateIpAddress.value_or(interface.addresses.front().address);
  const auto target =
      std::ranges::find(interface.addresses, wanted, &PrivateAddressRecord::address);
  if (target == interface.addresses.end()) {
    throw invalid_parameter_value("Invalid value '" + wanted + "' for privateIpAddress. Must be " +
                                  "assigned to interface " + interface_id);
  }
  const AddressRecord& row = find_allocation(context, id);
  // AWS: "This operation is idempotent": the same association again is the same association.
  if (row.interface_id == interface_id && row.private_address == wanted) {
    return {.AssociationId = row.association_id};
  }
  // AWS: "if the address is already associated, the operation fails" without AllowReassociation;
  // for the private address likewise.
  const bool may_take_over = request.AllowReassociation.value_or(false);
  if (!row.association_id.empty() && !may_take_over) {
    throw resource_already_associated(
        "resource " + id + " is already associated with associate-id " + row.association_id);
  }
  if (!target->allocation_id.empty()) {
    if (!may_take_over) {
      throw resource_already_associated("resource " + interface_id +
                                        " is already associated with associate-id " +
                                        target->association_id);
    }
    disassociate(context, target->allocation_id);
  }
  const std::string before = row.interface_id;
  disassociate(context, id);
  if (!before.empty() && before != interface_id) restore_public_address(context, before);
  // AWS: "We release the public IP address for your instance when you associate an Elastic IP
  // address with it."
  if (wanted == interface.addresses.front().address) {
    take_back_public_address(context, interface_id);
  }
  return {.AssociationId = associate(context, id, interface_id, wanted)};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddresses.html
api::ec2::DescribeAddressesResult describe_addresses(
    Context& context, const api::ec2::DescribeAddressesRequest& request) {
  const Selection<Ec2State, AddressRecord> selection(
      context.state, request.Filters, kAddressesFilters,
      [](const AddressRecord& row) { return std::span<const api::ec2::Tag>(row.tags); });
  auto ids = request.AllocationIds;
  for (const auto& public_ip : api::each(request.PublicIps)) {
    const std::string id = allocation_of(context, public_ip);
    if (id.empty()) throw invalid_address_not_found(public_ip);
    if (!ids) ids.emplace();
    ids->push_back(id);
  }
  api::ec2::DescribeAddressesResult result;
  auto& shown = result.Addresses.emplace();
  show_page(
      context.state.addresses, ids, Page({}, {}),
      [&](const AddressRecord& row) { return selection.passes(row); },
      [](const auto& missing) { return invalid_allocation_id_not_found(join_ids(missing)); },
      [&](const AddressRecord& row) { shown.push_back(describe(context, row)); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateAddress.html
api::ec2::DisassociateAddressResponse disassociate_address(
    Context& context, const api::ec2::DisassociateAddressRequest& request) {
  std::string id;
  if (request.AssociationId) {
    const LinkRecord* link = context.state.address_associations.find(*request.AssociationId);
    if (link == nullptr) throw invalid_association_id_not_found(*request.AssociationId);
    id = link->id;
  } else {
    if (!request.PublicIp) throw missing_parameter("associationId");
    id = named_allocation(context, {}, request.PublicIp);
  }
  const std::string interface_id = find_allocation(context, id).interface_id;
  if (interface_id.empty()) return {};
  check_callers_own(context, find_interface(context, interface_id));
  disassociate(context, id);
  restore_public_address(context, interface_id);
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html
api::ec2::ReleaseAddressResponse release_address(Context& context,
                                                 const api::ec2::ReleaseAddressRequest& request) {
  check_border_group(context, request.NetworkBorderGroup);
  const std::string id = named_allocation(context, request.AllocationId, request.PublicIp);
  const AddressRecord& row = find_allocation(context, id);
  // AWS: "you must disassociate the Elastic IP address before you can release it".
  if (!row.association_id.empty()) throw invalid_ip_address_in_use(row.public_ip);
  if (!row.reverse_name.empty()) throw invalid_address_locked(row.public_ip);
  context.state.public_addresses.erase(row.public_ip);
  context.state.addresses.erase(id);
  return {};
}

}  // namespace fallstreak::services::ec2
