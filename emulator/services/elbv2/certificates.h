#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/elbv2/state.h"

/// What a listener proves itself with: its security policy and its certificates.
namespace fallstreak::services::elbv2 {

using Certificates = std::vector<api::elbv2::Certificate>;

bool is_encrypted(std::string_view protocol);

/// The policy and default certificate of a listener with its protocol set, from what was asked for
/// and what it had. Throws AWS's error when that does not fit together.
void set_encryption(Context& context, api::elbv2::Listener& listener,
                    const std::optional<Certificates>& certificates,
                    const std::optional<std::string>& ssl_policy);

/// Which application protocol a TLS listener agrees on. Throws AWS's error when it cannot.
void set_alpn_policy(api::elbv2::Listener& listener,
                     const std::optional<std::vector<std::string>>& wanted);

/// Tells ACM which default certificate a listener had and which it has.
void move_certificate_use(Context& context, const api::elbv2::Listener& before,
                          const api::elbv2::Listener& after);
/// The certificates beside the default one go.
void drop_certificates(Context& context, const api::elbv2::Listener& listener);

}  // namespace fallstreak::services::elbv2
