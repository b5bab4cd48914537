#include "dataplane/live/health_probes.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <utility>
#include <vector>

#include "dataplane/alb/http2_message.h"
#include "dataplane/alb/http_head.h"
#include "dataplane/live/http2_target.h"
#include "dataplane/live/stream.h"

namespace fallstreak::dataplane::live {
namespace asio = boost::asio;
using Error = boost::system::error_code;

namespace {

constexpr std::chrono::seconds kPause{1};
/// How much of an answer of gRPC is read for its status.
constexpr std::size_t kMostOfAnswer = std::size_t{256} * 1024;

}  // namespace

std::optional<ProbeResult> ProbeBoard::last(const ProbeSubject& subject) const {
  const std::lock_guard held(mutex_);
  const auto found = results_.find(subject);
  if (found == results_.end()) return std::nullopt;
  return found->second;
}

void ProbeBoard::put(const ProbeSubject& subject, ProbeResult result) {
  const std::lock_guard held(mutex_);
  results_[subject] = result;
}

void ProbeBoard::erase(const ProbeSubject& subject) {
  const std::lock_guard held(mutex_);
  results_.erase(subject);
}

void ProbeBoard::set_listeners(Listeners listeners) {
  const std::lock_guard held(mutex_);
  listeners_ = std::move(listeners);
}

std::optional<alb::Endpoint> ProbeBoard::listener_at(const std::string& dns_name,
                                                     std::int32_t port) const {
  const std::lock_guard held(mutex_);
  const auto found = listeners_.find({dns_name, port});
  return found == listeners_.end() ? std::nullopt : std::optional(found->second);
}

/// One subject: connect, ask, read the head of the answer, pause, from the beginning.
class HealthProbes::Check : public std::enable_shared_from_this<Check> {
 public:
  Check(asio::io_context& context, const Tls& tls, ProbeBoard& board, ProbeSubject subject)
      : context_(context),
        tls_(tls),
        board_(board),
        subject_(std::move(subject)),
        timer_(context) {}

  void begin(std::chrono::seconds timeout) {
    timeout_ = timeout;
    begin();
  }
  void set_timeout(std::chrono::seconds timeout) { timeout_ = timeout; }
  void stop() {
    is_stopped_ = true;
    close();
    timer_.cancel();
    board_.erase(subject_);
  }

 private:
  void close() {
    if (stream_) stream_->close();
    if (http2_) http2_->close();
  }
  /// A handler that does nothing when its round is over.
  template <class Handler>
  auto guarded(std::uint64_t round, Handler handler) {
    return [self = shared_from_this(), stream = stream_, round, handler](const Error& error,
                                                                         auto... rest) {
      if (self->round_ == round && !self->is_stopped_) handler(*self, error, rest...);
    };
  }

  void begin() {
    const std::uint64_t round = ++round_;
    answer_.clear();
    scanned_ = 0;
    Error error;
    const auto address = asio::ip::make_address(subject_.endpoint.address, error);
    if (error) return finish({ProbeResult::Kind::refused});
    timer_.expires_after(timeout_);
    timer_.async_wait([self = shared_from_this(), round](const Error& cancelled) {
      if (cancelled || self->round_ != round) return;
      self->finish({ProbeResult::Kind::timed_out});
    });
    if (subject_.version != alb::ProtocolVersion::http1) return begin_http2();
    stream_ = std::make_shared<Stream>(context_);
    stream_->socket().async_connect(
        {address, subject_.endpoint.port},
        guarded(round, [](Check& check, const Error& failed) { check.on_connect(failed); }));
  }

  /// Whatever fails on the way, fails what is asked.
  void begin_http2() {
    const bool is_encrypted = subject_.protocol == "HTTPS";
    http2_ = std::make_shared<Http2Target>(context_, is_encrypted ? tls_.http2 : nullptr,
                                           subject_.endpoint);
    stream_ = std::make_shared<Stream>(context_, http2_->open());
    http2_->start();
    ask();
  }

  void on_connect(const Error& error) {
    if (error) return finish({ProbeResult::Kind::refused});
    // AWS: a TCP check passes when the connection is accepted.
    if (subject_.protocol == "TCP") return finish({});
    if (subject_.protocol != "HTTPS") return ask();
    // AWS: the target's certificate is not validated.
    stream_->handshake(*tls_.http1, asio::ssl::stream_base::client,
                       guarded(round_, [](Check& check, const Error& failed) {
                         if (failed) return check.finish({ProbeResult::Kind::refused});
                         check.ask();
                       }));
  }

