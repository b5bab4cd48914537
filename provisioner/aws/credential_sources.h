#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "protocols/sigv4.h"

/// Where credentials come from when neither the environment nor a file has them. Each source gives
/// credentials, nothing when it is not set up here, or what is wrong with it. They are read once: a
/// run that lasts longer than they do ends with AWS's `ExpiredToken`, and the next one goes on.
namespace fallstreak::provisioner {

using FoundCredentials = Outcome<std::optional<protocols::Credentials>>;

/// Runs the command with the shell and reads what it prints.
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
FoundCredentials process_credentials(const std::string& command);

/// Amazon ECS and EKS: what AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI names.
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
FoundCredentials container_credentials();

/// The role of the EC2 instance that this runs on, by IMDSv2. Elsewhere nobody answers, which takes
/// a second to find out.
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html
FoundCredentials instance_credentials();

}  // namespace fallstreak::provisioner
