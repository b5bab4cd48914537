#include "services/s3/copy_source.h"

#include "base/encoding.h"
#include "services/s3/attributes.h"
#include "services/s3/errors.h"
#include "services/s3/lookup.h"

namespace fallstreak::services::s3 {
namespace {

constexpr std::string_view kName = "x-amz-copy-source";

ApiError copy_source_names_no_object(std::string_view header) {
  return invalid_argument(
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey", kName, header);
}

}  // namespace

CopySource parse_copy_source(std::string_view header) {
  std::string_view path = header;
  constexpr std::string_view kVersion = "?versionId=";
  if (const auto version = path.rfind(kVersion); version != std::string_view::npos) {
    check_version_id(std::string(path.substr(version + kVersion.size())));
    path = path.substr(0, version);
  }
  const auto decoded = percent_decode(path);
  if (!decoded || !is_utf8(*decoded)) {
    throw invalid_argument("Invalid copy source encoding.", kName, header);
  }
  std::string_view text = *decoded;
  if (text.starts_with("arn:")) throw not_implemented("A copy source behind an access point");
  if (text.starts_with('/')) text.remove_prefix(1);
  const auto slash = text.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size()) {
    throw copy_source_names_no_object(header);
  }
  return {.bucket = std::string(text.substr(0, slash)), .key = std::string(text.substr(slash + 1))};
}

const ObjectRecord& find_copy_source(Context& context, const CopySource& source,
                                     const std::optional<std::string>& expected_owner,
                                     const ReadConditions& conditions) {
  constexpr std::uint64_t kLargest = 5'368'709'120;
  find_bucket(context, source.bucket, expected_owner);
  const ObjectRecord& object = find_object(context, source.bucket, source.key);
  if (is_archived(object.attributes)) throw object_not_in_active_tier();
  check_copy_source_conditions(conditions, object);
  if (object.body.size() > kLargest) {
    throw invalid_request(
        "The specified copy source is larger than the maximum allowable size for a copy source: " +
        std::to_string(kLargest));
  }
  return object;
}

}  // namespace fallstreak::services::s3
