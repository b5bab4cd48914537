#include "front/worker.h"

#include <openssl/ssl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <exception>
#include <limits>
#include <list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "front/dax.h"
#include "front/http_writer.h"

namespace fallstreak::front {
namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;

namespace {

/// The first read is small, because most requests are; what follows of a long one is read in
/// larger pieces.
constexpr std::size_t kFirstRead = std::size_t{4} * 1024;
constexpr std::size_t kNextRead = std::size_t{64} * 1024;
/// Answers to pipelined requests are gathered up to this size, then written at once.
constexpr std::size_t kBatch = std::size_t{64} * 1024;
/// A body of this size or more is written from where it lies instead of being copied.
constexpr std::size_t kCopyBelow = std::size_t{32} * 1024;
/// How much of a refused client's bytes are read and dropped, so that it sees the answer and not a
/// reset connection.
constexpr std::size_t kDrain = std::size_t{256} * 1024 * 1024;
/// The deadline of a client that waits for the server.
constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

/// A connection on its way to its thread. One that has stopped meanwhile takes nobody, and then the
/// client must see the end.
class Passenger {
 public:
  explicit Passenger(int socket) : socket_(socket) {}
  Passenger(Passenger&& other) noexcept : socket_(other.leave()) {}
  Passenger& operator=(Passenger&&) = delete;
  ~Passenger() {
    if (socket_ >= 0) ::close(socket_);
  }
  int leave() { return std::exchange(socket_, -1); }

 private:
  int socket_;
};

}  // namespace

class Worker::Impl {
 public:
  class Session;
  using Sessions = std::list<std::shared_ptr<Session>>;

  Impl(ConnectionLimits limits, ConnectionHooks hooks)
      : limits_(limits),
        hooks_(std::move(hooks)),
        timer_(context_),
        retry_(context_),
        guard_(context_.get_executor()) {
    const auto shortest =
        std::min({limits_.idle, limits_.header, limits_.progress, limits_.linger}) / 4;
    interval_ = std::clamp(shortest, std::chrono::milliseconds(5), std::chrono::milliseconds(1000));
  }

  void run() { context_.run(); }
  void adopt(int socket);
  void listen(int socket, std::function<void(int)> on_accept);
  void stop();

  /// When a time-out that begins now is over, counted in ticks of the timer: arming a timer for
  /// every request would cost more than the request.
  [[nodiscard]] std::uint64_t deadline(std::chrono::milliseconds allowed) const {
    return tick_ + std::uint64_t(allowed / interval_) + 1;
  }
  /// Sends the answer when the cloud has saved what it tells: once for all that are ready together,
  /// as each saving costs the same however much it saves.
  void send_when_saved(std::shared_ptr<Session> session, ConnectionHooks::Unsaved cloud,
                       protocols::HttpResponse response);
  void touch(Sessions::iterator session) { sessions_.splice(sessions_.end(), sessions_, session); }
  void forget(Sessions::iterator session) {
    sessions_.erase(session);
    if (is_stopping_ && sessions_.empty()) timer_.cancel();
  }

  const ConnectionLimits limits_;
  const ConnectionHooks hooks_;
  asio::io_context context_{1};
  bool is_stopping_ = false;

 private:
  void accept();
  void begin(int socket);
  void tick();
  void save();
  /// `use` may close the session that it is given.
  template <class Use>
  void for_each_session(Use use) {
    for (auto next = sessions_.begin(); next != sessions_.end();) {
      const auto session = *next++;
      use(*session);
    }
  }

  struct UnsavedAnswer {
    std::shared_ptr<Session> session;
    ConnectionHooks::Unsaved cloud;
    protocols::HttpResponse response;
  };
  using Unsaved = std::vector<UnsavedAnswer>;
  bool save_aside(const ConnectionHooks::Unsaved& cloud, const std::shared_ptr<Unsaved>& answers);
  static void send_saved(Unsaved& answers, const Outcome<void>& saved);

