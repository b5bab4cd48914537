#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "protocols/canonical_request.h"
#include "protocols/http_message.h"

/// Signature Version 4, the signing side. Verifying is in sigv4_verify.h.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
namespace fallstreak::protocols {

inline constexpr std::string_view kSigV4Algorithm = "AWS4-HMAC-SHA256";
/// What the scope of a signature ends in.
inline constexpr std::string_view kSigV4Terminator = "aws4_request";
// What may stand in `x-amz-content-sha256` instead of a hash.
inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";
inline constexpr std::string_view kStreamingSigned = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
inline constexpr std::string_view kStreamingSignedTrailer =
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
inline constexpr std::string_view kStreamingUnsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token = {};
  bool operator==(const Credentials&) const = default;
};

/// The key of one secret, day, region and service.
using SigningKey = std::array<char, 32>;
SigningKey derive_signing_key(std::string_view secret_access_key, std::string_view date,
                              std::string_view region, std::string_view service);

/// Remembers the last derived keys, because deriving one takes four of a signature's five HMACs.
/// For one thread.
class SigningKeyCache {
 public:
  const SigningKey& find(std::string_view secret_access_key, std::string_view date,
                         std::string_view region, std::string_view service);

 private:
  struct Entry {
    std::string secret_access_key;
    std::string scope;
    SigningKey key;
  };
  std::vector<Entry> entries_;
  std::size_t oldest_ = 0;
};

/// What a signature leaves behind: each chunk's signature continues it.
struct SignatureSeed {
  SigningKey key{};
  std::string timestamp;  // 20150830T123600Z
  std::string scope;      // 20150830/us-east-1/s3/aws4_request
  std::string signature;
};

/// The signatures of the chunks of one body, in order.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
class ChunkSigner {
 public:
  explicit ChunkSigner(SignatureSeed seed) : seed_(std::move(seed)) {}
  /// The signature of the next chunk, given the hexadecimal SHA-256 of its bytes.
  const std::string& sign_chunk(std::string_view sha256_hex);
  /// The signature of the trailers, given as `name:value\n` each.
  const std::string& sign_trailers(std::string_view canonical_trailers);

 private:
  SignatureSeed seed_;
};

enum class ContentSha256Header : std::uint8_t { for_s3, always, never };
enum class SessionToken : std::uint8_t { signed_, added_after };

struct SignOptions {
  /// What stands for the body; empty: its SHA-256 (of a presigned S3 request: UNSIGNED-PAYLOAD).
  std::string_view payload_hash = {};
  ContentSha256Header content_sha256 = ContentSha256Header::for_s3;
  SessionToken session_token = SessionToken::signed_;
  /// Empty: as the service does it.
  std::optional<PathRule> path_rule = {};
  SigningKeyCache* cache = nullptr;
};

/// Adds `X-Amz-Date`, the token, S3's `X-Amz-Content-Sha256` and `Authorization`. The request must
/// have its Host.
SignatureSeed sign(HttpRequest& request, const Credentials& credentials, std::string_view region,
                   std::string_view service, Time now, const SignOptions& options = {});

/// Adds the same to the query instead, for a link that works until it expires.
SignatureSeed presign(HttpRequest& request, const Credentials& credentials, std::string_view region,
                      std::string_view service, Time now, std::chrono::seconds expires,
                      const SignOptions& options = {});

/// The text whose HMAC is the signature.
std::string string_to_sign(std::string_view timestamp, std::string_view scope,
                           std::string_view canonical);
std::string hmac_sha256_hex(const SigningKey& key, std::string_view text);

}  // namespace fallstreak::protocols
