#include "dataplane/live/http2_session.h"

#include <boost/asio/buffer.hpp>
#include <utility>

#include "dataplane/live/http2_exchange.h"
#include "dataplane/live/http2_frames.h"

namespace fallstreak::dataplane::live {
namespace asio = boost::asio;

namespace {

constexpr std::size_t kHttp2Piece = std::size_t{16} * 1024;
/// AWS: up to 128 requests in parallel.
constexpr std::uint32_t kMostStreams = 128;
/// Chosen: a client that has asked so often is to come again, so that none can keep a connection
/// busy by taking its requests back.
constexpr std::uint64_t kMostRequests = 10'000;
/// How long a client may take to close behind the goodbye.
constexpr std::chrono::seconds kHttp2Linger{2};

}  // namespace

/// What nghttp2 calls; `self` is the session.
struct Http2Session::Callbacks {
  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    const bool is_request =
        frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST;
    if (is_request) of(self).open_exchange(frame->hd.stream_id);
    return 0;
  }
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                       std::uint8_t, void* self) {
    Http2Exchange* const exchange = of(self).find(frame->hd.stream_id);
    // Trailers are dropped.
    if (exchange == nullptr || exchange->has_begun()) return 0;
    exchange->add_field({reinterpret_cast<const char*>(name), name_size},
                        {reinterpret_cast<const char*>(value), value_size});
    return 0;
  }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    Http2Exchange* const exchange = of(self).find(frame->hd.stream_id);
    if (exchange == nullptr) return 0;
    const bool is_end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (!exchange->has_begun()) {
      exchange->request.has_body = !is_end;
      of(self).begin_exchange(*exchange, frame->hd.stream_id);
    }
    if (is_end && exchange->has_begun()) exchange->end_request();
    return 0;
  }
  static int on_data(nghttp2_session* frames, std::uint8_t, std::int32_t id,
                     const std::uint8_t* bytes, std::size_t size, void* self) {
    Http2Exchange* const exchange = of(self).find(id);
    if (exchange == nullptr || !exchange->has_begun()) {
      nghttp2_session_consume(frames, id, size);
      return 0;
    }
    exchange->add_body({reinterpret_cast<const char*>(bytes), size});
    return 0;
  }
  static int on_sent(nghttp2_session* frames, const nghttp2_frame* frame, void* self) {
    const bool can_end = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (!can_end || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
    const Http2Exchange* const exchange = of(self).find(frame->hd.stream_id);
    // RFC 9113, 8.1: what is left of a request that was answered need not come.
    if (exchange != nullptr && !exchange->has_request_ended()) {
      nghttp2_submit_rst_stream(frames, NGHTTP2_FLAG_NONE, frame->hd.stream_id, NGHTTP2_NO_ERROR);
    }
    return 0;
  }
  static int on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t, void* self) {
    of(self).exchanges_.erase(id);
    return 0;
  }
  static Http2Session& of(void* self) { return *static_cast<Http2Session*>(self); }
};

Http2Session::Http2Session(SessionHost& host, std::unique_ptr<Stream> stream, Session::Entry entry,
                           Session::Client client, std::chrono::milliseconds idle_timeout)
    : host_(host),
      stream_(std::move(stream)),
      entry_(std::move(entry)),
      client_(std::move(client)),
      idle_timeout_(idle_timeout),
      frames_(new_frames<Callbacks>(FrameSide::server, this)),
      piece_(kHttp2Piece) {}

Http2Session::~Http2Session() {
  exchanges_.clear();
  nghttp2_session_del(frames_);
}

void Http2Session::start() {
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kMostStreams},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, std::uint32_t{alb::kLargestRequestHead}}};
  nghttp2_submit_settings(frames_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  touch();
  flush();
  read();
}

// ------------------------------------------------------------------------------------------ frames

Http2Exchange* Http2Session::find(std::int32_t id) {
  const auto found = exchanges_.find(id);
  return found == exchanges_.end() ? nullptr : found->second.get();
}

void Http2Session::open_exchange(std::int32_t id) {
  auto& exchange = exchanges_[id];
  exchange = std::make_unique<Http2Exchange>(frames_, id);
  nghttp2_session_set_stream_user_data(frames_, id, exchange.get());
}

