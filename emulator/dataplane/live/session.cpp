#include "dataplane/live/session.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <utility>

#include "base/check.h"
#include "dataplane/alb/http2_message.h"
#include "dataplane/live/http2_session.h"

namespace fallstreak::dataplane::live {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t kPiece = std::size_t{16} * 1024;
/// How long a client may take to close behind the last answer.
constexpr std::chrono::seconds kLinger{2};
/// A head may be this large, and what follows it may have come with it.
constexpr std::size_t kMostFromClient = alb::kLargestRequestHead + 2 * kPiece;

}  // namespace

Session::Session(SessionHost& host, tcp::socket socket, Entry entry, std::shared_ptr<TlsServer> tls)
    : host_(host),
      stream_(std::make_unique<Stream>(std::move(socket))),
      entry_(std::move(entry)),
      tls_(std::move(tls)),
      client_{.is_encrypted = tls_ != nullptr},
      tab_{host.book(), {entry_.load_balancer_arn, entry_.zone, {}}},
      piece_(kPiece) {}

Session::Session(SessionHost& host, std::shared_ptr<StreamPipe> pipe, Entry entry, Client client)
    : host_(host),
      stream_(std::make_unique<Stream>(host.context(), std::move(pipe))),
      entry_(std::move(entry)),
      client_(std::move(client)),
      tab_{host.book(), {entry_.load_balancer_arn, entry_.zone, {}}},
      piece_(kPiece) {}

void Session::start() {
  const auto& balancers = host_.view().load_balancers;
  const auto load_balancer = balancers.find(entry_.load_balancer_arn);
  if (load_balancer == balancers.end()) return close();
  idle_timeout_ = load_balancer->second.settings.idle_timeout;
  if (client_.speaks_http2) return begin_next();
  Error error;
  const auto client = stream_->socket().remote_endpoint(error);
  if (error) return close();
  client_.hop.client_address = client.address().to_string();
  client_.hop.client_port = client.port();
  client_.connected = host_.now();
  count(Counted::new_client_connection);
  client_.connection = std::make_shared<OpenInBook>(tab_, Counted::active_client_connection);
  client_.connection_id = "TID_" + alb::hexadecimal(host_.draw(), 16);
  if (!tls_) return begin_next();
  phase_ = Phase::handshake;
  touch();
  stream_->handshake(tls_->context(), asio::ssl::stream_base::server,
                     [self = shared_from_this()](const Error& failed) {
                       if (self->phase_ != Phase::handshake) return;
                       if (failed) {
                         self->count(Counted::client_tls_error);
                         return self->close();
                       }
                       self->on_encrypted();
                     });
}

void Session::on_encrypted() {
  SSL* const ssl = stream_->ssl();
  Handshake agreed = tls_->handshake_of(ssl);
  client_.hop.tls_version = std::move(agreed.version);
  client_.hop.tls_cipher = std::move(agreed.cipher);
  client_.hop.asks_certificate = agreed.asks_certificate;
  client_.hop.certificate = std::move(agreed.client_certificate);
  client_.server_name = std::move(agreed.server_name);
  client_.certificate_arn = std::move(agreed.certificate_arn);
  if (!TlsServer::has_chosen_http2(ssl)) return begin_next();
  client_.speaks_http2 = true;
  auto session =
      std::make_shared<Http2Session>(host_, std::move(stream_), entry_, client_, idle_timeout_);
  host_.keep(session);
  close();
  session->start();
}

// ----------------------------------------------------------------------------------------- client

std::string_view Session::unread() const { return std::string_view(in_).substr(in_at_); }

void Session::consume(std::size_t count) {
  in_at_ += count;
  if (in_at_ == in_.size()) {
    in_.clear();
    in_at_ = 0;
  } else if (in_at_ > kMostWaiting) {
    in_.erase(0, in_at_);
    in_at_ = 0;
  }
}

void Session::touch() { deadline_ = host_.deadline(idle_timeout_); }

