#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "dataplane/alb/http2_message.h"

/// Whatever a client of HTTP/2 says is, in HTTP/1.1, one request that says the same, or none. The
/// input has a line each for method, path, host and fields, of which the parts may hold any byte
/// but the end of a line; \x1F stands for that.
namespace fallstreak {
namespace {

using dataplane::alb::Http2Request;

void expect(bool is_true) {
  if (!is_true) std::abort();
}

std::string line_of(std::string_view& text) {
  const auto end = text.find('\n');
  std::string line(text.substr(0, end));
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  std::ranges::replace(line, '\x1F', '\n');
  return line;
}

Http2Request request_of(std::string_view text) {
  Http2Request request;
  request.add(":method", line_of(text));
  request.add(":path", line_of(text));
  request.add(":authority", line_of(text));
  while (!text.empty()) {
    const std::string line = line_of(text);
    const auto colon = line.find(": ", 1);
    if (colon == std::string::npos) {
      request.has_body = !request.has_body;
    } else {
      request.add(line.substr(0, colon), line.substr(colon + 2));
    }
  }
  return request;
}

void check_request(const Http2Request& request) {
  namespace alb = dataplane::alb;
  const auto head = alb::http1_head(request);
  if (!head) return;
  std::size_t scanned = 0;
  expect(alb::head_size(*head, scanned) == head->size());
  alb::RequestHead read;
  if (alb::read_request(*head, read) != 0) return;
  expect(read.method == request.method);
  expect(read.target == request.path);
  expect(read.upgrade.empty());
  // No field but those that were said, and one for all cookies, the host and the chunks.
  expect(read.fields.size() <= request.fields.size() + 2);
  for (const auto& field : read.fields) {
    expect(!field.name.empty());
    expect(field.value.find_first_of("\r\n") == std::string_view::npos);
  }
  const bool is_chunked = request.body() == alb::Http2Body::chunked;
  expect((read.body.kind == alb::Framing::Kind::chunked) == is_chunked);
}

void check_chunks(std::string_view content) {
  namespace alb = dataplane::alb;
  if (content.empty()) return;
  alb::BodyReader reader({.kind = alb::Framing::Kind::chunked});
  std::string read;
  const std::string chunks = alb::http1_chunk(content) + std::string(alb::kLastChunk);
  expect(reader.take(chunks, &read) == chunks.size());
  expect(reader.is_done() && read == content);
}

void check_response(std::string_view text) {
  namespace alb = dataplane::alb;
  alb::ResponseHead head;
  if (!alb::read_response(text, "GET", head)) return;
  for (const auto& [name, value] : alb::http2_fields(head)) {
    expect(!name.empty() && value.find_first_of("\r\n") == std::string::npos);
    expect(std::ranges::none_of(name, [](char c) { return c >= 'A' && c <= 'Z'; }));
  }
}

}  // namespace
}  // namespace fallstreak

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  fallstreak::check_request(fallstreak::request_of(text));
  fallstreak::check_chunks(text);
  fallstreak::check_response(text);
  return 0;
}
