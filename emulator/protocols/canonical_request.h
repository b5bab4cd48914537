#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/http_message.h"

/// The text that a signature is made of.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
namespace fallstreak::protocols {

enum class PathRule : std::uint8_t {
  standard,  // dots and empty segments removed, encoded once more than on the wire
  verbatim,  // encoded once more, nothing removed
  s3,  // as on the wire, with AWS's spelling of percent-encoding: object keys may hold dots and
       // slashes
};

/// S3 and its relatives, whose signatures differ in the path and the payload.
bool is_s3_service(std::string_view service);
PathRule path_rule_of(std::string_view service);

std::string canonical_path(std::string_view path, PathRule rule);
/// Sorted and re-encoded; without the parameter `left_out`.
std::string canonical_query(std::string_view query, std::string_view left_out = {});
/// Trimmed, with each run of white space as one space.
std::string canonical_header_value(std::string_view value);

/// `signed_headers` are lower-case names in order.
std::string canonical_request(const HttpRequest& request,
                              const std::vector<std::string>& signed_headers,
                              std::string_view payload_hash, PathRule rule);
/// The names joined by semicolons.
std::string join_signed_headers(const std::vector<std::string>& signed_headers);

}  // namespace fallstreak::protocols
