#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Domain names as Route 53 writes them: absolute, in lower case, with a dot at the end, and every
/// character but a-z, 0-9, hyphen and underscore as an escape code: `\052.example.com.`
/// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
namespace fallstreak {

/// Empty when the text is no domain name: an empty label, one longer than 63 bytes, more than 255
/// bytes in all, a wrong escape code or a character that must be escaped and is not.
std::optional<std::string> canonical_dns_name(std::string_view text);

/// The labels from the left, still escaped; none for the root.
std::vector<std::string_view> dns_labels(std::string_view canonical);

/// `com.example.www.`: what Route 53 sorts by, and what all names of a zone begin with.
std::string reversed_dns_name(std::string_view canonical);

/// The name without its first label; empty for the root.
std::string_view parent_dns_name(std::string_view canonical);

/// True for the zone's own name too.
bool is_in_dns_zone(std::string_view canonical, std::string_view zone);

/// The bytes of a label, escape codes undone.
std::string unescaped_dns_label(std::string_view label);
/// The other way, in lower case.
std::string escaped_dns_label(std::string_view bytes);

}  // namespace fallstreak
