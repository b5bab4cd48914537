#include "dataplane/alb/authentication.h"

#include <algorithm>
#include <charconv>

#include "base/checksum.h"
#include "base/encoding.h"
#include "base/json_text.h"
#include "dataplane/alb/cookies.h"

namespace fallstreak::dataplane::alb {
namespace {

constexpr std::size_t kLargestCookie = 4096;
constexpr std::size_t kMostCookies = 4;
constexpr std::string_view kNonceCookie = "AWSALBAuthNonce";
/// AWS: how long a token with a user's claims is valid.
constexpr std::chrono::seconds kTokenLife{120};

/// https://www.rfc-editor.org/rfc/rfc2104
std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::string inner(64, '\x36');
  std::string outer(64, '\x5c');
  for (std::size_t i = 0; i < std::min<std::size_t>(key.size(), 64); ++i) {
    inner[i] = static_cast<char>(inner[i] ^ key[i]);
    outer[i] = static_cast<char>(outer[i] ^ key[i]);
  }
  const auto digest = [](const std::string& bytes) {
    return checksum(ChecksumAlgorithm::sha256, bytes);
  };
  return digest(outer + digest(inner + std::string(text)));
}

/// Fields in one text, each with its length before it.
std::string packed(std::initializer_list<std::string_view> fields) {
  std::string text;
  for (const auto field : fields) text += std::to_string(field.size()) + ":" + std::string(field);
  return text;
}

std::optional<std::vector<std::string>> unpacked(std::string_view text, std::size_t count) {
  std::vector<std::string> fields;
  while (!text.empty()) {
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.starts_with(':') || text.size() - 1 < size) return std::nullopt;
    fields.emplace_back(text.substr(1, size));
    text.remove_prefix(1 + size);
  }
  if (fields.size() != count) return std::nullopt;
  return fields;
}

std::string text_of(Time time) { return std::to_string(to_nanoseconds(time)); }
Time time_of(const std::string& text) {
  std::int64_t nanoseconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), nanoseconds);
  return from_nanoseconds(nanoseconds);
}

std::string cookie_name(const OidcConfig& config, std::size_t part) {
  return config.SessionCookieName.value_or("AWSELBAuthSessionCookie") + "-" + std::to_string(part);
}

std::string cookie(std::string_view name, std::string_view value, Time until) {
  return std::string(name) + "=" + std::string(value) + "; Expires=" + to_http_date(until) +
         "; Path=/; Secure; HttpOnly";
}

}  // namespace

