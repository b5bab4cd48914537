#include "protocols/sigv4.h"

#include <algorithm>

#include "base/check.h"
#include "base/checksum.h"
#include "base/encoding.h"

namespace fallstreak::protocols {
namespace {

constexpr std::size_t kCachedKeys = 64;
constexpr std::size_t kHashBlock = 64;

std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::string block(key);
  if (block.size() > kHashBlock) block = checksum(ChecksumAlgorithm::sha256, block);
  block.resize(kHashBlock, '\0');
  std::string inner = block;
  for (char& byte : inner) byte = static_cast<char>(byte ^ 0x36);
  for (char& byte : block) byte = static_cast<char>(byte ^ 0x5c);
  inner += text;
  return checksum(ChecksumAlgorithm::sha256, block + checksum(ChecksumAlgorithm::sha256, inner));
}

std::string scope_of(std::string_view date, std::string_view region, std::string_view service) {
  std::string scope;
  for (const std::string_view part : {date, region, service}) scope.append(part).append("/");
  return scope.append(kSigV4Terminator);
}

/// Headers that proxies and HTTP libraries change on the way are left out.
bool is_signable(std::string_view name) {
  constexpr std::string_view kLeftOut[] = {"authorization",     "connection", "expect",
                                           "transfer-encoding", "user-agent", "x-amzn-trace-id"};
  return std::ranges::none_of(
      kLeftOut, [&](std::string_view other) { return equals_ignoring_case(name, other); });
}

std::vector<std::string> headers_to_sign(const HttpRequest& request) {
  std::vector<std::string> names;
  for (const Header& header : request.headers) {
    if (is_signable(header.name)) names.push_back(to_lower_case(header.name));
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  CHECK(std::ranges::binary_search(names, "host")) << "a request is signed with its Host";
  return names;
}

SignatureSeed start(const Credentials& credentials, std::string_view region,
                    std::string_view service, Time now, SigningKeyCache* cache) {
  SignatureSeed seed;
  seed.timestamp = to_basic_iso8601(now);
  const std::string_view date = std::string_view(seed.timestamp).substr(0, 8);
  seed.scope = scope_of(date, region, service);
  const std::string& secret = credentials.secret_access_key;
  seed.key = cache ? cache->find(secret, date, region, service)
                   : derive_signing_key(secret, date, region, service);
  return seed;
}

void finish(SignatureSeed& seed, std::string_view canonical) {
  seed.signature = hmac_sha256_hex(seed.key, string_to_sign(seed.timestamp, seed.scope, canonical));
}

}  // namespace

SigningKey derive_signing_key(std::string_view secret_access_key, std::string_view date,
                              std::string_view region, std::string_view service) {
  std::string key = "AWS4" + std::string(secret_access_key);
  for (const std::string_view part : {date, region, service, kSigV4Terminator}) {
    key = hmac_sha256(key, part);
  }
  SigningKey result{};
  std::ranges::copy(key, result.begin());
  return result;
}

const SigningKey& SigningKeyCache::find(std::string_view secret_access_key, std::string_view date,
                                        std::string_view region, std::string_view service) {
  std::string scope = scope_of(date, region, service);
  for (const Entry& entry : entries_) {
    if (entry.scope == scope && entry.secret_access_key == secret_access_key) return entry.key;
  }
  Entry entry{std::string(secret_access_key), std::move(scope),
              derive_signing_key(secret_access_key, date, region, service)};
  if (entries_.size() < kCachedKeys) return entries_.emplace_back(std::move(entry)).key;
  Entry& replaced = entries_[oldest_];
  oldest_ = (oldest_ + 1) % kCachedKeys;
  replaced = std::move(entry);
  return replaced.key;
}

std::string string_to_sign(std::string_view timestamp, std::string_view scope,
                           std::string_view canonical) {
  std::string text(kSigV4Algorithm);
  text.append("\n").append(timestamp).append("\n").append(scope).append("\n");
  return text.append(sha256_hex(canonical));
}

std::string hmac_sha256_hex(const SigningKey& key, std::string_view text) {
  return to_hex(hmac_sha256({key.data(), key.size()}, text));
}

const std::string& ChunkSigner::sign_chunk(std::string_view sha256_hex_of_chunk) {
  // AWS: the hash of the empty string stands for headers that a chunk does not have.
  static const std::string empty_hash = sha256_hex("");
  std::string text = "AWS4-HMAC-SHA256-PAYLOAD";
  for (const std::string_view line :
       {std::string_view(seed_.timestamp), std::string_view(seed_.scope),
        std::string_view(seed_.signature), std::string_view(empty_hash), sha256_hex_of_chunk}) {
    text.append("\n").append(line);
  }
  seed_.signature = hmac_sha256_hex(seed_.key, text);
  return seed_.signature;
}

const std::string& ChunkSigner::sign_trailers(std::string_view canonical_trailers) {
  const std::string text = "AWS4-HMAC-SHA256-TRAILER\n" + seed_.timestamp + '\n' + seed_.scope +
                           '\n' + seed_.signature + '\n' + sha256_hex(canonical_trailers);
  seed_.signature = hmac_sha256_hex(seed_.key, text);
  return seed_.signature;
}

SignatureSeed sign(HttpRequest& request, const Credentials& credentials, std::string_view region,
                   std::string_view service, Time now, const SignOptions& options) {
  SignatureSeed seed = start(credentials, region, service, now, options.cache);
  const std::string payload_hash =
      options.payload_hash.empty() ? sha256_hex(request.body) : std::string(options.payload_hash);
  remove_header(request.headers, "authorization");
  set_header(request.headers, "X-Amz-Date", seed.timestamp);
  const bool has_token = !credentials.session_token.empty();
  if (has_token && options.session_token == SessionToken::signed_) {
    set_header(request.headers, "X-Amz-Security-Token", credentials.session_token);
  }
  if (options.content_sha256 == ContentSha256Header::always ||
      (options.content_sha256 == ContentSha256Header::for_s3 && is_s3_service(service))) {
    set_header(request.headers, "X-Amz-Content-Sha256", payload_hash);
  }

  const auto names = headers_to_sign(request);
  finish(seed, canonical_request(request, names, payload_hash,
                                 options.path_rule.value_or(path_rule_of(service))));

  set_header(request.headers, "Authorization",
             std::string(kSigV4Algorithm) + " Credential=" + credentials.access_key_id + '/' +
                 seed.scope + ", SignedHeaders=" + join_signed_headers(names) +
                 ", Signature=" + seed.signature);
  if (has_token && options.session_token == SessionToken::added_after) {
    set_header(request.headers, "X-Amz-Security-Token", credentials.session_token);
  }
  return seed;
}

SignatureSeed presign(HttpRequest& request, const Credentials& credentials, std::string_view region,
                      std::string_view service, Time now, std::chrono::seconds expires,
                      const SignOptions& options) {
  SignatureSeed seed = start(credentials, region, service, now, options.cache);
  const auto names = headers_to_sign(request);
  std::string query =
      "X-Amz-Algorithm=" + std::string(kSigV4Algorithm) +
      "&X-Amz-Credential=" + percent_encode(credentials.access_key_id + '/' + seed.scope) +
      "&X-Amz-Date=" + seed.timestamp + "&X-Amz-Expires=" + std::to_string(expires.count()) +
      "&X-Amz-SignedHeaders=" + percent_encode(join_signed_headers(names));
  const std::string token = "&X-Amz-Security-Token=" + percent_encode(credentials.session_token);
  const bool has_token = !credentials.session_token.empty();
  if (has_token && options.session_token == SessionToken::signed_) query += token;
  request.target += (request.target.find('?') == std::string::npos ? '?' : '&') + query;

  const std::string payload_hash = !options.payload_hash.empty() ? std::string(options.payload_hash)
                                   : is_s3_service(service)      ? std::string(kUnsignedPayload)
                                                                 : sha256_hex(request.body);
  finish(seed, canonical_request(request, names, payload_hash,
                                 options.path_rule.value_or(path_rule_of(service))));
  if (has_token && options.session_token == SessionToken::added_after) request.target += token;
  request.target += "&X-Amz-Signature=" + seed.signature;
  return seed;
}

}  // namespace fallstreak::protocols
