#include "services/cloudwatch/alarm_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
namespace fallstreak::services::cloudwatch {
namespace {

constexpr Time kStart = from_nanoseconds(1'767'225'600'000'000'000);

/// `0` is in order, `X` breaching, `-` missing; the rightmost is the newest.
std::vector<std::optional<AlarmDatapoint>> range_of(std::string_view picture) {
  std::vector<std::optional<AlarmDatapoint>> range;
  for (std::size_t index = 0; index < picture.size(); ++index) {
    const Time time = kStart + std::chrono::minutes(index);
    if (picture[index] == '-') {
      range.emplace_back();
    } else {
      range.push_back(AlarmDatapoint{time, picture[index] == 'X' ? 90.0 : 10.0, 1});
    }
  }
  return range;
}

AlarmRule rule_of(std::int32_t datapoints, std::int32_t periods,
                  MissingData missing = MissingData::missing) {
  return {.comparison = Comparison::greater,
          .threshold = 80,
          .datapoints_to_alarm = datapoints,
          .evaluation_periods = periods,
          .missing_data = missing};
}

std::string state_of(const AlarmRule& rule, std::string_view picture) {
  const auto state = evaluate(rule, range_of(picture)).state;
  return state ? std::string(name_of(*state)) : "keep";
}

struct Row {
  std::string_view picture;
  /// With missing data treated as missing, ignore, breaching, notBreaching.
  std::array<std::string_view, 4> states;
};

void expect_rows(std::int32_t datapoints, const std::vector<Row>& rows) {
  constexpr std::array kTreatments = {MissingData::missing, MissingData::ignore,
                                      MissingData::breaching, MissingData::not_breaching};
  for (const auto& row : rows) {
    for (std::size_t index = 0; index < kTreatments.size(); ++index) {
      EXPECT_EQ(state_of(rule_of(datapoints, 3, kTreatments[index]), row.picture),
                row.states[index])
          << row.picture << " treatment " << index;
    }
  }
}

TEST(AlarmState, FollowsTheTableOfThreeOutOfThree) {
  expect_rows(3, {{"0-X-X", {"OK", "OK", "OK", "OK"}},
                  {"0----", {"OK", "OK", "OK", "OK"}},
                  {"-----", {"INSUFFICIENT_DATA", "keep", "ALARM", "OK"}},
                  {"0XX-X", {"ALARM", "ALARM", "ALARM", "ALARM"}},
                  {"--X--", {"ALARM", "keep", "ALARM", "OK"}}});
}

TEST(AlarmState, FollowsTheTableOfTwoOutOfThree) {
  expect_rows(2, {{"0-X-X", {"ALARM", "ALARM", "ALARM", "ALARM"}},
                  {"00X0X", {"ALARM", "ALARM", "ALARM", "ALARM"}},
                  {"0-X--", {"OK", "OK", "ALARM", "OK"}},
                  {"----0", {"OK", "OK", "ALARM", "OK"}},
                  {"---X-", {"ALARM", "keep", "ALARM", "OK"}}});
}

TEST(AlarmState, DoesNotAlarmPrematurelyOnIntermittentData) {
  EXPECT_EQ(state_of(rule_of(3, 3), "----X"), "keep");
  EXPECT_EQ(state_of(rule_of(3, 3), "---X-"), "keep");
  EXPECT_EQ(state_of(rule_of(3, 3), "--X--"), "ALARM");
}

TEST(AlarmState, LooksNoFartherBackThanItNeeds) {
  const auto evaluation = evaluate(rule_of(1, 2), range_of("XX0-0"));

  EXPECT_EQ(evaluation.state, AlarmState::ok);
  EXPECT_EQ(evaluation.evaluated.size(), 2U);
}

TEST(AlarmState, ComparesAsTheOperatorSays) {
  const auto breaching = [](std::string_view name, double value) {
    return is_breaching({.comparison = *parse_comparison(name), .threshold = 80}, {.value = value});
  };
  EXPECT_TRUE(breaching("GreaterThanOrEqualToThreshold", 80));
  EXPECT_FALSE(breaching("GreaterThanThreshold", 80));
  EXPECT_FALSE(breaching("LessThanThreshold", 80));
  EXPECT_TRUE(breaching("LessThanOrEqualToThreshold", 80));
  EXPECT_TRUE(breaching("LessThanThreshold", 79));
  EXPECT_FALSE(breaching("GreaterThanOrEqualToThreshold", 79));
}

TEST(AlarmState, ComparesWithTheBandOfEachDatapoint) {
  const auto breaching = [](std::string_view name, double value) {
    return is_breaching({.comparison = *parse_comparison(name)},
                        {.value = value, .lower = 10, .upper = 20});
  };
  for (const double end : {10, 20}) {
    EXPECT_FALSE(breaching("LessThanLowerOrGreaterThanUpperThreshold", end));
  }
  EXPECT_TRUE(breaching("LessThanLowerOrGreaterThanUpperThreshold", 9));
  EXPECT_TRUE(breaching("LessThanLowerOrGreaterThanUpperThreshold", 21));
  EXPECT_TRUE(breaching("GreaterThanUpperThreshold", 21));
  EXPECT_FALSE(breaching("GreaterThanUpperThreshold", 9));
  EXPECT_TRUE(breaching("LessThanLowerThreshold", 9));
  EXPECT_FALSE(breaching("LessThanLowerThreshold", 21));
}

std::string reason_of(const AlarmRule& rule, std::string_view picture) {
  return state_reason(rule, evaluate(rule, range_of(picture)));
}

TEST(AlarmStateReason, ShowsTheDatapointThatCrossedTheThreshold) {
  EXPECT_EQ(reason_of(rule_of(1, 1), "0X"),
            "Threshold Crossed: 1 out of the last 1 datapoints [90.0 (01/01/26 00:01:00)] was "
            "greater than the threshold (80.0) (minimum 1 datapoint for OK -> ALARM transition).");
  EXPECT_EQ(reason_of(rule_of(1, 1), "X0"),
            "Threshold Crossed: 1 out of the last 1 datapoints [10.0 (01/01/26 00:01:00)] was not "
            "greater than the threshold (80.0) (minimum 1 datapoint for ALARM -> OK transition).");
}

TEST(AlarmStateReason, ShowsSeveralDatapointsNewestFirst) {
  EXPECT_EQ(reason_of(rule_of(2, 3), "X0X"),
            "Threshold Crossed: 2 out of the last 3 datapoints [90.0 (01/01/26 00:02:00), 90.0 "
            "(01/01/26 00:00:00)] were greater than the threshold (80.0) (minimum 2 datapoints for "
            "OK -> ALARM transition).");
}

TEST(AlarmStateReason, CountsWhatIsUnknown) {
  EXPECT_EQ(reason_of(rule_of(1, 1), "---"), "Insufficient Data: 1 datapoint was unknown.");
  EXPECT_EQ(reason_of(rule_of(3, 3), "-----"), "Insufficient Data: 3 datapoints were unknown.");
}

TEST(AlarmStateReason, SaysHowMissingDatapointsWereTreated) {
  EXPECT_EQ(reason_of(rule_of(1, 1, MissingData::breaching), "---"),
            "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint "
            "was treated as [Breaching].");
  EXPECT_EQ(reason_of(rule_of(2, 2, MissingData::not_breaching), "----"),
            "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints "
            "were treated as [NonBreaching].");
}

}  // namespace
}  // namespace fallstreak::services::cloudwatch
