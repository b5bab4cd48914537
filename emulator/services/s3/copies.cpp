#include <utility>

#include "services/s3/attributes.h"
#include "services/s3/checksums.h"
#include "services/s3/copy_source.h"
#include "services/s3/errors.h"
#include "services/s3/lookup.h"
#include "services/s3/objects.h"

namespace fallstreak::services::s3 {
namespace {

bool is_replaced(const std::optional<std::string>& directive) {
  return directive.value_or("COPY") == "REPLACE";
}

/// AWS: storage class and redirect are never copied; metadata and tags are unless told otherwise.
ObjectAttributes attributes_of_copy(const ObjectAttributes& source,
                                    const api::s3::CopyObjectRequest& request) {
  ObjectAttributes given = read_attributes(request);
  ObjectAttributes attributes = is_replaced(request.MetadataDirective) ? given : source;
  attributes.tags = is_replaced(request.TaggingDirective) ? given.tags : source.tags;
  attributes.storage_class = std::move(given.storage_class);
  attributes.website_redirect_location = std::move(given.website_redirect_location);
  return attributes;
}

/// AWS: a copy onto itself is for changing what goes with an object, so it must change something.
void check_self_copy(const CopySource& source, const ObjectAttributes& attributes,
                     const api::s3::CopyObjectRequest& request) {
  if (source.bucket != *request.Bucket || source.key != *request.Key) return;
  const bool changes = is_replaced(request.MetadataDirective) || request.ServerSideEncryption ||
                       request.StorageClass || attributes.website_redirect_location;
  if (changes) return;
  throw invalid_request(
      "This copy request is illegal because it is trying to copy an object to itself without "
      "changing the object's metadata, storage class, website redirect location or encryption "
      "attributes.");
}

/// AWS: the copy is one piece, whatever its source was made of, so a composite checksum becomes one
/// of the whole.
StoredChecksum checksum_of_copy(const ObjectRecord& source,
                                const std::optional<std::string>& wanted) {
  const ChecksumAlgorithm algorithm = wanted ? algorithm_named(*wanted) : source.checksum.algorithm;
  const bool is_same =
      algorithm == source.checksum.algorithm && source.checksum.type == ChecksumType::full_object;
  return is_same ? source.checksum : full_object_checksum(source.body, algorithm);
}

}  // namespace

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
api::s3::CopyObjectOutput copy_object(Context& context, const api::s3::CopyObjectRequest& request) {
  find_bucket(context, *request.Bucket, request.ExpectedBucketOwner);
  check_key(*request.Key);
  check_access(request);
  const CopySource source = parse_copy_source(*request.CopySource);
  const ObjectRecord& original = find_copy_source(context, source, request);
  ObjectRecord copy{.body = original.body,
                    .last_modified = whole_seconds(context.now()),
                    .checksum = checksum_of_copy(original, request.ChecksumAlgorithm),
                    .attributes = attributes_of_copy(original.attributes, request)};
  copy.etag = original.parts.empty() ? original.etag
                                     : etag_of(digest_of(copy.body, ChecksumAlgorithm::md5));
  check_self_copy(source, copy.attributes, request);
  check_write_conditions(write_conditions_of(request), context, *request.Bucket, *request.Key);

  api::s3::CopyObjectOutput output{.ServerSideEncryption = std::string(kEncryption)};
  auto& result = output.CopyObjectResult.emplace();
  result.ETag = copy.etag;
  result.LastModified = copy.last_modified;
  tell_checksum(copy.checksum, result);
  context.state.objects.put(object_key(*request.Bucket, *request.Key), std::move(copy));
  return output;
}

}  // namespace fallstreak::services::s3
