#include "scenarios/language/schema_reader.h"

#include <algorithm>

namespace fallstreak::scenarios {
namespace {

const Node kEmpty{.kind = Node::Kind::map};

std::string_view kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::text:
      return "a text";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
  }
  return "something else";
}

}  // namespace

MapReader::MapReader(ReadContext& context, const Node& node, std::string path)
    : context_(context),
      node_(node.kind == Node::Kind::map ? node : kEmpty),
      path_(std::move(path)) {
  if (node.kind != Node::Kind::map) {
    context_.error(node.place, label() + " must be a map of keys and values, not " +
                                   std::string(kind_name(node.kind)));
  }
}

const Node* MapReader::find(std::string_view key) {
  known_.emplace_back(key);
  return node_.find(key);
}

const Node* MapReader::require(std::string_view key) {
  const Node* found = find(key);
  if (found == nullptr && &node_ != &kEmpty) {
    context_.error(node_.place, label() + " needs the key `" + std::string(key) + "`");
  }
  return found;
}

void MapReader::not_implemented(std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    known_.emplace_back(key);
    const auto entry = std::ranges::find(node_.entries, key, &Node::Entry::key);
    if (entry == node_.entries.end()) continue;
    context_.error(entry->place,
                   "`" + std::string(key) + "` is part of the language but not implemented yet");
  }
}

bool MapReader::has_unknown() const {
  return std::ranges::any_of(node_.entries, [&](const Node::Entry& entry) {
    return std::ranges::find(known_, entry.key) == known_.end();
  });
}

void MapReader::finish() {
  for (const Node::Entry& entry : node_.entries) {
    if (std::ranges::find(known_, entry.key) != known_.end()) continue;
    const std::string_view near = nearest_word(entry.key, known_);
    std::string message = "unknown key `" + entry.key + "`";
    if (!near.empty()) message += "; did you mean `" + std::string(near) + "`?";
    context_.error(entry.place, std::move(message));
  }
}

std::optional<std::string> MapReader::text_of(const Node& node, std::string_view wanted) {
  if (node.kind == Node::Kind::text) return node.text;
  context_.error(node.place,
                 "expected " + std::string(wanted) + ", not " + std::string(kind_name(node.kind)));
  return std::nullopt;
}

std::vector<std::pair<std::string, Place>> read_texts(ReadContext& context, const Node& node,
                                                      std::string_view wanted) {
  std::vector<std::pair<std::string, Place>> texts;
  if (node.kind != Node::Kind::list) {
    context.error(node.place, "expected a list of " + std::string(wanted) + ", not " +
                                  std::string(kind_name(node.kind)));
    return texts;
  }
  for (const Node& item : node.items) {
    if (item.kind == Node::Kind::text) {
      texts.emplace_back(item.text, item.place);
    } else {
      context.error(item.place, "expected " + std::string(wanted) + ", not " +
                                    std::string(kind_name(item.kind)));
    }
  }
  return texts;
}

std::optional<std::string> parse_text(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(std::string(text));
}

std::optional<int> parse_positive(std::string_view text) {
  const auto value = parse_integer(text);
  if (!value || *value < 1 || *value > 1'000'000) return std::nullopt;
  return static_cast<int>(*value);
}

std::optional<int> parse_not_negative(std::string_view text) {
  const auto value = parse_integer(text);
  if (!value || *value < 0 || *value > 1'000'000) return std::nullopt;
  return static_cast<int>(*value);
}

std::optional<bool> parse_switch(std::string_view text) {
  if (text == "on" || text == "true" || text == "yes") return true;
  if (text == "off" || text == "false" || text == "no") return false;
  return std::nullopt;
}

std::optional<Duration> parse_positive_duration(std::string_view text) {
  const auto value = parse_duration(text);
  return value && *value > Duration(0) ? value : std::nullopt;
}

std::optional<Distribution> read_distribution(MapReader& map, std::string_view key) {
  constexpr std::string_view kWanted =
      "a distribution such as `exp 20ms`, `fixed 5ms` or `{p50: 90s, p99: 180s}`";
  const Node* node = map.find(key);
  if (node == nullptr) return std::nullopt;
  if (node->kind != Node::Kind::map) return map.scalar(key, &parse_distribution, kWanted);
  MapReader quantiles(map.context(), *node, map.path_of(key));
  quantiles.not_implemented({"max", "min", "mean"});
  if (quantiles.require("p50") == nullptr) {
    quantiles.finish();
    return std::nullopt;
  }
  const auto median = quantiles.scalar("p50", &parse_positive_duration, kDurationWanted);
  if (!median) return std::nullopt;
  const Duration doubled = 2 * *median;
  const Duration p99 =
      quantiles.scalar_or("p99", &parse_positive_duration, kDurationWanted, doubled,
                          duration_text(doubled), "Chosen: twice the median");
  quantiles.finish();
  if (p99 < *median) {
    map.context().error(node->place, "`p99` must not be less than `p50`");
    return std::nullopt;
  }
  return Distribution{Distribution::Kind::lognormal, *median, p99};
}

}  // namespace fallstreak::scenarios
