#pragma once

#include <string_view>

/// Facts of S3's wire form that its model leaves out.
namespace fallstreak::protocols {

inline constexpr std::string_view kS3Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

/// The root element of an operation's answer; empty when it is the output's own name.
std::string_view s3_root(std::string_view operation);

/// The query key names a resource of its own (`?versioning`), so that a request with it is never
/// one for the bucket or object itself.
bool is_s3_subresource(std::string_view key);

}  // namespace fallstreak::protocols
