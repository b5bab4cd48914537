#include <algorithm>

#include "scenarios/language/schema_reader.h"

namespace fallstreak::scenarios {
namespace {

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> parts(1);
  for (const char byte : path) {
    if (byte == '.') {
      parts.emplace_back();
    } else {
      parts.back() += byte;
    }
  }
  return parts;
}

/// The maps in which an entity of that name is defined.
std::vector<Node*> maps_with_entity(Node& root, const std::string& name) {
  std::vector<Node*> found;
  const auto look = [&](Node* map) {
    if (map != nullptr && map->kind == Node::Kind::map && map->find(name) != nullptr)
      found.push_back(map);
  };
  look(root.find("load"));
  Node* cloud = root.find("cloud");
  if (cloud == nullptr || cloud->kind != Node::Kind::map) return found;
  for (Node::Entry& service : cloud->entries) look(&service.value);
  return found;
}

void mark(Node& node, const std::string& variant) {
  node.origin = variant;
  for (Node& item : node.items) mark(item, variant);
  for (Node::Entry& entry : node.entries) mark(entry.value, variant);
}

class Override {
 public:
  Override(Document& document, const std::string& variant, ParseErrors& errors)
      : document_(document), variant_(variant), errors_(errors) {}

  void apply(const Node::Entry& entry) {
    if (entry.key.find(' ') != std::string::npos) {
      error(entry.place, "`" + entry.key + "` is part of the language but not implemented yet");
      return;
    }
    const std::vector<std::string> path = split_path(entry.key);
    if (std::ranges::find(path, std::string()) != path.end()) {
      error(entry.place, "`" + entry.key + "` is no dotted path");
      return;
    }
    Node* map = start_of(path.front(), entry.place);
    if (map == nullptr) return;
    for (std::size_t part = 0; part + 1 < path.size(); ++part) {
      Node* next = map->find(path[part]);
      if (next == nullptr) {
        map->entries.push_back(
            {path[part], entry.place, {.kind = Node::Kind::map, .place = entry.place}});
        next = &map->entries.back().value;
      }
      if (next->kind != Node::Kind::map) {
        error(entry.place,
              "`" + path[part] + "` is not a map, so it has no `" + path[part + 1] + "`");
        return;
      }
      map = next;
    }
    Node value = entry.value;
    mark(value, variant_);
    if (Node* present = map->find(path.back())) {
      *present = std::move(value);
    } else {
      map->entries.push_back({path.back(), entry.place, std::move(value)});
    }
  }

 private:
  void error(Place place, std::string message) {
    errors_.push_back({document_.file, place.line, place.column, std::move(message)});
  }

  Node* start_of(const std::string& first, Place place) {
    Node& root = document_.root;
    if (root.find(first) != nullptr) return &root;
    const std::vector<Node*> maps = maps_with_entity(root, first);
    if (maps.size() == 1) return maps[0];
    if (maps.size() > 1) {
      error(place, "`" + first + "` is the name of several things; write the path from the root");
      return nullptr;
    }
    std::vector<std::string_view> names;
    for (const Node::Entry& entry : root.entries) names.push_back(entry.key);
    std::string message = "there is nothing called `" + first + "` to change";
    if (const std::string_view near = nearest_word(first, names); !near.empty()) {
      message += "; did you mean `" + std::string(near) + "`?";
    }
    error(place, std::move(message));
    return nullptr;
  }

  Document& document_;
  const std::string& variant_;
  ParseErrors& errors_;
};

}  // namespace

Document apply_variant(const Document& document, std::string_view variant, ParseErrors& errors) {
  Document changed = document;
  const Node* variants = document.root.find("variants");
  const Node* overrides = variants == nullptr ? nullptr : variants->find(variant);
  if (overrides == nullptr || overrides->kind == Node::Kind::null) return changed;
  if (overrides->kind != Node::Kind::map) {
    errors.push_back({document.file, overrides->place.line, overrides->place.column,
                      "a variant is a map of dotted paths and values"});
    return changed;
  }
  const std::string name(variant);
  Override override(changed, name, errors);
  for (const Node::Entry& entry : overrides->entries) override.apply(entry);
  return changed;
}

}  // namespace fallstreak::scenarios
