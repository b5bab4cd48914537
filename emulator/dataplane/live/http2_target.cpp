#include "dataplane/live/http2_target.h"

#include <boost/asio/buffer.hpp>
#include <utility>

#include "dataplane/live/http2_frames.h"

namespace fallstreak::dataplane::live {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t kTargetPiece = std::size_t{16} * 1024;
/// AWS: up to 128 requests in parallel, for a client; a target says how many it takes.
constexpr std::size_t kMostCalls = 128;

}  // namespace

/// What nghttp2 calls; `self` is the connection.
struct Http2Target::Callbacks {
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                       std::uint8_t, void* self) {
    Http2Call* const call = of(self).find(frame->hd.stream_id);
    if (call == nullptr) return 0;
    call->add_field({reinterpret_cast<const char*>(name), name_size},
                    {reinterpret_cast<const char*>(value), value_size});
    return 0;
  }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    Http2Call* const call = of(self).find(frame->hd.stream_id);
    if (call == nullptr) return 0;
    const bool is_head = frame->hd.type == NGHTTP2_HEADERS;
    if (!is_head && frame->hd.type != NGHTTP2_DATA) return 0;
    const bool is_end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (is_head) call->end_head(is_end);
    if (is_end) call->end_response();
    return 0;
  }
  static int on_data(nghttp2_session* frames, std::uint8_t, std::int32_t id,
                     const std::uint8_t* bytes, std::size_t size, void* self) {
    Http2Call* const call = of(self).find(id);
    if (call == nullptr) {
      nghttp2_session_consume(frames, id, size);
      return 0;
    }
    call->add_body({reinterpret_cast<const char*>(bytes), size});
    return 0;
  }
  static int on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t, void* self) {
    const auto stream = of(self).streams_.find(id);
    if (stream == of(self).streams_.end()) return 0;
    of(self).calls_.erase(stream->second);
    of(self).streams_.erase(stream);
    return 0;
  }
  static Http2Target& of(void* self) { return *static_cast<Http2Target*>(self); }
};

Http2Target::Http2Target(asio::io_context& context, asio::ssl::context* tls, alb::Endpoint endpoint,
                         TrafficTab tab)
    : context_(context),
      tls_(tls),
      endpoint_(std::move(endpoint)),
      tab_(std::move(tab)),
      stream_(context),
      frames_(new_frames<Callbacks>(FrameSide::client, this)),
      piece_(kTargetPiece) {
  const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}};
  nghttp2_submit_settings(frames_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
}

Http2Target::~Http2Target() {
  calls_.clear();
  nghttp2_session_del(frames_);
}

// ---------------------------------------------------------------------------------------- requests

Http2Call* Http2Target::find(std::int32_t id) {
  const auto stream = streams_.find(id);
  return stream == streams_.end() ? nullptr : calls_.at(stream->second).get();
}

bool Http2Target::has_room() const {
  return !is_closed_ && calls_.size() < kMostCalls &&
         nghttp2_session_check_request_allowed(frames_) != 0;
}

std::shared_ptr<StreamPipe> Http2Target::open() {
  const std::uint64_t number = ++last_call_;
  auto& call = calls_[number];
  call = std::make_unique<Http2Call>(frames_, tls_ != nullptr);
  const auto weak = weak_from_this();
  auto pipe = std::make_shared<StreamPipe>(
      context_, StreamPipe::Hooks{.on_output =
                                      [weak, number] {
                                        const auto self = weak.lock();
                                        if (self) self->on_output(number);
                                      },
                                  .on_drained =
                                      [weak, number] {
                                        const auto self = weak.lock();
                                        if (!self) return;
                                        const auto found = self->calls_.find(number);
                                        if (found == self->calls_.end()) return;
                                        found->second->on_drained();
                                        self->flush();
                                      }});
  call->set_pipe(pipe);
  return pipe;
}

void Http2Target::on_output(std::uint64_t number) {
  const auto found = calls_.find(number);
  if (found == calls_.end() || is_closed_) return;
  Http2Call& call = *found->second;
  if (call.is_given_up()) {
    if (call.id() == 0) {
      calls_.erase(found);
    } else {
      nghttp2_submit_rst_stream(frames_, NGHTTP2_FLAG_NONE, call.id(), NGHTTP2_CANCEL);
    }
    return flush();
  }
  const bool is_new = call.id() == 0;
  call.on_output();
  if (is_new && call.id() > 0) streams_[call.id()] = number;
  flush();
}

// -------------------------------------------------------------------------------------- connection

void Http2Target::start() {
  Error error;
  const auto address = asio::ip::make_address(endpoint_.address, error);
  if (error) return close();
  stream_.socket().async_connect(
      {address, endpoint_.port}, [self = shared_from_this()](const Error& failed) {
        if (self->is_closed_) return;
        if (failed) {
          self->tab_.count(Counted::target_connection_error);
          return self->close();
        }
        self->tab_.count(Counted::new_target_connection);
        self->connection_ = OpenInBook(self->tab_, Counted::active_target_connection);
        Error ignored;
        self->stream_.socket().set_option(tcp::no_delay(true), ignored);
        if (self->tls_ == nullptr) return self->begin();
        self->stream_.handshake(*self->tls_, asio::ssl::stream_base::client,
                                [self](const Error& refused) {
                                  if (self->is_closed_) return;
                                  if (refused) {
                                    self->tab_.count(Counted::target_tls_error);
                                    return self->close();
                                  }
                                  self->begin();
                                });
      });
}

void Http2Target::begin() {
  is_connected_ = true;
  flush();
  read();
}

void Http2Target::read() {
  stream_.read_some(asio::buffer(piece_),
                    [self = shared_from_this()](const Error& error, std::size_t count) {
                      self->on_bytes(error, count);
                    });
}

void Http2Target::on_bytes(const Error& error, std::size_t count) {
  if (is_closed_) return;
  if (error) return close();
  is_receiving_ = true;
  const bool is_understood = take_in(frames_, {piece_.data(), count});
  is_receiving_ = false;
  // No HTTP/2.
  if (!is_understood) return close();
  flush();
  if (!is_closed_) read();
}

void Http2Target::flush() {
  if (is_closed_ || !is_connected_ || is_receiving_ || is_writing_) return;
  if (!put_out(frames_, out_)) return close();
  if (out_.empty()) {
    if (is_over(frames_)) close();
    return;
  }
  is_writing_ = true;
  stream_.write(asio::buffer(out_), [self = shared_from_this()](const Error& error, std::size_t) {
    self->is_writing_ = false;
    if (self->is_closed_) return;
    if (error) return self->close();
    self->flush();
  });
}

void Http2Target::close() {
  if (std::exchange(is_closed_, true)) return;
  // Their senders see a target that has gone.
  streams_.clear();
  calls_.clear();
  connection_ = {};
  stream_.close();
}

}  // namespace fallstreak::dataplane::live
