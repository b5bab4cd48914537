#include "dataplane/live/proxy.h"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <list>
#include <optional>
#include <thread>
#include <utility>

#include "dataplane/live/flow_session.h"
#include "dataplane/live/health_probes.h"
#include "dataplane/live/http2_session.h"
#include "dataplane/live/session.h"
#include "dataplane/live/signing_key.h"

namespace fallstreak::dataplane::live {
namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds kTick{100};
constexpr std::uint32_t kMostPorts = 1000;

/// A bijection whose bits all depend on all: the finaliser of SplitMix64.
std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

std::string text_of(const std::optional<ProbeResult>& result) {
  if (!result) return {};
  switch (result->kind) {
    case ProbeResult::Kind::answered:
      return std::to_string(result->grpc_status.value_or(result->status));
    case ProbeResult::Kind::refused:
      return "refused";
    case ProbeResult::Kind::timed_out:
      return "timed out";
  }
  return {};
}

}  // namespace

class Proxy::Impl final : public SessionHost {
 public:
  Impl(CloudHooks hooks, ProxyOptions options)
      : hooks_(std::move(hooks)),
        options_(options),
        cookie_key_(std::to_string(mixed(options.seed)) + std::to_string(mixed(~options.seed))),
        timer_(context_),
        links_(context_),
        logs_(hooks_.publish_log),
        probes_(context_, {&target_tls_, &http2_target_tls_}, board_),
        guard_(context_.get_executor()) {}

  void start() {
    touch();
    thread_ = std::thread([this] { context_.run(); });
  }
  void stop();
  void touch() {
    if (was_touched_.exchange(true)) return;
    asio::post(context_, [this] {
      was_touched_ = false;
      if (!is_stopping_) refresh();
    });
  }
  std::vector<Shown> show();
  [[nodiscard]] std::shared_ptr<const ProbeBoard> board() const { return board_; }
  const std::shared_ptr<TrafficBook>& book() override { return book_; }
  [[nodiscard]] ShownKey key() const { return {signing_key_.id(), signing_key_.public_pem()}; }

  Time refresh() override;
  const alb::View& view() override { return view_; }
  alb::Nodes& nodes() override { return nodes_; }
  TargetLinks& links() override { return links_; }
  Counters& counters(const std::string& arn) override { return counters_[arn]; }
  std::uint64_t draw() override { return mixed(options_.seed + ++draws_ * 0x9e3779b97f4a7c15ULL); }
  std::uint64_t deadline(std::chrono::milliseconds allowed) override {
    return tick_ + static_cast<std::uint64_t>(allowed / kTick) + 1;
  }
  std::chrono::milliseconds connect_timeout() override { return options_.connect_timeout; }
  asio::ssl::context& target_tls() override { return target_tls_; }
  asio::ssl::context& http2_target_tls() override { return http2_target_tls_; }
  Time now() override { return hooks_.now(); }
  void log(const std::string& arn, const alb::AccessLogSettings& settings, Time now,
           const std::string& line) override {
    ++counters_[arn].logged;
    logs_.add(arn, settings, now, line);
  }
  const std::string& cookie_key() override { return cookie_key_; }
  const SigningKey& signing_key() override { return signing_key_; }
  std::map<std::string, FetchedKeys>& token_keys() override { return token_keys_; }
  asio::io_context& context() override { return context_; }
  void keep(std::shared_ptr<Session> session) override {
    const auto* const key = session.get();
    sessions_.emplace(key, std::move(session));
  }
  void keep(std::shared_ptr<Http2Session> session) override {
    const auto* const key = session.get();
    http2_sessions_.emplace(key, std::move(session));
  }
  void forget(Http2Session& session) override { http2_sessions_.erase(&session); }
  void forget(Session& session) override { sessions_.erase(&session); }
  void forget(FlowSession& session) override { flows_.erase(&session); }

 private:
  /// Where clients of one family of addresses come in.
  struct Door {
    tcp::acceptor acceptor;
    bool is_accepting = false;
  };
  struct Listening {
    Session::Entry entry;  // of the next client, but for its zone
    Door ipv4, ipv6;
    std::uint16_t local_port = 0;  // of both
    std::uint64_t clients = 0;
    // What an encrypting listener serves with, and the view that it was made from.
    std::optional<alb::TlsView> tls_view;
    std::shared_ptr<TlsServer> tls;
  };

