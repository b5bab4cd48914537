#include <algorithm>
#include <charconv>

#include "base/dns_name.h"
#include "base/ip_block.h"
#include "services/route53/answering.h"
#include "services/route53/errors.h"
#include "services/route53/handlers.h"
#include "services/route53/lookup.h"

namespace fallstreak::services::route53 {
namespace {

namespace dns = dataplane::dns;

/// AWS: how much of the client's address a resolver passes on when the caller does not say.
constexpr int kDefaultMask4 = 24;
constexpr int kDefaultMask6 = 64;

IpAddress parsed_address(const std::string& text) {
  const auto address = IpAddress::parse(text);
  if (!address) throw invalid_input("The IP address " + text + " is not valid.");
  return *address;
}

/// Whom the name servers would see: the client's subnet when the resolver tells it, or the
/// resolver.
std::optional<IpBlock> asker(const api::route53::TestDNSAnswerRequest& request) {
  if (!request.EDNS0ClientSubnetIP) {
    if (request.EDNS0ClientSubnetMask) {
      throw invalid_input("EDNS0ClientSubnetMask can be specified only with EDNS0ClientSubnetIP.");
    }
    if (!request.ResolverIP) return std::nullopt;
    const IpAddress resolver = parsed_address(*request.ResolverIP);
    return IpBlock{resolver, resolver.bits};
  }
  const IpAddress client = parsed_address(*request.EDNS0ClientSubnetIP);
  int mask = client.bits == 32 ? kDefaultMask4 : kDefaultMask6;
  if (request.EDNS0ClientSubnetMask) {
    const std::string& text = *request.EDNS0ClientSubnetMask;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mask);
    if (error != std::errc() || end != text.data() + text.size() || mask < 0 ||
        mask > client.bits) {
      throw invalid_input("The subnet mask " + text + " is not valid.");
    }
  }
  return IpBlock{client, mask};
}

std::string rcode_text(dns::Rcode rcode) {
  switch (rcode) {
    case dns::Rcode::no_error:
      return "NOERROR";
    case dns::Rcode::format_error:
      return "FORMERR";
    case dns::Rcode::server_failure:
      return "SERVFAIL";
    case dns::Rcode::name_error:
      return "NXDOMAIN";
    case dns::Rcode::not_implemented:
      return "NOTIMP";
    case dns::Rcode::refused:
      return "REFUSED";
  }
  return {};
}

}  // namespace

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_TestDNSAnswer.html
api::route53::TestDNSAnswerResponse test_dns_answer(
    Context& context, const api::route53::TestDNSAnswerRequest& request) {
  const auto& zone = find_zone(context, *request.HostedZoneId);
  // AWS: "This call only supports querying public hosted zones." Chosen: the words.
  if (is_private(zone)) throw invalid_input("TestDNSAnswer supports public hosted zones only.");
  const auto name = canonical_dns_name(*request.RecordName);
  if (!name) throw invalid_input("The name " + *request.RecordName + " is not valid.");
  dns::Knowledge knowledge = name_server_knowledge(context.world(), "");
  // The name servers of this zone answer, whichever other zones have its name.
  const dns::Zone asked{bare_id(*request.HostedZoneId), *zone.zone.Name};
  knowledge.zone_of = [&](std::string_view of) -> std::optional<dns::Zone> {
    if (!is_in_dns_zone(of, asked.name)) return std::nullopt;
    return asked;
  };
  // AWS: without a resolver's address, one in us-east-1 asks. Chosen: addresses tell nothing of
  // where on earth somebody is, so others are taken to be there too.
  dns::Client client;
  client.subnet = asker(request);
  const dns::Answer answer =
      dns::answer(knowledge, {*name, *request.RecordType}, client,
                  context.world().random().next(context.stream("test-dns-answer")));
  api::route53::TestDNSAnswerResponse response{.Nameserver = zone.name_servers.front(),
                                               .RecordName = request.RecordName,
                                               .RecordType = request.RecordType,
                                               .RecordData = {{}},
                                               .ResponseCode = rcode_text(answer.rcode),
                                               .Protocol = "UDP"};
  for (const auto& record : answer.answers) response.RecordData->push_back(record.value);
  return response;
}

}  // namespace fallstreak::services::route53
