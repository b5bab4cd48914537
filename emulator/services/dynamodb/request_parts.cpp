#include "services/dynamodb/request_parts.h"

#include <algorithm>

namespace fallstreak::services::dynamodb {
namespace {

std::string names_of_set(std::initializer_list<Parameter> parameters) {
  std::string names;
  for (const Parameter& parameter : parameters) {
    if (!parameter.is_set) continue;
    if (!names.empty()) names += ", ";
    names += parameter.name;
  }
  return names;
}

/// `: FilterExpression and KeyConditionExpression are null`
std::string which_are_null(std::initializer_list<Parameter> expressions) {
  std::string names;
  int count = 0;
  for (const Parameter& parameter : expressions) {
    if (parameter.name == "ProjectionExpression") continue;
    if (count++ > 0) names += " and ";
    names += parameter.name;
  }
  return ": " + names + (count > 1 ? " are null" : " is null");
}

}  // namespace

void check_parameters(const ParameterSets& sets, Wording wording) {
  const auto is_set = [](const Parameter& parameter) { return parameter.is_set; };
  const bool has_expression = std::ranges::any_of(sets.expressions, is_set);
  if (has_expression && std::ranges::any_of(sets.older, is_set)) {
    throw validation_exception(
        wording,
        "Can not use both expression and non-expression parameters in the same request: "
        "Non-expression parameters: {" +
            names_of_set(sets.older) + "} Expression parameters: {" +
            names_of_set(sets.expressions) + "}");
  }
  if (sets.has_names && !has_expression) {
    throw validation_exception(
        wording, "ExpressionAttributeNames can only be specified when using expressions");
  }
  const bool has_value_expression =
      std::ranges::any_of(sets.expressions, [](const Parameter& parameter) {
        return parameter.is_set && parameter.name != "ProjectionExpression";
      });
  if (sets.has_values && !has_value_expression) {
    std::string message = "ExpressionAttributeValues can only be specified when using expressions";
    // Observed: only operations without the envelope say which expressions are missing.
    if (wording != Wording::enveloped) message += which_are_null(sets.expressions);
    throw validation_exception(wording, std::move(message));
  }
}

void WriteCondition::check(const ItemRecord* item) const {
  const std::string_view attributes =
      item == nullptr ? std::string_view() : item->attributes.view();
  if (!condition_ || is_met(*condition_, attributes)) return;
  const Value shown{Type::M, attributes};
  throw conditional_check_failed_exception(returns_item_ && item != nullptr ? &shown : nullptr);
}

Projection::Projection(ProjectionExpression expression) : expression_(std::move(expression)) {
  std::vector<Path> paths;
  for (const NodeId id : expression_.paths)
    paths.push_back(expression_.expression.path(expression_.expression[id]));
  tree_ = std::make_shared<const PathTree>(paths);
}

ApiItem Projection::of(std::string_view item) const {
  if (is_whole()) return unpack_item(item);
  if (!tree_->is_flat()) return unpack_item(project(*tree_, item));
  // Whole attributes can be unpacked from where they are.
  ApiItem found;
  const auto& branches = tree_->root().branches;
  found.reserve(branches.size());
  auto wanted = branches.begin();
  for (const Attribute& attribute : Attributes(item)) {
    while (wanted != branches.end() && wanted->element.name < attribute.name) ++wanted;
    if (wanted == branches.end()) break;
    if (wanted->element.name == attribute.name) unpack_onto(attribute, found);
  }
  return found;
}

}  // namespace fallstreak::services::dynamodb