  void listen_as_the_view_says();
  static void close(Listening& listening);
  /// Where a listener listens on this machine.
  [[nodiscard]] std::optional<alb::Endpoint> endpoint_at(const alb::ListenerPlace& place) const;
  void place_load_balancers();
  void report_anomalies();
  /// What a health check of a target asks; empty when nobody listens.
  [[nodiscard]] std::optional<ProbeSubject> subject_of(const alb::TargetGroupView& group,
                                                       const alb::LiveTarget& target) const;
  void watch_targets();
  void open(const std::shared_ptr<Listening>& listening, Door Listening::*door,
            const asio::ip::address& address);
  /// Opens and closes doors.
  void set_doors(const std::shared_ptr<Listening>& listening,
                 const alb::LoadBalancerView& load_balancer, const alb::ListenerView& listener);
  void set_tls(Listening& listening, const alb::ListenerView& listener);
  /// At `port`, or where there is room when that is 0.
  bool bind(tcp::acceptor& acceptor, const asio::ip::address& address, std::uint16_t port);
  void accept(const std::shared_ptr<Listening>& listening, Door Listening::*door);
  void begin(Listening& listening, tcp::socket socket);
  void tick();
  /// `use` may close any session.
  template <class Use>
  void for_each_session(Use use) {
    const auto sessions = sessions_;
    for (const auto& [key, session] : sessions) use(*session);
    const auto shared = http2_sessions_;
    for (const auto& [key, session] : shared) use(*session);
    const auto flows = flows_;
    for (const auto& [key, flow] : flows) use(*flow);
  }
  [[nodiscard]] Shown shown(const alb::LoadBalancerView& load_balancer) const;

  const CloudHooks hooks_;
  const ProxyOptions options_;
  /// Of the seed, so that users stay signed in when the same cloud is served again.
  const std::string cookie_key_;
  const SigningKey signing_key_;
  asio::io_context context_{1};
  asio::steady_timer timer_;
  asio::ssl::context target_tls_ = context_for_targets();
  asio::ssl::context http2_target_tls_ = context_for_http2_targets();
  TargetLinks links_;
  LogBook logs_;
  const std::shared_ptr<TrafficBook> book_ = std::make_shared<TrafficBook>();
  const std::shared_ptr<ProbeBoard> board_ = std::make_shared<ProbeBoard>();
  HealthProbes probes_;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> guard_;
  std::thread thread_;
  std::atomic<bool> was_touched_{false};
  bool is_stopping_ = false;
  bool is_ticking_ = false;
  std::uint64_t tick_ = 0;
  std::uint64_t draws_ = 0;
  alb::View view_;
  alb::Nodes nodes_;
  std::map<std::string, FetchedKeys> token_keys_;
  std::map<std::string, Counters> counters_;                     // by load balancer
  std::map<std::string, std::shared_ptr<Listening>> listening_;  // by listener
  std::map<const Session*, std::shared_ptr<Session>> sessions_;
  std::map<const Http2Session*, std::shared_ptr<Http2Session>> http2_sessions_;
  std::map<const FlowSession*, std::shared_ptr<FlowSession>> flows_;
};

void Proxy::Impl::report_anomalies() {
  for (const auto& [arn, anomalies] : nodes_.take_anomaly_news()) {
    if (hooks_.report_anomalies) hooks_.report_anomalies(arn, anomalies);
  }
}

Time Proxy::Impl::refresh() {
  const Time now = hooks_.now();
  report_anomalies();
  if (!hooks_.refresh(view_)) return now;
  listen_as_the_view_says();
  place_load_balancers();
  watch_targets();
  for_each_session([](auto& session) { session.on_view_changed(); });
  std::erase_if(counters_,
                [&](const auto& row) { return !view_.load_balancers.contains(row.first); });
  book_->keep_only(view_.load_balancers);
  return now;
}

