#include "services/route53/traffic_policy_document.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

#include "base/dns_name.h"
#include "base/location.h"
#include "dispatch/dispatcher.h"
#include "services/route53/record_values.h"

namespace fallstreak::services::route53 {
namespace {

using Json = nlohmann::json;
using api::route53::ResourceRecordSet;

/// Chosen: parts of a policy, and rules that follow each other; as deep as name servers follow
/// aliases. AWS bounds the size of the document alone.
constexpr std::size_t kMostParts = 1000;
constexpr int kDeepestRule = 7;

[[noreturn]] void fail(const std::string& why) { throw DocumentProblem(why); }

/// Observed: in AWS's examples numbers and truths are texts as often as not.
std::optional<std::string> text_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return std::nullopt;
  if (found->is_string()) return found->get<std::string>();
  if (found->is_boolean()) return found->get<bool>() ? "true" : "false";
  if (found->is_number()) return found->dump();
  fail(std::string(name) + " must be a text");
}

bool truth_in(const Json& object, const char* name) {
  const auto text = text_in(object, name);
  if (!text || text == "false" || text == "False") return false;
  if (text == "true" || text == "True") return true;
  fail(std::string(name) + " must be true or false");
}

std::int64_t number_in(const Json& object, const char* name, std::int64_t least,
                       std::int64_t most) {
  const auto text = text_in(object, name);
  std::int64_t number = 0;
  if (text) {
    const char* const end = text->data() + text->size();
    const auto read = std::from_chars(text->data(), end, number);
    if (read.ec == std::errc() && read.ptr == end && number >= least && number <= most) {
      return number;
    }
  }
  fail(std::string(name) + " must be a number from " + std::to_string(least) + " to " +
       std::to_string(most));
}

const Json& list_in(const Json& rule, const char* name) {
  const auto found = rule.find(name);
  if (found == rule.end() || !found->is_array() || found->empty()) {
    fail(std::string("a rule needs ") + name);
  }
  return *found;
}

class DocumentParser {
 public:
  TrafficPolicyDocument parse(const Json& root) {
    if (!root.is_object()) fail("the document must be a JSON object");
    const auto version = text_in(root, "AWSPolicyFormatVersion");
    if (version != "2015-10-01" && version != "2023-05-09") {
      fail("AWSPolicyFormatVersion must be 2015-10-01 or 2023-05-09");
    }
    document_.record_type = text_in(root, "RecordType").value_or("");
    // AWS: "A, AAAA, CAA, CNAME, MX, NAPTR, PTR, SPF, SRV, TXT".
    constexpr std::string_view kTypes[] = {"A",     "AAAA", "CAA", "CNAME", "MX",
                                           "NAPTR", "PTR",  "SPF", "SRV",   "TXT"};
    if (std::ranges::find(kTypes, document_.record_type) == std::end(kTypes)) {
      fail("RecordType " + document_.record_type + " is not supported");
    }
    number_names(root, "Endpoints", endpoint_numbers_);
    number_names(root, "Rules", rule_numbers_);
    if (endpoint_numbers_.empty()) fail("Endpoints must not be empty");
    for (const auto& row : endpoint_numbers_) {
      document_.endpoints.push_back(endpoint(row.first, root["Endpoints"][row.first]));
    }
    for (const auto& row : rule_numbers_) {
      document_.rules.push_back({.name = row.first, .items = items(root["Rules"][row.first])});
    }
    find_start(root);
    check_depth();
    return std::move(document_);
  }

 private:
  static void number_names(const Json& root, const char* name,
                           std::map<std::string, std::size_t>& numbers) {
    const auto found = root.find(name);
    if (found == root.end()) return;
    if (!found->is_object()) fail(std::string(name) + " must be an object");
    for (const auto& [key, value] : found->items()) {
      if (!value.is_object()) fail(key + " must be an object");
      numbers.emplace(key, 0);
    }
    std::size_t next = 0;
    for (auto& row : numbers) row.second = next++;
  }

  [[nodiscard]] PolicyEndpoint endpoint(const std::string& name, const Json& json) const {
    const std::string type = text_in(json, "Type").value_or("value");
    std::string value = text_in(json, "Value").value_or("");
    if (type == "value") {
      if (const auto wrong = wrong_value(document_.record_type, value)) fail(*wrong);
      return {.name = name, .is_alias = false, .value = value};
    }
    if (type == "s3-website" && value.empty()) {
      value = "s3-website-" + text_in(json, "Region").value_or("") + ".amazonaws.com";
    }
    constexpr std::string_view kLoadBalancers[] = {
        "elastic-load-balancer", "application-load-balancer", "network-load-balancer"};
    const bool is_known =
        type == "s3-website" || std::ranges::find(kLoadBalancers, type) != std::end(kLoadBalancers);
    if (!is_known) throw dispatch::not_implemented("The endpoint type " + type);
    const auto canonical = canonical_dns_name(value);
    if (!canonical) fail("the endpoint " + name + " has no valid domain name");
    return {.name = name, .is_alias = true, .value = *canonical};
  }

