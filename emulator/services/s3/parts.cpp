#include <algorithm>
#include <utility>

#include "services/s3/attributes.h"
#include "services/s3/byte_ranges.h"
#include "services/s3/checksums.h"
#include "services/s3/copy_source.h"
#include "services/s3/errors.h"
#include "services/s3/listing.h"
#include "services/s3/lookup.h"
#include "services/s3/objects.h"
#include "services/s3/uploads.h"

namespace fallstreak::services::s3 {
namespace {

void check_part_number(std::int32_t number) {
  if (number >= 1 && number <= 10'000) return;
  throw invalid_argument("Part number must be an integer between 1 and 10000, inclusive",
                         "partNumber", std::to_string(number));
}

/// AWS: the parts of an upload have its checksum algorithm. A composite checksum is made of theirs,
/// so each must come with one; for one of the whole object S3 computes what is missing.
void check_algorithm(const UploadRecord& upload, const std::optional<StoredChecksum>& given) {
  // Chosen: an upload without an algorithm takes parts with any checksum, because the SDKs send one
  // with every part unasked.
  if (!upload.checksum_algorithm) return;
  const ChecksumAlgorithm expected = *upload.checksum_algorithm;
  if (given && given->algorithm != expected) {
    throw checksum_type_mismatch(lower_case_name(expected), lower_case_name(given->algorithm));
  }
  if (!given && upload.checksum_type == ChecksumType::composite) {
    throw checksum_type_mismatch(lower_case_name(expected), "null");
  }
}

PartRecord make_part(const UploadRecord& upload, api::Body body, CheckedBody checked, Time now) {
  PartRecord part{
      .body = std::move(body), .md5 = std::move(checked.md5), .last_modified = whole_seconds(now)};
  const auto algorithm = upload.checksum_algorithm.value_or(ChecksumAlgorithm::crc64nvme);
  const bool is_given = checked.checksum && checked.checksum->algorithm == algorithm;
  if (!is_given) part.checksums.push_back(full_object_checksum(part.body, algorithm));
  if (checked.checksum) part.checksums.push_back(std::move(*checked.checksum));
  return part;
}

}  // namespace

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html
api::s3::UploadPartOutput upload_part(Context& context, const api::s3::UploadPartRequest& request) {
  find_bucket(context, *request.Bucket, request.ExpectedBucketOwner);
  check_part_number(*request.PartNumber);
  const UploadRecord& upload =
      find_upload(context, *request.Bucket, *request.Key, *request.UploadId);
  const api::Body body = request.Body.value_or(api::Body());
  CheckedBody checked = check_body(body, claims_of(request));
  check_algorithm(upload, checked.checksum);
  PartRecord part = make_part(upload, body, std::move(checked), context.now());

  api::s3::UploadPartOutput output{.ServerSideEncryption = std::string(kEncryption),
                                   .ETag = etag_of(part.md5)};
  tell_checksum(part.checksums.back(), output);
  context.state.parts.put(part_key(*request.UploadId, *request.PartNumber), std::move(part));
  return output;
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
api::s3::UploadPartCopyOutput upload_part_copy(Context& context,
                                               const api::s3::UploadPartCopyRequest& request) {
  find_bucket(context, *request.Bucket, request.ExpectedBucketOwner);
  check_part_number(*request.PartNumber);
  const UploadRecord& upload =
      find_upload(context, *request.Bucket, *request.Key, *request.UploadId);
  const CopySource source = parse_copy_source(*request.CopySource);
  api::Body body = find_copy_source(context, source, request).body;
  if (request.CopySourceRange) {
    const ByteRange range = parse_copy_source_range(*request.CopySourceRange, body.size());
    body = body.slice(range.offset, range.size);
  }
  CheckedBody checked{.md5 = digest_of(body, ChecksumAlgorithm::md5)};
  PartRecord part = make_part(upload, std::move(body), std::move(checked), context.now());

  api::s3::UploadPartCopyOutput output{.ServerSideEncryption = std::string(kEncryption)};
  auto& result = output.CopyPartResult.emplace();
  result.ETag = etag_of(part.md5);
  result.LastModified = part.last_modified;
  tell_checksum(part.checksums.front(), result);
  context.state.parts.put(part_key(*request.UploadId, *request.PartNumber), std::move(part));
  return output;
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
api::s3::ListPartsOutput list_parts(Context& context, const api::s3::ListPartsRequest& request) {
  const BucketRecord& bucket = find_bucket(context, *request.Bucket, request.ExpectedBucketOwner);
  const UploadRecord& upload =
      find_upload(context, *request.Bucket, *request.Key, *request.UploadId);
  const std::int32_t limit = page_limit(request.MaxParts, "max-parts");
  const std::int32_t marker = std::clamp(request.PartNumberMarker.value_or(0), 0, 10'000);
  const std::string owner = canonical_user_id(bucket.owner_account_id);

  api::s3::ListPartsOutput output{.Bucket = request.Bucket,
                                  .Key = request.Key,
                                  .UploadId = request.UploadId,
                                  .PartNumberMarker = marker,
                                  .NextPartNumberMarker = 0,
                                  .MaxParts = limit,
                                  .IsTruncated = false,
                                  .Initiator = api::s3::Initiator{.ID = owner},
                                  .Owner = api::s3::Owner{.ID = owner},
                                  .StorageClass = upload.attributes.storage_class};
  if (upload.checksum_algorithm) {
    output.ChecksumAlgorithm = std::string(name_of(*upload.checksum_algorithm));
    output.ChecksumType = std::string(name_of(upload.checksum_type));
  }
  const auto& parts = context.state.parts;
  const std::string prefix = parts_prefix(*request.UploadId);
  auto row = parts.upper_bound(part_key(*request.UploadId, marker));
  for (std::int32_t left = limit; row != parts.end() && row->first.starts_with(prefix); ++row) {
    if (left-- == 0) {
      output.IsTruncated = true;
      break;
    }
    if (!output.Parts) output.Parts.emplace();
    const std::int32_t number = std::stoi(std::string(row->first.substr(prefix.size())));
    api::s3::Part part{.PartNumber = number,
                       .LastModified = row->second.last_modified,
                       .ETag = etag_of(row->second.md5),
                       .Size = std::int64_t(row->second.body.size())};
    if (upload.checksum_algorithm) tell_checksum(row->second.checksums.front(), part);
    output.Parts->push_back(std::move(part));
    output.NextPartNumberMarker = number;
  }
  return output;
}

}  // namespace fallstreak::services::s3
