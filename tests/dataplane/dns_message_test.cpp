#include "dataplane/dns/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"

namespace fallstreak::dataplane::dns {
namespace {

using ::testing::SizeIs;

std::string bytes(std::string_view hex) { return *from_hex(hex); }

TEST(DnsMessage, ReadsAQueryAsDigSendsIt) {
  // dig +noedns WWW.example.com
  const auto query =
      decode_message(bytes("12340120000100000000000003575757076578616d706c6503636f6d0000010001"));

  ASSERT_TRUE(query);
  EXPECT_EQ(query->id, 0x1234);
  EXPECT_TRUE(query->recursion_desired);
  ASSERT_THAT(query->questions, SizeIs(1));
  EXPECT_EQ(query->questions[0].name, "www.example.com.");
  EXPECT_EQ(query->questions[0].type, type_number("A"));
  EXPECT_TRUE(query->questions[0].as_sent.starts_with("\3WWW")) << "as it was written";
}

TEST(DnsMessage, PointsToNamesThatCameBefore) {
  Message message{.id = 1, .is_response = true};
  message.questions.push_back({.name = "www.example.com.", .type = 1});
  message.answers.push_back({.name = "www.example.com.", .type = 1, .ttl = 60, .data = "abcd"});
  message.answers.push_back({.name = "web.example.com.", .type = 1, .ttl = 60, .data = "efgh"});

  const std::string wire = encode_message(message, 512);

  EXPECT_EQ(to_hex(wire),
            "000180000001000200000000"
            "03777777076578616d706c6503636f6d0000010001"
            "c00c000100010000003c000461626364"
            "03776562c010000100010000003c000465666768");
  EXPECT_EQ(decode_message(wire)->answers, message.answers);
}

TEST(DnsMessage, SaysThatItIsTruncated) {
  Message message{.id = 1, .is_response = true, .edns = Edns{.udp_size = 1232}};
  message.questions.push_back({.name = "www.example.com.", .type = 16});
  for (int i = 0; i < 20; ++i) {
    message.answers.push_back(
        {.name = "www.example.com.", .type = 16, .ttl = 60, .data = std::string(100, 'x')});
  }

  const std::string wire = encode_message(message, 512);

  EXPECT_LE(wire.size(), 512U);
  const auto read = decode_message(wire);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->is_truncated);
  EXPECT_THAT(read->answers, SizeIs(4));
  EXPECT_EQ(read->edns, message.edns) << "it is never left out";
  EXPECT_FALSE(decode_message(encode_message(message, 65535))->is_truncated);
}

TEST(DnsMessage, IsRefusedWhenItsPartsDoNotFit) {
  EXPECT_FALSE(decode_message(""));
  EXPECT_FALSE(decode_message(bytes("0001000000010000000000"))) << "half a header";
  EXPECT_FALSE(decode_message(bytes("000100000001000000000000c00c00010001"))) << "a loop";
  EXPECT_FALSE(decode_message(bytes("00010000000100000000000003777777"))) << "half a name";
  EXPECT_FALSE(decode_message(bytes("000100000000000000000000ff"))) << "bytes are left over";
}

/// A query without questions and with these options.
std::string query_with(const std::string& options) {
  const std::string size =
      to_hex(std::string{char(options.size() / 512), char(options.size() / 2)});
  return bytes(
      "000100000000000000000001"
      "00002904d000000000" +
      size + options);
}

TEST(DnsMessage, TellsTheSubnetOfTheClient) {
  const auto read =
      decode_message(query_with("000a0004deadbeef"
                                "0008000700011800c00002"));

  ASSERT_TRUE(read && read->edns && read->edns->subnet) << "behind an option that is not known";
  EXPECT_EQ(read->edns->subnet->address, *IpAddress::parse("192.0.2.0"));
  EXPECT_EQ(read->edns->subnet->prefix, 24);
  Message answer{.id = 1, .is_response = true, .edns = read->edns};
  answer.edns->subnet = ClientSubnet{*IpAddress::parse("2001:db8::"), 33, 33};
  EXPECT_EQ(decode_message(encode_message(answer, 512))->edns, answer.edns);
}

TEST(DnsMessage, RefusesSubnetsThatAreMalformed) {
  for (const char* options : {
           "0008",                        // half an option
           "0008000400011800",            // fewer bytes than the prefix has
           "0008000800011800c0000200",    // more
           "0008000700011700c00003",      // a bit behind the prefix
           "0008000700031800c00002",      // neither IPv4 nor IPv6
           "0008000900012100c000020000",  // longer than an address
           "000800030001ff",
       }) {
    EXPECT_FALSE(decode_message(query_with(options))) << options;
  }
}

struct Value {
  const char* type;
  const char* value;
  const char* hex;  // empty: no value of the type
};
class RecordData : public ::testing::TestWithParam<Value> {};
TEST_P(RecordData, IsMadeFromTheValueOfRoute53) {
  const auto& [type, value, hex] = GetParam();
  const auto data = record_data(type, value);
  EXPECT_EQ(data.has_value(), *hex != 0);
  EXPECT_EQ(to_hex(data.value_or("")), hex);
}
INSTANTIATE_TEST_SUITE_P(
    Types, RecordData,
    ::testing::Values(Value{"A", "192.0.2.1", "c0000201"}, Value{"A", "::1", ""},
                      Value{"AAAA", "2001:db8::1", "20010db8000000000000000000000001"},
                      Value{"CNAME", "A.b", "0161016200"}, Value{"MX", "10 a.b.", "000a0161016200"},
                      Value{"MX", "70000 a.b.", ""}, Value{"TXT", "\"ab\" \"c\"", "0261620163"},
                      Value{"TXT", R"("a\"\101")", "03612241"}, Value{"TXT", "ab", ""},
                      Value{"SRV", "1 2 443 a", "0001000201bb016100"},
                      Value{"CAA", "0 issue \"ca\"",
                            "0005697373756563"
                            "61"},
                      Value{"DS", "1 5 1 abCD", "00010501abcd"},
                      Value{"SOA", "a b 1 2 3 4 5",
                            "016100016200"
                            "0000000100000002000000030000000400000005"},
                      Value{"NAPTR", R"(1 2 "u" "s" "" .)", "00010002017501730000"}));

}  // namespace
}  // namespace fallstreak::dataplane::dns