void Proxy::Impl::listen_as_the_view_says() {
  std::erase_if(listening_, [&](const auto& row) {
    const auto balancer = view_.load_balancers.find(row.second->entry.load_balancer_arn);
    bool stays = false;
    if (balancer != view_.load_balancers.end() && balancer->second.is_active) {
      const auto listener = balancer->second.listeners.find(row.first);
      stays = listener != balancer->second.listeners.end();
    }
    if (!stays) close(*row.second);
    return !stays;
  });
  for (const auto& [arn, load_balancer] : view_.load_balancers) {
    if (!load_balancer.is_active) continue;
    for (const auto& [listener_arn, listener] : load_balancer.listeners) {
      auto& listening = listening_[listener_arn];
      if (!listening) {
        listening = std::make_shared<Listening>(
            Listening{.entry = {.load_balancer_arn = arn, .listener_arn = listener_arn},
                      .ipv4 = {.acceptor = tcp::acceptor(context_)},
                      .ipv6 = {.acceptor = tcp::acceptor(context_)}});
      }
      set_doors(listening, load_balancer, listener);
      set_tls(*listening, listener);
    }
  }
}

void Proxy::Impl::close(Listening& listening) {
  for (Door* const door : {&listening.ipv4, &listening.ipv6}) {
    Error ignored;
    door->acceptor.close(ignored);
  }
}

void Proxy::Impl::set_doors(const std::shared_ptr<Listening>& listening,
                            const alb::LoadBalancerView& load_balancer,
                            const alb::ListenerView& listener) {
  // AWS: a security group that lets nobody in is silent. Chosen: here nothing listens, so that
  // clients are refused at once; connections that are open go on, as AWS tracks them.
  const bool has_ipv6 = load_balancer.is_dualstack && listener.is_admitted_by_ipv6;
  Error ignored;
  if (!listener.is_admitted) listening->ipv4.acceptor.close(ignored);
  if (!has_ipv6) listening->ipv6.acceptor.close(ignored);
  const bool is_closed = !listening->ipv4.acceptor.is_open() && !listening->ipv6.acceptor.is_open();
  // One that found no port is shown without any.
  if (is_closed) listening->local_port = 0;
  if (listener.is_admitted) {
    open(listening, &Listening::ipv4, asio::ip::address_v4::loopback());
  }
  if (has_ipv6) open(listening, &Listening::ipv6, asio::ip::address_v6::loopback());
}

std::optional<alb::Endpoint> Proxy::Impl::endpoint_at(const alb::ListenerPlace& place) const {
  const auto balancer = view_.load_balancers.find(place.load_balancer_arn);
  if (balancer == view_.load_balancers.end()) return std::nullopt;
  for (const auto& [arn, listener] : balancer->second.listeners) {
    const auto open = listening_.find(arn);
    const bool is_it = listener.port == place.port && open != listening_.end();
    if (!is_it || !open->second->ipv4.acceptor.is_open()) continue;
    return alb::Endpoint{"127.0.0.1", open->second->local_port};
  }
  return std::nullopt;
}

/// Targets that are load balancers themselves are where these listen now.
void Proxy::Impl::place_load_balancers() {
  ProbeBoard::Listeners listeners;
  for (auto& [arn, group] : view_.target_groups) {
    for (auto& target : group.targets) {
      if (!target.listener) continue;
      target.endpoint = endpoint_at(*target.listener);
      const auto subject = subject_of(group, target);
      if (!subject) continue;
      const auto& balancer = view_.load_balancers.at(target.listener->load_balancer_arn);
      const std::int32_t port = group.health_check.port.value_or(target.listener->port);
      listeners[{balancer.dns_name, port}] = subject->endpoint;
    }
  }
  board_->set_listeners(std::move(listeners));
}

std::optional<ProbeSubject> Proxy::Impl::subject_of(const alb::TargetGroupView& group,
                                                    const alb::LiveTarget& target) const {
  const auto& check = group.health_check;
  std::optional<alb::Endpoint> endpoint = target.endpoint;
  if (endpoint && check.port && !target.listener) endpoint->port = *check.port;
  if (check.port && target.listener) {
    endpoint = endpoint_at({target.listener->load_balancer_arn, std::int32_t(*check.port)});
  }
  if (!endpoint) return std::nullopt;
  return ProbeSubject{std::move(*endpoint), check.protocol, check.path, group.version};
}

