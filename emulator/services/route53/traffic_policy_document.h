#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "api/route53/record_sets.h"

/// The language of traffic policies, as a pure function.
/// https://docs.aws.amazon.com/Route53/latest/APIReference/api-policies-traffic-policy-document-format.html
namespace fallstreak::services::route53 {

/// What is wrong with a document, in words.
struct DocumentProblem : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Where a part of a policy leads: to another rule, or to an endpoint.
struct PolicyTarget {
  std::optional<std::size_t> rule;
  std::optional<std::size_t> endpoint;
  bool evaluates_health = false;
  std::optional<std::string> health_check_id;
};

struct PolicyItem {
  PolicyTarget target;
  /// Its routing alone: a set identifier and a weight, a region, a location or a role.
  api::route53::ResourceRecordSet routing;
};

struct PolicyRule {
  std::string name;
  std::vector<PolicyItem> items;
};

struct PolicyEndpoint {
  std::string name;
  /// The name of a load balancer or of a website of S3 instead of a value.
  bool is_alias = false;
  std::string value;
};

struct TrafficPolicyDocument {
  std::string record_type;
  PolicyTarget start;
  std::vector<PolicyRule> rules;
  std::vector<PolicyEndpoint> endpoints;
};

/// Throws DocumentProblem, and the 501 of an endpoint that this version does not have.
TrafficPolicyDocument parse_traffic_policy(std::string_view text);

/// What name servers are told of an instance: a record set under its name in the zone, and those of
/// the rules, in a zone of their own whose id is that of the instance.
api::route53::ResourceRecordSet entry_record_set(const TrafficPolicyDocument& document,
                                                 const std::string& instance_id,
                                                 const std::string& name);
std::vector<api::route53::ResourceRecordSet> rule_record_sets(const TrafficPolicyDocument& document,
                                                              const std::string& instance_id,
                                                              std::int64_t ttl);

}  // namespace fallstreak::services::route53
