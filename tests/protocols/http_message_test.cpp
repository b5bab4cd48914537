#include "protocols/http_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fallstreak::protocols {
namespace {

using testing::ElementsAre;

TEST(HttpMessage, FindsAHeaderInAnyCase) {
  const Headers headers = {{"Content-Type", "text/plain"}, {"content-type", "second"}, {"X-E", ""}};
  ASSERT_NE(find_header(headers, "CONTENT-TYPE"), nullptr);
  EXPECT_EQ(*find_header(headers, "CONTENT-TYPE"), "text/plain");
  EXPECT_EQ(find_header(headers, "Content"), nullptr);
  EXPECT_EQ(header_or_empty(headers, "absent"), "");
}

TEST(HttpMessage, SettingAHeaderReplacesEveryOneOfThatName) {
  Headers headers = {{"A", "1"}, {"b", "2"}, {"a", "3"}};
  set_header(headers, "a", "4");
  EXPECT_THAT(headers, ElementsAre(Header{"b", "2"}, Header{"a", "4"}));
}

TEST(HttpMessage, StreamedBytesAreTheContent) {
  HttpResponse response{.body = "short"};
  EXPECT_EQ(response.content(), "short");
  response.streamed = api::Body("object");
  EXPECT_EQ(response.content(), "object");
}

TEST(SplitTarget, KeepsThePathAsOnTheWireAndDecodesTheQueryInOrder) {
  const auto target = split_target("/a%2Fb/c?prefix=x+y%2Bz&acl&empty=&prefix=two");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a%2Fb/c");
  EXPECT_THAT(target->query,
              ElementsAre(QueryParameter{"prefix", "x y+z"}, QueryParameter{"acl", ""},
                          QueryParameter{"empty", ""}, QueryParameter{"prefix", "two"}));
  EXPECT_EQ(*target->find("prefix"), "x y+z");
  EXPECT_EQ(target->find("absent"), nullptr);
}

TEST(SplitTarget, DropsTheSchemeAndHostOfAnAbsoluteForm) {
  EXPECT_EQ(split_target("http://127.0.0.1:4566/b/k?x=1")->path, "/b/k");
  EXPECT_EQ(split_target("http://127.0.0.1:4566")->path, "/");
  EXPECT_EQ(split_target("http://127.0.0.1:4566?x=1")->query.size(), 1U);
  EXPECT_EQ(split_target("/b?x=http://y")->path, "/b");
}

TEST(SplitTarget, SkipsEmptyPairs) {
  EXPECT_EQ(split_target("/?&&a=1&")->query.size(), 1U);
  EXPECT_EQ(split_target("/?")->query.size(), 0U);
  EXPECT_EQ(split_target("")->path, "/");
}

TEST(SplitTarget, ReportsMalformedPercentEncoding) {
  for (const char* target : {"/%", "/a%2", "/a%zz", "/a?b=%", "/a?b=%g0", "/a?%1=b"}) {
    EXPECT_EQ(split_target(target), std::nullopt) << target;
  }
}

TEST(SplitTarget, ReportsSpacesAndControlCharacters) {
  for (const char* target : {"/a b", "/a\tb", "/a\x7f", "/a?b=\x01"}) {
    EXPECT_EQ(split_target(target), std::nullopt) << target;
  }
}

}  // namespace
}  // namespace fallstreak::protocols