void Http2Session::begin_exchange(Http2Exchange& exchange, std::int32_t id) {
  const auto& balancers = host_.view().load_balancers;
  const auto balancer = balancers.find(entry_.load_balancer_arn);
  const bool is_old = balancer != balancers.end() &&
                      alb::is_too_old(client_.connected, host_.now(), balancer->second.settings);
  if (++requests_ >= kMostRequests || is_old) say_goodbye();
  const auto weak = weak_from_this();
  const auto guarded = [weak, id](void (Http2Exchange::*tell)()) {
    return [weak, id, tell] {
      const auto self = weak.lock();
      Http2Exchange* const found = self ? self->find(id) : nullptr;
      if (found == nullptr) return;
      (found->*tell)();
      self->flush();
    };
  };
  auto pipe = std::make_shared<StreamPipe>(
      host_.context(), StreamPipe::Hooks{.on_output = guarded(&Http2Exchange::on_output),
                                         .on_drained = guarded(&Http2Exchange::on_drained)});
  if (!exchange.begin(pipe)) return refuse(id);
  const auto session = std::make_shared<Session>(host_, std::move(pipe), entry_, client_);
  host_.keep(session);
  session->start();
}

/// A request that HTTP/1.1 has no words for, or whose head is too large.
void Http2Session::refuse(std::int32_t id) {
  auto& counters = host_.counters(entry_.load_balancer_arn);
  ++counters.requests;
  ++counters.own_answers[400];
  std::uint8_t name[] = ":status";
  std::uint8_t value[] = "400";
  const nghttp2_nv status{name, value, sizeof name - 1, sizeof value - 1, NGHTTP2_NV_FLAG_NONE};
  nghttp2_submit_response(frames_, id, &status, 1, nullptr);
}

// -------------------------------------------------------------------------------------- connection

void Http2Session::read() {
  stream_->read_some(asio::buffer(piece_),
                     [self = shared_from_this()](const Error& error, std::size_t count) {
                       self->on_bytes(error, count);
                     });
}

void Http2Session::on_bytes(const Error& error, std::size_t count) {
  if (is_closed_) return;
  if (error) return close();
  touch();
  is_receiving_ = true;
  const bool is_understood = take_in(frames_, {piece_.data(), count});
  is_receiving_ = false;
  // No HTTP/2, or more frames than an honest client sends.
  if (!is_understood) return close();
  flush();
  if (!is_closed_ && !is_parting_) read();
}

void Http2Session::flush() {
  if (is_closed_ || is_receiving_ || is_writing_ || is_parting_) return;
  if (!put_out(frames_, out_)) return close();
  if (out_.empty()) {
    if (is_over(frames_) || (says_goodbye_ && exchanges_.empty())) part();
    return;
  }
  is_writing_ = true;
  stream_->write(asio::buffer(out_), [self = shared_from_this()](const Error& error, std::size_t) {
    self->is_writing_ = false;
    if (self->is_closed_) return;
    if (error) return self->close();
    self->touch();
    self->flush();
  });
}

void Http2Session::say_goodbye() {
  if (std::exchange(says_goodbye_, true)) return;
  nghttp2_submit_goaway(frames_, NGHTTP2_FLAG_NONE,
                        nghttp2_session_get_last_proc_stream_id(frames_), NGHTTP2_NO_ERROR, nullptr,
                        0);
}

void Http2Session::part() {
  is_parting_ = true;
  deadline_ = host_.deadline(kHttp2Linger);
  stream_->say_goodbye([self = shared_from_this()](const Error&) { self->close(); });
}

void Http2Session::close() {
  if (std::exchange(is_closed_, true)) return;
  // Their sessions see a client that has gone.
  exchanges_.clear();
  stream_->close();
  host_.forget(*this);
}

void Http2Session::on_tick(std::uint64_t tick) {
  if (tick < deadline_ || is_closed_) return;
  // Requests in progress have time-outs of their own; a client that takes nothing has this one.
  if (is_parting_ || is_writing_) return close();
  touch();
  if (!exchanges_.empty()) return;
  say_goodbye();
  flush();
}

void Http2Session::on_view_changed() {
  const auto& balancers = host_.view().load_balancers;
  const auto found = balancers.find(entry_.load_balancer_arn);
  const bool is_served =
      found != balancers.end() && found->second.listeners.contains(entry_.listener_arn);
  if (is_served || is_closed_) return;
  say_goodbye();
  flush();
}

}  // namespace fallstreak::dataplane::live
