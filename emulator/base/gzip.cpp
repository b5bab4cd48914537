#include "base/gzip.h"

#include <algorithm>
#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/beast/zlib/inflate_stream.hpp>

#include "base/checksum.h"

namespace fallstreak {
namespace {

namespace zlib = boost::beast::zlib;

constexpr std::size_t kFixedHeader = 10;
constexpr std::size_t kTrailer = 8;
constexpr std::size_t kStep = std::size_t{64} * 1024;

enum Flag : unsigned { header_crc = 2, extra = 4, name = 8, comment = 16, reserved = 0xe0 };

unsigned byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t at = 0; at < 4; ++at) value |= std::uint32_t(byte_at(bytes, at)) << (8 * at);
  return value;
}

/// Where the compressed data begin; empty when the header is none.
std::optional<std::size_t> end_of_header(std::string_view bytes) {
  if (bytes.size() < kFixedHeader + kTrailer) return std::nullopt;
  if (!bytes.starts_with("\x1f\x8b\x08")) return std::nullopt;
  const unsigned flags = byte_at(bytes, 3);
  if ((flags & Flag::reserved) != 0) return std::nullopt;
  std::size_t at = kFixedHeader;
  if ((flags & Flag::extra) != 0) {
    if (bytes.size() < at + 2) return std::nullopt;
    at += 2 + byte_at(bytes, at) + 256 * byte_at(bytes, at + 1);
  }
  for (const unsigned text : {Flag::name, Flag::comment}) {
    if ((flags & text) == 0) continue;
    const auto end = bytes.find('\0', at);
    if (end == std::string_view::npos) return std::nullopt;
    at = end + 1;
  }
  if ((flags & Flag::header_crc) != 0) at += 2;
  if (at + kTrailer > bytes.size()) return std::nullopt;
  return at;
}

}  // namespace

std::optional<std::string> gunzip(std::string_view bytes, std::uint64_t limit) {
  const auto begin = end_of_header(bytes);
  if (!begin) return std::nullopt;
  const std::string_view trailer = bytes.substr(bytes.size() - kTrailer);
  // With the trailer, because the inflater looks a few bytes ahead to find the end.
  const std::string_view data = bytes.substr(*begin);

  zlib::inflate_stream inflate;
  zlib::z_params params{};
  params.next_in = data.data();
  params.avail_in = data.size();
  std::string plain;
  boost::system::error_code error;
  while (error != zlib::error::end_of_stream) {
    if (plain.size() > limit) return std::nullopt;
    const std::size_t had = plain.size();
    const std::size_t in_before = params.avail_in;
    plain.resize(had + kStep);
    params.next_out = plain.data() + had;
    params.avail_out = kStep;
    inflate.write(params, zlib::Flush::sync, error);
    plain.resize(had + kStep - params.avail_out);
    if (error && error != zlib::error::end_of_stream && error != zlib::error::need_buffers) {
      return std::nullopt;
    }
    const bool moved = plain.size() > had || params.avail_in < in_before;
    if (!moved && error != zlib::error::end_of_stream) return std::nullopt;  // cut short
  }
  if (plain.size() > limit || params.avail_in > kTrailer) return std::nullopt;
  if (little_endian(trailer) != crc32(plain)) return std::nullopt;
  if (little_endian(trailer.substr(4)) != std::uint32_t(plain.size())) return std::nullopt;
  return plain;
}

std::string gzip(std::string_view plain) {
  using namespace std::string_view_literals;
  // Deflated, without a name or a time, of a system that is not told.
  std::string packed("\x1f\x8b\x08\0\0\0\0\0\0\xff"sv);
  zlib::deflate_stream deflate;
  zlib::z_params params{};
  params.next_in = plain.data();
  params.avail_in = plain.size();
  params.avail_out = deflate.upper_bound(plain.size());
  packed.resize(kFixedHeader + params.avail_out);
  params.next_out = packed.data() + kFixedHeader;
  boost::system::error_code error;
  deflate.write(params, zlib::Flush::finish, error);
  packed.resize(packed.size() - params.avail_out);
  for (const std::uint32_t value : {crc32(plain), std::uint32_t(plain.size())}) {
    for (int shift = 0; shift < 32; shift += 8) packed += static_cast<char>(value >> shift & 0xff);
  }
  return packed;
}

}  // namespace fallstreak
