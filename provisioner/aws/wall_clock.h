#pragma once

#include "base/time.h"

namespace fallstreak::provisioner {

/// The machine's time, and waiting in it: what signing for and retrying against a cloud elsewhere needs. Nothing that
/// runs in process may use it.
class WallClock {
 public:
  [[nodiscard]] static Time now();
  static void sleep(Duration duration);
};

}  // namespace fallstreak::provisioner
