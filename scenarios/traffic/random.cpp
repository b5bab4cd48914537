#include "scenarios/traffic/random.h"

#include "base/portable_math.h"

namespace fallstreak::scenarios::traffic {
namespace {

// Where the ziggurat's tail begins, and the area of each layer.
constexpr double kTail = 7.69711747013104972;
constexpr double kLayerArea = 3.9496598225815571993e-3;
constexpr double kScale = 0x1p53;

}  // namespace

Ziggurat::Ziggurat() {
  double edge = kTail;
  double previous = edge;
  const double base = kLayerArea / portable_exp(-edge);
  threshold[0] = static_cast<std::uint64_t>(edge / base * kScale);
  threshold[1] = 0;
  width[0] = base / kScale;
  width[255] = edge / kScale;
  height[0] = 1.0;
  height[255] = portable_exp(-edge);
  for (std::size_t layer = 254; layer >= 1; --layer) {
    edge = -portable_log(kLayerArea / edge + portable_exp(-edge));
    threshold[layer + 1] = static_cast<std::uint64_t>(edge / previous * kScale);
    previous = edge;
    height[layer] = portable_exp(-edge);
    width[layer] = edge / kScale;
  }
}

const Ziggurat& ziggurat() {
  static const Ziggurat tables;
  return tables;
}

double exponential_draw_slow(std::uint64_t bits) {
  const Ziggurat& tables = ziggurat();
  while (true) {
    const std::uint64_t layer = bits & 255;
    const std::uint64_t position = bits >> 11;
    const double x = static_cast<double>(position) * tables.width[layer];
    if (position < tables.threshold[layer]) return x;
    const std::uint64_t second = mix(bits + kGolden);
    if (layer == 0) return kTail - portable_log(1.0 - to_unit(second));
    const double y =
        tables.height[layer] + to_unit(second) * (tables.height[layer - 1] - tables.height[layer]);
    if (y < portable_exp(-x)) return x;
    bits = mix(second + kGolden);
  }
}

double normal_draw(std::uint64_t bits) {
  // The half keeps the probability off zero and one.
  return portable_normal_quantile((static_cast<double>(bits >> 12) + 0.5) * 0x1p-52);
}

}  // namespace fallstreak::scenarios::traffic
