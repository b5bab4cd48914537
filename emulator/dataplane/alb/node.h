#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "dataplane/alb/anomalies.h"
#include "dataplane/alb/view.h"

namespace fallstreak::dataplane::alb {

/// What the nodes of load balancers remember from one request to the next: whose turn it is,
/// how many requests each target has in progress, and which targets fail.
class Nodes {
 public:
  /// The target that a node in `zone` gives a request to; none when it must answer 503. `draw` are
  /// random bits.
  struct Choice {
    const LiveTarget* target = nullptr;
    bool is_bound = false;    // by a cookie
    bool fails_open = false;  // too few targets are healthy
  };
  Choice choose(const TargetGroupView& group, const std::string& zone,
                std::string_view cookie_header, Time now, std::uint64_t draw);
  void begin(const std::string& target_group_arn, const std::string& target_id);
  void end(const std::string& target_group_arn, const std::string& target_id);
  [[nodiscard]] std::uint64_t in_progress(const std::string& target_group_arn,
                                          const std::string& target_id) const;
  /// A target answered a request, or did not.
  void note(const std::string& target_group_arn, const std::string& target_id,
            RequestOutcome outcome);
  /// Which targets of a group are anomalous or mitigated, by id.
  using Anomalies = std::map<std::string, TargetAnomaly>;
  /// The groups of which that has changed since the last call, by ARN.
  [[nodiscard]] std::map<std::string, Anomalies> take_anomaly_news();
  /// Forgets the turns of a group that is gone.
  void forget(const std::string& target_group_arn);

 private:
  void judge(const TargetGroupView& group, Time now);

  using Key = std::pair<std::string, std::string>;
  std::map<Key, std::uint64_t> turns_;                        // by target group and zone
  std::map<Key, std::uint64_t> in_progress_;                  // by target group and target
  std::map<std::string, AnomalyWatch<std::string>> watches_;  // by target group
  std::map<std::string, Anomalies> anomaly_news_;
};

}  // namespace fallstreak::dataplane::alb
