#include "dataplane/alb/http_head.h"

#include <algorithm>
#include <charconv>

#include "dataplane/alb/wildcard.h"

namespace fallstreak::dataplane::alb {
namespace {

constexpr std::string_view kNewline = "\r\n";

bool is_token_char(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
bool is_visible(char c) { return c > ' ' && c != 0x7f; }
/// Of a field's value: text and tabs, also bytes above ASCII.
bool is_value_char(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != 0x7f);
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The text up to the next line end, which is taken from `rest` with it.
std::string_view next_line(std::string_view& rest) {
  const auto end = std::min(rest.find(kNewline), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + kNewline.size(), rest.size()));
  return line;
}

/// Reads the lines up to the empty one; false when one is no field.
bool read_fields(std::string_view rest, Fields& fields) {
  while (!rest.empty()) {
    const std::string_view line = next_line(rest);
    if (line.empty()) return true;
    if (line.size() > kLongestLine) return false;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return false;
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (!std::ranges::all_of(value, is_value_char)) return false;
    fields.push_back({line.substr(0, colon), value});
  }
  return true;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

/// The body that the fields speak of, and how clearly they do.
Danger read_framing(const Fields& fields, Framing& framing) {
  std::optional<std::uint64_t> length;
  std::optional<std::string_view> coding;
  Danger danger = Danger::compliant;
  for (const Field& field : fields) {
    if (is_same_name(field.name, "content-length")) {
      const auto number = whole_number(field.value);
      // AWS: "Multiple Content-Length with different values" and one that is no number are severe.
      if (!number || (length && *length != *number)) return Danger::severe;
      if (length) danger = Danger::ambiguous;
      length = number;
    } else if (is_same_name(field.name, "transfer-encoding")) {
      if (coding) return Danger::severe;
      coding = field.value;
    }
  }
  if (coding) {
    // AWS: a Transfer-Encoding that is not exactly `chunked` is severe.
    if (!is_same_name(*coding, "chunked")) return Danger::severe;
    framing.kind = Framing::Kind::chunked;
    // AWS: both at once are ambiguous; the standard says that chunked counts.
    return length ? Danger::ambiguous : danger;
  }
  if (length) framing = {*length > 0 ? Framing::Kind::length : Framing::Kind::none, *length};
  return danger;
}

bool read_version(std::string_view text, bool& is_http_1_0) {
  is_http_1_0 = text == "HTTP/1.0";
  return is_http_1_0 || text == "HTTP/1.1";
}

bool keeps_alive(const Fields& fields, bool is_http_1_0) {
  if (lists_token(fields, "connection", "close")) return false;
  return !is_http_1_0 || lists_token(fields, "connection", "keep-alive");
}

int read_request_line(std::string_view line, RequestHead& head) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return 400;
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, last - first - 1);
  if (!is_token(head.method) || !std::ranges::all_of(head.target, is_visible)) return 400;
  if (!read_version(line.substr(last + 1), head.is_http_1_0)) return 400;
  const bool is_origin_form = head.target.starts_with('/');
  const bool is_asterisk = head.target == "*" && head.method == "OPTIONS";
  const bool is_absolute =
      head.target.starts_with("http://") || head.target.starts_with("https://");
  return is_origin_form || is_asterisk || is_absolute ? 0 : 400;
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

bool is_same_name(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, {}, to_lower, to_lower);
}

const Field* find_field(const Fields& fields, std::string_view name) {
  const auto found = std::ranges::find_if(
      fields, [&](const Field& field) { return is_same_name(field.name, name); });
  return found == fields.end() ? nullptr : &*found;
}

bool lists_token(const Fields& fields, std::string_view name, std::string_view token) {
  for (const Field& field : fields) {
    if (!is_same_name(field.name, name)) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const auto end = std::min(rest.find(','), rest.size());
      if (is_same_name(trimmed(rest.substr(0, end)), token)) return true;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return false;
}

std::optional<std::size_t> head_size(std::string_view bytes, std::size_t& scanned) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  const auto found = bytes.find(kEnd, scanned);
  if (found != std::string_view::npos) return found + kEnd.size();
  scanned = bytes.size() < kEnd.size() ? 0 : bytes.size() - kEnd.size() + 1;
  return std::nullopt;
}

int read_request(std::string_view text, RequestHead& head) {
  const std::string_view line = next_line(text);
  if (line.size() > kLongestLine) return 414;
  if (const int problem = read_request_line(line, head); problem != 0) return problem;
  if (!read_fields(text, head.fields)) return 400;
  const auto is_host = [](const Field& field) { return is_same_name(field.name, "host"); };
  const auto hosts = std::ranges::count_if(head.fields, is_host);
  if (hosts > 1 || (hosts == 0 && !head.is_http_1_0)) return 400;
  head.danger = read_framing(head.fields, head.body);
  if (head.danger == Danger::severe) return 400;
  head.keeps_alive = keeps_alive(head.fields, head.is_http_1_0);
  const Field* upgrade = find_field(head.fields, "upgrade");
  if (upgrade != nullptr && lists_token(head.fields, "connection", "upgrade")) {
    head.upgrade = upgrade->value;
  }
  return 0;
}

bool read_response(std::string_view text, std::string_view method, ResponseHead& head) {
  const std::string_view line = next_line(text);
  // `HTTP/1.1 200 OK`, and the reason may be missing.
  if (line.size() < 12 || line[8] != ' ' || !read_version(line.substr(0, 8), head.is_http_1_0)) {
    return false;
  }
  const auto status = whole_number(line.substr(9, 3));
  if (!status || *status < 100 || *status > 599) return false;
  if (line.size() > 12 && line[12] != ' ') return false;
  head.status = static_cast<int>(*status);
  head.reason = line.substr(std::min<std::size_t>(line.size(), 13));
  if (!read_fields(text, head.fields)) return false;
  head.keeps_alive = keeps_alive(head.fields, head.is_http_1_0);
  Framing framing{.kind = Framing::Kind::until_close};
  if (find_field(head.fields, "content-length") != nullptr) framing.kind = Framing::Kind::none;
  if (read_framing(head.fields, framing) == Danger::severe) return false;
  const bool has_none = head.status < 200 || head.status == 204 || head.status == 304;
  head.body = has_none || method == "HEAD" ? Framing() : framing;
  if (head.body.kind == Framing::Kind::until_close) head.keeps_alive = false;
  return true;
}

BodyReader::BodyReader(Framing framing) : state_(State::done), left_(framing.length) {
  switch (framing.kind) {
    case Framing::Kind::none:
      return;
    case Framing::Kind::length:
      state_ = left_ > 0 ? State::counted : State::done;
      return;
    case Framing::Kind::chunked:
      state_ = State::size;
      return;
    case Framing::Kind::until_close:
      state_ = State::endless;
      return;
  }
}

std::size_t BodyReader::take(std::string_view bytes, std::string* content, std::string* trailers) {
  std::size_t at = 0;
  while (at < bytes.size() && !is_done() && !has_failed()) {
    if (state_ == State::endless) {
      if (content != nullptr) content->append(bytes);
      return bytes.size();
    }
    if (state_ != State::counted && state_ != State::data) {
      const char byte = bytes[at++];
      const bool is_of_trailer =
          state_ == State::trailer_line || (state_ == State::trailer && byte != '\r');
      if (trailers != nullptr && is_of_trailer) trailers->push_back(byte);
      take_chunk_byte(byte);
      continue;
    }
    const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - at));
    if (content != nullptr) content->append(bytes.substr(at, step));
    at += step;
    left_ -= step;
    if (left_ == 0) state_ = state_ == State::counted ? State::done : State::data_end;
  }
  return at;
}

