#include "provisioner/aws/environment.h"

#include <cstdlib>

namespace fallstreak::provisioner {

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

}  // namespace fallstreak::provisioner