  Unsaved unsaved_;
  bool is_saving_ = false;  // on another thread; what is answered meanwhile is saved after it
  Sessions sessions_;       // the one that has been quiet longest comes first
  std::optional<tcp::acceptor> acceptor_;
  std::function<void(int)> on_accept_;
  asio::steady_timer timer_;
  asio::steady_timer retry_;
  bool is_ticking_ = false;
  std::chrono::milliseconds interval_{};
  std::uint64_t tick_ = 0;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> guard_;
};

/// One connection: reads, answers, writes, in turn, so that a client that does not read is not
/// read from either. Kept alive by the worker's list and by the operation that is under way.
class Worker::Impl::Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Impl& worker, tcp::socket socket)
      : worker_(worker),
        socket_(std::move(socket)),
        buffer_(worker.limits_.parser.header_bytes + kNextRead),
        parser_(worker.limits_.parser, worker.hooks_.body_limit) {}

  void start(Sessions::iterator place) {
    place_ = place;
    deadline_ = worker_.deadline(worker_.limits_.header);
    read(kFirstRead);
  }

  void on_saved(const Outcome<void>& saved, protocols::HttpResponse& response) {
    if (is_closed_) return;
    if (!saved) worker_.hooks_.refuse_unsaved(parser_.request(), saved.error(), response);
    on_answered(response);
  }

  [[nodiscard]] bool is_late(std::uint64_t tick) const { return tick >= deadline_; }

  /// What was not written yet gets its time to be written; everything else ends.
  void wind_up() {
    if (!is_writing_) return close();
    closes_after_write_ = true;
    deadline_ = std::min(deadline_, worker_.deadline(worker_.limits_.linger));
  }

  void close() {
    if (std::exchange(is_closed_, true)) return;
    Error ignored;
    socket_.close(ignored);
    worker_.forget(place_);
  }

 private:
  template <class Use>
  void with_stream(Use&& use) {
    if (tls_) {
      use(*tls_);
    } else {
      use(socket_);
    }
  }

  void read(std::size_t size) {
    const auto space = buffer_.prepare(std::min(size, buffer_.max_size() - buffer_.size()));
    with_stream([&](auto& stream) {
      stream.async_read_some(space,
                             [self = shared_from_this()](const Error& error, std::size_t count) {
                               self->on_read(error, count);
                             });
    });
  }

  void on_read(const Error& error, std::size_t count) {
    if (is_closed_) return;
    if (error) return close();
    buffer_.commit(count);
    if (!std::exchange(has_first_byte_, true) && worker_.hooks_.tls && first_byte() == 0x16) {
      return begin_tls();
    }
    received_ += count;
    proceed_or_close();
  }

  [[nodiscard]] std::string_view received() const {
    return {static_cast<const char*>(buffer_.data().data()), buffer_.size()};
  }
  [[nodiscard]] unsigned char first_byte() const {
    return static_cast<unsigned char>(received().front());
  }

  /// AWS's endpoints know by the port; here the first byte tells: 0x16 begins a TLS handshake and
  /// no HTTP method.
  void begin_tls() {
    ssl_ctx_st* context = worker_.hooks_.tls();
    if (context == nullptr) return close();
    SSL_CTX_up_ref(context);
    tls_context_.emplace(context);
    tls_.emplace(socket_, *tls_context_);
    tls_->async_handshake(asio::ssl::stream_base::server, buffer_.data(),
                          [self = shared_from_this()](const Error& error, std::size_t taken) {
                            self->on_handshake(error, taken);
                          });
  }

  void on_handshake(const Error& error, std::size_t taken) {
    if (is_closed_) return;
    if (error) return close();
    buffer_.consume(taken);
    deadline_ = worker_.deadline(worker_.limits_.header);
    read(kFirstRead);
  }

  /// A request for which there is no memory ends its own connection and nobody else's.
  void proceed_or_close() {
    try {
      proceed();
    } catch (const std::exception&) {
      close();
    }
  }

  /// Answers every request that is complete, then writes, or reads on.
  void proceed() {
    bool waits_for_body = false;
    while (!closes_after_write_ && !is_deferred_ && buffer_.size() > 0) {
      const bool had_begun = parser_.has_begun();
      if (!had_begun && begins_dax(received())) {
        refuse_dax();
        break;
      }
      const bool had_header = parser_.has_header();
      buffer_.consume(parser_.feed(received()));
      if (parser_.has_failed()) {
        refuse();
        break;
      }
      note_progress(had_begun, had_header);
      if (!parser_.is_done()) {
        if (!had_header && parser_.has_header() && parser_.expects_continue() &&
            buffer_.size() == 0 && !parser_.is_http_1_0()) {
          out_ += "HTTP/1.1 100 Continue\r\n\r\n";
        }
        waits_for_body = parser_.has_header();
        break;
      }
      answer();
      if (streamed_ || out_.size() >= kBatch) break;
    }
    if (!out_.empty()) return write();
    if (is_deferred_) return;
    read(waits_for_body ? kNextRead : kFirstRead);
  }

  /// A header must be complete in time however many pieces it comes in; a body may take long, but
  /// must come on.
  void note_progress(bool had_begun, bool had_header) {
    if (!had_begun) {
      deadline_ = worker_.deadline(worker_.limits_.header);
      received_ = 0;
    }
    const bool gets_body = parser_.has_header();
    if (gets_body && (!had_header || received_ >= worker_.limits_.progress_bytes)) {
      deadline_ = worker_.deadline(worker_.limits_.progress);
      received_ = 0;
    }
  }

  void answer() {
    protocols::HttpRequest& request = parser_.request();
    request.is_tls = tls_.has_value();
    method_ = request.method;
    if (worker_.hooks_.takes_long(request)) return answer_later(request);
    protocols::HttpResponse response;
    if (auto unsaved = worker_.hooks_.answer(request, response)) {
      is_deferred_ = true;
      deadline_ = kNever;
      worker_.send_when_saved(shared_from_this(), std::move(unsaved), std::move(response));
      return;
    }
    append_answer(response);
  }

  void append_answer(protocols::HttpResponse& response) {
    Persistence persistence = Persistence::close;
    if (parser_.keeps_alive()) {
      persistence = parser_.is_http_1_0() ? Persistence::keep_alive_1_0 : Persistence::keep_alive;
    }
    append(method_, response, persistence);
    parser_.reset();
  }

  /// Nothing is read meanwhile, so answers stay in the order of their requests.
  void answer_later(const protocols::HttpRequest& request) {
    is_deferred_ = true;
    deadline_ = kNever;
    auto done = [self = shared_from_this()](protocols::HttpResponse response) {
      asio::post(self->worker_.context_,
                 [self, response = std::move(response)]() mutable { self->on_answered(response); });
    };
    worker_.hooks_.answer_later(request, std::move(done));
  }

  void on_answered(protocols::HttpResponse& response) {
    if (is_closed_) return;
    if (is_writing_) {  // what lies in out_ must stay where it is
      answered_ = std::move(response);
      return;
    }
    is_deferred_ = false;
    append_answer(response);
    proceed_or_close();
  }

  /// Nothing that follows on this connection can be trusted to begin a request.
  void refuse() {
    protocols::HttpResponse response;
    worker_.hooks_.refuse(parser_.request(), parser_.refusal(), response);
    append(parser_.request().method, response, Persistence::close);
    drains_ = true;
  }

  void refuse_dax() {
    append_dax_refusal(out_);
    closes_after_write_ = true;
    drains_ = true;
  }

  void append(std::string_view method, protocols::HttpResponse& response, Persistence persistence) {
    append_head(out_, method, response, persistence);
    closes_after_write_ = persistence == Persistence::close || worker_.is_stopping_;
    if (!has_content(method, response.status)) return;
    if (response.content().size() < kCopyBelow) {
      out_ += response.content();
      return;
    }
    streamed_ =
        response.streamed ? std::move(*response.streamed) : api::Body(std::move(response.body));
  }

  void write() {
    is_writing_ = true;
    deadline_ = worker_.deadline(worker_.limits_.progress);
    written_ = 0;
    // Each step that moved enough bytes earns the client more time for the next.
    const auto watch = [this](const Error& error, std::size_t total) -> std::size_t {
      if (error) return 0;
      if (total - written_ >= worker_.limits_.progress_bytes) {
        written_ = total;
        if (!worker_.is_stopping_) deadline_ = worker_.deadline(worker_.limits_.progress);
      }
      return kNextRead;
    };
    const std::string_view body = streamed_ ? streamed_->view() : std::string_view();
    const std::array<asio::const_buffer, 2> parts{asio::buffer(out_),
                                                  asio::buffer(body.data(), body.size())};
    with_stream([&](auto& stream) {
      asio::async_write(
          stream, parts, watch,
          [self = shared_from_this()](const Error& error, std::size_t) { self->on_write(error); });
    });
  }

  void on_write(const Error& error) {
    is_writing_ = false;
    if (is_closed_) return;
    if (error) return close();
    out_.clear();
    if (out_.capacity() > 2 * kBatch) out_.shrink_to_fit();
    streamed_.reset();
    if (closes_after_write_) return part();
    if (is_deferred_) {
      deadline_ = kNever;
      if (auto answered = std::exchange(answered_, std::nullopt)) on_answered(*answered);
      return;
    }
    if (!parser_.has_begun()) {
      deadline_ = worker_.deadline(worker_.limits_.idle);
      worker_.touch(place_);
      if (buffer_.size() == 0 && buffer_.capacity() > kNextRead) buffer_.shrink_to_fit();
    }
    received_ = 0;
    proceed_or_close();
  }

  /// Says goodbye, so that the client reads the last answer and then the end.
  void part() {
    deadline_ = worker_.deadline(worker_.limits_.linger);
    if (tls_) {
      tls_->async_shutdown([self = shared_from_this()](const Error&) { self->close(); });
      return;
    }
    Error error;
    socket_.shutdown(tcp::socket::shutdown_send, error);
    if (error || !drains_) return close();
    buffer_.clear();
    drain();
  }

  void drain() {
    socket_.async_read_some(buffer_.prepare(kNextRead),
                            [self = shared_from_this()](const Error& error, std::size_t count) {
                              if (self->is_closed_) return;
                              self->drained_ += count;
                              if (error || self->drained_ > kDrain) return self->close();
                              self->drain();
                            });
  }

  Impl& worker_;
  tcp::socket socket_;
  std::optional<asio::ssl::context> tls_context_;
  std::optional<asio::ssl::stream<tcp::socket&>> tls_;
  Sessions::iterator place_;
  boost::beast::flat_buffer buffer_;
  HttpParser parser_;
  std::string out_;                    // heads and small bodies, in the order of the requests
  std::optional<api::Body> streamed_;  // the body of the last of them, when it is large
  std::uint64_t deadline_ = 0;
  std::size_t received_ = 0;  // since the deadline was set
  std::size_t written_ = 0;
  std::size_t drained_ = 0;
  bool has_first_byte_ = false;
  std::string method_;  // of the request that is being answered
  bool is_deferred_ = false;
  std::optional<protocols::HttpResponse> answered_;  // it came while earlier ones were written
  bool is_writing_ = false;
  bool closes_after_write_ = false;
  bool drains_ = false;
  bool is_closed_ = false;
};

