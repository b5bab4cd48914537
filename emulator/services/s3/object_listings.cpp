#include <utility>

#include "base/encoding.h"
#include "services/s3/checksums.h"
#include "services/s3/errors.h"
#include "services/s3/listing.h"
#include "services/s3/lookup.h"
#include "services/s3/objects.h"

namespace fallstreak::services::s3 {
namespace {

api::s3::Object describe(const ObjectRecord& record, std::string key) {
  api::s3::Object object{.Key = std::move(key),
                         .LastModified = record.last_modified,
                         .ETag = record.etag,
                         .Size = std::int64_t(record.body.size()),
                         .StorageClass = record.attributes.storage_class};
  object.ChecksumAlgorithm.emplace().emplace_back(name_of(record.checksum.algorithm));
  object.ChecksumType = std::string(name_of(record.checksum.type));
  return object;
}

enum class Owners { told, left_out };

/// Fills what both versions of the operation answer alike.
template <class Output>
ListingPage list_into(Context& context, const std::string& bucket, const ListingQuery& query,
                      const NameEncoder& encode, Owners owners, Output& output) {
  const api::s3::Owner owner{
      .ID = canonical_user_id(context.state.buckets.find(bucket)->owner_account_id)};
  const auto page = list_page(
      context.state.objects, bucket, query, [](std::string_view row_key) { return row_key; },
      [&](std::string_view key, const auto& row) {
        if (!output.Contents) output.Contents.emplace();
        auto object = describe(row.second, encode(key));
        if (owners == Owners::told) object.Owner = owner;
        output.Contents->push_back(std::move(object));
      });
  for (const std::string& prefix : page.common_prefixes) {
    if (!output.CommonPrefixes) output.CommonPrefixes.emplace();
    output.CommonPrefixes->push_back({.Prefix = encode(prefix)});
  }
  output.IsTruncated = page.is_truncated;
  output.Name = bucket;
  output.Prefix = encode(query.prefix);
  if (!query.delimiter.empty()) output.Delimiter = encode(query.delimiter);
  output.MaxKeys = query.limit;
  return page;
}

std::string decode_token(const std::string& token) {
  auto key = from_base64(token);
  if (!key || key->empty()) {
    throw invalid_argument("The continuation token provided is incorrect", "continuation-token",
                           token);
  }
  return std::move(*key);
}

}  // namespace

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
api::s3::ListObjectsOutput list_objects(Context& context,
                                        const api::s3::ListObjectsRequest& request) {
  find_bucket(context, *request.Bucket, request.ExpectedBucketOwner);
  const NameEncoder encode(request.EncodingType);
  const ListingQuery query{.prefix = request.Prefix.value_or(""),
                           .delimiter = request.Delimiter.value_or(""),
                           .marker = request.Marker.value_or(""),
                           .limit = page_limit(request.MaxKeys, "maxKeys")};
  api::s3::ListObjectsOutput output;
  const auto page = list_into(context, *request.Bucket, query, encode, Owners::told, output);
  output.Marker = encode(query.marker);
  output.EncodingType = request.EncodingType;
  // AWS: without a delimiter the last key is the next marker, and is not repeated.
  if (page.is_truncated && !query.delimiter.empty()) output.NextMarker = encode(page.last);
  return output;
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
api::s3::ListObjectsV2Output list_objects_v2(Context& context,
                                             const api::s3::ListObjectsV2Request& request) {
  find_bucket(context, *request.Bucket, request.ExpectedBucketOwner);
  const NameEncoder encode(request.EncodingType);
  ListingQuery query{.prefix = request.Prefix.value_or(""),
                     .delimiter = request.Delimiter.value_or(""),
                     .marker = request.StartAfter.value_or(""),
                     .limit = page_limit(request.MaxKeys, "maxKeys")};
  if (request.ContinuationToken) query.marker = decode_token(*request.ContinuationToken);
  const Owners owners = request.FetchOwner.value_or(false) ? Owners::told : Owners::left_out;
  api::s3::ListObjectsV2Output output;
  const auto page = list_into(context, *request.Bucket, query, encode, owners, output);
  output.KeyCount = page.count;
  output.StartAfter = encode.if_set(request.StartAfter);
  output.ContinuationToken = request.ContinuationToken;
  output.EncodingType = request.EncodingType;
  if (page.is_truncated) output.NextContinuationToken = to_base64(page.last);
  return output;
}

}  // namespace fallstreak::services::s3
