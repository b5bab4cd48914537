#pragma once

#include <array>
#include <chrono>

#include "base/time.h"

/// How long CloudWatch keeps what, and when it looks.
namespace fallstreak::services::cloudwatch {

/// AWS: datapoints of a shorter period than a minute are kept for 3 hours, of 1 minute for 15 days,
/// of 5 minutes for 63 days, of 1 hour for 455 days; when their time is over they are aggregated to
/// the next longer period.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention
struct RetentionTier {
  std::chrono::seconds period;
  Duration kept;
};
constexpr std::array<RetentionTier, 4> kRetention = {{
    {std::chrono::seconds(1), std::chrono::hours(3)},
    {std::chrono::seconds(60), std::chrono::days(15)},
    {std::chrono::seconds(300), std::chrono::days(63)},
    {std::chrono::seconds(3600), std::chrono::days(455)},
}};

/// AWS: ListMetrics shows metrics that had data in the past two weeks.
constexpr Duration kListedFor = std::chrono::days(14);
constexpr Duration kRecentlyActive = std::chrono::hours(3);
/// AWS: timestamps of PutMetricData.
constexpr Duration kOldestDatum = std::chrono::days(14);
constexpr Duration kNewestDatum = std::chrono::hours(2);
/// AWS: an anomaly detector learns from up to two weeks of data.
constexpr Duration kTrainedOn = std::chrono::days(14);
/// Chosen: AWS does not say how long the first training takes, and how often others follow.
constexpr Duration kTrainingTime = std::chrono::minutes(15);
constexpr Duration kRetrainingInterval = std::chrono::hours(1);
/// Chosen: of the data that say whether a detector has enough of them.
constexpr std::chrono::seconds kTrainingPeriod(300);
/// AWS: the history of an alarm is kept for 30 days.
constexpr Duration kHistoryKept = std::chrono::days(30);

/// AWS: alarms are evaluated every minute; every 10 seconds when their period is shorter than a
/// minute; every hour when they look at more than a day.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
constexpr std::chrono::seconds kEvaluationInterval(60);
constexpr std::chrono::seconds kHighResolutionInterval(10);
constexpr std::chrono::seconds kLongAlarmInterval(3600);
constexpr std::chrono::seconds kLongAlarm(86400);
/// Chosen: a second after the period has ended, so that what services publish at its very end is
/// seen. AWS evaluates each alarm at a moment of its own within the minute.
constexpr std::chrono::seconds kEvaluationDelay(1);

}  // namespace fallstreak::services::cloudwatch
