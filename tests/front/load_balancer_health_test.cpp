#include "front/load_balancer_fixture.h"

namespace fallstreak {
namespace {

using testing::answering;
using testing::get;
using testing::ok;
using testing::TargetServer;

/// Health checks of targets that listen on this machine.
class LiveHealthChecks : public testing::LoadBalancerTest {
 protected:
  nlohmann::json targets() { return shown()["target_groups"].at(0)["targets"]; }
  /// Looks until the last check of the only target says this.
  void wait_for_check(const std::string& wanted) {
    for (int look = 0; look < 200'000; ++look) {
      const auto last = targets().at(0)["last_check"];
      if (last.is_string() && last == wanted) return;
    }
    FAIL() << "no check ever said " << wanted << ": " << targets().dump();
  }
  std::string state() { return targets().at(0)["state"]; }
};

TEST_F(LiveHealthChecks, MakeATargetHealthyThatAnswers) {
  TargetServer target(answering("hello"));
  serve_with(target);
  wait_for_check("200");
  EXPECT_EQ(state(), "initial");

  advance("1m");

  EXPECT_EQ(state(), "healthy");
}

TEST_F(LiveHealthChecks, MakeATargetUnhealthyThatHasGone) {
  TargetServer target(answering("hello"));
  TargetServer other(answering("other"));
  serve_with(target);
  wait_for_check("200");
  advance("1m");
  ASSERT_EQ(state(), "healthy");

  target.stop();
  wait_for_check("refused");
  advance("2m");
  EXPECT_EQ(state(), "unhealthy");

  // Only unhealthy targets: the load balancer fails open, and the target refuses.
  EXPECT_EQ(ask(get("/")).status, 502);
  add_target(group, other.port());
  EXPECT_EQ(targets().size(), 2U);
}

}  // namespace
}  // namespace fallstreak
