#include "dataplane/live/http2_call.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>

#include "dataplane/alb/http2_message.h"
#include "dataplane/live/http2_frames.h"

namespace fallstreak::dataplane::live {
namespace {

/// How much of a request lies here while the target takes none.
constexpr std::size_t kMostOfRequest = std::size_t{64} * 1024;

ssize_t fill_request(nghttp2_session* frames, std::int32_t id, std::uint8_t* buffer,
                     std::size_t size, std::uint32_t* flags, nghttp2_data_source*, void*) {
  auto* const call = static_cast<Http2Call*>(nghttp2_session_get_stream_user_data(frames, id));
  if (call == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  bool is_last = false;
  const auto count = call->fill(reinterpret_cast<char*>(buffer), size, is_last);
  if (is_last) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return count < 0 ? ssize_t{NGHTTP2_ERR_DEFERRED} : count;
}

}  // namespace

Http2Call::~Http2Call() {
  // A response that is whole may still be read.
  if (!is_over_) pipe_->abort();
  if (unread_ > 0) nghttp2_session_consume_connection(frames_, unread_);
}

// ----------------------------------------------------------------------------------------- request

void Http2Call::on_output() {
  if (id_ == 0 && !take_head()) return;
  take_body();
  if (waits_ && (!content_.empty() || body_.is_done())) {
    waits_ = false;
    nghttp2_session_resume_data(frames_, id_);
  }
}

/// True when the head was there, and the request has begun.
bool Http2Call::take_head() {
  head_ += pipe_->output();
  pipe_->take(pipe_->output().size());
  const auto size = alb::head_size(head_, scanned_);
  if (!size) return false;
  const std::string text = head_.substr(0, *size);
  head_.erase(0, *size);
  alb::RequestHead head;
  // Its sender wrote it, and so it is one.
  if (alb::read_request(text, head) != 0) return false;
  method_ = head.method;
  body_ = alb::BodyReader(head.body);
  const auto fields = alb::http2_fields(head, is_encrypted_ ? "https" : "http");
  const auto views = views_of(fields);
  nghttp2_data_provider provider{.source = {.ptr = nullptr}, .read_callback = fill_request};
  id_ = nghttp2_submit_request(frames_, nullptr, views.data(), views.size(),
                               body_.is_done() ? nullptr : &provider, this);
  return id_ > 0;
}

void Http2Call::take_body() {
  while (!body_.is_done() && content_.size() < kMostOfRequest) {
    const bool is_held = !head_.empty();
    const std::string_view bytes = is_held ? std::string_view(head_) : pipe_->output();
    if (bytes.empty()) return;
    const std::size_t count = body_.take(bytes, &content_);
    if (is_held) {
      head_.erase(0, count);
    } else {
      pipe_->take(count);
    }
  }
}

std::ptrdiff_t Http2Call::fill(char* buffer, std::size_t size, bool& is_last) {
  const std::size_t count = std::min(size, content_.size());
  std::copy_n(content_.data(), count, buffer);
  content_.erase(0, count);
  take_body();
  is_last = body_.is_done() && content_.empty();
  waits_ = count == 0 && !is_last;
  return waits_ ? -1 : static_cast<std::ptrdiff_t>(count);
}

// ---------------------------------------------------------------------------------------- response

void Http2Call::add_field(std::string_view name, std::string_view value) {
  fields_.emplace_back(name, value);
}

void Http2Call::end_head(bool is_last) {
  if (has_head_) return;  // trailers, which end the response
  const auto head = alb::http1_response(fields_, method_, is_last);
  fields_.clear();
  if (!head) return end_stream();
  pipe_->feed(head->text);
  if (head->is_interim) return;
  has_head_ = true;
  is_chunked_ = head->is_chunked;
}

void Http2Call::add_body(std::string_view content) {
  unread_ += content.size();
  if (content.empty() || !has_head_) return;
  pipe_->feed(is_chunked_ ? alb::http1_chunk(content) : std::string(content));
}

void Http2Call::end_response() {
  if (!has_head_ || std::exchange(is_over_, true)) return;
  // What follows a body with a length has no place in HTTP/1.1.
  if (is_chunked_) pipe_->feed(alb::http1_trailers(fields_));
}

void Http2Call::end_stream() {
  if (!is_over_) pipe_->abort();
}

void Http2Call::on_drained() {
  if (id_ > 0) nghttp2_session_consume(frames_, id_, std::exchange(unread_, 0));
}

}  // namespace fallstreak::dataplane::live
