#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/alb/http_head.h"

/// HTTP/2 as a load balancer reads it: each message as what HTTP/1.1 makes of it, so that one
/// session decides about both.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html
namespace fallstreak::dataplane::alb {

/// How a client's body is told to a target that speaks HTTP/1.1.
enum class Http2Body : std::uint8_t { none, counted, chunked };

struct Http2Request {
  std::string method;
  std::string authority;
  std::string path;
  std::vector<std::pair<std::string, std::string>> fields;
  /// The client sends one.
  bool has_body = false;

  /// Puts in a field, one of those with a colon included; false when there is no such one.
  bool add(std::string_view name, std::string_view value);
  [[nodiscard]] Http2Body body() const;
};

/// The head of the request in HTTP/1.1; empty when it cannot be said there without saying something
/// else too.
std::optional<std::string> http1_head(const Http2Request& request);

/// A piece of a body in HTTP/1.1.
std::string http1_chunk(std::string_view content);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

/// The fields of a response, `:status` first, without those that are about an HTTP/1.1 connection.
std::vector<std::pair<std::string, std::string>> http2_fields(const ResponseHead& response);

}  // namespace fallstreak::dataplane::alb
