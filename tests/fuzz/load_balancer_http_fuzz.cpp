// HTTP as the live load balancer reads it: any bytes, cut in any way, give the same message.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "dataplane/alb/http_head.h"

namespace {

using namespace fallstreak::dataplane::alb;

/// Where the head ends for one who gets `step` bytes at a time.
std::optional<std::size_t> size_of_head(std::string_view bytes, std::size_t step) {
  std::size_t scanned = 0;
  for (std::size_t there = std::min(step, bytes.size());;
       there = std::min(there + step, bytes.size())) {
    if (const auto size = head_size(bytes.substr(0, there), scanned)) return size;
    if (there == bytes.size()) return std::nullopt;
  }
}

/// What is understood of a body: all of it as one text.
std::string read_body(const Framing& framing, std::string_view bytes, std::size_t step) {
  BodyReader reader(framing);
  std::string content;
  std::size_t taken = 0;
  while (taken < bytes.size() && !reader.is_done() && !reader.has_failed()) {
    const std::string_view piece = bytes.substr(taken, step);
    const std::size_t count = reader.take(piece, &content);
    if (count > piece.size()) std::abort();
    taken += count;
    if (count < piece.size() && !reader.is_done() && !reader.has_failed()) std::abort();
  }
  if (reader.has_failed()) return "failed";
  return content + (reader.is_done() ? " done at " : " goes on after ") + std::to_string(taken);
}

void check_body(const Framing& framing, std::string_view bytes) {
  const std::string whole = read_body(framing, bytes, std::max<std::size_t>(bytes.size(), 1));
  if (read_body(framing, bytes, 1) != whole || read_body(framing, bytes, 7) != whole) std::abort();
}

bool lies_in(std::string_view part, std::string_view text) {
  return part.empty() ||
         (part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size());
}

void check_fields(const Fields& fields, std::string_view head) {
  for (const Field& field : fields) {
    if (!lies_in(field.name, head) || !lies_in(field.value, head)) std::abort();
    const Field* found = find_field(fields, field.name);
    if (found == nullptr || !is_same_name(found->name, field.name)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data),
                               std::min<std::size_t>(size, 16384));
  const auto end = size_of_head(bytes, bytes.size() + 1);
  if (end != size_of_head(bytes, 1) || end != size_of_head(bytes, 5)) std::abort();
  if (!end) return 0;
  if (*end > bytes.size()) std::abort();
  const std::string_view head = bytes.substr(0, *end);
  const std::string_view rest = bytes.substr(*end);

  RequestHead request;
  if (read_request(head, request) == 0) {
    if (!lies_in(request.method, head) || !lies_in(request.target, head)) std::abort();
    check_fields(request.fields, head);
    check_body(request.body, rest);
  }
  for (const std::string_view method : {"GET", "HEAD"}) {
    ResponseHead response;
    if (!read_response(head, method, response)) continue;
    if (!lies_in(response.reason, head)) std::abort();
    check_fields(response.fields, head);
    check_body(response.body, rest);
  }
  return 0;
}
