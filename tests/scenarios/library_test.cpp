// The scenarios that come with Fallstreak do what their comments say.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "scenarios/run/runner.h"

namespace fallstreak::scenarios {
namespace {

struct Case {
  std::string file, variant;
  /// The expectations that are missed, as far as they must begin; none for a pass.
  std::vector<std::string> missed;
  /// Those that chance decides: how an overload ends hangs on the last request.
  std::vector<std::string> may_miss = {};
  friend void PrintTo(const Case& one, std::ostream* out) {
    *out << one.file << " " << one.variant;
  }
};

RunResult run_file(const Case& one) {
  const std::string path = FALLSTREAK_SOURCE_DIR "/scenarios/library/" + one.file + ".yaml";
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  const ParsedScenario parsed = parse_scenario(text.str(), path, one.variant);
  for (const ParseError& error : parsed.errors) ADD_FAILURE() << error.to_string();
  if (!parsed.scenario) return {};
  auto result = run(*parsed.scenario, {.seed = 1, .on_event = {}});
  if (!result) {
    ADD_FAILURE() << result.error().code << ": " << result.error().message;
    return {};
  }
  return std::move(*result);
}

class Library : public testing::TestWithParam<Case> {};

TEST_P(Library, HoldsAndMissesWhatItSays) {
  const RunResult result = run_file(GetParam());
  std::vector<std::string> missed;
  for (const ExpectationResult& one : result.expectations) {
    if (one.verdict.held != Held::yes) missed.push_back(one.text);
  }
  std::vector<std::string> by_rule = missed;
  std::erase_if(by_rule, [](const std::string& text) {
    return std::ranges::any_of(GetParam().may_miss, [&](const std::string& beginning) {
      return text.starts_with(beginning);
    });
  });
  ASSERT_EQ(by_rule.size(), GetParam().missed.size()) << testing::PrintToString(missed);
  for (std::size_t i = 0; i < by_rule.size(); ++i) {
    EXPECT_TRUE(by_rule[i].starts_with(GetParam().missed[i])) << by_rule[i];
  }
  EXPECT_EQ(result.verdict, missed.empty() ? RunVerdict::passed : RunVerdict::missed);
}

INSTANTIATE_TEST_SUITE_P(
    OfScenarios, Library,
    testing::Values(
        Case{"az-failover", "", {}},
        Case{"az-failover", "one-zone", {"rto", "error_rate", "always: healthy"}, {"steady"}},
        Case{"bad-version", "", {}},
        Case{"bad-version", "all-at-once", {"error_rate", "always: healthy", "p99"}},
        Case{"blue-green", "", {}}, Case{"blue-green", "a-good-version", {}},
        Case{"cascade", "", {}},
        Case{"cascade",
             "out-of-the-box",
             {"error_rate(shoppers) < 0.1%", "always: healthy"},
             {"error_rate(shoppers) < 50%"}},
        Case{"cascade", "replace-suspended", {"error_rate", "always: healthy"}},
        Case{"cascade", "own-health-thread", {}}, Case{"certificate-renewal", "", {}},
        Case{"certificate-renewal", "unnoticed", {"error_rate(shoppers) < 0.1%", "error_rate"}},
        Case{"certificate-renewal", "too-late", {"error_rate(shoppers) < 0.1%", "error_rate"}},
        Case{"certificate-renewal", "replaced", {"error_rate(shoppers) < 0.1%"}},
        Case{"flapping", "", {}}, Case{"flapping", "too-near", {"always: flapping"}},
        Case{"hot-key", "", {}}, Case{"hot-key", "one-key", {"throttles", "error_rate", "steady"}},
        Case{"hot-key", "one-key-and-capacity", {"throttles", "error_rate", "steady"}},
        Case{"route53-failover", "", {}},
        Case{"route53-failover",
             "one-region",
             {"rto", "error_rate(shoppers) < 0.1%", "error_rate(shoppers) < 1%"}},
        Case{"route53-failover",
             "blind",
             {"rto", "error_rate(shoppers) < 0.1%", "error_rate(shoppers) < 1%"}},
        Case{"spot-wave", "", {}},
        Case{"spot-wave", "no-rebalance", {"error_rate", "always: healthy"}},
        Case{"spot-wave", "on-demand-base", {"always: healthy", "cost"}},
        Case{"step-scaling", "", {}}, Case{"step-scaling", "too-late", {"error_rate"}},
        Case{"table-autoscaling", "", {}},
        Case{"table-autoscaling", "follows-the-load", {"throttles", "error_rate"}},
        Case{"target-tracking", "", {}}, Case{"vpc-quota", "", {}},
        Case{"vpc-quota", "not-raised", {"vpcs"}}, Case{"vpc-quota", "too-late", {"vpcs"}},
        Case{"vpc-quota", "too-many", {"vpcs"}}, Case{"zone-without-cross-zone", "", {}},
        Case{"zone-without-cross-zone", "cross-zone", {"error_rate"}}, Case{"zonal-shift", "", {}},
        Case{"zonal-shift", "waiting", {"error_rate"}}),
    [](const auto& one) {
      std::string name = one.param.file + "_" + one.param.variant;
      for (char& byte : name) {
        if (byte == '-') byte = '_';
      }
      return name;
    });

}  // namespace
}  // namespace fallstreak::scenarios
