#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "services/s3/state.h"

/// Requests that hold only for a certain state of an object.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
namespace fallstreak::services::s3 {

/// The text of an ETag without its quotes.
std::string_view without_quotes(std::string_view etag);
/// Whether a header of ETags (one, several with commas, or `*`) names this one.
bool matches_etag(std::string_view header, std::string_view etag);

/// The four conditions of a read or of a copy's source.
struct ReadConditions {
  std::optional<std::string> if_match;
  std::optional<Time> if_unmodified_since;
  std::optional<std::string> if_none_match;
  std::optional<Time> if_modified_since;
};
/// For GetObject and HeadObject: throws 412 or 304.
void check_read_conditions(const ReadConditions& conditions, const ObjectRecord& object);
/// For the source of a copy: throws 412 in every case.
void check_copy_source_conditions(const ReadConditions& conditions, const ObjectRecord& object);

/// `If-Match` and `If-None-Match` of a write or deletion of a key.
struct WriteConditions {
  std::optional<std::string> if_match;
  std::optional<std::string> if_none_match;
};
template <class Request>
WriteConditions write_conditions_of(const Request& request) {
  return {.if_match = request.IfMatch, .if_none_match = request.IfNoneMatch};
}
void check_write_conditions(const WriteConditions& conditions, Context& context,
                            std::string_view bucket, std::string_view key);

}  // namespace fallstreak::services::s3
