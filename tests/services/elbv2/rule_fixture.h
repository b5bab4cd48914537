#pragma once

#include <string>
#include <vector>

#include "tests/services/stack_fixture.h"

namespace fallstreak::testing {

/// A listener of a load balancer, with its target group, for suites of rules.
class RuleTest : public StackTest {
 protected:
  using Action = api::elbv2::Action;
  using Condition = api::elbv2::RuleCondition;

  RuleTest() {
    make_network();
    balancer = make_load_balancer("web");
    group = make_target_group("web");
    listener = make_listener(balancer, group);
  }

  static Condition path(const std::string& pattern) {
    return {.Field = "path-pattern", .Values = {{pattern}}};
  }
  static Condition host(const std::vector<std::string>& names) {
    return {.Field = "host-header", .HostHeaderConfig = {{.Values = names}}};
  }
  static Condition header(const std::string& name, const std::vector<std::string>& values) {
    return {.Field = "http-header",
            .HttpHeaderConfig = {{.HttpHeaderName = name, .Values = values}}};
  }
  static Condition method(const std::vector<std::string>& names) {
    return {.Field = "http-request-method", .HttpRequestMethodConfig = {{.Values = names}}};
  }
  static Condition query(const std::optional<std::string>& key, const std::string& value) {
    return {.Field = "query-string",
            .QueryStringConfig = {{.Values = {{{.Key = key, .Value = value}}}}}};
  }
  static Condition source(const std::vector<std::string>& blocks) {
    return {.Field = "source-ip", .SourceIpConfig = {{.Values = blocks}}};
  }

  static Action forward_to(const std::string& arn) {
    return {.Type = "forward", .TargetGroupArn = arn};
  }
  static Action redirect(const api::elbv2::RedirectActionConfig& config) {
    return {.Type = "redirect", .RedirectConfig = config};
  }
  static Action answer(const std::string& status, std::optional<std::string> type = {}) {
    return {.Type = "fixed-response",
            .FixedResponseConfig = {{.StatusCode = status, .ContentType = std::move(type)}}};
  }

  Outcome<api::elbv2::CreateRuleOutput> create(std::int32_t priority,
                                               const std::vector<Condition>& conditions,
                                               const Action& action) {
    return elbv2.create_rule({.ListenerArn = listener,
                              .Conditions = conditions,
                              .Priority = priority,
                              .Actions = {{action}}});
  }
  Outcome<api::elbv2::CreateRuleOutput> create(const std::vector<Condition>& conditions) {
    return create(10, conditions, forward_to(group));
  }
  Outcome<api::elbv2::CreateRuleOutput> create(const Action& action) {
    return create(10, {path("/a")}, action);
  }
  std::string make_rule(std::int32_t priority, const std::string& pattern = "/a") {
    return *must(create(priority, {path(pattern)}, answer("404"))).Rules->front().RuleArn;
  }
  std::vector<api::elbv2::Rule> rules() {
    return *must(elbv2.describe_rules({.ListenerArn = listener})).Rules;
  }
  std::string default_rule() { return *rules().back().RuleArn; }
  std::vector<std::string> priorities() {
    std::vector<std::string> list;
    for (const auto& rule : rules()) list.push_back(*rule.Priority);
    return list;
  }
  std::vector<std::string> balancers_of(const std::string& arn) {
    return *must(elbv2.describe_target_groups({.TargetGroupArns = {{arn}}}))
                .TargetGroups->front()
                .LoadBalancerArns;
  }

  std::string balancer, group, listener;
};

}  // namespace fallstreak::testing
