#include "tests/services/elbv2/rule_fixture.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using testing::FailsSaying;
using testing::FailsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Succeeds;

const std::string kNoRule =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener-rule/app/web/"
    "0123456789abcdef/0123456789abcdef/0123456789abcdef";

class CreateRule : public testing::RuleTest {};

TEST_F(CreateRule, ForwardsAPathElsewhere) {
  const auto images = make_target_group("images");

  const auto rule = must(create(10, {path("/img/*")}, forward_to(images))).Rules->front();

  EXPECT_THAT(*rule.RuleArn, HasSubstr(":listener-rule/app/web/"));
  EXPECT_EQ(rule.Priority, "10");
  EXPECT_EQ(rule.IsDefault, false);
  EXPECT_THAT(*rule.Conditions->front().PathPatternConfig->Values, ElementsAre("/img/*"));
  EXPECT_EQ(rule.Actions->front().ForwardConfig->TargetGroups->front().Weight, 1);
  EXPECT_THAT(balancers_of(images), ElementsAre(balancer));
}

TEST_F(CreateRule, RefusesAPriorityThatIsTaken) {
  make_rule(10);

  EXPECT_THAT(create(10, {path("/b")}, answer("404")),
              FailsSaying("Priority '10' is currently in use"));
  EXPECT_THAT(create(10, {path("/b")}, answer("404")), FailsWith("PriorityInUse", 400));
  EXPECT_THAT(create(50001, {path("/b")}, answer("404")), FailsWith("ValidationError", 400));
}

TEST_F(CreateRule, RefusesMoreThanAHundredForALoadBalancer) {
  const auto other = make_listener(balancer, group, 81);
  for (int i = 1; i <= 99; ++i) make_rule(i);
  listener = other;
  make_rule(1);

  EXPECT_THAT(create(2, {path("/b")}, answer("404")), FailsWith("TooManyRules", 400));
}

TEST_F(CreateRule, RefusesWhatIsNotThere) {
  const std::string none = group.substr(0, group.size() - 16) + "0123456789abcdef";

  EXPECT_THAT(create(forward_to(none)), FailsWith("TargetGroupNotFound", 400));
  listener = listener.substr(0, listener.size() - 16) + "0123456789abcdef";
  EXPECT_THAT(create(forward_to(group)), FailsWith("ListenerNotFound", 400));
}

TEST_F(CreateRule, RefusesATargetGroupOfAnotherLoadBalancer) {
  const auto taken = make_target_group("taken");
  make_listener(make_load_balancer("other"), taken);

  EXPECT_THAT(create(forward_to(taken)), FailsWith("TargetGroupAssociationLimit", 400));
}

TEST_F(CreateRule, RefusesAListenerOfANetworkLoadBalancer) {
  const auto network =
      must(elbv2.create_load_balancer({.Name = "tcp", .Subnets = subnet_ids, .Type = "network"}));
  const auto tcp = *must(elbv2.create_target_group(
                             {.Name = "tcp", .Protocol = "TCP", .Port = 80, .VpcId = vpc_id}))
                        .TargetGroups->front()
                        .TargetGroupArn;
  listener = *must(elbv2.create_listener(
                       {.LoadBalancerArn = network.LoadBalancers->front().LoadBalancerArn,
                        .Protocol = "TCP",
                        .Port = 80,
                        .DefaultActions = {{forward_to(tcp)}}}))
                  .Listeners->front()
                  .ListenerArn;

  EXPECT_THAT(create(forward_to(tcp)), FailsWith("UnsupportedProtocol", 400));
}

TEST_F(CreateRule, RefusesMoreThanAHundredTargetGroupsForALoadBalancer) {
  for (int i = 0; i < 20; ++i) {
    std::vector<api::elbv2::TargetGroupTuple> groups;
    for (int j = 0; j < 5 && 5 * i + j < 99; ++j) {
      const auto arn = make_target_group("group-" + std::to_string(5 * i + j));
      groups.push_back({.TargetGroupArn = arn});
    }
    must_do(create(i + 1, {path("/a")},
                   {.Type = "forward", .ForwardConfig = {{.TargetGroups = groups}}}));
  }

  EXPECT_THAT(create(100, {path("/a")}, forward_to(make_target_group("one-more"))),
              FailsWith("TooManyUniqueTargetGroupsPerLoadBalancer", 400));
}

