#pragma once

#include <string>
#include <string_view>

#include "services/s3/conditions.h"
#include "services/s3/state.h"

namespace fallstreak::services::s3 {

struct CopySource {
  std::string bucket;
  std::string key;
};
/// Reads `x-amz-copy-source`: `bucket/key` in percent-encoding, with or without a slash before it.
CopySource parse_copy_source(std::string_view header);

/// The object that CopyObject or UploadPartCopy reads, which must be the caller's to read and hold
/// what the request says of it.
const ObjectRecord& find_copy_source(Context& context, const CopySource& source,
                                     const std::optional<std::string>& expected_owner,
                                     const ReadConditions& conditions);

template <class Request>
const ObjectRecord& find_copy_source(Context& context, const CopySource& source,
                                     const Request& request) {
  return find_copy_source(context, source, request.ExpectedSourceBucketOwner,
                          {.if_match = request.CopySourceIfMatch,
                           .if_unmodified_since = request.CopySourceIfUnmodifiedSince,
                           .if_none_match = request.CopySourceIfNoneMatch,
                           .if_modified_since = request.CopySourceIfModifiedSince});
}

}  // namespace fallstreak::services::s3
