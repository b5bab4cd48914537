#include "services/s3/attributes.h"

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "services/s3/errors.h"

namespace fallstreak::services::s3 {
namespace {

/// Those that behave alike here: what they differ in is price and availability.
constexpr std::array<std::string_view, 6> kLiveClasses{
    "STANDARD",   "REDUCED_REDUNDANCY",  "STANDARD_IA",
    "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"};
constexpr std::array<std::string_view, 2> kArchiveClasses{"GLACIER", "DEEP_ARCHIVE"};

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

api::Entry<std::string> parse_tag(std::string_view pair) {
  const auto equals = pair.find('=');
  auto key = percent_decode(pair.substr(0, equals), Plus::is_space);
  auto value = percent_decode(
      equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1),
      Plus::is_space);
  if (!key || key->empty() || key->size() > 128) {
    throw invalid_tag("The TagKey you have provided is invalid");
  }
  if (!value || value->size() > 256) {
    throw invalid_tag("The TagValue you have provided is invalid");
  }
  return {std::move(*key), std::move(*value)};
}

}  // namespace

api::Map<std::string> checked_metadata(const std::optional<api::Map<std::string>>& metadata) {
  constexpr std::size_t kMost = 2048;
  api::Map<std::string> kept;
  if (!metadata) return kept;
  std::size_t size = 0;
  for (const auto& [key, value] : *metadata) {
    size += key.size() + value.size();
    kept.push_back({lower_case(key), value});
  }
  if (size > kMost) throw metadata_too_large(size);
  return kept;
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
api::Map<std::string> checked_tags(const std::optional<std::string>& tagging) {
  constexpr std::size_t kMost = 10;
  api::Map<std::string> tags;
  std::string_view rest = tagging ? std::string_view(*tagging) : std::string_view();
  while (!rest.empty()) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    auto tag = parse_tag(pair);
    if (api::find(tags, tag.key) != nullptr) {
      throw invalid_argument(
          "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query "
          "parameters without tag name duplicates.",
          "x-amz-tagging", *tagging);
    }
    tags.push_back(std::move(tag));
  }
  if (tags.size() > kMost) throw bad_request_for_tags();
  return tags;
}

std::string checked_storage_class(const std::optional<std::string>& storage_class) {
  if (!storage_class) return "STANDARD";
  const bool is_known = std::ranges::find(kLiveClasses, *storage_class) != kLiveClasses.end() ||
                        std::ranges::find(kArchiveClasses, *storage_class) != kArchiveClasses.end();
  if (!is_known) throw invalid_storage_class();
  return *storage_class;
}

void check_redirect_location(const std::optional<std::string>& location) {
  if (!location || location->starts_with('/') || location->starts_with("http://") ||
      location->starts_with("https://")) {
    return;
  }
  throw invalid_redirect_location();
}

void check_encryption(const std::optional<std::string>& server_side_encryption) {
  if (!server_side_encryption || *server_side_encryption == kEncryption) return;
  throw not_implemented("ServerSideEncryption " + *server_side_encryption);
}

void check_canned_acl(const std::optional<std::string>& acl) {
  if (acl && *acl != "bucket-owner-full-control") throw bucket_does_not_allow_acls();
}

void refuse_grants(bool has_grants) {
  if (has_grants) throw bucket_does_not_allow_acls();
}

bool is_archived(const ObjectAttributes& attributes) {
  return std::ranges::find(kArchiveClasses, attributes.storage_class) != kArchiveClasses.end();
}

}  // namespace fallstreak::services::s3
