#include "services/dynamodb/condition.h"

#include <algorithm>
#include <list>

#include "services/dynamodb/number.h"

namespace fallstreak::services::dynamodb {
namespace {

bool is_ordered(Type type) { return type == Type::S || type == Type::N || type == Type::B; }

std::optional<Value> element_at(const Value& list, std::uint32_t index) {
  for (const Value& element : Values(list.bytes)) {
    if (index == 0) return element;
    --index;
  }
  return std::nullopt;
}

template <class Elements>
std::uint64_t count_of(std::string_view bytes) {
  std::uint64_t count = 0;
  const Elements elements(bytes);
  for (auto at = elements.begin(); at != elements.end(); ++at) ++count;
  return count;
}

/// AWS: of text the characters' bytes, of binary the bytes, of sets and documents the elements;
/// nothing else has a size.
std::optional<std::uint64_t> size_function(const Value& value) {
  switch (value.type) {
    case Type::S:
    case Type::B:
      return value.bytes.size();
    case Type::SS:
    case Type::NS:
    case Type::BS:
      return count_of<Members>(value.bytes);
    case Type::L:
      return count_of<Values>(value.bytes);
    case Type::M:
      return count_of<Attributes>(value.bytes);
    default:
      return std::nullopt;
  }
}

bool contains(const Value& container, const Value& wanted) {
  const auto has_member = [&](Type member_type) {
    if (wanted.type != member_type) return false;
    const Members members(container.bytes);
    for (const std::string_view member : members) {
      if (member == wanted.bytes) return true;
    }
    return false;
  };
  switch (container.type) {
    case Type::S:
    case Type::B:
      return container.type == wanted.type &&
             container.bytes.find(wanted.bytes) != std::string_view::npos;
    case Type::SS:
      return has_member(Type::S);
    case Type::NS:
      return has_member(Type::N);
    case Type::BS:
      return has_member(Type::B);
    case Type::L:
      for (const Value& element : Values(container.bytes)) {
        if (element == wanted) return true;
      }
      return false;
    default:
      return false;
  }
}

class Evaluator {
 public:
  Evaluator(const Expression& expression, std::string_view item)
      : expression_(expression), item_(item) {}

  bool is_true(const Node& node) {
    const auto operands = expression_.operands(node);
    switch (node.kind) {
      case Kind::and_:
        return std::ranges::all_of(operands, [&](NodeId id) { return is_true(expression_[id]); });
      case Kind::or_:
        return std::ranges::any_of(operands, [&](NodeId id) { return is_true(expression_[id]); });
      case Kind::not_:
        return !is_true(expression_.operand(node, 0));
      case Kind::in: {
        const auto left = value_of(expression_.operand(node, 0));
        return left && std::ranges::any_of(operands.subspan(1), [&](NodeId id) {
                 return value_of(expression_[id]) == left;
               });
      }
      case Kind::between: {
        const auto value = value_of(expression_.operand(node, 0));
        const auto low = value_of(expression_.operand(node, 1));
        const auto high = value_of(expression_.operand(node, 2));
        return holds(Kind::less_equal, low, value) && holds(Kind::less_equal, value, high);
      }
      case Kind::function:
        return call(node);
      default:
        return holds(node.kind, value_of(expression_.operand(node, 0)),
                     value_of(expression_.operand(node, 1)));
    }
  }

 private:
  std::optional<Value> value_of(const Node& node) {
    if (node.kind == Kind::value) return node.value;
    if (node.kind == Kind::path) return find_path(item_, expression_.path(node));
    // All other operands are size().
    const auto measured = value_of(expression_.operand(node, 0));
    const auto size = measured ? size_function(*measured) : std::nullopt;
    if (!size) return std::nullopt;
    Number::Encoded bytes;
    return Value{Type::N, sizes_.emplace_back(Number(*size).encode(bytes))};
  }

  static bool holds(Kind comparison, const std::optional<Value>& left,
                    const std::optional<Value>& right) {
    const bool is_equal = left && right && *left == *right;
    if (comparison == Kind::equal) return is_equal;
    // AWS: an attribute that is not there is unequal to everything.
    if (comparison == Kind::not_equal) return !is_equal;
    if (!left || !right || left->type != right->type || !is_ordered(left->type)) return false;
    switch (comparison) {
      case Kind::less:
        return left->bytes < right->bytes;
      case Kind::less_equal:
        return left->bytes <= right->bytes;
      case Kind::greater:
        return left->bytes > right->bytes;
      default:
        return left->bytes >= right->bytes;
    }
  }

  bool call(const Node& node) {
    const auto first = value_of(expression_.operand(node, 0));
    if (node.function == Function::attribute_exists) return first.has_value();
    if (node.function == Function::attribute_not_exists) return !first.has_value();
    const auto second = value_of(expression_.operand(node, 1));
    if (!first || !second) return false;
    switch (node.function) {
      case Function::attribute_type:
        return name_of(first->type) == second->bytes;
      case Function::begins_with:
        return first->type == second->type && (first->type == Type::S || first->type == Type::B) &&
               first->bytes.starts_with(second->bytes);
      case Function::contains:
        return contains(*first, *second);
      default:
        return false;
    }
  }

  const Expression& expression_;
  std::string_view item_;
  std::list<std::string> sizes_;
};

}  // namespace

std::optional<Value> find_path(std::string_view item, Path path) {
  std::optional<Value> value = find_attribute(item, path.front().name);
  for (const PathElement& element : path.subspan(1)) {
    if (!value) break;
    if (element.is_index) {
      value = value->type == Type::L ? element_at(*value, element.index) : std::nullopt;
    } else {
      value = value->type == Type::M ? find_attribute(value->bytes, element.name) : std::nullopt;
    }
  }
  return value;
}

bool is_met(const Expression& condition, std::string_view item) {
  return Evaluator(condition, item).is_true(condition[condition.root]);
}

std::optional<Type> type_named(std::string_view name) {
  for (auto type = Type::S; type <= Type::boolean;
       type = static_cast<Type>(static_cast<int>(type) + 1)) {
    if (name_of(type) == name) return type;
  }
  return std::nullopt;
}

}  // namespace fallstreak::services::dynamodb
