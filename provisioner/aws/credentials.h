#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "protocols/sigv4.h"

namespace fallstreak::provisioner {

/// Where a run works and as whom: what the environment, the profile and the command line say together.
struct Session {
  protocols::Credentials credentials;
  std::string region;
  /// Every service at one address (the emulator); empty: AWS's own.
  std::string endpoint_url;
  std::string profile;
};

/// What the command line gives; empty: not given.
struct SessionOptions {
  std::string profile, region, endpoint_url;
};

/// AWS's order: the command line, the environment, the shared config and credentials files of the profile,
/// its credential_process, the container's and the instance's metadata.
/// https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
///
/// Chosen: with an endpoint on this machine and no credentials anywhere, `test`/`test` are used, as every emulator's
/// users expect. Sources that this version does not read (SSO cache, role_arn, web identity tokens) are named in the
/// error when nothing else is found.
Outcome<Session> open_session(const SessionOptions& options);

}  // namespace fallstreak::provisioner
