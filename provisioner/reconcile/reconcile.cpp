#include "provisioner/reconcile/reconcile.h"

#include <algorithm>
#include <iterator>

#include "api/sts/identity.h"
#include "base/check.h"
#include "client/call.h"

namespace fallstreak::provisioner {
namespace {

/// One run of apply or destroy. Its functions throw ApiError; the public ones turn that into an outcome.
class Run {
 public:
  Run(client::Transport& transport, const Stack& stack, const ReconcileOptions& options)
      : where_{&transport, stack.name, stack.region}, stack_(stack), options_(options) {}

  Plan apply() {
    value_of(check_account(*where_.transport, stack_));
    const Plan plan = make_plan(stack_, value_of(observe(where_)));
    for (const Step& step : plan.steps) {
      if (step.verb == Verb::destroy) {
        remove(step);
      } else {
        make(*stack_.find(step.name), step);
      }
    }
    wait_until_ready();
    return plan;
  }

  Plan destroy() {
    value_of(check_account(*where_.transport, stack_));
    const Plan plan = make_destroy_plan(value_of(observe(where_)));
    for (const Step& step : plan.steps) remove(step);
    return plan;
  }

 private:
  /// The resource as it is now, and all that its references name.
  std::vector<Observed> look(const Resource& resource) {
    std::vector<std::string> types{resource.type};
    for (const auto& name : references(resource)) {
      const Resource* other = stack_.find(name);
      if (other != nullptr && std::ranges::find(types, other->type) == types.end()) {
        types.push_back(other->type);
      }
    }
    std::vector<Observed> observed;
    for (const auto& type : types) {
      std::ranges::move(find_driver(type)->list(where_), std::back_inserter(observed));
    }
    return observed;
  }

  static const Observed* find(const std::vector<Observed>& observed, const Resource& resource) {
    const auto found = std::ranges::find_if(observed, [&](const Observed& one) {
      return one.name == resource.name && one.type == resource.type && !one.leaving;
    });
    return found == observed.end() ? nullptr : &*found;
  }

  void make(const Resource& resource, const Step& step) {
    const Driver& driver = *find_driver(resource.type);
    if (step.verb == Verb::replace) remove(step);
    auto observed = look_when_free(resource);
    if (find(observed, resource) == nullptr) {
      say("create " + resource.name + " (" + resource.type + ")");
      driver.create(where_, resolve(resource, observed));
      observed = look(resource);
    } else {
      say("update " + resource.name + " (" + resource.type + ")");
    }
    const Observed* present = find(observed, resource);
    if (present == nullptr) {
      throw ApiError("NotThere", resource.name + " was created and cannot be seen", 500);
    }
    const Desired desired = resolve(resource, observed);
    if (!changes_of(driver, *present, desired).empty()) driver.update(where_, *present, desired);
  }

  /// A resource of the same physical name may still be on its way out.
  std::vector<Observed> look_when_free(const Resource& resource) {
    for (int number = 0; number < options_.looks; ++number) {
      auto observed = look(resource);
      const bool leaving = std::ranges::any_of(observed, [&](const Observed& one) {
        return one.name == resource.name && one.type == resource.type && one.leaving;
      });
      if (!leaving) return observed;
      where_.transport->pause(options_.pause);
    }
    throw ApiError("TimedOut", "the old " + resource.name + " does not go", 500);
  }

  void remove(const Step& step) {
    const Driver& driver = *find_driver(step.type);
    const Observed observed{step.name, step.type, step.id, {}, false};
    if (step.verb != Verb::wait) {
      say("destroy " + step.name + " (" + step.type + ")");
      remove_when_unused(driver, observed);
    }
    for (int number = 0; number < options_.looks; ++number) {
      if (driver.is_gone(where_, observed)) return;
      where_.transport->pause(options_.pause);
    }
    throw ApiError("TimedOut", step.name + " does not go", 500);
  }

  /// AWS frees addresses and references some time after their user is gone, and refuses until then.
  void remove_when_unused(const Driver& driver, const Observed& observed) {
    for (int attempt = 1;; ++attempt) {
      try {
        return driver.destroy(where_, observed);
      } catch (const ApiError& error) {
        const bool in_use = error.code == "DependencyViolation" || error.code == "ResourceInUse";
        if (!in_use || attempt >= options_.looks) throw;
      }
      where_.transport->pause(options_.pause);
    }
  }

  void wait_until_ready() {
    for (const auto& observed : value_of(observe(where_))) {
      if (stack_.find(observed.name) == nullptr) continue;
      const Driver& driver = *find_driver(observed.type);
      for (int number = 0; !driver.is_ready(where_, observed); ++number) {
        if (number == 0) say("wait for " + observed.name + " (" + observed.type + ")");
        if (number >= options_.looks) {
          throw ApiError("TimedOut", observed.name + " does not become ready", 500);
        }
        where_.transport->pause(options_.pause);
      }
    }
  }

  void say(const std::string& line) {
    if (options_.progress) options_.progress(line);
  }

  Destination where_;
  const Stack& stack_;
  const ReconcileOptions& options_;
};

template <class Action>
auto outcome_of(Action&& action) -> Outcome<decltype(action())> {
  try {
    return action();
  } catch (ApiError& error) {
    return tl::unexpected(std::move(error));
  }
}

}  // namespace

Outcome<void> check_account(client::Transport& transport, const Stack& stack) {
  if (!stack.account_id) return {};
  const auto identity = client::call<api::sts::GetCallerIdentity>(transport, {});
  if (!identity) return tl::unexpected(identity.error());
  if (identity->Account == stack.account_id) return {};
  return tl::unexpected(ApiError(
      "WrongAccount", "the stack " + stack.name + " belongs to account " + *stack.account_id +
                          ", and the credentials are of account " +
                          identity->Account.value_or("?") + "; nothing was touched"));
}

Outcome<Plan> apply(client::Transport& transport, const Stack& stack,
                    const ReconcileOptions& options) {
  return outcome_of([&] { return Run(transport, stack, options).apply(); });
}

Outcome<Plan> destroy(client::Transport& transport, const Stack& stack,
                      const ReconcileOptions& options) {
  return outcome_of([&] { return Run(transport, stack, options).destroy(); });
}

Outcome<Plan> plan(client::Transport& transport, const Stack& stack) {
  return outcome_of([&] {
    value_of(check_account(transport, stack));
    return make_plan(stack, value_of(observe({&transport, stack.name, stack.region})));
  });
}

Outcome<std::vector<ResourceStatus>> status(client::Transport& transport, const Stack& stack) {
  return outcome_of([&] {
    const Destination where{&transport, stack.name, stack.region};
    const auto observed = value_of(observe(where));
    std::vector<ResourceStatus> rows;
    for (const auto& one : observed) {
      const bool ready = !one.leaving && find_driver(one.type)->is_ready(where, one);
      rows.push_back({one.name, one.type, one.id,
                      one.leaving ? "leaving" : ready ? "ready" : "not ready"});
    }
    for (const auto& resource : stack.resources) {
      if (std::ranges::find(observed, resource.name, &Observed::name) == observed.end()) {
        rows.push_back({resource.name, resource.type, {}, "missing"});
      }
    }
    return rows;
  });
}

}  // namespace fallstreak::provisioner
