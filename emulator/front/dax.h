#pragma once

#include <string>
#include <string_view>

/// Clients of DAX, DynamoDB's cache, which speak no HTTP. There is no DAX here, and they are told
/// so in their own words.
namespace fallstreak::front {

/// True of the bytes with which such a client begins every connection.
bool begins_dax(std::string_view bytes);
/// The answer to whatever it asks.
void append_dax_refusal(std::string& out);

}  // namespace fallstreak::front
