#include "base/portable_math.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace fallstreak {
namespace {

TEST(PortableMath, AgreesWithTheLibrary) {
  for (int step = 1; step < 20'000; ++step) {
    const double x = step * 0.0137;
    const double log = std::log(x);
    ASSERT_NEAR(portable_log(x), log, 4e-16 * std::max(1.0, std::abs(log))) << x;
    ASSERT_NEAR(portable_log(1 / x) + portable_log(x), 0, 1e-14) << x;
    const double y = (step - 10'000) * 0.05;
    ASSERT_NEAR(portable_exp(y) / std::exp(y), 1, 1e-15) << y;
    const double p = step / 20'000.0;
    const double q = portable_normal_quantile(p);
    ASSERT_NEAR(0.5 * std::erfc(-q / std::sqrt(2.0)), p, 1e-15) << p;
  }
}

TEST(PortableMath, AgreesWithTheLibraryAtTheEnds) {
  for (const double value : {1e-300, 1e-9, 1.0, 1e9, 1e300}) {
    EXPECT_NEAR(portable_log(value), std::log(value),
                4e-16 * std::max(1.0, std::abs(std::log(value))))
        << value;
  }
  EXPECT_NEAR(portable_exp(-700) / std::exp(-700.0), 1.0, 1e-15);
  EXPECT_NEAR(portable_exp(700) / std::exp(700.0), 1.0, 1e-15);
}

TEST(PortableMath, TheExponentialBeyondItsRangeIsAsAtTheBound) {
  EXPECT_EQ(portable_exp(-1e6), portable_exp(-700));
  EXPECT_EQ(portable_exp(1e6), portable_exp(700));
}

TEST(PortableMath, TheNormalQuantileHasItsPublishedValues) {
  EXPECT_NEAR(portable_normal_quantile(0.975), 1.959963984540054, 1e-14);
  EXPECT_NEAR(portable_normal_quantile(1e-10), -6.361340902404056, 1e-12);
}

TEST(PortableMath, TheQuantileIsFiniteAtTheOutermostProbabilities) {
  const double step = 0x1p-53;
  EXPECT_NEAR(portable_normal_quantile(step), -8.2095, 0.001);
  EXPECT_NEAR(portable_normal_quantile(1 - step), 8.2095, 0.001);
}

}  // namespace
}  // namespace fallstreak
