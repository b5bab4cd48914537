#include "services/s3/objects.h"

#include <utility>

#include "base/encoding.h"
#include "services/s3/attributes.h"
#include "services/s3/checksums.h"
#include "services/s3/conditions.h"
#include "services/s3/errors.h"
#include "services/s3/lookup.h"

namespace fallstreak::services::s3 {
namespace {

/// One entry of DeleteObjects; what is wrong with it is told for it alone.
void delete_one(Context& context, const std::string& bucket,
                const api::s3::ObjectIdentifier& wanted) {
  check_version_id(wanted.VersionId);
  check_key(*wanted.Key);
  check_write_conditions({.if_match = wanted.ETag}, context, bucket, *wanted.Key);
  context.state.objects.erase(object_key(bucket, *wanted.Key));
}

}  // namespace

std::string etag_of(std::string_view raw_md5) { return '"' + to_hex(raw_md5) + '"'; }

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
api::s3::PutObjectOutput put_object(Context& context, const api::s3::PutObjectRequest& request) {
  const std::string& bucket = *request.Bucket;
  const std::string& key = *request.Key;
  find_bucket(context, bucket, request.ExpectedBucketOwner);
  check_key(key);
  check_access(request);
  ObjectRecord object{.body = request.Body.value_or(api::Body()),
                      .last_modified = whole_seconds(context.now()),
                      .attributes = read_attributes(request)};
  CheckedBody checked = check_body(object.body, claims_of(request));
  object.etag = etag_of(checked.md5);
  // AWS: an object without a checksum of the caller's gets one of S3's choice.
  object.checksum = checked.checksum
                        ? std::move(*checked.checksum)
                        : full_object_checksum(object.body, ChecksumAlgorithm::crc64nvme);
  check_write_conditions(write_conditions_of(request), context, bucket, key);

  api::s3::PutObjectOutput output{.ETag = object.etag,
                                  .ServerSideEncryption = std::string(kEncryption)};
  tell_checksum(object.checksum, output);
  context.state.objects.put(object_key(bucket, key), std::move(object));
  return output;
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
api::s3::DeleteObjectOutput delete_object(Context& context,
                                          const api::s3::DeleteObjectRequest& request) {
  find_bucket(context, *request.Bucket, request.ExpectedBucketOwner);
  check_version_id(request.VersionId);
  check_key(*request.Key);
  check_write_conditions({.if_match = request.IfMatch}, context, *request.Bucket, *request.Key);
  // AWS: whether there was an object is not told.
  context.state.objects.erase(object_key(*request.Bucket, *request.Key));
  return {};
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
api::s3::DeleteObjectsOutput delete_objects(Context& context,
                                            const api::s3::DeleteObjectsRequest& request) {
  constexpr std::size_t kMostKeys = 1000;
  find_bucket(context, *request.Bucket, request.ExpectedBucketOwner);
  const auto wanted = api::each(request.Delete->Objects);
  if (wanted.empty() || wanted.size() > kMostKeys) throw malformed_xml();

  const bool is_quiet = request.Delete->Quiet.value_or(false);
  api::s3::DeleteObjectsOutput output;
  for (const auto& object : wanted) {
    try {
      delete_one(context, *request.Bucket, object);
      if (is_quiet) continue;
      if (!output.Deleted) output.Deleted.emplace();
      output.Deleted->push_back({.Key = object.Key, .VersionId = object.VersionId});
    } catch (const ApiError& error) {
      if (!output.Errors) output.Errors.emplace();
      output.Errors->push_back({.Key = object.Key,
                                .VersionId = object.VersionId,
                                .Code = error.code,
                                .Message = error.message});
    }
  }
  return output;
}

}  // namespace fallstreak::services::s3
