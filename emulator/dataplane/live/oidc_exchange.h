#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "dataplane/alb/authentication.h"

namespace fallstreak::dataplane::live {

/// What came of asking a provider about a user.
struct OidcAnswer {
  /// What the load balancer answers; 0: the user is known.
  int status = 0;
  alb::OidcSession session;  // without its times
  /// How long the access token lives; none when the provider does not say.
  std::optional<std::chrono::seconds> token_life = {};
};

/// Asks an OpenID provider who has come back with this code: its token endpoint, then its user info
/// endpoint. `done` is called once.
void ask_provider(boost::asio::io_context& context, const alb::OidcConfig& config,
                  const std::string& host, const std::string& code,
                  std::function<void(OidcAnswer)> done);

/// What a document's address answers with 2xx; empty when it answers anything else.
/// `done` is called once.
void fetch(boost::asio::io_context& context, const std::string& url,
           std::function<void(const std::optional<std::string>&)> done);

/// Asks it for new tokens with the one of a session, and about the user again.
void refresh_user(boost::asio::io_context& context, const alb::OidcConfig& config,
                  const std::string& refresh_token, std::function<void(OidcAnswer)> done);

}  // namespace fallstreak::dataplane::live