void Session::read_client() {
  const bool is_full = unread().size() >= kMostFromClient;
  if (phase_ == Phase::closed || is_reading_ || is_full) return;
  is_reading_ = true;
  stream_->read_some(asio::buffer(piece_),
                     [self = shared_from_this()](const Error& error, std::size_t count) {
                       self->is_reading_ = false;
                       self->on_client_bytes(error, count);
                     });
}

void Session::on_client_bytes(const Error& error, std::size_t count) {
  if (phase_ == Phase::closed) return;
  if (error == asio::error::eof && phase_ == Phase::answering) {
    // A client that sends no more may still read.
    parts_ = true;
    return;
  }
  if (error) return on_client_gone();
  if (phase_ == Phase::leaving) return read_client();
  in_.append(piece_.data(), count);
  count_bytes(count);
  touch();
  proceed();
  read_client();
}

/// AWS: 460 when the client closed the connection before the target had answered.
void Session::on_client_gone() {
  if (is_asked()) {
    ++host_.counters(entry_.load_balancer_arn).own_answers[460];
    count_own(460);
    if (log_) log_->status = 460;
  }
  // What a tunnel or an answer still has for the client goes nowhere.
  close();
}

void Session::proceed() {
  switch (phase_) {
    case Phase::head:
      return read_head();
    case Phase::waiting:
    case Phase::responding:
    case Phase::tunnel:
      return pump_up();
    case Phase::handshake:
    case Phase::connecting:
    case Phase::encrypting:
    case Phase::authenticating:
    case Phase::answering:
    case Phase::leaving:
    case Phase::closed:
      return;
  }
}

void Session::read_head() {
  // RFC 9112: an empty line in front of a request is overlooked.
  while (unread().starts_with("\r\n")) consume(2);
  const std::string_view bytes = unread();
  if (bytes.empty()) return;
  const auto size = alb::head_size(bytes, scanned_);
  request_ = {};
  if (size && *size <= alb::kLargestRequestHead) {
    head_text_ = bytes.substr(0, *size);
    consume(*size);
    return handle_request();
  }
  const bool is_line_long =
      bytes.size() > alb::kLongestLine &&
      bytes.substr(0, alb::kLongestLine).find("\r\n") == std::string_view::npos;
  if (is_line_long || size || bytes.size() > alb::kLargestRequestHead) {
    parts_ = true;
    request_body_ = alb::BodyReader();
    now_ = host_.refresh();
    if (phase_ == Phase::head) answer_own(is_line_long ? 414 : 400);
  }
}

// ---------------------------------------------------------------------------------------- decision

int Session::refusal(const alb::LoadBalancerView& load_balancer) const {
  const auto& settings = load_balancer.settings;
  if (alb::is_blocked(request_.danger, settings.mitigation)) return 400;
  // AWS: TRACE is not supported.
  if (request_.method == "TRACE") return 405;
  return alb::has_too_many_addresses(request_.fields, settings) ? 463 : 0;
}

alb::RequestFacts Session::facts(const alb::ListenerView& listener) const {
  alb::RequestFacts facts{.method = std::string(request_.method),
                          .protocol = listener.protocol,
                          .port = listener.port,
                          .now = now_};
  std::string_view target = request_.target;
  if (const auto scheme = target.find("://"); !target.starts_with('/') && scheme != target.npos) {
    const auto slash = target.find('/', scheme + 3);
    target = slash == target.npos ? "/" : target.substr(slash);
  }
  const auto question = std::min(target.find('?'), target.size());
  facts.path = target.substr(0, question);
  facts.query = target.substr(std::min(question + 1, target.size()));
  for (const auto& field : request_.fields) {
    if (alb::is_same_name(field.name, "host")) facts.host = field.value;
    facts.headers.push_back({std::string(field.name), std::string(field.value)});
  }
  if (const auto source = IpAddress::parse(client_.hop.client_address)) facts.source = *source;
  return facts;
}

