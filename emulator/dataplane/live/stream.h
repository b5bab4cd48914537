#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "dataplane/live/stream_pipe.h"

namespace fallstreak::dataplane::live {

/// A connection that is encrypted or not, or one stream of a connection that others share: what
/// uses it need not know.
class Stream {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Role = boost::asio::ssl::stream_base::handshake_type;

  explicit Stream(Socket socket) : socket_(std::move(socket)) {}
  explicit Stream(boost::asio::io_context& context) : socket_(context) {}
  Stream(boost::asio::io_context& context, std::shared_ptr<StreamPipe> pipe)
      : socket_(context), pipe_(std::move(pipe)) {}
  // The encryption refers to the socket.
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  [[nodiscard]] Socket& socket() { return socket_; }
  [[nodiscard]] bool is_encrypted() const { return tls_.has_value(); }
  /// Of an encrypted stream.
  [[nodiscard]] SSL* ssl() { return tls_->native_handle(); }

  /// Encrypts from here on; `handler(error)`.
  template <class Handler>
  void handshake(boost::asio::ssl::context& context, Role role, Handler handler) {
    tls_.emplace(socket_, context);
    tls_->async_handshake(role, std::move(handler));
  }
  /// `handler(error, count)`, as of the next two.
  template <class Buffer, class Handler>
  void read_some(const Buffer& buffer, Handler handler) {
    if (pipe_) return pipe_->read(buffer, std::move(handler));
    if (tls_) return tls_->async_read_some(buffer, std::move(handler));
    socket_.async_read_some(buffer, std::move(handler));
  }
  template <class Buffer, class Handler>
  void write(const Buffer& buffer, Handler handler) {
    if (pipe_) return pipe_->write(buffer, std::move(handler));
    if (tls_) return boost::asio::async_write(*tls_, buffer, std::move(handler));
    boost::asio::async_write(socket_, buffer, std::move(handler));
  }
  /// Says that nothing follows; `handler(error)` when the other side has said so too, and only for
  /// an encrypted stream.
  template <class Handler>
  void say_goodbye(Handler handler) {
    if (pipe_) return pipe_->end_output();
    if (tls_) return tls_->async_shutdown(std::move(handler));
    boost::system::error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
  }
  void close() {
    if (pipe_) return pipe_->close();
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

 private:
  Socket socket_;
  std::optional<boost::asio::ssl::stream<Socket&>> tls_;
  std::shared_ptr<StreamPipe> pipe_;
};

}  // namespace fallstreak::dataplane::live
