#include "base/json_text.h"

#include <gtest/gtest.h>

namespace fallstreak {
namespace {

TEST(JsonText, EscapesWhatJsonEscapes) {
  EXPECT_EQ(json_string("a \"quoted\" \\ line\n\r\t\b\f\x01\x1f end"),
            R"("a \"quoted\" \\ line\n\r\t\b\f\u0001\u001f end")");
  EXPECT_EQ(json_string(std::string_view("\0", 1)), R"("\u0000")");
  EXPECT_EQ(json_string("\x7f"), "\"\x7f\"");
}

TEST(JsonText, KeepsCharactersOfSeveralBytes) {
  EXPECT_EQ(json_string("\u00e9 \u20ac \U0001f327"), "\"\u00e9 \u20ac \U0001f327\"");
}

TEST(JsonText, WritesWhatIsNoTextAsReplacementCharacters) {
  EXPECT_EQ(json_string("a\xff z"), "\"a\ufffd z\"");
  EXPECT_EQ(json_string("\x80"), "\"\ufffd\"") << "a byte that continues nothing";
  EXPECT_EQ(json_string("\xe2\x82"), "\"\ufffd\ufffd\"") << "a character that is cut off";
  EXPECT_EQ(json_string("\xc0\xaf"), "\"\ufffd\ufffd\"") << "an overlong form";
  EXPECT_EQ(json_string("\xed\xa0\x80"), "\"\ufffd\ufffd\ufffd\"") << "a surrogate";
}

TEST(JsonText, WritesMembersInTheOrderOfAdding) {
  JsonObject object;
  object.add("b", "text").add("a", 3).add_raw("list", json_array({"1", "2"}));
  EXPECT_EQ(object.text(), R"({"b":"text","a":3,"list":[1,2]})");
  EXPECT_EQ(JsonObject().text(), "{}");
  EXPECT_EQ(json_array({}), "[]");
}

}  // namespace
}  // namespace fallstreak
