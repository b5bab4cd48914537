#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/s3/state.h"

/// What nearly every operation begins with: the things that a request names, which must exist and
/// be the caller's. Records that are returned hold until their table changes.
namespace fallstreak::services::s3 {

/// The bucket of a request that has `Bucket` and `ExpectedBucketOwner`.
const BucketRecord& find_bucket(Context& context, const std::string& bucket,
                                const std::optional<std::string>& expected_owner);
const ObjectRecord& find_object(Context& context, std::string_view bucket, std::string_view key);
const UploadRecord& find_upload(Context& context, std::string_view bucket, std::string_view key,
                                std::string_view upload_id);

/// AWS: at most 1,024 bytes of UTF-8.
void check_key(std::string_view key);
/// Without versioning an object has one version, `null`.
void check_version_id(const std::optional<std::string>& version_id);

/// The account's canonical user ID, which S3 names owners by.
std::string canonical_user_id(std::string_view account_id);
/// AWS: S3 keeps whole seconds.
Time whole_seconds(Time time);

}  // namespace fallstreak::services::s3
