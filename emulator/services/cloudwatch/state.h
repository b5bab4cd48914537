#pragma once

#include <string>

#include "dispatch/context.h"
#include "services/cloudwatch/records.h"
#include "world/table.h"

namespace fallstreak::services::cloudwatch {

struct CloudWatchState {
  explicit CloudWatchState(const std::string& prefix)
      : metrics(prefix + "metrics"),
        datapoints(prefix + "datapoints"),
        held(prefix + "held"),
        alarms(prefix + "alarms"),
        composites(prefix + "composites"),
        parents(prefix + "parents"),
        suppressed(prefix + "suppressed"),
        contributors(prefix + "contributors"),
        mute_rules(prefix + "mute_rules"),
        muting(prefix + "muting"),
        unsaid(prefix + "unsaid"),
        anomaly_detectors(prefix + "anomaly_detectors"),
        anomaly_models(prefix + "anomaly_models"),
        dashboards(prefix + "dashboards"),
        metric_alarms(prefix + "metric_alarms"),
        action_alarms(prefix + "action_alarms"),
        history(prefix + "history"),
        history_by_time(prefix + "history_by_time"),
        counters(prefix + "counters") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(metrics);
    visit(datapoints);
    visit(held);
    visit(alarms);
    visit(composites);
    visit(parents);
    visit(suppressed);
    visit(contributors);
    visit(mute_rules);
    visit(muting);
    visit(unsaid);
    visit(anomaly_detectors);
    visit(anomaly_models);
    visit(dashboards);
    visit(metric_alarms);
    visit(action_alarms);
    visit(history);
    visit(history_by_time);
    visit(counters);
  }
  /// The next number of a sequence: 1, 2, 3.
  std::uint64_t next(std::string_view sequence) {
    const std::uint64_t* last = counters.find(sequence);
    const std::uint64_t number = (last == nullptr ? 0 : *last) + 1;
    counters.put(std::string(sequence), number);
    return number;
  }

  world::Table<MetricRecord> metrics;        // by metric_key()
  world::Table<Aggregate> datapoints;        // by metric, unit, retention tier and time
  world::Table<HeldRun> held;                // by metric and the time at which the run began
  world::Table<AlarmRecord> alarms;          // by name
  world::Table<CompositeRecord> composites;  // by name
  /// The composite alarms that name an alarm: its name and theirs -> their name.
  world::Table<std::string> parents;
  /// The composite alarms that an alarm suppresses: its name and theirs -> their name.
  world::Table<std::string> suppressed;
  world::Table<ContributorRecord> contributors;  // by alarm and id
  world::Table<MuteRuleRecord> mute_rules;       // by name
  /// The rules that mute an alarm now: its name and theirs -> their name.
  world::Table<std::string> muting;
  /// The alarms whose last actions were muted -> the state that they came from.
  world::Table<std::string> unsaid;
  world::Table<AnomalyDetectorRecord> anomaly_detectors;  // by detector_key()
  /// detector_key() and the period.
  world::Table<AnomalyModelRecord> anomaly_models;
  world::Table<DashboardRecord> dashboards;  // by name
  /// The alarms on a metric: metric_key() and the alarm's name -> the name.
  world::Table<std::string> metric_alarms;
  /// The alarms with an action: its ARN and the alarm's name -> the name.
  world::Table<std::string> action_alarms;
  world::Table<api::cloudwatch::AlarmHistoryItem> history;  // by alarm and time
  world::Table<std::string> history_by_time;                // by time and alarm -> key in `history`
  world::Table<std::uint64_t> counters;
};
using Context = dispatch::Context<CloudWatchState>;

}  // namespace fallstreak::services::cloudwatch
