#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "front/http_client.h"

struct nghttp2_session;

namespace fallstreak::testing {

/// A client that speaks HTTP/2, as nghttp2 does, over a connection of its own.
class Http2Client {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;
  /// Whether it takes responses as they come, or only when it is told to.
  enum class Window : std::uint8_t { open, held };

  explicit Http2Client(std::uint16_t port, TlsClient tls = {}, Window window = Window::open);
  Http2Client(const Http2Client&) = delete;
  Http2Client& operator=(const Http2Client&) = delete;
  ~Http2Client();

  /// Begins a request and gives its stream. Its host is `shop.example`.
  std::int32_t begin(const std::string& method, const std::string& path,
                     const Headers& headers = {}, std::optional<std::string> body = {});
  /// The response; empty when the stream, or the connection, ended without a whole one.
  std::optional<Reply> wait(std::int32_t stream);
  std::optional<Reply> exchange(const std::string& method, const std::string& path,
                                const Headers& headers = {}, std::optional<std::string> body = {}) {
    return wait(begin(method, path, headers, std::move(body)));
  }
  /// Reads until so much of the response's body is there.
  bool wait_for_bytes(std::int32_t stream, std::size_t count);
  void reset(std::int32_t stream);
  /// Reads until the server says that it takes no more requests, or ends.
  bool is_told_to_go();
  /// How the stream ended: an error code of HTTP/2.
  [[nodiscard]] std::optional<std::uint32_t> end_of(std::int32_t stream) const;
  /// Bytes of its own choosing.
  bool send_bytes(std::string_view bytes) { return connection_.send(bytes); }
  [[nodiscard]] const Headers& trailers(std::int32_t stream) { return streams_[stream].trailers; }
  [[nodiscard]] const Headers& interim(std::int32_t stream) { return streams_[stream].interim; }
  [[nodiscard]] std::string protocol() const { return connection_.protocol(); }

 private:
  struct Stream {
    std::string to_send;
    std::size_t sent = 0;
    Reply reply;
    Headers interim;
    Headers trailers;
    bool is_interim = false;
    std::optional<std::uint32_t> end;
  };
  struct Callbacks;
  void flush();
  /// False when the connection has ended, or nothing came.
  bool read();

  HttpClient connection_;
  nghttp2_session* frames_ = nullptr;
  std::map<std::int32_t, Stream> streams_;
  bool is_told_to_go_ = false;
};

}  // namespace fallstreak::testing
