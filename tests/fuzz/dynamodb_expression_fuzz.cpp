#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "services/dynamodb/attribute_values.h"
#include "services/dynamodb/condition.h"
#include "services/dynamodb/expression.h"
#include "services/dynamodb/path_tree.h"
#include "services/dynamodb/update.h"

using namespace fallstreak;
using namespace fallstreak::services::dynamodb;

namespace {

ApiValue text(const char* value) { return {.S = value}; }
ApiValue number(const char* value) { return {.N = value}; }

/// An item with something at most paths that a mutation can make.
std::string item() {
  return pack_item(
      {{"a", {.M = ApiItem{{"b", number("1")}, {"c", {.L = std::vector{text("x"), number("2")}}}}}},
       {"l", {.L = std::vector{text("x"), ApiValue{.M = ApiItem{{"k", text("v")}}}}}},
       {"n", number("-12.5")},
       {"s", text("hello")},
       {"ss", {.SS = std::vector<std::string>{"x", "y"}}}},
      Wording::plain);
}

}  // namespace

/// The first byte chooses the grammar. Whatever the rest is, it is refused with an ApiError or
/// works on an item, and what an update makes can be read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view expression(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Placeholders::Names names = api::Map<std::string>{{"#a", "a"}, {"#n", "n"}};
  const Placeholders::Values values = ApiItem{{":l", {.L = std::vector{text("x")}}},
                                              {":n", number("7")},
                                              {":s", text("S")},
                                              {":ss", {.SS = {{"x"}}}}};
  static const std::string kItem = item();
  try {
    Placeholders placeholders(names, values, Wording::plain);
    switch (data[0] % 3) {
      case 0:
        static_cast<void>(is_met(
            parse_condition(Clause::filter, expression, placeholders, Wording::plain), kItem));
        break;
      case 1: {
        const UpdateExpression update = parse_update(expression, placeholders, Wording::plain);
        static_cast<void>(unpack_item(apply_update(update, kItem)));
        break;
      }
      default: {
        const ProjectionExpression projection =
            parse_projection(expression, placeholders, Wording::plain);
        std::vector<Path> paths;
        for (const NodeId id : projection.paths)
          paths.push_back(projection.expression.path(projection.expression[id]));
        static_cast<void>(unpack_item(project(PathTree(paths), kItem)));
      }
    }
  } catch (const ApiError&) {
    // Refused, which is an answer.
  }
  return 0;
}
