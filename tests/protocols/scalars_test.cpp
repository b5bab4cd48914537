#include "protocols/scalars.h"

#include <gtest/gtest.h>

#include <limits>

namespace fallstreak::protocols {
namespace {

using api::TimestampFormat;

std::string text_of(double value) {
  std::string out;
  append_double(out, value);
  return out;
}

std::string text_of(Time time, TimestampFormat format, Fraction fraction = Fraction::when_needed) {
  std::string out;
  append_timestamp(out, time, format, fraction);
  return out;
}

TEST(Numbers, AreAsShortAsTheyCanBe) {
  EXPECT_EQ(text_of(0.1), "0.1");
  EXPECT_EQ(text_of(5.0), "5.0");
  EXPECT_EQ(text_of(-0.0), "-0.0");
  EXPECT_EQ(text_of(1e300), "1e+300");
  EXPECT_EQ(text_of(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(text_of(-std::numeric_limits<double>::infinity()), "-Infinity");
  std::string single;
  append_float(single, 0.1F);
  EXPECT_EQ(single, "0.1");
}

TEST(Numbers, AreReadWholeOrNotAtAll) {
  EXPECT_EQ(parse_integer<std::int32_t>("+5"), 5);
  EXPECT_EQ(parse_integer<std::int32_t>("-2147483648"), INT32_MIN);
  for (const auto* wrong : {"", "5 ", "0x5", "5.0", "2147483648", "--5"}) {
    EXPECT_EQ(parse_integer<std::int32_t>(wrong), std::nullopt) << wrong;
  }
  EXPECT_EQ(parse_double("1e3"), 1000.0);
  for (const auto* wrong : {"", "inf", "nan", "1e999", "1,5", "infinity"}) {
    EXPECT_EQ(parse_double(wrong), std::nullopt) << wrong;
  }
}

TEST(Timestamps, ShowMillisecondsInEveryFormatThatHasThem) {
  const Time time = from_nanoseconds(1'422'172'800'120'999'999);
  EXPECT_EQ(text_of(time, TimestampFormat::iso8601), "2015-01-25T08:00:00.120Z");
  EXPECT_EQ(text_of(time, TimestampFormat::epoch_seconds), "1422172800.12");
  EXPECT_EQ(text_of(time, TimestampFormat::http_date), "Sun, 25 Jan 2015 08:00:00 GMT");
  const Time whole = from_epoch_seconds(1422172800);
  EXPECT_EQ(text_of(whole, TimestampFormat::epoch_seconds), "1422172800");
  EXPECT_EQ(text_of(whole, TimestampFormat::iso8601), "2015-01-25T08:00:00Z");
  EXPECT_EQ(text_of(whole, TimestampFormat::iso8601, Fraction::always), "2015-01-25T08:00:00.000Z");
}

TEST(Timestamps, BeforeTheEpochAreNegative) {
  const Time time = from_epoch_seconds(-1.5);
  EXPECT_EQ(text_of(time, TimestampFormat::epoch_seconds), "-1.5");
  EXPECT_EQ(parse_timestamp("-1.5", TimestampFormat::epoch_seconds), time);
}

TEST(Timestamps, AreReadInAnyFormat) {
  const Time time = from_epoch_seconds(1422172800);
  for (const auto* text : {"2015-01-25T08:00:00Z", "2015-01-25T09:00:00+01:00", "20150125T080000Z",
                           "Sun, 25 Jan 2015 08:00:00 GMT", "1422172800", "1.4221728E9"}) {
    EXPECT_EQ(parse_timestamp(text, TimestampFormat::iso8601), time) << text;
    EXPECT_EQ(parse_timestamp(text, TimestampFormat::http_date), time) << text;
  }
  EXPECT_EQ(parse_timestamp("1e300", TimestampFormat::epoch_seconds), std::nullopt);
  EXPECT_EQ(parse_timestamp("yesterday", TimestampFormat::iso8601), std::nullopt);
}

}  // namespace
}  // namespace fallstreak::protocols
