#include "front/http_writer.h"

#include <algorithm>
#include <charconv>

namespace fallstreak::front {
namespace {

void append_number(std::string& out, std::uint64_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

bool is_control(char byte) {
  const auto code = static_cast<unsigned char>(byte);
  return (code < 0x20 && code != '\t') || code == 0x7f;
}

/// Values may hold what a caller chose (S3's `response-content-type`): a line break in one would
/// begin a header of the caller's own.
void append_value(std::string& out, std::string_view value) {
  const std::size_t begin = out.size();
  out += value;
  std::replace_if(out.begin() + std::ptrdiff_t(begin), out.end(), is_control, ' ');
}

bool forbids_length(int status) { return status == 204 || status < 200; }

}  // namespace

bool has_content(std::string_view method, int status) {
  return method != "HEAD" && status != 204 && status != 304 && status >= 200;
}

void append_head(std::string& out, std::string_view method, const protocols::HttpResponse& response,
                 Persistence persistence) {
  out += "HTTP/1.1 ";
  append_number(out, std::uint64_t(response.status));
  out += ' ';
  out += reason_phrase(response.status);
  out += "\r\n";
  const bool content_follows = has_content(method, response.status);
  bool length_is_set = forbids_length(response.status);
  for (const auto& [name, value] : response.headers) {
    if (protocols::equals_ignoring_case(name, "content-length")) {
      if (content_follows || length_is_set) continue;
      length_is_set = true;
    }
    out += name;
    out += ": ";
    append_value(out, value);
    out += "\r\n";
  }
  if (!length_is_set) {
    out += "Content-Length: ";
    append_number(out, response.content().size());
    out += "\r\n";
  }
  if (persistence == Persistence::close) out += "Connection: close\r\n";
  if (persistence == Persistence::keep_alive_1_0) out += "Connection: keep-alive\r\n";
  out += "\r\n";
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Request Entity Too Large";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Requested Range Not Satisfiable";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return status < 400 ? "OK" : status < 500 ? "Bad Request" : "Server Error";
  }
}

}  // namespace fallstreak::front