void Worker::Impl::adopt(int socket) {
  asio::post(context_,
             [this, passenger = Passenger(socket)]() mutable { begin(passenger.leave()); });
}

void Worker::Impl::begin(int socket) {
  Error error;
  tcp::socket connected(context_);
  connected.assign(tcp::v4(), socket, error);
  if (error || is_stopping_) return;
  connected.set_option(tcp::no_delay(true), error);
  if (sessions_.size() >= limits_.connections) sessions_.front()->close();
  sessions_.push_back(std::make_shared<Session>(*this, std::move(connected)));
  const auto place = std::prev(sessions_.end());
  (*place)->start(place);
  if (!std::exchange(is_ticking_, true)) tick();
}

void Worker::Impl::listen(int socket, std::function<void(int)> on_accept) {
  on_accept_ = std::move(on_accept);
  acceptor_.emplace(context_, tcp::v4(), socket);
  accept();
}

void Worker::Impl::accept() {
  acceptor_->async_accept([this](const Error& error, tcp::socket socket) {
    if (is_stopping_) return;
    if (!error) {
      Error ignored;
      on_accept_(socket.release(ignored));
      return accept();
    }
    // Out of descriptors: whoever has been quiet longest makes room, and the client waits a little.
    if (!sessions_.empty()) sessions_.front()->close();
    retry_.expires_after(interval_);
    retry_.async_wait([this](const Error& cancelled) {
      if (!cancelled && !is_stopping_) accept();
    });
  });
}

