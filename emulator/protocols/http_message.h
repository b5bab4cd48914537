#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/shape.h"

/// HTTP messages as values: what the front reads from a socket and the codecs, signers and clients
/// work on.
namespace fallstreak::protocols {

struct Header {
  std::string name;
  std::string value;
  bool operator==(const Header&) const = default;
};
using Headers = std::vector<Header>;

struct HttpRequest {
  std::string method = "GET";
  /// Path and query exactly as on the wire: signatures depend on every byte of it.
  std::string target = "/";
  Headers headers;
  std::string body;
  bool is_tls = false;
};

struct HttpResponse {
  int status = 200;
  Headers headers;
  std::string body;
  /// An object's bytes, shared with the store. When set, it is the body and `body` is empty.
  std::optional<api::Body> streamed;

  [[nodiscard]] std::string_view content() const {
    return streamed ? streamed->view() : std::string_view(body);
  }
};

/// ASCII only, which is all that header names may be.
bool equals_ignoring_case(std::string_view left, std::string_view right);
std::string to_lower_case(std::string_view text);
/// Without the spaces and tabs at both ends.
std::string_view trim(std::string_view text);

/// The value of the first header of that name in any case, or null.
const std::string* find_header(const Headers& headers, std::string_view name);
/// The same as a view; empty when the header is absent or empty.
std::string_view header_or_empty(const Headers& headers, std::string_view name);
/// Replaces every header of that name by one.
void set_header(Headers& headers, std::string_view name, std::string value);
void remove_header(Headers& headers, std::string_view name);

/// One `name=value` of a query, decoded. `?acl` and `?acl=` are both an empty value.
struct QueryParameter {
  std::string name;
  std::string value;
  bool operator==(const QueryParameter&) const = default;
};

/// A request target in its two parts.
struct Target {
  /// As on the wire, still percent-encoded: only a codec knows whether `%2F` separates.
  std::string path;
  /// In the order of the wire, decoded; a plus is a space.
  std::vector<QueryParameter> query;

  [[nodiscard]] const std::string* find(std::string_view name) const;
  bool operator==(const Target&) const = default;
};

/// Splits `/path?query`, or the absolute form `http://host/path?query`, whose scheme and host are
/// dropped. Empty when the path or the query has a `%` that two hexadecimal digits do not follow,
/// or a control character or space.
std::optional<Target> split_target(std::string_view target);

/// The parts alone, as on the wire and without any check or copy.
std::string_view raw_path(std::string_view target);
std::string_view raw_query(std::string_view target);

}  // namespace fallstreak::protocols
