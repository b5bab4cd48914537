#include "dataplane/live/flow_session.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <utility>

namespace fallstreak::dataplane::live {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t kFlowPiece = std::size_t{64} * 1024;

}  // namespace

FlowSession::FlowSession(SessionHost& host, tcp::socket socket, Session::Entry entry,
                         std::shared_ptr<TlsServer> tls)
    : host_(host),
      client_(std::move(socket)),
      target_(host.context()),
      entry_(std::move(entry)),
      tls_(std::move(tls)),
      tab_{host.book(), {entry_.load_balancer_arn, entry_.zone, {}}} {}

void FlowSession::start() {
  Error error;
  const auto client = client_.socket().remote_endpoint(error);
  const auto local = client_.socket().local_endpoint(error);
  if (error) return close();
  flow_ = {.client_address = client.address().to_string(),
           .client_port = client.port(),
           .address = local.address().to_string(),
           .sequence = host_.draw()};
  touch();
  log_.created = host_.now();
  if (!tls_) return choose();
  client_.handshake(tls_->context(), asio::ssl::stream_base::server,
                    [self = shared_from_this()](const Error& failed) {
                      if (self->phase_ != Phase::handshake) return;
                      if (failed) {
                        self->tab_.count(Counted::client_tls_error);
                        return self->close();
                      }
                      self->on_encrypted();
                    });
}

void FlowSession::on_encrypted() {
  Handshake agreed = tls_->handshake_of(client_.ssl());
  log_.encrypted = host_.now();
  log_.tls_version = std::move(agreed.version);
  log_.tls_cipher = std::move(agreed.cipher);
  log_.certificate_arn = std::move(agreed.certificate_arn);
  log_.domain_name = std::move(agreed.server_name);
  choose();
}

void FlowSession::choose() {
  phase_ = Phase::connecting;
  host_.refresh();
  if (phase_ != Phase::connecting) return;
  const auto& view = host_.view();
  const auto load_balancer = view.load_balancers.find(entry_.load_balancer_arn);
  if (load_balancer == view.load_balancers.end()) return reset();
  const auto listener = load_balancer->second.listeners.find(entry_.listener_arn);
  if (listener == load_balancer->second.listeners.end()) return reset();
  ++host_.counters(entry_.load_balancer_arn).connections;
  flow_.port = listener->second.port;
  idle_timeout_ =
      listener->second.idle_timeout.value_or(load_balancer->second.settings.idle_timeout);

  const auto decision = alb::decide(listener->second.rules, {}, host_.draw());
  const auto* to = std::get_if<alb::ForwardTo>(&decision.outcome);
  const auto group =
      to == nullptr ? view.target_groups.end() : view.target_groups.find(to->target_group_arn);
  if (group == view.target_groups.end()) return reset();
  const auto cross_zone = alb::cross_zone_of(load_balancer->second, group->second);
  const auto zones = nlb::zones_in_dns(load_balancer->second.zones, group->second, cross_zone,
                                       load_balancer->second.shifted_zone);
  const auto& zone = zones[entry_.turn % zones.size()];
  const auto [target, fails_open] = nlb::choose_target(
      group->second, cross_zone, zone, nlb::flow_hash(flow_, group->second.affinity));
  // AWS: without a target, and where nothing listens for one, the client's connection is reset.
  if (target == nullptr || !target->endpoint) return reset();
  target_group_arn_ = group->first;
  target_id_ = target->id;
  tab_.place.zone = zone;
  active_ = OpenInBook(tab_, tls_ ? Counted::active_flow_tls : Counted::active_flow_tcp);
  if (fails_open) tab_.count(Counted::unhealthy_routing_flow);
  if (group->second.sends_proxy_header) header_ = nlb::proxy_header(flow_);
  if (alb::is_reached(*target, zone)) {
    return connect({*target->endpoint, group->second.protocol == "TLS"});
  }
  // What is dropped on the way nobody answers: the connection is not established.
  deadline_ = host_.deadline(host_.connect_timeout());
}

void FlowSession::connect(const TargetAddress& address) {
  deadline_ = host_.deadline(host_.connect_timeout());
  is_encrypted_target_ = address.is_encrypted;
  Error error;
  const auto host = asio::ip::make_address(address.endpoint.address, error);
  if (error) return reset();
  target_.socket().async_connect(
      {host, address.endpoint.port}, [self = shared_from_this()](const Error& failed) {
        if (self->phase_ != Phase::connecting) return;
        // AWS: a TCP connection is not terminated, so that the reset is the target's.
        if (failed) return self->reset(self->tls_ ? Counted::elb_reset : Counted::target_reset);
        Error ignored;
        self->target_.socket().set_option(tcp::no_delay(true), ignored);
        if (!self->is_encrypted_target_) return self->open();
        self->phase_ = Phase::encrypting;
        self->target_.handshake(self->host_.target_tls(), asio::ssl::stream_base::client,
                                [self](const Error& refused) {
                                  if (self->phase_ != Phase::encrypting) return;
                                  if (refused) {
                                    self->tab_.count(Counted::target_tls_error);
                                    return self->reset();
                                  }
                                  self->open();
                                });
      });
}

