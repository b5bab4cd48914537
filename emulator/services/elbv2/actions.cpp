#include "services/elbv2/actions.h"

#include <algorithm>
#include <charconv>

#include "services/elbv2/authentication.h"
#include "services/elbv2/errors.h"
#include "services/elbv2/health_checks.h"
#include "services/elbv2/lookup.h"
#include "services/elbv2/metrics.h"

namespace fallstreak::services::elbv2 {
namespace {

using api::elbv2::Action;
using api::elbv2::Listener;
using api::elbv2::RedirectActionConfig;

constexpr std::string_view kOidc = "authenticate-oidc";
constexpr std::string_view kJwt = "jwt-validation";

/// The groups that one action forwards to. TargetGroupArn and ForwardConfig are two spellings of
/// the same.
ArnSet targets_of(const Action& action) {
  ArnSet arns;
  if (action.TargetGroupArn) arns.insert(*action.TargetGroupArn);
  if (action.ForwardConfig) {
    for (const auto& group : api::each(action.ForwardConfig->TargetGroups)) {
      arns.insert(group.TargetGroupArn.value_or(""));
    }
  }
  return arns;
}

void check_forward_config(const api::elbv2::ForwardActionConfig& config) {
  ArnSet seen;
  for (const auto& group : api::each(config.TargetGroups)) {
    const std::string arn = group.TargetGroupArn.value_or("");
    if (!seen.insert(arn).second) {
      throw invalid_load_balancer_action("Target group '" + arn + "' is specified more than once");
    }
    // AWS: the range is 0 to 999.
    const std::int32_t weight = group.Weight.value_or(1);
    if (weight < 0 || weight > 999) {
      throw validation_error("Weight '" + std::to_string(weight) +
                             "' must be between '0' and '999' inclusive");
    }
  }
  if (!config.TargetGroupStickinessConfig) return;
  // AWS: 1 to 604800 seconds (7 days), and required when stickiness is enabled.
  const auto& stickiness = *config.TargetGroupStickinessConfig;
  const auto& seconds = stickiness.DurationSeconds;
  if (stickiness.Enabled == true && !seconds) {
    throw invalid_load_balancer_action(
        "You must specify a duration when target group stickiness is enabled");
  }
  if (seconds && (*seconds < 1 || *seconds > 604800)) {
    // Observed: in reports of ModifyListener.
    throw validation_error("Target group stickiness duration must be between 1 and 604800 seconds");
  }
}

/// AWS: which protocols of listeners and target groups go together.
bool can_forward(std::string_view listener, std::string_view group) {
  const bool is_http_group = group == "HTTP" || group == "HTTPS";
  if (!is_network_protocol(listener)) return is_http_group;
  return group == "TCP" || (listener == "TLS" && group == "TLS");
}

/// AWS: sessions can stay with a target only when they stay with its group.
void check_stickiness(const Context& context, const Listener& listener, const ArnSet& arns,
                      const Action& action) {
  if (is_network_protocol(*listener.Protocol)) {
    if (!has_group_stickiness(action)) return;
    throw not_implemented("Target group stickiness of a Network Load Balancer");
  }
  if (arns.size() < 2 || has_group_stickiness(action)) return;
  for (const auto& arn : arns) {
    const auto& attributes = context.state.target_groups.find(arn)->attributes;
    if (attributes.contains("stickiness.enabled")) throw group_stickiness_needed();
  }
}

void check_forward(const Context& context, const Listener& listener, const Action& action) {
  const ArnSet arns = targets_of(action);
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
  if (action.ForwardConfig) check_forward_config(*action.ForwardConfig);
  for (const auto& arn : arns) {
    const auto& group = find_target_group(context, arn);
    // AWS: what goes to an Application Load Balancer is TCP as it comes.
    const bool is_tls_to_alb = listener.Protocol == "TLS" && group.target_group.TargetType == "alb";
    if (is_tls_to_alb || !can_forward(*listener.Protocol, *group.target_group.Protocol)) {
      throw incompatible_protocols(*listener.Protocol, arn);
    }
    // Observed: clients speak HTTP/2 to HTTPS listeners alone.
    // https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2214
    const std::string version = group.target_group.ProtocolVersion.value_or("HTTP1");
    if (listener.Protocol == "HTTP" && version != "HTTP1") {
      throw invalid_load_balancer_action(
          "Listener protocol 'HTTP' is not supported with a target group with the "
          "protocol-version '" +
          version + "'");
    }
    // AWS: targets of IPv6 are for load balancers that have addresses of IPv6. Observed: the words;
    // Chosen: the code, which those who show them leave out.
    // https://github.com/zalando-incubator/kube-ingress-aws-controller/pull/752
    const auto& balancer =
        context.state.load_balancers.find(*listener.LoadBalancerArn)->load_balancer;
    if (group.target_group.IpAddressType == "ipv6" && balancer.IpAddressType == "ipv4") {
      throw invalid_load_balancer_action(
          "You cannot associate an IPv6 target group with a load balancer that has an 'ipv4' IP "
          "address type");
    }
    if (!group.load_balancer_arn.empty() && group.load_balancer_arn != listener.LoadBalancerArn) {
      throw target_group_association_limit(arn);
    }
  }
  check_stickiness(context, listener, arns, action);
}

bool is_port(std::string_view text) {
  std::int32_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && 1 <= port && port <= 65535;
}

/// Chosen: a `#{` that begins none of AWS's five keywords is refused; AWS does not say.
void check_keywords(const std::string& text) {
  constexpr std::string_view kKeywords[] = {"#{protocol}", "#{host}", "#{port}", "#{path}",
                                            "#{query}"};
  for (auto at = text.find("#{"); at != std::string::npos; at = text.find("#{", at + 2)) {
    const std::string_view rest = std::string_view(text).substr(at);
    if (std::ranges::none_of(kKeywords, [&](auto keyword) { return rest.starts_with(keyword); })) {
      throw invalid_load_balancer_action("The redirect configuration has an unknown keyword in '" +
                                         text + "'");
    }
  }
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html
void check_redirect(const Listener& listener, const RedirectActionConfig& redirect) {
  for (const auto* part : {&redirect.Host, &redirect.Path, &redirect.Query}) {
    if (*part) check_keywords(**part);
  }
  const std::string port = redirect.Port.value_or("#{port}");
  if (port != "#{port}" && !is_port(port)) {
    throw invalid_load_balancer_action("The redirect port '" + port +
                                       "' must be a number from 1 to 65535 or '#{port}'");
  }
  const std::string path = redirect.Path.value_or("/#{path}");
  if (!path.starts_with('/')) {
    throw invalid_load_balancer_action("The redirect path '" + path +
                                       "' must begin with a '/' character");
  }
  // AWS: protocol, host, port or path must change, else the client would come back for ever; the
  // query alone is not enough.
  // Chosen: naming the listener's own protocol or port changes nothing either.
  const std::string protocol = redirect.Protocol.value_or("#{protocol}");
  const bool keeps_protocol = protocol == "#{protocol}" || protocol == listener.Protocol;
  const bool keeps_port = port == "#{port}" || port == std::to_string(*listener.Port);
  if (keeps_protocol && keeps_port && redirect.Host.value_or("#{host}") == "#{host}" &&
      path == "/#{path}") {
    throw invalid_load_balancer_action(
        "The redirect configuration is not valid because it creates a loop.");
  }
}

void check_fixed_response(const api::elbv2::FixedResponseActionConfig& response) {
  constexpr std::string_view kContentTypes[] = {"text/html", "application/json",
                                                "application/javascript", "text/css", "text/plain"};
  if (!response.ContentType ||
      std::ranges::find(kContentTypes, *response.ContentType) != std::ranges::end(kContentTypes)) {
    return;
  }
  throw invalid_load_balancer_action(
      "The ContentType must be one of:'text/html', 'application/json', 'application/javascript', "
      "'text/css', 'text/plain'");
}

ApiError missing_config(std::string_view type, std::string_view config) {
  return invalid_load_balancer_action("For actions of type '" + std::string(type) +
                                      "', you must specify the following fields: '" +
                                      std::string(config) + "'");
}

void check_action(const Context& context, const Listener& listener, const Action& action) {
  const std::string type = action.Type.value_or("");
  if (type == "forward") {
    check_forward(context, listener, action);
  } else if (type == "redirect") {
    if (!action.RedirectConfig) throw missing_config(type, "RedirectConfig");
    check_redirect(listener, *action.RedirectConfig);
  } else if (type == "fixed-response") {
    if (!action.FixedResponseConfig) throw missing_config(type, "FixedResponseConfig");
    check_fixed_response(*action.FixedResponseConfig);
  } else if (type == "authenticate-oidc") {
    check_authentication(listener, action);
  } else if (type == kJwt) {
    check_token_validation(listener, action);
  } else {
    throw not_implemented("Action type '" + type + "'");
  }
  if (type != "forward" && is_network_protocol(*listener.Protocol)) {
    throw invalid_load_balancer_action("Network Load Balancers support only forward actions");
  }
}

void complete_forward(Action& action) {
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

void complete_redirect(RedirectActionConfig& redirect) {
  const auto keep = [](std::optional<std::string>& part, const char* keyword) {
    if (!part) part = keyword;
  };
  keep(redirect.Protocol, "#{protocol}");
  keep(redirect.Port, "#{port}");
  keep(redirect.Host, "#{host}");
  keep(redirect.Path, "/#{path}");
  keep(redirect.Query, "#{query}");
}

/// AWS: 100 target groups for one load balancer, by all its listeners and rules.
void check_number_of_groups(const Context& context, const std::string& load_balancer_arn) {
  constexpr std::size_t kMostGroups = 100;
  ArnSet groups;
  for (const auto& row : context.state.listeners.range(listeners_prefix(load_balancer_arn))) {
    groups.merge(forward_targets(row.second.listener.DefaultActions));
  }
  for (const auto& row : context.state.rules.range(rules_prefix(load_balancer_arn))) {
    groups.merge(forward_targets(row.second.rule.Actions));
  }
  if (groups.size() > kMostGroups) throw too_many_unique_target_groups(kMostGroups);
}

}  // namespace

/// AWS: the last action forwards, redirects or answers, and there is one such; what comes before it
/// authenticates.
void check_actions(const Context& context, const Listener& listener,
                   const std::optional<Actions>& actions) {
  for (const auto& action : api::each(actions)) check_action(context, listener, action);
  const auto all = api::each(actions);
  const auto authenticates = [](const Action& action) {
    return action.Type == kOidc || action.Type == kJwt;
  };
  const auto users = std::ranges::count_if(all, authenticates);
  if (all.size() - static_cast<std::size_t>(users) != 1) {
    throw validation_error(
        "You must specify exactly one forward, redirect or fixed-response action");
  }
  if (users > 1) throw invalid_load_balancer_action("You can specify only one authenticate action");
  if (users == 0) return;
  // AWS: several actions need an order, each its own; the one that authenticates comes first.
  if (!all[0].Order || !all[1].Order || all[0].Order == all[1].Order) {
    throw validation_error("Each action must have an order of its own");
  }
  const Action& first = *all[0].Order < *all[1].Order ? all[0] : all[1];
  if (!authenticates(first)) {
    throw invalid_load_balancer_action(
        "The forward, redirect or fixed-response action must be performed last");
  }
}

void complete_actions(Actions& actions) {
  for (auto& action : actions) {
    if (action.Type == "forward") complete_forward(action);
    if (action.RedirectConfig) complete_redirect(*action.RedirectConfig);
    if (action.AuthenticateOidcConfig) complete_authentication(*action.AuthenticateOidcConfig);
  }
  std::ranges::stable_sort(actions, {}, [](const Action& one) { return one.Order.value_or(0); });
}

bool has_group_stickiness(const Action& action) {
  return action.ForwardConfig && action.ForwardConfig->TargetGroupStickinessConfig &&
         action.ForwardConfig->TargetGroupStickinessConfig->Enabled == true;
}

ArnSet forward_targets(const std::optional<Actions>& actions) {
  ArnSet arns;
  for (const auto& action : api::each(actions)) arns.merge(targets_of(action));
  return arns;
}

void set_uses(Context& context, const std::string& user_arn, const std::string& load_balancer_arn,
              const ArnSet& before, const ArnSet& after) {
  ArnSet touched = before;
  touched.insert(after.begin(), after.end());
  bool is_group_new = false;
  for (const auto& arn : touched) {
    if (!context.state.target_groups.contains(arn)) continue;
    bool was_used = false;
    bool is_used = false;
    context.state.target_groups.update(arn, [&](TargetGroupRecord& group) {
      was_used = !group.user_arns.empty();
      std::erase(group.user_arns, user_arn);
      if (after.contains(arn)) group.user_arns.push_back(user_arn);
      is_used = !group.user_arns.empty();
      group.load_balancer_arn = is_used ? load_balancer_arn : "";
    });
    if (was_used == is_used) continue;
    restart_checks(context, arn);
    count_hosts(context, arn);
    is_group_new = is_group_new || is_used;
  }
  if (is_group_new) check_number_of_groups(context, load_balancer_arn);
}

}  // namespace fallstreak::services::elbv2