void Worker::Impl::tick() {
  timer_.expires_after(interval_);
  timer_.async_wait([this](const Error& error) {
    is_ticking_ = false;
    if (error) return;
    ++tick_;
    for_each_session([this](Session& session) {
      if (session.is_late(tick_)) session.close();
    });
    if (sessions_.empty()) return;
    is_ticking_ = true;
    tick();
  });
}

void Worker::Impl::send_when_saved(std::shared_ptr<Session> session, ConnectionHooks::Unsaved cloud,
                                   protocols::HttpResponse response) {
  // Behind what else is ready to be answered now.
  if (unsaved_.empty()) asio::post(context_, [this] { save(); });
  unsaved_.push_back({std::move(session), std::move(cloud), std::move(response)});
}

void Worker::Impl::save() {
  while (!is_saving_ && !unsaved_.empty()) {
    const auto cloud = unsaved_.front().cloud;
    const auto others = std::ranges::stable_partition(
        unsaved_, [&](const UnsavedAnswer& answer) { return answer.cloud == cloud; });
    auto answers = std::make_shared<Unsaved>(std::make_move_iterator(unsaved_.begin()),
                                             std::make_move_iterator(others.begin()));
    unsaved_.erase(unsaved_.begin(), others.begin());
    // A client that is alone waits less when no other thread has to be woken.
    if (answers->size() > 1 && save_aside(cloud, answers)) return;
    send_saved(*answers, hooks_.save(*cloud));
  }
}

