#include "services/dynamodb/update.h"

#include <algorithm>
#include <iterator>
#include <list>
#include <vector>

#include "services/dynamodb/attribute_values.h"
#include "services/dynamodb/condition.h"
#include "services/dynamodb/number.h"
#include "services/dynamodb/path_tree.h"

namespace fallstreak::services::dynamodb {
namespace {

ApiError incorrect_data_type() {
  return validation_exception("An operand in the update expression has an incorrect data type");
}
ApiError attribute_does_not_exist() {
  return validation_exception(
      "The provided expression refers to an attribute that does not exist in the item");
}
ApiError invalid_document_path() {
  return validation_exception(
      "The document path provided in the update expression is invalid for update");
}

/// Computes what is set and added; owns what it computes.
class Calculator {
 public:
  Calculator(const Expression& expression, std::string_view item)
      : expression_(expression), item_(item) {}

  Value value_of(const Node& node) {
    switch (node.kind) {
      case Kind::value:
        return node.value;
      case Kind::path: {
        const auto found = find_path(item_, expression_.path(node));
        if (!found) throw attribute_does_not_exist();
        return *found;
      }
      case Kind::plus:
      case Kind::minus: {
        const Value left = value_of(expression_.operand(node, 0));
        const Value right = value_of(expression_.operand(node, 1));
        return sum(left, right, node.kind);
      }
      default:
        break;
    }
    if (node.function == Function::if_not_exists) {
      const auto found = find_path(item_, expression_.path(expression_.operand(node, 0)));
      return found ? *found : value_of(expression_.operand(node, 1));
    }
    const Value left = value_of(expression_.operand(node, 0));
    const Value right = value_of(expression_.operand(node, 1));
    if (left.type != Type::L || right.type != Type::L) throw incorrect_data_type();
    return appended(left, right);
  }

  Value appended(const Value& list, const Value& added) {
    return {Type::L, keep(std::string(list.bytes) + std::string(added.bytes))};
  }

  Value sum(const Value& left, const Value& right, Kind kind) {
    if (left.type != Type::N || right.type != Type::N) throw incorrect_data_type();
    const Number addend = Number::decode(right.bytes);
    Number result;
    const auto problem = Number::add(Number::decode(left.bytes),
                                     kind == Kind::plus ? addend : addend.negated(), result);
    // The words are those of a number that is written down.
    if (problem == Number::Problem::overflow) {
      throw validation_exception(
          "Number overflow. Attempting to store a number with magnitude larger than supported "
          "range");
    }
    if (problem == Number::Problem::underflow) {
      throw validation_exception(
          "Number underflow. Attempting to store a number with magnitude smaller than supported "
          "range");
    }
    if (problem)
      throw validation_exception("Attempting to store more than 38 significant digits in a Number");
    Number::Encoded bytes;
    return {Type::N, keep(std::string(result.encode(bytes)))};
  }

  Value united(const Value& set, const Value& added) {
    std::vector<std::string_view> members;
    std::ranges::set_union(members_of(set), members_of(added), std::back_inserter(members));
    return {set.type, keep(packed(members))};
  }
  /// Empty bytes when no member is left.
  Value without(const Value& set, const Value& removed) {
    std::vector<std::string_view> members;
    std::ranges::set_difference(members_of(set), members_of(removed), std::back_inserter(members));
    return {set.type, keep(packed(members))};
  }

 private:
  static std::vector<std::string_view> members_of(const Value& set) {
    std::vector<std::string_view> members;
    const Members range(set.bytes);
    for (auto at = range.begin(); at != range.end(); ++at) members.push_back(*at);
    return members;
  }
  static std::string packed(const std::vector<std::string_view>& members) {
    std::string bytes;
    for (const std::string_view member : members) Writer(bytes).write_text(member);
    return bytes;
  }
  std::string_view keep(std::string bytes) { return computed_.emplace_back(std::move(bytes)); }

