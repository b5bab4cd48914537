#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/elbv2/listeners.h"
#include "api/elbv2/load_balancers.h"
#include "api/elbv2/rules.h"
#include "api/elbv2/target_groups.h"
#include "api/elbv2/targets.h"
#include "base/time.h"
#include "services/elbv2/health_state.h"

namespace fallstreak::services::elbv2 {

using Tags = std::vector<api::elbv2::Tag>;
using Attributes = std::map<std::string, std::string>;

/// The part of a load balancer that is in one of its zones.
struct NodeRecord {
  std::string zone;
  std::string zone_id;
  std::string subnet_id;
  std::string interface_id;
  /// Which clients reach: public where the load balancer faces the internet.
  std::string ip_address;
  /// Where clients may come by IPv6.
  std::string ipv6_address;
};
template <class Visitor>
void visit_fields(NodeRecord& record, Visitor&& visit) {
  visit("zone", record.zone);
  visit("zone_id", record.zone_id);
  visit("subnet_id", record.subnet_id);
  visit("interface_id", record.interface_id);
  visit("ip_address", record.ip_address);
  visit("ipv6_address", record.ipv6_address);
}

struct LoadBalancerRecord {
  api::elbv2::LoadBalancer load_balancer;
  /// Only what differs from AWS's defaults.
  Attributes attributes;
  Tags tags;
  std::vector<NodeRecord> nodes;  // by zone
};
template <class Visitor>
void visit_fields(LoadBalancerRecord& record, Visitor&& visit) {
  visit("load_balancer", record.load_balancer);
  visit("attributes", record.attributes);
  visit("tags", record.tags);
  visit("nodes", record.nodes);
}

/// What a load balancer can do at once, however little traffic it has had.
struct CapacityReservationRecord {
  std::int32_t units = 0;  // 0: nothing is reserved
  bool is_pending = false;
  Time modified{};
  /// How often it was decreased on the day of the last time.
  std::int32_t decreases = 0;
  Time decreased{};
};
template <class Visitor>
void visit_fields(CapacityReservationRecord& record, Visitor&& visit) {
  visit("units", record.units);
  visit("is_pending", record.is_pending);
  visit("modified", record.modified);
  visit("decreases", record.decreases);
  visit("decreased", record.decreased);
}

struct ListenerRecord {
  api::elbv2::Listener listener;
  Tags tags;
  /// Only what differs from AWS's defaults.
  Attributes attributes = {};
};
template <class Visitor>
void visit_fields(ListenerRecord& record, Visitor&& visit) {
  visit("listener", record.listener);
  visit("tags", record.tags);
  visit("attributes", record.attributes);
}

struct RuleRecord {
  /// A default rule has no actions of its own: they are its listener's DefaultActions.
  api::elbv2::Rule rule;
  std::string listener_arn;
  Tags tags;
};
template <class Visitor>
void visit_fields(RuleRecord& record, Visitor&& visit) {
  visit("rule", record.rule);
  visit("listener_arn", record.listener_arn);
  visit("tags", record.tags);
}

struct TargetGroupRecord {
  /// Without LoadBalancerArns, which follow from the listeners.
  api::elbv2::TargetGroup target_group;
  Attributes attributes;
  Tags tags;
  /// The load balancer that forwards to the group (AWS: at most one), and by which listeners and
  /// rules. Empty: unused.
  std::string load_balancer_arn;
  std::vector<std::string> user_arns;
};
template <class Visitor>
void visit_fields(TargetGroupRecord& record, Visitor&& visit) {
  visit("target_group", record.target_group);
  visit("attributes", record.attributes);
  visit("tags", record.tags);
  visit("load_balancer_arn", record.load_balancer_arn);
  visit("user_arns", record.user_arns);
}

/// Under which names a target group's hosts are counted in CloudWatch.
struct HostCountRecord {
  /// `app/web/50dc6c495c0c9188`
  std::string load_balancer;
  std::vector<std::string> zones;
  /// What was told of each zone: a digit of two bits, whether it is healthy in DNS and in routing.
  std::string states = {};
};
template <class Visitor>
void visit_fields(HostCountRecord& record, Visitor&& visit) {
  visit("load_balancer", record.load_balancer);
  visit("zones", record.zones);
  visit("states", record.states);
}

struct TargetRecord {
  /// As registered, with the port filled in.
  api::elbv2::TargetDescription target;
  std::string zone;
  std::string ip_address;
  HealthRecord health;
  /// Set while the target drains.
  std::optional<Time> draining_until;
  /// Another whenever the target's checks start or stop, so that an event of an earlier life is
  /// recognised.
  std::uint64_t generation = 0;
  /// When it is checked: a prefix of ElbV2State::checks. Empty: never.
  std::string check_slot;
};
template <class Visitor>
void visit_fields(TargetRecord& record, Visitor&& visit) {
  visit("target", record.target);
  visit("zone", record.zone);
  visit("ip_address", record.ip_address);
  visit("health", record.health);
  visit("draining_until", record.draining_until);
  visit("generation", record.generation);
  visit("check_slot", record.check_slot);
}

/// Whom listeners let in that ask clients for certificates.
struct TrustStoreRecord {
  std::string name;
  std::string arn;
  std::string bundle;  // the authorities' certificates, PEM
  std::int32_t authorities = 0;
  std::int64_t revoked = 0;  // by all of its lists
  std::int64_t last_revocation_id = 0;
  Tags tags;
};
template <class Visitor>
void visit_fields(TrustStoreRecord& record, Visitor&& visit) {
  visit("name", record.name);
  visit("arn", record.arn);
  visit("bundle", record.bundle);
  visit("authorities", record.authorities);
  visit("revoked", record.revoked);
  visit("last_revocation_id", record.last_revocation_id);
  visit("tags", record.tags);
}

/// A list of certificates that their authority has taken back.
struct RevocationRecord {
  std::int64_t id = 0;
  std::string content;  // PEM
  std::int64_t entries = 0;
};
template <class Visitor>
void visit_fields(RevocationRecord& record, Visitor&& visit) {
  visit("id", record.id);
  visit("content", record.content);
  visit("entries", record.entries);
}

/// That a listener uses a trust store: the key says all.
struct TrustStoreUseRecord {};
template <class Visitor>
void visit_fields(TrustStoreUseRecord&, Visitor&&) {}

/// That a target is checked in a slot: the key says all.
struct CheckRecord {};
template <class Visitor>
void visit_fields(CheckRecord&, Visitor&&) {}

}  // namespace fallstreak::services::elbv2
