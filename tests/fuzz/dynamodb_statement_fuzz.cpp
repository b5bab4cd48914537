#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "services/dynamodb/condition.h"
#include "services/dynamodb/statement.h"
#include "services/dynamodb/statement_plan.h"
#include "services/dynamodb/update.h"

using namespace fallstreak;
using namespace fallstreak::services::dynamodb;

namespace {

ApiValue text(const char* value) { return {.S = value}; }

std::string item() {
  return pack_item({{"a", {.M = ApiItem{{"b", {.N = "1"}}}}},
                    {"l", {.L = std::vector{text("x"), text("y")}}},
                    {"m", {.M = ApiItem{{"c", {.L = std::vector{text("x")}}}}}},
                    {"pk", text("x")},
                    {"s", text("hello")},
                    {"ss", {.SS = std::vector<std::string>{"x", "y"}}}},
                   Wording::plain);
}

}  // namespace

/// Whatever the statement is, it is refused with an ApiError or works on an item, and what it makes
/// can be read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view statement_text(reinterpret_cast<const char*>(data), size);
  const std::optional<std::vector<ApiValue>> parameters(std::vector<ApiValue>{{.N = "7"}});
  const KeySchema keys{.hash = {"pk", Type::S}, .range = KeyAttribute{"sk", Type::N}};
  static const std::string kItem = item();
  Statement statement;
  try {
    parse_statement(statement_text, parameters, statement);
    if (statement.has_where) static_cast<void>(is_met(statement.where, kItem));
    if (!statement.item.empty()) static_cast<void>(unpack_item(statement.item));
    static_cast<void>(key_condition_of(statement, keys));
    if (const auto condition = condition_of_write(statement, keys, true))
      static_cast<void>(is_met(*condition, kItem));
    if (!statement.update.actions.empty())
      static_cast<void>(unpack_item(apply_update(statement.update, kItem)));
  } catch (const ApiError&) {  // NOLINT: refusing is what bad statements are for.
  }
  return 0;
}
