#include <algorithm>
#include <iterator>

#include "services/elbv2/actions.h"
#include "services/elbv2/attributes.h"
#include "services/elbv2/certificates.h"
#include "services/elbv2/errors.h"
#include "services/elbv2/handlers.h"
#include "services/elbv2/lookup.h"
#include "services/elbv2/pages.h"
#include "services/elbv2/trust_stores.h"

namespace fallstreak::services::elbv2 {
namespace {

using api::elbv2::Listener;

void check_protocol(const LoadBalancerRecord& record, const std::string& protocol) {
  const bool is_network = record.load_balancer.Type == "network";
  const bool is_http = protocol == "HTTP" || protocol == "HTTPS";
  if (is_network ? is_network_protocol(protocol) : is_http) return;
  if (is_network && !is_http) {
    throw not_implemented("Listener protocol '" + protocol + "'");
  }
  throw unsupported_protocol(protocol, *record.load_balancer.Type);
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

/// AWS: 50 listeners for a load balancer.
void check_number_of_listeners(const Context& context, const std::string& load_balancer_arn) {
  constexpr std::ptrdiff_t kMostListeners = 50;
  const auto listeners = context.state.listeners.range(listeners_prefix(load_balancer_arn));
  if (std::distance(listeners.begin(), listeners.end()) >= kMostListeners) {
    throw too_many_listeners(load_balancer_arn);
  }
}

Listener shown(Listener listener) {
  listener.DefaultActions = without_secrets(std::move(listener.DefaultActions));
  return listener;
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
  set_encryption(context, listener, request.Certificates, request.SslPolicy);
  set_alpn_policy(listener, request.AlpnPolicy);
  set_mutual_authentication(context, listener, request.MutualAuthentication);
  check_port_is_free(context, listener);
  check_number_of_listeners(context, load_balancer_arn);
  keep_client_secrets(listener.DefaultActions, {});
  check_actions(context, listener, listener.DefaultActions);
  complete_actions(*listener.DefaultActions);
  const std::string arn = new_listener_arn(context, load_balancer_arn);
  listener.ListenerArn = arn;
  context.state.listeners.insert(arn, {.listener = listener, .tags = tags});
  add_default_rule(context, arn);
  move_certificate_use(context, {.LoadBalancerArn = load_balancer_arn}, listener);
  move_trust_store_use(context, arn, {}, listener);
  set_uses(context, arn, load_balancer_arn, {}, forward_targets(listener.DefaultActions));
  return {.Listeners = {{shown(std::move(listener))}}};
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
    list.push_back(shown(found->listener));
  }
  if (!request.LoadBalancerArn) return response;
  find_load_balancer(context, *request.LoadBalancerArn);
  response.NextMarker = read_page(
      context.state.listeners.range(listeners_prefix(*request.LoadBalancerArn)), request.Marker,
      request.PageSize, [](const auto&) { return true; },
      [&](const auto& row) { list.push_back(shown(row.second.listener)); });
  return response;
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyListener.html
api::elbv2::ModifyListenerOutput modify_listener(Context& context,
                                                 const api::elbv2::ModifyListenerInput& request) {
  const std::string& arn = *request.ListenerArn;
  const Listener before = find_listener(context, arn).listener;
  Listener listener = before;
  if (request.Protocol) {
    check_protocol(find_load_balancer(context, *listener.LoadBalancerArn), *request.Protocol);
    listener.Protocol = request.Protocol;
  }
  if (request.Port) {
    listener.Port = request.Port;
    check_port_is_free(context, listener);
  }
  set_encryption(context, listener, request.Certificates, request.SslPolicy);
  set_alpn_policy(listener, request.AlpnPolicy);
  set_mutual_authentication(context, listener, request.MutualAuthentication);
  if (!api::each(request.DefaultActions).empty()) {
    listener.DefaultActions = request.DefaultActions;
    keep_client_secrets(listener.DefaultActions, before.DefaultActions);
  }
  // Chosen: what stays must fit another protocol or port as if it were new; AWS does not say.
  const bool is_moved = listener.Protocol != before.Protocol || listener.Port != before.Port;
  if (is_moved || request.DefaultActions) check_actions(context, listener, listener.DefaultActions);
  if (is_moved) check_rules(context, listener);
  complete_actions(*listener.DefaultActions);
  const auto rules = listener_attribute_rules(*listener.Protocol);
  context.state.listeners.update(arn, [&](ListenerRecord& record) {
    record.listener = listener;
    // Chosen: another protocol forgets the attributes that it does not have.
    std::erase_if(record.attributes, [&](const auto& one) {
      return std::ranges::find(rules, one.first, &AttributeRule::key) == rules.end();
    });
  });
  if (!is_encrypted(*listener.Protocol)) drop_certificates(context, listener);
  move_certificate_use(context, before, listener);
  move_trust_store_use(context, arn, before, listener);
  set_uses(context, arn, *listener.LoadBalancerArn, forward_targets(before.DefaultActions),
           forward_targets(listener.DefaultActions));
  return {.Listeners = {{shown(std::move(listener))}}};
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
  remove_rules(context, listener_arn);
  drop_certificates(context, listener);
  move_certificate_use(context, listener, {.LoadBalancerArn = listener.LoadBalancerArn});
  move_trust_store_use(context, listener_arn, listener, {});
  context.state.listeners.erase(listener_arn);
  set_uses(context, listener_arn, *listener.LoadBalancerArn,
           forward_targets(listener.DefaultActions), {});
}

}  // namespace fallstreak::services::elbv2
