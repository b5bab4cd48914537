#include "dispatch/registry.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"

namespace fallstreak::dispatch {
namespace {

/// The structure that a member's path continues in: itself, or what its lists and maps hold.
const api::Shape& innermost(const api::Shape& shape) {
  const api::Shape* inner = &shape;
  while (inner->kind == api::Kind::list || inner->kind == api::Kind::map) inner = inner->element;
  return *inner;
}

}  // namespace

Accepted::Accepted(const api::Shape& shape)
    : shape_(&shape), entries_(shape.members.size()), watched_(shape.members.size()) {
  std::iota(watched_.begin(), watched_.end(), 0U);
}

void Accepted::add(std::string_view path) {
  const auto dot = path.find('.');
  const std::string_view name = path.substr(0, dot);
  const api::Member* member = shape_->member(name);
  CHECK(member != nullptr) << shape_->name << " has no member " << name;
  const auto index = std::size_t(member - shape_->members.data());
  Entry& entry = entries_[index];
  if (dot == std::string_view::npos) {
    entry.accepted = true;
    entry.inner = nullptr;
    std::erase(watched_, index);
    return;
  }
  if (entry.accepted && entry.inner == nullptr) return;  // accepted as a whole already
  entry.accepted = true;
  if (!entry.inner) entry.inner = std::make_unique<Accepted>(innermost(*member->shape));
  entry.inner->add(path.substr(dot + 1));
}

bool Accepted::has(std::string_view name) const {
  const api::Member* member = shape_->member(name);
  return member != nullptr && entries_[std::size_t(member - shape_->members.data())].accepted;
}

std::vector<std::string> Accepted::refused_paths() const {
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const std::string name(shape_->members[i].name);
    if (!entries_[i].accepted) {
      paths.push_back(name);
    } else if (entries_[i].inner != nullptr) {
      for (const std::string& inner : entries_[i].inner->refused_paths()) {
        paths.push_back(name + "." + inner);
      }
    }
  }
  return paths;
}

std::string Accepted::first_refused(const void* request) const {
  std::string path;
  find_refused(request, path);
  return path;
}

void Accepted::find_refused(const void* object, std::string& path) const {
  for (const std::uint32_t i : watched_) {
    const api::Member& member = shape_->members[i];
    if (!api::has(member, object)) continue;
    if (!entries_[i].accepted) {
      path = member.name;
      return;
    }
    const Accepted& inner = *entries_[i].inner;
    const auto walk = [&](const auto& self, const api::Shape& shape, const void* value) -> void {
      if (!path.empty()) return;
      if (shape.kind != api::Kind::list && shape.kind != api::Kind::map) {
        inner.find_refused(value, path);
        return;
      }
      for (std::size_t k = 0; k < shape.ops->count(value); ++k) {
        self(self, *shape.element, shape.ops->at(value, k));
      }
    };
    walk(walk, *member.shape, api::get(member, object));
    if (!path.empty()) {
      path = std::string(member.name) + "." + path;
      return;
    }
  }
}

Binding::Binding(const api::Operation& operation, std::string_view service, Scope scope,
                 Function handler, Invoke trampoline)
    : operation_(&operation),
      service_(service),
      scope_(scope),
      function_(handler),
      invoke_(trampoline),
      accepted_(*operation.input) {}

Binding& Binding::accepts(std::initializer_list<std::string_view> paths) {
  for (const auto path : paths) accepted_.add(path);
  return *this;
}

Binding& Binding::no_effect(std::initializer_list<std::string_view> paths) {
  for (const auto path : paths) {
    accepted_.add(path);
    without_effect_.emplace_back(path);
  }
  return *this;
}

Binding& Binding::accepts_all() {
  for (const auto& member : operation_->input->members) accepted_.add(member.name);
  return *this;
}

void Registry::seal() {
  validator_.emplace(services_);
  for (const auto& [operation, binding] : bindings_)
    binding->plan_ = validator_->plan_of(*operation);  // in whatever order: none sees another
}

const Binding* Registry::find(const api::Operation& operation) const {
  const auto found = bindings_.find(&operation);
  return found == bindings_.end() ? nullptr : found->second.get();
}

const EventBinding* Registry::find_event(std::string_view kind) const {
  const auto found = events_.find(kind);
  return found == events_.end() ? nullptr : &found->second;
}

}  // namespace fallstreak::dispatch
