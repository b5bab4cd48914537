#include "services/route53/lookup.h"

#include <algorithm>
#include <charconv>

#include "services/route53/errors.h"

namespace fallstreak::services::route53 {

std::string bare_id(std::string_view id) { return std::string(id.substr(id.rfind('/') + 1)); }

const HostedZoneRecord& find_zone(const Context& context, std::string_view id) {
  const std::string bare = bare_id(id);
  const auto* found = context.state.hosted_zones.find(bare);
  if (found == nullptr) throw no_such_hosted_zone(bare);
  return *found;
}

const HealthCheckRecord& find_health_check(const Context& context, std::string_view id) {
  const auto* found = context.state.health_checks.find(id);
  if (found == nullptr) throw no_such_health_check(id);
  return *found;
}

bool is_private(const HostedZoneRecord& record) { return *record.zone.Config->PrivateZone; }

api::route53::HostedZone shown(const HostedZoneRecord& record) {
  api::route53::HostedZone zone = record.zone;
  zone.ResourceRecordSetCount = record.record_sets;
  return zone;
}

std::string vpc_key(const api::route53::VPC& vpc) {
  return vpc.VPCRegion.value_or("") + "/" + vpc.VPCId.value_or("");
}

std::size_t page_size(const std::optional<std::string>& max_items, std::size_t most) {
  if (!max_items) return most;
  std::size_t size = 0;
  const char* end = max_items->data() + max_items->size();
  const auto [last, error] = std::from_chars(max_items->data(), end, size);
  if (error != std::errc() || last != end || size == 0) {
    throw invalid_input("The value of MaxItems, " + *max_items + ", is not a positive number.");
  }
  return std::min(size, most);
}

std::string new_identifier(Context& context, std::string_view prefix, std::string_view stream) {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string id(prefix);
  id += '0';
  const std::string name = context.stream(stream);
  for (int i = 0; i < 19; ++i) {
    id += kAlphabet[std::size_t(
        context.world().random().uniform(name, 0, std::int64_t(kAlphabet.size()) - 1))];
  }
  return id;
}

}  // namespace fallstreak::services::route53