bool Worker::Impl::save_aside(const ConnectionHooks::Unsaved& cloud,
                              const std::shared_ptr<Unsaved>& answers) {
  // The answers come back as they went: no other thread may be the last to hold a session.
  const auto come_back = [this, answers](Outcome<void> saved) mutable {
    asio::post(context_, [this, answers = std::move(answers), saved = std::move(saved)] {
      is_saving_ = false;
      send_saved(*answers, saved);
      save();
    });
  };
  is_saving_ = hooks_.save_aside && hooks_.save_aside(cloud, come_back);
  return is_saving_;
}

void Worker::Impl::send_saved(Unsaved& answers, const Outcome<void>& saved) {
  for (auto& [session, cloud, response] : answers) session->on_saved(saved, response);
}

void Worker::Impl::stop() {
  asio::post(context_, [this] {
    save();
    is_stopping_ = true;
    guard_.reset();
    Error ignored;
    if (acceptor_) acceptor_->close(ignored);
    retry_.cancel();
    for_each_session([](Session& session) { session.wind_up(); });
    if (sessions_.empty()) timer_.cancel();
  });
}

Worker::Worker(ConnectionLimits limits, ConnectionHooks hooks)
    : impl_(std::make_unique<Impl>(limits, std::move(hooks))) {}
Worker::~Worker() = default;
void Worker::run() { impl_->run(); }
void Worker::adopt(int socket) { impl_->adopt(socket); }
void Worker::listen(int socket, std::function<void(int)> on_accept) {
  impl_->listen(socket, std::move(on_accept));
}
void Worker::stop() { impl_->stop(); }

}  // namespace fallstreak::front