void Session::handle_request() {
  now_ = host_.refresh();
  scanned_ = 0;
  const auto& view = host_.view();
  const auto load_balancer = view.load_balancers.find(entry_.load_balancer_arn);
  if (load_balancer == view.load_balancers.end()) return close();
  const auto listener = load_balancer->second.listeners.find(entry_.listener_arn);
  if (listener == load_balancer->second.listeners.end()) return close();
  ++host_.counters(entry_.load_balancer_arn).requests;
  const auto& settings = load_balancer->second.settings;
  idle_timeout_ = settings.idle_timeout;
  // Its protocol may have changed meanwhile: the client is to come again.
  if (listener->second.tls.has_value() != client_.is_encrypted) return close();
  client_.hop.protocol = listener->second.protocol;
  client_.hop.port = listener->second.port;

  begin_log(load_balancer->second);
  int status = alb::read_request(head_text_, request_);
  log_request();
  if (request_.danger != alb::Danger::compliant) count(Counted::noncompliant_request);
  if (client_.hop.is_ipv6()) count(Counted::ipv6_request);
  if (status == 0) status = refusal(load_balancer->second);
  if (status == 400 || status == 414) parts_ = true;
  request_body_ = alb::BodyReader(request_.body);
  // AWS: a connection that is too old gets one more answer.
  const bool is_old = !client_.speaks_http2 && alb::is_too_old(client_.connected, now_, settings);
  ends_after_request_ = is_old || alb::ends_connections(request_.danger, settings.mitigation);
  refresh_ = Refresh::none;
  asked_for_keys_ = false;
  session_cookies_.clear();
  if (status != 0) return answer_own(status);
  decide();
}

const alb::HeaderChanges& Session::header_changes() const {
  const auto& balancers = host_.view().load_balancers;
  const auto load_balancer = balancers.find(entry_.load_balancer_arn);
  if (load_balancer == balancers.end()) return alb::no_changes();
  const auto listener = load_balancer->second.listeners.find(entry_.listener_arn);
  if (listener == load_balancer->second.listeners.end()) return alb::no_changes();
  return listener->second.header_changes;
}

void Session::decide() {
  const auto& view = host_.view();
  const auto load_balancer = view.load_balancers.find(entry_.load_balancer_arn);
  if (load_balancer == view.load_balancers.end()) return close();
  const auto listener = load_balancer->second.listeners.find(entry_.listener_arn);
  if (listener == load_balancer->second.listeners.end()) return close();
  const std::uint64_t draw = host_.draw();
  const auto& rules = listener->second.rules;
  const alb::RequestFacts asked = facts(listener->second);
  if (rules.authenticates() && asked.path == alb::kCallbackPath) {
    return take_callback(rules, asked);
  }
  const auto decision = alb::decide(rules, asked, draw);
  // Whose user or token had to be asked for comes here twice.
  if (refresh_ == Refresh::none && !asked_for_keys_) {
    const auto processed = alb::rules_processed(rules, decision.rule_arn);
    // AWS: capacity units have the first 10 of each request free.
    count(Counted::rule_evaluation, processed);
    count(Counted::free_rule_evaluation, std::min<std::uint64_t>(processed, 10));
  }
  if (log_) log_->rule_priority = alb::priority_of(rules, decision.rule_arn);
  identity_.reset();
  const auto* authentication = alb::authentication_of(rules, decision.rule_arn);
  if (authentication != nullptr && !sign_in(*authentication, decision.rule_arn, asked)) return;
  const auto* validation = alb::validation_of(rules, decision.rule_arn);
  if (validation != nullptr && !validate(*validation)) return;
  if (const auto* to = std::get_if<alb::ForwardTo>(&decision.outcome)) {
    log_action("forward");
    const auto* transforms = alb::transforms_of(rules, decision.rule_arn);
    if (transforms != nullptr && !rewrite(*transforms)) return answer_own(500);
    return forward(load_balancer->second, *to, draw);
  }
  if (const auto* redirect = std::get_if<alb::RedirectTo>(&decision.outcome)) {
    log_action("redirect");
    count(Counted::redirect);
    if (log_) log_->redirect_url = redirect->location;
    return answer_rule(
        {.status = redirect->status, .location = redirect->location, .cookies = session_cookies_});
  }
  const auto& fixed = std::get<alb::FixedResponse>(decision.outcome);
  log_action("fixed-response");
  count(Counted::fixed_response);
  answer_rule({.status = fixed.status,
               .content_type = fixed.content_type,
               .body = fixed.body,
               .cookies = session_cookies_});
}

