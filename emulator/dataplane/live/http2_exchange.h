#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "dataplane/alb/http2_message.h"
#include "dataplane/live/stream_pipe.h"

struct nghttp2_session;

namespace fallstreak::dataplane::live {

/// One request of an HTTP/2 connection and its response, between the frames and the session that
/// sees HTTP/1.1.
class Http2Exchange {
 public:
  Http2Exchange(nghttp2_session* frames, std::int32_t id) : frames_(frames), id_(id) {}
  Http2Exchange(const Http2Exchange&) = delete;
  Http2Exchange& operator=(const Http2Exchange&) = delete;
  ~Http2Exchange();

  // The request, as its frames come.
  void add_field(std::string_view name, std::string_view value);
  /// False when it cannot be told to the session.
  bool begin(std::shared_ptr<StreamPipe> pipe);
  [[nodiscard]] bool has_begun() const { return pipe_ != nullptr; }
  void add_body(std::string_view content);
  void end_request();
  [[nodiscard]] bool has_request_ended() const { return has_request_ended_; }
  /// The session has read all of the body so far: the client may send more.
  void on_drained();

  // The response, as the session writes it.
  void on_output();
  /// Fills a frame; -1 when there is nothing now. `is_last` when nothing follows.
  std::ptrdiff_t fill(char* buffer, std::size_t size, bool& is_last);
  /// True when the response ends with trailers, which are on their way then.
  bool send_trailers();

  alb::Http2Request request;

 private:
  bool take_head();
  void take_body();
  void reset();

  nghttp2_session* const frames_;
  const std::int32_t id_;
  std::size_t head_size_ = 0;
  bool is_too_large_ = false;
  bool is_chunked_ = false;
  bool has_request_ended_ = false;
  std::size_t unread_ = 0;  // of the body: what the session has not read yet
  std::shared_ptr<StreamPipe> pipe_;
  std::string head_;
  std::size_t scanned_ = 0;
  bool has_head_ = false;
  bool ends_with_pipe_ = false;  // the response's body has no other end
  bool is_over_ = false;
  bool was_reset_ = false;
  bool waits_ = false;  // the frames wait for content
  alb::BodyReader body_;
  std::string content_;
  std::string trailers_;
};

}  // namespace fallstreak::dataplane::live
