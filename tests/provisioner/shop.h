#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include "provisioner/desired/manifest.h"

namespace fallstreak::testing {

inline std::string shop_manifest() {
  std::ifstream file(FALLSTREAK_SOURCE_DIR "/fixtures/stacks/shop.yaml");
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The sample stack of fixtures/stacks, parsed.
inline provisioner::Stack shop() {
  auto parsed = provisioner::parse_manifest(shop_manifest(), "shop.yaml");
  for (const auto& error : parsed.errors) throw std::runtime_error(error.to_string());
  return std::move(*parsed.stack);
}

}  // namespace fallstreak::testing
