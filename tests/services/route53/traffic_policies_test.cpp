#include "services/route53/route53_fixture.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::Succeeds;

class TrafficPolicy : public testing::Route53Test {
 protected:
  /// A failover rule to a weighted rule, with an endpoint for each.
  static std::string document(const std::string& check = "") {
    return R"({"AWSPolicyFormatVersion": "2015-10-01", "RecordType": "A", "StartRule": "switch",
      "Endpoints": {"one": {"Type": "value", "Value": "192.0.2.1"},
                    "two": {"Type": "value", "Value": "192.0.2.2"},
                    "spare": {"Type": "value", "Value": "192.0.2.3"}},
      "Rules": {"switch": {"RuleType": "failover",
                           "Primary": {"RuleReference": "share", "EvaluateTargetHealth": "true"},
                           "Secondary": {"EndpointReference": "spare"}},
                "share": {"RuleType": "weighted",
                          "Items": [{"EndpointReference": "one", "Weight": "1")" +
           check + R"(},
                                    {"EndpointReference": "two", "Weight": 0)" +
           check + R"(}]}}})";
  }
  static std::string plain(const std::string& value, const std::string& type = "A") {
    return R"({"AWSPolicyFormatVersion": "2015-10-01", "RecordType": ")" + type +
           R"(", "StartEndpoint": "only", "Endpoints": {"only": {"Type": "value", "Value": ")" +
           value + R"("}}})";
  }
  Outcome<api::route53::CreateTrafficPolicyResponse> ask(const std::string& name,
                                                         const std::string& text) {
    return route53.create_traffic_policy({.Name = name, .Document = text});
  }
  std::string make_policy(const std::string& name, const std::string& text) {
    return *must(ask(name, text)).TrafficPolicy->Id;
  }
  Outcome<api::route53::CreateTrafficPolicyInstanceResponse> make_instance(
      const std::string& zone, const std::string& policy, const std::string& name,
      std::int32_t version = 1) {
    return route53.create_traffic_policy_instance({.HostedZoneId = zone,
                                                   .Name = name,
                                                   .TTL = 30,
                                                   .TrafficPolicyId = policy,
                                                   .TrafficPolicyVersion = version});
  }
  std::string state_of(const std::string& id) {
    return *must(route53.get_traffic_policy_instance({.Id = id})).TrafficPolicyInstance->State;
  }
  std::vector<std::string> answer(const std::string& zone, const std::string& name) {
    return *must(route53.test_dns_answer(
                     {.HostedZoneId = zone, .RecordName = name, .RecordType = "A"}))
                .RecordData;
  }
};

TEST_F(TrafficPolicy, AnswersAsItsRulesSay) {
  const std::string zone = make_zone("example.com");
  const std::string policy = make_policy("site", document());
  const auto made = *must(make_instance(zone, policy, "www.example.com")).TrafficPolicyInstance;
  EXPECT_EQ(made.State, "Creating");
  EXPECT_EQ(made.Name, "www.example.com.");
  cloud.advance(std::chrono::minutes(5));

  EXPECT_EQ(state_of(*made.Id), "Applied");
  EXPECT_THAT(answer(zone, "www.example.com"), ElementsAre("192.0.2.1"));
  const auto listed = must(route53.list_resource_record_sets({.HostedZoneId = zone}));
  ASSERT_THAT(*listed.ResourceRecordSets, SizeIs(3)) << "its rules are not records of the zone";
  EXPECT_EQ(listed.ResourceRecordSets->back().TrafficPolicyInstanceId, made.Id);
  EXPECT_FALSE(listed.ResourceRecordSets->back().AliasTarget);
}

TEST_F(TrafficPolicy, FailsOverWhenAllBehindARuleIsUnhealthy) {
  const std::string zone = make_zone("example.com");
  const std::string check = make_health_check(
      {.Type = "CALCULATED", .Inverted = true, .HealthThreshold = 0, .ChildHealthChecks = {{}}});
  const std::string policy = make_policy("site", document(R"(, "HealthCheck": ")" + check + "\""));
  must(make_instance(zone, policy, "www.example.com"));
  cloud.advance(std::chrono::minutes(5));

  EXPECT_THAT(answer(zone, "www.example.com"), ElementsAre("192.0.2.3"));
}

