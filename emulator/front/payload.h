#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/shape.h"
#include "protocols/http_message.h"
#include "protocols/sigv4.h"

/// What stands around a body on the wire and what its headers promise of it. All of it runs before
/// the world is held.
namespace fallstreak::front {

/// Undoes `Content-Encoding: gzip` of the services whose SDKs compress requests. Throws what AWS
/// answers when it does not read, or when it is larger than `limit`.
void decompress(protocols::HttpRequest& request, std::uint64_t limit);

/// Undoes aws-chunked and checks the body of an S3 request against `x-amz-content-sha256`. With a
/// `seed` the signatures of the chunks are verified. A trailing checksum becomes a header.
void decode_s3_payload(protocols::HttpRequest& request,
                       std::optional<protocols::SignatureSeed> seed);

/// Checks `Content-MD5` and, where they describe this body, the `x-amz-checksum-*` headers.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
void check_s3_checksums(const api::Operation& operation, const protocols::HttpRequest& request);

}  // namespace fallstreak::front
