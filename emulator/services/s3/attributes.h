#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/s3/records.h"

/// What callers say of an object apart from its bytes, in the members that PutObject, CopyObject
/// and CreateMultipartUpload have in common.
namespace fallstreak::services::s3 {

/// AWS: at most 2 KB of names and values. Names are kept in lower case.
api::Map<std::string> checked_metadata(const std::optional<api::Map<std::string>>& metadata);
api::Map<std::string> checked_tags(const std::optional<std::string>& tagging);
std::string checked_storage_class(const std::optional<std::string>& storage_class);
void check_redirect_location(const std::optional<std::string>& location);
/// AWS: objects are encrypted with S3's own keys unless a request says otherwise.
void check_encryption(const std::optional<std::string>& server_side_encryption);
/// AWS: a bucket without ACLs lets a request give its owner full control, and nothing else.
void check_canned_acl(const std::optional<std::string>& acl);
void refuse_grants(bool has_grants);
/// AWS: a caller must ask for the archived bytes of an object first.
bool is_archived(const ObjectAttributes& attributes);

inline constexpr std::string_view kEncryption = "AES256";

/// The members that may go with an object whatever else is kept of another.
template <class Request>
void check_access(const Request& request) {
  check_canned_acl(request.ACL);
  refuse_grants(request.GrantFullControl || request.GrantRead || request.GrantReadACP ||
                request.GrantWriteACP);
  check_encryption(request.ServerSideEncryption);
}

template <class Request>
ObjectAttributes read_attributes(const Request& request) {
  check_redirect_location(request.WebsiteRedirectLocation);
  return {.cache_control = request.CacheControl,
          .content_disposition = request.ContentDisposition,
          .content_encoding = request.ContentEncoding,
          .content_language = request.ContentLanguage,
          .content_type = request.ContentType,
          .expires = request.Expires,
          .website_redirect_location = request.WebsiteRedirectLocation,
          .metadata = checked_metadata(request.Metadata),
          .tags = checked_tags(request.Tagging),
          .storage_class = checked_storage_class(request.StorageClass)};
}

}  // namespace fallstreak::services::s3
