#include "base/ip_block.h"

#include <gtest/gtest.h>

#include "base/ip_text.h"

namespace fallstreak {
namespace {

bool contains(std::string_view block, std::string_view address) {
  return IpBlock::parse(block).value().contains(IpAddress::parse(address).value());
}

TEST(IpAddress, ReadsBothFamilies) {
  EXPECT_EQ(IpAddress::parse("10.0.1.255")->bytes[3], 255);
  EXPECT_EQ(IpAddress::parse("10.0.1.255")->bits, 32);
  EXPECT_EQ(IpAddress::parse("2001:db8::1")->bytes[15], 1);
  EXPECT_EQ(IpAddress::parse("2001:db8::1"), IpAddress::parse("2001:0DB8:0:0:0:0:0:1"));
  EXPECT_EQ(IpAddress::parse("::")->bits, 128);
  EXPECT_EQ(IpAddress::parse("fe80::")->bytes[0], 0xfe);
}

TEST(IpAddress, RefusesWhatIsNone) {
  for (const char* text : {"", "10.0.1", "10.0.1.256", "10.0.1.5.6", "10.0.1.", "a.b.c.d", "1:2:3",
                           "1::2::3", "12345::", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", ":1::"}) {
    EXPECT_FALSE(IpAddress::parse(text).has_value()) << text;
  }
}

/// The examples of RFC 5952, section 4.
TEST(IpAddress, IsWrittenInItsShortestForm) {
  const std::pair<const char*, const char*> cases[] = {
      {"10.0.1.5", "10.0.1.5"},
      {"2001:0db8:0:0:0:0:2:1", "2001:db8::2:1"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"2001:DB8::A", "2001:db8::a"},
      {"1:0:0:0:0:0:0:0", "1::"},
      {"0:0:0:0:0:0:0:0", "::"}};
  for (const auto& [text, shortest] : cases) {
    EXPECT_EQ(to_string(*IpAddress::parse(text)), shortest);
  }
  EXPECT_EQ(to_string(*IpBlock::parse("2001:DB8:0::/48")), "2001:db8::/48");
}

TEST(IpBlock, ContainsWhatSharesItsPrefix) {
  EXPECT_TRUE(contains("192.0.2.0/24", "192.0.2.200"));
  EXPECT_FALSE(contains("192.0.2.0/24", "192.0.3.0"));
  EXPECT_TRUE(contains("198.51.100.10/32", "198.51.100.10"));
  EXPECT_FALSE(contains("198.51.100.10/31", "198.51.100.12"));
  EXPECT_TRUE(contains("0.0.0.0/0", "203.0.113.9"));
  EXPECT_TRUE(contains("2001:db8:80::/41", "2001:db8:ff::1"));
  EXPECT_FALSE(contains("2001:db8:80::/41", "2001:db8:7f::1"));
}

TEST(IpBlock, HasNoAddressOfTheOtherFamily) {
  EXPECT_FALSE(contains("0.0.0.0/0", "::"));
  EXPECT_FALSE(contains("::/0", "127.0.0.1"));
}

TEST(IpBlock, RefusesWhatIsNone) {
  for (const char* text : {"10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "/8"}) {
    EXPECT_FALSE(IpBlock::parse(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace fallstreak
