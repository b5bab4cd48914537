#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Numbers as DynamoDB keeps them.
namespace fallstreak::services::dynamodb {

/// A decimal number of up to 38 significant digits and magnitudes from 1E-130 to 9.99…E+125, in
/// normal form: no leading or trailing zeros, one zero.
///
/// Stored and compared in its encoded form, whose bytes are in the order of the numbers; this class
/// is for reading, writing and adding.
class Number {
 public:
  static constexpr int kMaxDigits = 38;
  /// The longest encoded form: sign, exponent, 20 pairs of digits, end.
  static constexpr std::size_t kMaxEncoded = 23;
  using Encoded = std::array<char, kMaxEncoded>;

  enum class Problem { not_numeric, overflow, underflow, too_precise };

  Number() = default;
  explicit Number(std::uint64_t value);

  /// Reads a decimal text, with an exponent or without; says what is wrong with it, if anything.
  [[nodiscard]] static std::optional<Problem> parse(std::string_view text, Number& out);
  /// Reads what `encode` wrote.
  [[nodiscard]] static Number decode(std::string_view encoded);

  /// Writes the encoded form and returns it as a view of `out`.
  std::string_view encode(Encoded& out) const;

  [[nodiscard]] Number negated() const;
  [[nodiscard]] bool is_zero() const { return count_ == 0; }
  /// The exact sum, or why it cannot be kept.
  [[nodiscard]] static std::optional<Problem> add(const Number& a, const Number& b, Number& out);

  bool operator==(const Number&) const = default;

 private:
  [[nodiscard]] std::optional<Problem> normalize(const std::uint8_t* digits, std::size_t count,
                                                 std::int64_t exponent, bool negative);

  bool negative_ = false;
  /// How many digits there are; none for zero.
  std::int16_t count_ = 0;
  /// The power of ten of the first digit.
  std::int16_t exponent_ = 0;
  std::array<std::uint8_t, kMaxDigits> digits_{};
};

/// As DynamoDB answers it, without an exponent: `1E3` is `1000`.
std::string number_text(std::string_view encoded);
/// How many bytes a number adds to an item's size.
std::size_t number_size(std::string_view encoded);

}  // namespace fallstreak::services::dynamodb
