#include "dataplane/live/session.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "base/check.h"

namespace fallstreak::dataplane::live {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t kPiece = std::size_t{16} * 1024;
/// How much lies here of what one side sent and the other has not taken.
constexpr std::size_t kMostWaiting = std::size_t{128} * 1024;
/// How long a client may take to close behind the last answer.
constexpr std::chrono::seconds kLinger{2};
/// A head may be this large, and what follows it may have come with it.
constexpr std::size_t kMostFromClient = alb::kLargestRequestHead + 2 * kPiece;

}  // namespace

Session::Session(SessionHost& host, tcp::socket socket, Entry entry)
    : host_(host), socket_(std::move(socket)), entry_(std::move(entry)), piece_(kPiece) {}

void Session::start() {
  Error error;
  const auto client = socket_.remote_endpoint(error);
  if (error) return close();
  hop_.client_address = client.address().to_string();
  hop_.client_port = client.port();
  const auto& balancers = host_.view().load_balancers;
  const auto load_balancer = balancers.find(entry_.load_balancer_arn);
  if (load_balancer == balancers.end()) return close();
  idle_timeout_ = load_balancer->second.settings.idle_timeout;
  begin_next();
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
  socket_.async_read_some(asio::buffer(piece_),
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
  touch();
  proceed();
  read_client();
}

/// AWS: 460 when the client closed the connection before the target had answered.
void Session::on_client_gone() {
  const bool is_asked = phase_ == Phase::connecting || phase_ == Phase::waiting;
  if (is_asked) ++host_.counters(entry_.load_balancer_arn).own_answers[460];
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
    case Phase::connecting:
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
  alb::RequestFacts facts{
      .method = std::string(request_.method), .protocol = listener.protocol, .port = listener.port};
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
  if (const auto source = IpAddress::parse(hop_.client_address)) facts.source = *source;
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
  hop_.protocol = listener->second.protocol;
  hop_.port = listener->second.port;

  int status = alb::read_request(head_text_, request_);
  if (status == 0) status = refusal(load_balancer->second);
  if (status == 400 || status == 414) parts_ = true;
  request_body_ = alb::BodyReader(request_.body);
  ends_after_request_ = alb::ends_connections(request_.danger, settings.mitigation);
  if (status != 0) return answer_own(status);

  const std::uint64_t draw = host_.draw();
  const auto decision = alb::decide(listener->second.rules, facts(listener->second), draw);
  if (const auto* to = std::get_if<alb::ForwardTo>(&decision.outcome)) {
    return forward(load_balancer->second, to->target_group_arn, draw);
  }
  if (const auto* redirect = std::get_if<alb::RedirectTo>(&decision.outcome)) {
    return answer_rule({.status = redirect->status, .location = redirect->location});
  }
  const auto& fixed = std::get<alb::FixedResponse>(decision.outcome);
  answer_rule({.status = fixed.status, .content_type = fixed.content_type, .body = fixed.body});
}

void Session::forward(const alb::LoadBalancerView& load_balancer,
                      const std::string& target_group_arn, std::uint64_t draw) {
  const auto& groups = host_.view().target_groups;
  const auto group = groups.find(target_group_arn);
  // AWS: 503 when no target is registered.
  if (group == groups.end()) return answer_own(503);
  const auto* cookies = alb::find_field(request_.fields, "cookie");
  const auto* target = host_.nodes().choose(group->second, entry_.zone,
                                            cookies != nullptr ? cookies->value : "", now_, draw);
  if (target == nullptr) return answer_own(503);
  // Chosen: a target that nothing listens for is one that refuses connections. AWS: 502.
  if (!target->endpoint) return answer_own(502);
  target_group_arn_ = target_group_arn;
  target_id_ = target->id;
  const auto index = static_cast<std::size_t>(target - group->second.targets.data());
  target_name_ = group->second.target_names[index];
  stickiness_ = group->second.stickiness;
  host_.nodes().begin(target_group_arn_, target_id_);
  const auto* given = alb::find_field(request_.fields, "x-amzn-trace-id");
  const std::string trace = alb::trace_id(given != nullptr ? given->value : "", now_, host_.draw());
  up_ = alb::head_for_target(request_, hop_, load_balancer.settings, trace);
  connect(*target->endpoint);
}

void Session::connect(const alb::Endpoint& endpoint) {
  target_ = host_.links().take(endpoint);
  if (target_) return begin_exchange();
  target_ = host_.links().make(endpoint);
  phase_ = Phase::connecting;
  deadline_ = host_.deadline(host_.connect_timeout());
  Error error;
  const auto address = asio::ip::make_address(endpoint.address, error);
  if (error) return fail(502);
  target_->socket.async_connect({address, endpoint.port},
                                [self = shared_from_this(), link = target_](const Error& failed) {
                                  if (self->target_ != link || self->phase_ != Phase::connecting)
                                    return;
                                  // AWS: 502 when the target refuses the connection.
                                  if (failed) return self->fail(502);
                                  Error ignored;
                                  link->socket.set_option(tcp::no_delay(true), ignored);
                                  self->begin_exchange();
                                });
}

void Session::begin_exchange() {
  phase_ = Phase::waiting;
  touch();
  pump_up();
  read_target();
}

// ------------------------------------------------------------------------------------------ target

void Session::pump_up() {
  if (phase_ == Phase::tunnel) {
    if (up_.size() < kMostWaiting) {
      up_ += unread();
      consume(unread().size());
    }
  } else if (!request_body_.is_done() && up_.size() < kMostWaiting) {
    const std::size_t count = request_body_.take(unread());
    if (request_body_.has_failed()) {
      parts_ = true;
      return fail(400);
    }
    up_ += unread().substr(0, count);
    consume(count);
  }
  write_target();
  read_client();
}

void Session::write_target() {
  if (!target_ || target_->is_writing || up_.empty()) return;
  target_->is_writing = true;
  target_->writing = std::exchange(up_, {});
  asio::async_write(target_->socket, asio::buffer(target_->writing),
                    [self = shared_from_this(), link = target_](const Error& error, std::size_t) {
                      link->is_writing = false;
                      if (self->target_ != link || self->phase_ == Phase::closed) return;
                      // A target may answer without reading everything: the answer counts.
                      if (error) {
                        self->is_target_reusable_ = false;
                        return;
                      }
                      self->touch();
                      self->pump_up();
                    });
}

void Session::read_target() {
  const bool is_exchanging =
      phase_ == Phase::waiting || phase_ == Phase::responding || phase_ == Phase::tunnel;
  if (!is_exchanging || !target_ || target_->is_reading || down_.size() >= kMostWaiting) return;
  target_->is_reading = true;
  target_->socket.async_read_some(
      asio::buffer(target_->piece),
      [self = shared_from_this(), link = target_](const Error& error, std::size_t count) {
        link->is_reading = false;
        if (self->target_ == link) self->on_target_bytes(error, count);
      });
}

void Session::on_target_bytes(const Error& error, std::size_t count) {
  if (phase_ == Phase::closed) return;
  if (error) return on_target_end();
  touch();
  const auto link = target_;
  const std::string_view bytes(link->piece.data(), count);
  if (phase_ == Phase::waiting) {
    from_target_ += bytes;
    read_response_head();
  } else if (phase_ == Phase::tunnel) {
    down_ += bytes;
    write_client();
  } else {
    take_response_body(bytes);
  }
  const bool expects_more = phase_ == Phase::waiting || !response_body_.is_done();
  if (target_ == link && expects_more) read_target();
}

void Session::on_target_end() {
  // AWS: 502 when the target closed the connection, or reset it, before it had answered.
  if (phase_ == Phase::waiting) return fail(502);
  const bool is_whole = response_body_.is_done() || ends_with_target_;
  leave_target(Reuse::no);
  if (!is_whole) return close();
  parts_ = true;
  response_body_ = alb::BodyReader();
  write_client();
}

void Session::read_response_head() {
  while (phase_ == Phase::waiting) {
    const auto size = alb::head_size(from_target_, response_scanned_);
    // AWS: 502 when the response's head has more than 32 K.
    if (size.value_or(from_target_.size()) > alb::kLargestResponseHead) return fail(502);
    if (!size) return;
    const std::string text = from_target_.substr(0, *size);
    from_target_.erase(0, *size);
    response_scanned_ = 0;
    pass_response_head(text);
  }
}

void Session::pass_response_head(std::string_view text) {
  alb::ResponseHead head;
  // AWS: 502 when the target's response is malformed.
  if (!alb::read_response(text, request_.method, head)) return fail(502);
  const bool is_interim = head.status < 200 && head.status != 101;
  if (head.status == 101 && request_.upgrade.empty()) return fail(502);
  if (is_interim) {
    if (!request_.is_http_1_0)
      down_ += alb::head_for_client(head, request_, alb::Parting::keep, {});
    return write_client();
  }
  ++host_.counters(entry_.load_balancer_arn).target_answers[head.status / 100];
  std::vector<std::string> set_by_target;
  for (const auto& field : head.fields) {
    if (alb::is_same_name(field.name, "set-cookie")) set_by_target.emplace_back(field.value);
  }
  const auto cookies = alb::cookies_to_set(stickiness_, target_name_, now_, set_by_target);
  ends_with_target_ = head.body.kind == alb::Framing::Kind::until_close;
  const bool loses_chunks = request_.is_http_1_0 && head.body.kind == alb::Framing::Kind::chunked;
  ends_after_request_ = ends_after_request_ || ends_with_target_ || loses_chunks;
  response_body_ = alb::BodyReader(head.body);
  is_target_reusable_ = head.keeps_alive;
  if (head.status == 101) {
    phase_ = Phase::tunnel;
    down_ += alb::head_for_client(head, request_, alb::Parting::keep, cookies);
    down_ += std::exchange(from_target_, {});
    response_body_ = alb::BodyReader({.kind = alb::Framing::Kind::until_close});
    ends_with_target_ = true;
    pump_up();
    return write_client();
  }
  phase_ = Phase::responding;
  down_ += alb::head_for_client(head, request_, parting(), cookies);
  take_response_body(std::exchange(from_target_, {}));
}

void Session::take_response_body(std::string_view bytes) {
  const bool without_chunks = request_.is_http_1_0;
  std::string content;
  const std::size_t count = response_body_.take(bytes, without_chunks ? &content : nullptr);
  if (response_body_.has_failed()) return close();
  down_ += without_chunks ? std::string_view(content) : bytes.substr(0, count);
  // What follows the response was not asked for.
  if (count < bytes.size()) is_target_reusable_ = false;
  write_client();
}

void Session::write_client() {
  if (is_writing_ || phase_ == Phase::closed) return;
  if (down_.empty()) return on_client_written({});
  is_writing_ = true;
  down_writing_ = std::exchange(down_, {});
  asio::async_write(socket_, asio::buffer(down_writing_),
                    [self = shared_from_this()](const Error& error, std::size_t) {
                      self->is_writing_ = false;
                      self->on_client_written(error);
                    });
}

void Session::on_client_written(const Error& error) {
  if (phase_ == Phase::closed) return;
  if (error) return on_client_gone();
  touch();
  if (!down_.empty()) return write_client();
  if (phase_ == Phase::answering) return parts_ ? part() : begin_next();
  const bool is_over = response_body_.is_done() &&
                       (phase_ == Phase::responding || (phase_ == Phase::tunnel && parts_));
  if (is_over) return finish_exchange();
  read_target();
}

/// The response is with the client.
void Session::finish_exchange() {
  const bool is_whole = request_body_.is_done() && up_.empty();
  const bool can_follow = is_whole && !ends_after_request_;
  leave_target(can_follow && is_target_reusable_ ? Reuse::yes : Reuse::no);
  if (parts_ || !can_follow || parting() == alb::Parting::close) return part();
  begin_next();
}

void Session::leave_target(Reuse reuse) {
  if (!target_) return;
  host_.nodes().end(target_group_arn_, target_id_);
  const bool is_idle = !target_->is_reading && !target_->is_writing;
  if (reuse == Reuse::yes && is_idle) {
    host_.links().give_back(std::move(target_), host_.deadline(idle_timeout_));
  } else {
    Error ignored;
    target_->socket.close(ignored);
  }
  target_.reset();
}

void Session::begin_next() {
  phase_ = Phase::head;
  scanned_ = 0;
  up_.clear();
  from_target_.clear();
  response_scanned_ = 0;
  response_body_ = alb::BodyReader();
  ends_after_request_ = false;
  ends_with_target_ = false;
  touch();
  read_head();
  read_client();
}

// ----------------------------------------------------------------------------------------- answers

alb::Parting Session::parting() const {
  const bool ends = parts_ || ends_after_request_ || !request_.keeps_alive;
  return ends ? alb::Parting::close : alb::Parting::keep;
}

void Session::answer_own(int status) {
  ++host_.counters(entry_.load_balancer_arn).own_answers[status];
  consume(request_body_.take(unread()));
  parts_ = parts_ || !request_body_.is_done() || !request_.keeps_alive;
  answer(alb::own_answer(status, request_.method, parting(), now_));
}

void Session::answer_rule(const alb::RuleAnswer& rule) {
  ++host_.counters(entry_.load_balancer_arn).own_answers[rule.status];
  consume(request_body_.take(unread()));
  parts_ = parts_ || !request_body_.is_done() || !request_.keeps_alive;
  answer(alb::rule_answer(rule, request_.method, parting(), now_));
}

void Session::answer(std::string text) {
  phase_ = Phase::answering;
  down_ += text;
  write_client();
}

void Session::fail(int status) {
  const bool is_silent = phase_ == Phase::connecting || phase_ == Phase::waiting;
  leave_target(Reuse::no);
  up_.clear();
  from_target_.clear();
  if (!is_silent) return close();
  answer_own(status);
}

/// Says goodbye, and waits for the client's: what it still sends would reset the connection, and
/// with it the answer.
void Session::part() {
  leave_target(Reuse::no);
  Error ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  phase_ = Phase::leaving;
  in_.clear();
  in_at_ = 0;
  deadline_ = host_.deadline(kLinger);
  read_client();
}

void Session::close() {
  if (std::exchange(phase_, Phase::closed) == Phase::closed) return;
  leave_target(Reuse::no);
  Error ignored;
  socket_.close(ignored);
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
      return fail(504);
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
