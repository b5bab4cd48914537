#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/encoding.h"
#include "protocols/http_message.h"

using namespace fallstreak;

/// What splits must split the same way again when it is written canonically.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto target = protocols::split_target(text);
  if (!target) return 0;
  CHECK(!target->path.empty()) << "a target has a path";
  if (!target->path.starts_with('/')) return 0;

  std::string rewritten = target->path + "?";
  for (const auto& [name, value] : target->query) {
    rewritten += percent_encode(name) + "=" + percent_encode(value) + "&";
  }
  const auto again = protocols::split_target(rewritten);
  CHECK(again.has_value() && again->path == target->path) << rewritten;
  CHECK(again->query == target->query) << rewritten;
  return 0;
}
