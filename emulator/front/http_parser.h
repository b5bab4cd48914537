#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "protocols/http_message.h"

namespace fallstreak::front {

/// Why bytes are not a request that this server takes.
enum class Refusal : std::uint8_t {
  malformed,         // not HTTP/1, or its grammar is broken
  header_too_large,  // more bytes or fields than the limits allow
  body_too_large,
};

struct ParserLimits {
  std::size_t header_bytes = std::size_t{64} * 1024;
  std::size_t header_fields = 256;
};

/// Reads one HTTP/1 request after the other from the bytes of a connection.
///
/// Bytes may come in pieces of any size, but what it has not consumed must be there again, in
/// front of what follows, in the next call. Owned by one connection.
class HttpParser {
 public:
  /// How large the body of a request may be, asked when its header is complete.
  using BodyLimit = std::function<std::uint64_t(const protocols::HttpRequest&)>;

  HttpParser(ParserLimits limits, const BodyLimit& body_limit);
  HttpParser(const HttpParser&) = delete;
  HttpParser& operator=(const HttpParser&) = delete;
  ~HttpParser();

  /// Takes as much of `bytes` as belongs to this request and says how much that was.
  std::size_t feed(std::string_view bytes);

  [[nodiscard]] bool has_begun() const;
  [[nodiscard]] bool has_header() const;
  [[nodiscard]] bool is_done() const;
  [[nodiscard]] bool has_failed() const;
  /// Only when it has failed.
  [[nodiscard]] Refusal refusal() const;

  /// Complete when `is_done`; what was read so far when it has failed.
  [[nodiscard]] protocols::HttpRequest& request();
  [[nodiscard]] bool keeps_alive() const;
  [[nodiscard]] bool is_http_1_0() const;
  /// The client waits for `100 Continue` before it sends the body.
  [[nodiscard]] bool expects_continue() const;

  /// Begins with the next request of the same connection.
  void reset();

 private:
  struct State;
  ParserLimits limits_;
  const BodyLimit& body_limit_;
  std::unique_ptr<State> state_;
};

}  // namespace fallstreak::front
