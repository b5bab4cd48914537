#include "dataplane/live/session.h"

#include <boost/asio/buffer.hpp>
#include <utility>

/// The half of a session that faces the target: connecting, passing the request on, and its
/// response back.
namespace fallstreak::dataplane::live {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// AWS: the handshake with a target may take this long.
constexpr std::chrono::seconds kHandshake{10};

}  // namespace

void Session::connect(const TargetAddress& address) {
  if (address.speaks_http2) {
    target_ = host_.links().open(address, host_.http2_target_tls(), host_.deadline(idle_timeout_),
                                 group_tab_);
    return begin_exchange();
  }
  target_ = host_.links().take(address);
  if (target_) return begin_exchange();
  target_ = host_.links().make(address);
  phase_ = Phase::connecting;
  deadline_ = host_.deadline(host_.connect_timeout());
  Error error;
  const auto host = asio::ip::make_address(address.endpoint.address, error);
  if (error) return fail(502);
  target_->stream.socket().async_connect(
      {host, address.endpoint.port},
      [self = shared_from_this(), link = target_](const Error& failed) {
        if (self->target_ != link || self->phase_ != Phase::connecting) return;
        // AWS: 502 when the target refuses the connection.
        if (failed) {
          self->group_tab_.count(Counted::target_connection_error);
          return self->fail(502);
        }
        self->group_tab_.count(Counted::new_target_connection);
        link->connection = OpenInBook(self->group_tab_, Counted::active_target_connection);
        Error ignored;
        link->stream.socket().set_option(tcp::no_delay(true), ignored);
        if (!link->address.is_encrypted) return self->begin_exchange();
        self->encrypt_target();
      });
}

/// AWS: 502 when the handshake with the target fails, or takes more than 10 seconds.
void Session::encrypt_target() {
  deadline_ = host_.deadline(kHandshake);
  phase_ = Phase::encrypting;
  target_->stream.handshake(host_.target_tls(), asio::ssl::stream_base::client,
                            [self = shared_from_this(), link = target_](const Error& failed) {
                              if (self->target_ != link || self->phase_ != Phase::encrypting) {
                                return;
                              }
                              if (failed) {
                                self->group_tab_.count(Counted::target_tls_error);
                                return self->fail(502);
                              }
                              self->begin_exchange();
                            });
}

void Session::begin_exchange() {
  sent_ = host_.now();
  if (log_) log_->sent = sent_;
  phase_ = Phase::waiting;
  touch();
  pump_up();
  read_target();
}

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
    if (log_) log_->received_bytes += count;
    consume(count);
  }
  write_target();
  read_client();
}

void Session::write_target() {
  if (!target_ || target_->is_writing || up_.empty()) return;
  target_->is_writing = true;
  target_->writing = std::exchange(up_, {});
  target_->stream.write(asio::buffer(target_->writing), [self = shared_from_this(), link = target_](
                                                            const Error& error, std::size_t) {
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
  target_->stream.read_some(
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
  count_target_answer(head.status);
  host_.nodes().note(
      target_group_arn_, target_id_,
      head.status >= 500 ? alb::RequestOutcome::failed : alb::RequestOutcome::answered);
  if (log_) {
    log_->heard = host_.now();
    log_->status = log_->target_status = head.status;
  }
  std::vector<std::string> set_by_target;
  for (const auto& field : head.fields) {
    if (alb::is_same_name(field.name, "set-cookie")) set_by_target.emplace_back(field.value);
  }
  auto cookies = alb::cookies_to_set(stickiness_, target_name_, now_, set_by_target);
  cookies.insert(cookies.end(), session_cookies_.begin(), session_cookies_.end());
  if (group_stickiness_) {
    auto more = alb::group_cookies_to_set(target_group_arn_, *group_stickiness_, now_);
    cookies.insert(cookies.end(), more.begin(), more.end());
  }
  ends_with_target_ = head.body.kind == alb::Framing::Kind::until_close;
  const bool loses_chunks = request_.is_http_1_0 && head.body.kind == alb::Framing::Kind::chunked;
  ends_after_request_ = ends_after_request_ || ends_with_target_ || loses_chunks;
  response_body_ = alb::BodyReader(head.body);
  is_target_reusable_ = head.keeps_alive;
  if (head.status == 101) {
    phase_ = Phase::tunnel;
    down_ += alb::head_for_client(head, request_, alb::Parting::keep, cookies, header_changes());
    down_ += std::exchange(from_target_, {});
    response_body_ = alb::BodyReader({.kind = alb::Framing::Kind::until_close});
    ends_with_target_ = true;
    pump_up();
    return write_client();
  }
  phase_ = Phase::responding;
  down_ += alb::head_for_client(head, request_, parting(), cookies, header_changes());
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
  if (log_) log_->sent_bytes += down_writing_.size();
  count_bytes(down_writing_.size());
  stream_->write(asio::buffer(down_writing_),
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
  if (reuse == Reuse::yes && is_idle && !target_->address.speaks_http2) {
    host_.links().give_back(std::move(target_), host_.deadline(idle_timeout_));
  } else {
    target_->stream.close();
  }
  target_.reset();
}

void Session::begin_next() {
  write_log();
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

}  // namespace fallstreak::dataplane::live
