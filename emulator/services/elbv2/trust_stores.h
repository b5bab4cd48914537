#pragma once

#include <string>

#include "services/elbv2/state.h"

/// Whom listeners let in that ask clients for certificates.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html
namespace fallstreak::services::elbv2 {

const TrustStoreRecord& find_trust_store(const Context& context, const std::string& arn);

/// The text of an object in S3; empty when it cannot be read.
std::optional<std::string> read_object(Context& context, const std::string& bucket,
                                       const std::string& key,
                                       const std::optional<std::string>& version);

/// What a listener asks of clients, checked and completed. AWS: of HTTPS listeners alone.
void set_mutual_authentication(
    Context& context, api::elbv2::Listener& listener,
    const std::optional<api::elbv2::MutualAuthenticationAttributes>& wanted);
/// Remembers which trust store a listener uses, and forgets the one that it used.
void move_trust_store_use(Context& context, const std::string& listener_arn,
                          const api::elbv2::Listener& before, const api::elbv2::Listener& after);

}  // namespace fallstreak::services::elbv2
