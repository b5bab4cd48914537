#include "dataplane/live/oidc_exchange.h"
#include "dataplane/live/session.h"

/// The part of a session that validates tokens of clients.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-verify-jwt.html
namespace fallstreak::dataplane::live {
namespace {

/// An endpoint has 5 seconds; who has not answered by then is given up.
constexpr std::chrono::seconds kKeyExchange{10};
/// Chosen: how long keys are good, and how soon a token with an unknown one has them fetched again.
constexpr std::chrono::minutes kKeyLife{15};
constexpr std::chrono::minutes kKeyPause{1};

/// The token of `Authorization: Bearer ...`; empty when there is none.
std::string bearer_of(const alb::RequestHead& request) {
  constexpr std::string_view kScheme = "bearer ";
  const auto* field = alb::find_field(request.fields, "authorization");
  if (field == nullptr || field->value.size() <= kScheme.size()) return {};
  if (!alb::is_same_name(field->value.substr(0, kScheme.size()), kScheme)) return {};
  return std::string(field->value.substr(kScheme.size()));
}

}  // namespace

bool Session::validate(const TokenConfig& config) {
  log_action("jwt-validation");
  const std::string token = bearer_of(request_);
  // Chosen: 401 for whatever is wrong with a token; AWS says that the request is rejected.
  if (token.empty()) {
    answer_own(401);
    return false;
  }
  const auto& known = host_.token_keys();
  const auto found = known.find(*config.JwksEndpoint);
  const bool is_known = found != known.end() && now_ - found->second.fetched < kKeyLife;
  const auto verdict =
      is_known ? judge_token(token, found->second.keys, config, now_) : TokenVerdict::unknown_key;
  if (verdict == TokenVerdict::valid) return true;
  const bool is_fresh = is_known && now_ - found->second.fetched < kKeyPause;
  if (verdict == TokenVerdict::invalid || is_fresh || asked_for_keys_) {
    answer_own(401);
    return false;
  }
  asked_for_keys_ = true;
  phase_ = Phase::authenticating;
  deadline_ = host_.deadline(kKeyExchange);
  fetch(host_.context(), *config.JwksEndpoint,
        [self = shared_from_this(),
         endpoint = *config.JwksEndpoint](const std::optional<std::string>& document) {
          if (self->phase_ == Phase::authenticating) self->on_keys(endpoint, document);
        });
  return false;
}

void Session::on_keys(const std::string& endpoint, const std::optional<std::string>& document) {
  now_ = host_.refresh();
  if (phase_ != Phase::authenticating) return;
  touch();
  auto keys = document ? read_token_keys(*document) : std::nullopt;
  // AWS: with more than it takes, no request goes to a target. Chosen: 500, as where users sign in.
  if (!keys) return answer_own(500);
  host_.token_keys()[endpoint] = {.keys = std::move(*keys), .fetched = now_};
  decide();
}

}  // namespace fallstreak::dataplane::live
