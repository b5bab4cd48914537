#include "services/s3/s3.h"

#include "api/s3/service.h"
#include "services/s3/buckets.h"
#include "services/s3/objects.h"
#include "services/s3/uploads.h"

namespace fallstreak::services {
namespace {

using namespace s3;
using Operations = dispatch::Operations<S3State>;

// Everywhere without effect: RequestPayer, because no bucket lets its readers pay, and the tags and
// redirects that are only told again (GetObjectTagging and websites are not there yet).

void bind_buckets(Operations& operations) {
  operations.bind<api::s3::CreateBucket>(create_bucket)
      .accepts({"Bucket", "CreateBucketConfiguration.LocationConstraint", "ACL", "GrantFullControl",
                "GrantRead", "GrantReadACP", "GrantWrite", "GrantWriteACP", "ObjectOwnership"});
  operations.bind<api::s3::HeadBucket>(head_bucket).accepts_all();
  operations.bind<api::s3::ListBuckets>(list_buckets).accepts_all();
  operations.bind<api::s3::GetBucketLocation>(get_bucket_location).accepts_all();
  operations.bind<api::s3::DeleteBucket>(delete_bucket).accepts_all();
}

void bind_objects(Operations& operations) {
  operations.bind<api::s3::PutObject>(put_object)
      .accepts({"ACL",
                "Body",
                "Bucket",
                "CacheControl",
                "ContentDisposition",
                "ContentEncoding",
                "ContentLanguage",
                "ContentLength",
                "ContentMD5",
                "ContentType",
                "ChecksumAlgorithm",
                "ChecksumCRC32",
                "ChecksumCRC32C",
                "ChecksumCRC64NVME",
                "ChecksumSHA1",
                "ChecksumSHA256",
                "Expires",
                "IfMatch",
                "IfNoneMatch",
                "GrantFullControl",
                "GrantRead",
                "GrantReadACP",
                "GrantWriteACP",
                "Key",
                "Metadata",
                "ServerSideEncryption",
                "StorageClass",
                "ExpectedBucketOwner"})
      .no_effect({"RequestPayer", "Tagging", "WebsiteRedirectLocation"});
  operations.bind<api::s3::CopyObject>(copy_object)
      .accepts({"ACL",
                "Bucket",
                "CacheControl",
                "ChecksumAlgorithm",
                "ContentDisposition",
                "ContentEncoding",
                "ContentLanguage",
                "ContentType",
                "CopySource",
                "CopySourceIfMatch",
                "CopySourceIfModifiedSince",
                "CopySourceIfNoneMatch",
                "CopySourceIfUnmodifiedSince",
                "Expires",
                "GrantFullControl",
                "GrantRead",
                "GrantReadACP",
                "GrantWriteACP",
                "IfMatch",
                "IfNoneMatch",
                "Key",
                "Metadata",
                "MetadataDirective",
                "ServerSideEncryption",
                "StorageClass",
                "ExpectedBucketOwner",
                "ExpectedSourceBucketOwner"})
      .no_effect({"RequestPayer", "Tagging", "TaggingDirective", "WebsiteRedirectLocation"});
  operations.bind<api::s3::DeleteObject>(delete_object)
      .accepts({"Bucket", "Key", "VersionId", "ExpectedBucketOwner", "IfMatch"})
      .no_effect({"RequestPayer"});
  operations.bind<api::s3::DeleteObjects>(delete_objects)
      .accepts({"Bucket", "Delete.Objects.Key", "Delete.Objects.VersionId", "Delete.Objects.ETag",
                "Delete.Quiet", "ExpectedBucketOwner", "ChecksumAlgorithm"})
      .no_effect({"RequestPayer"});
}

void bind_reads(Operations& operations) {
  const auto is_read = [](dispatch::Binding& binding) {
    binding
        .accepts({"Bucket", "IfMatch", "IfModifiedSince", "IfNoneMatch", "IfUnmodifiedSince", "Key",
                  "Range", "ResponseCacheControl", "ResponseContentDisposition",
                  "ResponseContentEncoding", "ResponseContentLanguage", "ResponseContentType",
                  "ResponseExpires", "VersionId", "PartNumber", "ExpectedBucketOwner",
                  "ChecksumMode"})
        .no_effect({"RequestPayer"});
  };
  is_read(operations.bind<api::s3::GetObject>(get_object));
  is_read(operations.bind<api::s3::HeadObject>(head_object));
  operations.bind<api::s3::ListObjects>(list_objects)
      .accepts({"Bucket", "Delimiter", "EncodingType", "Marker", "MaxKeys", "Prefix",
                "ExpectedBucketOwner"})
      .no_effect({"RequestPayer"});
  operations.bind<api::s3::ListObjectsV2>(list_objects_v2)
      .accepts({"Bucket", "Delimiter", "EncodingType", "MaxKeys", "Prefix", "ContinuationToken",
                "FetchOwner", "StartAfter", "ExpectedBucketOwner"})
      .no_effect({"RequestPayer"});
}

void bind_uploads(Operations& operations) {
  operations.bind<api::s3::CreateMultipartUpload>(create_multipart_upload)
      .accepts({"ACL", "Bucket", "CacheControl", "ContentDisposition", "ContentEncoding",
                "ContentLanguage", "ContentType", "Expires", "GrantFullControl", "GrantRead",
                "GrantReadACP", "GrantWriteACP", "Key", "Metadata", "ServerSideEncryption",
                "StorageClass", "ExpectedBucketOwner", "ChecksumAlgorithm", "ChecksumType"})
      .no_effect({"RequestPayer", "Tagging", "WebsiteRedirectLocation"});
  operations.bind<api::s3::ListMultipartUploads>(list_multipart_uploads)
      .accepts({"Bucket", "Delimiter", "EncodingType", "KeyMarker", "MaxUploads", "Prefix",
                "UploadIdMarker", "ExpectedBucketOwner"})
      .no_effect({"RequestPayer"});
  operations.bind<api::s3::AbortMultipartUpload>(abort_multipart_upload)
      .accepts({"Bucket", "Key", "UploadId", "ExpectedBucketOwner"})
      .no_effect({"RequestPayer"});
  operations.bind<api::s3::CompleteMultipartUpload>(complete_multipart_upload)
      .accepts({"Bucket",
                "Key",
                "UploadId",
                "MultipartUpload.Parts.ETag",
                "MultipartUpload.Parts.PartNumber",
                "MultipartUpload.Parts.ChecksumCRC32",
                "MultipartUpload.Parts.ChecksumCRC32C",
                "MultipartUpload.Parts.ChecksumCRC64NVME",
                "MultipartUpload.Parts.ChecksumSHA1",
                "MultipartUpload.Parts.ChecksumSHA256",
                "ChecksumCRC32",
                "ChecksumCRC32C",
                "ChecksumCRC64NVME",
                "ChecksumSHA1",
                "ChecksumSHA256",
                "ChecksumType",
                "MpuObjectSize",
                "IfMatch",
                "IfNoneMatch",
                "ExpectedBucketOwner"})
      .no_effect({"RequestPayer"});
}

void bind_parts(Operations& operations) {
  operations.bind<api::s3::UploadPart>(upload_part)
      .accepts({"Body", "Bucket", "ContentLength", "ContentMD5", "ChecksumAlgorithm",
                "ChecksumCRC32", "ChecksumCRC32C", "ChecksumCRC64NVME", "ChecksumSHA1",
                "ChecksumSHA256", "Key", "PartNumber", "UploadId", "ExpectedBucketOwner"})
      .no_effect({"RequestPayer"});
  operations.bind<api::s3::UploadPartCopy>(upload_part_copy)
      .accepts({"Bucket", "CopySource", "CopySourceIfMatch", "CopySourceIfModifiedSince",
                "CopySourceIfNoneMatch", "CopySourceIfUnmodifiedSince", "CopySourceRange", "Key",
                "PartNumber", "UploadId", "ExpectedBucketOwner", "ExpectedSourceBucketOwner"})
      .no_effect({"RequestPayer"});
  operations.bind<api::s3::ListParts>(list_parts)
      .accepts({"Bucket", "Key", "MaxParts", "PartNumberMarker", "UploadId", "ExpectedBucketOwner"})
      .no_effect({"RequestPayer"});
}

}  // namespace

void bind_s3(dispatch::Registry& registry) {
  Operations operations(registry, api::s3::kService, dispatch::Scope::partition);
  bind_buckets(operations);
  bind_objects(operations);
  bind_reads(operations);
  bind_uploads(operations);
  bind_parts(operations);
}

}  // namespace fallstreak::services
