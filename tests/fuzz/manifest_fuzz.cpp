// Stack manifests: any text is a stack or a list of what is wrong with it, never both, never neither.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "provisioner/desired/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed = fallstreak::provisioner::parse_manifest({reinterpret_cast<const char*>(data), size}, "fuzz.yaml");
  if (parsed.stack.has_value() == !parsed.errors.empty()) std::abort();
  return 0;
}
