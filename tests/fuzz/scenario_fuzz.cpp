#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "scenarios/language/scenario.h"

using namespace fallstreak::scenarios;

/// Whatever the text is, it is a scenario that can be explained, in each of its variants, or has
/// errors that say where.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ParsedScenario parsed = parse_scenario(text, "scenario.yaml");
  CHECK(parsed.scenario.has_value() == parsed.errors.empty()) << "neither a scenario nor an error";
  for (const ParseError& error : parsed.errors)
    CHECK(!error.message.empty() && error.line >= 0) << error.to_string();
  if (!parsed.scenario) return 0;
  CHECK(!explain(*parsed.scenario).empty()) << "nothing to explain";
  for (const std::string& variant : parsed.scenario->variants) {
    CHECK(parse_scenario(text, "scenario.yaml", variant).scenario.has_value())
        << "a checked variant fails";
  }
  return 0;
}
