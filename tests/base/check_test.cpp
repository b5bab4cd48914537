#include "base/check.h"

#include <gtest/gtest.h>

namespace fallstreak {
namespace {

TEST(Check, ThrowsAnInternalErrorThatNamesTheConditionAndTheReason) {
  try {
    CHECK(1 + 1 == 3) << "arithmetic, attempt " << 2;
    FAIL() << "nothing was thrown";
  } catch (const InternalError& error) {
    EXPECT_NE(std::string_view(error.what()).find("CHECK(1 + 1 == 3) arithmetic, attempt 2"),
              std::string_view::npos);
  }
}

TEST(Check, DoesNothingWhenTheConditionHolds) { CHECK(true) << "never read"; }

}  // namespace
}  // namespace fallstreak
