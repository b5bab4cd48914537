#pragma once

#include <string_view>

namespace fallstreak::services::dynamodb {

/// Whether a word means something to PartiQL, so that an attribute of that name must be written in
/// double quotes. Case does not matter.
///
/// The keywords of the PartiQL reader whose messages AWS answers: those of SQL-92, and PartiQL's
/// own. They are not the reserved words of expressions.
bool is_statement_keyword(std::string_view word);
/// Those that stand between operands, or before one.
bool is_statement_operator(std::string_view word);
/// Those that name a type after IS.
bool is_statement_type(std::string_view word);

}  // namespace fallstreak::services::dynamodb
