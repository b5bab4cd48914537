#include "services/s3/conditions.h"

#include <algorithm>

#include "services/s3/errors.h"
#include "services/s3/lookup.h"

namespace fallstreak::services::s3 {
namespace {

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

enum class Verdict { holds, if_match, if_unmodified_since, if_none_match, if_modified_since };

/// AWS: the order of RFC 7232. An ETag that matches outweighs the date of the same sense, and where
/// `If-None-Match` is given, `If-Modified-Since` is not looked at.
Verdict judge(const ReadConditions& conditions, const ObjectRecord& object) {
  if (conditions.if_match) {
    if (!matches_etag(*conditions.if_match, object.etag)) return Verdict::if_match;
  } else if (conditions.if_unmodified_since &&
             object.last_modified > *conditions.if_unmodified_since) {
    return Verdict::if_unmodified_since;
  }
  if (conditions.if_none_match) {
    if (matches_etag(*conditions.if_none_match, object.etag)) return Verdict::if_none_match;
  } else if (conditions.if_modified_since &&
             object.last_modified <= *conditions.if_modified_since) {
    return Verdict::if_modified_since;
  }
  return Verdict::holds;
}

}  // namespace

std::string_view without_quotes(std::string_view etag) {
  if (etag.starts_with('"')) etag.remove_prefix(1);
  if (etag.ends_with('"')) etag.remove_suffix(1);
  return etag;
}

bool matches_etag(std::string_view header, std::string_view etag) {
  while (!header.empty()) {
    const auto part = header.substr(0, header.find(','));
    header.remove_prefix(std::min(header.size(), part.size() + 1));
    std::string_view wanted = trim(part);
    if (wanted == "*") return true;
    if (wanted.starts_with("W/")) wanted.remove_prefix(2);
    if (without_quotes(wanted) == without_quotes(etag)) return true;
  }
  return false;
}

void check_read_conditions(const ReadConditions& conditions, const ObjectRecord& object) {
  switch (judge(conditions, object)) {
    case Verdict::holds:
      return;
    case Verdict::if_match:
      throw precondition_failed("If-Match");
    case Verdict::if_unmodified_since:
      throw precondition_failed("If-Unmodified-Since");
    case Verdict::if_none_match:
    case Verdict::if_modified_since:
      throw not_modified(object.etag, object.last_modified);
  }
}

void check_copy_source_conditions(const ReadConditions& conditions, const ObjectRecord& object) {
  switch (judge(conditions, object)) {
    case Verdict::holds:
      return;
    case Verdict::if_match:
      throw precondition_failed("x-amz-copy-source-If-Match");
    case Verdict::if_unmodified_since:
      throw precondition_failed("x-amz-copy-source-If-Unmodified-Since");
    case Verdict::if_none_match:
      throw precondition_failed("x-amz-copy-source-If-None-Match");
    case Verdict::if_modified_since:
      throw precondition_failed("x-amz-copy-source-If-Modified-Since");
  }
}

void check_write_conditions(const WriteConditions& conditions, Context& context,
                            std::string_view bucket, std::string_view key) {
  // AWS: a write can ask for no object at all, not for another than a certain one.
  if (conditions.if_none_match && *conditions.if_none_match != "*") {
    throw header_not_implemented("If-None-Match");
  }
  if (!conditions.if_match && !conditions.if_none_match) return;
  const ObjectRecord* object = context.state.objects.find(object_key(bucket, key));
  if (conditions.if_none_match && object != nullptr) throw precondition_failed("If-None-Match");
  if (!conditions.if_match) return;
  if (object == nullptr) throw no_such_key(key);
  if (!matches_etag(*conditions.if_match, object->etag)) throw precondition_failed("If-Match");
}

}  // namespace fallstreak::services::s3
