#include <algorithm>

#include "services/ec2/errors.h"
#include "services/ec2/interface_prefixes.h"
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

/// A key begins as that of its prefix does.
std::string ipv6_address_key(const std::string& subnet_id, const IpAddress& address,
                             std::size_t bytes = 16) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string key = subnet_id + "/";
  for (std::size_t i = 0; i < bytes; ++i) {
    key += kDigits[address.bytes[i] >> 4];
    key += kDigits[address.bytes[i] & 15];
  }
  return key;
}

bool is_ipv6_taken(const Ec2State& state, const std::string& subnet_id, const IpAddress& address) {
  return state.ipv6_addresses.contains(ipv6_address_key(subnet_id, address)) ||
         state.ipv6_addresses.contains(ipv6_prefix_key(subnet_id, address));
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

}  // namespace

std::string ipv6_prefix_key(const std::string& subnet_id, const IpAddress& network) {
  return ipv6_address_key(subnet_id, network, 10);
}

bool has_reserved_ipv6(const IpBlock& subnet, const IpBlock& part) {
  IpAddress last = part.network;
  for (int bit = part.prefix; bit < 128; ++bit) {
    last.bytes[std::size_t(bit / 8)] |= std::uint8_t(0x80 >> bit % 8);
  }
  return is_reserved(part.network, subnet) || is_reserved(last, subnet);
}

std::string allot_ipv6_address(Context& context, const std::string& subnet_id,
                               const std::string& interface_id, const std::string& wanted) {
  const auto block = ipv6_block_of(find_subnet(context, subnet_id));
  if (!block) throw subnet_has_no_ipv6_block(subnet_id);
  IpAddress address;
  if (!wanted.empty()) {
    const auto parsed = IpAddress::parse(wanted);
    if (!parsed || parsed->bits != 128 || !block->contains(*parsed)) {
      throw address_not_in_subnet(wanted);
    }
    if (is_reserved(*parsed, *block)) throw address_is_reserved(wanted);
    if (is_ipv6_taken(context.state, subnet_id, *parsed)) throw invalid_ip_address_in_use(wanted);
    address = *parsed;
  } else {
    const auto kept = reserved_blocks(context.state, subnet_id);
    const auto is_kept = [&](const IpBlock& each) { return each.contains(address); };
    // A reservation may leave next to nothing of the block.
    for (int tries = 0;; ++tries) {
      if (tries == kMostDraws) throw insufficient_free_addresses_in_subnet(subnet_id);
      address = draw_address(context, subnet_id, *block);
      const bool is_free =
          !is_reserved(address, *block) && !is_ipv6_taken(context.state, subnet_id, address);
      if (is_free && std::ranges::none_of(kept, is_kept)) break;
    }
  }
  context.state.ipv6_addresses.insert(ipv6_address_key(subnet_id, address), {.id = interface_id});
  return to_string(address);
}

const LinkRecord* owner_of_ipv6_address(const Ec2State& state, const std::string& subnet_id,
                                        const IpAddress& address) {
  const auto* owner = state.ipv6_addresses.find(ipv6_address_key(subnet_id, address));
  return owner != nullptr ? owner : state.ipv6_addresses.find(ipv6_prefix_key(subnet_id, address));
}

void release_ipv6_address(Context& context, const std::string& subnet_id,
                          const std::string& address) {
  context.state.ipv6_addresses.erase(ipv6_address_key(subnet_id, *IpAddress::parse(address)));
}

bool wants_primary_ipv6(const Context& context, const std::string& subnet_id,
                        const std::optional<bool>& wanted) {
  if (!wanted.value_or(false)) return false;
  if (!ipv6_block_of(find_subnet(context, subnet_id))) throw subnet_has_no_ipv6_block(subnet_id);
  return true;
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
  const auto prefixes = wanted_prefixes(request.Ipv6Prefixes, request.Ipv6PrefixCount, "ipv6");
  if (wanted.empty() && prefixes.empty()) throw missing_parameter("ipv6AddressCount");
  check_may_have(context, row,
                 {.ipv6 = wanted.size() + prefixes.size(), .has_prefixes = !prefixes.empty()});
  api::ec2::AssignIpv6AddressesResult result{.NetworkInterfaceId = id};
  auto& assigned = result.AssignedIpv6Addresses.emplace();
  for (const auto& address : wanted) {
    assigned.push_back(allot_ipv6_address(context, row.subnet_id, id, address));
  }
  auto& given = result.AssignedIpv6Prefixes.emplace();
  for (const auto& prefix : prefixes) {
    given.push_back(allot_ipv6_prefix(context, row.subnet_id, id, prefix));
  }
  context.state.network_interfaces.update(id, [&](NetworkInterfaceRecord& changed) {
    changed.ipv6_addresses.insert(changed.ipv6_addresses.end(), assigned.begin(), assigned.end());
    changed.ipv6_prefixes.insert(changed.ipv6_prefixes.end(), given.begin(), given.end());
  });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnassignIpv6Addresses.html
api::ec2::UnassignIpv6AddressesResult unassign_ipv6_addresses(
    Context& context, const api::ec2::UnassignIpv6AddressesRequest& request) {
  const std::string id = *request.NetworkInterfaceId;
  const NetworkInterfaceRecord row = find_interface(context, id);
  if (api::each(request.Ipv6Addresses).empty() && api::each(request.Ipv6Prefixes).empty()) {
    throw missing_parameter("ipv6Addresses");
  }
  api::ec2::UnassignIpv6AddressesResult result{.NetworkInterfaceId = id};
  auto& unassigned = result.UnassignedIpv6Addresses.emplace();
  for (const auto& text : api::each(request.Ipv6Addresses)) {
    const auto parsed = IpAddress::parse(text);
    const std::string address = parsed && parsed->bits == 128 ? to_string(*parsed) : text;
    const bool is_its =
        std::ranges::find(row.ipv6_addresses, address) != row.ipv6_addresses.end() &&
        std::ranges::find(unassigned, address) == unassigned.end();
    if (!is_its) throw not_assigned_to_interface(id);
    // Chosen: AWS says of it only that it does not change while the interface is attached.
    if (row.has_primary_ipv6 && address == row.ipv6_addresses.front()) {
      throw invalid_parameter_value("The primary IPv6 address " + address +
                                    " cannot be unassigned");
    }
    release_ipv6_address(context, row.subnet_id, address);
    unassigned.push_back(address);
  }
  auto& taken = result.UnassignedIpv6Prefixes.emplace();
  for (const auto& text : api::each(request.Ipv6Prefixes)) {
    const auto block = parse_ipv6_block(text);
    const std::string prefix = block ? to_string(*block) : text;
    const bool is_its = std::ranges::find(row.ipv6_prefixes, prefix) != row.ipv6_prefixes.end() &&
                        std::ranges::find(taken, prefix) == taken.end();
    if (!is_its) throw not_assigned_to_interface(id);
    release_ipv6_prefix(context, row.subnet_id, prefix);
    taken.push_back(prefix);
  }
  context.state.network_interfaces.update(id, [&](NetworkInterfaceRecord& changed) {
    for (const auto& address : unassigned) std::erase(changed.ipv6_addresses, address);
    for (const auto& prefix : taken) std::erase(changed.ipv6_prefixes, prefix);
  });
  return result;
}

}  // namespace fallstreak::services::ec2