/// False when the request cannot be what the rule makes of it.
bool Session::rewrite(const alb::Transforms& transforms) {
  auto url = transforms.url(request_.target);
  if (!url) return false;
  rewritten_target_ = std::move(*url);
  request_.target = rewritten_target_;
  for (auto& field : request_.fields) {
    if (!alb::is_same_name(field.name, "host")) continue;
    auto host = transforms.host(field.value);
    if (!host) return false;
    rewritten_host_ = std::move(*host);
    field.value = rewritten_host_;
  }
  return true;
}

bool Session::is_grpc() const { return client_.speaks_http2 && alb::is_grpc(request_.fields); }

/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
int Session::misfit(alb::ProtocolVersion version) const {
  using enum alb::ProtocolVersion;
  const bool fits = version == http1   ? !is_grpc()
                    : version == http2 ? client_.speaks_http2
                                       : client_.speaks_http2 && request_.method == "POST";
  return fits ? 0 : 464;
}

void Session::forward(const alb::LoadBalancerView& load_balancer, const alb::ForwardTo& to,
                      std::uint64_t draw) {
  const auto& groups = host_.view().target_groups;
  const auto group = groups.find(to.target_group_arn);
  // AWS: 503 when no target is registered.
  if (group == groups.end()) return answer_own(503);
  if (const int status = misfit(group->second.version); status != 0) return answer_own(status);
  const auto* cookies = alb::find_field(request_.fields, "cookie");
  const auto choice = host_.nodes().choose(group->second, entry_.zone,
                                           cookies != nullptr ? cookies->value : "", now_, draw);
  const auto* const target = choice.target;
  if (target == nullptr) return answer_own(503);
  group_tab_ = tab_.of_group(to.target_group_arn);
  count_chosen(group->second, choice, load_balancer.settings);
  // Chosen: a target that nothing listens for is one that refuses connections. AWS: 502.
  if (!target->endpoint) {
    host_.nodes().note(to.target_group_arn, target->id, alb::RequestOutcome::failed);
    group_tab_.count(Counted::target_connection_error);
    return answer_own(502);
  }
  target_group_arn_ = to.target_group_arn;
  group_stickiness_ = to.group_stickiness;
  target_id_ = target->id;
  const auto index = static_cast<std::size_t>(target - group->second.targets.data());
  target_name_ = group->second.target_names[index];
  stickiness_ = group->second.stickiness;
  host_.nodes().begin(target_group_arn_, target_id_);
  const auto* given = alb::find_field(request_.fields, "x-amzn-trace-id");
  const std::string trace = alb::trace_id(given != nullptr ? given->value : "", now_, host_.draw());
  if (log_) {
    log_->target = target->endpoint->address + ":" + std::to_string(target->endpoint->port);
    log_->target_group_arn = target_group_arn_;
    log_->trace_id = trace;
  }
  up_ = alb::head_for_target(request_, client_.hop, load_balancer.settings, trace,
                             identity_ ? &*identity_ : nullptr, header_changes());
  const TargetAddress address{*target->endpoint, group->second.protocol == "HTTPS",
                              group->second.version != alb::ProtocolVersion::http1};
  if (alb::is_reached(*target, entry_.zone)) return connect(address);
  // AWS: 504 when the connection is not established in time: nobody answers what is dropped.
  target_ = host_.links().make(address);
  phase_ = Phase::connecting;
  deadline_ = host_.deadline(host_.connect_timeout());
}

// ----------------------------------------------------------------------------------------- answers

