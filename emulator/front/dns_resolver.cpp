#include "front/dns_resolver.h"

#include <algorithm>

#include "base/dns_name.h"
#include "dataplane/dns/message.h"
#include "dispatch/name_servers.h"

namespace fallstreak::front {
namespace {

namespace dns = dataplane::dns;
using dispatch::NameServerState;

constexpr std::size_t kPlainUdp = 512;
/// What this end takes, and the most that it sends over UDP: no answer is cut to pieces on its way.
constexpr std::uint16_t kUdp = 1232;
constexpr std::size_t kTcp = 65535;
constexpr std::uint8_t kBadVersion = 1;  // 16, of which EDNS has the upper bits

std::optional<dns::Zone> private_zone_of(const NameServerState& servers, std::string_view name,
                                         const std::string& vpc) {
  for (std::string_view above = name; !above.empty(); above = parent_dns_name(above)) {
    for (const auto& row : servers.zones.range(dispatch::zone_key(above, ""))) {
      const auto& zone = row.second;
      const bool is_seen = std::ranges::find(zone.vpcs, vpc) != zone.vpcs.end();
      if (zone.is_private && is_seen) return dns::Zone{zone.zone_id, zone.name};
    }
  }
  return std::nullopt;
}

/// `ec2-198-18-0-1.eu-central-1.compute.amazonaws.com.`: the address stands in the name.
std::optional<std::string> address_in_name(std::string_view name) {
  const bool is_instance =
      name.starts_with("ec2-") &&
      (name.ends_with(".compute.amazonaws.com.") || name.ends_with(".compute-1.amazonaws.com."));
  if (!is_instance) return std::nullopt;
  std::string address(name.substr(4, name.find('.') - 4));
  std::ranges::replace(address, '-', '.');
  return address;
}

/// Chosen: all website endpoints of S3 have this address, of the reserved 240.0.0.0/4.
bool is_website(std::string_view name) {
  return name.starts_with("s3-website") && name.ends_with(".amazonaws.com.");
}
constexpr const char* kWebsiteAddress = "240.1.0.1";

std::optional<std::vector<dns::Node>> nodes_of(const NameServerState& servers,
                                               std::string_view name) {
  if (const auto* endpoint = dispatch::find_endpoint(servers, name)) {
    std::vector<dns::Node> nodes;
    for (const auto& node : endpoint->nodes) nodes.push_back({node.ip_address, node.is_healthy});
    return nodes;
  }
  if (auto address = address_in_name(name)) return {{{std::move(*address), true}}};
  if (is_website(name)) return {{{kWebsiteAddress, true}}};
  return std::nullopt;
}

void add(const std::vector<dns::Record>& records, std::vector<dns::WireRecord>& section) {
  for (const auto& record : records) {
    auto data = dns::record_data(record.type, record.value);
    if (!data) continue;  // Route 53 lets no such value in
    section.push_back({.name = record.name,
                       .type = dns::type_number(record.type),
                       .ttl = record.ttl,
                       .data = std::move(*data)});
  }
}

dns::Rcode fault_of(const dns::Message& query) {
  if (query.opcode != 0) return dns::Rcode::not_implemented;
  if (query.questions.size() != 1) return dns::Rcode::format_error;
  if (query.questions.front().class_ != dns::kClassInternet) return dns::Rcode::refused;
  return dns::Rcode::no_error;
}

void fill(world::World& world, const dns::Client& client, std::uint64_t draw,
          const dns::WireQuestion& question, dns::Message& response) {
  const std::string_view known = dns::type_name(question.type);
  const std::string type =
      known.empty() ? "TYPE" + std::to_string(question.type) : std::string(known);
  const dns::Answer answer =
      dns::answer(dns_knowledge(world, client.vpc), {question.name, type}, client, draw);
  response.rcode = static_cast<std::uint8_t>(answer.rcode);
  response.is_authoritative = answer.is_authoritative;
  add(answer.answers, response.answers);
  add(answer.authority, response.authority);
}

}  // namespace

dns::Knowledge dns_knowledge(world::World& world, const std::string& vpc) {
  const NameServerState& servers = dispatch::name_servers(world);
  return {.zone_of = [&servers, vpc](std::string_view name) -> std::optional<dns::Zone> {
            // AWS: a private zone hides the public one of its name from its VPCs.
            if (auto zone = private_zone_of(servers, name, vpc)) return zone;
            const auto* zone = dispatch::public_zone_of(servers, name);
            if (zone == nullptr) return std::nullopt;
            return dns::Zone{zone->zone_id, zone->name};
          },
          .record_sets =
              [&servers](const dns::Zone& zone, std::string_view name) {
                std::vector<api::route53::ResourceRecordSet> found;
                for (const auto& row :
                     servers.record_sets.range(dispatch::name_prefix(zone.id, name))) {
                  found.push_back(row.second);
                }
                return found;
              },
          .has_names_below =
              [&servers](const dns::Zone& zone, std::string_view name) {
                // Behind the name's own record sets come those of the names below.
                const std::string below = zone.id + " " + reversed_dns_name(name);
                const auto next = servers.record_sets.lower_bound(below + "!");
                return next != servers.record_sets.end() && next->first.starts_with(below);
              },
          .is_healthy =
              [&servers](std::string_view check) {
                // Chosen: a check that was deleted fails nothing.
                const auto* health = servers.health.find(check);
                return health == nullptr || health->is_healthy;
              },
          .nodes = [&servers](std::string_view name) { return nodes_of(servers, name); }};
}

std::string answer_dns(world::World& world, const dns::Client& client, std::string_view query,
                       DnsTransport transport, std::uint64_t draw) {
  const auto read = dns::decode_message(query);
  if (!read) {
    if (query.size() < 12) return {};
    const auto high = static_cast<unsigned char>(query[0]);
    const auto low = static_cast<unsigned char>(query[1]);
    return dns::encode_message({.id = static_cast<std::uint16_t>(high << 8 | low),
                                .is_response = true,
                                .rcode = std::uint8_t(dns::Rcode::format_error)},
                               kPlainUdp);
  }
  if (read->is_response) return {};
  dns::Message response{.id = read->id,
                        .is_response = true,
                        .opcode = read->opcode,
                        .recursion_desired = read->recursion_desired,
                        .recursion_available = true,
                        .questions = read->questions};
  std::size_t limit = transport == DnsTransport::tcp ? kTcp : kPlainUdp;
  if (read->edns) {
    response.edns = dns::Edns{.udp_size = kUdp};
    if (transport == DnsTransport::udp) {
      limit = std::clamp<std::size_t>(read->edns->udp_size, kPlainUdp, kUdp);
    }
  }
  const dns::Rcode fault = fault_of(*read);
  if (read->edns && read->edns->version != 0) {
    response.edns->extended_rcode = kBadVersion;
  } else if (fault != dns::Rcode::no_error) {
    response.rcode = static_cast<std::uint8_t>(fault);
  } else {
    fill(world, client, draw, read->questions.front(), response);
  }
  return dns::encode_message(response, limit);
}

}  // namespace fallstreak::front
