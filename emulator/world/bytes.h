#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// The primitives of the stored format: variable-length integers, texts that begin with their
/// length, and fields that can be skipped. Shared by record_codec.h and api_codec.cpp.
namespace fallstreak::world {

class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  void write_byte(std::uint8_t byte) { out_.push_back(static_cast<char>(byte)); }
  /// Seven bits a byte, the lowest first.
  void write_unsigned(std::uint64_t value);
  /// Small magnitudes of either sign are short.
  void write_signed(std::int64_t value);
  /// The eight bytes of the IEEE 754 form, so that every value and NaN comes back as it was.
  void write_double(double value);
  void write_text(std::string_view text);

  /// Begins a part that is preceded by its length; end_part takes what this returned.
  [[nodiscard]] std::size_t begin_part();
  void end_part(std::size_t began);

 private:
  std::string& out_;
};

/// Reads what ByteWriter wrote. Damaged bytes make it fail once and for all: then every read gives
/// zero or nothing.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  std::uint8_t read_byte();
  std::uint64_t read_unsigned();
  std::int64_t read_signed();
  /// Fails when the number does not fit, as after a field became narrower.
  template <class Integer>
  Integer read_integer() {
    if constexpr (std::is_signed_v<Integer>) {
      const std::int64_t value = read_signed();
      if (!std::in_range<Integer>(value)) fail("a number is out of range");
      return static_cast<Integer>(value);
    } else {
      const std::uint64_t value = read_unsigned();
      if (!std::in_range<Integer>(value)) fail("a number is out of range");
      return static_cast<Integer>(value);
    }
  }
  double read_double();
  std::string_view read_text();
  /// How many elements follow. Each takes at least one byte, so a damaged count cannot ask for much
  /// memory.
  std::size_t read_count();

  void fail(std::string_view why);
  [[nodiscard]] bool has_failed() const { return !problem_.empty(); }
  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] bool is_at_end() const { return bytes_.empty(); }

  /// Bounds how deep values may nest, so that damaged bytes cannot exhaust the stack.
  class Nesting {
   public:
    explicit Nesting(ByteReader& reader) : reader_(reader) {
      if (++reader_.depth_ > kDeepest) reader_.fail("values nest too deep");
    }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    ~Nesting() { --reader_.depth_; }

   private:
    ByteReader& reader_;
  };
  static constexpr int kDeepest = 512;

  /// A reader of a part of what this one reads: as deep already, and when it fails this one fails.
  [[nodiscard]] ByteReader part(std::string_view bytes) const {
    ByteReader inner(bytes);
    inner.depth_ = depth_;
    return inner;
  }

 private:
  std::string_view bytes_;
  std::string problem_;
  int depth_ = 0;
};

}  // namespace fallstreak::world
