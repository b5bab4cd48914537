#pragma once

#include <map>
#include <string>
#include <string_view>

namespace fallstreak::provisioner {

/// The settings of one profile: those of the shared config file, overridden by those of the credentials file.
/// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
using Profile = std::map<std::string, std::string, std::less<>>;

/// Sections of such a file: `[default]`, `[profile shop]` (config) or `[shop]` (credentials). Nested settings (lines
/// that begin with a blank) belong to what stands above them and are left out.
std::map<std::string, Profile, std::less<>> parse_profiles(std::string_view text);

/// Reads ~/.aws/config and ~/.aws/credentials, or what AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name.
Profile load_profile(std::string_view name);

}  // namespace fallstreak::provisioner
