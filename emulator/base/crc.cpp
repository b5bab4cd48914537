#include <array>
#include <bit>
#include <cstring>

#include "base/checksum.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace fallstreak {
namespace {

static_assert(std::endian::native == std::endian::little, "the tables are read byte by byte");

// Polynomials in reflected form.
constexpr std::uint32_t kCrc32 = 0xEDB88320;
constexpr std::uint32_t kCrc32c = 0x82F63B78;
constexpr std::uint64_t kCrc64Nvme = 0x9A6C9329AC4BC9B5;

constexpr std::size_t kSlices = 16;
template <class Word>
using Tables = std::array<std::array<Word, 256>, kSlices>;

/// Table k holds what a byte adds to the remainder when k more bytes follow it.
template <class Word>
constexpr Tables<Word> make_tables(Word polynomial) {
  Tables<Word> tables{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    Word remainder = static_cast<Word>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      remainder = (remainder & 1) != 0 ? (remainder >> 1) ^ polynomial : remainder >> 1;
    }
    tables[0][byte] = remainder;
  }
  for (std::size_t slice = 1; slice < kSlices; ++slice) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const Word before = tables[slice - 1][byte];
      tables[slice][byte] = (before >> 8) ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}

constexpr auto kCrc32Tables = make_tables<std::uint32_t>(kCrc32);
constexpr auto kCrc32cTables = make_tables<std::uint32_t>(kCrc32c);
constexpr auto kCrc64NvmeTables = make_tables<std::uint64_t>(kCrc64Nvme);

std::uint64_t load(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// What eight bytes add when `slice` + 8 bytes in all are taken in one step.
template <class Word>
Word slice_eight(const Tables<Word>& tables, std::size_t slice, std::uint64_t word) {
  Word sum = 0;
  for (std::size_t byte = 0; byte < 8; ++byte) {
    sum ^= tables[slice + 7 - byte][word >> (8 * byte) & 0xFF];
  }
  return sum;
}

template <class Word>
Word crc_of(const Tables<Word>& tables, std::string_view bytes, Word seed) {
  Word remainder = ~seed;
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 16; at += 16, left -= 16) {
    remainder = slice_eight(tables, 8, load(at) ^ remainder) ^ slice_eight(tables, 0, load(at + 8));
  }
  for (; left > 0; ++at, --left) {
    const auto index = static_cast<unsigned char>(*at) ^ (remainder & 0xFF);
    remainder = (remainder >> 8) ^ tables[0][index];
  }
  return ~remainder;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc32c_by_instruction(std::string_view bytes,
                                                                      std::uint32_t seed) {
  std::uint64_t remainder = ~seed;
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) remainder = _mm_crc32_u64(remainder, load(at));
  auto rest = static_cast<std::uint32_t>(remainder);
  for (; left > 0; ++at, --left) rest = _mm_crc32_u8(rest, static_cast<unsigned char>(*at));
  return ~rest;
}
#endif

/// The product of two polynomials modulo the CRC's; the highest bit is the coefficient of 1.
template <class Word>
constexpr Word multiply(Word polynomial, Word left, Word right) {
  Word product = 0;
  for (Word bit = Word(1) << (8 * sizeof(Word) - 1); bit != 0; bit >>= 1) {
    if ((left & bit) != 0) product ^= right;
    right = (right & 1) != 0 ? (right >> 1) ^ polynomial : right >> 1;
  }
  return product;
}

/// Appending n bytes multiplies a remainder by x^(8n), which n's binary digits build from squares.
template <class Word>
constexpr Word combine(Word polynomial, Word first, Word second, std::uint64_t second_size) {
  constexpr int kTop = 8 * sizeof(Word) - 1;
  Word power = Word(1) << kTop;
  for (Word square = Word(1) << (kTop - 8); second_size != 0; second_size >>= 1) {
    if ((second_size & 1) != 0) power = multiply(polynomial, square, power);
    square = multiply(polynomial, square, square);
  }
  return multiply(polynomial, power, first) ^ second;
}

template <class Word>
Word from_big_endian(std::string_view bytes) {
  Word value = 0;
  for (const char byte : bytes) value = Word(value << 8) | static_cast<unsigned char>(byte);
  return value;
}

template <class Word>
std::string to_big_endian(Word value) {
  std::string bytes(sizeof(Word), '\0');
  for (std::size_t at = sizeof(Word); at-- > 0; value >>= 8) {
    bytes[at] = static_cast<char>(value & 0xFF);
  }
  return bytes;
}

template <class Word>
std::string combine_values(Word polynomial, std::string_view first, std::string_view second,
                           std::uint64_t second_size) {
  return to_big_endian(combine(polynomial, from_big_endian<Word>(first),
                               from_big_endian<Word>(second), second_size));
}

}  // namespace

std::uint32_t crc32(std::string_view bytes, std::uint32_t seed) {
  return crc_of(kCrc32Tables, bytes, seed);
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2") != 0) return crc32c_by_instruction(bytes, seed);
#endif
  return crc_of(kCrc32cTables, bytes, seed);
}

std::uint64_t crc64nvme(std::string_view bytes, std::uint64_t seed) {
  return crc_of(kCrc64NvmeTables, bytes, seed);
}

std::optional<std::string> combine_checksums(ChecksumAlgorithm algorithm, std::string_view first,
                                             std::string_view second, std::uint64_t second_size) {
  if (first.size() != size_of(algorithm) || second.size() != first.size()) return std::nullopt;
  switch (algorithm) {
    using enum ChecksumAlgorithm;
    case crc32:
      return combine_values(kCrc32, first, second, second_size);
    case crc32c:
      return combine_values(kCrc32c, first, second, second_size);
    case crc64nvme:
      return combine_values(kCrc64Nvme, first, second, second_size);
    case sha1:
    case sha256:
    case md5:
      break;
  }
  return std::nullopt;
}

}  // namespace fallstreak