void FlowSession::open() {
  phase_ = Phase::open;
  tab_.count(tls_ ? Counted::new_flow_tls : Counted::new_flow_tcp);
  touch();
  up_ = {.from = &client_, .to = &target_, .piece = std::vector<char>(kFlowPiece)};
  down_ = {.from = &target_, .to = &client_, .piece = std::vector<char>(kFlowPiece)};
  read(down_);
  if (header_.empty()) return read(up_);
  target_.write(asio::buffer(header_),
                [self = shared_from_this()](const Error& error, std::size_t) {
                  if (self->phase_ != Phase::open) return;
                  if (error) return self->reset(Counted::target_reset);
                  self->read(self->up_);
                });
}

void FlowSession::read(Pipe& pipe) {
  pipe.from->read_some(asio::buffer(pipe.piece),
                       [self = shared_from_this(), &pipe](const Error& error, std::size_t count) {
                         if (self->phase_ == Phase::open) self->on_bytes(pipe, error, count);
                       });
}

void FlowSession::on_bytes(Pipe& pipe, const Error& error, std::size_t count) {
  if (error == asio::error::eof) return on_end(pipe);
  const bool is_of_client = pipe.from == &client_;
  if (error) return reset(is_of_client ? Counted::client_reset : Counted::target_reset);
  if (is_forgotten_) return reset();
  touch();
  (&pipe == &up_ ? log_.received_bytes : log_.sent_bytes) += count;
  pipe.to->write(
      asio::buffer(pipe.piece.data(), count),
      [self = shared_from_this(), &pipe, is_of_client](const Error& failed, std::size_t) {
        if (self->phase_ != Phase::open) return;
        if (failed) {
          return self->reset(is_of_client ? Counted::target_reset : Counted::client_reset);
        }
        self->touch();
        self->read(pipe);
      });
}

/// One side sends no more; the other may go on.
void FlowSession::on_end(Pipe& pipe) {
  if (is_forgotten_) return reset();
  pipe.has_ended = true;
  if (up_.has_ended && down_.has_ended) return close();
  pipe.to->say_goodbye([self = shared_from_this()](const Error&) { self->close(); });
}

void FlowSession::reset(Counted whose) {
  if (phase_ == Phase::closed) return;
  tab_.count(whose);
  ++host_.counters(entry_.load_balancer_arn).resets;
  for (Stream* const stream : {&client_, &target_}) {
    Error ignored;
    stream->socket().set_option(asio::socket_base::linger(true, 0), ignored);
  }
  close();
}

void FlowSession::close() {
  if (std::exchange(phase_, Phase::closed) == Phase::closed) return;
  write_log();
  active_ = {};
  client_.close();
  target_.close();
  host_.forget(*this);
}

void FlowSession::write_log() {
  const auto& balancers = host_.view().load_balancers;
  const auto found = balancers.find(entry_.load_balancer_arn);
  if (!tls_ || found == balancers.end() || !found->second.access_logs.is_enabled) return;
  constexpr std::string_view kLoadBalancer = ":loadbalancer/";
  const std::string& arn = entry_.load_balancer_arn;
  const auto listener = found->second.listeners.find(entry_.listener_arn);
  const std::int32_t port =
      listener == found->second.listeners.end() ? flow_.port : listener->second.port;
  log_.ended = host_.now();
  log_.load_balancer = arn.substr(arn.find(kLoadBalancer) + kLoadBalancer.size());
  log_.listener = entry_.listener_arn.substr(entry_.listener_arn.rfind('/') + 1);
  log_.client = flow_.client_address + ":" + std::to_string(flow_.client_port);
  log_.destination = flow_.address + ":" + std::to_string(port);
  host_.log(arn, found->second.access_logs, log_.ended, nlb::access_log_line(log_));
}

void FlowSession::on_tick(std::uint64_t tick) {
  if (tick < deadline_ || phase_ == Phase::closed) return;
  if (phase_ != Phase::open) return reset();
  if (!std::exchange(is_forgotten_, true)) ++host_.counters(entry_.load_balancer_arn).forgotten;
}

void FlowSession::on_view_changed() {
  if (target_id_.empty() || phase_ == Phase::closed) return;
  const auto& view = host_.view();
  const auto balancer = view.load_balancers.find(entry_.load_balancer_arn);
  if (balancer == view.load_balancers.end()) return reset();
  const auto group = view.target_groups.find(target_group_arn_);
  if (group == view.target_groups.end()) return;
  const auto target = std::ranges::find(group->second.targets, target_id_, &alb::LiveTarget::id);
  const bool has_left = target == group->second.targets.end();
  // AWS: connections to a target that has left go on, unless the group ends them with the delay.
  if (has_left && group->second.ends_with_delay) return reset();
  if (has_left || target->state != alb::TargetState::unhealthy) return;
  // AWS: connections to a target that fails its checks are ended by default; not where the group
  // has failed open, which sends new ones to it.
  const bool has_healthy = std::ranges::any_of(group->second.targets, [](const auto& one) {
    return one.state == alb::TargetState::healthy;
  });
  if (group->second.ends_with_health && has_healthy) reset();
}

}  // namespace fallstreak::dataplane::live
