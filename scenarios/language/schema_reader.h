#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/language/document.h"
#include "scenarios/language/scenario.h"

namespace fallstreak::scenarios {

/// What all readers of one document share: where errors and resolved values go.
struct ReadContext {
  std::string file;
  ParseErrors& errors;
  std::vector<ResolvedValue>& resolved;

  void error(Place place, std::string message) {
    errors.push_back({file, place.line, place.column, std::move(message)});
  }
  void note(std::string path, std::string value, const Node& node) {
    resolved.push_back({std::move(path), std::move(value),
                        node.origin.empty() ? "file" : "variant " + node.origin, node.place});
  }
  void note_default(std::string path, std::string value, std::string_view authority) {
    resolved.push_back({std::move(path), std::move(value), std::string(authority), {}});
  }
};

/// Reads a map key by key, and at the end refuses the keys that nobody asked for.
class MapReader {
 public:
  /// A node that is no map is reported, and reads as an empty one.
  MapReader(ReadContext& context, const Node& node, std::string path);

  /// The value of a key, or null. Either way the key is known from now on.
  const Node* find(std::string_view key);
  /// As find, but a missing key is an error.
  const Node* require(std::string_view key);
  /// Keys that the language knows and this version refuses.
  void not_implemented(std::initializer_list<std::string_view> keys);
  /// Reports unknown keys, with a suggestion. Call it once everything was asked for.
  void finish();

  [[nodiscard]] bool has_unknown() const;
  [[nodiscard]] std::string path_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
  }
  [[nodiscard]] const Node& node() const { return node_; }
  [[nodiscard]] ReadContext& context() { return context_; }

  /// A scalar read by `parse`; `wanted` describes it ("a duration such as `30s`").
  template <class Value>
  std::optional<Value> scalar(std::string_view key, std::optional<Value> (*parse)(std::string_view),
                              std::string_view wanted) {
    const Node* found = find(key);
    if (found == nullptr) return std::nullopt;
    const auto text = text_of(*found, wanted);
    if (!text) return std::nullopt;
    auto value = parse(*text);
    if (!value) {
      context_.error(found->place, "`" + std::string(key) + "` must be " + std::string(wanted) +
                                       ", not `" + *text + "`");
      return std::nullopt;
    }
    context_.note(path_of(key), *text, *found);
    return value;
  }
  /// As scalar, with a default and the authority for it. A wrong value is reported and reads as the
  /// default.
  template <class Value>
  Value scalar_or(std::string_view key, std::optional<Value> (*parse)(std::string_view),
                  std::string_view wanted, Value fallback, std::string_view fallback_text,
                  std::string_view authority) {
    const bool is_there = node_.find(key) != nullptr;
    auto value = scalar(key, parse, wanted);
    if (!is_there) context_.note_default(path_of(key), std::string(fallback_text), authority);
    return value ? *value : fallback;
  }

  std::optional<std::string> text_of(const Node& node, std::string_view wanted);

 private:
  [[nodiscard]] std::string label() const { return path_.empty() ? "the file" : "`" + path_ + "`"; }

  ReadContext& context_;
  const Node& node_;
  std::string path_;
  std::vector<std::string> known_;
};

/// Texts of a list node; anything else in it is reported.
std::vector<std::pair<std::string, Place>> read_texts(ReadContext& context, const Node& node,
                                                      std::string_view wanted);

std::optional<std::string> parse_text(std::string_view text);
/// 1 and above.
std::optional<int> parse_positive(std::string_view text);
std::optional<int> parse_not_negative(std::string_view text);
std::optional<bool> parse_switch(std::string_view text);
/// More than nothing.
std::optional<Duration> parse_positive_duration(std::string_view text);

inline constexpr std::string_view kDurationWanted = "a duration such as `30s` or `5m`";

/// `exp 20ms` and the like, or a map of `p50` and `p99`.
std::optional<Distribution> read_distribution(MapReader& map, std::string_view key);

/// `mixed` of a group.
void read_mixed(MapReader& group, AutoScalingGroup& into);
/// `break: spot-interruption`; `text` becomes its line for people.
std::optional<Verb> read_spot_interruption(MapReader& map, const Scenario& scenario,
                                           std::string& text);
/// `shop.example.com`: a name below a zone of two labels at least.
bool is_dns_name(std::string_view text);
/// `acm` of the cloud: before its load balancers, which name certificates.
void read_certificates(ReadContext& context, const Node& node, CloudDescription& cloud);
/// `reserved` of the cloud, when its groups are known.
void read_reservations(ReadContext& context, const Node& node, CloudDescription& cloud);
/// The region of a `break`, among those where the scenario has something.
std::optional<std::string> read_break_region(MapReader& map, const Scenario& scenario);
/// `scaling` of a group.
void read_scaling(MapReader& group, AutoScalingGroup& into);
CloudDescription read_cloud(ReadContext& context, const Node& node);
/// `start` turns clock times into offsets.
std::vector<Source> read_load(ReadContext& context, const Node& node, const Scenario& scenario);
std::vector<TimelineItem> read_timeline(ReadContext& context, const Node& node,
                                        const Scenario& scenario);
/// The verb of a `do:`; `text` becomes its line for people.
std::optional<Verb> read_action(MapReader& map, const Node& node, const Scenario& scenario,
                                std::string& text);
/// `; did you mean `x`?`, or nothing when no word is near.
template <class Words>
std::string suggestion(std::string_view word, const Words& words) {
  const std::string_view near = nearest_word(word, words);
  return near.empty() ? std::string() : "; did you mean `" + std::string(near) + "`?";
}
enum class AssertionUse { steady, expect, stop_if, when };
std::vector<Assertion> read_assertions(ReadContext& context, const Node& node, AssertionUse use);
/// One assertion, text or a map of one temporal word.
std::optional<Assertion> read_assertion(ReadContext& context, const Node& node, AssertionUse use);
/// That every name and clock time in assertions means something in this scenario.
void check_assertions(ReadContext& context, const Scenario& scenario);

}  // namespace fallstreak::scenarios
