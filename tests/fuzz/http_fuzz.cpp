// The front's HTTP parser: any bytes, cut in any way, give the same requests.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "front/http_parser.h"

namespace {

using namespace fallstreak;

/// What a connection reads of `bytes` when `step` of them arrive at a time.
std::vector<std::string> read(std::string_view bytes, std::size_t step) {
  std::vector<std::string> seen;
  const front::HttpParser::BodyLimit limit = [](const protocols::HttpRequest&) { return std::uint64_t{4096}; };
  front::HttpParser parser({.header_bytes = 1024, .header_fields = 16}, limit);
  std::string waiting;
  std::size_t arrived = 0;
  while (seen.size() < 64) {
    const std::size_t taken = parser.feed(waiting);
    waiting.erase(0, taken);
    // When a fault is met depends on how much of the header is there yet; what was whole before it does not.
    if (parser.has_failed()) return seen;
    if (parser.is_done()) {
      const auto& request = parser.request();
      std::string text = request.method + " " + request.target + " " + request.body;
      for (const auto& header : request.headers) text += "\n" + header.name + ": " + header.value;
      seen.push_back(std::move(text));
      if (!parser.keeps_alive()) return seen;
      parser.reset();
      continue;
    }
    if (taken > 0) continue;
    if (arrived == bytes.size()) return seen;
    const std::size_t next = std::min(step, bytes.size() - arrived);
    waiting.append(bytes.substr(arrived, next));
    arrived += next;
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), std::min<std::size_t>(size, 16384));
  if (read(bytes, bytes.size() + 1) != read(bytes, 7)) std::abort();
  return 0;
}
