#include "dataplane/reachability/admission.h"

#include <algorithm>

#include "base/ip_block.h"
#include "dataplane/reachability/network.h"

namespace fallstreak::dataplane::reachability {
namespace {

/// An ingress rule for TCP at the port, from addresses of the family.
bool concerns(const api::ec2::SecurityGroupRule& rule, std::int32_t port, Family family) {
  const bool is_of_other =
      family == Family::ipv4 ? rule.CidrIpv6.has_value() : rule.CidrIpv4.has_value();
  if (rule.IsEgress == true || is_of_other) return false;
  const int protocol = parse_protocol(rule.IpProtocol.value_or("")).value_or(kAnyProtocol);
  if (protocol == kAnyProtocol) return true;
  const std::int32_t first = rule.FromPort.value_or(-1);
  const std::int32_t last = rule.ToPort.value_or(-1);
  return protocol == kTcp && (first == -1 || (first <= port && port <= last));
}

bool is_open(const api::ec2::SecurityGroupRule& rule) {
  const auto& text = rule.CidrIpv4 ? rule.CidrIpv4 : rule.CidrIpv6;
  const auto block = text ? IpBlock::parse(*text) : std::nullopt;
  return block && block->prefix == 0;
}

}  // namespace

Admission admission(const std::vector<api::ec2::SecurityGroupRule>& rules, std::int32_t port,
                    Family family) {
  Admission found = Admission::nobody;
  for (const auto& rule : rules) {
    if (!concerns(rule, port, family)) continue;
    if (is_open(rule)) return Admission::everybody;
    found = Admission::some;
  }
  return found;
}

}  // namespace fallstreak::dataplane::reachability
