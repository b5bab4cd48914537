#include "protocols/credential.h"

#include <algorithm>
#include <utility>

namespace fallstreak::protocols {
namespace {

constexpr std::string_view kSigV4 = "AWS4-HMAC-SHA256";
constexpr std::string_view kSigV4a = "AWS4-ECDSA-P256-SHA256";

/// Takes the text up to the next slash, plain or percent-encoded as it is in a query.
std::string_view take_part(std::string_view& scope) {
  for (std::size_t at = 0; at < scope.size(); ++at) {
    const bool is_plain = scope[at] == '/';
    const bool is_encoded = scope[at] == '%' && at + 2 < scope.size() && scope[at + 1] == '2' &&
                            (scope[at + 2] == 'F' || scope[at + 2] == 'f');
    if (!is_plain && !is_encoded) continue;
    const std::string_view part = scope.substr(0, at);
    scope.remove_prefix(at + (is_plain ? 1 : 3));
    return part;
  }
  return std::exchange(scope, {});
}

void read_scope(Credential& credential, std::string_view scope) {
  credential.access_key_id = take_part(scope);
  credential.date = take_part(scope);
  const bool has_region =
      credential.scheme == AuthScheme::sigv4_header || credential.scheme == AuthScheme::sigv4_query;
  if (has_region) credential.region = take_part(scope);
  credential.service = take_part(scope);
}

void read_authorization(Credential& credential, std::string_view value) {
  if (value.starts_with(kSigV4)) {
    credential.scheme = AuthScheme::sigv4_header;
  } else if (value.starts_with(kSigV4a)) {
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
  read_scope(credential, scope.substr(0, scope.find_first_of(", ")));
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
    read_scope(credential, scope);
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
