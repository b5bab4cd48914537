#include "dataplane/dns/answer.h"

#include <algorithm>
#include <charconv>

#include "base/dns_name.h"
#include "dataplane/dns/routing.h"

namespace fallstreak::dataplane::dns {
namespace {

using api::route53::ResourceRecordSet;

/// Chosen: longer chains than this are loops.
constexpr int kLongestChain = 8;
/// AWS: of the names of load balancers.
constexpr std::uint32_t kNodeTtl = 60;
constexpr std::size_t kMostNodes = 8;
/// Chosen: aliases to many that are aliases to many are not looked at without end; what is beyond
/// that counts as healthy.
constexpr int kMostLooks = 10'000;

class Resolution {
 public:
  Resolution(const Knowledge& knowledge, const Client& client, std::uint64_t draw)
      : knowledge_(knowledge), client_(client), draw_(draw) {}

  Answer run(const Question& question) {
    Answer answer;
    // Chosen, after RFC 8482: nobody is told everything at once.
    if (question.type == "ANY") return {.rcode = Rcode::not_implemented};
    std::string name = question.name;
    for (int step = 0; step < kLongestChain; ++step) {
      const auto next = resolve(name, question.type, answer);
      if (!next) return answer;
      name = *next;
    }
    return {.rcode = Rcode::server_failure, .is_authoritative = false};
  }

 private:
  /// Adds what a name has; the name to go on with when it is another's alias by CNAME.
  std::optional<std::string> resolve(const std::string& name, const std::string& type,
                                     Answer& answer) {
    if (const auto nodes = knowledge_.nodes(name)) {
      add_nodes(name, type, *nodes, answer);
      return std::nullopt;
    }
    const auto zone = knowledge_.zone_of(name);
    if (!zone) {
      // What the chain gave so far is an answer all the same.
      if (answer.answers.empty()) answer = {.rcode = Rcode::refused, .is_authoritative = false};
      return std::nullopt;
    }
    if (refer(*zone, name, answer)) return std::nullopt;
    const auto found = record_sets_at(*zone, name);
    if (!found) {
      answer.rcode = Rcode::name_error;
      add_authority(*zone, answer);
      return std::nullopt;
    }
    const auto names = of_type(*found, "CNAME");
    if (!names.empty() && type != "CNAME") return follow(name, names, answer);
    const std::size_t before = answer.answers.size();
    add_chosen(*zone, name, of_type(*found, type), kLongestChain, answer);
    if (answer.answers.size() == before) add_authority(*zone, answer);
    return std::nullopt;
  }

  std::optional<std::string> follow(const std::string& name,
                                    const std::vector<ResourceRecordSet>& names, Answer& answer) {
    const auto zone = knowledge_.zone_of(name);
    const std::size_t before = answer.answers.size();
    add_chosen(*zone, name, names, kLongestChain, answer);
    if (answer.answers.size() == before) {
      add_authority(*zone, answer);
      return std::nullopt;
    }
    return canonical_dns_name(answer.answers.back().value);
  }

  /// A name that the zone has given to other name servers, which are none of this world.
  bool refer(const Zone& zone, const std::string& name, Answer& answer) {
    for (std::string_view at = name; at != zone.name; at = parent_dns_name(at)) {
      const auto servers = of_type(knowledge_.record_sets(zone, at), "NS");
      if (servers.empty()) continue;
      answer.is_authoritative = false;
      for (const auto& record : api::each(servers.front().ResourceRecords)) {
        answer.authority.push_back({.name = std::string(at),
                                    .type = "NS",
                                    .ttl = std::uint32_t(servers.front().TTL.value_or(0)),
                                    .value = *record.Value});
      }
      return true;
    }
    return false;
  }

  /// The record sets of a name, or of the wildcard that covers it; nothing when it does not exist.
  std::optional<std::vector<ResourceRecordSet>> record_sets_at(const Zone& zone,
                                                               const std::string& name) {
    auto found = knowledge_.record_sets(zone, name);
    if (!found.empty() || knowledge_.has_names_below(zone, name)) return found;
    for (std::string_view at = name; at != zone.name;) {
      at = parent_dns_name(at);
      auto covering = knowledge_.record_sets(zone, "\\052." + std::string(at));
      if (!covering.empty()) return covering;
      // RFC 4592: a name that exists hides the wildcards above it.
      if (!knowledge_.record_sets(zone, at).empty() || knowledge_.has_names_below(zone, at)) break;
    }
    return std::nullopt;
  }

  static std::vector<ResourceRecordSet> of_type(const std::vector<ResourceRecordSet>& sets,
                                                std::string_view type) {
    std::vector<ResourceRecordSet> found;
    for (const auto& one : sets) {
      if (*one.Type == type) found.push_back(one);
    }
    return found;
  }

