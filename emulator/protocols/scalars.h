#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/shape.h"

/// The texts of scalar values that query strings, XML, headers and labels share.
namespace fallstreak::protocols {

/// A value of a shape whose kind says that it is one.
template <class Value>
const Value& as(const void* value) {
  return *static_cast<const Value*>(value);
}

void append_integer(std::string& out, std::int64_t value);
/// The shortest digits that read back as the same number; `1.0`, `NaN`, `Infinity`, `-Infinity`.
void append_double(std::string& out, double value);
void append_float(std::string& out, float value);

/// Milliseconds as AWS keeps them. Some services always show them, others only when not zero.
enum class Fraction { when_needed, always };
void append_timestamp(std::string& out, Time time, api::TimestampFormat format,
                      Fraction fraction = Fraction::when_needed);
/// In `format`; AWS also reads the other formats, so they are tried next.
std::optional<Time> parse_timestamp(std::string_view text, api::TimestampFormat format);

/// The member's own format, else the shape's, else the protocol's.
api::TimestampFormat timestamp_format(const api::Member* member, const api::Shape& shape,
                                      api::TimestampFormat by_default);

/// The text of any scalar; blobs are in base64. `format` applies to timestamps.
void append_scalar(std::string& out, const api::Shape& shape, const void* value,
                   api::TimestampFormat format, Fraction fraction = Fraction::when_needed);
/// Reads the text into `value`; false when it is not of the shape's kind.
[[nodiscard]] bool parse_scalar(std::string_view text, const api::Shape& shape,
                                api::TimestampFormat format, void* value);

/// A whole number that fits the type, nothing around it.
template <class Integer>
std::optional<Integer> parse_integer(std::string_view text);
std::optional<double> parse_double(std::string_view text);

/// How Java names the kind, as AWS's messages do: `Integer`.
std::string_view java_name(api::Kind kind);

}  // namespace fallstreak::protocols
