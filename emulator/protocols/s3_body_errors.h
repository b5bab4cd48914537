#pragma once

#include <string_view>

#include "base/checksum.h"
#include "base/error.h"

/// What S3 answers to a body that is not what its headers say.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
namespace fallstreak::protocols {

ApiError incomplete_body();
ApiError body_terminated_unexpectedly();
ApiError missing_content_length();
ApiError invalid_chunk_size(std::uint64_t chunk, std::uint64_t size);
ApiError chunk_signature_does_not_match(std::string_view provided);
ApiError malformed_trailer();
ApiError unsupported_trailer();
ApiError invalid_checksum_value(std::string_view header);
ApiError invalid_trailing_checksum_value(std::string_view header);
ApiError checksum_does_not_match(ChecksumAlgorithm algorithm);
ApiError several_checksums();
ApiError checksum_algorithm_without_value();
ApiError missing_checksum();
ApiError invalid_content_md5(std::string_view value);
ApiError content_md5_does_not_match(std::string_view expected, std::string_view calculated);

}  // namespace fallstreak::protocols
