#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/encoding.h"
#include "services/s3/attributes.h"
#include "services/s3/checksums.h"
#include "services/s3/conditions.h"
#include "services/s3/errors.h"
#include "services/s3/lookup.h"
#include "services/s3/objects.h"
#include "services/s3/uploads.h"

namespace fallstreak::services::s3 {
namespace {

/// The parts that the caller names, in their order. The table must not change while they are used.
using Parts = std::vector<const PartRecord*>;

void check_part_checksums(const api::s3::CompletedPart& named, const PartRecord& part,
                          const ApiError& refusal) {
  for (const ClaimedChecksum& claim : claimed_checksums(named)) {
    const auto known =
        std::ranges::find(part.checksums, claim.algorithm, &StoredChecksum::algorithm);
    if (known == part.checksums.end() || known->value != claim.base64) throw refusal;
  }
}

/// AWS: a composite checksum is of the parts' checksums, and the caller must say which they are.
void check_has_checksum(const UploadRecord& upload, const api::s3::CompletedPart& named,
                        std::int32_t number) {
  if (!upload.checksum_algorithm || upload.checksum_type != ChecksumType::composite) return;
  if (checksum_member(named, *upload.checksum_algorithm)) return;
  throw invalid_request("The upload was created using a " +
                        lower_case_name(*upload.checksum_algorithm) +
                        " checksum. The complete request must include the checksum for each part. "
                        "It was missing for part " +
                        std::to_string(number) + " in the request.");
}

Parts find_parts(Context& context, const UploadRecord& upload,
                 const api::s3::CompleteMultipartUploadRequest& request) {
  if (!request.MultipartUpload) throw invalid_request("You must specify at least one part");
  const auto named_parts = api::each(request.MultipartUpload->Parts);
  if (named_parts.empty() || named_parts.size() > 10'000) throw malformed_xml();
  Parts parts;
  std::int32_t last_number = 0;
  for (const auto& named : named_parts) {
    if (!named.PartNumber || !named.ETag) throw malformed_xml();
    const std::int32_t number = *named.PartNumber;
    const auto etag = without_quotes(*named.ETag);
    const ApiError refusal = invalid_part(*request.UploadId, number, etag);
    if (number < 1 || number > 10'000) throw refusal;
    if (number <= last_number) throw invalid_part_order(*request.UploadId);
    last_number = number;
    const PartRecord* part = context.state.parts.find(part_key(*request.UploadId, number));
    if (part == nullptr || etag != to_hex(part->md5)) throw refusal;
    check_has_checksum(upload, named, number);
    check_part_checksums(named, *part, refusal);
    parts.push_back(part);
  }
  return parts;
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
void check_sizes(const Parts& parts, const api::s3::CompleteMultipartUploadRequest& request) {
  constexpr std::uint64_t kSmallest = 5'242'880;
  const auto& named = *request.MultipartUpload->Parts;
  std::uint64_t total = 0;
  for (std::size_t index = 0; index < parts.size(); ++index) {
    const std::uint64_t size = parts[index]->body.size();
    total += size;
    const bool is_last = index + 1 == parts.size();
    if (is_last || size >= kSmallest) continue;
    throw entity_too_small(size, kSmallest, *named[index].PartNumber, to_hex(parts[index]->md5));
  }
  if (request.MpuObjectSize && *request.MpuObjectSize != std::int64_t(total)) {
    throw invalid_request("The provided 'x-amz-mp-object-size' header value " +
                          std::to_string(*request.MpuObjectSize) +
                          " does not match what was computed: " + std::to_string(total));
  }
}

std::string raw_checksum(const PartRecord& part) {
  const auto raw = from_base64(part.checksums.front().value);
  CHECK(raw.has_value()) << "a stored checksum is not base64";
  return *raw;
}

StoredChecksum checksum_of(const UploadRecord& upload, const Parts& parts) {
  StoredChecksum whole{
      .algorithm = upload.checksum_algorithm.value_or(ChecksumAlgorithm::crc64nvme),
      .type = upload.checksum_type};
  std::string value = raw_checksum(*parts.front());
  for (std::size_t index = 1; index < parts.size(); ++index) {
    const std::string next = raw_checksum(*parts[index]);
    if (whole.type == ChecksumType::composite) {
      value += next;
      continue;
    }
    auto combined = combine_checksums(whole.algorithm, value, next, parts[index]->body.size());
    CHECK(combined.has_value()) << "only CRCs are of a whole upload";
    value = std::move(*combined);
  }
  if (whole.type == ChecksumType::composite) value = checksum(whole.algorithm, value);
  whole.value = to_base64(value);
  if (whole.type == ChecksumType::composite) whole.value += "-" + std::to_string(parts.size());
  return whole;
}

/// The headers of a completion speak of the object that it makes.
void check_claims(const StoredChecksum& whole,
                  const api::s3::CompleteMultipartUploadRequest& request) {
  if (request.ChecksumType && *request.ChecksumType != name_of(whole.type)) {
    throw invalid_request("The upload was created using the " + std::string(name_of(whole.type)) +
                          " checksum mode. The complete request must use the same checksum mode.");
  }
  const auto claims = claimed_checksums(request);
  if (claims.size() > 1) throw several_checksums();
  if (claims.empty()) return;
  const ClaimedChecksum& claim = claims.front();
  if (claim.algorithm != whole.algorithm || claim.base64 != whole.value) {
    throw checksum_does_not_match(claim.algorithm);
  }
}

/// One buffer of the right size; an upload of one part is that part.
api::Body join(const Parts& parts) {
  if (parts.size() == 1) return parts.front()->body;
  std::size_t size = 0;
  for (const PartRecord* part : parts) size += part->body.size();
  std::string bytes;
  bytes.reserve(size);
  for (const PartRecord* part : parts) bytes += part->body.view();
  return api::Body(std::move(bytes));
}

ObjectRecord make_object(const UploadRecord& upload, const Parts& parts, Time now) {
  ObjectRecord object{.body = join(parts),
                      .last_modified = whole_seconds(now),
                      .checksum = checksum_of(upload, parts),
                      .attributes = upload.attributes};
  std::string md5s;
  std::uint64_t offset = 0;
  for (const PartRecord* part : parts) {
    md5s += part->md5;
    object.parts.push_back(
        {.offset = offset, .size = part->body.size(), .checksum = part->checksums.front().value});
    offset += part->body.size();
  }
  // Observed: AWS documents no ETag of uploads; all of its clients know this form.
  object.etag = '"' + to_hex(checksum(ChecksumAlgorithm::md5, md5s)) + "-" +
                std::to_string(parts.size()) + '"';
  return object;
}

}  // namespace

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
api::s3::CompleteMultipartUploadOutput complete_multipart_upload(
    Context& context, const api::s3::CompleteMultipartUploadRequest& request) {
  const std::string& bucket = *request.Bucket;
  const std::string& key = *request.Key;
  const std::string region = find_bucket(context, bucket, request.ExpectedBucketOwner).region;
  const UploadRecord& upload = find_upload(context, bucket, key, *request.UploadId);
  const Parts parts = find_parts(context, upload, request);
  check_sizes(parts, request);
  check_claims(checksum_of(upload, parts), request);
  check_write_conditions(write_conditions_of(request), context, bucket, key);

  ObjectRecord object = make_object(upload, parts, context.now());
  api::s3::CompleteMultipartUploadOutput output{.Location = "https://" + bucket + ".s3." + region +
                                                            ".amazonaws.com/" +
                                                            percent_encode(key, Slash::keep),
                                                .Bucket = bucket,
                                                .Key = key,
                                                .ETag = object.etag,
                                                .ServerSideEncryption = std::string(kEncryption)};
  tell_checksum(object.checksum, output);
  context.state.objects.put(object_key(bucket, key), std::move(object));
  context.state.parts.erase_prefix(parts_prefix(*request.UploadId));
  context.state.uploads.erase(upload_key(bucket, key, *request.UploadId));
  return output;
}

}  // namespace fallstreak::services::s3
