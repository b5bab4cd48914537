#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

/// The words of PartiQL statements.
namespace fallstreak::services::dynamodb {

struct StatementToken {
  enum class Kind : std::uint8_t { word, quoted, text, number, parameter, symbol, end } kind;
  /// Without quotes and escapes.
  std::string text;
  /// Where it begins in the statement, and how many characters it has there.
  std::size_t at = 0;
  std::size_t length = 0;
};

/// Cuts a statement into tokens, of which the last is its end. Refuses what is none.
std::vector<StatementToken> tokens_of(std::string_view statement);

/// `Statement wasn't well formed, can't be processed: <what>`
ApiError malformed_statement(std::string_view what);

}  // namespace fallstreak::services::dynamodb