TEST_F(TrafficPolicy, IsReplacedByAnotherVersion) {
  const std::string zone = make_zone("example.com");
  const std::string policy = make_policy("site", document());
  const auto second =
      must(route53.create_traffic_policy_version({.Id = policy, .Document = plain("192.0.2.9")}));
  EXPECT_EQ(second.TrafficPolicy->Version, 2);
  const std::string id =
      *must(make_instance(zone, policy, "www.example.com")).TrafficPolicyInstance->Id;
  const auto update = [&](std::int32_t version) {
    return route53.update_traffic_policy_instance(
        {.Id = id, .TTL = 5, .TrafficPolicyId = policy, .TrafficPolicyVersion = version});
  };
  cloud.advance(std::chrono::minutes(5));

  EXPECT_EQ(must(update(2)).TrafficPolicyInstance->State, "Updating");
  cloud.advance(std::chrono::minutes(5));

  EXPECT_EQ(state_of(id), "Applied");
  EXPECT_THAT(answer(zone, "www.example.com"), ElementsAre("192.0.2.9"));
  must(route53.create_traffic_policy_version(
      {.Id = policy, .Document = plain("www.example.org", "CNAME")}));
  EXPECT_THAT(update(3), FailsWith("ConflictingTypes", 400));
  EXPECT_THAT(update(4), FailsWith("NoSuchTrafficPolicy", 404));
  EXPECT_THAT(route53.delete_traffic_policy({.Id = policy, .Version = 2}),
              FailsWith("TrafficPolicyInUse", 400));
  EXPECT_THAT(route53.delete_traffic_policy({.Id = policy, .Version = 1}), Succeeds());
}

TEST_F(TrafficPolicy, GoesWithItsInstance) {
  const std::string zone = make_zone("example.com");
  const std::string policy = make_policy("site", document());
  const std::string id =
      *must(make_instance(zone, policy, "www.example.com")).TrafficPolicyInstance->Id;
  cloud.advance(std::chrono::minutes(5));
  EXPECT_THAT(route53.delete_hosted_zone({.Id = zone}), FailsWith("HostedZoneNotEmpty", 400));

  must(route53.delete_traffic_policy_instance({.Id = id}));
  cloud.advance(std::chrono::minutes(5));

  EXPECT_THAT(route53.get_traffic_policy_instance({.Id = id}),
              FailsWith("NoSuchTrafficPolicyInstance", 404));
  EXPECT_THAT(answer(zone, "www.example.com"), IsEmpty());
  must(route53.delete_traffic_policy({.Id = policy, .Version = 1}));
  EXPECT_THAT(*must(route53.list_traffic_policies({})).TrafficPolicySummaries, IsEmpty());
  must(route53.delete_hosted_zone({.Id = zone}));
}

TEST_F(TrafficPolicy, FailsWhereARecordIsAlready) {
  const std::string zone = make_zone("example.com");
  const std::string policy = make_policy("site", plain("192.0.2.9"));
  must(change(zone, {create(record("www.example.com", "A", {"192.0.2.1"}))}));

  const auto failed = *must(make_instance(zone, policy, "www.example.com")).TrafficPolicyInstance;

  EXPECT_EQ(failed.State, "Failed");
  EXPECT_NE(*failed.Message, "");
  EXPECT_THAT(listed(zone), ElementsAre("www.example.com. A"));
  EXPECT_THAT(make_instance(zone, policy, "www.example.com"),
              FailsWith("TrafficPolicyInstanceAlreadyExists", 409));
  must(route53.delete_traffic_policy_instance({.Id = *failed.Id}));
  EXPECT_THAT(listed(zone), ElementsAre("www.example.com. A"));
}

TEST_F(TrafficPolicy, LetsItsRecordBeDeletedApart) {
  const std::string zone = make_zone("example.com");
  const std::string policy = make_policy("site", plain("192.0.2.9"));
  const std::string id =
      *must(make_instance(zone, policy, "www.example.com")).TrafficPolicyInstance->Id;
  const auto shown =
      must(route53.list_resource_record_sets({.HostedZoneId = zone})).ResourceRecordSets->back();

  EXPECT_THAT(change(zone, {upsert(shown)}), FailsWith("NotImplemented", 501));
  must(change(zone, {remove(shown)}));
  cloud.advance(std::chrono::minutes(5));

  EXPECT_THAT(answer(zone, "www.example.com"), IsEmpty());
  must(route53.delete_traffic_policy_instance({.Id = id}));
  must(route53.delete_hosted_zone({.Id = zone}));
}

