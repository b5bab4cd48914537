#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/shape.h"
#include "api/validate.h"
#include "dispatch/context.h"

namespace fallstreak::dispatch {

/// Which members of a request have an effect, as a tree over its shape. Whatever else a caller sets is refused by
/// name, so that nothing is accepted and ignored.
class Accepted {
 public:
  explicit Accepted(const api::Shape& shape);
  /// `path` is `Member` (with all it contains) or `Member.Inner` (that much of it; lists and maps are walked through).
  void add(std::string_view path);
  /// The path of the first member that is set and not accepted; empty when there is none.
  [[nodiscard]] std::string first_refused(const void* request) const;
  /// All paths that are not accepted, as they are told to a caller who sets them.
  [[nodiscard]] std::vector<std::string> refused_paths() const;
  /// True when the member of this name is accepted, at least in part.
  [[nodiscard]] bool has(std::string_view member) const;

 private:
  struct Entry {
    bool accepted = false;
    std::unique_ptr<Accepted> inner;  // null: the whole member
  };
  void find_refused(const void* object, std::string& path) const;
  const api::Shape* shape_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> watched_;  // the members that are not accepted as a whole
};

/// One operation that a service implements.
class Binding {
 public:
  using Function = void (*)();
  using Invoke = void (*)(const Binding&, world::World&, const Environment&, const Caller&,
                          const void* request, void* response);
  Binding(const api::Operation& operation, std::string_view service, Scope scope, Function handler,
          Invoke trampoline);

  /// Members that do what AWS says they do.
  Binding& accepts(std::initializer_list<std::string_view> paths);
  /// Members that are stored or checked but change nothing yet: listed by the coverage report.
  Binding& no_effect(std::initializer_list<std::string_view> paths);
  /// Every member of the request has its effect.
  Binding& accepts_all();

  [[nodiscard]] const api::Operation& operation() const { return *operation_; }
  [[nodiscard]] const std::vector<std::string>& without_effect() const { return without_effect_; }
  [[nodiscard]] const Accepted& accepted() const { return accepted_; }
  [[nodiscard]] std::string_view service() const { return service_; }
  [[nodiscard]] Scope scope() const { return scope_; }
  [[nodiscard]] Function function() const { return function_; }
  /// What requests are held against; null when there is nothing to check.
  [[nodiscard]] const api::Plan* plan() const { return plan_; }
  void invoke(world::World& world, const Environment& environment, const Caller& caller,
              const void* request, void* response) const {
    invoke_(*this, world, environment, caller, request, response);
  }

 private:
  const api::Operation* operation_;
  std::string_view service_;
  Scope scope_;
  Function function_;
  Invoke invoke_;
  Accepted accepted_;
  std::vector<std::string> without_effect_;
  friend class Registry;
  const api::Plan* plan_ = nullptr;
};

/// What handles an event kind of a service.
class EventBinding {
 public:
  using Function = void (*)();
  using Invoke = void (*)(const EventBinding&, world::World&, const Environment&, const world::Event&);
  std::string_view service;
  Function function;
  Invoke invoke;
};

/// Everything that is bound: built once, immutable afterwards, shared by any number of worlds.
class Registry {
 public:
  /// The services of this build, in alphabetical order.
  [[nodiscard]] const std::vector<const api::Service*>& services() const { return services_; }
  [[nodiscard]] const Binding* find(const api::Operation& operation) const;
  [[nodiscard]] const EventBinding* find_event(std::string_view kind) const;
  [[nodiscard]] const std::vector<EventBinding>& fault_listeners() const { return fault_listeners_; }

  /// To be called once, when everything is bound: prepares what requests are held against.
  void seal();

  Registry() = default;
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

 private:
  template <class State>
  friend class Operations;
  std::vector<const api::Service*> services_;
  std::unordered_map<const api::Operation*, std::unique_ptr<Binding>> bindings_;  // looked up, never walked
  std::map<std::string, EventBinding, std::less<>> events_;
  std::vector<EventBinding> fault_listeners_;
  std::optional<api::Validator> validator_;
};

/// A service binds its handlers: `Operations<Ec2State> operations(registry, api::ec2::kService, Scope::regional);`
template <class State>
class Operations {
 public:
  Operations(Registry& registry, const api::Service& service, Scope scope)
      : registry_(&registry), service_(&service), scope_(scope) {
    registry.services_.push_back(&service);
  }

  template <api::OperationTag Tag>
  Binding& bind(typename Tag::Response (*handler)(Context<State>&, const typename Tag::Request&)) {
    auto binding = std::make_unique<Binding>(
        Tag::operation(), service_->id, scope_, reinterpret_cast<Binding::Function>(handler),
        [](const Binding& bound, world::World& world, const Environment& environment,
           const Caller& caller, const void* request, void* response) {
          Context<State> context(world, environment, caller, bound.service(),
                                 caller.scope(bound.scope()));
          const auto function = reinterpret_cast<typename Tag::Response (*)(
              Context<State>&, const typename Tag::Request&)>(bound.function());
          *static_cast<typename Tag::Response*>(response) =
              function(context, *static_cast<const typename Tag::Request*>(request));
        });
    auto& slot = registry_->bindings_[&Tag::operation()];
    slot = std::move(binding);
    return *slot;
  }

  /// Event `kind` of this service, scheduled by `context.schedule(..., kind, entity)`.
  void on_event(std::string_view kind, void (*handler)(Context<State>&, const world::Event&)) {
    registry_->events_.emplace(std::string(service_->id) + "." + std::string(kind), event(handler));
  }
  /// Called when a fault begins or ends: once for every account and region that has state of this service.
  void on_fault(void (*handler)(Context<State>&, const world::Event&)) {
    registry_->fault_listeners_.push_back(event(handler));
  }

 private:
  EventBinding event(void (*handler)(Context<State>&, const world::Event&)) {
    return {service_->id, reinterpret_cast<EventBinding::Function>(handler),
            [](const EventBinding& bound, world::World& world, const Environment& environment,
               const world::Event& event) {
              const Caller caller = Caller::of_scope(event.scope);
              Context<State> context(world, environment, caller, bound.service, event.scope);
              const auto function =
                  reinterpret_cast<void (*)(Context<State>&, const world::Event&)>(bound.function);
              function(context, event);
            }};
  }

  Registry* registry_;
  const api::Service* service_;
  Scope scope_;
};

}  // namespace fallstreak::dispatch
