#include "protocols/sigv4_verify.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/checksum.h"
#include "protocols/sigv4_claim.h"

namespace fallstreak::protocols {
namespace {

using Refusal = tl::unexpected<ApiError>;
using std::chrono::minutes;

constexpr minutes kSkew{5};
constexpr minutes kSkewOfS3{15};

constexpr std::array kForms = {
    std::pair{kUnsignedPayload, PayloadForm::unsigned_},
    std::pair{kStreamingSigned, PayloadForm::streaming_signed},
    std::pair{kStreamingSignedTrailer, PayloadForm::streaming_signed_trailer},
    std::pair{kStreamingUnsignedTrailer, PayloadForm::streaming_unsigned_trailer}};

std::optional<ApiError> check_time(const SignatureClaim& claim, Time now, AuthFamily family) {
  const minutes allowed = family == AuthFamily::s3 ? kSkewOfS3 : kSkew;
  if (claim.is_query && family == AuthFamily::s3) {
    if (claim.signed_at > now + allowed) {
      return presigned_request_not_yet_valid(claim.signed_at, claim.expires, now);
    }
    if (now > claim.signed_at + claim.expires) {
      return presigned_request_expired(claim.signed_at, claim.expires, now);
    }
    return std::nullopt;
  }
  // A presigned request of another service lives as long as it says, in whole minutes of the text.
  const auto past = claim.is_query ? std::chrono::ceil<minutes>(claim.expires) : allowed;
  const bool is_late =
      claim.is_query ? now > claim.signed_at + claim.expires : now > claim.signed_at + allowed;
  if (is_late) {
    return request_time_too_skewed(family, claim.timestamp, claim.signed_at, now, past);
  }
  if (claim.signed_at > now + allowed) {
    return request_time_too_skewed(family, claim.timestamp, claim.signed_at, now, allowed);
  }
  return std::nullopt;
}

std::optional<ApiError> check_scope_of_s3(const SignatureClaim& claim,
                                          const VerifyOptions& options) {
  const auto refuse = [&](const std::string& reason) {
    return claim.is_query ? authorization_query_parameters_error(
                                "Error parsing the X-Amz-Credential parameter; " + reason)
                          : authorization_header_malformed(reason);
  };
  const std::string_view service = options.service.empty() ? "s3" : options.service;
  if (claim.service != service) {
    return refuse("incorrect service \"" + claim.service + "\". This endpoint belongs to \"" +
                  std::string(service) + "\".");
  }
  if (claim.terminator != kSigV4Terminator) {
    return refuse("incorrect terminal \"" + claim.terminator +
                  "\". This endpoint uses \"aws4_request\".");
  }
  if (!options.region.empty() && claim.region != options.region) {
    return wrong_region(claim.region, options.region, claim.is_query);
  }
  if (claim.date != claim.timestamp.substr(0, 8)) {
    return refuse("Invalid credential date \"" + claim.date +
                  "\". This date is not the same as X-Amz-Date: \"" + claim.timestamp.substr(0, 8) +
                  "\".");
  }
  return std::nullopt;
}

/// AWS: every fault of the scope is told at once.
std::optional<ApiError> check_scope(const SignatureClaim& claim, const VerifyOptions& options) {
  std::string faults;
  if (!options.region.empty() && claim.region != options.region) {
    faults += "Credential should be scoped to a valid region. ";
  }
  if (!options.service.empty() && claim.service != options.service) {
    faults += "Credential should be scoped to correct service: " + quoted(options.service) + ". ";
  }
  if (claim.terminator != kSigV4Terminator) {
    faults += "Credential should be scoped with a valid terminator: 'aws4_request', not " +
              quoted(claim.terminator) + ". ";
  }
  const std::string day = claim.timestamp.substr(0, 8);
  if (claim.date != day) {
    faults +=
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
        "HTTP: " +
        quoted(claim.date) + " != " + quoted(day) + ", from " + quoted(claim.timestamp) + ". ";
  }
  if (faults.empty()) return std::nullopt;
  return invalid_signature(options.family, std::move(faults));
}

/// AWS: a signature that leaves out the host, or (S3) an `x-amz-` header, protects nothing.
std::optional<ApiError> check_signed_headers(const SignatureClaim& claim,
                                             const HttpRequest& request, AuthFamily family) {
  const auto is_signed = [&](std::string_view name) {
    return std::ranges::binary_search(claim.signed_headers, name);
  };
  if (family != AuthFamily::s3) {
    if (is_signed("host") || is_signed(":authority")) return std::nullopt;
    return invalid_signature(
        family, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  std::vector<std::string> unsigned_names;
  if (!is_signed("host")) unsigned_names.emplace_back("host");
  for (const Header& header : request.headers) {
    std::string name = to_lower_case(header.name);
    if (name.starts_with("x-amz-") && name != "x-amz-content-sha256" && !is_signed(name)) {
      unsigned_names.push_back(std::move(name));
    }
  }
  if (unsigned_names.empty()) return std::nullopt;
  std::string joined;
  for (const std::string& name : unsigned_names) joined += (joined.empty() ? "" : ", ") + name;
  return headers_not_signed(std::move(joined));
}

std::optional<ApiError> check_token(const SignatureClaim& claim, const SecretKey& secret, Time now,
                                    AuthFamily family) {
  if (claim.session_token != secret.session_token) return invalid_session_token(family);
  if (secret.expires && now >= *secret.expires) return expired_session_token(family);
  return std::nullopt;
}

/// Takes the same time wherever the texts differ.
bool equals_in_constant_time(std::string_view left, std::string_view right) {
  unsigned difference = left.size() == right.size() ? 0U : 1U;
  for (std::size_t at = 0; at < std::min(left.size(), right.size()); ++at) {
    difference |= static_cast<unsigned char>(left[at] ^ right[at]);
  }
  return difference == 0;
}

/// The line of the canonical request that stands for the body, and the form of the body.
Outcome<std::pair<std::string, PayloadForm>> payload_of(const HttpRequest& request,
                                                        const SignatureClaim& claim,
                                                        AuthFamily family) {
  if (family != AuthFamily::s3) return std::pair{sha256_hex(request.body), PayloadForm::hashed};
  const std::string* header = find_header(request.headers, "x-amz-content-sha256");
  if (header == nullptr && !claim.is_query) return Refusal(missing_content_sha256());
  const std::string value = header                          ? *header
                            : !claim.content_sha256.empty() ? claim.content_sha256
                                                            : std::string(kUnsignedPayload);
  const auto form = parse_payload_form(value);
  if (!form) return Refusal(invalid_content_sha256(value));
  return std::pair{value, *form};
}

Outcome<Verified> check_signature(const HttpRequest& request, const SignatureClaim& claim,
                                  const SecretKey& secret, const VerifyOptions& options) {
  const auto payload = payload_of(request, claim, options.family);
  if (!payload) return Refusal(payload.error());
  const auto& [payload_hash, form] = *payload;

  Verified verified{claim.access_key_id, claim.region, claim.service, form, {}};
  SignatureSeed& seed = verified.seed;
  seed.timestamp = claim.timestamp;
  seed.scope = claim.date + '/' + claim.region + '/' + claim.service + '/' + claim.terminator;
  seed.key =
      options.cache
          ? options.cache->find(secret.secret_access_key, claim.date, claim.region, claim.service)
          : derive_signing_key(secret.secret_access_key, claim.date, claim.region, claim.service);
  const PathRule rule =
      options.family == AuthFamily::s3 ? PathRule::s3 : path_rule_of(claim.service);
  std::string canonical = canonical_request(request, claim.signed_headers, payload_hash, rule);
  std::string to_sign = string_to_sign(seed.timestamp, seed.scope, canonical);
  seed.signature = hmac_sha256_hex(seed.key, to_sign);
  if (!equals_in_constant_time(seed.signature, claim.signature)) {
    return Refusal(signature_does_not_match(
        options.family,
        {claim.access_key_id, std::move(canonical), std::move(to_sign), claim.signature}));
  }
  if (options.family == AuthFamily::s3 && form == PayloadForm::hashed &&
      options.body == BodyCheck::now) {
    const std::string computed = sha256_hex(request.body);
    if (computed != payload_hash) return Refusal(content_sha256_mismatch(payload_hash, computed));
  }
  return verified;
}

}  // namespace

std::optional<PayloadForm> parse_payload_form(std::string_view content_sha256) {
  for (const auto& [name, form] : kForms) {
    if (content_sha256 == name) return form;
  }
  const bool is_hash = content_sha256.size() == 64 &&
                       content_sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!is_hash) return std::nullopt;
  return PayloadForm::hashed;
}

Outcome<Verified> verify(const HttpRequest& request, const SecretLookup& lookup, Time now,
                         const VerifyOptions& options) {
  const AuthFamily family = options.family;
  const auto claim = read_claim(request, family);
  if (!claim) return Refusal(claim.error());
  if (auto error = check_signed_headers(*claim, request, family)) return Refusal(std::move(*error));
  if (auto error = check_time(*claim, now, family)) return Refusal(std::move(*error));
  if (auto error = family == AuthFamily::s3 ? check_scope_of_s3(*claim, options)
                                            : check_scope(*claim, options)) {
    return Refusal(std::move(*error));
  }
  const auto secret = lookup(claim->access_key_id);
  if (!secret) return Refusal(unrecognized_client(family, claim->access_key_id));
  if (auto error = check_token(*claim, *secret, now, family)) return Refusal(std::move(*error));
  return check_signature(request, *claim, *secret, options);
}

}  // namespace fallstreak::protocols
