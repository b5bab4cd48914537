#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/s3/state.h"

/// How S3 lists keys: in the order of their bytes, those behind a delimiter as one common prefix,
/// page by page. A page costs what it holds: whatever a common prefix stands for is leapt over.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-prefixes.html
namespace fallstreak::services::s3 {

struct ListingQuery {
  std::string prefix;
  std::string delimiter;
  /// Keys and common prefixes must be greater.
  std::string marker;
  /// Where in the bucket's rows to begin, when that is not right after the marker.
  std::optional<std::string> first_row;
  std::int32_t limit = 1000;
};

struct ListingPage {
  std::vector<std::string> common_prefixes;
  std::int32_t count = 0;
  bool is_truncated = false;
  std::string last;  // key or common prefix
};

/// `max-keys` and its like: AWS gives at most 1,000 whatever is asked for.
std::int32_t page_limit(const std::optional<std::int32_t>& wanted, std::string_view parameter);
/// The first text after all that start with a prefix, which must not be bytes 255 alone.
std::string after_prefix(std::string prefix);
/// The common prefix that stands for a key, if one does.
std::optional<std::string> common_prefix_of(std::string_view key, const ListingQuery& query);

/// How names are written when `encoding-type=url` was asked for, and when not.
class NameEncoder {
 public:
  explicit NameEncoder(const std::optional<std::string>& encoding_type)
      : encodes_(encoding_type.has_value()) {}
  [[nodiscard]] std::string operator()(std::string_view name) const;
  [[nodiscard]] std::optional<std::string> if_set(const std::optional<std::string>& name) const;

 private:
  bool encodes_;
};

/// Walks the rows of a bucket. `key_of(row key without the bucket)` is the object's key, and
/// `add(key, row)` is called for those that no common prefix stands for.
template <class Record, class KeyOf, class Add>
ListingPage list_page(const world::Table<Record>& table, std::string_view bucket,
                      const ListingQuery& query, KeyOf&& key_of, Add&& add) {
  ListingPage page;
  if (query.limit == 0) return page;
  const std::string in_bucket = bucket_prefix(bucket);
  const std::string in_prefix = in_bucket + query.prefix;
  std::string start = query.prefix;
  if (!query.marker.empty() || query.first_row) {
    start = std::max(start, query.first_row.value_or(query.marker + '\0'));
  }
  auto row = table.lower_bound(in_bucket + start);
  while (row != table.end() && row->first.starts_with(in_prefix)) {
    const std::string_view key = key_of(std::string_view(row->first).substr(in_bucket.size()));
    auto group = common_prefix_of(key, query);
    // AWS: a common prefix is left out unless it is greater than the marker.
    const bool is_before = group && *group <= query.marker;
    if (!is_before) {
      if (page.count == query.limit) {
        page.is_truncated = true;
        return page;
      }
      ++page.count;
      page.last = group ? *group : std::string(key);
      if (!group) add(key, *row);
    }
    if (!group) {
      ++row;
      continue;
    }
    row = table.lower_bound(after_prefix(in_bucket + *group));
    if (!is_before) page.common_prefixes.push_back(std::move(*group));
  }
  return page;
}

}  // namespace fallstreak::services::s3
