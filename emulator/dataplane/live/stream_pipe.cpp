#include "dataplane/live/stream_pipe.h"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace fallstreak::dataplane::live {
namespace asio = boost::asio;

void StreamPipe::complete(Handler handler, const Error& error, std::size_t count) {
  asio::post(context_, [handler = std::move(handler), error, count] { handler(error, count); });
}

void StreamPipe::tell_output() {
  if (hooks_.on_output) hooks_.on_output();
}

void StreamPipe::feed(std::string_view bytes) {
  if (is_closed_ || is_aborted_) return;
  input_ += bytes;
  answer_read();
}

void StreamPipe::abort() {
  hooks_ = {};
  if (std::exchange(is_aborted_, true)) return;
  input_.clear();
  answer_read();
  finish_write(asio::error::connection_reset);
}

void StreamPipe::take(std::size_t count) {
  if (count == 0) return;
  output_.remove_prefix(count);
  if (output_.empty()) finish_write({});
}

void StreamPipe::read(asio::mutable_buffer buffer, Handler handler) {
  read_buffer_ = buffer;
  reader_ = std::move(handler);
  answer_read();
}

void StreamPipe::answer_read() {
  if (!reader_) return;
  if (!input_.empty()) {
    const std::size_t count = std::min(input_.size(), read_buffer_.size());
    std::copy_n(input_.data(), count, static_cast<char*>(read_buffer_.data()));
    input_.erase(0, count);
    complete(std::exchange(reader_, {}), {}, count);
    // Later, because whoever is told may feed more.
    if (input_.empty() && hooks_.on_drained) {
      asio::post(context_, [self = shared_from_this()] {
        if (self->input_.empty() && self->hooks_.on_drained) self->hooks_.on_drained();
      });
    }
  } else if (is_aborted_) {
    complete(std::exchange(reader_, {}), asio::error::connection_reset, 0);
  } else if (is_closed_) {
    complete(std::exchange(reader_, {}), asio::error::operation_aborted, 0);
  }
}

void StreamPipe::write(asio::const_buffer buffer, Handler handler) {
  writer_ = std::move(handler);
  writing_ = buffer.size();
  if (is_aborted_ || is_closed_) return finish_write(asio::error::connection_reset);
  output_ = {static_cast<const char*>(buffer.data()), buffer.size()};
  if (output_.empty()) return finish_write({});
  tell_output();
}

void StreamPipe::finish_write(const Error& error) {
  output_ = {};
  if (writer_) complete(std::exchange(writer_, {}), error, error ? 0 : writing_);
}

void StreamPipe::end_output() {
  if (std::exchange(has_ended_, true)) return;
  tell_output();
}

void StreamPipe::close() {
  if (std::exchange(is_closed_, true)) return;
  input_.clear();
  answer_read();
  finish_write(asio::error::operation_aborted);
  end_output();
}

}  // namespace fallstreak::dataplane::live
