#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dataplane/alb/http_head.h"
#include "dataplane/live/stream_pipe.h"

struct nghttp2_session;

namespace fallstreak::dataplane::live {

/// One request to a target that speaks HTTP/2 and its response, between the frames and the pipe in
/// which its sender writes and reads HTTP/1.1.
class Http2Call {
 public:
  Http2Call(nghttp2_session* frames, bool is_encrypted)
      : frames_(frames), is_encrypted_(is_encrypted) {}
  Http2Call(const Http2Call&) = delete;
  Http2Call& operator=(const Http2Call&) = delete;
  ~Http2Call();

  void set_pipe(std::shared_ptr<StreamPipe> pipe) { pipe_ = std::move(pipe); }
  /// 0 before the request has begun.
  [[nodiscard]] std::int32_t id() const { return id_; }

  // The request, as its sender writes it.
  void on_output();
  /// Fills a frame; -1 when there is nothing now. `is_last` when nothing follows.
  std::ptrdiff_t fill(char* buffer, std::size_t size, bool& is_last);
  /// The sender wants no more of it.
  [[nodiscard]] bool is_given_up() const { return pipe_->has_ended(); }
  /// Its sender has read all of the response so far.
  void on_drained();

  // The response, as its frames come.
  void add_field(std::string_view name, std::string_view value);
  void end_head(bool is_last);
  void add_body(std::string_view content);
  void end_response();
  /// The stream is over; what is missing then never comes.
  void end_stream();

 private:
  bool take_head();
  void take_body();

  nghttp2_session* const frames_;
  const bool is_encrypted_;
  std::int32_t id_ = 0;
  std::shared_ptr<StreamPipe> pipe_;

  std::string head_;
  std::size_t scanned_ = 0;
  std::string method_;
  alb::BodyReader body_;
  std::string content_;
  bool waits_ = false;  // the frames wait for content

  std::vector<std::pair<std::string, std::string>> fields_;  // of a head, or of trailers
  bool has_head_ = false;                                    // the response
  bool is_chunked_ = false;
  bool is_over_ = false;
  std::size_t unread_ = 0;  // of the response: what the sender has not read yet
};

}  // namespace fallstreak::dataplane::live
