#include "provisioner/desired/manifest.h"

#include <algorithm>
#include <array>

#include "provisioner/desired/document.h"
#include "provisioner/desired/nearest_word.h"
#include "provisioner/resources/driver.h"

namespace fallstreak::provisioner {
namespace {

constexpr std::array<std::string_view, 4> kKeys = {"account", "region", "resources", "stack"};

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 10 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// AWS: the strictest of the names that are made of it is a load balancer's: 32 letters, digits and hyphens.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 24 && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
         });
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& file) : file_(file) {
    document_ = load_document(text, file, parsed_.errors);
  }

  ParsedStack read() {
    if (!parsed_.errors.empty()) return std::move(parsed_);
    const Node& root = document_.root;
    if (root.kind != Node::Kind::map) {
      error(root.place, "a stack manifest is a map with `stack`, `region` and `resources`");
      return std::move(parsed_);
    }
    for (const auto& entry : root.entries) {
      if (std::ranges::find(kKeys, entry.key) == kKeys.end()) unknown("key", entry.key, entry.place, kKeys);
    }
    stack_.name = text_of(root, "stack");
    if (!stack_.name.empty() && !is_name(stack_.name)) {
      error(root.find("stack")->place, "a stack's name is 1 to 24 letters, digits and hyphens");
    }
    stack_.region = text_of(root, "region");
    if (const Node* account = root.find("account")) stack_.account_id = account->text;
    read_resources(root);
    check_references();
    if (parsed_.errors.empty()) parsed_.stack = std::move(stack_);
    return std::move(parsed_);
  }

 private:
  void error(const Place& place, std::string message) {
    parsed_.errors.push_back({file_, place.line, place.column, std::move(message)});
  }

  template <class Words>
  void unknown(const std::string& what, const std::string& word, const Place& place, const Words& candidates) {
    std::string message = "unknown " + what + " `" + word + "`";
    const std::string_view nearest = nearest_word(word, candidates);
    if (!nearest.empty()) message += "; did you mean `" + std::string(nearest) + "`?";
    error(place, std::move(message));
  }

  std::string text_of(const Node& map, std::string_view key) {
    const Node* node = map.find(key);
    if (node == nullptr) {
      error(map.place, "`" + std::string(key) + "` is missing");
      return {};
    }
    if (node->kind != Node::Kind::text) error(node->place, "`" + std::string(key) + "` is a text");
    return node->text;
  }

  void read_resources(const Node& root) {
    const Node* resources = root.find("resources");
    if (resources == nullptr || resources->kind != Node::Kind::map) {
      error(resources == nullptr ? root.place : resources->place, "`resources` is a map of names to resources");
      return;
    }
    for (const auto& entry : resources->entries) {
      places_.push_back(entry.place);
      stack_.resources.push_back(read_resource(entry));
    }
  }

  Resource read_resource(const Node::Entry& entry) {
    Resource resource{entry.key, {}, {}, entry.place.line};
    if (!is_name(entry.key)) error(entry.place, "a resource's name is 1 to 24 letters, digits and hyphens");
    if (entry.value.kind != Node::Kind::map) {
      error(entry.value.place, "a resource is a map with a `type`");
      return resource;
    }
    resource.type = text_of(entry.value, "type");
    const Driver* driver = find_driver(resource.type);
    if (driver == nullptr) {
      std::vector<std::string_view> types;
      for (const Driver* one : drivers()) types.push_back(one->type);
      if (!resource.type.empty()) unknown("type", resource.type, entry.value.find("type")->place, types);
      return resource;
    }
    for (const auto& given : entry.value.entries) {
      if (given.key != "type") read_property(*driver, given, resource);
    }
    for (const Property& property : driver->properties) {
      if (property.required && !resource.properties.contains(property.name)) {
        error(entry.place, "a " + resource.type + " needs `" + std::string(property.name) + "`");
      }
    }
    return resource;
  }

  void read_property(const Driver& driver, const Node::Entry& given, Resource& resource) {
    const auto property = std::ranges::find(driver.properties, given.key, &Property::name);
    if (property == driver.properties.end()) {
      std::vector<std::string_view> names;
      for (const Property& one : driver.properties) names.push_back(one.name);
      unknown("property", given.key, given.place, names);
      return;
    }
    std::vector<std::string> elements;
    if (given.value.kind == Node::Kind::list && property->is_list()) {
      for (const Node& item : given.value.items) {
        if (item.kind != Node::Kind::text) error(item.place, "this is a list of texts");
        elements.push_back(item.text);
      }
    } else if (given.value.kind == Node::Kind::text) {
      elements.push_back(given.value.text);
    } else {
      error(given.value.place, "`" + given.key + "` is a " + std::string(property->is_list() ? "list" : "text"));
      return;
    }
    if (property->kind == Property::Kind::number && !is_number(elements.front())) {
      error(given.value.place, "`" + given.key + "` is a whole number");
    }
    if (property->kind == Property::Kind::boolean && elements.front() != "yes" && elements.front() != "no") {
      error(given.value.place, "`" + given.key + "` is `yes` or `no`");
    }
    const bool names_others =
        property->kind == Property::Kind::reference || property->kind == Property::Kind::references;
    for (auto& element : elements) {
      // `vpc: network` and `vpc: @network` say the same where only a name can stand.
      if (names_others && !element.starts_with(kReference)) element.insert(0, 1, kReference);
    }
    resource.properties[given.key] = property->is_list() ? join(elements) : elements.front();
  }

  void check_references() {
    for (std::size_t i = 0; i < stack_.resources.size(); ++i) {
      for (const auto& name : references(stack_.resources[i])) {
        if (stack_.find(name) != nullptr) continue;
        std::vector<std::string_view> names;
        for (const auto& other : stack_.resources) names.push_back(other.name);
        unknown("resource", name, places_[i], names);
      }
    }
    const auto ordered = in_dependency_order(stack_);
    if (ordered.cycle.empty()) return;
    std::string circle;
    for (const auto& name : ordered.cycle) circle += name + " -> ";
    error(document_.root.find("resources")->place, "these resources need each other: " + circle + ordered.cycle.front());
  }

  const std::string& file_;
  ParsedStack parsed_;
  Document document_;
  Stack stack_;
  std::vector<Place> places_;
};

}  // namespace

ParsedStack parse_manifest(std::string_view text, const std::string& file) { return Reader(text, file).read(); }

}  // namespace fallstreak::provisioner
