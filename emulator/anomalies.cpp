#include "anomalies.h"

#include <mutex>

#include "base/arn.h"
#include "dispatch/target_anomalies.h"

namespace fallstreak {

void report_anomalies(Cloud& cloud, const std::string& target_group_arn,
                      const std::map<std::string, dataplane::alb::TargetAnomaly>& targets) {
  const auto parsed = Arn::parse(target_group_arn);
  if (!parsed) return;
  const std::lock_guard held(cloud.lock());
  world::Transaction transaction(cloud.world());
  auto& table =
      dispatch::target_anomalies(cloud.world(), parsed->account_id + "/" + parsed->region).targets;
  table.erase_prefix(target_group_arn + "|");
  for (const auto& [id, anomaly] : targets) {
    table.put(target_group_arn + "|" + id, {anomaly.is_anomalous, anomaly.is_mitigated()});
  }
  transaction.commit();
}

}  // namespace fallstreak
