#include <set>

#include "services/elbv2/actions.h"
#include "services/elbv2/conditions.h"
#include "services/elbv2/errors.h"
#include "services/elbv2/handlers.h"
#include "services/elbv2/lookup.h"
#include "services/elbv2/pages.h"
#include "services/elbv2/transforms.h"

namespace fallstreak::services::elbv2 {
namespace {

using api::elbv2::Listener;
using api::elbv2::Rule;

constexpr const char* kDefaultPriority = "default";

/// The prefix of its rules in `rule_priorities`.
std::string priorities_prefix(std::string_view listener_arn) {
  return std::string(listener_arn) + "|";
}

/// Sorts as AWS evaluates: by number, the default rule last.
std::string priority_key(std::string_view listener_arn, const std::string& priority) {
  constexpr std::size_t kDigits = 5;
  std::string key = priorities_prefix(listener_arn);
  if (priority.size() < kDigits) key.append(kDigits - priority.size(), '0');
  return key + priority;
}

std::string new_rule_arn(Context& context, std::string_view listener_arn) {
  constexpr std::string_view kListener = ":listener/";
  std::string arn(listener_arn);
  arn.replace(arn.find(kListener), kListener.size(), ":listener-rule/");
  return arn + "/" + context.new_id("", 16);
}

Rule wire_rule(const Context& context, const RuleRecord& record) {
  Rule rule = record.rule;
  if (*rule.IsDefault) {
    rule.Actions = context.state.listeners.find(record.listener_arn)->listener.DefaultActions;
  }
  rule.Actions = without_secrets(std::move(rule.Actions));
  return rule;
}

void insert_rule(Context& context, const RuleRecord& record) {
  const std::string& arn = *record.rule.RuleArn;
  context.state.rules.insert(arn, record);
  context.state.rule_priorities.insert(priority_key(record.listener_arn, *record.rule.Priority),
                                       arn);
}

void remove_rule(Context& context, const std::string& arn) {
  const RuleRecord record = *context.state.rules.find(arn);
  context.state.rules.erase(arn);
  context.state.rule_priorities.erase(priority_key(record.listener_arn, *record.rule.Priority));
  const Listener& listener = context.state.listeners.find(record.listener_arn)->listener;
  set_uses(context, arn, *listener.LoadBalancerArn, forward_targets(record.rule.Actions), {});
}

void check_priority_is_free(const Context& context, const std::string& listener_arn,
                            const std::string& priority) {
  if (context.state.rule_priorities.contains(priority_key(listener_arn, priority))) {
    throw priority_in_use(priority);
  }
}

/// AWS: 100 rules for a load balancer, not counting default rules.
void check_number_of_rules(const Context& context, const std::string& load_balancer_arn) {
  constexpr int kMostRules = 100;
  int count = 0;
  for (const auto& row : context.state.rules.range(rules_prefix(load_balancer_arn))) {
    count += *row.second.rule.IsDefault ? 0 : 1;
  }
  if (count >= kMostRules) throw too_many_rules(load_balancer_arn);
}

const RuleRecord& find_changeable_rule(const Context& context, const std::string& arn) {
  const RuleRecord& record = find_rule(context, arn);
  if (*record.rule.IsDefault) throw operation_not_permitted_default_rule_modified(arn);
  return record;
}

}  // namespace

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html
api::elbv2::CreateRuleOutput create_rule(Context& context,
                                         const api::elbv2::CreateRuleInput& request) {
  const std::string& listener_arn = *request.ListenerArn;
  const Listener listener = find_listener(context, listener_arn).listener;
  // AWS: a Network Load Balancer's listener has its default action only.
  if (is_network_protocol(*listener.Protocol))
    throw unsupported_protocol_of_rule(*listener.Protocol);
  RuleRecord record{.rule = {.Priority = std::to_string(*request.Priority),
                             .Conditions = checked_conditions(request.Conditions),
                             .Actions = request.Actions,
                             .IsDefault = false,
                             .Transforms = request.Transforms},
                    .listener_arn = listener_arn,
                    .tags = checked_tags(request.Tags)};
  check_transforms(request.Transforms);
  keep_client_secrets(record.rule.Actions, {});
  check_actions(context, listener, record.rule.Actions);
  complete_actions(*record.rule.Actions);
  check_priority_is_free(context, listener_arn, *record.rule.Priority);
  check_number_of_rules(context, *listener.LoadBalancerArn);

  const std::string arn = new_rule_arn(context, listener_arn);
  record.rule.RuleArn = arn;
  insert_rule(context, record);
  set_uses(context, arn, *listener.LoadBalancerArn, {}, forward_targets(record.rule.Actions));
  return {.Rules = {{wire_rule(context, record)}}};
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeRules.html
api::elbv2::DescribeRulesOutput describe_rules(Context& context,
                                               const api::elbv2::DescribeRulesInput& request) {
  if (request.ListenerArn && request.RuleArns) {
    throw validation_error("You can't specify both listener rule ARNs and a listener ARN");
  }
  if (!request.ListenerArn && !request.RuleArns) {
    throw validation_error("You must specify either listener rule ARNs or a listener ARN");
  }
  api::elbv2::DescribeRulesOutput response;
  auto& list = response.Rules.emplace();
  for (const auto& arn : api::each(request.RuleArns)) {
    if (arn_kind(arn) != ArnKind::rule) throw invalid_rule_arn(arn);
    const auto* found = context.state.rules.find(arn);
    if (found == nullptr) throw rules_not_found();
    list.push_back(wire_rule(context, *found));
  }
  if (!request.ListenerArn) return response;
  find_listener(context, *request.ListenerArn);
  const auto add = [&](const auto& row) {
    list.push_back(wire_rule(context, *context.state.rules.find(row.second)));
  };
  response.NextMarker = read_page(
      context.state.rule_priorities.range(priorities_prefix(*request.ListenerArn)), request.Marker,
      request.PageSize, [](const auto&) { return true; }, add);
  return response;
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyRule.html
api::elbv2::ModifyRuleOutput modify_rule(Context& context,
                                         const api::elbv2::ModifyRuleInput& request) {
  const std::string& arn = *request.RuleArn;
  RuleRecord record = find_changeable_rule(context, arn);
  const bool resets = request.ResetTransforms.value_or(false);
  if (!request.Conditions && !request.Actions && !request.Transforms && !resets) {
    throw validation_error("Either conditions or actions must be specified");
  }
  // AWS: "If you specify Transforms, you can't specify ResetTransforms."
  if (request.Transforms && resets) {
    throw validation_error("You cannot provide both Transforms and ResetTransforms");
  }
  check_transforms(request.Transforms);
  if (request.Transforms) record.rule.Transforms = request.Transforms;
  if (resets) record.rule.Transforms.reset();
  const ArnSet before = forward_targets(record.rule.Actions);
  const Listener listener = context.state.listeners.find(record.listener_arn)->listener;
  if (request.Conditions) record.rule.Conditions = checked_conditions(request.Conditions);
  if (request.Actions) {
    std::optional<Actions> wanted = request.Actions;
    keep_client_secrets(wanted, record.rule.Actions);
    check_actions(context, listener, wanted);
    record.rule.Actions = std::move(wanted);
    complete_actions(*record.rule.Actions);
  }
  context.state.rules.put(arn, record);
  set_uses(context, arn, *listener.LoadBalancerArn, before, forward_targets(record.rule.Actions));
  return {.Rules = {{wire_rule(context, record)}}};
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteRule.html
api::elbv2::DeleteRuleOutput delete_rule(Context& context,
                                         const api::elbv2::DeleteRuleInput& request) {
  const std::string& arn = *request.RuleArn;
  if (*find_rule(context, arn).rule.IsDefault) {
    throw operation_not_permitted_default_rule_deleted(arn);
  }
  remove_rule(context, arn);
  return {};
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetRulePriorities.html
api::elbv2::SetRulePrioritiesOutput set_rule_priorities(
    Context& context, const api::elbv2::SetRulePrioritiesInput& request) {
  // AWS: rules that are not named keep their priorities; among the named ones any order will do,
  // so all leave their places before the first takes its new one.
  std::set<std::string> taken;
  for (const auto& pair : api::each(request.RulePriorities)) {
    const std::string arn = pair.RuleArn.value_or("");
    const RuleRecord& record = find_changeable_rule(context, arn);
    if (!pair.Priority) throw validation_error("A priority must be specified");
    const std::string priority = std::to_string(*pair.Priority);
    if (!taken.insert(priority_key(record.listener_arn, priority)).second) {
      throw validation_error("Priority '" + priority + "' was provided multiple times");
    }
    if (!context.state.rule_priorities.erase(
            priority_key(record.listener_arn, *record.rule.Priority))) {
      throw validation_error("Rule '" + arn + "' was provided multiple times");
    }
  }
  api::elbv2::SetRulePrioritiesOutput response;
  auto& list = response.Rules.emplace();
  for (const auto& pair : api::each(request.RulePriorities)) {
    const std::string priority = std::to_string(*pair.Priority);
    const std::string listener_arn = context.state.rules.find(*pair.RuleArn)->listener_arn;
    check_priority_is_free(context, listener_arn, priority);
    context.state.rule_priorities.insert(priority_key(listener_arn, priority), *pair.RuleArn);
    context.state.rules.update(*pair.RuleArn,
                               [&](RuleRecord& record) { record.rule.Priority = priority; });
    list.push_back(wire_rule(context, *context.state.rules.find(*pair.RuleArn)));
  }
  return response;
}

void add_default_rule(Context& context, const std::string& listener_arn) {
  insert_rule(context, {.rule = {.RuleArn = new_rule_arn(context, listener_arn),
                                 .Priority = kDefaultPriority,
                                 .Conditions = Conditions(),
                                 .IsDefault = true},
                        .listener_arn = listener_arn,
                        .tags = {}});
}

void check_rules(const Context& context, const Listener& listener) {
  for (const auto& row :
       context.state.rule_priorities.range(priorities_prefix(*listener.ListenerArn))) {
    const Rule& rule = context.state.rules.find(row.second)->rule;
    if (!*rule.IsDefault) check_actions(context, listener, rule.Actions);
  }
}

void remove_rules(Context& context, const std::string& listener_arn) {
  std::vector<std::string> arns;
  for (const auto& row : context.state.rule_priorities.range(priorities_prefix(listener_arn))) {
    arns.push_back(row.second);
  }
  for (const auto& arn : arns) remove_rule(context, arn);
}

}  // namespace fallstreak::services::elbv2
