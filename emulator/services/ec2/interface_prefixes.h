#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/ec2/catalogue.h"
#include "services/ec2/state.h"

/// Prefixes of network interfaces: blocks of the subnet, /28 of IPv4 and /80 of IPv6, that are an
/// interface's as a whole.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-prefix-eni.html
namespace fallstreak::services::ec2 {

/// What a request asks for: the ones that it names, or an empty text for each that AWS is to
/// choose.
std::vector<std::string> wanted_prefixes(const std::optional<std::vector<std::string>>& named,
                                         const std::optional<std::int32_t>& count,
                                         std::string_view family);
template <auto member, class Prefix>
std::vector<std::string> wanted_prefixes(const std::optional<std::vector<Prefix>>& named,
                                         const std::optional<std::int32_t>& count,
                                         std::string_view family) {
  std::optional<std::vector<std::string>> texts;
  for (const Prefix& each : api::each(named)) {
    if (!texts) texts.emplace();
    texts->push_back((each.*member).value_or(""));
  }
  return wanted_prefixes(texts, count, family);
}

/// Gives an interface a free prefix of its subnet, or `wanted` if it is not empty.
std::string allot_ipv4_prefix(Context& context, const std::string& subnet_id,
                              const std::string& interface_id, const std::string& wanted);
void release_ipv4_prefix(Context& context, const std::string& subnet_id, const std::string& prefix);
std::string allot_ipv6_prefix(Context& context, const std::string& subnet_id,
                              const std::string& interface_id, const std::string& wanted);
void release_ipv6_prefix(Context& context, const std::string& subnet_id, const std::string& prefix);

/// How much of its type's allowance an interface uses; a prefix counts as an address.
struct AddressCounts {
  std::size_t ipv4 = 0;
  std::size_t ipv6 = 0;
  bool has_prefixes = false;
};
AddressCounts address_counts(const NetworkInterfaceRecord& row);
/// Refuses what instances of the type cannot have.
void check_addresses_fit(const InstanceType& type, const AddressCounts& counts);
/// Refuses more than an interface may have where it is attached.
void check_may_have(const Context& context, const NetworkInterfaceRecord& row,
                    const AddressCounts& more);

}  // namespace fallstreak::services::ec2