TEST_F(TrafficPolicy, IsListedInPages) {
  const std::string zone = make_zone("example.com");
  const std::string policy = make_policy("site", plain("192.0.2.9"));
  make_policy("other", plain("192.0.2.8"));
  for (const char* name : {"c.example.com", "a.example.com", "b.example.com"}) {
    must(make_instance(zone, policy, name));
  }

  const auto first = must(route53.list_traffic_policy_instances_by_hosted_zone(
      {.HostedZoneId = zone, .MaxItems = "2"}));
  const auto second = must(route53.list_traffic_policy_instances(
      {.HostedZoneIdMarker = zone,
       .TrafficPolicyInstanceNameMarker = first.TrafficPolicyInstanceNameMarker,
       .TrafficPolicyInstanceTypeMarker = first.TrafficPolicyInstanceTypeMarker}));

  EXPECT_EQ(first.TrafficPolicyInstances->front().Name, "a.example.com.");
  EXPECT_EQ(first.IsTruncated, true);
  ASSERT_THAT(*second.TrafficPolicyInstances, SizeIs(1));
  EXPECT_EQ(second.TrafficPolicyInstances->front().Name, "c.example.com.");
  const auto by_policy = must(route53.list_traffic_policy_instances_by_policy(
      {.TrafficPolicyId = policy, .TrafficPolicyVersion = 1}));
  EXPECT_THAT(*by_policy.TrafficPolicyInstances, SizeIs(3));
  EXPECT_EQ(must(route53.get_traffic_policy_instance_count({})).TrafficPolicyInstanceCount, 3);
  const auto page = must(route53.list_traffic_policies({.MaxItems = "1"}));
  EXPECT_EQ(page.IsTruncated, true);
  const auto rest = must(route53.list_traffic_policies(
      {.TrafficPolicyIdMarker = page.TrafficPolicyIdMarker, .MaxItems = "1"}));
  EXPECT_THAT(*rest.TrafficPolicySummaries, SizeIs(1));
  EXPECT_EQ(must(route53.list_traffic_policy_versions({.Id = policy})).TrafficPolicies->size(), 1u);
  EXPECT_EQ(
      must(route53.update_traffic_policy_comment({.Id = policy, .Version = 1, .Comment = "mine"}))
          .TrafficPolicy->Comment,
      "mine");
}

TEST_F(TrafficPolicy, HasBounds) {
  const std::string zone = make_zone("example.com");
  const std::string policy = make_policy("site", plain("192.0.2.9"));
  EXPECT_THAT(ask("site", plain("192.0.2.9")), FailsWith("TrafficPolicyAlreadyExists", 409));
  for (int i = 0; i < 5; ++i) {
    must(make_instance(zone, policy, "n" + std::to_string(i) + ".example.com"));
  }
  EXPECT_THAT(make_instance(zone, policy, "n6.example.com"),
              FailsWith("TooManyTrafficPolicyInstances", 400));
  for (int i = 1; i < 50; ++i) make_policy("site" + std::to_string(i), plain("192.0.2.9"));
  EXPECT_THAT(ask("one-more", plain("192.0.2.9")), FailsWith("TooManyTrafficPolicies", 400));
}

TEST_F(TrafficPolicy, RefusesDocumentsThatAreWrong) {
  const std::string head = R"({"AWSPolicyFormatVersion": "2015-10-01", "RecordType": "A",)";
  const std::string endpoint = R"("Endpoints": {"e": {"Type": "value", "Value": "192.0.2.1"}})";
  const std::string start = R"("StartRule": "r", "Rules": {"r": )";
  for (const std::string& text :
       {std::string("{"), std::string("[]"), std::string("{}"), std::string(2000, '['),
        plain("192.0.2.999"), plain("x", "SOA"), head + endpoint + "}",
        head + R"("StartEndpoint": "none", )" + endpoint + "}",
        head + R"("StartEndpoint": "e", "Endpoints": {"e": 5}})",
        head + start + R"({"RuleType": "magic"}}, )" + endpoint + "}",
        head + start + R"({"RuleType": "weighted", "Items": []}}, )" + endpoint + "}",
        head + start + R"({"RuleType": "weighted", "Items": [{"EndpointReference": "e",
                          "Weight": "256"}]}}, )" +
            endpoint + "}",
        head + start + R"({"RuleType": "weighted", "Items": [5]}}, )" + endpoint + "}",
        head + start + R"({"RuleType": "failover", "Primary": {"RuleReference": "r"},
                          "Secondary": {"EndpointReference": "e"}}}, )" +
            endpoint + "}",
        head + start + R"({"RuleType": "latency", "Regions": [{"EndpointReference": "e",
                          "Region": "moon-1"}]}}, )" +
            endpoint + "}",
        head + start + R"({"RuleType": "geo", "Locations": [{"EndpointReference": "e"}]}}, )" +
            endpoint + "}"}) {
    EXPECT_THAT(ask("wrong", text), FailsWith("InvalidTrafficPolicyDocument", 400)) << text;
  }
  EXPECT_THAT(ask("wrong", head + R"("StartEndpoint": "e", "Endpoints": {"e": {"Type":
                               "cloudfront", "Value": "d1.cloudfront.net"}}})"),
              FailsWith("NotImplemented", 501));
  EXPECT_THAT(*must(route53.list_traffic_policies({})).TrafficPolicySummaries, IsEmpty());
}

}  // namespace
}  // namespace fallstreak
