#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/live/session.h"

struct nghttp2_session;

namespace fallstreak::dataplane::live {

class Http2Exchange;

/// One client's connection that speaks HTTP/2. Each of its streams is a session of its own, which
/// sees HTTP/1.1; here is what becomes of the frames.
class Http2Session : public std::enable_shared_from_this<Http2Session> {
 public:
  /// The handshake has agreed on HTTP/2.
  Http2Session(SessionHost& host, std::unique_ptr<Stream> stream, Session::Entry entry,
               Session::Client client, std::chrono::milliseconds idle_timeout);
  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;
  ~Http2Session();

  void start();
  void on_tick(std::uint64_t tick);
  void on_view_changed();
  void close();

 private:
  struct Callbacks;
  using Error = boost::system::error_code;

  void read();
  void on_bytes(const Error& error, std::size_t count);
  /// Sends what there is to be sent, and ends the connection when all has been said.
  void flush();
  /// Takes no more requests; those in progress end first.
  void say_goodbye();
  void part();
  void touch() { deadline_ = host_.deadline(idle_timeout_); }

  // What the frames say.
  void open_exchange(std::int32_t id);
  void begin_exchange(Http2Exchange& exchange, std::int32_t id);
  void refuse(std::int32_t id);
  Http2Exchange* find(std::int32_t id);

  SessionHost& host_;
  std::unique_ptr<Stream> stream_;
  const Session::Entry entry_;
  const Session::Client client_;
  std::chrono::milliseconds idle_timeout_;
  std::uint64_t deadline_ = 0;
  nghttp2_session* const frames_;
  std::map<std::int32_t, std::unique_ptr<Http2Exchange>> exchanges_;
  std::uint64_t requests_ = 0;
  std::vector<char> piece_;
  std::string out_;
  bool is_receiving_ = false;  // inside what reads frames
  bool is_writing_ = false;
  bool says_goodbye_ = false;
  bool is_parting_ = false;
  bool is_closed_ = false;
};

}  // namespace fallstreak::dataplane::live
