#include "services/s3/lookup.h"

#include <chrono>

#include "base/checksum.h"
#include "services/s3/bucket_names.h"
#include "services/s3/errors.h"

namespace fallstreak::services::s3 {

const BucketRecord& find_bucket(Context& context, const std::string& bucket,
                                const std::optional<std::string>& expected_owner) {
  const BucketRecord* record = context.state.buckets.find(bucket);
  if (record == nullptr) {
    if (!is_bucket_name(bucket)) throw invalid_bucket_name(bucket);
    throw no_such_bucket(bucket);
  }
  // AWS: nobody but the owner's account has access until a policy gives it, and there is none yet.
  // Chosen: a bucket answers callers of every region, because all regions have one endpoint here;
  // AWS redirects to the endpoint of the bucket's region, and clients follow.
  if (record->owner_account_id != context.account_id()) throw access_denied();
  if (expected_owner && *expected_owner != record->owner_account_id) throw access_denied();
  return *record;
}

const ObjectRecord& find_object(Context& context, std::string_view bucket, std::string_view key) {
  const ObjectRecord* record = context.state.objects.find(object_key(bucket, key));
  if (record == nullptr) throw no_such_key(key);
  return *record;
}

const UploadRecord& find_upload(Context& context, std::string_view bucket, std::string_view key,
                                std::string_view upload_id) {
  const UploadRecord* record = context.state.uploads.find(upload_key(bucket, key, upload_id));
  if (record == nullptr) throw no_such_upload(upload_id);
  return *record;
}

void check_key(std::string_view key) {
  constexpr std::size_t kLongestKey = 1024;
  if (key.size() > kLongestKey) throw key_too_long(key.size());
}

void check_version_id(const std::optional<std::string>& version_id) {
  if (!version_id || *version_id == "null") return;
  throw invalid_argument("Invalid version id specified", "versionId", *version_id);
}

std::string canonical_user_id(std::string_view account_id) {
  // Chosen: AWS gives each account 64 digits that mean nothing; ours follow from its number.
  return sha256_hex("canonical-user-id/" + std::string(account_id));
}

Time whole_seconds(Time time) { return std::chrono::floor<std::chrono::seconds>(time); }

}  // namespace fallstreak::services::s3
