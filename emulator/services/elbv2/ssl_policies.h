#pragma once

#include <string_view>

#include "api/elbv2/listener_certificates.h"

/// AWS's predefined security policies: which versions of TLS and which ciphers a listener accepts.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
namespace fallstreak::services::elbv2 {

/// Null when it is not served here.
const api::elbv2::SslPolicy* find_ssl_policy(std::string_view name);
/// AWS has it, but its ciphers or key exchanges are not there on this machine.
bool is_policy_of_aws(std::string_view name);

}  // namespace fallstreak::services::elbv2
