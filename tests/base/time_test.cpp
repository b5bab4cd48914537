#include "base/time.h"

#include <gtest/gtest.h>

namespace fallstreak {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
// AWS: the moment that Smithy's documentation of timestamp formats uses.
constexpr Time kSmithyMoment = from_nanoseconds(1515531081 * kSecond);

TEST(Time, IsWrittenInEveryFormatOfTheSmithySpecification) {
  EXPECT_EQ(to_iso8601(kSmithyMoment), "2018-01-09T20:51:21Z");
  EXPECT_EQ(to_iso8601(kSmithyMoment + std::chrono::milliseconds(7), Precision::milliseconds),
            "2018-01-09T20:51:21.007Z");
  EXPECT_EQ(to_http_date(kSmithyMoment), "Tue, 09 Jan 2018 20:51:21 GMT");
  EXPECT_EQ(to_basic_iso8601(kSmithyMoment), "20180109T205121Z");
  EXPECT_EQ(to_epoch_seconds(kSmithyMoment), 1515531081);
}

TEST(Time, IsReadFromEveryFormat) {
  EXPECT_EQ(parse_iso8601("2018-01-09T20:51:21Z"), kSmithyMoment);
  EXPECT_EQ(parse_iso8601("2018-01-09T21:51:21+01:00"), kSmithyMoment);
  EXPECT_EQ(parse_iso8601("2018-01-09T20:51:21.5Z"), kSmithyMoment + std::chrono::milliseconds(500));
  EXPECT_EQ(parse_iso8601("2018-01-09"), kSmithyMoment - std::chrono::seconds(20 * 3600 + 51 * 60 + 21));
  EXPECT_EQ(parse_http_date("Tue, 09 Jan 2018 20:51:21 GMT"), kSmithyMoment);
  EXPECT_EQ(parse_basic_iso8601("20180109T205121Z"), kSmithyMoment);
  EXPECT_EQ(from_epoch_seconds(1515531081.25), kSmithyMoment + std::chrono::milliseconds(250));
}

TEST(Time, RefusesTextThatIsNoMoment) {
  for (const char* text : {"", "2018", "2018-13-01", "2018-02-30T00:00:00Z", "2018-01-09T25:00:00Z",
                           "2018-01-09T20:51:21X", "2018-01-09T20:51:21.Z", "9999-01-01T00:00:00Z",
                           "yesterday"}) {
    EXPECT_EQ(parse_iso8601(text), std::nullopt) << text;
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
    EXPECT_EQ(parse_basic_iso8601(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace fallstreak
