#pragma once

#include <string_view>
#include <vector>

#include "protocols/codec.h"

namespace fallstreak::protocols {

/// An operation's URI, `/{Bucket}/{Key+}?uploads`, taken apart once for matching.
class UriTemplate {
 public:
  explicit UriTemplate(std::string_view uri);

  /// Fills the labels when the path (still encoded) matches. Throws Malformed when a label's text
  /// is not well encoded.
  [[nodiscard]] bool match_path(std::string_view path, PathLabels& labels) const;
  /// All literal keys (and values) of the query are there.
  [[nodiscard]] bool match_query(const std::vector<QueryParameter>& query) const;

  /// Names the key as one of its literals.
  [[nodiscard]] bool has_query_key(std::string_view key) const;
  /// The more literal, the better it fits: literals of the path first, then of the query.
  [[nodiscard]] int weight() const { return weight_; }

 private:
  struct Segment {
    std::string_view text;  // the literal, or the label's name
    bool is_label;
    bool is_greedy;
  };
  struct Literal {
    std::string_view key;
    std::string_view value;
  };

  std::vector<Segment> segments_;
  std::vector<Literal> query_;
  int weight_ = 0;
};

}  // namespace fallstreak::protocols
