#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_block.h"

/// DNS messages on the wire: RFC 1035, with EDNS(0) of RFC 6891 and client subnets of
/// RFC 7871.
namespace fallstreak::dataplane::dns {

constexpr std::uint16_t kClassInternet = 1;
constexpr std::uint16_t kTypeOpt = 41;
constexpr std::uint16_t kOptionClientSubnet = 8;

struct WireQuestion {
  std::string name;  // in Route 53's form (base/dns_name.h)
  std::uint16_t type = 0;
  std::uint16_t class_ = kClassInternet;
  /// The name's bytes as they came, which an answer repeats: clients check their upper and lower
  /// case. Empty: written from `name`.
  std::string as_sent;
  bool operator==(const WireQuestion&) const = default;
};

struct WireRecord {
  std::string name;
  std::uint16_t type = 0;
  std::uint16_t class_ = kClassInternet;
  std::uint32_t ttl = 0;
  std::string data;  // names in it are not compressed
  bool operator==(const WireRecord&) const = default;
};

/// RFC 7871: whose question a resolver passes on, as far as it tells.
struct ClientSubnet {
  IpAddress address;  // bits behind the prefix are zero
  std::uint8_t prefix = 0;
  /// In an answer: for how much of the address it holds.
  std::uint8_t scope = 0;
  bool operator==(const ClientSubnet&) const = default;
};

struct Edns {
  std::uint16_t udp_size = 512;
  std::uint8_t extended_rcode = 0;
  std::uint8_t version = 0;
  bool wants_dnssec = false;
  std::optional<ClientSubnet> subnet = {};
  bool operator==(const Edns&) const = default;
};

struct Message {
  std::uint16_t id = 0;
  bool is_response = false;
  std::uint8_t opcode = 0;
  bool is_authoritative = false;
  bool is_truncated = false;
  bool recursion_desired = false;
  bool recursion_available = false;
  std::uint8_t rcode = 0;
  std::vector<WireQuestion> questions;
  std::vector<WireRecord> answers;
  std::vector<WireRecord> authority;
  std::vector<WireRecord> additional;  // without the OPT record
  std::optional<Edns> edns;
  bool operator==(const Message&) const = default;
};

/// Nothing when the bytes are no message.
std::optional<Message> decode_message(std::string_view bytes);

/// At most `limit` bytes: what does not fit is left out, and the message says that it is truncated.
std::string encode_message(const Message& message, std::size_t limit);

/// `AAAA` -> 28; 0 for a type that Route 53 does not have.
std::uint16_t type_number(std::string_view type);
/// The other way; empty for a type that Route 53 does not have.
std::string_view type_name(std::uint16_t number);

/// A record's data from its value as Route 53 writes it; nothing when it is no value of the type.
std::optional<std::string> record_data(std::string_view type, std::string_view value);

/// A name as it is on the wire, not compressed; nothing when it is none.
std::optional<std::string> wire_name(std::string_view name);

}  // namespace fallstreak::dataplane::dns
