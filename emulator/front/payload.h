#pragma once

#include <cstdint>
#include <optional>

#include "api/shape.h"
#include "protocols/http_message.h"
#include "protocols/sigv4.h"

/// What stands around a body on the wire and what its headers promise of it. All of it runs before
/// the world is held.
namespace fallstreak::front {

/// Undoes `Content-Encoding: gzip`, which the SDKs of some services use for large requests. Throws
/// what AWS answers when it does not read, or when it is larger than `limit`.
void decompress(protocols::HttpRequest& request, std::uint64_t limit);

/// Leaves an S3 request with the bytes that it carries: undoes aws-chunked and checks them against
/// every digest that came with them. A trailing checksum becomes a header. With a `seed` the
/// signatures of the chunks are verified. Throws AWS's error.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
void read_s3_payload(const api::Operation& operation, protocols::HttpRequest& request,
                     std::optional<protocols::SignatureSeed> seed);

/// Gives the body of a decoded S3 request the checksums that its handler needs: those that came
/// with it, which `read_s3_payload` found to be true, MD5, and CRC64NVME where none came.
void note_checksums(const api::Operation& operation, void* input);

}  // namespace fallstreak::front
