#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/ec2/common.h"
#include "base/time.h"
#include "services/ec2/errors.h"

/// `Filter.N`: names and values, with `*` and `?`. A request's filters are prepared once and then
/// asked of each record, without a copy of any.
namespace fallstreak::services::ec2 {

/// The values of one filter; any of them may match.
class Patterns {
 public:
  explicit Patterns(const std::optional<std::vector<std::string>>& values);

  [[nodiscard]] bool match(std::string_view text) const;
  [[nodiscard]] bool match(const std::optional<std::string>& text) const {
    return text && match(std::string_view(*text));
  }
  [[nodiscard]] bool match(bool value) const { return match(value ? "true" : "false"); }
  [[nodiscard]] bool match(std::int64_t value) const { return match(std::to_string(value)); }
  [[nodiscard]] bool match(const char* text) const { return match(std::string_view(text)); }
  [[nodiscard]] bool match(const std::string& text) const { return match(std::string_view(text)); }
  /// `2026-01-01T00:00:00.000Z`; AWS: "you can use a wildcard, for example 2021-09-29T*".
  [[nodiscard]] bool match(Time time) const {
    return match(to_iso8601(time, Precision::milliseconds));
  }

 private:
  struct Pattern {
    std::string_view text;
    bool has_wildcard;
  };
  std::vector<Pattern> patterns_;
};

/// True when the text matches; `*` is any run of characters, `?` any one, a backslash takes the
/// next one as it is.
bool matches_wildcard(std::string_view pattern, std::string_view text);

/// The filters `tag:Owner` and `tag-key`.
inline bool match_tag(std::span<const api::ec2::Tag> tags, std::string_view key,
                      const Patterns& patterns) {
  for (const auto& tag : tags) {
    if (tag.Key == key) return patterns.match(tag.Value.value_or(""));
  }
  return false;
}
inline bool match_tag_key(std::span<const api::ec2::Tag> tags, const Patterns& patterns) {
  for (const auto& tag : tags) {
    if (patterns.match(tag.Key)) return true;
  }
  return false;
}

/// A filter that an operation knows: its name, and whether a record passes.
template <class State, class Record>
struct FilterRow {
  std::string_view name;
  /// Null for a filter of AWS about what is not modelled: it is refused by name.
  bool (*passes)(const State&, const Record&, const Patterns&);
};

/// The filters of one request, ready to be asked. It looks into the request, which must outlive it.
template <class State, class Record>
class Selection {
 public:
  using TagsOf = std::span<const api::ec2::Tag> (*)(const Record&);

  /// `tags_of` is null where AWS knows no tag filters.
  Selection(const State& state, const std::optional<std::vector<api::ec2::Filter>>& filters,
            std::span<const FilterRow<State, Record>> rows, TagsOf tags_of)
      : state_(&state), tags_of_(tags_of) {
    for (const auto& filter : api::each(filters)) add(filter, rows);
  }

  [[nodiscard]] bool passes(const Record& record) const {
    for (const Active& filter : active_) {
      const bool passed =
          filter.row != nullptr ? filter.row->passes(*state_, record, filter.patterns)
          : filter.tag.empty()  ? match_tag_key(tags_of_(record), filter.patterns)
                                : match_tag(tags_of_(record), filter.tag, filter.patterns);
      if (!passed) return false;
    }
    return true;
  }

 private:
  struct Active {
    const FilterRow<State, Record>* row;  // null: tags
    std::string_view tag;                 // empty: the filter `tag-key`
    Patterns patterns;
  };

  void add(const api::ec2::Filter& filter, std::span<const FilterRow<State, Record>> rows) {
    const std::string_view name = filter.Name ? std::string_view(*filter.Name) : "";
    // Observed: a filter without values is refused, not taken as "any".
    if (!filter.Values || filter.Values->empty()) throw filter_without_values(name);
    for (const auto& row : rows) {
      if (row.name == name) {
        if (row.passes == nullptr) throw not_implemented("The filter '" + std::string(name) + "'");
        active_.push_back({&row, {}, Patterns(filter.Values)});
        return;
      }
    }
    const bool is_tag = name.starts_with("tag:") && name.size() > 4;
    if (tags_of_ == nullptr || (!is_tag && name != "tag-key")) throw invalid_filter(name);
    active_.push_back({nullptr, is_tag ? name.substr(4) : "", Patterns(filter.Values)});
  }

  const State* state_;
  TagsOf tags_of_;
  std::vector<Active> active_;
};

}  // namespace fallstreak::services::ec2
