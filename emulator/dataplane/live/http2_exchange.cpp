#include "dataplane/live/http2_exchange.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <vector>

#include "dataplane/live/http2_frames.h"

namespace fallstreak::dataplane::live {
namespace {

/// How much of a response lies here while the client takes none.
constexpr std::size_t kMostContent = std::size_t{64} * 1024;

ssize_t fill_frame(nghttp2_session* frames, std::int32_t id, std::uint8_t* buffer, std::size_t size,
                   std::uint32_t* flags, nghttp2_data_source*, void*) {
  auto* const exchange =
      static_cast<Http2Exchange*>(nghttp2_session_get_stream_user_data(frames, id));
  if (exchange == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  bool is_last = false;
  const auto count = exchange->fill(reinterpret_cast<char*>(buffer), size, is_last);
  if (is_last) *flags |= NGHTTP2_DATA_FLAG_EOF;
  if (is_last && exchange->send_trailers()) *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
  return count < 0 ? ssize_t{NGHTTP2_ERR_DEFERRED} : count;
}

}  // namespace

Http2Exchange::~Http2Exchange() {
  if (pipe_) pipe_->abort();
  // What nobody will read any more still counts as taken from the connection.
  if (unread_ > 0) nghttp2_session_consume_connection(frames_, unread_);
}

void Http2Exchange::add_field(std::string_view name, std::string_view value) {
  // AWS: a head of more than 64 K is refused. What it says is not kept.
  head_size_ += name.size() + value.size() + 4;
  is_too_large_ = is_too_large_ || head_size_ > alb::kLargestRequestHead;
  if (!is_too_large_) request.add(name, value);
}

bool Http2Exchange::begin(std::shared_ptr<StreamPipe> pipe) {
  const auto head = is_too_large_ ? std::nullopt : alb::http1_head(request);
  if (!head) return false;
  is_chunked_ = request.body() == alb::Http2Body::chunked;
  pipe_ = std::move(pipe);
  pipe_->feed(*head);
  return true;
}

void Http2Exchange::add_body(std::string_view content) {
  unread_ += content.size();
  if (content.empty()) return;
  pipe_->feed(is_chunked_ ? alb::http1_chunk(content) : std::string(content));
}

void Http2Exchange::end_request() {
  if (std::exchange(has_request_ended_, true)) return;
  if (is_chunked_) pipe_->feed(alb::kLastChunk);
}

void Http2Exchange::on_drained() {
  nghttp2_session_consume(frames_, id_, std::exchange(unread_, 0));
}

void Http2Exchange::reset() {
  if (std::exchange(was_reset_, true)) return;
  nghttp2_submit_rst_stream(frames_, NGHTTP2_FLAG_NONE, id_, NGHTTP2_INTERNAL_ERROR);
}

void Http2Exchange::on_output() {
  if (was_reset_ || is_over_) return;
  while (!has_head_) {
    if (!take_head()) return;
  }
  take_body();
  if (waits_ && (!content_.empty() || is_over_)) {
    waits_ = false;
    nghttp2_session_resume_data(frames_, id_);
  }
}

/// True when a head was there.
bool Http2Exchange::take_head() {
  head_ += pipe_->output();
  pipe_->take(pipe_->output().size());
  const auto size = alb::head_size(head_, scanned_);
  if (!size) {
    if (pipe_->has_ended()) reset();
    return false;
  }
  const std::string text = head_.substr(0, *size);
  head_.erase(0, *size);
  scanned_ = 0;
  alb::ResponseHead head;
  if (!alb::read_response(text, request.method, head)) {
    reset();
    return false;
  }
  const auto fields = alb::http2_fields(head);
  const auto views = views_of(fields);
  if (head.status < 200) {
    nghttp2_submit_headers(frames_, NGHTTP2_FLAG_NONE, id_, nullptr, views.data(), views.size(),
                           nullptr);
    return true;
  }
  has_head_ = true;
  body_ = alb::BodyReader(head.body);
  ends_with_pipe_ = head.body.kind == alb::Framing::Kind::until_close;
  is_over_ = body_.is_done();
  nghttp2_data_provider provider{.source = {.ptr = nullptr}, .read_callback = fill_frame};
  nghttp2_submit_response(frames_, id_, views.data(), views.size(), is_over_ ? nullptr : &provider);
  return true;
}

void Http2Exchange::take_body() {
  // What came with the head is first.
  while (!is_over_ && content_.size() < kMostContent) {
    const bool is_held = !head_.empty();
    const std::string_view bytes = is_held ? std::string_view(head_) : pipe_->output();
    if (bytes.empty()) break;
    const std::size_t count = body_.take(bytes, &content_, &trailers_);
    if (body_.has_failed()) return reset();
    if (is_held) {
      head_.erase(0, count);
    } else {
      pipe_->take(count);
    }
    is_over_ = body_.is_done();
  }
  if (is_over_ || !pipe_->has_ended() || !pipe_->output().empty()) return;
  if (!ends_with_pipe_) return reset();
  is_over_ = true;
}

std::ptrdiff_t Http2Exchange::fill(char* buffer, std::size_t size, bool& is_last) {
  const std::size_t count = std::min(size, content_.size());
  std::copy_n(content_.data(), count, buffer);
  content_.erase(0, count);
  if (!is_over_ && !was_reset_) take_body();
  is_last = is_over_ && content_.empty();
  waits_ = count == 0 && !is_last;
  return waits_ ? -1 : static_cast<std::ptrdiff_t>(count);
}

bool Http2Exchange::send_trailers() {
  const auto fields = alb::http2_trailers(trailers_);
  if (fields.empty()) return false;
  const auto views = views_of(fields);
  return nghttp2_submit_trailer(frames_, id_, views.data(), views.size()) == 0;
}

}  // namespace fallstreak::dataplane::live
