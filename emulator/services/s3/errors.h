#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/checksum.h"
#include "base/error.h"
#include "base/time.h"

/// The refusals of S3: each code and message once.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
namespace fallstreak::services::s3 {

ApiError not_implemented(std::string_view what);
ApiError header_not_implemented(std::string_view header);
ApiError invalid_argument(std::string message, std::string_view name, std::string_view value);
ApiError invalid_request(std::string message);
ApiError malformed_xml();
ApiError access_denied();

ApiError invalid_bucket_name(std::string_view bucket);
ApiError no_such_bucket(std::string_view bucket);
ApiError bucket_already_exists(std::string_view bucket);
ApiError bucket_already_owned_by_you(std::string_view bucket);
ApiError bucket_not_empty(std::string_view bucket);
ApiError illegal_location_constraint(std::string_view constraint);
ApiError bucket_cannot_have_acls();
ApiError bucket_does_not_allow_acls();

ApiError no_such_key(std::string_view key);
ApiError key_too_long(std::size_t size);
ApiError metadata_too_large(std::size_t size);
ApiError invalid_storage_class();
ApiError invalid_object_state(std::string_view storage_class);
ApiError object_not_in_active_tier();
ApiError invalid_redirect_location();
ApiError invalid_tag(std::string message);
ApiError bad_request_for_tags();
ApiError precondition_failed(std::string_view condition);
ApiError not_modified(std::string_view etag, Time last_modified);
ApiError invalid_range(std::string_view requested, std::uint64_t size);
ApiError invalid_part_number(std::int64_t requested, std::size_t parts);

ApiError incomplete_body();
ApiError invalid_content_md5(std::string_view value);
ApiError content_md5_does_not_match(std::string_view expected, std::string_view calculated);
ApiError invalid_checksum_value(ChecksumAlgorithm algorithm);
ApiError several_checksums();
ApiError checksum_does_not_match(ChecksumAlgorithm algorithm);

ApiError no_such_upload(std::string_view upload_id);
/// `expected` or `actual` is `null` where there is no checksum.
ApiError checksum_type_mismatch(std::string_view expected, std::string_view actual);
ApiError invalid_part(std::string_view upload_id, std::int64_t part_number, std::string_view etag);
ApiError invalid_part_order(std::string_view upload_id);
ApiError entity_too_small(std::uint64_t size, std::uint64_t smallest, std::int64_t part_number,
                          std::string_view etag);

}  // namespace fallstreak::services::s3
