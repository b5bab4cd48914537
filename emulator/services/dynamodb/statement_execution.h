#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/dynamodb/item_store.h"
#include "services/dynamodb/statement.h"

/// Doing what a statement says.
namespace fallstreak::services::dynamodb {

struct StatementRead {
  Consistency consistency = Consistency::eventual;
  std::optional<std::int32_t> limit;
  std::optional<std::string> next_token;
  /// What a token must have been given out for.
  std::uint64_t identity = 0;
  /// How many times what it consumes is paid.
  double times = 1;
};
struct StatementPage {
  std::vector<ApiItem> items;
  std::optional<std::string> next_token;
  std::optional<ApiItem> last_evaluated_key;
  Consumption consumption;
};
/// One page of a SELECT.
StatementPage read_statement(Context& context, const Statement& statement,
                             const StatementRead& read);
std::uint64_t identity_of(std::string_view statement,
                          const std::optional<std::vector<ApiValue>>& parameters);

struct StatementWrite {
  /// What RETURNING asks for.
  std::optional<ApiItem> returned;
  Consumption consumption;
};
/// INSERT, UPDATE or DELETE. What it refuses, it refuses before it changes anything.
StatementWrite write_statement(Context& context, const Statement& statement,
                               const std::optional<std::string>& returned_on_failure);

}  // namespace fallstreak::services::dynamodb
