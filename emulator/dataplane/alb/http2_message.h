#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/alb/http_head.h"

/// HTTP/2 as a load balancer reads it, of clients and of targets: each message as what HTTP/1.1
/// makes of it, so that one session decides about both.
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

/// A response whose head came in HTTP/2, in HTTP/1.1.
struct Http1Response {
  std::string text;
  bool is_interim = false;
  bool is_chunked = false;  // its body comes in chunks, and trailers may follow
};
using Http2Fields = std::vector<std::pair<std::string, std::string>>;
/// Empty when the fields are no head of a response. `is_last` when no body follows.
std::optional<Http1Response> http1_response(const Http2Fields& fields, std::string_view method,
                                            bool is_last);
/// The end of a body in chunks.
std::string http1_trailers(const Http2Fields& fields);
/// What ended a body in chunks: the lines that `BodyReader::take` gives.
Http2Fields http2_trailers(std::string_view lines);

/// Whether a request is one of gRPC, as far as its head says. Chosen: by its content type.
bool is_grpc(const Fields& fields);
/// The fields of a request, those with a colon first, without those that are about an HTTP/1.1
/// connection.
Http2Fields http2_fields(const RequestHead& request, std::string_view scheme);
/// The fields of a response, `:status` first, without those that are about an HTTP/1.1 connection.
Http2Fields http2_fields(const ResponseHead& response);

}  // namespace fallstreak::dataplane::alb
