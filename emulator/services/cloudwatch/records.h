#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/cloudwatch/alarm_mute_rules.h"
#include "api/cloudwatch/alarms.h"
#include "api/cloudwatch/anomaly_detectors.h"
#include "base/time.h"
#include "services/cloudwatch/aggregate.h"
#include "services/cloudwatch/metric_identity.h"

namespace fallstreak::services::cloudwatch {

/// A metric that was ever published. Its datapoints are rows of their own, so that publishing does
/// not touch this one.
struct MetricRecord {
  /// Stands for the metric in the keys of its datapoints.
  std::uint64_t id = 0;
  api::cloudwatch::Metric metric;
  /// Bit n: there is data of unit n.
  std::uint64_t units = 0;
  /// There are runs of it: see HeldRun.
  bool is_held = false;
};
template <class Visitor>
void visit_fields(MetricRecord& record, Visitor&& visit) {
  visit("id", record.id);
  visit("metric", record.metric);
  visit("units", record.units);
  visit("is_held", record.is_held);
}

/// From when its key says until then, a metric that is published every minute had one value.
struct HeldRun {
  double value = 0;
  std::uint8_t unit = 0;
  /// Empty: it still has.
  std::optional<Time> until;
};
template <class Visitor>
void visit_fields(HeldRun& run, Visitor&& visit) {
  visit("value", run.value);
  visit("unit", run.unit);
  visit("until", run.until);
}

struct CompositeRecord {
  api::cloudwatch::CompositeAlarm alarm;
  std::vector<api::cloudwatch::Tag> tags;
  /// The state before the last transition, for notifications that are sent later.
  std::string previous_state;
  /// The number of the suppression that holds the actions back, so that the end of an earlier one
  /// is recognised. 0: none does.
  std::uint64_t suppression = 0;
};
template <class Visitor>
void visit_fields(CompositeRecord& record, Visitor&& visit) {
  visit("alarm", record.alarm);
  visit("tags", record.tags);
  visit("previous_state", record.previous_state);
  visit("suppression", record.suppression);
}

struct AnomalyDetectorRecord {
  api::cloudwatch::AnomalyDetector detector;
  /// Another whenever the detector is put, so that an event of an earlier life is recognised.
  std::uint64_t generation = 0;
};
template <class Visitor>
void visit_fields(AnomalyDetectorRecord& record, Visitor&& visit) {
  visit("detector", record.detector);
  visit("generation", record.generation);
}

/// What a detector has learned of a metric in a period, so that alarms do not learn it again every
/// minute.
struct AnomalyModelRecord {
  /// Of the detector that it was made for.
  std::uint64_t generation = 0;
  /// The end of what it was made from.
  Time learned_until{};
  /// See AnomalyModel::numbers().
  std::vector<double> numbers;
};
template <class Visitor>
void visit_fields(AnomalyModelRecord& record, Visitor&& visit) {
  visit("generation", record.generation);
  visit("learned_until", record.learned_until);
  visit("numbers", record.numbers);
}

/// A time series of an alarm that watches many, as long as it is in ALARM.
struct ContributorRecord {
  api::cloudwatch::AlarmContributor contributor;
  std::string reason_data;
  /// The actions of its transition were muted.
  bool is_unsaid = false;
};
template <class Visitor>
void visit_fields(ContributorRecord& record, Visitor&& visit) {
  visit("contributor", record.contributor);
  visit("reason_data", record.reason_data);
  visit("is_unsaid", record.is_unsaid);
}

struct MuteRuleRecord {
  api::cloudwatch::Rule rule;
  std::optional<std::string> description;
  std::optional<api::cloudwatch::MuteTargets> targets;
  std::optional<Time> start;
  std::optional<Time> expire;
  Time last_updated{};
  std::vector<api::cloudwatch::Tag> tags;
  /// Another whenever the rule is put, so that an event of an earlier life is recognised.
  std::uint64_t generation = 0;
  /// The alarms that it mutes now.
  std::vector<std::string> muted;
};
template <class Visitor>
void visit_fields(MuteRuleRecord& record, Visitor&& visit) {
  visit("rule", record.rule);
  visit("description", record.description);
  visit("targets", record.targets);
  visit("start", record.start);
  visit("expire", record.expire);
  visit("last_updated", record.last_updated);
  visit("tags", record.tags);
  visit("generation", record.generation);
  visit("muted", record.muted);
}

struct DashboardRecord {
  std::string body;
  Time last_modified{};
  std::vector<api::cloudwatch::Tag> tags;
};
template <class Visitor>
void visit_fields(DashboardRecord& record, Visitor&& visit) {
  visit("body", record.body);
  visit("last_modified", record.last_modified);
  visit("tags", record.tags);
}

struct AlarmRecord {
  api::cloudwatch::MetricAlarm alarm;
  std::vector<api::cloudwatch::Tag> tags;
  /// Of the metric, or of what its expression returns.
  std::int32_t period_seconds = 60;
  /// It watches every time series of a Metrics Insights query that groups.
  bool has_contributors = false;
  /// Another whenever the alarm is put, so that an event of an earlier life is recognised.
  std::uint64_t generation = 0;
};
template <class Visitor>
void visit_fields(AlarmRecord& record, Visitor&& visit) {
  visit("alarm", record.alarm);
  visit("tags", record.tags);
  visit("period_seconds", record.period_seconds);
  visit("has_contributors", record.has_contributors);
  visit("generation", record.generation);
}

}  // namespace fallstreak::services::cloudwatch