/// A renewed certificate holds for the next connection.
void Proxy::Impl::set_tls(Listening& listening, const alb::ListenerView& listener) {
  if (listening.tls_view == listener.tls) return;
  listening.tls_view = listener.tls;
  listening.tls = listener.tls ? TlsServer::make(*listener.tls, hooks_.now) : nullptr;
}

/// AWS: targets are checked while their group is used by a load balancer.
void Proxy::Impl::watch_targets() {
  std::map<ProbeSubject, std::chrono::seconds> subjects;
  std::set<TargetAddress> served;
  for (const auto& [arn, load_balancer] : view_.load_balancers) {
    if (!load_balancer.is_active) continue;
    for (const auto& group_arn : load_balancer.target_group_arns) {
      const auto group = view_.target_groups.find(group_arn);
      if (group == view_.target_groups.end()) continue;
      for (const auto& target : group->second.targets) {
        if (!target.endpoint || target.state == alb::TargetState::draining) continue;
        if (auto subject = subject_of(group->second, target)) {
          subjects[std::move(*subject)] = group->second.health_check.timeout;
        }
        served.insert({*target.endpoint, group->second.protocol == "HTTPS",
                       group->second.version != alb::ProtocolVersion::http1});
      }
    }
  }
  probes_.watch(subjects);
  links_.keep_only(std::move(served));
}

bool Proxy::Impl::bind(tcp::acceptor& acceptor, const asio::ip::address& address,
                       std::uint16_t port) {
  const std::uint32_t first = port != 0 ? port : options_.first_port;
  const std::uint32_t most = port != 0 || first == 0 ? 1 : kMostPorts;
  for (std::uint32_t step = 0; step < most; ++step) {
    if (first + step > 65535) return false;
    const tcp::endpoint endpoint(address, static_cast<std::uint16_t>(first + step));
    Error error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error && address.is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (!error) return true;
    Error ignored;
    acceptor.close(ignored);
  }
  return false;
}

void Proxy::Impl::open(const std::shared_ptr<Listening>& listening, Door Listening::*door,
                       const asio::ip::address& address) {
  tcp::acceptor& acceptor = (*listening.*door).acceptor;
  if (acceptor.is_open() || !bind(acceptor, address, listening->local_port)) return;
  Error ignored;
  listening->local_port = acceptor.local_endpoint(ignored).port();
  accept(listening, door);
}

void Proxy::Impl::accept(const std::shared_ptr<Listening>& listening, Door Listening::*door) {
  Door& at = *listening.*door;
  if (at.is_accepting || !at.acceptor.is_open()) return;
  at.is_accepting = true;
  at.acceptor.async_accept([this, listening, door](const Error& error, tcp::socket socket) {
    Door& here = *listening.*door;
    here.is_accepting = false;
    if (is_stopping_ || !here.acceptor.is_open()) return;
    // Out of descriptors, say: the next tick tries again.
    if (!error) {
      begin(*listening, std::move(socket));
      accept(listening, door);
    } else if (!std::exchange(is_ticking_, true)) {
      tick();
    }
  });
}

void Proxy::Impl::begin(Listening& listening, tcp::socket socket) {
  // A handshake shows what is the certificate now; other connections look at their first request.
  if (listening.tls_view) refresh();
  if (listening.tls_view && !listening.tls) return;
  const auto balancer = view_.load_balancers.find(listening.entry.load_balancer_arn);
  if (balancer == view_.load_balancers.end() || balancer->second.zones.empty()) return;
  Error ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  // AWS: the name has an address in each zone, and clients go round them.
  Session::Entry entry = listening.entry;
  entry.turn = listening.clients++;
  const auto zones = alb::zones_in_dns(view_, balancer->second);
  entry.zone = zones[entry.turn % zones.size()];
  if (!std::exchange(is_ticking_, true)) tick();
  if (balancer->second.is_network) {
    const auto flow =
        std::make_shared<FlowSession>(*this, std::move(socket), std::move(entry), listening.tls);
    flows_.emplace(flow.get(), flow);
    return flow->start();
  }
  const auto session =
      std::make_shared<Session>(*this, std::move(socket), std::move(entry), listening.tls);
  keep(session);
  session->start();
}