  void ask() {
    const auto& [address, port] = subject_.endpoint;
    const std::string host = " HTTP/1.1\r\nHost: " + address + ":" + std::to_string(port) +
                             "\r\nUser-Agent: ELB-HealthChecker/2.0\r\n";
    if (asks_grpc()) {
      // Chosen: the message is empty; AWS says of the path alone that no service need be there.
      request_ = "POST " + subject_.path + host +
                 "Content-Type: application/grpc\r\nContent-Length: 5\r\n\r\n" +
                 std::string(5, '\0');
    } else {
      request_ = "GET " + subject_.path + host +
                 "Connection: close\r\nAccept-Encoding: gzip, compressed\r\n\r\n";
    }
    stream_->write(asio::buffer(request_),
                   guarded(round_, [](Check& check, const Error& failed, std::size_t) {
                     if (failed) return check.finish({ProbeResult::Kind::refused});
                     check.read();
                   }));
  }

  void read() {
    stream_->read_some(asio::buffer(piece_),
                       guarded(round_, [](Check& check, const Error& failed, std::size_t n) {
                         check.on_bytes(failed, n);
                       }));
  }

  void on_bytes(const Error& error, std::size_t count) {
    if (error) return finish({ProbeResult::Kind::refused});
    answer_.append(piece_.data(), count);
    const auto size = alb::head_size(answer_, scanned_);
    if (!size && answer_.size() <= alb::kLargestResponseHead) return read();
    alb::ResponseHead head;
    const bool is_answer =
        size && alb::read_response(std::string_view(answer_).substr(0, *size), "GET", head);
    if (is_answer && asks_grpc()) return read_grpc_status(*size, head);
    finish(is_answer ? ProbeResult{ProbeResult::Kind::answered, head.status}
                     : ProbeResult{ProbeResult::Kind::refused});
  }

  [[nodiscard]] bool asks_grpc() const { return subject_.version == alb::ProtocolVersion::grpc; }

  /// gRPC: the status is in the head of an answer that has nothing else, or behind its body.
  void read_grpc_status(std::size_t head_size, const alb::ResponseHead& head) {
    ProbeResult result{ProbeResult::Kind::answered, head.status};
    const auto take = [&](std::string_view name, std::string_view value) {
      int status = 0;
      const auto end = std::from_chars(value.data(), value.data() + value.size(), status);
      if (alb::is_same_name(name, "grpc-status") && end.ec == std::errc()) {
        result.grpc_status = status;
      }
    };
    for (const auto& field : head.fields) take(field.name, field.value);
    alb::BodyReader body(head.body);
    std::string trailers;
    body.take(std::string_view(answer_).substr(head_size), nullptr, &trailers);
    if (!result.grpc_status && !body.is_done() && answer_.size() < kMostOfAnswer) {
      scanned_ = 0;
      return read();
    }
    for (const auto& [name, value] : alb::http2_trailers(trailers)) take(name, value);
    // An answer that is well but for its status is none of gRPC.
    constexpr int kHttpOk = 200;
    if (!result.grpc_status && head.status == kHttpOk) result.kind = ProbeResult::Kind::refused;
    finish(result);
  }

  void finish(ProbeResult result) {
    const std::uint64_t round = ++round_;  // what is still under way is not looked at
    close();
    if (is_stopped_) return;
    board_.put(subject_, result);
    timer_.expires_after(kPause);
    timer_.async_wait([self = shared_from_this(), round](const Error& cancelled) {
      if (!cancelled && self->round_ == round && !self->is_stopped_) self->begin();
    });
  }

  asio::io_context& context_;
  const Tls tls_;
  ProbeBoard& board_;
  const ProbeSubject subject_;
  std::shared_ptr<Stream> stream_;  // of this round
  std::shared_ptr<Http2Target> http2_;
  asio::steady_timer timer_;
  std::chrono::seconds timeout_{5};
  std::uint64_t round_ = 0;
  bool is_stopped_ = false;
  std::string request_;
  std::string answer_;
  std::size_t scanned_ = 0;
  std::array<char, 4096> piece_{};
};

HealthProbes::HealthProbes(asio::io_context& context, Tls tls, std::shared_ptr<ProbeBoard> board)
    : context_(context), tls_(tls), board_(std::move(board)) {}
HealthProbes::~HealthProbes() = default;

void HealthProbes::watch(const std::map<ProbeSubject, std::chrono::seconds>& subjects) {
  for (auto next = checks_.begin(); next != checks_.end();) {
    const auto place = next++;
    if (subjects.contains(place->first)) continue;
    place->second->stop();
    checks_.erase(place);
  }
  for (const auto& [subject, timeout] : subjects) {
    auto& check = checks_[subject];
    if (check) {
      check->set_timeout(timeout);
      continue;
    }
    check = std::make_shared<Check>(context_, tls_, *board_, subject);
    check->begin(timeout);
  }
}

}  // namespace fallstreak::dataplane::live
