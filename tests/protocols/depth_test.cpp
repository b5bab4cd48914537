#include <gtest/gtest.h>

#include "protocols/codec.h"
#include "protocols/obstacle_course.h"

namespace fallstreak {
namespace {

std::string repeat(std::string_view text, int times) {
  std::string repeated;
  for (int time = 0; time < times; ++time) repeated += text;
  return repeated;
}

/// The code that a body is refused with; empty when it is read.
std::string refusal(api::Protocol protocol, std::string body) {
  const api::Operation& operation = course::operation_of(protocol, "Do");
  course::Everything value;
  protocols::HttpRequest request{
      .method = "POST", .target = "/do", .headers = {}, .body = std::move(body), .is_tls = false};
  try {
    protocols::codec_for(protocol).decode_request(operation, request, {}, &value);
    return {};
  } catch (const ApiError& error) {
    return error.code;
  }
}

constexpr int kDeep = 10'000;

TEST(Nesting, OfJsonIsRefusedBeforeItExhaustsTheStack) {
  using enum api::Protocol;
  EXPECT_EQ(refusal(json_1_0, repeat("[", kDeep)), "SerializationException");
  EXPECT_EQ(refusal(json_1_0, repeat(R"({"Left":)", kDeep) + "{}" + repeat("}", kDeep)),
            "SerializationException");
  // Shallow enough for the parser, too deep for a value.
  EXPECT_EQ(refusal(rest_json,
                    R"({"Tree":)" + repeat(R"({"left":)", 600) + "{}" + repeat("}", 600) + "}"),
            "SerializationException");
  EXPECT_EQ(
      refusal(rest_json, R"({"Tree":)" + repeat(R"({"left":)", 60) + "{}" + repeat("}", 60) + "}"),
      "");
}

TEST(Nesting, OfXmlIsRefusedBeforeItExhaustsTheStack) {
  using enum api::Protocol;
  const auto tree = [](int depth) {
    return "<Everything><Tree>" + repeat("<left>", depth) + repeat("</left>", depth) +
           "</Tree></Everything>";
  };
  EXPECT_EQ(refusal(rest_xml, tree(kDeep)), "MalformedInput");
  EXPECT_EQ(refusal(rest_xml, tree(60)), "");
  // Also where nobody would look.
  EXPECT_EQ(refusal(rest_xml, "<Everything><Unknown>" + repeat("<x>", kDeep) +
                                  repeat("</x>", kDeep) + "</Unknown></Everything>"),
            "MalformedInput");
}

TEST(Nesting, OfCborIsRefusedBeforeItExhaustsTheStack) {
  using enum api::Protocol;
  EXPECT_EQ(refusal(rpc_v2_cbor, repeat("\x81", kDeep)), "SerializationException");
  EXPECT_EQ(refusal(rpc_v2_cbor, "\xa1\x64Tree" + repeat("\xa1\x64Left", kDeep) + "\xa0"),
            "SerializationException");
  EXPECT_EQ(refusal(rpc_v2_cbor,
                    "\xa1\x63"
                    "Foo" +
                        repeat("\x81", kDeep) + "\x80"),
            "SerializationException");
  EXPECT_EQ(refusal(rpc_v2_cbor,
                    "\xa1\x63"
                    "Foo" +
                        repeat("\xc6", kDeep) + "\x80"),
            "SerializationException");
  EXPECT_EQ(refusal(rpc_v2_cbor, "\xa1\x64Text" + repeat("\xc6", kDeep) + "\x60"),
            "SerializationException");
}

TEST(Nesting, OfQueriesIsRefusedBeforeItExhaustsTheStack) {
  using enum api::Protocol;
  EXPECT_EQ(refusal(query, "Tree." + repeat("left.", kDeep) + "Name=x"), "MalformedInput");
  EXPECT_EQ(refusal(ec2, "Tree." + repeat("Left.", kDeep) + "Name=x"), "UnknownParameter");
  EXPECT_EQ(refusal(query, "Tree." + repeat("left.", 60) + "Name=x"), "");
}

TEST(Lengths, ThatAreOnlyClaimedReserveNothing) {
  using enum api::Protocol;
  EXPECT_EQ(refusal(rpc_v2_cbor, "\xa1\x65Names\x9b\x7f\xff\xff\xff\xff\xff\xff\xff"),
            "SerializationException");
  EXPECT_EQ(refusal(rpc_v2_cbor,
                    "\xa1\x63"
                    "Foo\xbb\x7f\xff\xff\xff\xff\xff\xff\xff"),
            "SerializationException");
  EXPECT_EQ(refusal(query, "Names.member.4294967295=x"), "");
  EXPECT_EQ(refusal(query, "Names.member.4294967296=x"), "MalformedInput");
}

}  // namespace
}  // namespace fallstreak
