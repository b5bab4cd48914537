// Every way in which a scenario file can be wrong: where it is said to be, and in which words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/scenario.h"

namespace fallstreak::scenarios {
namespace {

constexpr std::string_view kGood = R"(scenario: A title
why: A reason
start: 2025-11-03 13:50 Europe/Berlin
run: 75m
seed: 7
cloud:
  region: eu-central-1
  azs: [a, b, c]
  alb:
    edge: {to: web}
  asg:
    web: {type: m4.xlarge, size: 6, serve: {workers: 4, cpu: exp 20ms}}
  dynamodb:
    orders: {mode: on-demand}
load:
  shoppers:
    to: edge
    rate: 900/s
    mix: {browse: 90%, checkout: 10%}
    checkout: {writes: orders, timeout: 3s}
steady:
  - error_rate(shoppers) < 0.1% over 1m
timeline:
  - {at: "14:00", break: az-power, az: a, for: 30m, as: outage}
expect:
  - rto(shoppers) <= 2m
)";

/// The good document with one text replaced by another.
std::string changed(std::string_view from, std::string_view to) {
  std::string text(kGood);
  const auto place = text.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  if (place != std::string::npos) text.replace(place, from.size(), to);
  return text;
}

struct Case {
  std::string_view from;
  std::string_view to;
  int line;
  int column;
  std::string_view message;
};

class WrongFiles : public testing::TestWithParam<Case> {};

TEST_P(WrongFiles, AreRefusedWithPlaceAndReason) {
  const Case& expected = GetParam();
  const auto parsed = parse_scenario(changed(expected.from, expected.to), "shop.yaml");
  EXPECT_FALSE(parsed.scenario.has_value());
  ASSERT_FALSE(parsed.errors.empty());
  std::string all;
  for (const ParseError& error : parsed.errors) all += error.to_string() + "\n";
  const ParseError wanted{"shop.yaml", expected.line, expected.column,
                          std::string(expected.message)};
  EXPECT_TRUE(parsed.errors.front() == wanted) << "wanted " << wanted.to_string() << "\n" << all;
  EXPECT_EQ(parsed.errors.size(), 1u) << all;
}

INSTANTIATE_TEST_SUITE_P(
    Keys, WrongFiles,
    testing::Values(Case{"why:", "wyh:", 2, 1, "unknown key `wyh`; did you mean `why`?"},
                    Case{"why: A reason", "temperature: high", 2, 1, "unknown key `temperature`"},
                    Case{"workers: 4", "wrokers: 4", 12, 45,
                         "unknown key `wrokers`; did you mean `workers`?"},
                    Case{"size: 6,", "size: 6, warmpu: 5m,", 12, 37,
                         "unknown key `warmpu`; did you mean `warmup`?"},
                    Case{"why: A reason", "run: 5m", 4, 1, "the key `run` is there already"},
                    Case{"run: 75m\n", "", 1, 1, "the file needs the key `run`"},
                    Case{"  region: eu-central-1\n", "", 7, 3, "`cloud` needs the key `region`"},
                    Case{"  dynamodb:", "  aurora: {orders: {writer: a}}\n  dynamodb:", 13, 3,
                         "`aurora` is part of the language but not implemented yet"},
                    Case{"steady:", "alarms: {}\nsteady:", 21, 1,
                         "`alarms` is part of the language but not implemented yet"},
                    Case{"steady:", "explore: {}\nsteady:", 21, 1,
                         "`explore` is part of the language but not implemented yet"},
                    Case{"steady:", "train: {}\nsteady:", 21, 1,
                         "`train` is part of the language but not implemented yet"},
                    Case{"steady:", "include: x.yaml\nsteady:", 21, 1,
                         "`include` is part of the language but not implemented yet"},
                    Case{"rate: 900/s", "rate: 900/s\n    users: 50", 19, 5,
                         "`users` is part of the language but not implemented yet"},
                    Case{"size: 6", "size: 6, schedule: {}", 12, 37,
                         "`schedule` is part of the language but not implemented yet"}));

INSTANTIATE_TEST_SUITE_P(
    Values, WrongFiles,
    testing::Values(
        Case{"run: 75m", "run: 75 minutes", 4, 6,
             "`run` must be a duration such as `30s` or `5m`, not `75 minutes`"},
        Case{"run: 75m", "run: 90500ms", 4, 6, "`run` must be whole seconds"},
        Case{"seed: 7", "seed: seven", 5, 7,
             "`seed` must be a seed such as `7` or a range such as `1..50`, not `seven`"},
        Case{"seed: 7", "seed: 7\nseeds: 1..5", 6, 8, "give `seed` or `seeds`, not both"},
        Case{"Europe/Berlin", "Europe/Brelin", 3, 8, "there is no time zone `Europe/Brelin`"},
        Case{"Europe/Berlin", "../etc/passwd", 3, 8,
             "`../etc/passwd` is not the name of a time zone"},
        Case{"2025-11-03 13:50", "2025-03-30 02:30", 3, 8,
             "that hour does not exist in Europe/Berlin: the clocks go forward over it"},
        Case{"2025-11-03 13:50", "2025-11-03", 3, 8,
             "`start` must be a date, a time and a zone such as `2025-11-03 13:50 Europe/Berlin`, "
             "not "
             "`2025-11-03 Europe/Berlin`"},
        Case{"size: 6", "size: {min: 6, desired: 4, max: 8}", 12, 34,
             "`min`, `desired` and `max` must not decrease in this order"},
        Case{"size: 6", "size: six", 12, 34, "`size` must be a number of instances, not `six`"},
        Case{"cpu: exp 20ms", "cpu: exp 20", 12, 62,
             "`cpu` must be a distribution such as `exp 20ms`, `fixed 5ms` or `{p50: 90s, p99: "
             "180s}`, not `exp 20`"},
        Case{"cpu: exp 20ms", "cpu: {p50: 20ms, p99: 10ms}", 12, 62,
             "`p99` must not be less than `p50`"},
        Case{"rate: 900/s", "rate: fast", 18, 11,
             "`rate` must be a rate such as `900/s`, not `fast`"},
        Case{"rate: 900/s", "rate: {14:00: 5/s, 13:55: 9/s}", 18, 24,
             "`13:55` is not after the time before it"},
        Case{"rate: 900/s", "rate: {noon: 5/s}", 18, 12,
             "expected a time of day such as `14:00` or `18:00+1d`, not `noon`"},
        Case{"checkout: 10%}", "checkout: 20%}", 19, 10,
             "the shares of `mix` add up to 110%, not 100%"},
        Case{"mode: on-demand", "mode: on_demand", 14, 20,
             "`mode` must be one of `on-demand` `provisioned`, not `on_demand`"},
        Case{"{to: web}", "web", 10, 11,
             "`cloud.alb.edge` must be a map of keys and values, not a text"},
        Case{"azs: [a, b, c]", "azs: [a, b, b]", 8, 15, "the zone `b` is there already"},
        Case{"azs: [a, b, c]", "azs: [a, eu-central-1b]", 8, 12,
             "a zone is one letter such as `a`, not `eu-central-1b`"},
        Case{"{to: web}", "{to: web, health_check: {interval: 5s, timeout: 6s}}", 10, 35,
             "`timeout` must be 2s to 120s, in whole seconds, and less than `interval`"},
        Case{"timeout: 3s", "timeout: 3s, retry: {backoff: 1s..2s}", 20, 52,
             "`load.shoppers.checkout.retry` needs the key `times`"},
        Case{"timeout: 3s", "timeout: 3s, retry: {times: 2, backoff: 2s..1s}", 20, 72,
             "`backoff` must be a range such as `100ms..2s`, not `2s..1s`"}));

INSTANTIATE_TEST_SUITE_P(
    Scaling, WrongFiles,
    testing::Values(
        Case{"size: 6", "size: 6, scaling: [track: cpu at 0%]", 12, 54,
             "`cpu` is compared with 1% to 100%"},
        Case{"size: 6", "size: 6, scaling: [track: cpu over 50%]", 12, 54,
             "`track` must be `cpu at 50%` or `requests at 600`, not `cpu over 50%`"},
        Case{"size: 6", "size: 6, scaling: [track: cpi at 50%]", 12, 54,
             "unknown metric `cpi`; did you mean `cpu`?"},
        Case{"size: 6", "size: 6, scaling: [{step: cpu above 60%}]", 12, 47,
             "`cloud.asg.web.scaling[0]` needs the key `change`"},
        Case{"size: 6", "size: 6, scaling: [{step: cpu above 60%, change: {5: +1}}]", 12, 78,
             "`change` begins at 0, rises, and has only numbers of instances such as `+2`, or only "
             "shares such as `10%`"},
        Case{"size: 6",
             "size: 6, scaling: [{step: cpu above 60%, for: 3 of 2 x 60s, change: {0: +1}}]", 12,
             74,
             "`for` must be `2 of 3 x 60s` or `2 x 60s`, with periods of whole minutes, not `3 of "
             "2 x 60s`"},
        Case{"size: 6", "size: 6, scaling: [grow: fast]", 12, 47,
             "a scaling rule begins with `track` or `step`"},
        Case{"mode: on-demand", "mode: on-demand, keys: 2", 14, 37,
             "`keys` needs a sort key, which tells items of one partition key apart"},
        Case{"mode: on-demand", "mode: on-demand, item: 400", 14, 37,
             "`item` must be 1 to 399 kilobytes, because DynamoDB has no larger items"},
        Case{"mode: on-demand", "mode: on-demand, autoscaling: {min: 1, max: 2}", 14, 44,
             "`autoscaling` goes with `mode: provisioned`"},
        Case{"mode: on-demand",
             "mode: provisioned, read: 5, write: 5, autoscaling: {min: 3, max: 2}", 14, 65,
             "`max` must not be below `min`"}));

INSTANTIATE_TEST_SUITE_P(
    References, WrongFiles,
    testing::Values(
        Case{"{to: web}", "{to: wbe}", 10, 16, "there is no Auto Scaling group `wbe`"},
        Case{"to: edge", "to: egde", 17, 9, "there is no load balancer `egde`"},
        Case{"edge: {to: web}", "edge: {to: web}\n  nlb:\n    front: {to: egde}", 12, 17,
             "there is no Application Load Balancer `egde`"},
        Case{"edge: {to: web}", "edge: {to: web}\n  nlb:\n    edge: {to: edge}", 12, 5,
             "there is a load balancer `edge` already"},
        Case{"{to: web}", "{to: web, region: eu-west-1}", 10, 16,
             "`web` is in eu-central-1, not in eu-west-1 as its load balancer is"},
        Case{"azs: [a, b, c]", "azs: [a, b, c]\n  route53: {shop: {failover: [edge]}}", 9, 13,
             "`shop` is no name such as `shop.example.com`"},
        Case{"azs: [a, b, c]", "azs: [a, b, c]\n  route53: {a.b.c: {failover: [edge, egde]}}", 9,
             38, "there is no load balancer `egde`"},
        Case{"azs: [a, b, c]", "azs: [a, b, c]\n  route53: {a.b.c: {failover: [edge, edge]}}", 9,
             38, "`edge` is there already"},
        Case{"{to: web}", "{to: web, certificate: shop.example.com}", 10, 34,
             "there is no certificate `shop.example.com` in `acm`"},
        Case{"azs: [a, b, c]", "azs: [a, b, c]\n  acm: {shop: {}}", 9, 9,
             "`shop` is no name such as `shop.example.com`"},
        Case{"azs: [a, b, c]", "azs: [a, b, c]\n  acm: {a.b.c: {age: 400d}}", 9, 22,
             "`age` must be 1h or more, and less than 395d: then it has expired"},
        Case{"azs: [a, b, c]", "azs: [a, b, c]\n  acm: {a.b.c: {age: 340d}}", 9, 22,
             "ACM has renewed a certificate of that age: `age` must be less than 335d, or `record` "
             "be `off`"},
        Case{"writes: orders", "writes: carts", 20, 24, "there is no table `carts`"},
        Case{"az: a, for", "az: d, for", 24, 40, "the zone `d` is not among the cloud's `azs`"},
        Case{"rto(shoppers)", "rto(orders)", 26, 5,
             "`rto(orders)` needs a `steady` check on `orders`"},
        Case{"rto(shoppers) <= 2m", "p99(orders) <= 2s", 26, 5, "there is no load source `orders`"},
        Case{"rto(shoppers) <= 2m", "healthy(wed) >= 2", 26, 5,
             "there is no Auto Scaling group `wed`"},
        Case{"rto(shoppers) <= 2m", "never: writers(orders) > 1", 26, 5,
             "`writers()` is about an Aurora cluster, and those are part of the language but not "
             "implemented yet"}));

INSTANTIATE_TEST_SUITE_P(
    Timeline, WrongFiles,
    testing::Values(
        Case{"break: az-power", "brake: az-power", 24, 19,
             "unknown key `brake`; did you mean `break`?"},
        Case{"break: az-power, az: a, for: 30m, ", "", 24, 5,
             "an item needs one verb: `break`, `do` or `say`"},
        Case{"break: az-power", "break: az-powr", 24, 26,
             "unknown fault `az-powr`; did you mean `az-power`?"},
        Case{"expect:", "  - {at: \"14:05\", break: spot-interruption, for: 5m, az: z}\nexpect:",
             25, 58, "the zone `z` is not among the cloud's `azs`"},
        Case{"expect:", "  - {at: \"14:05\", break: spot-interruption, for: 5m, type: m1}\nexpect:",
             25, 60, "no group has `m1` among the types of its `mixed`"},
        Case{"expect:",
             "  - {at: \"14:05\", break: spot-interruption, for: 5m, notice: 1m}\nexpect:", 25, 62,
             "`notice` must be 2m to 15m"},
        Case{"size: 6, serve", "size: 6, mixed: {spot_strategy: cheap}, serve", 12, 60,
             "`spot_strategy` must be one of `lowest-price` `capacity-optimized` "
             "`capacity-optimized-prioritized` `price-capacity-optimized`, not `cheap`"},
        Case{"at: \"14:00\"", "at: \"16:00\"", 24, 10, "`16:00` is after the end of the run"},
        Case{"at: \"14:00\"", "at: soon", 24, 10,
             "expected a time of day such as `14:00`, or a time since the start such as `+10m`, "
             "not `soon`"},
        Case{"at: \"14:00\", ", "", 24, 5, "an item needs one trigger: `at`, `after` or `when`"},
        Case{"at: \"14:00\"", "every: 5m", 24, 6,
             "`every` is part of the language but not implemented yet"},
        Case{"expect:", "  - {after: outtage + 3m, say: Look}\nexpect:", 25, 13,
             "no earlier item has the label `outtage`; did you mean `outage`?"},
        Case{"expect:", "  - {at: \"14:05\", do: set-desird web to 8}\nexpect:", 25, 23,
             "unknown action `set-desird`; did you mean `set-desired`?"},
        Case{"expect:", "  - {at: \"14:05\", do: add record of a.b.c}\nexpect:", 25, 23,
             "there is no certificate `a.b.c` in `acm`"},
        Case{"expect:", "  - {at: \"14:05\", do: replace edge}\nexpect:", 25, 23,
             "expected `replace certificate of BALANCER`"},
        Case{"expect:", "  - {at: \"14:05\", do: replace certificate of edge}\nexpect:", 25, 23,
             "`edge` has no certificate"},
        Case{"az: a, for", "az: a, region: eu-west-1, for", 24, 51,
             "nothing of the scenario is in the region `eu-west-1`"},
        Case{"expect:", "  - {at: \"14:05\", do: create many vpcs}\nexpect:", 25, 23,
             "expected `create NUMBER vpcs`"},
        Case{"expect:", "  - {at: \"14:05\", do: raise vpcs by 3}\nexpect:", 25, 23,
             "expected `raise vpcs to NUMBER`"},
        Case{"expect:", "  - {at: \"14:05\", do: set-desired web 8}\nexpect:", 25, 23,
             "expected `set-desired GROUP to NUMBER`"},
        Case{"expect:", "  - {at: \"14:05\", do: zonal-autoshift edge away from a}\nexpect:", 25,
             23, "the action `zonal-autoshift` is part of the language but not implemented yet"},
        Case{"expect:", "  - {at: \"14:05\", do: forward edge to web}\nexpect:", 25, 23,
             "expected `forward BALANCER to GROUP WEIGHT, GROUP WEIGHT`, with weights from 0 to "
             "999"},
        Case{"expect:", "  - {at: \"14:05\", do: \"forward edge to web 1, blue 2\"}\nexpect:", 25,
             23,
             "`blue` is not among the groups that `edge` forwards to; name it in `to`, with the "
             "weight 0 if it has none at first"},
        Case{"expect:", "  - {at: \"14:05\", do: set idle_timeout of edge to 5000s}\nexpect:", 25,
             23, "`idle_timeout` must be 1s to 4000s, in whole seconds"},
        Case{"expect:", "  - {at: \"14:05\", do: set idle_time of edge to 5s}\nexpect:", 25, 23,
             "unknown setting `idle_time`; did you mean `idle_timeout`?"},
        Case{"break: az-power, az: a, for: 30m",
             "break: ebs-pause-io, pick: 1 volume in a, for: 30m", 24, 26,
             "the fault `ebs-pause-io` is part of the language but not implemented yet"},
        Case{"expect:", "  - {when: rto(shoppers) < 1m, say: Look}\nexpect:", 25, 12,
             "only what can be judged at a moment can stand here: no recovery objective, no "
             "`always:` and the like, "
             "no `between`, `within` or `at end`"}));

INSTANTIATE_TEST_SUITE_P(
    Assertions, WrongFiles,
    testing::Values(
        Case{"rto(shoppers) <= 2m", "eror_rate(shoppers) < 1%", 26, 5,
             "unknown function `eror_rate`; did you mean `error_rate`?"},
        Case{"rto(shoppers) <= 2m", "allways: healthy(web) > 2", 26, 5,
             "unknown word `allways:`; did you mean `always`?"},
        Case{"rto(shoppers) <= 2m", "rto() <= 2m", 26, 5, "`rto` takes 1 argument, not 0"},
        Case{"rto(shoppers) <= 2m", "slow(shoppers) < 1%", 26, 5,
             "`slow` takes 2 arguments, not 1"},
        Case{"rto(shoppers) <= 2m", "slow(shoppers, soon) < 1%", 26, 20,
             "expected a duration such as `500ms`"},
        Case{"rto(shoppers) <= 2m", "rto shoppers <= 2m", 26, 9, "expected `(` after `rto`"},
        Case{"rto(shoppers) <= 2m", "rto(shoppers) <= 2", 26, 22,
             "expected a duration such as `300ms`, not `2`"},
        Case{"rto(shoppers) <= 2m", "error_rate(shoppers) < 5ms", 26, 28,
             "expected a share such as `0.1%`, not `5ms`"},
        Case{"rto(shoppers) <= 2m", "cost() < 12", 26, 14,
             "expected an amount such as `$12`, not `12`"},
        Case{"rto(shoppers) <= 2m", "rto(shoppers) = 2m", 26, 19,
             "expected a comparison: one of `<` `<=` `==` `!=` `>=` `>`"},
        Case{"rto(shoppers) <= 2m", "error_rate(shoppers) < 1% oevr 1m", 26, 31,
             "unknown modifier `oevr`; did you mean `over`?"},
        Case{"rto(shoppers) <= 2m", "error_rate(shoppers) < 1% over soon", 26, 36,
             "expected a duration such as `1m`"},
        Case{"rto(shoppers) <= 2m", "error_rate(shoppers) < 1% between 14:00 to 14:02", 26, 45,
             "expected `and` here"},
        Case{"rto(shoppers) <= 2m", "error_rate(shoppers) < 1% between 14:02 and 14:00", 26, 5,
             "`between` needs a time and a later one"},
        Case{"rto(shoppers) <= 2m", "error_rate(shoppers) < 1% between 14:02 and 15:30", 26, 5,
             "the end of `between` is after the end of the run"},
        Case{"rto(shoppers) <= 2m", "eventually: spread(web) <= 1 within 45m of 14:30", 26, 5,
             "the end of `within` is after the end of the run"},
        Case{"rto(shoppers) <= 2m", "healthy(web) > 2 over 1m", 26, 22,
             "`over` goes with rates, percentiles and throttles"},
        Case{"rto(shoppers) <= 2m", "rto(shoppers) <= 2m over 1m", 26, 25,
             "a recovery objective is measured over the whole run and takes no modifier"},
        Case{"rto(shoppers) <= 2m", "healthy(web) > 2 within 5m of 14:00", 26, 22,
             "`within` goes with `eventually:`"},
        Case{"rto(shoppers) <= 2m", "cost(per 1000 carts) < $1", 26, 5,
             "the cost of one part is part of the language but not implemented yet"},
        Case{"rto(shoppers) <= 2m", "lost_good_writes(orders) < 5", 26, 5,
             "`lost_good_writes()` is part of the language but not implemented yet"}));

INSTANTIATE_TEST_SUITE_P(
    Yaml, WrongFiles,
    testing::Values(Case{"azs: [a, b, c]", "azs: &zones [a, b, c]", 8, 8,
                         "anchors and aliases are not part of the language; write the value out"},
                    Case{"why: A reason", "why: !text A reason", 2, 6,
                         "tags are not part of the language"},
                    Case{"  - rto(shoppers) <= 2m\n", "  - rto(shoppers) <= 2m\n---\nmore: 1\n", 28,
                         1, "a file holds one document"}));

INSTANTIATE_TEST_SUITE_P(
    Variants, WrongFiles,
    testing::Values(Case{"expect:", "variants:\n  big: {wbe.size: 8}\nexpect:", 26, 9,
                         "there is nothing called `wbe` to change (in the variant `big`)"},
                    Case{"expect:", "variants:\n  big: {web.sise: 8}\nexpect:", 26, 9,
                         "unknown key `sise`; did you mean `size`? (in the variant `big`)"},
                    Case{"expect:", "variants:\n  big: {web.size: many}\nexpect:", 26, 19,
                         "`size` must be a number of instances, not `many` (in the variant `big`)"},
                    Case{"expect:", "variants:\n  big: {replace rewind: x}\nexpect:", 26, 9,
                         "`replace rewind` is part of the language but not implemented yet (in the "
                         "variant `big`)"}));

TEST(GoodFile, HasNoErrors) {
  const auto parsed = parse_scenario(kGood, "shop.yaml");
  for (const ParseError& error : parsed.errors) ADD_FAILURE() << error.to_string();
  EXPECT_TRUE(parsed.scenario.has_value());
}

TEST(ManyMistakes, AreAllReportedInTheOrderOfTheFile) {
  std::string text = changed("run: 75m", "run: long");
  text.replace(text.find("rate: 900/s"), 11, "rate: fast ");
  text.replace(text.find("rto("), 4, "rot(");
  const auto parsed = parse_scenario(text, "shop.yaml");
  ASSERT_EQ(parsed.errors.size(), 3u);
  EXPECT_EQ(parsed.errors[0].line, 4);
  EXPECT_EQ(parsed.errors[1].line, 18);
  EXPECT_EQ(parsed.errors[2].line, 26);
}

TEST(UnknownVariant, IsRefusedWithASuggestion) {
  const auto parsed = parse_scenario(
      changed("expect:", "variants:\n  one-zone: {web.azs: [a]}\nexpect:"), "shop.yaml", "one-zon");
  ASSERT_EQ(parsed.errors.size(), 1u);
  EXPECT_EQ(parsed.errors[0].message, "there is no variant `one-zon`; did you mean `one-zone`?");
}

TEST(NotYaml, IsRefusedWithItsPlace) {
  const auto parsed = parse_scenario("scenario: [a, b\nrun: 5m\n", "shop.yaml");
  ASSERT_EQ(parsed.errors.size(), 1u);
  EXPECT_THAT(parsed.errors[0].message, testing::StartsWith("not YAML: "));
  EXPECT_GT(parsed.errors[0].line, 0);
}

TEST(EmptyFile, IsRefused) {
  EXPECT_EQ(parse_scenario("", "shop.yaml").errors.size(), 1u);
  EXPECT_FALSE(parse_scenario("# only a comment\n", "shop.yaml").scenario.has_value());
  EXPECT_FALSE(parse_scenario("[a, b]\n", "shop.yaml").scenario.has_value());
}

}  // namespace
}  // namespace fallstreak::scenarios
