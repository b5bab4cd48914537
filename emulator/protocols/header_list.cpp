#include "protocols/header_list.h"

#include "protocols/http_message.h"

namespace fallstreak::protocols {

namespace {

/// Takes a quoted text off the front, and the comma after it.
std::string take_quoted(std::string_view& rest) {
  std::string text;
  std::size_t at = 1;
  while (at < rest.size() && rest[at] != '"') {
    if (rest[at] == '\\' && at + 1 < rest.size()) ++at;
    text += rest[at++];
  }
  const std::size_t comma = rest.find(',', std::min(at + 1, rest.size()));
  rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  return text;
}

}  // namespace

void append_header_element(std::string& header, std::string_view text, const api::Shape& shape) {
  if (!header.empty()) header += ", ";
  const bool is_plain =
      shape.kind != api::Kind::string ||
      (!text.empty() && text.find_first_of(",\"") == std::string_view::npos && text == trim(text));
  if (is_plain) {
    header += text;
    return;
  }
  header += '"';
  for (const char character : text) {
    if (character == '"' || character == '\\') header += '\\';
    header += character;
  }
  header += '"';
}

std::vector<std::string> split_header_list(std::string_view header, const api::Shape& shape) {
  std::vector<std::string> elements;
  std::string_view rest = trim(header);
  while (!rest.empty()) {
    if (rest.front() == '"') {
      elements.push_back(take_quoted(rest));
    } else {
      std::size_t comma = rest.find(',');
      // `Mon, 16 Dec 2019 23:48:18 GMT`: the first comma belongs to the weekday.
      if (shape.kind == api::Kind::timestamp && comma == 3) comma = rest.find(',', 4);
      elements.emplace_back(trim(rest.substr(0, comma)));
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
    rest = trim(rest);
  }
  return elements;
}

}  // namespace fallstreak::protocols
