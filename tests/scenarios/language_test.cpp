#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "scenarios/language/scenario.h"
#include "scenarios/traffic/random.h"

namespace fallstreak::scenarios {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kSource = FALLSTREAK_SOURCE_DIR;
const std::string kFailover = kSource + "/scenarios/library/az-failover.yaml";

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Scenario failover(std::string_view variant = {}) {
  auto parsed = parse_scenario(read_file(kFailover), "az-failover.yaml", variant);
  for (const ParseError& error : parsed.errors) ADD_FAILURE() << error.to_string();
  return parsed.scenario.value_or(Scenario{});
}

TEST(Durations, AreReadAndWrittenInTheirShortestForm) {
  for (const auto& [text, duration] :
       {std::pair<std::string_view, Duration>{"90ms", milliseconds(90)},
        {"30s", seconds(30)},
        {"5m", minutes(5)},
        {"24h", hours(24)},
        {"1h30m", minutes(90)},
        {"1.5s", milliseconds(1500)},
        {"1d", hours(24)},
        {"0", seconds(0)}}) {
    EXPECT_EQ(parse_duration(text), duration) << text;
  }
  for (const std::string_view text :
       {"", "5", "m", "5 m", "5x", "-5m", "1e3s", "nan", "99999999999d", "5m extra"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
  EXPECT_EQ(duration_text(minutes(90)), "1h30m");
  EXPECT_EQ(duration_text(milliseconds(1500)), "1s500ms");
  EXPECT_EQ(duration_text(hours(48)), "2d");
  EXPECT_EQ(duration_text(Duration(0)), "0s");
}

TEST(ClockTimes, AreTextNotNumbersOfBaseSixty) {
  EXPECT_EQ(parse_clock_time("14:00"), (ClockTime{50400, std::nullopt}));
  EXPECT_EQ(parse_clock_time("14:01:59"), (ClockTime{50519, std::nullopt}));
  EXPECT_EQ(parse_clock_time("18:00+1d"), (ClockTime{64800, 1}));
  for (const std::string_view text :
       {"24:00", "14:60", "1:00", "14:0", "14-00", "", "14:00+d", "14:00+1", "14:00:61"}) {
    EXPECT_FALSE(parse_clock_time(text)) << text;
  }
}

TEST(OtherValues, AreReadByTheirUnits) {
  EXPECT_EQ(parse_rate("900/s"), 900);
  EXPECT_EQ(parse_rate("60/m"), 1);
  EXPECT_FALSE(parse_rate("900/x"));
  EXPECT_EQ(parse_money("$0.01"), 0.01);
  EXPECT_FALSE(parse_money("12"));
  EXPECT_EQ(parse_bytes("300B"), 300);
  EXPECT_EQ(parse_bytes("1.5MB"), 1'500'000);
  EXPECT_FALSE(parse_bytes("10"));
  EXPECT_FALSE(parse_bytes("10 K"));
  EXPECT_EQ(parse_percent("50%"), 0.5);
  EXPECT_FALSE(parse_percent("50"));
  EXPECT_EQ(parse_number("2_000_000 rows"), 2e6);
  EXPECT_EQ(parse_distribution("exp 20ms"),
            (Distribution{Distribution::Kind::exponential, milliseconds(20), {}}));
  EXPECT_EQ(parse_distribution("5ms"),
            (Distribution{Distribution::Kind::fixed, milliseconds(5), {}}));
  EXPECT_EQ(parse_distribution("lognormal 20ms 90ms"),
            (Distribution{Distribution::Kind::lognormal, milliseconds(20), milliseconds(90)}));
  EXPECT_FALSE(parse_distribution("lognormal 90ms 20ms"));
  EXPECT_FALSE(parse_distribution("normal 20ms"));
  EXPECT_EQ(parse_duration_range("100ms..2s"), (DurationRange{milliseconds(100), seconds(2)}));
  EXPECT_EQ(parse_seed_range("1..50"), (SeedRange{1, 50}));
  EXPECT_EQ(parse_seed_range("7"), (SeedRange{7, 7}));
  EXPECT_FALSE(parse_seed_range("5..1"));
}

TEST(TimeZones, KnowSummerAndWinter) {
  const auto berlin = TimeZone::load("Europe/Berlin");
  ASSERT_TRUE(berlin.has_value()) << berlin.error();
  EXPECT_EQ(berlin->to_time(*parse_iso8601("2025-11-03T13:50:00Z")),
            *parse_iso8601("2025-11-03T12:50:00Z"));
  EXPECT_EQ(berlin->to_time(*parse_iso8601("2025-07-03T13:50:00Z")),
            *parse_iso8601("2025-07-03T11:50:00Z"));
  // 02:30 happens twice on the last Sunday of October; the first is meant.
  EXPECT_EQ(berlin->to_time(*parse_iso8601("2025-10-26T02:30:00Z")),
            *parse_iso8601("2025-10-26T00:30:00Z"));
  EXPECT_FALSE(berlin->to_time(*parse_iso8601("2025-03-30T02:30:00Z")).has_value());
  const auto new_york = TimeZone::load("America/New_York");
  ASSERT_TRUE(new_york.has_value()) << new_york.error();
  EXPECT_EQ(new_york->offset_seconds(*parse_iso8601("2025-11-03T12:00:00Z")), -5 * 3600);
  EXPECT_EQ(TimeZone::utc().offset_seconds(*parse_iso8601("2025-11-03T12:00:00Z")), 0);
}

TEST(TimeZones, OfADamagedFileAreRefused) {
  const std::string bytes = read_file("/usr/share/zoneinfo/Europe/Berlin");
  for (std::size_t length = 0; length < bytes.size(); length += 7) {
    const auto zone = TimeZone::parse("Europe/Berlin", std::string_view(bytes).substr(0, length));
    EXPECT_THAT(zone ? "damaged" : zone.error(), HasSubstr("damaged"));
  }
  EXPECT_FALSE(TimeZone::parse("Europe/Berlin", "not a zone file").has_value());
}

TEST(AzFailover, IsReadAsWritten) {
  const Scenario scenario = failover();
  EXPECT_EQ(to_iso8601(scenario.start), "2025-11-03T12:50:00Z");
  EXPECT_EQ(scenario.run, minutes(75));
  ASSERT_EQ(scenario.cloud.groups.size(), 1u);
  const AutoScalingGroup& web = scenario.cloud.groups[0];
  EXPECT_EQ(web.size.max, 18);
  EXPECT_EQ(web.health, HealthCheckType::elb);
  EXPECT_EQ(web.serve.workers, 4);
  EXPECT_THAT(web.azs, ElementsAre("a", "b", "c"));
  ASSERT_EQ(scenario.load.size(), 1u);
  ASSERT_EQ(scenario.load[0].kinds.size(), 2u);
  EXPECT_EQ(scenario.load[0].kinds[0].name, "browse");
  EXPECT_FALSE(scenario.load[0].kinds[0].timeout);
  const RequestKind& checkout = scenario.load[0].kinds[1];
  EXPECT_EQ(checkout.writes, "orders");
  EXPECT_EQ(checkout.retry.times, 2);
  EXPECT_EQ(checkout.retry.backoff.high, seconds(2));
  ASSERT_EQ(scenario.timeline.size(), 1u);
  EXPECT_EQ(std::get<AtTrigger>(scenario.timeline[0].trigger).at, minutes(10));
  EXPECT_EQ(scenario.timeline[0].text, "break az-power a for 30m");
  EXPECT_EQ(scenario.clock_text(minutes(10)), "14:00:00");
  EXPECT_THAT(scenario.variants, ElementsAre("one-zone"));
}

TEST(Variants, ChangeWhatTheyNameAndNothingElse) {
  const Scenario base = failover();
  const Scenario variant = failover("one-zone");
  EXPECT_THAT(variant.cloud.groups[0].azs, ElementsAre("a"));
  EXPECT_EQ(variant.variant, "one-zone");
  EXPECT_EQ(variant.cloud.groups[0].size.desired, base.cloud.groups[0].size.desired);
  EXPECT_EQ(variant.expect.size(), base.expect.size());
  EXPECT_THAT(explain(variant), HasSubstr("variant one-zone"));
}

TEST(Mixed, IsReadWithItsDefaultsAndItsWaves) {
  const auto parsed = parse_scenario(R"(scenario: Spot
why: A reason
start: 2025-11-03 10:00 Europe/Berlin
run: 1h
seed: 1
cloud:
  region: eu-central-1
  azs: [a]
  alb:
    edge: {to: web}
  asg:
    web: {type: m4.xlarge, size: 2, mixed: {on_demand: 25%, rebalance: on}}
load:
  shoppers: {to: edge, rate: 1/s}
timeline:
  - {at: "10:10", break: spot-interruption, type: m4.xlarge, share: 50%, notice: 5m, for: 10m}
expect:
  - error_rate(shoppers) < 1%
)",
                                     "spot.yaml");
  for (const ParseError& error : parsed.errors) ADD_FAILURE() << error.to_string();
  const Mixed& mixed = *parsed.scenario->cloud.groups[0].mixed;
  EXPECT_THAT(mixed.types, ElementsAre("m4.xlarge"));
  EXPECT_EQ(mixed.on_demand_percent, 25);
  EXPECT_EQ(mixed.on_demand_base, 0);
  EXPECT_EQ(mixed.spot_strategy, "lowest-price");
  EXPECT_TRUE(mixed.rebalances);
  EXPECT_EQ(parsed.scenario->timeline[0].text,
            "break spot-interruption of 50% of m4.xlarge in 5m for 10m");
  EXPECT_TRUE(parsed.scenario->timeline[0].is_break());
}

TEST(Explain, ShowsEveryDefaultAndWhoSaysSo) {
  const std::string text = explain(failover());
  EXPECT_THAT(text, HasSubstr("cloud.alb.edge.health_check.interval"));
  EXPECT_THAT(text, HasSubstr("AWS: default of an ALB target group"));
  EXPECT_THAT(text, HasSubstr("at 14:00:00: break az-power a for 30m"));
  EXPECT_THAT(text, HasSubstr("rpo(orders) == 0"));
}

TEST(RateCurves, TakeEachClockTimeAsTheFirstFromTheStartOn) {
  const auto parsed = parse_scenario(R"(scenario: Black Friday
start: 2025-11-27 18:00 Europe/Berlin
run: 24h
cloud: {region: us-east-1, asg: {web: {type: m4.large, size: 1}}, alb: {edge: {to: web}}}
load:
  shoppers: {to: edge, rate: {18:00: 400/s, 00:00: 600/s, 00:10: 3000/s, 18:00+1d: 1000/s}}
expect: [error_rate(shoppers) < 1%]
)",
                                     "f.yaml");
  ASSERT_TRUE(parsed.scenario) << parsed.errors.at(0).to_string();
  const auto& rate = parsed.scenario->load[0].rate;
  ASSERT_EQ(rate.size(), 4u);
  EXPECT_EQ(rate[0].at, Duration(0));
  EXPECT_EQ(rate[1].at, hours(6));
  EXPECT_EQ(rate[2].at, hours(6) + minutes(10));
  EXPECT_EQ(rate[3].at, hours(24));
  EXPECT_EQ(parsed.scenario->clock_text(hours(7)), "01:00:00+1d");
}

TEST(Examples, AreRefusedOnlyForWhatIsNotImplementedYet) {
  for (const std::string name : {"01-az-failover", "02-bad-deploy-backtrack", "03-black-friday"}) {
    const auto parsed =
        parse_scenario(read_file(kSource + "/fixtures/scenarios/" + name + ".yaml"), name);
    EXPECT_FALSE(parsed.scenario.has_value());
    bool names_what_is_missing = false;
    for (const ParseError& error : parsed.errors) {
      EXPECT_GT(error.line, 0) << error.to_string();
      EXPECT_THAT(error.message, testing::Not(HasSubstr("unknown key"))) << error.to_string();
      names_what_is_missing =
          names_what_is_missing || error.message.find("not implemented yet") != std::string::npos;
    }
    EXPECT_TRUE(names_what_is_missing);
  }
}

TEST(MutatedFiles, AreReadOrRefusedButNeverCrash) {
  std::vector<std::string> seeds{read_file(kFailover)};
  for (const char* name : {"01-az-failover", "02-bad-deploy-backtrack", "03-black-friday"}) {
    seeds.push_back(read_file(kSource + "/fixtures/scenarios/" + name + ".yaml"));
  }
  constexpr std::string_view kPieces[] = {":",
                                          "- ",
                                          "{",
                                          "}",
                                          "[",
                                          "]",
                                          "\"",
                                          "%",
                                          "..",
                                          "\n",
                                          "  ",
                                          "$",
                                          "99999999999999999999",
                                          "-1",
                                          "\t",
                                          "\xff",
                                          "&a",
                                          "*a",
                                          "!",
                                          "0",
                                          "(",
                                          ")",
                                          "over",
                                          "#",
                                          "|",
                                          ">"};
  int read = 0;
  int refused = 0;
  for (std::uint64_t round = 0; round < 3000; ++round) {
    const std::uint64_t key = traffic::stream_key(1, "mutation", std::to_string(round));
    std::string text = seeds[traffic::draw(key, 0) % seeds.size()];
    const std::uint64_t changes = 1 + traffic::draw(key, 1) % 4;
    for (std::uint64_t change = 0; change < changes; ++change) {
      const std::uint64_t bits = traffic::draw(key, 2 + change);
      const std::size_t place = (bits >> 8) % text.size();
      const std::string_view piece = kPieces[(bits >> 40) % std::size(kPieces)];
      switch (bits % 4) {
        case 0:
          text.erase(place, 1 + (bits >> 32) % 20);
          break;
        case 1:
          text.insert(place, piece);
          break;
        case 2:
          text.replace(place, 1, piece);
          break;
        default:
          text.insert(place, text.substr((bits >> 20) % text.size(), (bits >> 32) % 60));
          break;
      }
      if (text.empty()) text = "x";
    }
    const auto parsed = parse_scenario(text, "mutated.yaml");
    ASSERT_NE(parsed.scenario.has_value(), !parsed.errors.empty());
    for (const ParseError& error : parsed.errors) {
      ASSERT_FALSE(error.message.empty());
      ASSERT_GE(error.line, 0);
    }
    ++(parsed.scenario ? read : refused);
  }
  EXPECT_GT(read, 0);
  EXPECT_GT(refused, 1000);
}

TEST(EditDistance, CountsSlipsOfThePen) {
  EXPECT_EQ(edit_distance("warmpu", "warmup"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("size", "sise"), 1u);
  const std::vector<std::string_view> words{"workers", "queue"};
  EXPECT_EQ(nearest_word("wrokers", words), "workers");
  EXPECT_EQ(nearest_word("colour", words), "");
}

}  // namespace
}  // namespace fallstreak::scenarios
