#include "provisioner/aws/http_connection.h"

#include <openssl/ssl.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <limits>
#include <optional>

namespace fallstreak::provisioner {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Error = boost::system::error_code;

namespace {

constexpr std::size_t kPiece = std::size_t{64} * 1024;

struct Endpoint {
  std::string host, port;
  bool is_tls = false;
};

std::optional<Endpoint> parse_endpoint(std::string_view url) {
  Endpoint endpoint;
  if (url.starts_with("https://")) {
    endpoint.is_tls = true;
    url.remove_prefix(8);
  } else if (url.starts_with("http://")) {
    url.remove_prefix(7);
  } else {
    return std::nullopt;
  }
  std::string_view port;
  if (url.starts_with('[')) {  // an IPv6 address has colons of its own
    const auto end = url.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    endpoint.host = url.substr(1, end - 1);
    port = url.substr(end + 1);
  } else {
    endpoint.host = url.substr(0, url.find(':'));
    port = url.substr(endpoint.host.size());
  }
  if (port.starts_with(':')) port.remove_prefix(1);
  endpoint.port = port.empty() ? (endpoint.is_tls ? "443" : "80") : port;
  const bool is_number = endpoint.port.find_first_not_of("0123456789") == std::string::npos;
  if (endpoint.host.empty() || !is_number) return std::nullopt;
  return endpoint;
}

std::string head_of(const protocols::HttpRequest& request) {
  std::string head = request.method + " " + request.target + " HTTP/1.1\r\n";
  for (const auto& header : request.headers) {
    if (protocols::equals_ignoring_case(header.name, "Content-Length")) continue;
    head += header.name + ": " + header.value + "\r\n";
  }
  const bool may_have_body = request.method != "GET" && request.method != "HEAD";
  if (may_have_body || !request.body.empty()) {
    head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  return head + "\r\n";
}

}  // namespace

class HttpConnection::Impl {
 public:
  Impl(std::string url, HttpPatience patience)
      : url_(std::move(url)), patience_(patience), endpoint_(parse_endpoint(url_)) {}
  ~Impl() { close(); }

  Outcome<protocols::HttpResponse> exchange(const protocols::HttpRequest& request) {
    if (!endpoint_) return tl::unexpected(failure("this is no URL of a server"));
    protocols::HttpResponse response;
    Error error;
    if (!is_open()) error = open();
    if (!error) error = write(request);
    if (!error) error = read(request.method, response);
    if (error) {
      close();
      return tl::unexpected(failure(error.message()));
    }
    return response;
  }

 private:
  [[nodiscard]] ApiError failure(const std::string& why) const {
    return ApiError("NetworkError", "no answer from " + url_ + ": " + why, 503);
  }

  [[nodiscard]] beast::tcp_stream& tcp_layer() { return tls_ ? tls_->next_layer() : *plain_; }

  /// Starts one asynchronous operation and returns when it is done or out of time.
  template <class Start>
  Error finish(Start start) {
    Error result = asio::error::timed_out;
    start([&result](const Error& error, const auto&...) { result = error; });
    context_.restart();
    context_.run();
    return result;
  }
  template <class Use>
  void with_stream(Use&& use) {
    if (tls_) {
      use(*tls_);
    } else {
      use(*plain_);
    }
  }

  /// A server may have closed a connection that was idle; bytes that nobody asked for are no better
  /// than the end.
  bool is_open() {
    if (!plain_ && !tls_) return false;
    char byte = 0;
    Error error;
    auto& socket = tcp_layer().socket();
    socket.non_blocking(true, error);
    const auto count = socket.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, error);
    if (count == 0 && error == asio::error::would_block) return true;
    close();
    return false;
  }

  Error open() {
    Error error;
    const auto addresses = tcp::resolver(context_).resolve(endpoint_->host, endpoint_->port, error);
    if (error) return error;
    if (endpoint_->is_tls) {
      if (error = make_tls(); error) return error;
    } else {
      plain_.emplace(context_);
    }
    tcp_layer().expires_after(patience_.connect);
    error = finish([&](auto done) { tcp_layer().async_connect(addresses, done); });
    if (error) return error;
    tcp_layer().socket().set_option(tcp::no_delay(true), error);
    if (!tls_) return {};
    return finish([&](auto done) { tls_->async_handshake(asio::ssl::stream_base::client, done); });
  }

  Error make_tls() {
    Error error;
    if (!authorities_) {
      authorities_.emplace(asio::ssl::context::tls_client);
      if (authorities_->set_default_verify_paths(error); error) return error;
    }
    tls_.emplace(context_, *authorities_);
    tls_->set_verify_mode(asio::ssl::verify_peer);
    tls_->set_verify_callback(asio::ssl::host_name_verification(endpoint_->host));
    SSL_set_tlsext_host_name(tls_->native_handle(), endpoint_->host.c_str());
    return {};
  }

  Error write(const protocols::HttpRequest& request) {
    const std::string head = head_of(request);
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(request.body)};
    // Each piece that went out earns time for the next.
    const auto next_piece = [this](const Error& error, std::size_t) -> std::size_t {
      if (error) return 0;
      tcp_layer().expires_after(patience_.progress);
      return kPiece;
    };
    return finish([&](auto done) {
      with_stream([&](auto& stream) { asio::async_write(stream, parts, next_piece, done); });
    });
  }

  Error read(const std::string& method, protocols::HttpResponse& response) {
    while (true) {
      http::response_parser<http::string_body> parser;
      parser.body_limit(std::numeric_limits<std::uint64_t>::max());
      parser.skip(method == "HEAD");
      while (!parser.is_done()) {
        tcp_layer().expires_after(patience_.progress);
        const Error error = finish([&](auto done) {
          with_stream(
              [&](auto& stream) { http::async_read_some(stream, received_, parser, done); });
        });
        if (error) return error;
      }
      // 100 Continue and its like go before the answer.
      if (parser.get().result_int() / 100 == 1) continue;
      auto message = parser.release();
      response.status = static_cast<int>(message.result_int());
      for (const auto& field : message) {
        response.headers.push_back({std::string(field.name_string()), std::string(field.value())});
      }
      response.body = std::move(message.body());
      if (!message.keep_alive()) close();
      return {};
    }
  }

  void close() {
    tls_.reset();
    plain_.reset();
    received_.clear();
  }

  std::string url_;
  HttpPatience patience_;
  std::optional<Endpoint> endpoint_;
  asio::io_context context_{1};
  std::optional<asio::ssl::context> authorities_;
  std::optional<beast::tcp_stream> plain_;
  std::optional<asio::ssl::stream<beast::tcp_stream>> tls_;
  beast::flat_buffer received_;
};

HttpConnection::HttpConnection(std::string endpoint, HttpPatience patience)
    : impl_(std::make_unique<Impl>(std::move(endpoint), patience)) {}
HttpConnection::~HttpConnection() = default;
HttpConnection::HttpConnection(HttpConnection&&) noexcept = default;
HttpConnection& HttpConnection::operator=(HttpConnection&&) noexcept = default;

Outcome<protocols::HttpResponse> HttpConnection::exchange(const protocols::HttpRequest& request) {
  return impl_->exchange(request);
}

}  // namespace fallstreak::provisioner