  void add_chosen(const Zone& zone, const std::string& name,
                  const std::vector<ResourceRecordSet>& sets, int depth, Answer& answer) {
    const auto chosen = choose(
        sets, client_, take_draw(),
        [&](const ResourceRecordSet& one) { return is_healthy(zone, one, depth); },
        [&](const ResourceRecordSet& one) -> std::string {
          if (!client_.subnet) return {};
          return knowledge_.cidr_location(*one.CidrRoutingConfig->CollectionId, *client_.subnet);
        });
    for (const std::size_t index : chosen) {
      const auto& one = sets[index];
      if (one.AliasTarget) {
        add_alias(zone, name, one, depth, answer);
        continue;
      }
      for (const auto& record : api::each(one.ResourceRecords)) {
        answer.answers.push_back(
            {name, *one.Type, std::uint32_t(one.TTL.value_or(0)), *record.Value});
      }
    }
  }

  /// AWS: an alias answers with what its target would, under its own name.
  void add_alias(const Zone& zone, const std::string& name, const ResourceRecordSet& alias,
                 int depth, Answer& answer) {
    const std::string& target = *alias.AliasTarget->DNSName;
    if (const auto nodes = knowledge_.nodes(target)) {
      add_nodes(name, *alias.Type, *nodes, answer);
      return;
    }
    if (depth == 0) return;
    const auto home = zone_of_target(zone, alias);
    const auto found = home ? record_sets_at(*home, target) : std::nullopt;
    if (found) add_chosen(*home, name, of_type(*found, *alias.Type), depth - 1, answer);
  }

  std::optional<Zone> zone_of_target(const Zone& zone, const ResourceRecordSet& alias) {
    // The rules of a traffic policy are apart from all zones.
    if (alias.TrafficPolicyInstanceId) return Zone{*alias.TrafficPolicyInstanceId, "."};
    if (*alias.AliasTarget->HostedZoneId == zone.id) return zone;
    return knowledge_.zone_of(*alias.AliasTarget->DNSName);
  }

  void add_nodes(const std::string& name, const std::string& type, const std::vector<Node>& nodes,
                 Answer& answer) {
    if (type != "A" && type != "AAAA") return;
    std::vector<std::string> healthy, addresses;
    for (const auto& node : nodes) {
      const std::string& address = type == "A" ? node.ip_address : node.ipv6_address;
      if (address.empty()) continue;
      addresses.push_back(address);
      if (node.is_healthy) healthy.push_back(address);
    }
    if (addresses.empty()) return;
    // AWS: with no healthy node all of them are in the answer.
    if (!healthy.empty()) addresses = std::move(healthy);
    // Each client begins with another node.
    const auto first = static_cast<std::ptrdiff_t>(take_draw() % addresses.size());
    std::rotate(addresses.begin(), addresses.begin() + first, addresses.end());
    addresses.resize(std::min(addresses.size(), kMostNodes));
    for (auto& address : addresses) {
      answer.answers.push_back({name, type, kNodeTtl, std::move(address)});
    }
  }

  bool is_healthy(const Zone& zone, const ResourceRecordSet& one, int depth) {
    if (one.HealthCheckId && !knowledge_.is_healthy(*one.HealthCheckId)) return false;
    if (!one.AliasTarget || !*one.AliasTarget->EvaluateTargetHealth) return true;
    if (++looks_ > kMostLooks) return true;
    const std::string& target = *one.AliasTarget->DNSName;
    if (const auto nodes = knowledge_.nodes(target)) {
      return std::ranges::any_of(*nodes, &Node::is_healthy);
    }
    if (depth == 0) return true;
    // AWS: a record set that other aliases lead to is healthy while one of those is.
    const auto home = zone_of_target(zone, one);
    const auto found = home ? record_sets_at(*home, target) : std::nullopt;
    if (!found) return false;
    return std::ranges::any_of(of_type(*found, *one.Type), [&](const ResourceRecordSet& below) {
      return is_healthy(*home, below, depth - 1);
    });
  }

  /// RFC 2308: how long it is known that something is not there.
  void add_authority(const Zone& zone, Answer& answer) {
    const auto found = of_type(knowledge_.record_sets(zone, zone.name), "SOA");
    if (found.empty()) return;
    const std::string& value = *found.front().ResourceRecords->front().Value;
    std::uint32_t minimum = 0;
    const std::string_view last = std::string_view(value).substr(value.rfind(' ') + 1);
    std::from_chars(last.data(), last.data() + last.size(), minimum);
    const auto ttl = std::min(std::uint32_t(*found.front().TTL), minimum);
    answer.authority.push_back({zone.name, "SOA", ttl, value});
  }

  std::uint64_t take_draw() { return draw_ = other_draw(draw_); }

  const Knowledge& knowledge_;
  const Client& client_;
  std::uint64_t draw_;
  int looks_ = 0;
};

}  // namespace

Answer answer(const Knowledge& knowledge, const Question& question, const Client& client,
              std::uint64_t draw) {
  return Resolution(knowledge, client, draw).run(question);
}

}  // namespace fallstreak::dataplane::dns
