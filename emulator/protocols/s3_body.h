#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/checksum.h"
#include "base/error.h"
#include "protocols/aws_chunked.h"
#include "protocols/http_message.h"

namespace fallstreak::protocols {

/// A checksum that a client sent with a body.
struct ChecksumValue {
  ChecksumAlgorithm algorithm;
  std::string base64;
  bool operator==(const ChecksumValue&) const = default;
};

/// The bytes of a request as they are stored, and the checksum that came with them in a header or
/// trailer.
struct S3Body {
  std::string bytes;
  std::optional<ChecksumValue> checksum;
};

/// Decodes an aws-chunked body, or takes a plain one, and checks it against `x-amz-checksum-*`,
/// `Content-MD5` and its trailers. With a seed, the signatures of chunks and trailers too. Not for
/// CompleteMultipartUpload, whose checksum headers speak of the object and not of its body.
Outcome<S3Body> read_s3_body(HttpRequest&& request, std::optional<SignatureSeed> seed = {});

/// AWS: `aws-chunked` is how the object came, not what it is, so S3 does not store it.
std::string without_aws_chunked(std::string_view content_encoding);

}  // namespace fallstreak::protocols