TEST_F(CreateRule, StoresTags) {
  const auto made = must(elbv2.create_rule({.ListenerArn = listener,
                                            .Conditions = {{path("/a")}},
                                            .Priority = 1,
                                            .Actions = {{answer("404")}},
                                            .Tags = {{{.Key = "team", .Value = "web"}}}}));
  const auto rule = *made.Rules->front().RuleArn;
  must_do(elbv2.add_tags({.ResourceArns = {{rule}}, .Tags = {{{.Key = "b", .Value = "2"}}}}));
  must_do(elbv2.remove_tags({.ResourceArns = {{rule}}, .TagKeys = {{"team"}}}));

  const auto tags = must(elbv2.describe_tags({.ResourceArns = {{rule}}}));

  ASSERT_EQ(tags.TagDescriptions->front().Tags->size(), 1U);
  EXPECT_EQ(tags.TagDescriptions->front().Tags->front().Key, "b");
  EXPECT_THAT(elbv2.describe_tags({.ResourceArns = {{kNoRule}}}), FailsWith("RuleNotFound", 400));
}

TEST_F(CreateRule, RefusesByNameWhatIsAbsent) {
  EXPECT_THAT(create(Action{.Type = "authenticate-cognito"}), FailsWith("NotImplemented", 501));
  EXPECT_THAT(create({Condition{
                  .Field = "source-ip",
                  .SourceIpConfig = {{.Values = {{"192.0.2.0/24"}}, .IpAddressType = "ipv4"}}}}),
              FailsWith("NotImplemented", 501));
}

class DescribeRules : public testing::RuleTest {};

TEST_F(DescribeRules, ListsThemInTheOrderOfEvaluation) {
  make_rule(200);
  make_rule(3);
  make_rule(50000);

  EXPECT_THAT(priorities(), ElementsAre("3", "200", "50000", "default"));
}

TEST_F(DescribeRules, ShowsTheListenersDefaultActionsAsItsDefaultRule) {
  const auto other = make_target_group("other");
  must_do(
      elbv2.modify_listener({.ListenerArn = listener, .DefaultActions = {{forward_to(other)}}}));

  const auto rule = rules().back();

  EXPECT_EQ(rule.IsDefault, true);
  EXPECT_THAT(*rule.Conditions, IsEmpty());
  EXPECT_EQ(rule.Actions->front().TargetGroupArn, other);
}

TEST_F(DescribeRules, GivesPages) {
  make_rule(1);
  make_rule(2);

  const auto first = must(elbv2.describe_rules({.ListenerArn = listener, .PageSize = 2}));
  const auto second = must(
      elbv2.describe_rules({.ListenerArn = listener, .Marker = first.NextMarker, .PageSize = 2}));

  EXPECT_EQ(first.Rules->size(), 2U);
  ASSERT_EQ(second.Rules->size(), 1U);
  EXPECT_EQ(second.Rules->front().Priority, "default");
  EXPECT_FALSE(second.NextMarker.has_value());
}

TEST_F(DescribeRules, FindsThemByArn) {
  const auto rule = make_rule(1);

  const auto found = must(elbv2.describe_rules({.RuleArns = {{rule, default_rule()}}}));

  EXPECT_EQ(found.Rules->size(), 2U);
  EXPECT_THAT(elbv2.describe_rules({.RuleArns = {{rule, kNoRule}}}),
              FailsWith("RuleNotFound", 400));
  EXPECT_THAT(elbv2.describe_rules({.RuleArns = {{listener}}}), FailsWith("ValidationError"));
}

TEST_F(DescribeRules, WantsAListenerOrRules) {
  EXPECT_THAT(elbv2.describe_rules({}), FailsWith("ValidationError", 400));
  EXPECT_THAT(elbv2.describe_rules({.ListenerArn = listener, .RuleArns = {{default_rule()}}}),
              FailsWith("ValidationError", 400));
}

