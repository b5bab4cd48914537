#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/alb/view.h"
#include "dataplane/live/http2_call.h"
#include "dataplane/live/stream.h"
#include "dataplane/live/traffic_book.h"

struct nghttp2_session;

namespace fallstreak::dataplane::live {

/// A connection to a target that speaks HTTP/2. Each request has a stream of it, and what sends the
/// request sees HTTP/1.1 in a pipe.
class Http2Target : public std::enable_shared_from_this<Http2Target> {
 public:
  /// `tls` is null where the target is not encrypted; it outlives this.
  Http2Target(boost::asio::io_context& context, boost::asio::ssl::context* tls,
              alb::Endpoint endpoint, TrafficTab tab = {});
  Http2Target(const Http2Target&) = delete;
  Http2Target& operator=(const Http2Target&) = delete;
  ~Http2Target();

  /// Connects. Whatever fails, fails the requests.
  void start();
  /// For one request: a pipe for its sender.
  std::shared_ptr<StreamPipe> open();
  /// Takes one more request.
  [[nodiscard]] bool has_room() const;
  [[nodiscard]] bool is_idle() const { return calls_.empty(); }
  void close();

 private:
  struct Callbacks;
  using Error = boost::system::error_code;

  void begin();
  void read();
  void on_bytes(const Error& error, std::size_t count);
  void flush();
  Http2Call* find(std::int32_t id);
  void on_output(std::uint64_t number);

  boost::asio::io_context& context_;
  boost::asio::ssl::context* const tls_;
  const alb::Endpoint endpoint_;
  const TrafficTab tab_;  // of whom it was made for
  OpenInBook connection_;
  Stream stream_;
  nghttp2_session* const frames_;
  std::map<std::uint64_t, std::unique_ptr<Http2Call>> calls_;  // in the order of their beginning
  std::map<std::int32_t, std::uint64_t> streams_;              // of calls that have one
  std::uint64_t last_call_ = 0;
  std::vector<char> piece_;
  std::string out_;
  bool is_connected_ = false;
  bool is_receiving_ = false;  // inside what reads frames
  bool is_writing_ = false;
  bool is_closed_ = false;
};

}  // namespace fallstreak::dataplane::live
