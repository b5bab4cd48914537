#include "front/dns_server.h"

#include <array>
#include <boost/asio.hpp>
#include <chrono>
#include <list>
#include <mutex>
#include <thread>

#include "front/clouds.h"
#include "front/dns_resolver.h"
#include "world/random_streams.h"
#include "world/world.h"

namespace fallstreak::front {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using Error = boost::system::error_code;

/// Who sends nothing for so long loses the connection.
constexpr std::chrono::seconds kIdle{10};
constexpr std::size_t kMostConnections = 64;
/// How often another free port is tried, when TCP does not get the one that UDP has.
constexpr int kTries = 20;

}  // namespace

class DnsServer::Impl {
 public:
  Impl(ServedCloud& served, DnsOptions options) : served_(served), options_(std::move(options)) {}

  void start() {
    for (int attempt = 1;; ++attempt) {
      try {
        listen();
        break;
      } catch (const boost::system::system_error& error) {
        udp_.reset();
        acceptor_.reset();
        if (options_.port == 0 && attempt < kTries) continue;
        throw std::system_error(error.code().value(), std::system_category(),
                                "DNS on 127.0.0.1:" + std::to_string(options_.port));
      }
    }
    receive();
    accept();
    thread_ = std::thread([this] { context_.run(); });
  }

  void stop() {
    if (!thread_.joinable()) return;
    asio::post(context_, [this] {
      Error ignored;
      is_stopping_ = true;
      udp_->close(ignored);
      acceptor_->close(ignored);
      close_sessions();
    });
    thread_.join();
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  class Session;
  using Sessions = std::list<std::shared_ptr<Session>>;

  void listen() {
    const auto loopback = asio::ip::address_v4::loopback();
    udp_.emplace(context_, udp::endpoint(loopback, options_.port));
    port_ = udp_->local_endpoint().port();
    acceptor_.emplace(context_, tcp::endpoint(loopback, port_), true);
  }

  std::string answer(std::string_view query, DnsTransport transport) {
    served_.pacer.catch_up();
    const std::lock_guard held(served_.cloud.lock());
    auto& world = served_.cloud.world();
    const auto draw = world::draw(world.seed(), "front.dns", answers_++);
    return answer_dns(world, options_.client, query, transport, draw);
  }

  void receive() {
    udp_->async_receive_from(asio::buffer(datagram_), sender_,
                             [this](const Error& error, std::size_t size) {
                               if (is_stopping_) return;
                               if (!error) reply({datagram_.data(), size});
                               receive();
                             });
  }

  void reply(std::string_view query) {
    const std::string sent = answer(query, DnsTransport::udp);
    Error ignored;  // a client that is gone asks again, or does not
    if (!sent.empty()) udp_->send_to(asio::buffer(sent), sender_, 0, ignored);
  }

  void accept();
  void close_sessions();

  ServedCloud& served_;
  const DnsOptions options_;
  asio::io_context context_{1};
  std::optional<udp::socket> udp_;
  std::optional<tcp::acceptor> acceptor_;
  std::array<char, 4096> datagram_{};
  udp::endpoint sender_;
  Sessions sessions_;
  std::uint64_t answers_ = 0;
  std::uint16_t port_ = 0;
  bool is_stopping_ = false;
  std::thread thread_;
};

/// One TCP connection: messages with their length before them, answered in turn.
class DnsServer::Impl::Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Impl& server, tcp::socket socket)
      : server_(server), socket_(std::move(socket)), timer_(server.context_) {}

  void start(Sessions::iterator place) {
    place_ = place;
    read_length();
  }

  void close() {
    if (std::exchange(is_closed_, true)) return;
    Error ignored;
    socket_.close(ignored);
    timer_.cancel();
    server_.sessions_.erase(place_);
  }

 private:
  void await_progress() {
    timer_.expires_after(kIdle);
    timer_.async_wait([self = shared_from_this()](const Error& cancelled) {
      if (!cancelled) self->close();
    });
  }

  void read_length() {
    await_progress();
    asio::async_read(socket_, asio::buffer(length_),
                     [self = shared_from_this()](const Error& error, std::size_t) {
                       if (error || self->is_closed_) return self->close();
                       self->read_message();
                     });
  }

  void read_message() {
    message_.resize(std::size_t(length_[0]) << 8 | length_[1]);
    asio::async_read(socket_, asio::buffer(message_),
                     [self = shared_from_this()](const Error& error, std::size_t) {
                       if (error || self->is_closed_) return self->close();
                       self->write();
                     });
  }

  void write() {
    const std::string answer = server_.answer(message_, DnsTransport::tcp);
    if (answer.empty()) return close();
    message_.clear();
    message_ += static_cast<char>(answer.size() >> 8 & 0xFF);
    message_ += static_cast<char>(answer.size() & 0xFF);
    message_ += answer;
    await_progress();
    asio::async_write(socket_, asio::buffer(message_),
                      [self = shared_from_this()](const Error& error, std::size_t) {
                        if (error || self->is_closed_) return self->close();
                        self->read_length();
                      });
  }

  Impl& server_;
  tcp::socket socket_;
  asio::steady_timer timer_;
  Sessions::iterator place_;
  std::array<unsigned char, 2> length_{};
  std::string message_;
  bool is_closed_ = false;
};

void DnsServer::Impl::accept() {
  acceptor_->async_accept([this](const Error& error, tcp::socket socket) {
    if (is_stopping_) return;
    // One too many takes the place of the oldest.
    if (sessions_.size() >= kMostConnections) sessions_.front()->close();
    if (!error) {
      sessions_.push_back(std::make_shared<Session>(*this, std::move(socket)));
      const auto place = std::prev(sessions_.end());
      (*place)->start(place);
    }
    accept();
  });
}

void DnsServer::Impl::close_sessions() {
  while (!sessions_.empty()) sessions_.front()->close();
}

DnsServer::DnsServer(ServedCloud& served, DnsOptions options)
    : impl_(std::make_unique<Impl>(served, std::move(options))) {}
DnsServer::~DnsServer() { stop(); }
void DnsServer::start() { impl_->start(); }
std::uint16_t DnsServer::port() const { return impl_->port(); }
void DnsServer::stop() { impl_->stop(); }

}  // namespace fallstreak::front
