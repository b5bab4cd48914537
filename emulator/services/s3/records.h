#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/shape.h"
#include "base/checksum.h"
#include "base/time.h"

namespace fallstreak::services::s3 {

struct BucketRecord {
  std::string owner_account_id;
  std::string region;
  /// As GetBucketLocation gives it: empty for us-east-1, `EU` for buckets that were made so.
  std::string location_constraint;
  Time creation_date;
};
template <class Visitor>
void visit_fields(BucketRecord& record, Visitor&& visit) {
  visit("owner_account_id", record.owner_account_id);
  visit("region", record.region);
  visit("location_constraint", record.location_constraint);
  visit("creation_date", record.creation_date);
}

/// Whether a checksum is of all bytes, or of the checksums of an upload's parts.
enum class ChecksumType : std::uint8_t { full_object, composite };

struct StoredChecksum {
  ChecksumAlgorithm algorithm = ChecksumAlgorithm::crc64nvme;
  ChecksumType type = ChecksumType::full_object;
  std::string value;  // as on the wire: base64, of a composite one with `-<parts>` after it
};
template <class Visitor>
void visit_fields(StoredChecksum& record, Visitor&& visit) {
  visit("algorithm", record.algorithm);
  visit("type", record.type);
  visit("value", record.value);
}

/// What a caller says of an object apart from its bytes.
struct ObjectAttributes {
  std::optional<std::string> cache_control;
  std::optional<std::string> content_disposition;
  std::optional<std::string> content_encoding;
  std::optional<std::string> content_language;
  std::optional<std::string> content_type;
  std::optional<std::string> expires;
  std::optional<std::string> website_redirect_location;
  api::Map<std::string> metadata;  // keys in lower case
  api::Map<std::string> tags;
  std::string storage_class = "STANDARD";
};
template <class Visitor>
void visit_fields(ObjectAttributes& record, Visitor&& visit) {
  visit("cache_control", record.cache_control);
  visit("content_disposition", record.content_disposition);
  visit("content_encoding", record.content_encoding);
  visit("content_language", record.content_language);
  visit("content_type", record.content_type);
  visit("expires", record.expires);
  visit("website_redirect_location", record.website_redirect_location);
  visit("metadata", record.metadata);
  visit("tags", record.tags);
  visit("storage_class", record.storage_class);
}

/// One part of the upload that an object was made by.
struct ObjectPart {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::string checksum;  // base64, of the object's algorithm
};
template <class Visitor>
void visit_fields(ObjectPart& record, Visitor&& visit) {
  visit("offset", record.offset);
  visit("size", record.size);
  visit("checksum", record.checksum);
}

struct ObjectRecord {
  api::Body body;
  std::string etag;    // quoted, as on the wire
  Time last_modified;  // AWS: whole seconds
  StoredChecksum checksum;
  ObjectAttributes attributes;
  std::vector<ObjectPart> parts;  // none unless it was a multipart upload
};
template <class Visitor>
void visit_fields(ObjectRecord& record, Visitor&& visit) {
  visit("body", record.body);
  visit("etag", record.etag);
  visit("last_modified", record.last_modified);
  visit("checksum", record.checksum);
  visit("attributes", record.attributes);
  visit("parts", record.parts);
}

struct UploadRecord {
  Time initiated;
  ObjectAttributes attributes;
  /// What the caller asked for; none means that S3 adds a CRC64NVME of its own.
  std::optional<ChecksumAlgorithm> checksum_algorithm;
  ChecksumType checksum_type = ChecksumType::full_object;
};
template <class Visitor>
void visit_fields(UploadRecord& record, Visitor&& visit) {
  visit("initiated", record.initiated);
  visit("attributes", record.attributes);
  visit("checksum_algorithm", record.checksum_algorithm);
  visit("checksum_type", record.checksum_type);
}

struct PartRecord {
  api::Body body;
  std::string md5;  // raw
  Time last_modified;
  /// Of the upload's algorithm; then the one that came with the part, if it is another.
  std::vector<StoredChecksum> checksums;
};
template <class Visitor>
void visit_fields(PartRecord& record, Visitor&& visit) {
  visit("body", record.body);
  visit("md5", record.md5);
  visit("last_modified", record.last_modified);
  visit("checksums", record.checksums);
}

}  // namespace fallstreak::services::s3
