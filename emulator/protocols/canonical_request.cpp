#include "protocols/canonical_request.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"

namespace fallstreak::protocols {
namespace {

std::string_view take_until(std::string_view& text, char separator) {
  const std::string_view part = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return part;
}

/// Decodes and encodes, so that `%7e`, `~` and `%7E` are one. Malformed text is encoded as it is.
std::string respell(std::string_view text, Plus plus) {
  return percent_encode(percent_decode(text, plus).value_or(std::string(text)));
}

std::string without_dots(std::string_view path) {
  std::vector<std::string_view> kept;
  std::string_view segment;
  for (std::string_view rest = path; !rest.empty();) {
    segment = take_until(rest, '/');
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(segment);
    }
  }
  std::string result;
  for (const std::string_view part : kept) result.append("/").append(part);
  const bool ends_open = path.ends_with('/') || segment == "." || segment == "..";
  if (result.empty() || ends_open) result += '/';
  return result;
}

std::string respelled_path(std::string_view path) {
  std::string result;
  std::size_t start = 0;
  while (start <= path.size()) {
    const std::size_t slash = std::min(path.find('/', start), path.size());
    result += respell(path.substr(start, slash - start), Plus::is_plus);
    if (slash < path.size()) result += '/';
    start = slash + 1;
  }
  return result.empty() ? "/" : result;
}

}  // namespace

bool is_s3_service(std::string_view service) {
  return service == "s3" || service.starts_with("s3-") || service == "s3express";
}

PathRule path_rule_of(std::string_view service) {
  return is_s3_service(service) ? PathRule::s3 : PathRule::standard;
}

std::string canonical_path(std::string_view path, PathRule rule) {
  switch (rule) {
    case PathRule::standard:
      return percent_encode(without_dots(path), Slash::keep);
    case PathRule::verbatim:
      return percent_encode(path, Slash::keep);
    case PathRule::s3:
      break;
  }
  return respelled_path(path);
}

std::string canonical_query(std::string_view query, std::string_view left_out) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!query.empty()) {
    std::string_view value = take_until(query, '&');
    if (value.empty()) continue;
    const std::string_view name = take_until(value, '=');
    if (!left_out.empty() && name == left_out) continue;
    // Chosen: a plus is a space, as it is for the services that read the query.
    pairs.emplace_back(respell(name, Plus::is_space), respell(value, Plus::is_space));
  }
  std::ranges::sort(pairs);
  std::string result;
  for (const auto& [name, value] : pairs) {
    if (!result.empty()) result += '&';
    result.append(name).append("=").append(value);
  }
  return result;
}

std::string canonical_header_value(std::string_view value) {
  std::string result;
  for (const char letter : value) {
    const bool is_space = letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
    if (!is_space) {
      result += letter;
    } else if (!result.empty() && result.back() != ' ') {
      result += ' ';
    }
  }
  if (result.ends_with(' ')) result.pop_back();
  return result;
}

std::string join_signed_headers(const std::vector<std::string>& signed_headers) {
  std::string result;
  for (const std::string& name : signed_headers) {
    if (!result.empty()) result += ';';
    result += name;
  }
  return result;
}

std::string canonical_request(const HttpRequest& request,
                              const std::vector<std::string>& signed_headers,
                              std::string_view payload_hash, PathRule rule) {
  std::string text = request.method + '\n' + canonical_path(raw_path(request.target), rule) + '\n' +
                     canonical_query(raw_query(request.target), "X-Amz-Signature") + '\n';
  for (const std::string& name : signed_headers) {
    text.append(name).append(":");
    bool is_first = true;
    for (const Header& header : request.headers) {
      if (!equals_ignoring_case(header.name, name)) continue;
      if (!std::exchange(is_first, false)) text += ',';
      text += canonical_header_value(header.value);
    }
    text += '\n';
  }
  text += '\n';
  text.append(join_signed_headers(signed_headers)).append("\n").append(payload_hash);
  return text;
}

}  // namespace fallstreak::protocols
