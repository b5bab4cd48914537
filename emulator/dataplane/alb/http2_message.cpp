#include "dataplane/alb/http2_message.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace fallstreak::dataplane::alb {
namespace {

/// RFC 9113, 8.2.2: what is about one connection is not said in HTTP/2.
bool is_of_connection(std::string_view name) {
  constexpr std::array<std::string_view, 6> kNames = {
      "connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"};
  return std::ranges::any_of(kNames, [&](auto one) { return is_same_name(name, one); });
}

/// Of a request's line, or of Host: nothing in it ends a word.
bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) != 0x7F;
  });
}

bool is_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 || c == '\t') && byte != 0x7F;
  });
}

void add_line(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

std::string lower(std::string_view name) {
  std::string text(name);
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return text;
}

}  // namespace

bool Http2Request::add(std::string_view name, std::string_view value) {
  if (!name.starts_with(':')) {
    fields.emplace_back(name, value);
    return true;
  }
  if (name == ":method") {
    method = value;
  } else if (name == ":authority") {
    authority = value;
  } else if (name == ":path") {
    path = value;
  } else if (name != ":scheme") {
    return false;
  }
  return true;
}

Http2Body Http2Request::body() const {
  const bool is_counted = std::ranges::any_of(
      fields, [](const auto& field) { return is_same_name(field.first, "content-length"); });
  if (is_counted) return Http2Body::counted;
  return has_body ? Http2Body::chunked : Http2Body::none;
}

std::optional<std::string> http1_head(const Http2Request& request) {
  if (!is_token(request.method) || !is_word(request.path)) return std::nullopt;
  std::string host = request.authority;
  std::string cookies;
  std::string lines;
  for (const auto& [name, value] : request.fields) {
    if (!is_token(name) || !is_value(value)) return std::nullopt;
    if (is_same_name(name, "host")) {
      // RFC 9113, 8.3.1: `:authority` is what counts.
      if (host.empty()) host = value;
    } else if (is_same_name(name, "cookie")) {
      // RFC 9113, 8.2.3: in HTTP/1.1 cookies are one field.
      cookies += (cookies.empty() ? "" : "; ") + value;
    } else if (!is_of_connection(name)) {
      add_line(lines, name, value);
    }
  }
  std::string head = request.method + " " + request.path + " HTTP/1.1\r\n";
  if (!host.empty()) {
    if (!is_word(host)) return std::nullopt;
    add_line(head, "Host", host);
  }
  head += lines;
  if (!cookies.empty()) add_line(head, "Cookie", cookies);
  if (request.body() == Http2Body::chunked) add_line(head, "Transfer-Encoding", "chunked");
  return head + "\r\n";
}

std::string http1_chunk(std::string_view content) {
  std::string size;
  for (std::size_t rest = content.size(); rest > 0; rest >>= 4) {
    size.insert(size.begin(), "0123456789abcdef"[rest & 15]);
  }
  return size + "\r\n" + std::string(content) + "\r\n";
}

std::optional<Http1Response> http1_response(const Http2Fields& fields, std::string_view method,
                                            bool is_last) {
  int status = 0;
  bool is_counted = false;
  std::string lines;
  for (const auto& [name, value] : fields) {
    if (name == ":status") {
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), status);
      if (error != std::errc() || end != value.data() + value.size()) return std::nullopt;
    } else if (!is_token(name) || !is_value(value)) {
      return std::nullopt;
    } else if (!is_of_connection(name)) {
      is_counted = is_counted || is_same_name(name, "content-length");
      add_line(lines, name, value);
    }
  }
  // RFC 9113, 8.6: there is no 101.
  if (status < 100 || status > 599 || status == 101) return std::nullopt;
  Http1Response response{.text = "HTTP/1.1 " + std::to_string(status) + " \r\n" + lines,
                         .is_interim = status < 200};
  const bool has_none = response.is_interim || status == 204 || status == 304 || method == "HEAD";
  if (!has_none && !is_counted) {
    response.is_chunked = !is_last;
    add_line(response.text, is_last ? "Content-Length" : "Transfer-Encoding",
             is_last ? "0" : "chunked");
  }
  response.text += "\r\n";
  return response;
}

std::string http1_trailers(const Http2Fields& fields) {
  std::string end = "0\r\n";
  for (const auto& [name, value] : fields) {
    if (is_token(name) && is_value(value)) add_line(end, name, value);
  }
  return end + "\r\n";
}

Http2Fields http2_trailers(std::string_view lines) {
  Http2Fields fields;
  while (!lines.empty()) {
    const auto end = std::min(lines.find("\r\n"), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 2, lines.size()));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, colon);
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
    while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
    if (is_of_connection(name) || !is_token(name) || !is_value(value)) continue;
    fields.emplace_back(lower(name), value);
  }
  return fields;
}

bool is_grpc(const Fields& fields) {
  constexpr std::string_view kGrpc = "application/grpc";
  const Field* type = find_field(fields, "content-type");
  if (type == nullptr || type->value.size() < kGrpc.size()) return false;
  const std::string_view rest = type->value.substr(kGrpc.size());
  // Not `application/grpc-web`, which HTTP/1.1 carries too.
  return is_same_name(type->value.substr(0, kGrpc.size()), kGrpc) &&
         (rest.empty() || rest.front() == '+' || rest.front() == ';');
}

Http2Fields http2_fields(const RequestHead& request, std::string_view scheme) {
  Http2Fields fields;
  fields.emplace_back(":method", request.method);
  fields.emplace_back(":scheme", scheme);
  fields.emplace_back(":path", request.target);
  for (const auto& field : request.fields) {
    if (is_same_name(field.name, "host")) fields.emplace_back(":authority", field.value);
  }
  for (const auto& field : request.fields) {
    if (is_same_name(field.name, "host") || is_of_connection(field.name)) continue;
    if (!is_token(field.name) || !is_value(field.value)) continue;
    fields.emplace_back(lower(field.name), field.value);
  }
  // gRPC over HTTP/2: what does not say so cannot be answered.
  if (is_grpc(request.fields)) fields.emplace_back("te", "trailers");
  return fields;
}

Http2Fields http2_fields(const ResponseHead& response) {
  Http2Fields fields;
  fields.emplace_back(":status", std::to_string(response.status));
  for (const auto& field : response.fields) {
    if (is_of_connection(field.name) || !is_token(field.name) || !is_value(field.value)) continue;
    fields.emplace_back(lower(field.name), field.value);
  }
  return fields;
}

}  // namespace fallstreak::dataplane::alb
