#include "services/s3/uploads.h"

#include <utility>

#include "base/encoding.h"
#include "services/s3/attributes.h"
#include "services/s3/checksums.h"
#include "services/s3/errors.h"
#include "services/s3/listing.h"
#include "services/s3/lookup.h"

namespace fallstreak::services::s3 {
namespace {

constexpr std::size_t kTimeDigits = 16;
constexpr std::size_t kRandomDigits = 48;

/// The moment first, so that ids sort by when their uploads began, as AWS lists them.
std::string new_upload_id(Context& context) {
  std::string moment(kTimeDigits, '0');
  auto nanoseconds = static_cast<std::uint64_t>(to_nanoseconds(context.now()));
  for (auto digit = moment.rbegin(); digit != moment.rend(); ++digit, nanoseconds >>= 4) {
    *digit = "0123456789abcdef"[nanoseconds & 0xF];
  }
  return moment + context.new_id("", int(kRandomDigits));
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
ChecksumType checksum_type_of(const std::optional<std::string>& wanted,
                              std::optional<ChecksumAlgorithm> algorithm) {
  if (!algorithm) {
    if (!wanted) return ChecksumType::full_object;
    throw invalid_request(
        "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm "
        "header.");
  }
  const bool is_crc64 = *algorithm == ChecksumAlgorithm::crc64nvme;
  const bool is_digest =
      *algorithm == ChecksumAlgorithm::sha1 || *algorithm == ChecksumAlgorithm::sha256;
  if (!wanted) return is_crc64 ? ChecksumType::full_object : ChecksumType::composite;
  const ChecksumType type =
      *wanted == "COMPOSITE" ? ChecksumType::composite : ChecksumType::full_object;
  const bool is_possible = type == ChecksumType::composite ? !is_crc64 : !is_digest;
  if (!is_possible) {
    throw invalid_request("The " + *wanted + " checksum type cannot be used with the " +
                          lower_case_name(*algorithm) + " checksum algorithm.");
  }
  return type;
}

template <class Output>
void tell_checksum_of_upload(const UploadRecord& upload, Output& output) {
  if (!upload.checksum_algorithm) return;
  output.ChecksumAlgorithm = std::string(name_of(*upload.checksum_algorithm));
  output.ChecksumType = std::string(name_of(upload.checksum_type));
}

/// A row of the table of uploads is `<key> NUL <upload id>`, and ids have no NUL.
std::string_view key_of_row(std::string_view row) { return row.substr(0, row.rfind('\0')); }
std::string_view upload_id_of_row(std::string_view row) { return row.substr(row.rfind('\0') + 1); }

/// AWS: an upload id alone says nothing; with a key it is the place in the uploads of that key.
ListingQuery query_of(const api::s3::ListMultipartUploadsRequest& request) {
  ListingQuery query{.prefix = request.Prefix.value_or(""),
                     .delimiter = request.Delimiter.value_or(""),
                     .marker = request.KeyMarker.value_or(""),
                     .limit = page_limit(request.MaxUploads, "max-uploads")};
  if (query.marker.empty()) return query;
  const std::string rows_of_key = query.marker + '\0';
  query.first_row = request.UploadIdMarker.value_or("").empty()
                        ? after_prefix(rows_of_key)
                        : rows_of_key + *request.UploadIdMarker + '\0';
  return query;
}

}  // namespace

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
api::s3::CreateMultipartUploadOutput create_multipart_upload(
    Context& context, const api::s3::CreateMultipartUploadRequest& request) {
  find_bucket(context, *request.Bucket, request.ExpectedBucketOwner);
  check_key(*request.Key);
  check_access(request);
  UploadRecord upload{.initiated = context.now(), .attributes = read_attributes(request)};
  if (request.ChecksumAlgorithm) {
    upload.checksum_algorithm = algorithm_named(*request.ChecksumAlgorithm);
  }
  upload.checksum_type = checksum_type_of(request.ChecksumType, upload.checksum_algorithm);

  api::s3::CreateMultipartUploadOutput output{.Bucket = request.Bucket,
                                              .Key = request.Key,
                                              .UploadId = new_upload_id(context),
                                              .ServerSideEncryption = std::string(kEncryption)};
  tell_checksum_of_upload(upload, output);
  context.state.uploads.insert(upload_key(*request.Bucket, *request.Key, *output.UploadId),
                               std::move(upload));
  return output;
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
api::s3::ListMultipartUploadsOutput list_multipart_uploads(
    Context& context, const api::s3::ListMultipartUploadsRequest& request) {
  const BucketRecord& bucket = find_bucket(context, *request.Bucket, request.ExpectedBucketOwner);
  const NameEncoder encode(request.EncodingType);
  const ListingQuery query = query_of(request);
  const std::string owner = canonical_user_id(bucket.owner_account_id);
  api::s3::ListMultipartUploadsOutput output;
  std::string last_upload_id;
  const auto page = list_page(context.state.uploads, *request.Bucket, query, key_of_row,
                              [&](std::string_view key, const auto& row) {
                                if (!output.Uploads) output.Uploads.emplace();
                                last_upload_id = upload_id_of_row(row.first);
                                api::s3::MultipartUpload upload{
                                    .UploadId = last_upload_id,
                                    .Key = encode(key),
                                    .Initiated = whole_seconds(row.second.initiated),
                                    .StorageClass = row.second.attributes.storage_class};
                                upload.Owner = api::s3::Owner{.ID = owner};
                                upload.Initiator = api::s3::Initiator{.ID = owner};
                                tell_checksum_of_upload(row.second, upload);
                                output.Uploads->push_back(std::move(upload));
                              });
  for (const std::string& prefix : page.common_prefixes) {
    if (!output.CommonPrefixes) output.CommonPrefixes.emplace();
    output.CommonPrefixes->push_back({.Prefix = encode(prefix)});
  }
  output.Bucket = request.Bucket;
  output.KeyMarker = encode(query.marker);
  output.UploadIdMarker = request.UploadIdMarker.value_or("");
  output.Prefix = encode.if_set(request.Prefix);
  output.Delimiter = encode.if_set(request.Delimiter);
  output.EncodingType = request.EncodingType;
  output.MaxUploads = query.limit;
  output.IsTruncated = page.is_truncated;
  if (page.is_truncated) {
    output.NextKeyMarker = encode(page.last);
    const bool ends_with_prefix =
        !page.common_prefixes.empty() && page.common_prefixes.back() == page.last;
    output.NextUploadIdMarker = ends_with_prefix ? "" : last_upload_id;
  }
  return output;
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html
api::s3::AbortMultipartUploadOutput abort_multipart_upload(
    Context& context, const api::s3::AbortMultipartUploadRequest& request) {
  find_bucket(context, *request.Bucket, request.ExpectedBucketOwner);
  find_upload(context, *request.Bucket, *request.Key, *request.UploadId);
  context.state.parts.erase_prefix(parts_prefix(*request.UploadId));
  context.state.uploads.erase(upload_key(*request.Bucket, *request.Key, *request.UploadId));
  return {};
}

}  // namespace fallstreak::services::s3
