#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// CBOR's items, without knowledge of what they mean. https://www.rfc-editor.org/rfc/rfc8949
namespace fallstreak::protocols::cbor {

enum class Major : std::uint8_t {
  unsigned_integer = 0,
  negative_integer = 1,
  bytes = 2,
  text = 3,
  array = 4,
  map = 5,
  tag = 6,
  simple = 7,
};

inline constexpr std::uint64_t kEpochTag = 1;

// ------------------------------------------------------------------ writing

void append_head(std::string& out, Major major, std::uint64_t argument);
void append_integer(std::string& out, std::int64_t value);
void append_text(std::string& out, std::string_view text);
void append_bytes(std::string& out, std::string_view bytes);
void append_boolean(std::string& out, bool value);
void append_null(std::string& out);
void append_float(std::string& out, float value);
void append_double(std::string& out, double value);

// ------------------------------------------------------------------ reading

/// The head of one item.
struct Head {
  Major major;
  /// The five bits that follow: which of the simple values, or how wide a float.
  std::uint8_t information;
  /// The number, length or bits; meaningless when the length is indefinite.
  std::uint64_t argument;
  bool is_indefinite;

  [[nodiscard]] bool is_null() const {
    return major == Major::simple && (information == 22 || information == 23);
  }
  [[nodiscard]] bool is_break() const { return major == Major::simple && is_indefinite; }
  [[nodiscard]] bool is_boolean() const {
    return major == Major::simple && (information == 20 || information == 21);
  }
  [[nodiscard]] bool is_float() const {
    return major == Major::simple && information >= 25 && information <= 27;
  }
};

/// Reads items one after another; throws Malformed when the bytes are no CBOR.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }
  Head read_head();
  /// Without taking it.
  [[nodiscard]] Head peek_head() const;
  /// The text or bytes that a head announced; chunks are joined.
  std::string read_string(const Head& head);
  /// One whole item and all within, however deep.
  void skip_item();
  /// The number of a float's head: half, single or double precision.
  static double float_of(const Head& head);

  /// Counts the items of an array or a map's entries.
  class Items {
   public:
    Items(Reader& reader, const Head& head)
        : reader_(reader), left_(head.argument), is_indefinite_(head.is_indefinite) {}
    /// False, once, after the last; a closing break is taken.
    bool next();

   private:
    Reader& reader_;
    std::uint64_t left_;
    bool is_indefinite_;
  };

 private:
  std::uint64_t read_argument(int width);
  std::string_view take(std::uint64_t length);

  std::string_view bytes_;
  std::size_t at_ = 0;
};

}  // namespace fallstreak::protocols::cbor