void Proxy::Impl::tick() {
  timer_.expires_after(kTick);
  timer_.async_wait([this](const Error& error) {
    is_ticking_ = false;
    if (error || is_stopping_) return;
    ++tick_;
    for_each_session([this](auto& session) { session.on_tick(tick_); });
    links_.on_tick(tick_);
    report_anomalies();
    if (!logs_.empty()) logs_.turn_pages(hooks_.now());
    for (const auto& [arn, listening] : listening_) {
      accept(listening, &Listening::ipv4);
      accept(listening, &Listening::ipv6);
    }
    const bool has_clients = !sessions_.empty() || !http2_sessions_.empty() || !flows_.empty();
    if (!has_clients && links_.empty() && logs_.empty()) return;
    is_ticking_ = true;
    tick();
  });
}

Shown Proxy::Impl::shown(const alb::LoadBalancerView& load_balancer) const {
  Shown shown{.arn = load_balancer.arn,
              .name = load_balancer.name,
              .dns_name = load_balancer.dns_name,
              .is_active = load_balancer.is_active,
              .is_network = load_balancer.is_network};
  for (const auto& [arn, listener] : load_balancer.listeners) {
    ShownListener& one = shown.listeners.emplace_back(
        ShownListener{.arn = arn, .protocol = listener.protocol, .port = listener.port});
    const auto open = listening_.find(arn);
    if (open == listening_.end()) continue;
    const std::uint16_t port = open->second->local_port;
    if (open->second->ipv4.acceptor.is_open()) one.local_port = port;
    if (open->second->ipv6.acceptor.is_open()) one.local_ipv6_port = port;
  }
  for (const auto& arn : load_balancer.target_group_arns) {
    ShownGroup& group = shown.target_groups.emplace_back(ShownGroup{.arn = arn});
    const auto found = view_.target_groups.find(arn);
    if (found == view_.target_groups.end()) continue;
    for (const auto& target : found->second.targets) {
      auto& one = group.targets.emplace_back(
          ShownTarget{.id = target.id, .state = target.state, .endpoint = target.endpoint});
      const auto subject = subject_of(found->second, target);
      if (subject) one.last_check = text_of(board_->last(*subject));
    }
  }
  const auto counted = counters_.find(load_balancer.arn);
  if (counted != counters_.end()) shown.counters = counted->second;
  return shown;
}

std::vector<Shown> Proxy::Impl::show() {
  auto promise = std::make_shared<std::promise<std::vector<Shown>>>();
  auto answer = promise->get_future();
  asio::post(context_, [this, promise] {
    refresh();
    std::vector<Shown> all;
    for (const auto& [arn, load_balancer] : view_.load_balancers)
      all.push_back(shown(load_balancer));
    promise->set_value(std::move(all));
  });
  return answer.get();
}

void Proxy::Impl::stop() {
  if (!thread_.joinable()) return;
  asio::post(context_, [this] {
    is_stopping_ = true;
    guard_.reset();
    for (const auto& [arn, listening] : listening_) {
      close(*listening);
    }
    listening_.clear();
    for_each_session([](auto& session) { session.close(); });
    links_.clear();
    logs_.close();
    probes_.watch({});
    timer_.cancel();
  });
  thread_.join();
}

Proxy::Proxy(CloudHooks hooks, ProxyOptions options)
    : impl_(std::make_unique<Impl>(std::move(hooks), options)) {}
Proxy::~Proxy() { stop(); }
void Proxy::start() { impl_->start(); }
void Proxy::stop() { impl_->stop(); }
std::shared_ptr<const ProbeBoard> Proxy::board() const { return impl_->board(); }
std::shared_ptr<TrafficBook> Proxy::book() const { return impl_->book(); }
void Proxy::touch() { impl_->touch(); }
std::vector<Shown> Proxy::show() { return impl_->show(); }
ShownKey Proxy::key() const { return impl_->key(); }

}  // namespace fallstreak::dataplane::live
