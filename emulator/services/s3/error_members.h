#pragma once

#include <optional>
#include <string>

#include "base/error.h"

namespace fallstreak::services::s3 {

/// What S3 writes after `Code` and `Message`. Its model declares none of it. Those that are set are
/// written, in this order.
struct ErrorMembers {
  std::optional<std::string> argument_name;
  std::optional<std::string> argument_value;
  std::optional<std::string> bucket_name;
  std::optional<std::string> key;
  std::optional<std::string> upload_id;
  std::optional<std::string> part_number;
  std::optional<std::string> etag;
  std::optional<std::string> condition;
  std::optional<std::string> header;
  std::optional<std::string> size;
  std::optional<std::string> max_size_allowed;
  std::optional<std::string> proposed_size;
  std::optional<std::string> min_size_allowed;
  std::optional<std::string> range_requested;
  std::optional<std::string> actual_object_size;
  std::optional<std::string> part_number_requested;
  std::optional<std::string> actual_part_count;
  std::optional<std::string> storage_class;
  std::optional<std::string> content_md5;
  std::optional<std::string> expected_digest;
  std::optional<std::string> calculated_digest;
  /// Headers of the answer, where a 304 has no body.
  std::optional<std::string> etag_header;
  std::optional<std::string> last_modified_header;
};

/// The error with those members.
ApiError with_members(ApiError error, ErrorMembers members);

}  // namespace fallstreak::services::s3
