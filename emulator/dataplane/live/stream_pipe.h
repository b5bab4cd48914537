#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace fallstreak::dataplane::live {

/// A connection without a socket: what one stream of an HTTP/2 connection is to the session that
/// answers it. Its other end is its owner's, who has the connection. All on one thread; no handler
/// is called before the call that it belongs to has returned.
class StreamPipe : public std::enable_shared_from_this<StreamPipe> {
 public:
  using Error = boost::system::error_code;
  using Handler = std::function<void(const Error& error, std::size_t count)>;
  struct Hooks {
    /// There is more to take, or the session has ended its side.
    std::function<void()> on_output;
    /// The session has read all that there was.
    std::function<void()> on_drained;
  };

  StreamPipe(boost::asio::io_context& context, Hooks hooks)
      : context_(context), hooks_(std::move(hooks)) {}

  // The owner's end.
  void feed(std::string_view bytes);
  /// The client is gone: whatever the session waits for fails. Its hooks are called no more.
  void abort();
  /// What the session writes and nobody has taken yet.
  [[nodiscard]] std::string_view output() const { return output_; }
  void take(std::size_t count);
  /// The session writes no more.
  [[nodiscard]] bool has_ended() const { return has_ended_; }

  // The session's end.
  void read(boost::asio::mutable_buffer buffer, Handler handler);
  /// Done when all of it was taken; the bytes must stay until then.
  void write(boost::asio::const_buffer buffer, Handler handler);
  void end_output();
  void close();

 private:
  void answer_read();
  void finish_write(const Error& error);
  void complete(Handler handler, const Error& error, std::size_t count);
  void tell_output();

  boost::asio::io_context& context_;
  Hooks hooks_;
  std::string input_;
  bool is_aborted_ = false;
  bool is_closed_ = false;  // by the session
  boost::asio::mutable_buffer read_buffer_;
  Handler reader_;
  std::string_view output_;
  std::size_t writing_ = 0;
  Handler writer_;
  bool has_ended_ = false;
};

}  // namespace fallstreak::dataplane::live
