#include "front/authenticator.h"

#include <algorithm>
#include <utility>

#include "base/access_key.h"

namespace fallstreak::front {
namespace {

constexpr std::string_view kDefaultAccount = "000000000000";
constexpr std::string_view kDefaultRegion = "us-east-1";
constexpr std::size_t kAccountDigits = 12;

bool is_account(std::string_view text) {
  return text.size() == kAccountDigits &&
         std::ranges::all_of(text, [](char letter) { return letter >= '0' && letter <= '9'; });
}

}  // namespace

dispatch::Caller caller_of(const protocols::Credential& credential) {
  const auto& key = credential.access_key_id;
  auto account = account_of_temporary_access_key(key);
  if (!account) account = is_account(key) ? key : kDefaultAccount;
  return dispatch::Caller(
      *account, std::string(credential.region.empty() ? kDefaultRegion : credential.region),
      std::string(key));
}

protocols::AuthFamily family_of(const api::Service& service) {
  using enum protocols::AuthFamily;
  if (service.signing_name == "s3") return s3;
  switch (service.protocols.front()) {
    case api::Protocol::ec2:
      return ec2;
    case api::Protocol::query:
      return query;
    case api::Protocol::rest_xml:
      return query;
    case api::Protocol::rest_json:
      return rest_json;
    case api::Protocol::json_1_0:
    case api::Protocol::json_1_1:
    case api::Protocol::rpc_v2_cbor:
      break;
  }
  return json;
}

std::optional<protocols::SignatureSeed> Authenticator::verify(const protocols::HttpRequest& request,
                                                              const api::Service& service,
                                                              Time now) {
  if (!is_strict()) return std::nullopt;
  const auto lookup = [&](std::string_view key) -> std::optional<protocols::SecretKey> {
    const auto found = options_.secrets.find(key);
    if (found != options_.secrets.end()) {
      return protocols::SecretKey{.secret_access_key = found->second};
    }
    const bool is_temporary = account_of_temporary_access_key(key).has_value();
    return protocols::SecretKey{
        .secret_access_key = std::string(kDefaultSecret),
        .session_token = is_temporary ? temporary_session_token(key) : std::string()};
  };
  protocols::VerifyOptions options;
  options.family = family_of(service);
  options.service = service.signing_name;
  // The body is checked with the checksums, which lenient mode checks too.
  options.body = protocols::BodyCheck::later;
  options.cache = &keys_;
  auto verified = protocols::verify(request, lookup, now, options);
  if (!verified) throw std::move(verified.error());
  return std::move(verified->seed);
}

}  // namespace fallstreak::front
