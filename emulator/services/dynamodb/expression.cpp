#include "services/dynamodb/expression.h"

namespace fallstreak::services::dynamodb {

std::string to_text(Path path) {
  std::string text = "[";
  for (const PathElement& element : path) {
    if (text.size() > 1) text += ", ";
    if (element.is_index) {
      text += "[" + std::to_string(element.index) + "]";
    } else {
      text += element.name;
    }
  }
  return text + "]";
}

std::string_view name_of(Clause clause) {
  switch (clause) {
    case Clause::condition:
      return "ConditionExpression";
    case Clause::filter:
      return "FilterExpression";
    case Clause::key_condition:
      return "KeyConditionExpression";
    case Clause::projection:
      return "ProjectionExpression";
    case Clause::update:
      break;
  }
  return "UpdateExpression";
}

NodeId Expression::add(Node node, std::span<const NodeId> ids) {
  node.first = static_cast<std::uint32_t>(operand_ids.size());
  node.count = static_cast<std::uint32_t>(ids.size());
  operand_ids.insert(operand_ids.end(), ids.begin(), ids.end());
  return add(node);
}

NodeId Expression::add_name(std::string_view name) {
  Node node{.kind = Kind::path, .first = static_cast<std::uint32_t>(elements.size()), .count = 1};
  elements.push_back({.token = name, .name = name});
  return add(node);
}

NodeId Expression::add_value(const Value& value) {
  return add(Node{.kind = Kind::value, .value = value});
}

}  // namespace fallstreak::services::dynamodb
