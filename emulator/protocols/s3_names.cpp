#include "protocols/s3_names.h"

#include <algorithm>
#include <array>

namespace fallstreak::protocols {

namespace {

struct Root {
  std::string_view operation;
  std::string_view element;
};

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
constexpr std::array kRoots{
    Root{"CompleteMultipartUpload", "CompleteMultipartUploadResult"},
    Root{"CreateMultipartUpload", "InitiateMultipartUploadResult"},
    Root{"DeleteObjects", "DeleteResult"},
    Root{"GetBucketAccelerateConfiguration", "AccelerateConfiguration"},
    Root{"GetBucketAcl", "AccessControlPolicy"},
    Root{"GetBucketCors", "CORSConfiguration"},
    Root{"GetBucketLifecycle", "LifecycleConfiguration"},
    Root{"GetBucketLifecycleConfiguration", "LifecycleConfiguration"},
    Root{"GetBucketLocation", "LocationConstraint"},
    Root{"GetBucketLogging", "BucketLoggingStatus"},
    Root{"GetBucketNotificationConfiguration", "NotificationConfiguration"},
    Root{"GetBucketRequestPayment", "RequestPaymentConfiguration"},
    Root{"GetBucketTagging", "Tagging"},
    Root{"GetBucketVersioning", "VersioningConfiguration"},
    Root{"GetBucketWebsite", "WebsiteConfiguration"},
    Root{"GetObjectAcl", "AccessControlPolicy"},
    Root{"GetObjectAttributes", "GetObjectAttributesResponse"},
    Root{"GetObjectTagging", "Tagging"},
    Root{"ListBuckets", "ListAllMyBucketsResult"},
    Root{"ListMultipartUploads", "ListMultipartUploadsResult"},
    Root{"ListObjectVersions", "ListVersionsResult"},
    Root{"ListObjects", "ListBucketResult"},
    Root{"ListObjectsV2", "ListBucketResult"},
    Root{"ListParts", "ListPartsResult"},
};

constexpr std::array<std::string_view, 34> kSubresources{"accelerate",
                                                         "acl",
                                                         "analytics",
                                                         "attributes",
                                                         "cors",
                                                         "delete",
                                                         "encryption",
                                                         "intelligent-tiering",
                                                         "inventory",
                                                         "legal-hold",
                                                         "lifecycle",
                                                         "location",
                                                         "logging",
                                                         "metadataTable",
                                                         "metrics",
                                                         "notification",
                                                         "object-lock",
                                                         "ownershipControls",
                                                         "policy",
                                                         "policyStatus",
                                                         "publicAccessBlock",
                                                         "renameObject",
                                                         "replication",
                                                         "requestPayment",
                                                         "restore",
                                                         "retention",
                                                         "select",
                                                         "session",
                                                         "tagging",
                                                         "torrent",
                                                         "uploads",
                                                         "versioning",
                                                         "versions",
                                                         "website"};

static_assert(std::ranges::is_sorted(kRoots, {}, &Root::operation));
static_assert(std::ranges::is_sorted(kSubresources));

}  // namespace

std::string_view s3_root(std::string_view operation) {
  const auto found = std::ranges::lower_bound(kRoots, operation, {}, &Root::operation);
  return found != kRoots.end() && found->operation == operation ? found->element
                                                                : std::string_view();
}

bool is_s3_subresource(std::string_view key) {
  return std::ranges::binary_search(kSubresources, key);
}

}  // namespace fallstreak::protocols
