#include "front/http2_target.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>

#include "dataplane/live/http2_frames.h"

namespace fallstreak::testing {
namespace {

using Http2Answer = std::function<Http2Told(const Http2Asked&)>;

/// One connection, on its own thread.
class Http2Talk {
 public:
  Http2Talk(TargetServer::Connection& connection, const Http2Answer& answer, int number)
      : connection_(connection), answer_(answer), number_(number) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, &on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &on_frame);
    nghttp2_session_server_new(&frames_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(frames_, NGHTTP2_FLAG_NONE, nullptr, 0);
  }
  Http2Talk(const Http2Talk&) = delete;
  Http2Talk& operator=(const Http2Talk&) = delete;
  ~Http2Talk() { nghttp2_session_del(frames_); }

  void run(std::string bytes) {
    while (!bytes.empty()) {
      const auto taken = nghttp2_session_mem_recv(
          frames_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
      if (taken < 0) return;
      flush();
      bytes = connection_.read_some();
    }
  }

 private:
  struct Exchange {
    Http2Asked asked;
    Http2Told told;
    std::size_t sent = 0;
  };
  static Http2Talk& of(void* self) { return *static_cast<Http2Talk*>(self); }
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                       std::uint8_t, void* self) {
    of(self).exchanges_[frame->hd.stream_id].asked.fields.emplace_back(
        std::string(reinterpret_cast<const char*>(name), name_size),
        std::string(reinterpret_cast<const char*>(value), value_size));
    return 0;
  }
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                     std::size_t size, void* self) {
    of(self).exchanges_[id].asked.body.append(reinterpret_cast<const char*>(bytes), size);
    return 0;
  }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    const bool can_end = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (can_end && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
      of(self).respond(frame->hd.stream_id);
    }
    return 0;
  }
  static ssize_t fill(nghttp2_session* frames, std::int32_t id, std::uint8_t* buffer,
                      std::size_t size, std::uint32_t* flags, nghttp2_data_source*, void* self) {
    Exchange& exchange = of(self).exchanges_[id];
    const std::size_t count = std::min(size, exchange.told.body.size() - exchange.sent);
    std::copy_n(exchange.told.body.data() + exchange.sent, count, reinterpret_cast<char*>(buffer));
    exchange.sent += count;
    if (exchange.sent < exchange.told.body.size()) return static_cast<ssize_t>(count);
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (exchange.told.trailers.empty()) return static_cast<ssize_t>(count);
    *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    const auto views = dataplane::live::views_of(exchange.told.trailers);
    nghttp2_submit_trailer(frames, id, views.data(), views.size());
    return static_cast<ssize_t>(count);
  }

  void respond(std::int32_t id) {
    Exchange& exchange = exchanges_[id];
    exchange.asked.connection = number_;
    const bool is_check = exchange.asked.field("user-agent").starts_with("ELB-HealthChecker");
    const bool is_grpc = exchange.asked.field("content-type") == "application/grpc";
    if (is_check && is_grpc) {
      exchange.told = {.fields = {{"content-type", "application/grpc"}, {"grpc-status", "12"}}};
    } else if (is_check) {
      exchange.told = {.fields = {}, .body = "healthy"};
    } else {
      exchange.told = answer_(exchange.asked);
    }
    if (exchange.told.status == 0) {
      nghttp2_submit_rst_stream(frames_, NGHTTP2_FLAG_NONE, id, NGHTTP2_INTERNAL_ERROR);
      return;
    }
    auto fields = exchange.told.fields;
    fields.insert(fields.begin(), {":status", std::to_string(exchange.told.status)});
    const auto views = dataplane::live::views_of(fields);
    nghttp2_data_provider provider{.source = {.ptr = nullptr}, .read_callback = &fill};
    const bool has_more = !exchange.told.body.empty() || !exchange.told.trailers.empty();
    nghttp2_submit_response(frames_, id, views.data(), views.size(),
                            has_more ? &provider : nullptr);
  }

  void flush() {
    const std::uint8_t* bytes = nullptr;
    for (;;) {
      const auto size = nghttp2_session_mem_send(frames_, &bytes);
      if (size <= 0) return;
      connection_.send({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
    }
  }

  TargetServer::Connection& connection_;
  const Http2Answer& answer_;
  const int number_;
  nghttp2_session* frames_ = nullptr;
  std::map<std::int32_t, Exchange> exchanges_;
};

}  // namespace

TargetServer::Serve speaking_http2(Http2Answer answer) {
  const auto numbers = std::make_shared<std::atomic<int>>(0);
  return [answer = std::move(answer), numbers](TargetServer::Connection& connection,
                                               const std::string& head) {
    // `PRI * HTTP/2.0`, with which a connection begins, looks like a head.
    Http2Talk(connection, answer, ++*numbers).run(head);
  };
}

}  // namespace fallstreak::testing
