#include "fuzz/codec_fuzz.h"

using namespace fallstreak;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  fuzz::expect_settled(api::Protocol::rest_xml, "Do", text);
  fuzz::expect_settled(api::Protocol::rest_xml, "Ask", text);
  return 0;
}