  [[nodiscard]] PolicyTarget target(const Json& json) const {
    if (!json.is_object()) fail("a part of a rule must be an object");
    const auto endpoint_name = text_in(json, "EndpointReference");
    const auto rule_name = text_in(json, "RuleReference");
    if (endpoint_name.has_value() == rule_name.has_value()) {
      fail("a part of a rule needs an EndpointReference or a RuleReference");
    }
    PolicyTarget made{.evaluates_health = truth_in(json, "EvaluateTargetHealth"),
                      .health_check_id = text_in(json, "HealthCheck")};
    if (endpoint_name) made.endpoint = number_of(endpoint_numbers_, *endpoint_name);
    if (rule_name) made.rule = number_of(rule_numbers_, *rule_name);
    return made;
  }

  static std::size_t number_of(const std::map<std::string, std::size_t>& numbers,
                               const std::string& name) {
    const auto found = numbers.find(name);
    if (found == numbers.end()) fail(name + " is referred to and not defined");
    return found->second;
  }

  std::vector<PolicyItem> items(const Json& rule) {
    const std::string type = text_in(rule, "RuleType").value_or("");
    std::vector<PolicyItem> made;
    const auto add = [&](const Json& json) -> ResourceRecordSet& {
      if (++parts_ > kMostParts) fail("the document has more than 1000 parts");
      made.push_back({.target = target(json), .routing = {}});
      made.back().routing.SetIdentifier = std::to_string(made.size());
      return made.back().routing;
    };
    if (type == "failover") {
      for (const auto& [name, role] :
           {std::pair("Primary", "PRIMARY"), std::pair("Secondary", "SECONDARY")}) {
        const auto found = rule.find(name);
        if (found == rule.end()) fail(std::string("a failover rule needs ") + name);
        add(*found).Failover = role;
      }
    } else if (type == "weighted") {
      for (const auto& json : list_in(rule, "Items")) {
        add(json).Weight = number_in(json, "Weight", 0, 255);
      }
    } else if (type == "multivalue") {
      for (const auto& json : list_in(rule, "Items")) add(json).MultiValueAnswer = true;
    } else if (type == "latency") {
      for (const auto& json : list_in(rule, "Regions")) {
        add(json).Region = known_region(text_in(json, "Region").value_or(""));
      }
    } else if (type == "geo") {
      for (const auto& json : list_in(rule, "Locations")) add(json).GeoLocation = location(json);
    } else if (type == "geoproximity") {
      for (const auto& json : list_in(rule, "GeoproximityLocations")) {
        add(json).GeoProximityLocation = proximity(json);
      }
    } else {
      fail("RuleType '" + type + "' is not known");
    }
    return made;
  }

  static std::string known_region(const std::string& region) {
    if (find_location(region) == nullptr) fail("the region '" + region + "' is not known");
    return region;
  }

  static api::route53::GeoLocation location(const Json& json) {
    if (truth_in(json, "IsDefault")) return {.CountryCode = "*"};
    api::route53::GeoLocation made{.ContinentCode = text_in(json, "Continent"),
                                   .CountryCode = text_in(json, "Country"),
                                   .SubdivisionCode = text_in(json, "Subdivision")};
    // AWS: the continent may stand beside the country that is in it.
    if (made.CountryCode) made.ContinentCode.reset();
    if (!made.CountryCode && (!made.ContinentCode || made.SubdivisionCode)) {
      fail("a location needs IsDefault, a Continent or a Country");
    }
    return made;
  }

  static api::route53::GeoProximityLocation proximity(const Json& json) {
    api::route53::GeoProximityLocation made;
    if (const auto region = text_in(json, "Region")) {
      constexpr std::string_view kPrefix = "aws:route53:";
      const bool is_prefixed = region->starts_with(kPrefix);
      made.AWSRegion = known_region(is_prefixed ? region->substr(kPrefix.size()) : *region);
    } else {
      const std::string latitude = text_in(json, "Latitude").value_or("");
      const std::string longitude = text_in(json, "Longitude").value_or("");
      if (!parse_coordinates(latitude, longitude)) fail("a location has no valid coordinates");
      made.Coordinates = {{.Latitude = latitude, .Longitude = longitude}};
    }
    if (json.contains("Bias")) made.Bias = std::int32_t(number_in(json, "Bias", -99, 99));
    return made;
  }

