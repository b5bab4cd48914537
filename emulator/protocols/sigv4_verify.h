#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "protocols/http_message.h"
#include "protocols/sigv4.h"
#include "protocols/sigv4_errors.h"

namespace fallstreak::protocols {

/// What is known of an access key.
struct SecretKey {
  std::string secret_access_key;
  /// Of temporary credentials: the token that must come with them, and when they end.
  std::string session_token = {};
  std::optional<Time> expires = {};
};
using SecretLookup = std::function<std::optional<SecretKey>(std::string_view access_key_id)>;

/// What `x-amz-content-sha256` says of an S3 body. Other services' bodies are hashed.
enum class PayloadForm : std::uint8_t {
  hashed,
  unsigned_,
  streaming_signed,
  streaming_signed_trailer,
  streaming_unsigned_trailer,
};

/// The form, or empty when the value is neither a form nor a SHA-256.
std::optional<PayloadForm> parse_payload_form(std::string_view content_sha256);

/// A request whose signature is right.
struct Verified {
  std::string access_key_id;
  std::string region;
  std::string service;
  PayloadForm payload = PayloadForm::hashed;
  /// Where the signatures of the chunks go on from.
  SignatureSeed seed;
};

/// Whether an S3 body is there to be hashed, or is checked later against `x-amz-content-sha256` by
/// the caller.
enum class BodyCheck : std::uint8_t { now, later };

struct VerifyOptions {
  AuthFamily family = AuthFamily::json;
  /// What the credential scope must say; empty: anything.
  std::string_view region = {};
  std::string_view service = {};
  BodyCheck body = BodyCheck::now;
  SigningKeyCache* cache = nullptr;
};

/// Checks a request as AWS does: form, time, scope, key, token, signature, then S3's body.
Outcome<Verified> verify(const HttpRequest& request, const SecretLookup& lookup, Time now,
                         const VerifyOptions& options);

}  // namespace fallstreak::protocols
