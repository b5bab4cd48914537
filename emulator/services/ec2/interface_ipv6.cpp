#include <algorithm>

#include "services/ec2/errors.h"
#include "services/ec2/instances.h"
#include "services/ec2/ipv6.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/network_interfaces.h"
#include "services/ec2/subnet_cidr_reservations.h"
#include "services/ec2/subnets.h"

/// IPv6 addresses of interfaces.
namespace fallstreak::services::ec2 {
namespace {

/// Chosen: an address of 2^64 is found by lot at once, unless nearly all of them are reserved.
constexpr int kMostDraws = 1000;

std::string address_key(const std::string& subnet_id, const IpAddress& address) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string key = subnet_id + "/";
  for (const std::uint8_t byte : address.bytes) {
    key += kDigits[byte >> 4];
    key += kDigits[byte & 15];
  }
  return key;
}

/// AWS: "the first four IPv6 addresses and the last IPv6 address in each subnet" are its own.
bool is_reserved(const IpAddress& address, const IpBlock& block) {
  bool is_last = true;
  bool is_first = true;
  for (int bit = block.prefix; bit < 128; ++bit) {
    const bool is_set = (address.bytes[std::size_t(bit / 8)] & 0x80 >> bit % 8) != 0;
    is_last = is_last && is_set;
    // The lowest two bits number the first four.
    is_first = is_first && (bit >= 126 || !is_set);
  }
  return is_last || is_first;
}

/// An address of the block whose last 64 bits are drawn.
IpAddress draw_address(Context& context, const std::string& subnet_id, const IpBlock& block) {
  IpAddress address = block.network;
  std::uint64_t bits = context.world().random().next(context.stream("ipv6-address/" + subnet_id));
  for (std::size_t i = 16; i > 8; --i) {
    address.bytes[i - 1] = std::uint8_t(bits);
    bits >>= 8;
  }
  return address;
}

void check_ipv6_count(const Context& context, const NetworkInterfaceRecord& row,
                      std::size_t count) {
  const InstanceRecord* instance = context.state.instances.find(row.instance_id);
  const std::int32_t limit = instance != nullptr ? type_of(*instance).addresses_per_interface : 50;
  if (std::int64_t(count) > limit) throw ipv6_address_limit_exceeded();
}

}  // namespace

std::string allot_ipv6_address(Context& context, const std::string& subnet_id,
                               const std::string& interface_id, const std::string& wanted) {
  const auto block = ipv6_block_of(find_subnet(context, subnet_id));
  if (!block) throw subnet_has_no_ipv6_block(subnet_id);
  auto& used = context.state.ipv6_addresses;
  IpAddress address;
  if (!wanted.empty()) {
    const auto parsed = IpAddress::parse(wanted);
    if (!parsed || parsed->bits != 128 || !block->contains(*parsed)) {
      throw address_not_in_subnet(wanted);
    }
    if (is_reserved(*parsed, *block)) throw address_is_reserved(wanted);
    if (used.contains(address_key(subnet_id, *parsed))) throw invalid_ip_address_in_use(wanted);
    address = *parsed;
  } else {
    const auto kept = reserved_blocks(context.state, subnet_id);
    const auto is_kept = [&](const IpBlock& each) { return each.contains(address); };
    // A reservation may leave next to nothing of the block.
    for (int tries = 0;; ++tries) {
      if (tries == kMostDraws) throw insufficient_free_addresses_in_subnet(subnet_id);
      address = draw_address(context, subnet_id, *block);
      const bool is_free =
          !is_reserved(address, *block) && !used.contains(address_key(subnet_id, address));
      if (is_free && std::ranges::none_of(kept, is_kept)) break;
    }
  }
  used.insert(address_key(subnet_id, address), {.id = interface_id});
  return to_string(address);
}

void release_ipv6_address(Context& context, const std::string& subnet_id,
                          const std::string& address) {
  context.state.ipv6_addresses.erase(address_key(subnet_id, *IpAddress::parse(address)));
}

std::vector<std::string> wanted_ipv6_addresses(
    const std::optional<std::vector<api::ec2::InstanceIpv6Address>>& addresses,
    const std::optional<std::int32_t>& count) {
  if (addresses && count) {
    throw invalid_parameter_combination(
        "You may not specify both an IPv6 address count and IPv6 addresses");
  }
  std::vector<std::string> wanted;
  for (const auto& each : api::each(addresses)) {
    if (each.Ipv6Address.value_or("").empty()) throw missing_parameter("ipv6Address");
    wanted.push_back(*each.Ipv6Address);
  }
  // More than an interface of any type has.
  constexpr std::int32_t kMost = 50;
  const std::int32_t any = count.value_or(0);
  if (any < 0 || any > kMost) throw ipv6_address_limit_exceeded();
  wanted.resize(wanted.size() + std::size_t(any));
  return wanted;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssignIpv6Addresses.html
api::ec2::AssignIpv6AddressesResult assign_ipv6_addresses(
    Context& context, const api::ec2::AssignIpv6AddressesRequest& request) {
  const std::string id = *request.NetworkInterfaceId;
  const NetworkInterfaceRecord row = find_interface(context, id);
  std::optional<std::vector<api::ec2::InstanceIpv6Address>> named;
  for (const auto& address : api::each(request.Ipv6Addresses)) {
    if (!named) named.emplace();
    named->push_back({.Ipv6Address = address});
  }
  const auto wanted = wanted_ipv6_addresses(named, request.Ipv6AddressCount);
  if (wanted.empty()) throw missing_parameter("ipv6AddressCount");
  check_ipv6_count(context, row, row.ipv6_addresses.size() + wanted.size());
  api::ec2::AssignIpv6AddressesResult result{.NetworkInterfaceId = id};
  auto& assigned = result.AssignedIpv6Addresses.emplace();
  for (const auto& address : wanted) {
    assigned.push_back(allot_ipv6_address(context, row.subnet_id, id, address));
  }
  context.state.network_interfaces.update(id, [&](NetworkInterfaceRecord& changed) {
    changed.ipv6_addresses.insert(changed.ipv6_addresses.end(), assigned.begin(), assigned.end());
  });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnassignIpv6Addresses.html
api::ec2::UnassignIpv6AddressesResult unassign_ipv6_addresses(
    Context& context, const api::ec2::UnassignIpv6AddressesRequest& request) {
  const std::string id = *request.NetworkInterfaceId;
  const NetworkInterfaceRecord row = find_interface(context, id);
  if (api::each(request.Ipv6Addresses).empty()) throw missing_parameter("ipv6Addresses");
  api::ec2::UnassignIpv6AddressesResult result{.NetworkInterfaceId = id};
  auto& unassigned = result.UnassignedIpv6Addresses.emplace();
  for (const auto& text : *request.Ipv6Addresses) {
    const auto parsed = IpAddress::parse(text);
    const std::string address = parsed && parsed->bits == 128 ? to_string(*parsed) : text;
    const bool is_its =
        std::ranges::find(row.ipv6_addresses, address) != row.ipv6_addresses.end() &&
        std::ranges::find(unassigned, address) == unassigned.end();
    if (!is_its) {
      throw invalid_parameter_value(
          "Some of the specified addresses are not assigned to interface " + id);
    }
    release_ipv6_address(context, row.subnet_id, address);
    unassigned.push_back(address);
  }
  context.state.network_interfaces.update(id, [&](NetworkInterfaceRecord& changed) {
    for (const auto& address : unassigned) std::erase(changed.ipv6_addresses, address);
  });
  return result;
}

}  // namespace fallstreak::services::ec2
