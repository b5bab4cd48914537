#include "services/route53/record_values.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <vector>

#include "base/dns_name.h"
#include "base/ip_block.h"

namespace fallstreak::services::route53 {
namespace {

using Problem = std::optional<std::string>;

// Observed: this form, with the codes of IPv4 addresses, of quotation marks and of spaces. Chosen:
// the other codes, which follow their pattern.
Problem fatal(std::string_view code, std::string_view what, std::string_view value) {
  return "Invalid Resource Record: FATAL problem: " + std::string(code) + " (" + std::string(what) +
         ") encountered with '" + std::string(value) + "'";
}

std::vector<std::string_view> fields_of(std::string_view value) {
  std::vector<std::string_view> fields;
  while (!value.empty()) {
    const auto space = std::min(value.find(' '), value.size());
    if (space > 0) fields.push_back(value.substr(0, space));
    value.remove_prefix(std::min(space + 1, value.size()));
  }
  return fields;
}

bool is_number(std::string_view text, std::uint64_t most) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number <= most;
}

Problem wrong_address(std::string_view type, std::string_view value) {
  const std::string code = std::string(type) + "RRDATA";
  if (value.find(' ') != std::string_view::npos) {
    return fatal(code + "NotSingleField", "Value contains spaces", value);
  }
  const auto address = IpAddress::parse(value);
  if (type == "A" && (!address || address->bits != 32)) {
    return fatal("ARRDATAIllegalIPv4Address", "Value is not a valid IPv4 address", value);
  }
  if (type == "AAAA" && (!address || address->bits != 128)) {
    return fatal("AAAARRDATAIllegalIPv6Address", "Value is not a valid IPv6 address", value);
  }
  return std::nullopt;
}

Problem wrong_name(std::string_view name, std::string_view value) {
  if (name.empty()) return fatal("DomainNameEmpty", "Domain name is empty", value);
  if (!canonical_dns_name(name)) {
    return fatal("UnsupportedCharacter", "Value contains unsupported characters", value);
  }
  return std::nullopt;
}

Problem wrong_fields(std::string_view type, std::string_view wanted, std::string_view value) {
  return fatal(std::string(type) + "RRDATAIllegalFields",
               "Value does not have the fields " + std::string(wanted), value);
}

/// AWS: strings in quotation marks of at most 255 characters, with spaces between them; a
/// backslash escapes.
Problem wrong_strings(std::string_view value) {
  std::size_t at = 0;
  std::size_t strings = 0;
  while (at < value.size()) {
    if (value[at] == ' ') {
      ++at;
      continue;
    }
    if (value[at] != '"') {
      return fatal("InvalidCharacterString", "Value should be enclosed in quotation marks", value);
    }
    std::size_t length = 0;
    for (++at; at < value.size() && value[at] != '"'; ++at, ++length) {
      if (value[at] == '\\') ++at;
    }
    if (at >= value.size()) {
      return fatal("InvalidCharacterString", "Value should be enclosed in quotation marks", value);
    }
    if (length > 255) return fatal("CharacterStringTooLong", "Value is too long", value);
    ++at;
    ++strings;
  }
  if (strings > 0) return std::nullopt;
  return fatal("InvalidCharacterString", "Value should be enclosed in quotation marks", value);
}

Problem wrong_mx(std::string_view value) {
  const auto fields = fields_of(value);
  if (fields.size() != 2 || !is_number(fields[0], 65535)) {
    return wrong_fields("MX", "priority, domain name", value);
  }
  return wrong_name(fields[1], value);
}

Problem wrong_srv(std::string_view value) {
  const auto fields = fields_of(value);
  const bool has_numbers = fields.size() == 4 && is_number(fields[0], 65535) &&
                           is_number(fields[1], 65535) && is_number(fields[2], 65535);
  if (!has_numbers) return wrong_fields("SRV", "priority, weight, port, domain name", value);
  return wrong_name(fields[3], value);
}

Problem wrong_caa(std::string_view value) {
  const auto first = value.find(' ');
  const auto second = first == std::string_view::npos ? first : value.find(' ', first + 1);
  if (second == std::string_view::npos || !is_number(value.substr(0, first), 255)) {
    return wrong_fields("CAA", "flags, tag, \"value\"", value);
  }
  return wrong_strings(value.substr(second + 1));
}

Problem wrong_soa(std::string_view value) {
  const auto fields = fields_of(value);
  if (fields.size() != 7 || !std::all_of(fields.begin() + 2, fields.end(), [](auto field) {
        return is_number(field, 4'294'967'295U);
      })) {
    return wrong_fields("SOA", "name server, mailbox, serial, refresh, retry, expire, minimum",
                        value);
  }
  if (auto wrong = wrong_name(fields[0], value)) return wrong;
  return wrong_name(fields[1], value);
}

Problem wrong_ds(std::string_view value) {
  const auto fields = fields_of(value);
  const bool is_right =
      fields.size() == 4 && is_number(fields[0], 65535) && is_number(fields[1], 255) &&
      is_number(fields[2], 255) && fields[3].size() % 2 == 0 &&
      std::ranges::all_of(fields[3], [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      });
  if (is_right) return std::nullopt;
  return wrong_fields("DS", "key tag, algorithm, digest type, digest", value);
}

/// Order, preference, three strings, a name; strings hold no spaces in any real record.
Problem wrong_naptr(std::string_view value) {
  const auto fields = fields_of(value);
  const bool is_right = fields.size() == 6 && is_number(fields[0], 65535) &&
                        is_number(fields[1], 65535) && !wrong_strings(fields[2]) &&
                        !wrong_strings(fields[3]) && !wrong_strings(fields[4]);
  if (!is_right) {
    return wrong_fields("NAPTR", "order, preference, flags, service, regexp, replacement", value);
  }
  return wrong_name(fields[5], value);
}

}  // namespace

std::optional<std::string> wrong_value(std::string_view type, std::string_view value) {
  if (type == "A" || type == "AAAA") return wrong_address(type, value);
  if (type == "CNAME" || type == "NS" || type == "PTR") {
    if (value.find(' ') != std::string_view::npos) {
      return fatal(std::string(type) + "RRDATANotSingleField", "Value contains spaces", value);
    }
    return wrong_name(value, value);
  }
  if (type == "TXT" || type == "SPF") return wrong_strings(value);
  if (type == "MX") return wrong_mx(value);
  if (type == "SRV") return wrong_srv(value);
  if (type == "CAA") return wrong_caa(value);
  if (type == "SOA") return wrong_soa(value);
  if (type == "DS") return wrong_ds(value);
  return wrong_naptr(value);
}

}  // namespace fallstreak::services::route53