std::string base64_url(std::string_view bytes) {
  std::string text = to_base64(bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

std::optional<std::string> from_base64_url(std::string_view text) {
  std::string standard(text);
  std::ranges::replace(standard, '-', '+');
  std::ranges::replace(standard, '_', '/');
  while (standard.size() % 4 != 0) standard += '=';
  return from_base64(standard);
}

std::string seal(std::string_view text, std::string_view key) {
  return base64_url(hmac_sha256(key, text) + std::string(text));
}

std::optional<std::string> unseal(std::string_view sealed, std::string_view key) {
  constexpr std::size_t kDigest = 32;
  const auto plain = from_base64_url(sealed);
  if (!plain || plain->size() < kDigest) return std::nullopt;
  std::string text = plain->substr(kDigest);
  if (hmac_sha256(key, text) != plain->substr(0, kDigest)) return std::nullopt;
  return text;
}

std::string state_of(const OidcLogin& login, std::string_view key) {
  return seal(packed({text_of(login.until), login.rule_arn, login.nonce, login.url}), key);
}

std::optional<OidcLogin> read_state(std::string_view state, std::string_view key) {
  const auto text = unseal(state, key);
  const auto fields = text ? unpacked(*text, 4) : std::nullopt;
  if (!fields) return std::nullopt;
  return OidcLogin{time_of((*fields)[0]), (*fields)[1], (*fields)[2], (*fields)[3]};
}

std::string authorization_url(const OidcConfig& config, std::string_view host,
                              std::string_view state) {
  std::string url = *config.AuthorizationEndpoint;
  const auto add = [&](std::string_view name, std::string_view value) {
    url += url.find('?') == std::string::npos ? '?' : '&';
    url += std::string(name) + "=" + percent_encode(value);
  };
  add("client_id", *config.ClientId);
  add("redirect_uri", "https://" + std::string(host) + std::string(kCallbackPath));
  add("response_type", "code");
  add("scope", config.Scope.value_or("openid"));
  add("state", state);
  if (config.AuthenticationRequestExtraParams) {
    for (const auto& [name, value] : *config.AuthenticationRequestExtraParams) add(name, value);
  }
  return url;
}

std::string token_request(std::string_view host, std::string_view code) {
  return "grant_type=authorization_code&code=" + percent_encode(code) + "&redirect_uri=" +
         percent_encode("https://" + std::string(host) + std::string(kCallbackPath));
}

std::string refresh_request(std::string_view refresh_token) {
  return "grant_type=refresh_token&refresh_token=" + percent_encode(refresh_token);
}

std::vector<std::string> session_cookies(const OidcConfig& config, const OidcSession& session,
                                         Time now, std::string_view key) {
  const std::string value =
      seal(packed({text_of(session.until), session.access_token, session.subject, session.claims,
                   session.refresh_token, text_of(session.token_until)}),
           key);
  const Time until = std::max(session.until, now);
  // What is left for the value beside the name.
  const std::size_t room = kLargestCookie - cookie_name(config, 0).size() - 1;
  if (value.size() > room * kMostCookies) return {};
  std::vector<std::string> cookies;
  for (std::size_t at = 0; at < value.size(); at += room) {
    cookies.push_back(cookie(cookie_name(config, cookies.size()), value.substr(at, room), until));
  }
  return cookies;
}

std::optional<OidcSession> read_session(const OidcConfig& config, std::string_view cookie_header,
                                        Time now, std::string_view key) {
  std::string value;
  for (std::size_t part = 0; part < kMostCookies; ++part) {
    const auto piece = find_cookie(cookie_header, cookie_name(config, part));
    if (!piece) break;
    value += *piece;
  }
  const auto text = unseal(value, key);
  const auto fields = text ? unpacked(*text, 6) : std::nullopt;
  if (!fields) return std::nullopt;
  OidcSession session{time_of((*fields)[0]), (*fields)[1], (*fields)[2],
                      (*fields)[3],          (*fields)[4], time_of((*fields)[5])};
  if (session.until <= now) return std::nullopt;
  return session;
}

std::string nonce_cookie(std::string_view nonce, Time now) {
  return cookie(kNonceCookie, nonce, now + std::chrono::minutes(15));
}

std::optional<std::string_view> read_nonce(std::string_view cookie_header) {
  return find_cookie(cookie_header, kNonceCookie);
}

std::optional<std::string> query_parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const std::string_view parameter = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const auto equals = std::min(parameter.find('='), parameter.size());
    if (parameter.substr(0, equals) != name) continue;
    return percent_decode(parameter.substr(std::min(equals + 1, parameter.size())), Plus::is_space);
  }
  return std::nullopt;
}

std::string identity_token(const OidcConfig& config, const OidcSession& session,
                           std::string_view load_balancer_arn, std::string_view key_id, Time now) {
  const std::string expiry = std::to_string(to_epoch_seconds(now + kTokenLife));
  const std::string header = "{\"typ\":\"JWT\",\"kid\":" + json_string(key_id) +
                             ",\"alg\":\"ES256\",\"iss\":" + json_string(*config.Issuer) +
                             ",\"client\":" + json_string(*config.ClientId) +
                             ",\"signer\":" + json_string(load_balancer_arn) +
                             ",\"exp\":" + expiry + "}";
  // The claims are an object, to whose end the load balancer's own are added.
  std::string payload = session.claims.substr(0, session.claims.rfind('}'));
  if (payload.find('"') != std::string::npos) payload += ",";
  payload += "\"exp\":" + expiry + ",\"iss\":" + json_string(*config.Issuer) + "}";
  // AWS: base64url with its padding, unlike other tokens.
  return base64_url(header) + "." + base64_url(payload);
}

}  // namespace fallstreak::dataplane::alb