alb::Parting Session::parting() const {
  const bool ends = parts_ || ends_after_request_ || !request_.keeps_alive;
  return ends ? alb::Parting::close : alb::Parting::keep;
}

void Session::answer_own(int status) {
  ++host_.counters(entry_.load_balancer_arn).own_answers[status];
  count_own(status);
  if (log_) log_->status = status;
  consume(request_body_.take(unread()));
  parts_ = parts_ || !request_body_.is_done() || !request_.keeps_alive;
  answer(alb::own_answer(status, request_.method, parting(), now_, header_changes()));
}

void Session::answer_rule(const alb::RuleAnswer& rule) {
  ++host_.counters(entry_.load_balancer_arn).own_answers[rule.status];
  count_own(rule.status);
  if (log_) log_->status = rule.status;
  consume(request_body_.take(unread()));
  parts_ = parts_ || !request_body_.is_done() || !request_.keeps_alive;
  answer(alb::rule_answer(rule, request_.method, parting(), now_, header_changes()));
}

void Session::answer(std::string text) {
  phase_ = Phase::answering;
  down_ += text;
  write_client();
}

void Session::fail(int status) {
  const bool is_silent = is_asked();
  if (target_ && status >= 500) {
    host_.nodes().note(target_group_arn_, target_id_, alb::RequestOutcome::failed);
  }
  leave_target(Reuse::no);
  up_.clear();
  from_target_.clear();
  if (!is_silent) return close();
  answer_own(status);
}

/// Says goodbye, and waits for the client's: what it still sends would reset the connection, and
/// with it the answer.
void Session::part() {
  write_log();
  leave_target(Reuse::no);
  phase_ = Phase::leaving;
  in_.clear();
  in_at_ = 0;
  deadline_ = host_.deadline(kLinger);
  stream_->say_goodbye([self = shared_from_this()](const Error&) { self->close(); });
  if (!stream_->is_encrypted()) read_client();
}

void Session::close() {
  if (std::exchange(phase_, Phase::closed) == Phase::closed) return;
  write_log();
  leave_target(Reuse::no);
  client_.connection.reset();
  if (stream_) stream_->close();
  host_.forget(*this);
}

// -------------------------------------------------------------------------------------------- time

void Session::on_tick(std::uint64_t tick) {
  if (tick < deadline_ || phase_ == Phase::closed) return;
  switch (phase_) {
    case Phase::head:
      if (unread().empty()) return close();
      break;
    case Phase::connecting:
      group_tab_.count(Counted::target_connection_error);
      return fail(504);
    case Phase::encrypting:
      group_tab_.count(Counted::target_tls_error);
      return fail(502);
    case Phase::authenticating:
      return answer_own(500);
    case Phase::waiting:
      // AWS: 504 when the target did not answer in time; 408 when it is the client who sent
      // nothing.
      if (request_body_.is_done()) return fail(504);
      parts_ = true;
      return fail(408);
    case Phase::responding:
    case Phase::answering:
    case Phase::tunnel:
    case Phase::leaving:
    case Phase::handshake:
    case Phase::closed:
      return close();
  }
  // AWS: 408 when the client did not send the request before the idle timeout was over.
  parts_ = true;
  request_ = {};
  now_ = host_.refresh();
  touch();
  if (phase_ == Phase::head) answer_own(408);
}

void Session::on_view_changed() {
  const auto& view = host_.view();
  const auto load_balancer = view.load_balancers.find(entry_.load_balancer_arn);
  const bool is_served = load_balancer != view.load_balancers.end() &&
                         load_balancer->second.listeners.contains(entry_.listener_arn);
  if (!is_served && phase_ == Phase::head) return close();
  if (!target_) return;
  // AWS: a request that is still in progress when the deregistration delay is over fails.
  const auto group = view.target_groups.find(target_group_arn_);
  if (group != view.target_groups.end()) {
    for (const auto& target : group->second.targets) {
      if (target.id == target_id_) return;
    }
  }
  fail(502);
}

}  // namespace fallstreak::dataplane::live
