#include "base/checksum.h"

#include <gtest/gtest.h>

#include <random>

#include "base/encoding.h"

namespace fallstreak {
namespace {

constexpr ChecksumAlgorithm kAll[] = {ChecksumAlgorithm::crc32,     ChecksumAlgorithm::crc32c,
                                      ChecksumAlgorithm::crc64nvme, ChecksumAlgorithm::sha1,
                                      ChecksumAlgorithm::sha256,    ChecksumAlgorithm::md5};

std::string random_bytes(std::mt19937_64& random, std::size_t size) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random() & 0xFF);
  return bytes;
}

TEST(Checksum, AgreesWithThePublishedCheckValues) {
  constexpr std::string_view kCheck = "123456789";
  EXPECT_EQ(crc32(kCheck), 0xCBF43926U);
  EXPECT_EQ(crc32c(kCheck), 0xE3069283U);
  EXPECT_EQ(crc64nvme(kCheck), 0xAE8B14860A799888U);
  EXPECT_EQ(to_hex(checksum(ChecksumAlgorithm::sha1, "abc")),
            "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(checksum(ChecksumAlgorithm::md5, "abc")), "900150983cd24fb0d6963f7d28e17f72");
}

TEST(Checksum, AgreesWithTheIscsiVectorsOfRfc3720) {
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
  std::string ascending;
  for (int byte = 0; byte < 32; ++byte) ascending += static_cast<char>(byte);
  EXPECT_EQ(crc32c(ascending), 0x46DD794EU);
}

TEST(Checksum, IsWrittenBigEndianInBase64) {
  EXPECT_EQ(checksum_base64(ChecksumAlgorithm::crc32, "hello world"), "DUoRhQ==");
  EXPECT_EQ(checksum_base64(ChecksumAlgorithm::crc32c, "hello world"), "yZRlqg==");
  EXPECT_EQ(checksum_base64(ChecksumAlgorithm::crc64nvme, ""), "AAAAAAAAAAA=");
  EXPECT_EQ(checksum_base64(ChecksumAlgorithm::sha256, ""),
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

TEST(Checksum, DoesNotDependOnHowTheBytesArrive) {
  std::mt19937_64 random(1);
  for (const ChecksumAlgorithm algorithm : kAll) {
    const std::string bytes = random_bytes(random, 1000);
    Checksum sum(algorithm);
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t step = std::min(bytes.size() - at, static_cast<std::size_t>(random() % 40));
      sum.update(std::string_view(bytes).substr(at, step));
      at += step;
    }
    EXPECT_EQ(sum.value(), checksum(algorithm, bytes)) << name_of(algorithm);
    EXPECT_EQ(sum.value().size(), size_of(algorithm));
    sum.reset();
    EXPECT_EQ(sum.value(), checksum(algorithm, "")) << name_of(algorithm);
  }
}

TEST(Checksum, OfPartsCombinesToThatOfTheWhole) {
  std::mt19937_64 random(2);
  for (const auto algorithm :
       {ChecksumAlgorithm::crc32, ChecksumAlgorithm::crc32c, ChecksumAlgorithm::crc64nvme}) {
    for (const std::size_t second_size : {0, 1, 7, 8, 4096, 100001}) {
      const std::string first = random_bytes(random, 333);
      const std::string second = random_bytes(random, second_size);
      EXPECT_EQ(combine_checksums(algorithm, checksum(algorithm, first),
                                  checksum(algorithm, second), second.size()),
                checksum(algorithm, first + second))
          << name_of(algorithm) << " " << second_size;
    }
  }
}

TEST(Checksum, OfPartsThatAreDigestsCannotBeCombined) {
  const std::string digest = checksum(ChecksumAlgorithm::sha256, "part");
  EXPECT_EQ(combine_checksums(ChecksumAlgorithm::sha256, digest, digest, 4), std::nullopt);
  EXPECT_EQ(combine_checksums(ChecksumAlgorithm::crc32, "abc", "abcd", 4), std::nullopt);
}

TEST(Checksum, IsNamedAsS3NamesIt) {
  for (const ChecksumAlgorithm algorithm : kAll) {
    EXPECT_EQ(parse_checksum_algorithm(name_of(algorithm)), algorithm);
    EXPECT_EQ(algorithm_of_header(header_of(algorithm)), algorithm);
  }
  EXPECT_EQ(name_of(ChecksumAlgorithm::crc64nvme), "CRC64NVME");
  EXPECT_EQ(algorithm_of_header("X-Amz-Checksum-Crc64nvme"), ChecksumAlgorithm::crc64nvme);
  EXPECT_EQ(algorithm_of_header("x-amz-checksum-mode"), std::nullopt);
  EXPECT_EQ(parse_checksum_algorithm("CRC16"), std::nullopt);
}

}  // namespace
}  // namespace fallstreak
