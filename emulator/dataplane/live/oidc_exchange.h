#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>

#include "dataplane/alb/authentication.h"

namespace fallstreak::dataplane::live {

/// What came of asking a provider about a user.
struct OidcAnswer {
  /// What the load balancer answers; 0: the user is known.
  int status = 0;
  alb::OidcSession session;  // without its time
};

/// Asks an OpenID provider who has come back with this code: its token endpoint, then its user info
/// endpoint. `done` is called once.
void ask_provider(boost::asio::io_context& context, const alb::OidcConfig& config,
                  const std::string& host, const std::string& code,
                  std::function<void(OidcAnswer)> done);

}  // namespace fallstreak::dataplane::live
