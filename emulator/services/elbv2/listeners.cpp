#include <algorithm>
#include <set>

#include "services/elbv2/errors.h"
#include "services/elbv2/handlers.h"
#include "services/elbv2/health_checks.h"
#include "services/elbv2/lookup.h"
#include "services/elbv2/metrics.h"
#include "services/elbv2/pages.h"

namespace fallstreak::services::elbv2 {
namespace {

using api::elbv2::Action;
using api::elbv2::Listener;
using ArnSet = std::set<std::string>;
using Actions = std::vector<Action>;

void check_protocol(const LoadBalancerRecord& record, const std::string& protocol) {
  if (protocol == "HTTPS" || protocol == "TLS") {
    throw not_implemented("Listener protocol '" + protocol + "', which needs certificates,");
  }
  const bool is_network = record.load_balancer.Type == "network";
  if (protocol == (is_network ? "TCP" : "HTTP")) return;
  if (is_network && protocol != "HTTP") {
    throw not_implemented("Listener protocol '" + protocol + "'");
  }
  throw unsupported_protocol(protocol, *record.load_balancer.Type);
}

/// The groups that one action forwards to. TargetGroupArn and ForwardConfig are two spellings of
/// the same.
ArnSet forward_targets(const Action& action) {
  ArnSet arns;
  if (action.TargetGroupArn) arns.insert(*action.TargetGroupArn);
  if (action.ForwardConfig) {
    for (const auto& group : api::each(action.ForwardConfig->TargetGroups)) {
      arns.insert(group.TargetGroupArn.value_or(""));
    }
  }
  return arns;
}

ArnSet forward_targets(const std::optional<Actions>& actions) {
  ArnSet arns;
  for (const auto& action : api::each(actions)) arns.merge(forward_targets(action));
  return arns;
}

void check_forward(const Context& context, const Listener& listener, const Action& action) {
  const ArnSet arns = forward_targets(action);
  if (arns.empty()) {
    throw validation_error(
        "You must specify a target group or a forward configuration for an "
        "action of type 'forward'");
  }
  if (action.TargetGroupArn && arns.size() > 1) {
    throw invalid_load_balancer_action(
        "You cannot specify both a target group ARN and a list of target groups that differs from "
        "it");
  }
  // AWS: five groups at most, each once.
  if (arns.size() > 5) {
    throw invalid_load_balancer_action(
        "You can specify at most 5 target groups for a forward "
        "action");
  }
  for (const auto& arn : arns) {
    const auto& group = find_target_group(context, arn);
    const bool is_tcp_group = group.target_group.Protocol == "TCP";
    if (is_tcp_group != (listener.Protocol == "TCP")) {
      throw incompatible_protocols(*listener.Protocol, arn);
    }
    if (!group.load_balancer_arn.empty() && group.load_balancer_arn != listener.LoadBalancerArn) {
      throw target_group_association_limit(arn);
    }
  }
}

void check_action(const Context& context, const Listener& listener, const Action& action) {
  const std::string type = action.Type.value_or("");
  if (type == "forward") {
    check_forward(context, listener, action);
  } else if (type == "redirect") {
    if (!action.RedirectConfig) {
      throw validation_error("A redirect action must have a redirect configuration");
    }
    // AWS: at least one part of the address must change, else the client would come back for ever.
    const auto& redirect = *action.RedirectConfig;
    if (!redirect.Protocol && !redirect.Port && !redirect.Host && !redirect.Path &&
        !redirect.Query) {
      throw invalid_load_balancer_action(
          "The redirect configuration is not valid because it "
          "creates a loop.");
    }
  } else if (type == "fixed-response") {
    if (!action.FixedResponseConfig) {
      throw validation_error("A fixed-response action must have a fixed-response configuration");
    }
  } else {
    throw not_implemented("Action type '" + type + "'");
  }
  if (type != "forward" && listener.Protocol == "TCP") {
    throw invalid_load_balancer_action("Network Load Balancers support only forward actions");
  }
}

/// AWS: a default action is the last, and there is one; what comes before it authenticates, which
/// is not there yet.
void check_actions(const Context& context, const Listener& listener) {
  const auto actions = api::each(listener.DefaultActions);
  if (actions.size() != 1) {
    throw validation_error(
        "A listener must have exactly one forward, redirect or fixed-response "
        "action");
  }
  check_action(context, listener, actions.front());
}

/// As Describe shows a forward action: with both spellings when there is one group, and weights.
void complete_action(Action& action) {
  if (action.Type != "forward") return;
  if (!action.ForwardConfig) action.ForwardConfig.emplace();
  auto& config = *action.ForwardConfig;
  if (!config.TargetGroups || config.TargetGroups->empty()) {
    config.TargetGroups = {{{.TargetGroupArn = action.TargetGroupArn}}};
  }
  for (auto& group : *config.TargetGroups) {
    if (!group.Weight) group.Weight = 1;
  }
  if (!config.TargetGroupStickinessConfig) {
    config.TargetGroupStickinessConfig = {{.Enabled = false}};
  }
  if (config.TargetGroups->size() == 1) {
    action.TargetGroupArn = config.TargetGroups->front().TargetGroupArn;
  }
}

void complete_actions(Listener& listener) {
  for (auto& action : *listener.DefaultActions) complete_action(action);
}

void check_port_is_free(const Context& context, const Listener& listener) {
  for (const auto& row :
       context.state.listeners.range(listeners_prefix(*listener.LoadBalancerArn))) {
    const Listener& other = row.second.listener;
    if (other.Port == listener.Port && other.ListenerArn != listener.ListenerArn) {
      throw duplicate_listener(*listener.LoadBalancerArn);
    }
  }
}

/// Tells the target groups who forwards to them; what is newly used is checked from now on, what is
/// not used any more is not.
void set_uses(Context& context, const std::string& listener_arn,
              const std::string& load_balancer_arn, const ArnSet& before, const ArnSet& after) {
  ArnSet touched = before;
  touched.insert(after.begin(), after.end());
  for (const auto& arn : touched) {
    if (!context.state.target_groups.contains(arn)) continue;
    bool was_used = false;
    bool is_used = false;
    context.state.target_groups.update(arn, [&](TargetGroupRecord& group) {
      was_used = !group.listener_arns.empty();
      std::erase(group.listener_arns, listener_arn);
      if (after.contains(arn)) group.listener_arns.push_back(listener_arn);
      is_used = !group.listener_arns.empty();
      group.load_balancer_arn = is_used ? load_balancer_arn : "";
    });
    if (was_used == is_used) continue;
    restart_checks(context, arn);
    count_hosts(context, arn);
  }
}

std::string new_listener_arn(Context& context, const std::string& load_balancer_arn) {
  return listeners_prefix(load_balancer_arn) + context.new_id("", 16);
}

}  // namespace

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
api::elbv2::CreateListenerOutput create_listener(Context& context,
                                                 const api::elbv2::CreateListenerInput& request) {
  const std::string& load_balancer_arn = *request.LoadBalancerArn;
  const auto& load_balancer = find_load_balancer(context, load_balancer_arn);
  if (!request.Protocol) throw validation_error("A listener protocol must be specified");
  if (!request.Port) throw validation_error("A listener port must be specified");
  check_protocol(load_balancer, *request.Protocol);
  const Tags tags = checked_tags(request.Tags);

  Listener listener{.LoadBalancerArn = load_balancer_arn,
                    .Port = request.Port,
                    .Protocol = request.Protocol,
                    .DefaultActions = request.DefaultActions};
  check_port_is_free(context, listener);
  check_actions(context, listener);
  complete_actions(listener);
  const std::string arn = new_listener_arn(context, load_balancer_arn);
  listener.ListenerArn = arn;
  context.state.listeners.insert(arn, {.listener = listener, .tags = tags});
  set_uses(context, arn, load_balancer_arn, {}, forward_targets(listener.DefaultActions));
  return {.Listeners = {{std::move(listener)}}};
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeListeners.html
api::elbv2::DescribeListenersOutput describe_listeners(
    Context& context, const api::elbv2::DescribeListenersInput& request) {
  if (request.LoadBalancerArn.has_value() == request.ListenerArns.has_value()) {
    throw validation_error("You must specify either listener ARNs or a load balancer ARN");
  }
  api::elbv2::DescribeListenersOutput response;
  auto& list = response.Listeners.emplace();
  for (const auto& arn : api::each(request.ListenerArns)) {
    if (arn_kind(arn) != ArnKind::listener) throw invalid_listener_arn(arn);
    const auto* found = context.state.listeners.find(arn);
    if (found == nullptr) throw listeners_not_found();
    list.push_back(found->listener);
  }
  if (!request.LoadBalancerArn) return response;
  find_load_balancer(context, *request.LoadBalancerArn);
  response.NextMarker = read_page(
      context.state.listeners.range(listeners_prefix(*request.LoadBalancerArn)), request.Marker,
      request.PageSize, [](const auto&) { return true; },
      [&](const auto& row) { list.push_back(row.second.listener); });
  return response;
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyListener.html
api::elbv2::ModifyListenerOutput modify_listener(Context& context,
                                                 const api::elbv2::ModifyListenerInput& request) {
  const std::string& arn = *request.ListenerArn;
  Listener listener = find_listener(context, arn).listener;
  const ArnSet before = forward_targets(listener.DefaultActions);
  if (request.Protocol) {
    check_protocol(find_load_balancer(context, *listener.LoadBalancerArn), *request.Protocol);
    listener.Protocol = request.Protocol;
  }
  if (request.Port) {
    listener.Port = request.Port;
    check_port_is_free(context, listener);
  }
  if (!api::each(request.DefaultActions).empty()) {
    listener.DefaultActions = request.DefaultActions;
    check_actions(context, listener);
    complete_actions(listener);
  }
  context.state.listeners.update(arn, [&](ListenerRecord& record) { record.listener = listener; });
  set_uses(context, arn, *listener.LoadBalancerArn, before,
           forward_targets(listener.DefaultActions));
  return {.Listeners = {{std::move(listener)}}};
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteListener.html
api::elbv2::DeleteListenerOutput delete_listener(Context& context,
                                                 const api::elbv2::DeleteListenerInput& request) {
  find_listener(context, *request.ListenerArn);
  remove_listener(context, *request.ListenerArn);
  return {};
}

void remove_listener(Context& context, const std::string& listener_arn) {
  const Listener listener = context.state.listeners.find(listener_arn)->listener;
  context.state.listeners.erase(listener_arn);
  set_uses(context, listener_arn, *listener.LoadBalancerArn,
           forward_targets(listener.DefaultActions), {});
}

}  // namespace fallstreak::services::elbv2
