#include "services/elbv2/attributes.h"
#include "services/elbv2/handlers.h"
#include "services/elbv2/lookup.h"

namespace fallstreak::services::elbv2 {
namespace {

using api::elbv2::ListenerAttribute;

}  // namespace

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeListenerAttributes.html
api::elbv2::DescribeListenerAttributesOutput describe_listener_attributes(
    Context& context, const api::elbv2::DescribeListenerAttributesInput& request) {
  const auto& record = find_listener(context, *request.ListenerArn);
  return {.Attributes = all_attributes<ListenerAttribute>(
              listener_attribute_rules(*record.listener.Protocol), record.attributes)};
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyListenerAttributes.html
api::elbv2::ModifyListenerAttributesOutput modify_listener_attributes(
    Context& context, const api::elbv2::ModifyListenerAttributesInput& request) {
  const auto& record = find_listener(context, *request.ListenerArn);
  const auto rules = listener_attribute_rules(*record.listener.Protocol);
  Attributes attributes = record.attributes;
  for (const auto& change : api::each(request.Attributes)) {
    set_attribute(rules, "listener", change.Key.value_or(""), change.Value.value_or(""),
                  attributes);
  }
  context.state.listeners.update(*request.ListenerArn,
                                 [&](ListenerRecord& changed) { changed.attributes = attributes; });
  return {.Attributes = all_attributes<ListenerAttribute>(rules, attributes)};
}

}  // namespace fallstreak::services::elbv2
