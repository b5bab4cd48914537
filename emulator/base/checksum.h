#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// The checksums that S3 accepts and answers, and the digests that signatures are made of.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
namespace fallstreak {

enum class ChecksumAlgorithm : std::uint8_t { crc32, crc32c, crc64nvme, sha1, sha256, md5 };

/// As in `x-amz-sdk-checksum-algorithm`: `CRC32`, `CRC64NVME`, `SHA256`.
std::string_view name_of(ChecksumAlgorithm algorithm);
std::optional<ChecksumAlgorithm> parse_checksum_algorithm(std::string_view name);
/// `x-amz-checksum-crc32`; of MD5 `content-md5`.
std::string_view header_of(ChecksumAlgorithm algorithm);
std::optional<ChecksumAlgorithm> algorithm_of_header(std::string_view header);
/// How many bytes a value has.
std::size_t size_of(ChecksumAlgorithm algorithm);

/// A checksum of bytes that arrive piece by piece.
class Checksum {
 public:
  explicit Checksum(ChecksumAlgorithm algorithm);
  Checksum(Checksum&&) noexcept;
  Checksum& operator=(Checksum&&) noexcept;
  ~Checksum();

  [[nodiscard]] ChecksumAlgorithm algorithm() const { return algorithm_; }
  void update(std::string_view bytes);
  /// Forgets all bytes.
  void reset();
  /// The raw value of the bytes so far, CRCs in big-endian order. More bytes may follow.
  [[nodiscard]] std::string value() const;
  [[nodiscard]] std::string base64() const;

 private:
  struct Digest;
  ChecksumAlgorithm algorithm_;
  std::uint64_t crc_ = 0;
  std::unique_ptr<Digest> digest_;  // null for CRCs
};

std::string checksum(ChecksumAlgorithm algorithm, std::string_view bytes);
std::string checksum_base64(ChecksumAlgorithm algorithm, std::string_view bytes);
/// Lower-case hexadecimal SHA-256, as signatures use it.
std::string sha256_hex(std::string_view bytes);

std::uint32_t crc32(std::string_view bytes, std::uint32_t seed = 0);
std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed = 0);
std::uint64_t crc64nvme(std::string_view bytes, std::uint64_t seed = 0);

/// The checksum of two parts put together, from the raw value of each and the length of the second:
/// S3's `FULL_OBJECT` checksum of a multipart upload. Empty for digests, and when a value has the
/// wrong size.
std::optional<std::string> combine_checksums(ChecksumAlgorithm algorithm, std::string_view first,
                                             std::string_view second, std::uint64_t second_size);

}  // namespace fallstreak
