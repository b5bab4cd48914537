#include "provisioner/desired/stack.h"

#include <algorithm>
#include <functional>
#include <set>

#include "provisioner/resources/driver.h"

namespace fallstreak::provisioner {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

}  // namespace

const Resource* Stack::find(std::string_view resource) const {
  const auto found = std::ranges::find(resources, resource, &Resource::name);
  return found == resources.end() ? nullptr : &*found;
}

std::string replace_references(std::string text,
                               const std::function<std::string(std::string_view name)>& id_of) {
  for (std::size_t at = text.find(kReference); at != std::string::npos;
       at = text.find(kReference, at)) {
    std::size_t end = at + 1;
    while (end < text.size() && is_name_character(text[end])) ++end;
    const std::string id = id_of(std::string_view(text).substr(at + 1, end - at - 1));
    text.replace(at, end - at, id);
    at += id.size();
  }
  return text;
}

std::vector<std::string> references(const Resource& resource) {
  std::vector<std::string> names;
  const Driver* driver = find_driver(resource.type);
  for (const auto& [property, text] : resource.properties) {
    if (driver == nullptr || !may_refer(*driver, property)) continue;
    replace_references(text, [&](std::string_view name) {
      if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
      return std::string();
    });
  }
  return names;
}

Ordered in_dependency_order(const Stack& stack) {
  Ordered ordered;
  std::set<std::string> done;
  std::vector<std::string> path;
  const std::function<bool(const Resource&)> visit = [&](const Resource& resource) {
    if (done.contains(resource.name)) return true;
    if (std::ranges::find(path, resource.name) != path.end()) {
      ordered.cycle.assign(std::ranges::find(path, resource.name), path.end());
      return false;
    }
    path.push_back(resource.name);
    for (const auto& name : references(resource)) {
      const Resource* other = stack.find(name);
      // A security group may let itself in; a name that is not there is the parser's error.
      if (other != nullptr && other != &resource && !visit(*other)) return false;
    }
    path.pop_back();
    done.insert(resource.name);
    ordered.resources.push_back(&resource);
    return true;
  };
  for (const auto& resource : stack.resources) {
    if (!visit(resource)) return ordered;
  }
  return ordered;
}

}  // namespace fallstreak::provisioner
