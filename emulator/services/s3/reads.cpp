#include <utility>

#include "services/s3/attributes.h"
#include "services/s3/byte_ranges.h"
#include "services/s3/checksums.h"
#include "services/s3/conditions.h"
#include "services/s3/errors.h"
#include "services/s3/lookup.h"
#include "services/s3/objects.h"

namespace fallstreak::services::s3 {
namespace {

/// What of an object was asked for.
struct Selection {
  std::optional<ByteRange> range;  // none: the whole object
  const ObjectPart* part = nullptr;
};

/// AWS: an object that came in one piece is its own part 1.
Selection select_part(const ObjectRecord& object, std::int32_t number) {
  if (number < 1 || number > 10'000) {
    throw invalid_argument("Part number must be an integer between 1 and 10000, inclusive",
                           "partNumber", std::to_string(number));
  }
  const std::size_t count = object.parts.empty() ? 1 : object.parts.size();
  if (std::size_t(number) > count) throw invalid_part_number(number, count);
  const std::uint64_t size = object.body.size();
  if (object.parts.empty()) {
    if (size == 0) return {};
    return {.range = ByteRange{0, size}};
  }
  const ObjectPart& part = object.parts[std::size_t(number - 1)];
  // Only the last part may be empty, and nothing is no range.
  if (part.size == 0) return {.part = &part};
  return {.range = ByteRange{part.offset, part.size}, .part = &part};
}

template <class Request>
Selection select(const ObjectRecord& object, const Request& request) {
  if (request.PartNumber) {
    if (request.Range) {
      throw invalid_request("Cannot specify both Range header and partNumber query parameter");
    }
    return select_part(object, *request.PartNumber);
  }
  if (!request.Range) return {};
  return {.range = parse_range(*request.Range, object.body.size())};
}

/// AWS: with ChecksumMode, of the whole object or of the part that was asked for; other ranges have
/// none.
template <class Output>
void tell_selected_checksum(const ObjectRecord& object, const Selection& selection,
                            Output& output) {
  const bool is_whole = !selection.range || selection.range->size == object.body.size();
  if (selection.part != nullptr && object.checksum.type == ChecksumType::composite) {
    StoredChecksum of_part = object.checksum;
    of_part.value = selection.part->checksum;
    tell_checksum(of_part, output);
  } else if (is_whole) {
    tell_checksum(object.checksum, output);
  }
}

template <class Request, class Output>
void tell_attributes(const ObjectAttributes& attributes, const Request& request, Output& output) {
  const auto either = [](const auto& override, const std::optional<std::string>& stored) {
    return override ? override : stored;
  };
  output.CacheControl = either(request.ResponseCacheControl, attributes.cache_control);
  output.ContentDisposition =
      either(request.ResponseContentDisposition, attributes.content_disposition);
  output.ContentEncoding = either(request.ResponseContentEncoding, attributes.content_encoding);
  output.ContentLanguage = either(request.ResponseContentLanguage, attributes.content_language);
  output.ContentType =
      either(request.ResponseContentType, attributes.content_type).value_or("binary/octet-stream");
  output.Expires = attributes.expires;
  if (request.ResponseExpires) output.Expires = to_http_date(*request.ResponseExpires);
  output.WebsiteRedirectLocation = attributes.website_redirect_location;
  if (!attributes.metadata.empty()) output.Metadata = attributes.metadata;
  if (!attributes.tags.empty()) output.TagCount = std::int32_t(attributes.tags.size());
  // AWS: the usual class goes without saying.
  if (attributes.storage_class != "STANDARD") output.StorageClass = attributes.storage_class;
}

struct Read {
  const ObjectRecord* object;
  Selection selection;
};

/// All that GetObject and HeadObject have in common, which is everything but the bytes.
template <class Request, class Output>
Read read_object(Context& context, const Request& request, Output& output) {
  find_bucket(context, *request.Bucket, request.ExpectedBucketOwner);
  check_version_id(request.VersionId);
  check_key(*request.Key);
  const ObjectRecord& object = find_object(context, *request.Bucket, *request.Key);
  check_read_conditions({.if_match = request.IfMatch,
                         .if_unmodified_since = request.IfUnmodifiedSince,
                         .if_none_match = request.IfNoneMatch,
                         .if_modified_since = request.IfModifiedSince},
                        object);
  const Selection selection = select(object, request);

  tell_attributes(object.attributes, request, output);
  output.AcceptRanges = "bytes";
  output.LastModified = object.last_modified;
  output.ETag = object.etag;
  output.ServerSideEncryption = std::string(kEncryption);
  const bool is_empty_part = selection.part != nullptr && selection.part->size == 0;
  const std::uint64_t size = selection.range ? selection.range->size : object.body.size();
  output.ContentLength = is_empty_part ? 0 : std::int64_t(size);
  if (selection.range) output.ContentRange = content_range(*selection.range, object.body.size());
  if (request.PartNumber && !object.parts.empty()) {
    output.PartsCount = std::int32_t(object.parts.size());
  }
  if (request.ChecksumMode) tell_selected_checksum(object, selection, output);
  return {&object, selection};
}

}  // namespace

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
api::s3::GetObjectOutput get_object(Context& context, const api::s3::GetObjectRequest& request) {
  api::s3::GetObjectOutput output;
  const auto [object, selection] = read_object(context, request, output);
  if (is_archived(object->attributes)) {
    throw invalid_object_state(object->attributes.storage_class);
  }
  const std::uint64_t offset = selection.range ? selection.range->offset : 0;
  output.Body = object->body.slice(offset, std::size_t(*output.ContentLength));
  return output;
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
api::s3::HeadObjectOutput head_object(Context& context, const api::s3::HeadObjectRequest& request) {
  api::s3::HeadObjectOutput output;
  read_object(context, request, output);
  return output;
}

}  // namespace fallstreak::services::s3
