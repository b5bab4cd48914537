#include "provisioner/aws/credentials.h"

#include "provisioner/aws/credential_sources.h"
#include "provisioner/aws/environment.h"
#include "provisioner/aws/profile.h"

namespace fallstreak::provisioner {
namespace {

std::string setting(const Profile& profile, std::string_view name) {
  const auto found = profile.find(name);
  return found == profile.end() ? std::string() : found->second;
}

std::string first_of(std::initializer_list<std::string> candidates) {
  for (const auto& candidate : candidates) {
    if (!candidate.empty()) return candidate;
  }
  return {};
}

std::string variable(const char* name) { return environment(name).value_or(""); }

bool is_local(std::string_view endpoint) {
  return endpoint.find("://127.0.0.1") != std::string_view::npos ||
         endpoint.find("://localhost") != std::string_view::npos ||
         endpoint.find("://[::1]") != std::string_view::npos;
}

std::optional<protocols::Credentials> credentials_of(const SessionOptions& options, const Profile& profile) {
  // AWS: a profile named on the command line goes before the environment's keys.
  if (options.profile.empty()) {
    const auto key = environment("AWS_ACCESS_KEY_ID");
    const auto secret = environment("AWS_SECRET_ACCESS_KEY");
    if (key && secret) return protocols::Credentials{*key, *secret, variable("AWS_SESSION_TOKEN")};
  }
  const std::string key = setting(profile, "aws_access_key_id");
  const std::string secret = setting(profile, "aws_secret_access_key");
  if (!key.empty() && !secret.empty()) {
    return protocols::Credentials{key, secret, setting(profile, "aws_session_token")};
  }
  return std::nullopt;
}

}  // namespace

Outcome<Session> open_session(const SessionOptions& options) {
  Session session;
  session.profile = first_of({options.profile, variable("AWS_PROFILE"), "default"});
  const Profile profile = load_profile(session.profile);
  session.region = first_of({options.region, variable("AWS_REGION"), variable("AWS_DEFAULT_REGION"),
                             setting(profile, "region")});
  session.endpoint_url = first_of({options.endpoint_url, variable("AWS_ENDPOINT_URL"), setting(profile, "endpoint_url")});
  while (session.endpoint_url.ends_with('/')) session.endpoint_url.pop_back();
  if (const auto found = credentials_of(options, profile)) {
    session.credentials = *found;
    return session;
  }
  if (const std::string command = setting(profile, "credential_process"); !command.empty()) {
    auto found = process_credentials(command);
    if (!found) return tl::unexpected(std::move(found.error()));
    session.credentials = std::move(**found);
    return session;
  }
  if (is_local(session.endpoint_url)) {
    session.credentials = {"test", "test"};
    return session;
  }
  for (const auto& source : {container_credentials, instance_credentials}) {
    auto found = source();
    if (!found) return tl::unexpected(std::move(found.error()));
    if (!*found) continue;
    session.credentials = std::move(**found);
    return session;
  }
  return tl::unexpected(ApiError(
      "NoCredentials",
      "no credentials: looked at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, at the files of profile '" +
          session.profile +
          "' and its credential_process, and at container and instance metadata; the SSO cache, role_arn and "
          "web identity tokens are not read"));
}

}  // namespace fallstreak::provisioner
