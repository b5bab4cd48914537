#include "protocols/uri_template.h"

#include <algorithm>

#include "base/encoding.h"
#include "protocols/walk.h"

namespace fallstreak::protocols {

namespace {

/// Splits at `separator`, calling `use` with each part.
template <class Use>
void split(std::string_view text, char separator, Use use) {
  while (true) {
    const std::size_t end = text.find(separator);
    use(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

std::string decode(std::string_view text) {
  auto decoded = percent_decode(text);
  if (!decoded || !is_utf8(*decoded)) throw Malformed("The path is not well encoded");
  return std::move(*decoded);
}

/// `a` of `a/b`, taken off with its slash.
std::string_view take_segment(std::string_view& path) {
  const std::size_t slash = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, slash);
  path.remove_prefix(std::min(slash + 1, path.size()));
  return segment;
}

}  // namespace

UriTemplate::UriTemplate(std::string_view uri) {
  const std::size_t question = uri.find('?');
  std::string_view path = uri.substr(0, question);
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  if (!path.empty()) {
    split(path, '/', [&](std::string_view part) {
      Segment segment{part, part.starts_with('{'), part.ends_with("+}")};
      if (segment.is_label) {
        segment.text = part.substr(1, part.size() - (segment.is_greedy ? 3 : 2));
      }
      // A literal outweighs any number of query keys, a label any greedy one.
      weight_ += segment.is_greedy ? 10 : segment.is_label ? 100 : 1000;
      segments_.push_back(segment);
    });
  }
  if (question == std::string_view::npos) return;
  split(uri.substr(question + 1), '&', [&](std::string_view part) {
    const std::size_t equals = std::min(part.find('='), part.size());
    // Newer clients name the operation in the query, which no older client does.
    if (part.empty() || part.starts_with("x-id=")) return;
    query_.push_back({part.substr(0, equals), part.substr(std::min(equals + 1, part.size()))});
    weight_ += 2;
  });
}

bool UriTemplate::match_path(std::string_view path, PathLabels& labels) const {
  labels.clear();
  if (path.starts_with('/')) path.remove_prefix(1);
  for (std::size_t index = 0; index < segments_.size(); ++index) {
    const Segment& segment = segments_[index];
    if (segment.is_greedy) {
      // What follows a greedy label is literal in every AWS model.
      std::string_view taken = path;
      std::size_t after = segments_.size();
      while (after > index + 1) {
        const std::string_view literal = segments_[--after].text;
        if (!taken.ends_with(literal) || taken.size() <= literal.size()) return false;
        taken.remove_suffix(literal.size());
        if (!taken.ends_with('/')) return false;
        taken.remove_suffix(1);
      }
      if (taken.empty()) return false;
      labels.push_back({segment.text, decode(taken)});
      return true;
    }
    if (path.empty()) return false;
    const std::string_view part = take_segment(path);
    if (!segment.is_label) {
      if (part != segment.text) return false;
    } else {
      if (part.empty()) return false;
      labels.push_back({segment.text, decode(part)});
    }
  }
  return path.empty();
}

bool UriTemplate::match_query(const std::vector<QueryParameter>& query) const {
  return std::ranges::all_of(query_, [&](const Literal& literal) {
    return std::ranges::any_of(query, [&](const QueryParameter& parameter) {
      return parameter.name == literal.key &&
             (literal.value.empty() || parameter.value == literal.value);
    });
  });
}

bool UriTemplate::has_query_key(std::string_view key) const {
  return std::ranges::find(query_, key, &Literal::key) != query_.end();
}

}  // namespace fallstreak::protocols
