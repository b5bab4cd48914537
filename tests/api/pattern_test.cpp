#include "api/pattern.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "api/autoscaling/service.h"
#include "api/cloudwatch/service.h"
#include "api/dynamodb/service.h"
#include "api/ec2/service.h"
#include "api/elbv2/service.h"
#include "api/s3/service.h"
#include "api/sts/service.h"

namespace fallstreak::api {
namespace {

TEST(Pattern, MustMatchTheWholeText) {
  const Pattern pattern("[a-z]+");
  EXPECT_TRUE(pattern.matches("abc"));
  EXPECT_FALSE(pattern.matches("abc1"));
  EXPECT_FALSE(pattern.matches("1abc"));
  EXPECT_FALSE(pattern.matches("abc\n"));
  EXPECT_FALSE(pattern.matches(""));
}

TEST(Pattern, CountsCharactersAndNotBytes) {
  EXPECT_TRUE(Pattern("..").matches("é漢"));
  EXPECT_FALSE(Pattern("..").matches("é"));
  EXPECT_FALSE(Pattern(".*").matches("\xff"));
}

TEST(Pattern, ReadsJavasUnicodeEscapes) {
  EXPECT_EQ(to_pcre("[\\u0020-\\uD7FF]"), "[\\x{20}-\\x{d7ff}]");
  EXPECT_EQ(to_pcre("\\uD800\\uDC00-\\uDBFF\\uDFFF"), "\\x{10000}-\\x{10ffff}");
  EXPECT_EQ(to_pcre("\\\\u0020"), "\\\\u0020");
  const Pattern anything("[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*");
  EXPECT_TRUE(anything.matches("group 1 é 😀\n"));
  EXPECT_FALSE(anything.matches("\x01"));
}

TEST(Pattern, ReadsJavasPrintableCharacters) {
  const Pattern name("\\p{Print}+");
  EXPECT_TRUE(name.matches("a policy ~"));
  EXPECT_FALSE(name.matches("a\tb"));
  EXPECT_FALSE(name.matches("\xc3\xa9"));
  EXPECT_EQ(to_pcre("\\\\p{Print}"), "\\\\p{Print}");
}

TEST(Pattern, GivesUpOnTextsMadeToTakeForever) {
  const std::string text(200, 'a');
  EXPECT_TRUE(Pattern("([a-z]+)*[0-9]").matches(text));
}

TEST(Pattern, ThatDoesNotCompileRefusesNothing) {
  const Pattern pattern("[a-");
  EXPECT_FALSE(pattern.is_valid());
  EXPECT_TRUE(pattern.matches("anything"));
}

/// Every shape that the members reach, once.
void collect(const Shape& shape, std::vector<const Shape*>& seen) {
  if (std::ranges::find(seen, &shape) != seen.end()) return;
  seen.push_back(&shape);
  for (const Member& member : shape.members) collect(*member.shape, seen);
  if (shape.element != nullptr) collect(*shape.element, seen);
  if (shape.key != nullptr) collect(*shape.key, seen);
}

TEST(Pattern, OfEveryModelCompiles) {
  std::size_t count = 0;
  for (const Service* service : {&autoscaling::kService, &cloudwatch::kService, &dynamodb::kService,
                                 &ec2::kService, &elbv2::kService, &s3::kService, &sts::kService}) {
    std::vector<const Shape*> shapes;
    for (const Operation* operation : service->operations) collect(*operation->input, shapes);
    for (const Shape* shape : shapes) {
      if (shape->pattern.empty()) continue;
      ++count;
      EXPECT_TRUE(Pattern(shape->pattern).is_valid()) << shape->name << ": " << shape->pattern;
    }
  }
  EXPECT_GT(count, 10U);
}

}  // namespace
}  // namespace fallstreak::api
