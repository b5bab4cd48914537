#pragma once

#include <map>
#include <string>

#include "dispatch/context.h"
#include "services/elbv2/check_round.h"
#include "services/elbv2/records.h"
#include "world/table.h"

namespace fallstreak::services::elbv2 {

struct ElbV2State {
  explicit ElbV2State(const std::string& prefix)
      : load_balancers(prefix + "load_balancers"),
        load_balancer_names(prefix + "load_balancer_names"),
        listeners(prefix + "listeners"),
        listener_certificates(prefix + "listener_certificates"),
        rules(prefix + "rules"),
        rule_priorities(prefix + "rule_priorities"),
        target_groups(prefix + "target_groups"),
        target_group_names(prefix + "target_group_names"),
        targets(prefix + "targets"),
        generations(prefix + "generations"),
        checks(prefix + "checks"),
        host_counts(prefix + "host_counts"),
        capacity_reservations(prefix + "capacity_reservations"),
        trust_stores(prefix + "trust_stores"),
        trust_store_names(prefix + "trust_store_names"),
        trust_store_uses(prefix + "trust_store_uses"),
        revocations(prefix + "revocations") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(load_balancers);
    visit(load_balancer_names);
    visit(listeners);
    visit(listener_certificates);
    visit(rules);
    visit(rule_priorities);
    visit(target_groups);
    visit(target_group_names);
    visit(targets);
    visit(generations);
    visit(checks);
    visit(host_counts);
    visit(capacity_reservations);
    visit(trust_stores);
    visit(trust_store_names);
    visit(trust_store_uses);
    visit(revocations);
  }

  world::Table<LoadBalancerRecord> load_balancers;  // by ARN
  world::Table<std::string> load_balancer_names;    // name -> ARN
  /// By ARN; the ARNs of a load balancer's listeners begin with `listeners_prefix(its ARN)`.
  world::Table<ListenerRecord> listeners;
  /// Those beside a listener's default one: `<listener ARN>|<certificate ARN>` -> certificate ARN.
  world::Table<std::string> listener_certificates;
  /// By ARN; the ARNs of a load balancer's rules begin with `rules_prefix(its ARN)`.
  world::Table<RuleRecord> rules;
  /// `<listener ARN>|<priority>` -> ARN, in the order of evaluation.
  world::Table<std::string> rule_priorities;
  world::Table<TargetGroupRecord> target_groups;  // by ARN
  world::Table<std::string> target_group_names;   // name -> ARN
  world::Table<TargetRecord> targets;             // by target_key()
  /// The last generation given to a target of the group of this ARN. Apart from the targets,
  /// because a target that comes back must not be taken for its earlier self.
  world::Table<std::uint64_t> generations;
  /// `<check_slot><target key>`: the targets that are checked at the same moments.
  world::Table<CheckRecord> checks;
  /// By target group ARN, while it has an active load balancer; and `publishing` while traffic is
  /// published every minute.
  world::Table<HostCountRecord> host_counts;
  world::Table<CapacityReservationRecord> capacity_reservations;  // by ARN of the load balancer
  world::Table<TrustStoreRecord> trust_stores;                    // by ARN
  world::Table<std::string> trust_store_names;                    // name -> ARN
  /// `<trust store ARN>|<listener ARN>`
  world::Table<TrustStoreUseRecord> trust_store_uses;
  /// `<trust store ARN>|0000000007`
  world::Table<RevocationRecord> revocations;

  /// By check_slot. No state: what is in no table is not in snapshots either, and is found again.
  std::map<std::string, CheckRound> check_rounds;
};
using Context = dispatch::Context<ElbV2State>;

/// `<target group ARN>|<id>:<port>`; the targets of a group are the range of `targets_prefix`.
inline std::string targets_prefix(std::string_view target_group_arn) {
  return std::string(target_group_arn) + "|";
}
inline std::string target_key(std::string_view target_group_arn, std::string_view id,
                              std::int32_t port) {
  return targets_prefix(target_group_arn) + std::string(id) + ":" + std::to_string(port);
}

}  // namespace fallstreak::services::elbv2
