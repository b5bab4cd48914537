#include "protocols/sigv4_claim.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "protocols/credential.h"
#include "protocols/sigv4.h"

namespace fallstreak::protocols {
namespace {

using Refusal = tl::unexpected<ApiError>;

constexpr std::chrono::seconds kLongestExpiry = std::chrono::hours(7 * 24);
constexpr std::string_view kCredentialForm =
    "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/"
    "aws4_request\".";

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view algorithm_of(std::string_view header) {
  return header.substr(0, header.find(' '));
}

std::optional<ApiError> read_scope(SignatureClaim& claim, std::string_view credential,
                                   AuthFamily family) {
  auto parts = split(credential, '/');
  if (parts.size() != 5 || parts[0].empty()) {
    if (family != AuthFamily::s3) {
      return incomplete_signature(family,
                                  "Credential must have exactly 5 slash-delimited elements, e.g. "
                                  "keyid/date/region/service/term, got " +
                                      quoted(credential));
    }
    if (!claim.is_query) return authorization_header_malformed(kCredentialForm);
    return authorization_query_parameters_error("Error parsing the X-Amz-Credential parameter; " +
                                                std::string(kCredentialForm));
  }
  claim.access_key_id = std::move(parts[0]);
  claim.date = std::move(parts[1]);
  claim.region = std::move(parts[2]);
  claim.service = std::move(parts[3]);
  claim.terminator = std::move(parts[4]);
  return std::nullopt;
}

void read_signed_headers(SignatureClaim& claim, std::string_view list) {
  for (const std::string& name : split(list, ';')) {
    if (!name.empty()) claim.signed_headers.push_back(to_lower_case(name));
  }
  std::ranges::sort(claim.signed_headers);
}

/// X-Amz-Date, else Date: whichever the client used is what it signed.
std::optional<ApiError> read_date(SignatureClaim& claim, const HttpRequest& request,
                                  AuthFamily family) {
  const std::string* amz_date = find_header(request.headers, "x-amz-date");
  const std::string* date = amz_date ? amz_date : find_header(request.headers, "date");
  if (date == nullptr) return invalid_date_header();  // Other families refused it before.
  std::optional<Time> time = parse_basic_iso8601(*date);
  if (!time && !amz_date) time = parse_http_date(*date);
  if (!time) {
    if (family == AuthFamily::s3) return invalid_date_header();
    return incomplete_signature(family, "Date must be in ISO-8601 'basic format'. Got " +
                                            quoted(*date) +
                                            ". See http://en.wikipedia.org/wiki/ISO_8601");
  }
  claim.signed_at = *time;
  claim.timestamp = to_basic_iso8601(*time);
  return std::nullopt;
}

struct Authorization {
  std::optional<std::string> credential;
  std::optional<std::string> signed_headers;
  std::optional<std::string> signature;
};

std::optional<ApiError> read_components(Authorization& parts, std::string_view header,
                                        AuthFamily family) {
  const std::string_view list = header.substr(std::min(header.find(' '), header.size()));
  for (const std::string& component : split(list, ',')) {
    const std::string_view text = trim(component);
    if (text.empty()) continue;
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) {
      if (family == AuthFamily::s3) {
        return authorization_header_malformed("the authorization component \"" + std::string(text) +
                                              "\" is malformed.");
      }
      return incomplete_signature(
          family, quoted(text) +
                      " not a valid key=value pair (missing equal-sign) in Authorization header: " +
                      quoted(header) + ".");
    }
    const std::string_view name = text.substr(0, equals);
    std::string value(text.substr(equals + 1));
    if (name == "Credential") parts.credential = std::move(value);
    if (name == "SignedHeaders") parts.signed_headers = std::move(value);
    if (name == "Signature") parts.signature = std::move(value);
  }
  return std::nullopt;
}

std::optional<ApiError> find_missing(const Authorization& parts, const HttpRequest& request,
                                     std::string_view header, AuthFamily family) {
  if (family == AuthFamily::s3) {
    if (!parts.credential) return authorization_header_malformed("missing Credential.");
    if (!parts.signed_headers) return authorization_header_malformed("missing SignedHeaders.");
    if (!parts.signature) return authorization_header_malformed("missing Signature.");
    return std::nullopt;
  }
  std::string missing;
  const auto require = [&](const std::optional<std::string>& part, std::string_view name) {
    if (!part) missing += "Authorization header requires " + quoted(name) + " parameter. ";
  };
  require(parts.credential, "Credential");
  require(parts.signature, "Signature");
  require(parts.signed_headers, "SignedHeaders");
  if (!find_header(request.headers, "x-amz-date") && !find_header(request.headers, "date")) {
    missing +=
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (missing.empty()) return std::nullopt;
  return incomplete_signature(family, missing + "Authorization=" + std::string(header));
}

Outcome<SignatureClaim> read_header_claim(const HttpRequest& request, AuthFamily family) {
  const std::string& header = *find_header(request.headers, "authorization");
  SignatureClaim claim;
  Authorization parts;
  if (auto error = read_components(parts, header, family)) return Refusal(std::move(*error));
  if (auto error = find_missing(parts, request, header, family)) return Refusal(std::move(*error));
  if (auto error = read_scope(claim, *parts.credential, family)) return Refusal(std::move(*error));
  if (auto error = read_date(claim, request, family)) return Refusal(std::move(*error));
  read_signed_headers(claim, *parts.signed_headers);
  claim.signature = std::move(*parts.signature);
  claim.session_token = header_or_empty(request.headers, "x-amz-security-token");
  return claim;
}

std::optional<ApiError> find_missing_parameter(const Target& target, AuthFamily family) {
  if (family == AuthFamily::s3) {
    for (const std::string_view name : {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature",
                                        "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Expires"}) {
      if (target.find(name)) continue;
      return authorization_query_parameters_error(
          "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
          "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
    }
    return std::nullopt;
  }
  std::string missing;
  for (const std::string_view name :
       {"X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"}) {
    if (!target.find(name)) {
      missing += "AWS query-string parameters must include " + quoted(name) + ". ";
    }
  }
  if (missing.empty()) return std::nullopt;
  return incomplete_signature(family, missing + "Re-examine the query-string parameters.");
}

/// AWS: seven days at most. Services other than S3 may leave it out.
std::optional<ApiError> read_expiry(SignatureClaim& claim, const Target& target,
                                    AuthFamily family) {
  const std::string* text = target.find("X-Amz-Expires");
  constexpr std::chrono::seconds kDefault = std::chrono::minutes(5);
  long long seconds = kDefault.count();
  if (text) {
    const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), seconds);
    const auto refuse = [&](std::string message) {
      return family == AuthFamily::s3 ? authorization_query_parameters_error(std::move(message))
                                      : incomplete_signature(family, std::move(message));
    };
    if (code == std::errc::invalid_argument || end != text->data() + text->size()) {
      return refuse("X-Amz-Expires should be a number");
    }
    if (text->starts_with('-')) return refuse("X-Amz-Expires must be non-negative");
    if (code == std::errc::result_out_of_range || seconds > kLongestExpiry.count()) {
      return refuse(
          "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires "
          "must be less than 604800 seconds");
    }
  }
  claim.expires = std::chrono::seconds(seconds);
  return std::nullopt;
}

Outcome<SignatureClaim> read_query_claim(const HttpRequest& request, AuthFamily family) {
  const auto target = split_target(request.target);
  if (!target) return Refusal({"InvalidURI", "Couldn't parse the specified URI.", 400});
  if (auto error = find_missing_parameter(*target, family)) return Refusal(std::move(*error));
  const auto get = [&](std::string_view name) {
    const std::string* value = target->find(name);
    return value ? *value : std::string();
  };
  const std::string algorithm = get("X-Amz-Algorithm");
  if (algorithm != kSigV4Algorithm) {
    if (family != AuthFamily::s3) return Refusal(unsupported_scheme(family, algorithm));
    return Refusal(authorization_query_parameters_error(
        "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\""));
  }

  SignatureClaim claim;
  claim.is_query = true;
  if (auto error = read_scope(claim, get("X-Amz-Credential"), family)) {
    return Refusal(std::move(*error));
  }
  claim.timestamp = get("X-Amz-Date");
  const auto time = parse_basic_iso8601(claim.timestamp);
  if (!time) {
    return Refusal(
        family == AuthFamily::s3
            ? authorization_query_parameters_error(
                  "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
            : incomplete_signature(family, "Date must be in ISO-8601 'basic format'. Got " +
                                               quoted(claim.timestamp) +
                                               ". See http://en.wikipedia.org/wiki/ISO_8601"));
  }
  claim.signed_at = *time;
  if (auto error = read_expiry(claim, *target, family)) return Refusal(std::move(*error));
  read_signed_headers(claim, get("X-Amz-SignedHeaders"));
  claim.signature = get("X-Amz-Signature");
  claim.session_token = get("X-Amz-Security-Token");
  claim.content_sha256 = get("X-Amz-Content-Sha256");
  return claim;
}

}  // namespace

Outcome<SignatureClaim> read_claim(const HttpRequest& request, AuthFamily family) {
  const std::string* header = find_header(request.headers, "authorization");
  const AuthScheme scheme = parse_credential(request).scheme;
  if (family == AuthFamily::s3 && header != nullptr) {
    // AWS: S3 refuses a request that is authenticated twice.
    HttpRequest without;
    without.target = request.target;
    if (parse_credential(without).scheme != AuthScheme::anonymous) {
      return Refusal(only_one_auth_mechanism());
    }
  }
  switch (scheme) {
    case AuthScheme::anonymous:
      return Refusal(missing_authentication_token(family));
    case AuthScheme::sigv4_header:
      break;
    case AuthScheme::sigv4_query:
      return read_query_claim(request, family);
    case AuthScheme::sigv4a_header:
    case AuthScheme::sigv4a_query:
      // Chosen: Signature Version 4A is recognised and refused as an algorithm that is not
      // supported.
      return Refusal(unsupported_scheme(family, "AWS4-ECDSA-P256-SHA256"));
    case AuthScheme::sigv2_header:
    case AuthScheme::sigv2_query:
      return Refusal(unsupported_scheme(family, "AWS"));
    case AuthScheme::other:
      // AWS: anything else is read as SigV4 and found incomplete, but for another version of it.
      if (header->starts_with("AWS4-")) {
        return Refusal(unsupported_scheme(family, algorithm_of(*header)));
      }
      if (family == AuthFamily::s3) return Refusal(invalid_authorization_header(*header));
      break;
  }
  auto claim = read_header_claim(request, family);
  if (claim && scheme == AuthScheme::other) {
    return Refusal(unsupported_scheme(family, algorithm_of(*header)));
  }
  return claim;
}

}  // namespace fallstreak::protocols
