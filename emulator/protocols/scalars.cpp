#include "protocols/scalars.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "base/encoding.h"
#include "protocols/http_message.h"

namespace fallstreak::protocols {

using api::Kind;
using api::TimestampFormat;

namespace {

template <class Real>
void append_real(std::string& out, Real value) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    out += value < 0 ? "-Infinity" : "Infinity";
    return;
  }
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  const std::string_view digits(buffer, std::size_t(end - buffer));
  out += digits;
  // AWS: a whole number of a floating type keeps its point (`"CapacityUnits":1.0`).
  if (digits.find_first_of(".e") == std::string_view::npos) out += ".0";
}

template <class Value>
bool store(std::optional<Value> parsed, void* into) {
  if (parsed) *static_cast<Value*>(into) = std::move(*parsed);
  return parsed.has_value();
}

std::optional<Time> parse_epoch(std::string_view text) {
  const auto seconds = parse_double(text);
  // Nanoseconds since 1970 fit 64 bits for 292 years.
  if (!seconds || !(std::abs(*seconds) < 9.2e9)) return std::nullopt;
  return from_epoch_seconds(*seconds);
}

std::optional<bool> parse_boolean(std::string_view text) {
  if (text == "true" || text == "1" || equals_ignoring_case(text, "true")) return true;
  if (text == "false" || text == "0" || equals_ignoring_case(text, "false")) return false;
  return std::nullopt;
}

}  // namespace

void append_integer(std::string& out, std::int64_t value) {
  char buffer[24];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

void append_double(std::string& out, double value) { append_real(out, value); }
void append_float(std::string& out, float value) { append_real(out, value); }

void append_timestamp(std::string& out, Time time, TimestampFormat format, Fraction fraction) {
  const std::int64_t nanoseconds = to_nanoseconds(time);
  const std::int64_t seconds = to_epoch_seconds(time);
  const std::int64_t milliseconds = (nanoseconds - seconds * 1'000'000'000) / 1'000'000;
  switch (format) {
    case TimestampFormat::http_date:
      out += to_http_date(time);
      return;
    case TimestampFormat::epoch_seconds: {
      if (milliseconds == 0 || seconds < 0) {
        if (milliseconds == 0) return append_integer(out, seconds);
        // Before 1970 whole seconds and fraction have different signs; a double has one.
        return append_double(out, double(seconds) + double(milliseconds) / 1000.0);
      }
      append_integer(out, seconds);
      const auto digits = std::to_string(1000 + milliseconds);
      out += '.';
      out += std::string_view(digits).substr(1, digits.find_last_not_of('0'));
      return;
    }
    case TimestampFormat::iso8601:
    case TimestampFormat::unspecified:
      out += to_iso8601(time, fraction == Fraction::always || milliseconds != 0
                                  ? Precision::milliseconds
                                  : Precision::seconds);
      return;
  }
}

std::optional<Time> parse_timestamp(std::string_view text, TimestampFormat format) {
  text = trim(text);
  if (format == TimestampFormat::epoch_seconds) {
    if (auto time = parse_epoch(text)) return time;
  }
  if (format == TimestampFormat::http_date) {
    if (auto time = parse_http_date(text)) return time;
  }
  if (auto time = parse_iso8601(text)) return time;
  if (auto time = parse_basic_iso8601(text)) return time;
  if (auto time = parse_http_date(text)) return time;
  return parse_epoch(text);
}

TimestampFormat timestamp_format(const api::Member* member, const api::Shape& shape,
                                 TimestampFormat by_default) {
  if (member != nullptr && member->timestamp_format != TimestampFormat::unspecified) {
    return member->timestamp_format;
  }
  return shape.timestamp_format != TimestampFormat::unspecified ? shape.timestamp_format
                                                                : by_default;
}

void append_scalar(std::string& out, const api::Shape& shape, const void* value,
                   TimestampFormat format, Fraction fraction) {
  switch (shape.kind) {
    case Kind::boolean:
      out += as<bool>(value) ? "true" : "false";
      return;
    case Kind::integer:
      append_integer(out, as<std::int32_t>(value));
      return;
    case Kind::long_:
      append_integer(out, as<std::int64_t>(value));
      return;
    case Kind::float_:
      append_float(out, as<float>(value));
      return;
    case Kind::double_:
      append_double(out, as<double>(value));
      return;
    case Kind::string:
      out += as<std::string>(value);
      return;
    case Kind::blob:
      out += to_base64(as<std::string>(value));
      return;
    case Kind::body:
      out += to_base64(as<api::Body>(value).view());
      return;
    case Kind::document:
      out += as<api::Document>(value).json;
      return;
    case Kind::timestamp:
      append_timestamp(out, as<Time>(value), format, fraction);
      return;
    case Kind::list:
    case Kind::map:
    case Kind::structure:
    case Kind::union_:
      CHECK(false) << "not a scalar: " << shape.name;
  }
}

bool parse_scalar(std::string_view text, const api::Shape& shape, TimestampFormat format,
                  void* value) {
  switch (shape.kind) {
    case Kind::boolean:
      return store(parse_boolean(trim(text)), value);
    case Kind::integer:
      return store(parse_integer<std::int32_t>(trim(text)), value);
    case Kind::long_:
      return store(parse_integer<std::int64_t>(trim(text)), value);
    case Kind::double_:
      return store(parse_double(trim(text)), value);
    case Kind::float_: {
      const auto number = parse_double(trim(text));
      if (number) *static_cast<float*>(value) = float(*number);
      return number.has_value();
    }
    case Kind::string:
      static_cast<std::string*>(value)->assign(text);
      return true;
    case Kind::document:
      static_cast<api::Document*>(value)->json.assign(text);
      return true;
    case Kind::blob:
      return store(from_base64(trim(text)), value);
    case Kind::body: {
      auto bytes = from_base64(trim(text));
      if (bytes) *static_cast<api::Body*>(value) = api::Body(std::move(*bytes));
      return bytes.has_value();
    }
    case Kind::timestamp:
      return store(parse_timestamp(text, format), value);
    case Kind::list:
    case Kind::map:
    case Kind::structure:
    case Kind::union_:
      break;
  }
  return false;
}

template <class Integer>
std::optional<Integer> parse_integer(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Integer value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}
template std::optional<std::int32_t> parse_integer(std::string_view);
template std::optional<std::int64_t> parse_integer(std::string_view);
template std::optional<std::uint32_t> parse_integer(std::string_view);

std::optional<double> parse_double(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  if (text.starts_with('+')) text.remove_prefix(1);
  double value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // `from_chars` also reads C's words `inf` and `nan`, which AWS does not.
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

std::string_view java_name(Kind kind) {
  switch (kind) {
    case Kind::boolean:
      return "Boolean";
    case Kind::integer:
      return "Integer";
    case Kind::long_:
      return "Long";
    case Kind::float_:
      return "Float";
    case Kind::double_:
      return "Double";
    case Kind::string:
      return "String";
    case Kind::timestamp:
      return "Date";
    case Kind::blob:
    case Kind::body:
      return "Blob";
    case Kind::document:
      return "Document";
    case Kind::list:
      return "List";
    case Kind::map:
      return "Map";
    case Kind::structure:
    case Kind::union_:
      break;
  }
  return "Structure";
}

}  // namespace fallstreak::protocols