  const Expression& expression_;
  std::string_view item_;
  std::list<std::string> computed_;
};

/// Writes an item anew, with the actions of a path tree applied where they belong.
class Rewriter {
 public:
  Rewriter(const UpdateExpression& update, std::string_view item, std::string& out)
      : update_(update), calculator_(update.expression, item), out_(out) {
    // All values first, in the order of the text: that decides which of several mistakes is
    // reported.
    for (const UpdateAction& action : update.actions) {
      values_.push_back(action.kind == UpdateAction::Kind::remove
                            ? Value{}
                            : calculator_.value_of(update.expression[action.operand]));
    }
  }

  void attributes(const PathTree::Branch& parent, std::string_view map) {
    auto branch = parent.branches.begin();
    for (const Attribute& attribute : Attributes(map)) {
      for (; branch != parent.branches.end() && branch->element.name < attribute.name; ++branch) {
        attribute_at(*branch, std::nullopt);
      }
      if (branch != parent.branches.end() && branch->element.name == attribute.name) {
        attribute_at(*branch++, attribute.value);
      } else {
        Writer(out_).write_name(attribute.name);
        Writer(out_).write_value(attribute.value);
      }
    }
    for (; branch != parent.branches.end(); ++branch) attribute_at(*branch, std::nullopt);
  }

 private:
  void attribute_at(const PathTree::Branch& branch, const std::optional<Value>& existing) {
    const std::size_t before = out_.size();
    Writer(out_).write_name(branch.element.name);
    if (!value_at(branch, existing)) out_.resize(before);
  }

  void elements(const PathTree::Branch& parent, std::string_view list) {
    auto branch = parent.branches.begin();
    std::uint32_t index = 0;
    for (const Value& element : Values(list)) {
      if (branch != parent.branches.end() && branch->element.index == index) {
        value_at(*branch++, element);
      } else {
        Writer(out_).write_value(element);
      }
      ++index;
    }
    // AWS: an index past the end appends, in the order of the indexes.
    for (; branch != parent.branches.end(); ++branch) value_at(*branch, std::nullopt);
  }

  /// Writes what is at a place after the update; false when nothing is.
  bool value_at(const PathTree::Branch& branch, const std::optional<Value>& existing) {
    if (branch.is_leaf()) {
      const auto value = result_of(branch.leaf, existing);
      if (value) Writer(out_).write_value(*value);
      return value.has_value();
    }
    const bool is_list = branch.is_of_list();
    if (!existing || existing->type != (is_list ? Type::L : Type::M)) throw invalid_document_path();
    const std::size_t began = Writer(out_).begin(existing->type);
    if (is_list) {
      elements(branch, existing->bytes);
    } else {
      attributes(branch, existing->bytes);
    }
    Writer(out_).end(began);
    return true;
  }

  std::optional<Value> result_of(std::uint32_t number, const std::optional<Value>& existing) {
    const Value& operand = values_[number];
    switch (update_.actions[number].kind) {
      case UpdateAction::Kind::set:
        return operand;
      case UpdateAction::Kind::remove:
        return std::nullopt;
      case UpdateAction::Kind::add:
        if (!existing) return operand;
        if (existing->type != operand.type) throw mismatch();
        if (operand.type == Type::N) return calculator_.sum(*existing, operand, Kind::plus);
        if (operand.type == Type::L) return calculator_.appended(*existing, operand);
        return calculator_.united(*existing, operand);
      case UpdateAction::Kind::delete_:
        break;
    }
    if (!existing) return std::nullopt;
    if (existing->type != operand.type) throw mismatch();
    const Value left = calculator_.without(*existing, operand);
    // AWS: a set without members does not exist.
    if (left.bytes.empty()) return std::nullopt;
    return left;
  }

  [[nodiscard]] ApiError mismatch() const {
    if (update_.is_attribute_updates)
      return validation_exception("Type mismatch for attribute to update");
    return incorrect_data_type();
  }

  const UpdateExpression& update_;
  Calculator calculator_;
  std::vector<Value> values_;
  std::string& out_;
};

}  // namespace

std::string apply_update(const UpdateExpression& update, std::string_view item) {
  std::vector<Path> paths;
  for (const UpdateAction& action : update.actions) {
    paths.push_back(update.expression.path(update.expression[action.path]));
  }
  std::string out;
  out.reserve(item.size() + 64);
  Rewriter(update, item, out).attributes(PathTree(paths).root(), item);
  return out;
}

}  // namespace fallstreak::services::dynamodb
