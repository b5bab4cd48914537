#include "dataplane/live/oidc_exchange.h"
#include "dataplane/live/session.h"
#include "dataplane/live/signing_key.h"

/// The part of a session that has users sign in.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
namespace fallstreak::dataplane::live {
namespace {

/// AWS: a login that takes longer is answered 401.
constexpr std::chrono::minutes kLoginTime{15};
/// Both endpoints of a provider have 5 seconds; who has not answered by then is given up.
constexpr std::chrono::seconds kExchange{15};

std::string field(std::string_view name, std::string_view value) {
  return std::string(name) + ": " + std::string(value) + "\r\n";
}

std::string cookies_of(const alb::RequestHead& request) {
  const auto* cookies = alb::find_field(request.fields, "cookie");
  return cookies == nullptr ? "" : std::string(cookies->value);
}

}  // namespace

std::optional<alb::OidcSession> Session::signed_in_as(const alb::OidcConfig& config) const {
  // AWS: who cannot be refreshed signs in again.
  if (refresh_ == Refresh::failed) return std::nullopt;
  if (refresh_ == Refresh::done) return refreshed_;
  return alb::read_session(config, cookies_of(request_), now_, host_.cookie_key());
}

/// AWS: "the load balancer refreshes the user session each time the access token expires", until
/// the session times out or the provider refuses.
void Session::refresh(const alb::OidcConfig& config, const alb::OidcSession& session) {
  phase_ = Phase::authenticating;
  deadline_ = host_.deadline(kExchange);
  refresh_user(host_.context(), config, session.refresh_token,
               [self = shared_from_this(), config, until = session.until](OidcAnswer answer) {
                 if (self->phase_ == Phase::authenticating) {
                   self->on_refreshed(config, until, std::move(answer));
                 }
               });
}

void Session::on_refreshed(const alb::OidcConfig& config, Time until, OidcAnswer answer) {
  now_ = host_.refresh();
  if (phase_ != Phase::authenticating) return;
  touch();
  refresh_ = Refresh::failed;
  if (answer.status == 0) {
    // AWS: the session ends when it would have ended.
    refreshed_ = std::move(answer.session);
    refreshed_.until = until;
    if (answer.token_life) refreshed_.token_until = now_ + *answer.token_life;
    session_cookies_ = alb::session_cookies(config, refreshed_, now_, host_.cookie_key());
    if (!session_cookies_.empty() && until > now_) refresh_ = Refresh::done;
    if (refresh_ == Refresh::done) count(Counted::auth_refresh_token_success);
  }
  decide();
}

bool Session::sign_in(const alb::OidcConfig& config, const std::string& rule_arn,
                      const alb::RequestFacts& facts) {
  identity_.emplace();
  log_action("authenticate");
  const auto session = signed_in_as(config);
  if (session && session->needs_refresh(now_)) {
    refresh(config, *session);
    return false;
  }
  if (session) {
    const SigningKey& key = host_.signing_key();
    const std::string token =
        alb::identity_token(config, *session, entry_.load_balancer_arn, key.id(), now_);
    *identity_ = field("X-Amzn-Oidc-Accesstoken", session->access_token) +
                 field("X-Amzn-Oidc-Identity", session->subject) +
                 field("X-Amzn-Oidc-Data", token + "." + key.sign(token));
    return true;
  }
  const std::string otherwise = config.OnUnauthenticatedRequest.value_or("authenticate");
  if (otherwise == "allow") return true;
  // AWS: 401 also without a host, to which the provider could send the user back.
  if (otherwise == "deny" || facts.host.empty()) {
    answer_own(401);
    return false;
  }
  alb::OidcLogin login{.until = now_ + kLoginTime,
                       .rule_arn = rule_arn,
                       .nonce = std::to_string(host_.draw()) + std::to_string(host_.draw()),
                       .url = "https://" + facts.host + facts.path};
  if (!facts.query.empty()) login.url += "?" + facts.query;
  const std::string location =
      alb::authorization_url(config, facts.host, alb::state_of(login, host_.cookie_key()));
  const std::string nonce = alb::nonce_cookie(login.nonce, now_);
  answer_rule({.status = 302, .location = location, .cookies = {&nonce, 1}});
  return false;
}

void Session::take_callback(const alb::RuleSet& rules, const alb::RequestFacts& facts) {
  log_action("authenticate");
  // AWS: 401 when "the IdP denied access", 561 when it "returned an error code".
  if (const auto error = alb::query_parameter(facts.query, "error")) {
    const bool is_denied = *error == "access_denied";
    count(is_denied ? Counted::auth_failure : Counted::auth_error);
    return answer_own(is_denied ? 401 : 561);
  }
  const auto code = alb::query_parameter(facts.query, "code");
  const auto state = alb::query_parameter(facts.query, "state");
  const auto login = state ? alb::read_state(*state, host_.cookie_key()) : std::nullopt;
  const std::string cookies = cookies_of(request_);
  const auto nonce = alb::read_nonce(cookies);
  const bool is_of_this_browser = login && nonce == login->nonce;
  const auto* config = login ? alb::authentication_of(rules, login->rule_arn) : nullptr;
  if (!code || !is_of_this_browser || login->until <= now_ || config == nullptr) {
    count(Counted::auth_error);
    return answer_own(401);
  }
  phase_ = Phase::authenticating;
  asked_ = host_.now();
  deadline_ = host_.deadline(kExchange);
  ask_provider(host_.context(), *config, facts.host, *code,
               [self = shared_from_this(), config = *config, url = login->url](OidcAnswer answer) {
                 if (self->phase_ == Phase::authenticating) {
                   self->on_signed_in(config, url, std::move(answer));
                 }
               });
}

void Session::on_signed_in(const alb::OidcConfig& config, const std::string& url,
                           OidcAnswer answer) {
  now_ = host_.refresh();
  if (phase_ != Phase::authenticating) return;
  touch();
  const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(now_ - asked_);
  tab_.book->write(tab_.place, [&](TrafficCounts& counts) {
    ++counts.auth_latencies[static_cast<double>(taken.count())];
  });
  if (answer.status != 0) {
    count(answer.status == 401 ? Counted::auth_failure : Counted::auth_error);
    return answer_own(answer.status);
  }
  answer.session.until = now_ + std::chrono::seconds(config.SessionTimeout.value_or(604800));
  if (answer.token_life) answer.session.token_until = now_ + *answer.token_life;
  const auto cookies = alb::session_cookies(config, answer.session, now_, host_.cookie_key());
  // AWS: 401 when the claims are larger than the cookies can hold.
  if (cookies.empty()) {
    count(Counted::auth_user_claims_size_exceeded);
    return answer_own(401);
  }
  count(Counted::auth_success);
  answer_rule({.status = 302, .location = url, .cookies = cookies});
}

}  // namespace fallstreak::dataplane::live
