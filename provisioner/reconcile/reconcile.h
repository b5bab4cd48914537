#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "provisioner/plan/plan.h"

namespace fallstreak::provisioner {

struct ReconcileOptions {
  /// Told of each step as it is done, for progress.
  std::function<void(const std::string& line)> progress;
  /// Between two looks at a resource that is not ready yet, and how many looks before giving up.
  Duration pause = std::chrono::seconds(5);
  int looks = 240;
};

/// Refuses to work in another account than the manifest names. AWS: GetCallerIdentity.
Outcome<void> check_account(client::Transport& transport, const Stack& stack);

/// Makes the cloud as the stack says: one resource after the other, each looked at again before it is touched, so that
/// a run that was killed anywhere, or lost an answer, is finished by the next one. Twice in a row changes nothing.
Outcome<Plan> apply(client::Transport& transport, const Stack& stack,
                    const ReconcileOptions& options = {});
/// Removes everything that the stack owns, also what no manifest names any more.
Outcome<Plan> destroy(client::Transport& transport, const Stack& stack,
                      const ReconcileOptions& options = {});
/// What apply would do, and changes nothing.
Outcome<Plan> plan(client::Transport& transport, const Stack& stack);

/// A line per resource that the stack owns, and those it lacks.
struct ResourceStatus {
  std::string name, type, id, state;  // `ready`, `not ready`, `leaving`, `missing`
};
Outcome<std::vector<ResourceStatus>> status(client::Transport& transport, const Stack& stack);

}  // namespace fallstreak::provisioner
