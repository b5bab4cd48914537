#include "services/ec2/interface_prefixes.h"

#include <algorithm>

#include "services/ec2/errors.h"
#include "services/ec2/instances.h"
#include "services/ec2/ipv6.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/subnet_cidr_reservations.h"
#include "services/ec2/subnets.h"

namespace fallstreak::services::ec2 {
namespace {

/// AWS: "The IPv4 prefix that you can specify is /28", "the IPv6 prefix [...] is /80".
constexpr int kIpv4Prefix = 28;
constexpr int kIpv6Prefix = 80;
constexpr std::int32_t kAddressesOfPrefix = 16;
/// Chosen: one of 65,536 blocks of a subnet is found by lot at once, unless nearly all are taken.
constexpr int kMostPrefixDraws = 1000;

/// What the keys of all addresses of a prefix begin with.
std::string keys_of(const std::string& subnet_id, const Cidr& block) {
  std::string key = private_address_key(subnet_id, block.address);
  key.pop_back();
  return key;
}

/// AWS's own are the first four addresses of a subnet and its last.
bool has_reserved(const Cidr& subnet, const Cidr& block) {
  return block.address == subnet.address ||
         block.address + block.size() == subnet.address + subnet.size();
}

Cidr checked_prefix(const Cidr& subnet, const std::string& wanted) {
  const auto block = Cidr::parse(wanted);
  if (!block || block->prefix != kIpv4Prefix) {
    throw invalid_value_for(wanted, "ipv4Prefix", "An IPv4 prefix is a /28 block.");
  }
  if (!subnet.contains(*block)) throw address_not_in_subnet(wanted);
  if (has_reserved(subnet, *block)) throw address_is_reserved(wanted);
  return *block;
}

/// AWS: out of the subnet's reservations of type `prefix`; else out of what is not reserved.
Cidr chosen_prefix(Context& context, const std::string& subnet_id, const Cidr& subnet) {
  std::vector<Cidr> pools;
  for (const auto& [block, type] : typed_reservations(context.state, subnet_id)) {
    if (type != "prefix" || block.network.bits != 32) continue;
    pools.push_back(*Cidr::parse(to_string(block)));
  }
  std::vector<IpBlock> spared;
  if (pools.empty()) {
    pools.push_back(subnet);
    spared = reserved_blocks(context.state, subnet_id);
  }
  std::vector<std::uint32_t> choices;
  for (const Cidr& pool : pools) {
    for (std::uint64_t at = 0; at + kAddressesOfPrefix <= pool.size(); at += kAddressesOfPrefix) {
      choices.push_back(pool.address + std::uint32_t(at));
    }
  }
  const auto is_free = [&](const Cidr& block) {
    if (has_reserved(subnet, block)) return false;
    if (!context.state.private_addresses.range(keys_of(subnet_id, block)).empty()) return false;
    if (spared.empty()) return true;
    const IpBlock as_block = *IpBlock::parse(block.to_string());
    return std::ranges::none_of(spared,
                                [&](const IpBlock& each) { return overlap(each, as_block); });
  };
  // Chosen: AWS's order is not documented; a drawn block, or the next free one after it.
  if (!choices.empty()) {
    const auto first = std::size_t(context.world().random().uniform(
        context.stream("ipv4-prefix/" + subnet_id), 0, std::ssize(choices) - 1));
    for (std::size_t i = 0; i < choices.size(); ++i) {
      const Cidr block{choices[(first + i) % choices.size()], kIpv4Prefix};
      if (is_free(block)) return block;
    }
  }
  throw insufficient_cidr_blocks();
}

IpBlock checked_ipv6_prefix(const IpBlock& subnet, const std::string& wanted) {
  const auto block = parse_ipv6_block(wanted);
  if (!block || block->prefix != kIpv6Prefix) {
    throw invalid_value_for(wanted, "ipv6Prefix", "An IPv6 prefix is a /80 block.");
  }
  if (!contains(subnet, *block)) throw address_not_in_subnet(wanted);
  if (has_reserved_ipv6(subnet, *block)) throw address_is_reserved(wanted);
  return *block;
}

/// A /80 of the pool, drawn.
IpBlock drawn_prefix(Context& context, const std::string& subnet_id, const IpBlock& pool) {
  IpBlock block{.network = pool.network, .prefix = kIpv6Prefix};
  const std::uint64_t drawn =
      context.world().random().next(context.stream("ipv6-prefix/" + subnet_id));
  for (int bit = std::max(pool.prefix, 64); bit < kIpv6Prefix; ++bit) {
    if ((drawn >> (bit - 64) & 1) != 0) {
      block.network.bytes[std::size_t(bit / 8)] |= std::uint8_t(0x80 >> bit % 8);
    }
  }
  return block;
}

IpBlock chosen_ipv6_prefix(Context& context, const std::string& subnet_id, const IpBlock& subnet) {
  std::vector<IpBlock> pools;
  for (const auto& [block, type] : typed_reservations(context.state, subnet_id)) {
    const bool holds_one = block.network.bits == 128 && block.prefix <= kIpv6Prefix;
    if (type == "prefix" && holds_one) pools.push_back(block);
  }
  std::vector<IpBlock> spared;
  if (pools.empty()) {
    pools.push_back(subnet);
    spared = reserved_blocks(context.state, subnet_id);
  }
  for (int tries = 0; tries < kMostPrefixDraws; ++tries) {
    const IpBlock block =
        drawn_prefix(context, subnet_id, pools[std::size_t(tries) % pools.size()]);
    const bool is_free =
        !has_reserved_ipv6(subnet, block) &&
        context.state.ipv6_addresses.range(ipv6_prefix_key(subnet_id, block.network)).empty();
    const auto is_kept = [&](const IpBlock& each) { return overlap(each, block); };
    if (is_free && std::ranges::none_of(spared, is_kept)) return block;
  }
  throw insufficient_cidr_blocks();
}

}  // namespace

std::vector<std::string> wanted_prefixes(const std::optional<std::vector<std::string>>& named,
                                         const std::optional<std::int32_t>& count,
                                         std::string_view family) {
  const std::string name(family);
  if (named && count) {
    throw invalid_parameter_combination("You may not specify both " + name + " prefixes and an " +
                                        name + " prefix count");
  }
  std::vector<std::string> wanted = named.value_or(std::vector<std::string>());
  if (std::ranges::find(wanted, "") != wanted.end()) throw missing_parameter(name + "Prefix");
  // More than an interface of any type has.
  constexpr std::int32_t kMost = 255;
  const std::int32_t any = count.value_or(0);
  if (any < 0 || any > kMost) {
    throw invalid_value_for(std::to_string(any), name + "PrefixCount",
                            "Expecting a value between 0 and 255.");
  }
  wanted.resize(wanted.size() + std::size_t(any));
  return wanted;
}

std::string allot_ipv4_prefix(Context& context, const std::string& subnet_id,
                              const std::string& interface_id, const std::string& wanted) {
  const SubnetRecord& row = find_subnet(context, subnet_id);
  const Cidr subnet = *Cidr::parse(*row.subnet.CidrBlock);
  auto& used = context.state.private_addresses;
  Cidr block;
  if (!wanted.empty()) {
    block = checked_prefix(subnet, wanted);
    if (!used.range(keys_of(subnet_id, block)).empty()) throw invalid_ip_address_in_use(wanted);
  } else {
    if (*row.subnet.AvailableIpAddressCount < kAddressesOfPrefix) {
      throw insufficient_free_prefixes();
    }
    block = chosen_prefix(context, subnet_id, subnet);
  }
  for (std::uint32_t i = 0; i < block.size(); ++i) {
    used.insert(private_address_key(subnet_id, block.address + i), {.id = interface_id});
  }
  change_available_addresses(context, subnet_id, -kAddressesOfPrefix);
  return block.to_string();
}

void release_ipv4_prefix(Context& context, const std::string& subnet_id,
                         const std::string& prefix) {
  const Cidr block = *Cidr::parse(prefix);
  for (std::uint32_t i = 0; i < block.size(); ++i) {
    context.state.private_addresses.erase(private_address_key(subnet_id, block.address + i));
  }
  change_available_addresses(context, subnet_id, kAddressesOfPrefix);
}

std::string allot_ipv6_prefix(Context& context, const std::string& subnet_id,
                              const std::string& interface_id, const std::string& wanted) {
  const auto subnet = ipv6_block_of(find_subnet(context, subnet_id));
  if (!subnet) throw subnet_has_no_ipv6_block(subnet_id);
  auto& used = context.state.ipv6_addresses;
  IpBlock block;
  if (!wanted.empty()) {
    block = checked_ipv6_prefix(*subnet, wanted);
    if (!used.range(ipv6_prefix_key(subnet_id, block.network)).empty()) {
      throw invalid_ip_address_in_use(wanted);
    }
  } else {
    block = chosen_ipv6_prefix(context, subnet_id, *subnet);
  }
  used.insert(ipv6_prefix_key(subnet_id, block.network), {.id = interface_id});
  return to_string(block);
}

void release_ipv6_prefix(Context& context, const std::string& subnet_id,
                         const std::string& prefix) {
  context.state.ipv6_addresses.erase(ipv6_prefix_key(subnet_id, parse_ipv6_block(prefix)->network));
}

AddressCounts address_counts(const NetworkInterfaceRecord& row) {
  return {.ipv4 = row.addresses.size() + row.ipv4_prefixes.size(),
          .ipv6 = row.ipv6_addresses.size() + row.ipv6_prefixes.size(),
          .has_prefixes = !row.ipv4_prefixes.empty() || !row.ipv6_prefixes.empty()};
}

void check_addresses_fit(const InstanceType& type, const AddressCounts& counts) {
  // AWS: "Prefixes are supported on instances built on the Nitro System." Chosen: the words.
  if (counts.has_prefixes && type.hypervisor != "nitro") {
    throw invalid_parameter_combination("Prefixes are not supported by instances of type " +
                                        std::string(type.name));
  }
  // AWS: "a prefix counts as one IP address" towards the type's limit.
  const auto limit = std::size_t(type.addresses_per_interface);
  if (counts.ipv4 > limit) throw private_ip_address_limit_exceeded();
  if (counts.ipv6 > limit) throw ipv6_address_limit_exceeded();
}

void check_may_have(const Context& context, const NetworkInterfaceRecord& row,
                    const AddressCounts& more) {
  AddressCounts counts = address_counts(row);
  counts.ipv4 += more.ipv4;
  counts.ipv6 += more.ipv6;
  counts.has_prefixes = counts.has_prefixes || more.has_prefixes;
  const InstanceRecord* instance = context.state.instances.find(row.instance_id);
  if (instance != nullptr) return check_addresses_fit(type_of(*instance), counts);
  // As many as the largest types allow.
  constexpr std::size_t kMost = 50;
  if (counts.ipv4 > kMost) throw private_ip_address_limit_exceeded();
  if (counts.ipv6 > kMost) throw ipv6_address_limit_exceeded();
}

}  // namespace fallstreak::services::ec2