void BodyReader::take_size_digit(char byte) {
  constexpr int kMostDigits = 15;
  const char lower = to_lower(byte);
  const bool is_number = byte >= '0' && byte <= '9';
  const bool is_letter = lower >= 'a' && lower <= 'f';
  if (is_number || is_letter) {
    left_ = left_ * 16 + static_cast<std::uint64_t>(is_number ? byte - '0' : lower - 'a' + 10);
    state_ = ++digits_ > kMostDigits ? State::failed : State::size;
  } else if (digits_ == 0) {
    state_ = State::failed;
  } else if (byte == '\r') {
    state_ = State::size_end;
  } else {
    state_ = byte == ';' || byte == ' ' || byte == '\t' ? State::extension : State::failed;
  }
}

void BodyReader::take_chunk_byte(char byte) {
  const auto expect = [&](char wanted, State next) {
    state_ = byte == wanted ? next : State::failed;
  };
  switch (state_) {
    case State::size:
      return take_size_digit(byte);
    case State::extension:
      if (byte == '\r') state_ = State::size_end;
      if (byte == '\n') state_ = State::failed;
      return;
    case State::size_end:
      digits_ = 0;
      return expect('\n', left_ > 0 ? State::data : State::trailer);
    case State::data_end:
      return expect('\r', State::data_newline);
    case State::data_newline:
      return expect('\n', State::size);
    case State::trailer:
      state_ = byte == '\r' ? State::end : State::trailer_line;
      return;
    case State::trailer_line:
      if (byte == '\n') state_ = State::trailer;
      return;
    case State::end:
      return expect('\n', State::done);
    case State::data:
    case State::endless:
    case State::counted:
    case State::done:
    case State::failed:
      return;
  }
}

}  // namespace fallstreak::dataplane::alb