class ModifyRule : public testing::RuleTest {};

TEST_F(ModifyRule, ReplacesWhatIsNamedAndKeepsTheRest) {
  const auto rule = make_rule(1, "/a");

  must_do(elbv2.modify_rule({.RuleArn = rule, .Conditions = {{path("/b")}}}));
  const auto changed = must(elbv2.modify_rule({.RuleArn = rule, .Actions = {{answer("503")}}}));

  EXPECT_EQ(rules().front(), changed.Rules->front());
  EXPECT_THAT(*rules().front().Conditions->front().Values, ElementsAre("/b"));
  EXPECT_EQ(rules().front().Actions->front().FixedResponseConfig->StatusCode, "503");
}

TEST_F(ModifyRule, MovesTheUseOfTargetGroups) {
  const auto blue = make_target_group("blue");
  const auto green = make_target_group("green");
  const auto rule = *must(create(forward_to(blue))).Rules->front().RuleArn;

  must_do(elbv2.modify_rule({.RuleArn = rule, .Actions = {{forward_to(green)}}}));

  EXPECT_THAT(balancers_of(blue), IsEmpty());
  EXPECT_THAT(balancers_of(green), ElementsAre(balancer));
}

TEST_F(ModifyRule, RefusesTheDefaultRule) {
  EXPECT_THAT(elbv2.modify_rule({.RuleArn = default_rule(), .Actions = {{answer("404")}}}),
              FailsWith("OperationNotPermitted", 400));
}

TEST_F(ModifyRule, RefusesNothingAndNobody) {
  EXPECT_THAT(elbv2.modify_rule({.RuleArn = make_rule(1)}),
              FailsSaying("Either conditions or actions must be specified"));
  EXPECT_THAT(elbv2.modify_rule({.RuleArn = kNoRule, .Actions = {{answer("404")}}}),
              FailsWith("RuleNotFound", 400));
}

class RuleTransforms : public testing::RuleTest {
 protected:
  using Transform = api::elbv2::RuleTransform;
  static Transform url(const std::string& regex, const std::string& replacement) {
    return {.Type = "url-rewrite",
            .UrlRewriteConfig = {{.Rewrites = {{{.Regex = regex, .Replace = replacement}}}}}};
  }
  Outcome<api::elbv2::CreateRuleOutput> create_with(const std::vector<Transform>& transforms) {
    return elbv2.create_rule({.ListenerArn = listener,
                              .Conditions = {{path("/a")}},
                              .Priority = 10,
                              .Actions = {{forward_to(group)}},
                              .Transforms = transforms});
  }
};

TEST_F(RuleTransforms, AreKeptReplacedAndReset) {
  const auto arn = *must(create_with({url("^/a", "/b")})).Rules->front().RuleArn;
  EXPECT_EQ(rules().front().Transforms, std::vector{url("^/a", "/b")});

  must_do(elbv2.modify_rule({.RuleArn = arn, .Transforms = {{url("^/a", "/c")}}}));
  EXPECT_EQ(rules().front().Transforms, std::vector{url("^/a", "/c")});
  EXPECT_THAT(
      elbv2.modify_rule({.RuleArn = arn, .Transforms = {{url("a", "b")}}, .ResetTransforms = true}),
      FailsWith("ValidationError", 400));
  must_do(elbv2.modify_rule({.RuleArn = arn, .ResetTransforms = true}));

  EXPECT_FALSE(rules().front().Transforms.has_value());
}

TEST_F(RuleTransforms, AreRefusedWhenTheyAreNone) {
  const std::vector<Transform> cases[] = {
      {url("^/a", "/b"), url("^/b", "/c")},
      {url("(", "/b")},
      {url("", "/b")},
      {url("a", std::string(1025, 'b'))},
      {{.Type = "url-rewrite"}},
      {{.Type = "url-rewrite", .UrlRewriteConfig = {{.Rewrites = {{}}}}}},
      {{.Type = "host-header-rewrite",
        .UrlRewriteConfig = {{.Rewrites = {{{.Regex = "a", .Replace = "b"}}}}}}}};
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    EXPECT_THAT(create_with(cases[i]), FailsWith("ValidationError", 400)) << "case " << i;
  }
}

