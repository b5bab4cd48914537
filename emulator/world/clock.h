#pragma once

#include "base/time.h"

namespace fallstreak::world {

/// The clock that every timestamp in the emulator comes from.
///
/// It moves only when the World moves it: to the due time of each event in turn, so a ten-minute
/// cooldown takes a test no time, and two runs of one seed read the same times.
class VirtualClock {
 public:
  explicit VirtualClock(Time start) : now_(start) {}
  [[nodiscard]] Time now() const { return now_; }

 private:
  friend class World;
  Time now_;
};

}  // namespace fallstreak::world
