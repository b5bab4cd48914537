#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/route53/record_sets.h"
#include "base/ip_block.h"

/// What Route 53's name servers answer: a pure function, so that a simulated client is sent where a
/// live one would be.
/// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html
namespace fallstreak::dataplane::dns {

/// RFC 1035, 4.1.1.
enum class Rcode : std::uint8_t {
  no_error = 0,
  format_error = 1,
  server_failure = 2,
  name_error = 3,  // NXDOMAIN
  not_implemented = 4,
  refused = 5,
};

/// The name in Route 53's form (base/dns_name.h), the type as it is called: `AAAA`.
struct Question {
  std::string name;
  std::string type;
};

struct Record {
  std::string name;
  std::string type;
  std::uint32_t ttl = 0;
  std::string value;  // as Route 53 writes it
  bool operator==(const Record&) const = default;
};

struct Answer {
  Rcode rcode = Rcode::no_error;
  bool is_authoritative = true;
  std::vector<Record> answers;
  std::vector<Record> authority;
  bool operator==(const Answer&) const = default;
};

/// Who asks, and from where.
struct Client {
  /// The region that its resolver is closest to.
  std::string region = "us-east-1";
  /// `eu-central-1/vpc-1234`, when a VPC's resolver asks; empty on the internet.
  std::string vpc;
  /// Its addresses, as far as the name servers see them.
  std::optional<IpBlock> subnet = {};
};

struct Zone {
  std::string id;
  std::string name;
};

/// A node behind a name that AWS gave.
struct Node {
  std::string ip_address;  // of A records; empty: none
  bool is_healthy = true;
  std::string ipv6_address = {};  // of AAAA records
};

/// What name servers know, asked by key.
struct Knowledge {
  /// The zone that answers for a name; for a VPC its private zones come before public ones.
  std::function<std::optional<Zone>(std::string_view name)> zone_of;
  /// The record sets of exactly this name.
  std::function<std::vector<api::route53::ResourceRecordSet>(const Zone&, std::string_view name)>
      record_sets;
  /// Whether the zone has record sets of a name below this one.
  std::function<bool(const Zone&, std::string_view name)> has_names_below;
  std::function<bool(std::string_view health_check_id)> is_healthy;
  /// The nodes behind a name of AWS; nothing when AWS gave no such name.
  std::function<std::optional<std::vector<Node>>(std::string_view name)> nodes;
  /// The location of the client's addresses in a CIDR collection; empty when they are of none.
  std::function<std::string(std::string_view collection_id, const IpBlock& client)> cidr_location =
      {};
};

/// `draw` is 64 random bits of the asker's seed: they choose where a policy leaves it to chance.
Answer answer(const Knowledge& knowledge, const Question& question, const Client& client,
              std::uint64_t draw);

}  // namespace fallstreak::dataplane::dns