class DeleteRule : public testing::RuleTest {};

TEST_F(DeleteRule, FreesItsPriorityAndTargetGroup) {
  const auto other = make_target_group("other");
  const auto rule = *must(create(forward_to(other))).Rules->front().RuleArn;
  EXPECT_THAT(elbv2.delete_target_group({.TargetGroupArn = other}), FailsWith("ResourceInUse"));

  must_do(elbv2.delete_rule({.RuleArn = rule}));

  EXPECT_THAT(priorities(), ElementsAre("default"));
  EXPECT_THAT(elbv2.delete_target_group({.TargetGroupArn = other}), Succeeds());
  EXPECT_THAT(elbv2.delete_rule({.RuleArn = rule}), FailsWith("RuleNotFound", 400));
}

TEST_F(DeleteRule, RefusesTheDefaultRule) {
  const auto rule = default_rule();
  EXPECT_THAT(elbv2.delete_rule({.RuleArn = rule}),
              FailsSaying("Default rule '" + rule + "' cannot be deleted"));
}

TEST_F(DeleteRule, HappensWithTheListener) {
  const auto other = make_target_group("other");
  const auto rule = *must(create(forward_to(other))).Rules->front().RuleArn;

  must_do(elbv2.delete_listener({.ListenerArn = listener}));

  EXPECT_THAT(balancers_of(other), IsEmpty());
  EXPECT_THAT(elbv2.describe_rules({.RuleArns = {{rule}}}), FailsWith("RuleNotFound"));
}

class SetRulePriorities : public testing::RuleTest {};

TEST_F(SetRulePriorities, ExchangesPlaces) {
  const auto first = make_rule(1, "/first");
  const auto second = make_rule(2, "/second");

  must_do(elbv2.set_rule_priorities({.RulePriorities = {{{.RuleArn = first, .Priority = 2},
                                                         {.RuleArn = second, .Priority = 1}}}}));

  EXPECT_EQ(rules()[0].RuleArn, second);
  EXPECT_EQ(rules()[1].RuleArn, first);
  EXPECT_THAT(priorities(), ElementsAre("1", "2", "default"));
}

TEST_F(SetRulePriorities, RefusesAPriorityOfARuleThatStays) {
  make_rule(1);
  const auto second = make_rule(2);

  EXPECT_THAT(elbv2.set_rule_priorities({.RulePriorities = {{{.RuleArn = second, .Priority = 1}}}}),
              FailsWith("PriorityInUse", 400));
  EXPECT_THAT(priorities(), ElementsAre("1", "2", "default"));
}

TEST_F(SetRulePriorities, RefusesTheSameTwice) {
  const auto first = make_rule(1);
  const auto second = make_rule(2);

  EXPECT_THAT(elbv2.set_rule_priorities({.RulePriorities = {{{.RuleArn = first, .Priority = 5},
                                                             {.RuleArn = second, .Priority = 5}}}}),
              FailsSaying("Priority '5' was provided multiple times"));
  EXPECT_THAT(elbv2.set_rule_priorities({.RulePriorities = {{{.RuleArn = first, .Priority = 5},
                                                             {.RuleArn = first, .Priority = 6}}}}),
              FailsWith("ValidationError", 400));
}

TEST_F(SetRulePriorities, RefusesTheDefaultRuleAndNobody) {
  EXPECT_THAT(
      elbv2.set_rule_priorities({.RulePriorities = {{{.RuleArn = default_rule(), .Priority = 1}}}}),
      FailsWith("OperationNotPermitted", 400));
  EXPECT_THAT(
      elbv2.set_rule_priorities({.RulePriorities = {{{.RuleArn = kNoRule, .Priority = 1}}}}),
      FailsWith("RuleNotFound", 400));
}

}  // namespace
}  // namespace fallstreak
