#include <cstdint>
#include <string>
#include <string_view>

#include "api/dynamodb/items.h"
#include "base/check.h"
#include "world/record_codec.h"
#include "world/world_fixture.h"

using namespace fallstreak;

/// Damaged bytes are refused; what is accepted is written and read again without loss.
template <class Record>
void decode_and_encode(std::string_view bytes) {
  Record record;
  if (world::decode(bytes, record)) return;
  std::string written;
  world::encode(record, written);
  Record again;
  const auto wrong = world::decode(written, again);
  CHECK(!wrong) << *wrong;
  std::string rewritten;
  world::encode(again, rewritten);
  CHECK(rewritten == written) << "what was written is read as something else";
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  decode_and_encode<world::ThingRecord>(bytes);
  decode_and_encode<api::dynamodb::AttributeValue>(bytes);
  decode_and_encode<world::Event>(bytes);
  return 0;
}
