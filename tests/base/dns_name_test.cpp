#include "base/dns_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CanonicalDnsName, IsAbsoluteInLowerCaseAndEscaped) {
  EXPECT_EQ(canonical_dns_name("WWW.Example.COM"), "www.example.com.");
  EXPECT_EQ(canonical_dns_name("www.example.com."), "www.example.com.");
  EXPECT_EQ(canonical_dns_name("*.example.com"), "\\052.example.com.");
  EXPECT_EQ(canonical_dns_name("\\052.example.com"), "\\052.example.com.");
  EXPECT_EQ(canonical_dns_name("\\101.example.com"), "a.example.com.");
  EXPECT_EQ(canonical_dns_name("_acme-challenge.example.com"), "_acme-challenge.example.com.");
  EXPECT_EQ(canonical_dns_name("."), ".");
}

TEST(CanonicalDnsName, IsRefusedWhenItIsNoName) {
  EXPECT_EQ(canonical_dns_name(""), std::nullopt);
  EXPECT_EQ(canonical_dns_name("a..b"), std::nullopt);
  EXPECT_EQ(canonical_dns_name(".a"), std::nullopt);
  EXPECT_EQ(canonical_dns_name("a b"), std::nullopt);
  EXPECT_EQ(canonical_dns_name("a\\9"), std::nullopt);
  EXPECT_EQ(canonical_dns_name("a\\777"), std::nullopt);
  EXPECT_EQ(canonical_dns_name(std::string(64, 'a') + ".com"), std::nullopt);
  EXPECT_NE(canonical_dns_name(std::string(63, 'a') + ".com"), std::nullopt);
  std::string longest;
  for (int i = 0; i < 127; ++i) longest += "a.";
  EXPECT_NE(canonical_dns_name(longest), std::nullopt);
  EXPECT_EQ(canonical_dns_name(longest + "b."), std::nullopt);
}

TEST(DnsNameOrder, IsThatOfTheLabelsFromTheRight) {
  EXPECT_EQ(reversed_dns_name("www.example.com."), "com.example.www.");
  EXPECT_EQ(reversed_dns_name("."), "");
  EXPECT_THAT(dns_labels("www.example.com."), ElementsAre("www", "example", "com"));
  EXPECT_THAT(dns_labels("."), IsEmpty());
}

TEST(DnsNameParents, EndAtTheRoot) {
  EXPECT_EQ(parent_dns_name("www.example.com."), "example.com.");
  EXPECT_EQ(parent_dns_name("com."), ".");
  EXPECT_EQ(parent_dns_name("."), "");
}

TEST(DnsZone, HoldsItsNameAndTheNamesBelow) {
  EXPECT_TRUE(is_in_dns_zone("example.com.", "example.com."));
  EXPECT_TRUE(is_in_dns_zone("a.b.example.com.", "example.com."));
  EXPECT_FALSE(is_in_dns_zone("badexample.com.", "example.com."));
  EXPECT_FALSE(is_in_dns_zone("com.", "example.com."));
  EXPECT_TRUE(is_in_dns_zone("com.", "."));
}

TEST(DnsLabel, IsEscapedAndUnescaped) {
  EXPECT_EQ(unescaped_dns_label("\\052"), "*");
  EXPECT_EQ(escaped_dns_label("*"), "\\052");
  EXPECT_EQ(escaped_dns_label("A.b"), "a\\056b");
}

}  // namespace
}  // namespace fallstreak
