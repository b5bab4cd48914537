#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "services/dynamodb/imports.h"

using namespace fallstreak;
using namespace fallstreak::services::dynamodb;

/// Whatever an object holds, it is read to its end; an item that was read can be packed, or is
/// refused with an ApiError.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector<KeyAttribute> keys{{"pk", Type::S}, {"n", Type::N}, {"b", Type::B}};
  const TakeItem take = [](const ApiItem* item) {
    if (item == nullptr) return;
    try {
      std::string json;
      append_json(pack_item(*item, Wording::plain), json);
    } catch (const ApiError&) {  // NOLINT: refusing is what bad items are for.
    }
  };
  read_json_lines(text, take);
  read_csv(text, std::nullopt, keys, take);
  return 0;
}
