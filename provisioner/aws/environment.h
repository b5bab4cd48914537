#pragma once

#include <optional>
#include <string>

namespace fallstreak::provisioner {

/// A variable of the process's environment: the one place that reads it. Empty variables count as absent, as in AWS's
/// SDKs.
std::optional<std::string> environment(const char* name);

}  // namespace fallstreak::provisioner
