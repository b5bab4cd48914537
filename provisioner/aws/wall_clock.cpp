#include "provisioner/aws/wall_clock.h"

#include <thread>

namespace fallstreak::provisioner {

Time WallClock::now() { return std::chrono::system_clock::now(); }

void WallClock::sleep(Duration duration) { std::this_thread::sleep_for(duration); }

}  // namespace fallstreak::provisioner
