#include "services/s3/listing.h"

#include <algorithm>

#include "base/check.h"
#include "base/encoding.h"
#include "services/s3/errors.h"

namespace fallstreak::services::s3 {

std::int32_t page_limit(const std::optional<std::int32_t>& wanted, std::string_view parameter) {
  constexpr std::int32_t kMost = 1000;
  const std::int32_t limit = wanted.value_or(kMost);
  if (limit < 0) {
    throw invalid_argument(
        "Argument " + std::string(parameter) + " must be an integer between 0 and 2147483647",
        parameter, std::to_string(limit));
  }
  return std::min(limit, kMost);
}

std::string after_prefix(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xFF') prefix.pop_back();
  CHECK(!prefix.empty()) << "nothing comes after bytes 255";
  prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  return prefix;
}

std::optional<std::string> common_prefix_of(std::string_view key, const ListingQuery& query) {
  if (query.delimiter.empty()) return std::nullopt;
  const auto found = key.find(query.delimiter, query.prefix.size());
  if (found == std::string_view::npos) return std::nullopt;
  return std::string(key.substr(0, found + query.delimiter.size()));
}

std::string NameEncoder::operator()(std::string_view name) const {
  if (!encodes_) return std::string(name);
  // AWS: as in a form, where a space is a plus, but slashes stay as they are.
  const std::string encoded = percent_encode(name, Slash::keep);
  std::string text;
  for (std::size_t at = 0; at < encoded.size(); ++at) {
    const bool is_space = encoded.compare(at, 3, "%20") == 0;
    text += is_space ? '+' : encoded[at];
    if (is_space) at += 2;
  }
  return text;
}

std::optional<std::string> NameEncoder::if_set(const std::optional<std::string>& name) const {
  if (!name) return std::nullopt;
  return (*this)(*name);
}

}  // namespace fallstreak::services::s3
