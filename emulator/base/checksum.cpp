#include "base/checksum.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "base/encoding.h"

namespace fallstreak {
namespace {

struct Description {
  std::string_view name;
  std::string_view header;
  std::size_t size;
  const char* digest;  // OpenSSL's name; null for CRCs
};

constexpr std::array kDescriptions = {
    Description{"CRC32", "x-amz-checksum-crc32", 4, nullptr},
    Description{"CRC32C", "x-amz-checksum-crc32c", 4, nullptr},
    Description{"CRC64NVME", "x-amz-checksum-crc64nvme", 8, nullptr},
    Description{"SHA1", "x-amz-checksum-sha1", 20, "SHA1"},
    Description{"SHA256", "x-amz-checksum-sha256", 32, "SHA256"},
    Description{"MD5", "content-md5", 16, "MD5"},
};

/// Names come in any case; ASCII only.
bool equals_ignoring_case(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(left, right, {}, lower, lower);
}

const Description& describe(ChecksumAlgorithm algorithm) {
  return kDescriptions[static_cast<std::size_t>(algorithm)];
}

struct FreeMethod {
  void operator()(EVP_MD* method) const { EVP_MD_free(method); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Method = std::unique_ptr<EVP_MD, FreeMethod>;
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

/// Looked up once: OpenSSL's own look-up costs more than hashing a small body.
const EVP_MD* method_of(ChecksumAlgorithm algorithm) {
  static const std::array<Method, kDescriptions.size()> methods = [] {
    std::array<Method, kDescriptions.size()> found;
    for (std::size_t index = 0; index < found.size(); ++index) {
      const char* name = kDescriptions[index].digest;
      if (name != nullptr) found[index].reset(EVP_MD_fetch(nullptr, name, nullptr));
    }
    return found;
  }();
  const EVP_MD* method = methods[static_cast<std::size_t>(algorithm)].get();
  CHECK(method != nullptr) << "OpenSSL lacks " << describe(algorithm).name;
  return method;
}

std::string big_endian(std::uint64_t value, std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t at = size; at-- > 0; value >>= 8) bytes[at] = static_cast<char>(value & 0xFF);
  return bytes;
}

std::string finish(EVP_MD_CTX* context, std::size_t size) {
  std::string bytes(size, '\0');
  unsigned int written = 0;
  const int done =
      EVP_DigestFinal_ex(context, reinterpret_cast<unsigned char*>(bytes.data()), &written);
  CHECK(done == 1 && written == size) << "a digest failed";
  return bytes;
}

}  // namespace

struct Checksum::Digest {
  Context context{EVP_MD_CTX_new()};
};

std::string_view name_of(ChecksumAlgorithm algorithm) { return describe(algorithm).name; }
std::string_view header_of(ChecksumAlgorithm algorithm) { return describe(algorithm).header; }
std::size_t size_of(ChecksumAlgorithm algorithm) { return describe(algorithm).size; }

std::optional<ChecksumAlgorithm> parse_checksum_algorithm(std::string_view name) {
  for (std::size_t index = 0; index < kDescriptions.size(); ++index) {
    if (equals_ignoring_case(kDescriptions[index].name, name)) return ChecksumAlgorithm(index);
  }
  return std::nullopt;
}

std::optional<ChecksumAlgorithm> algorithm_of_header(std::string_view header) {
  for (std::size_t index = 0; index < kDescriptions.size(); ++index) {
    if (equals_ignoring_case(kDescriptions[index].header, header)) return ChecksumAlgorithm(index);
  }
  return std::nullopt;
}

Checksum::Checksum(ChecksumAlgorithm algorithm) : algorithm_(algorithm) {
  if (describe(algorithm).digest != nullptr) digest_ = std::make_unique<Digest>();
  reset();
}
Checksum::Checksum(Checksum&&) noexcept = default;
Checksum& Checksum::operator=(Checksum&&) noexcept = default;
Checksum::~Checksum() = default;

void Checksum::reset() {
  crc_ = 0;
  if (!digest_) return;
  const int done = EVP_DigestInit_ex2(digest_->context.get(), method_of(algorithm_), nullptr);
  CHECK(done == 1) << "a digest could not start";
}

void Checksum::update(std::string_view bytes) {
  switch (algorithm_) {
    case ChecksumAlgorithm::crc32:
      crc_ = crc32(bytes, static_cast<std::uint32_t>(crc_));
      return;
    case ChecksumAlgorithm::crc32c:
      crc_ = crc32c(bytes, static_cast<std::uint32_t>(crc_));
      return;
    case ChecksumAlgorithm::crc64nvme:
      crc_ = crc64nvme(bytes, crc_);
      return;
    case ChecksumAlgorithm::sha1:
    case ChecksumAlgorithm::sha256:
    case ChecksumAlgorithm::md5:
      break;
  }
  const int done = EVP_DigestUpdate(digest_->context.get(), bytes.data(), bytes.size());
  CHECK(done == 1) << "a digest failed";
}

std::string Checksum::value() const {
  const std::size_t size = size_of(algorithm_);
  if (!digest_) return big_endian(crc_, size);
  const Context copy(EVP_MD_CTX_new());
  CHECK(EVP_MD_CTX_copy_ex(copy.get(), digest_->context.get()) == 1) << "a digest failed";
  return finish(copy.get(), size);
}

std::string Checksum::base64() const { return to_base64(value()); }

std::string checksum(ChecksumAlgorithm algorithm, std::string_view bytes) {
  if (describe(algorithm).digest == nullptr) {
    Checksum sum(algorithm);
    sum.update(bytes);
    return sum.value();
  }
  std::string value(size_of(algorithm), '\0');
  unsigned int written = 0;
  const int done =
      EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(value.data()),
                 &written, method_of(algorithm), nullptr);
  CHECK(done == 1 && written == value.size()) << "a digest failed";
  return value;
}

std::string checksum_base64(ChecksumAlgorithm algorithm, std::string_view bytes) {
  return to_base64(checksum(algorithm, bytes));
}

std::string sha256_hex(std::string_view bytes) {
  return to_hex(checksum(ChecksumAlgorithm::sha256, bytes));
}

}  // namespace fallstreak
