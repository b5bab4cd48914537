#include "base/access_key.h"

#include <gtest/gtest.h>

namespace fallstreak {
namespace {

TEST(TemporaryAccessKeyId, TellsItsAccount) {
  for (const char* account : {"123456789012", "000000000000", "000000000001", "999999999999"}) {
    for (const std::uint64_t distinction : {std::uint64_t{0}, ~std::uint64_t{0}}) {
      const auto id = temporary_access_key_id(account, distinction);
      EXPECT_EQ(id.size(), 20U);
      EXPECT_EQ(account_of_temporary_access_key(id), account) << id;
    }
  }
}

TEST(TemporaryAccessKeyId, IsReadAsAwsWritesIt) {
  // Observed: published examples of keys and their accounts.
  EXPECT_EQ(account_of_temporary_access_key("ASIAQNZGKIQY56JQ7WML"), "029608264753");
}

TEST(TemporaryAccessKeyId, DiffersByItsDistinction) {
  EXPECT_NE(temporary_access_key_id("123456789012", 1), temporary_access_key_id("123456789012", 2));
}

TEST(TemporaryAccessKeyId, OfAnotherKindTellsNothing) {
  for (const char* other :
       {"", "ASIA", "test", "AKIAQYLPMN5HHHFPZAM2", "ASIAIOSFODNN7EXAMPLE", "ASIAQYLPMN5HHHFPZAM",
        "ASIAQYLPMN5HHHFPZAM1", "ASIA7777777777777777"}) {
    EXPECT_EQ(account_of_temporary_access_key(other), std::nullopt) << other;
  }
}

}  // namespace
}  // namespace fallstreak
