#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "services/dynamodb/condition.h"
#include "services/dynamodb/expression.h"
#include "services/dynamodb/legacy.h"
#include "services/dynamodb/path_tree.h"
#include "services/dynamodb/records.h"

/// What the requests of several operations have in common.
namespace fallstreak::services::dynamodb {

struct Parameter {
  std::string_view name;
  bool is_set;
};

/// Refuses expressions beside the older parameters, and placeholders without expressions.
struct ParameterSets {
  std::initializer_list<Parameter> expressions;
  std::initializer_list<Parameter> older;
  bool has_names = false;
  bool has_values = false;
};
void check_parameters(const ParameterSets& sets, Wording wording);

/// The condition of a write, if it has one, whichever way it was given.
class WriteCondition {
 public:
  template <class Request>
  void read(const Request& request, Placeholders& placeholders, Wording wording) {
    if (request.ConditionExpression) {
      condition_ =
          parse_condition(Clause::condition, *request.ConditionExpression, placeholders, wording);
    } else if constexpr (requires { request.Expected; }) {
      if (request.Expected) {
        condition_ = condition_of(*request.Expected, request.ConditionalOperator, wording, store_);
      } else {
        check_conditional_operator(request.ConditionalOperator, 0, wording);
      }
    }
    returns_item_ = request.ReturnValuesOnConditionCheckFailure == "ALL_OLD";
  }
  /// The condition of a statement, which is no expression of a request.
  WriteCondition() = default;
  WriteCondition(std::optional<Expression> condition, bool returns_item)
      : condition_(std::move(condition)), returns_item_(returns_item) {}
  /// Refuses the write when the item (null: none) does not meet the condition.
  void check(const ItemRecord* item) const;

 private:
  ValueStore store_;
  std::optional<Expression> condition_;
  bool returns_item_ = false;
};

/// What of an item an answer shows.
class Projection {
 public:
  Projection() = default;
  explicit Projection(ProjectionExpression expression);
  [[nodiscard]] bool is_whole() const { return tree_ == nullptr; }
  [[nodiscard]] ApiItem of(std::string_view item) const;
  [[nodiscard]] const ProjectionExpression& expression() const { return expression_; }

 private:
  ProjectionExpression expression_;
  std::shared_ptr<const PathTree> tree_;
};

/// The projection that `ProjectionExpression` or `AttributesToGet` asks for.
template <class Request>
Projection read_projection(const Request& request, Placeholders& placeholders, Wording wording) {
  if (request.AttributesToGet) return Projection(projection_of(*request.AttributesToGet, wording));
  if (request.ProjectionExpression) {
    return Projection(parse_projection(*request.ProjectionExpression, placeholders, wording));
  }
  return {};
}

}  // namespace fallstreak::services::dynamodb
