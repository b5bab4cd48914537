#include "protocols/credential.h"

#include <algorithm>
#include <utility>

namespace fallstreak::protocols {
namespace {

constexpr std::string_view kSigV4 = "AWS4-HMAC-SHA256";
constexpr std::string_view kSigV4a = "AWS4-ECDSA-P256-SHA256";

/// Takes the text up to the next slash, plain or, in a query, percent-encoded.
std::string_view take_part(std::string_view& scope, std::string_view slash) {
  const auto end = slash.size() == 1 ? scope.find('/') : scope.find(slash);
  if (end == std::string_view::npos) return std::exchange(scope, {});
  const std::string_view part = scope.substr(0, end);
  scope.remove_prefix(end + slash.size());
  return part;
}

/// A query may leave the slashes as they are; whoever encodes them encodes all alike.
std::string_view slash_of(std::string_view scope) {
  const auto percent = scope.find('%');
  if (percent == std::string_view::npos || scope.find('/') < percent) return "/";
  return scope.substr(percent).starts_with("%2f") ? "%2f" : "%2F";
}

void read_scope(Credential& credential, std::string_view scope, std::string_view slash) {
  credential.access_key_id = take_part(scope, slash);
  credential.date = take_part(scope, slash);
  const bool has_region =
      credential.scheme == AuthScheme::sigv4_header || credential.scheme == AuthScheme::sigv4_query;
  if (has_region) credential.region = take_part(scope, slash);
  credential.service = take_part(scope, slash);
}

bool has_algorithm(std::string_view value, std::string_view algorithm) {
  return value.starts_with(algorithm) &&
         (value.size() == algorithm.size() || value[algorithm.size()] == ' ');
}

void read_authorization(Credential& credential, std::string_view value) {
  if (has_algorithm(value, kSigV4)) {
    credential.scheme = AuthScheme::sigv4_header;
  } else if (has_algorithm(value, kSigV4a)) {
    credential.scheme = AuthScheme::sigv4a_header;
  } else if (value.starts_with("AWS ")) {
    credential.scheme = AuthScheme::sigv2_header;
    credential.access_key_id = value.substr(4, value.find(':') - 4);
    return;
  } else {
    credential.scheme = AuthScheme::other;
    return;
  }
  constexpr std::string_view kName = "Credential=";
  const auto found = value.find(kName);
  if (found == std::string_view::npos) return;
  const std::string_view scope = value.substr(found + kName.size());
  read_scope(credential, scope.substr(0, scope.find(',')), "/");
}

/// What follows `name=` when the pair is that parameter.
bool read_parameter(std::string_view pair, std::string_view name, std::string_view& value) {
  if (!pair.starts_with(name) || pair.size() <= name.size() || pair[name.size()] != '=') {
    return false;
  }
  value = pair.substr(name.size() + 1);
  return true;
}

void read_query(Credential& credential, std::string_view query) {
  std::string_view algorithm;
  std::string_view scope;
  std::string_view old_key;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.starts_with("X-Amz-")) {
      read_parameter(pair, "X-Amz-Algorithm", algorithm) ||
          read_parameter(pair, "X-Amz-Credential", scope) ||
          read_parameter(pair, "X-Amz-Security-Token", credential.session_token);
    } else {
      read_parameter(pair, "AWSAccessKeyId", old_key);
    }
  }
  if (!algorithm.empty() || !scope.empty()) {
    credential.scheme =
        algorithm.starts_with(kSigV4a) ? AuthScheme::sigv4a_query : AuthScheme::sigv4_query;
    read_scope(credential, scope, slash_of(scope));
  } else if (!old_key.empty()) {
    credential.scheme = AuthScheme::sigv2_query;
    credential.access_key_id = old_key;
  }
}

}  // namespace

Credential parse_credential(const HttpRequest& request) {
  constexpr std::string_view kAuthorization = "authorization";
  constexpr std::string_view kToken = "x-amz-security-token";
  Credential credential;
  for (const Header& header : request.headers) {
    // Most names differ in length, which is cheaper to see than the case of their letters.
    if (header.name.size() == kAuthorization.size()) {
      if (credential.scheme == AuthScheme::anonymous &&
          equals_ignoring_case(header.name, kAuthorization)) {
        read_authorization(credential, header.value);
      }
    } else if (header.name.size() == kToken.size() && equals_ignoring_case(header.name, kToken)) {
      credential.session_token = header.value;
    }
  }
  if (credential.scheme == AuthScheme::anonymous) {
    read_query(credential, raw_query(request.target));
  }
  return credential;
}

}  // namespace fallstreak::protocols
