#include "front/dns_resolver.h"

#include <algorithm>

#include "dataplane/dns/message.h"
#include "resolver.h"

namespace fallstreak::front {
namespace {

namespace dns = dataplane::dns;

constexpr std::size_t kPlainUdp = 512;
/// What this end takes, and the most that it sends over UDP: no answer is cut to pieces on its way.
constexpr std::uint16_t kUdp = 1232;
constexpr std::size_t kTcp = 65535;
constexpr std::uint8_t kBadVersion = 1;  // 16, of which EDNS has the upper bits

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
    dns::Client asker = client;
    if (read->edns && read->edns->subnet) {
      // RFC 7871: the answer holds for all of the subnet that was told.
      dns::ClientSubnet subnet = *read->edns->subnet;
      asker.subnet = IpBlock{subnet.address, subnet.prefix};
      subnet.scope = subnet.prefix;
      response.edns->subnet = subnet;
    }
    fill(world, asker, draw, read->questions.front(), response);
  }
  return dns::encode_message(response, limit);
}

}  // namespace fallstreak::front
