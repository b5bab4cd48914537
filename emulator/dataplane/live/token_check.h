#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "api/elbv2/rules.h"
#include "base/time.h"

namespace fallstreak::dataplane::live {

using TokenConfig = api::elbv2::JwtValidationActionConfig;

/// The public keys of a JWKS endpoint, as PEM by their ids.
using TokenKeys = std::map<std::string, std::string>;
/// Empty when the document is none, or more than a load balancer takes. Keys of other algorithms
/// than RSA are left out.
std::optional<TokenKeys> read_token_keys(std::string_view document);

/// What a token is worth.
enum class TokenVerdict : std::uint8_t {
  valid,
  invalid,
  unknown_key,  // invalid, unless the endpoint has newer keys
};
/// AWS: the signature (RS256 alone), `iss` and `exp` must be right, `nbf` and `iat` where they are
/// there, and so must the claims that the action names.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-verify-jwt.html
TokenVerdict judge_token(std::string_view token, const TokenKeys& keys, const TokenConfig& config,
                         Time now);

}  // namespace fallstreak::dataplane::live