  void find_start(const Json& root) {
    const auto rule = text_in(root, "StartRule");
    const auto endpoint_name = text_in(root, "StartEndpoint");
    if (rule.has_value() == endpoint_name.has_value()) {
      fail("the document needs a StartRule or a StartEndpoint");
    }
    if (rule) document_.start.rule = number_of(rule_numbers_, *rule);
    if (endpoint_name) document_.start.endpoint = number_of(endpoint_numbers_, *endpoint_name);
  }

  /// Each rule once: it is as deep as the deepest that it leads to.
  void check_depth() {
    depths_.assign(document_.rules.size(), 0);
    for (std::size_t rule = 0; rule < depths_.size(); ++rule) depth_of(rule);
  }
  int depth_of(std::size_t rule) {
    constexpr int kOpen = -1;
    if (depths_[rule] == kOpen) fail("the rules lead to each other in a circle");
    if (depths_[rule] != 0) return depths_[rule];
    depths_[rule] = kOpen;
    int deepest = 0;
    for (const auto& item : document_.rules[rule].items) {
      if (item.target.rule) deepest = std::max(deepest, depth_of(*item.target.rule));
    }
    if (deepest >= kDeepestRule) fail("more than 7 rules follow each other");
    return depths_[rule] = deepest + 1;
  }

  TrafficPolicyDocument document_;
  std::map<std::string, std::size_t> endpoint_numbers_, rule_numbers_;
  std::vector<int> depths_;
  std::size_t parts_ = 0;
};

std::string rule_name(std::size_t rule) { return "rule-" + std::to_string(rule) + "."; }
constexpr const char* kStartName = "start.";

/// Gives a record set what it answers with.
void lead_to(ResourceRecordSet& record_set, const TrafficPolicyDocument& document,
             const PolicyTarget& target, const std::string& instance_id, std::int64_t ttl) {
  record_set.Type = document.record_type;
  record_set.HealthCheckId = target.health_check_id;
  if (target.rule) {
    record_set.TrafficPolicyInstanceId = instance_id;
    record_set.AliasTarget = {{.HostedZoneId = instance_id,
                               .DNSName = rule_name(*target.rule),
                               .EvaluateTargetHealth = target.evaluates_health}};
    return;
  }
  const PolicyEndpoint& endpoint = document.endpoints[*target.endpoint];
  if (endpoint.is_alias) {
    // Found by its name alone: no zone of this world has it.
    record_set.AliasTarget = {{.HostedZoneId = "-",
                               .DNSName = endpoint.value,
                               .EvaluateTargetHealth = target.evaluates_health}};
    return;
  }
  record_set.TTL = ttl;
  record_set.ResourceRecords = {{{.Value = endpoint.value}}};
}

}  // namespace

TrafficPolicyDocument parse_traffic_policy(std::string_view text) {
  const Json root = Json::parse(text, nullptr, false);
  if (root.is_discarded()) fail("the document is not valid JSON");
  return DocumentParser().parse(root);
}

ResourceRecordSet entry_record_set(const TrafficPolicyDocument& document,
                                   const std::string& instance_id, const std::string& name) {
  return {.Name = name,
          .Type = document.record_type,
          .AliasTarget = {{.HostedZoneId = instance_id,
                           .DNSName = document.start.rule ? rule_name(*document.start.rule)
                                                          : std::string(kStartName),
                           .EvaluateTargetHealth = false}},
          .TrafficPolicyInstanceId = instance_id};
}

std::vector<ResourceRecordSet> rule_record_sets(const TrafficPolicyDocument& document,
                                                const std::string& instance_id, std::int64_t ttl) {
  std::vector<ResourceRecordSet> made;
  if (document.start.endpoint) {
    auto& start = made.emplace_back(ResourceRecordSet{.Name = kStartName});
    lead_to(start, document, document.start, instance_id, ttl);
  }
  for (std::size_t rule = 0; rule < document.rules.size(); ++rule) {
    for (const auto& item : document.rules[rule].items) {
      auto& record_set = made.emplace_back(item.routing);
      record_set.Name = rule_name(rule);
      lead_to(record_set, document, item.target, instance_id, ttl);
    }
  }
  return made;
}

}  // namespace fallstreak::services::route53
