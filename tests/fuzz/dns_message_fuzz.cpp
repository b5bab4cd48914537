// DNS messages: any bytes are refused or read, and what was read is written and read again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/dns_name.h"
#include "dataplane/dns/message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fallstreak::dataplane::dns;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto message = decode_message(bytes);
  if (!message) return 0;
  for (const auto& question : message->questions) {
    if (fallstreak::canonical_dns_name(question.name) != question.name) std::abort();
  }
  const auto again = decode_message(encode_message(*message, SIZE_MAX));
  // A question whose name was a pointer is written in full, and so has bytes of its own then.
  if (!again || again->answers != message->answers || again->authority != message->authority ||
      again->additional != message->additional || again->edns != message->edns) {
    std::abort();
  }
  const auto small = encode_message(*message, 512);
  if (!decode_message(small)) std::abort();
  return 0;
}
