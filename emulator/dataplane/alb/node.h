#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "dataplane/alb/view.h"

namespace fallstreak::dataplane::alb {

/// What the nodes of load balancers remember from one request to the next: whose turn it is, and
/// how many requests each target has in progress.
class Nodes {
 public:
  /// The target that a node in `zone` gives a request to; null when it must answer 503. `draw` are
  /// random bits.
  const LiveTarget* choose(const TargetGroupView& group, const std::string& zone,
                           std::string_view cookie_header, Time now, std::uint64_t draw);
  void begin(const std::string& target_group_arn, const std::string& target_id);
  void end(const std::string& target_group_arn, const std::string& target_id);
  [[nodiscard]] std::uint64_t in_progress(const std::string& target_group_arn,
                                          const std::string& target_id) const;
  /// Forgets the turns of a group that is gone.
  void forget(const std::string& target_group_arn);

 private:
  using Key = std::pair<std::string, std::string>;
  std::map<Key, std::uint64_t> turns_;        // by target group and zone
  std::map<Key, std::uint64_t> in_progress_;  // by target group and target
};

}  // namespace fallstreak::dataplane::alb
