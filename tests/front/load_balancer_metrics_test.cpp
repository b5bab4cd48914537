#include "client/cloudwatch.h"
#include "front/encrypted_listener_test.h"

namespace fallstreak {
namespace {

using testing::answering;
using testing::get;
using testing::HttpClient;
using testing::TargetServer;

using Dimensions = std::vector<api::cloudwatch::Dimension>;

/// What load balancers that serve tell CloudWatch of the requests that pass through them.
class LiveMetrics : public testing::EncryptedListenerTest {
 protected:
  /// The sums of the last hour's minutes, oldest first.
  std::vector<double> sums(const std::string& name, const Dimensions& dimensions) {
    const Time now = cloud.now();
    const auto output = must(cloudwatch.get_metric_data(
        {.MetricDataQueries = {{{.Id = "m",
                                 .MetricStat = {{.Metric = {{.Namespace = space,
                                                             .MetricName = name,
                                                             .Dimensions = dimensions}},
                                                 .Period = 60,
                                                 .Stat = "Sum"}}}}},
         .StartTime = now - std::chrono::hours(1),
         .EndTime = now,
         .ScanBy = "TimestampAscending"}));
    return *output.MetricDataResults->front().Values;
  }
  double sum(const std::string& name, const Dimensions& dimensions) {
    double all = 0;
    for (const double value : sums(name, dimensions)) all += value;
    return all;
  }
  double sum(const std::string& name) { return sum(name, {of_balancer()}); }
  double last(const std::string& name) {
    const auto values = sums(name, {of_balancer()});
    return values.empty() ? 0 : values.back();
  }
  static api::cloudwatch::Dimension in_zone(const std::string& zone) {
    return {.Name = "AvailabilityZone", .Value = zone};
  }
  api::cloudwatch::Dimension of_balancer() {
    return {.Name = "LoadBalancer", .Value = balancer.substr(balancer.find(":loadbalancer/") + 14)};
  }
  api::cloudwatch::Dimension of_group() {
    return {.Name = "TargetGroup", .Value = group.substr(group.rfind(':') + 1)};
  }
  static api::elbv2::Action fixed(const std::string& status) {
    return {.Type = "fixed-response", .FixedResponseConfig = {{.StatusCode = status}}};
  }

  std::string space = "AWS/ApplicationELB";
  client::CloudWatch cloudwatch{transport};
};

TEST_F(LiveMetrics, CountRequestsInAllPerZoneAndPerTargetGroup) {
  TargetServer target(answering("hello"));
  serve_with(target);
  EXPECT_EQ(ask(get("/")).body, "hello");
  EXPECT_EQ(ask(get("/")).body, "hello");
  EXPECT_EQ(sum("RequestCount"), 0) << "the minute is not over";

  advance("1m");

  EXPECT_EQ(sum("RequestCount"), 2);
  EXPECT_EQ(sum("RequestCount", {of_balancer(), of_group()}), 2);
  for (const auto* zone : {"us-east-1a", "us-east-1b"}) {
    EXPECT_EQ(sum("RequestCount", {of_balancer(), in_zone(zone)}), 1) << zone;
    EXPECT_EQ(sum("RequestCount", {of_balancer(), of_group(), in_zone(zone)}), 1) << zone;
  }
  EXPECT_EQ(sum("HTTPCode_Target_2XX_Count", {of_balancer(), of_group()}), 2);
  EXPECT_EQ(sum("HTTPCode_Target_5XX_Count"), 0);
  EXPECT_EQ(sum("HTTPCode_ELB_5XX_Count"), 0);

  advance("1m");
  EXPECT_EQ(sum("RequestCount"), 2) << "a request counts in one minute";
  EXPECT_EQ(sum("AnomalousHostCount", {of_balancer(), of_group()}), 0);
  EXPECT_FALSE(sums("MitigatedHostCount", {of_balancer(), of_group()}).empty());
}

TEST_F(LiveMetrics, CountWhatTheLoadBalancerAnswersItself) {
  make_listener(fixed("503"));
  EXPECT_EQ(ask(get("/")).status, 503);
  EXPECT_EQ(ask("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n").status, 405);

  advance("1m");

  EXPECT_EQ(sum("HTTP_Fixed_Response_Count"), 1);
  EXPECT_EQ(sum("HTTPCode_ELB_5XX_Count"), 1);
  EXPECT_EQ(sum("HTTPCode_ELB_503_Count"), 1);
  EXPECT_EQ(sum("HTTPCode_ELB_504_Count"), 0);
  EXPECT_EQ(sum("HTTPCode_ELB_4XX_Count"), 1);
  EXPECT_TRUE(sums("RequestCount", {of_balancer()}).empty()) << "no target was chosen";
}

TEST_F(LiveMetrics, CountConnectionsBytesAndCapacityUnits) {
  make_listener(fixed("200"));
  HttpClient one(local_port());
  HttpClient other(local_port());
  const std::string request = get("/");
  ASSERT_TRUE(one.exchange(request));
  ASSERT_TRUE(other.exchange(request));
  ASSERT_TRUE(other.exchange(request));

  advance("1m");

  EXPECT_EQ(sum("NewConnectionCount"), 2);
  EXPECT_EQ(last("ActiveConnectionCount"), 2);
  EXPECT_GT(sum("ProcessedBytes"), 3.0 * static_cast<double>(request.size()));
  // Two new connections in a minute are more of a unit than two that are open, or so few bytes.
  EXPECT_DOUBLE_EQ(last("ConsumedLCUs"), 2.0 / 60 / 25 / 60);
  advance("1m");
  EXPECT_EQ(sum("NewConnectionCount"), 2);
  EXPECT_EQ(last("ActiveConnectionCount"), 2);
  EXPECT_DOUBLE_EQ(last("ConsumedLCUs"), 2.0 / 3000 / 60);
}

TEST_F(LiveMetrics, CountRedirectsAndTheRulesThatWereLookedAt) {
  listener = make_listener(fixed("200"));
  must(elbv2.create_rule(
      {.ListenerArn = listener,
       .Conditions = {{{.Field = "path-pattern", .Values = {{"/old"}}}}},
       .Priority = 1,
       .Actions = {{{.Type = "redirect",
                     .RedirectConfig = {{.Path = "/new", .StatusCode = "HTTP_301"}}}}}}));
  EXPECT_EQ(ask(get("/old")).status, 301);
  EXPECT_EQ(ask(get("/any")).status, 200);

  advance("1m");

  EXPECT_EQ(sum("HTTP_Redirect_Count"), 1);
  EXPECT_EQ(sum("HTTPCode_ELB_3XX_Count"), 1);
  EXPECT_EQ(sum("HTTP_Fixed_Response_Count"), 1);
  EXPECT_EQ(sum("RuleEvaluations"), 2) << "the default rule is not counted";
}

TEST_F(LiveMetrics, CountConnectionsThatTargetsRefuse) {
  {
    TargetServer target(answering("hello"));
    serve_with(target);
  }
  EXPECT_EQ(ask(get("/")).status, 502);

  advance("1m");

  EXPECT_EQ(sum("TargetConnectionErrorCount"), 1);
  EXPECT_EQ(sum("TargetConnectionErrorCount", {of_balancer(), of_group()}), 1);
  EXPECT_EQ(sum("HTTPCode_ELB_502_Count"), 1);
  EXPECT_EQ(sum("RequestCount"), 1) << "a target was chosen";
  EXPECT_EQ(sum("UnhealthyRoutingRequestCount"), 1) << "no target was healthy";
}

TEST_F(LiveMetrics, CountRequestsThatNoCookieBound) {
  TargetServer target(answering("hello"));
  serve_with(target);
  set_group_attribute("stickiness.enabled", "true");
  const auto first = ask(get("/"));
  const std::string cookie = first.header("Set-Cookie");
  ask(get("/", "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n"));

  advance("1m");

  EXPECT_EQ(sum("RequestCount"), 2);
  EXPECT_EQ(sum("NonStickyRequestCount"), 1);
}

TEST_F(LiveMetrics, CountRequestsThatAreNotQuiteOnes) {
  TargetServer target(answering("hello"));
  serve_with(target);
  ask(get("/", "Bad_Name: x\r\n"));
  ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n");

  advance("1m");

  EXPECT_EQ(sum("ForwardedInvalidHeaderRequestCount"), 1);
  EXPECT_EQ(sum("DroppedInvalidHeaderRequestCount"), 0);
  EXPECT_EQ(sum("DesyncMitigationMode_NonCompliant_Request_Count"), 1);

  set_attribute("routing.http.drop_invalid_header_fields.enabled", "true");
  ask(get("/", "Bad_Name: x\r\n"));
  advance("1m");
  EXPECT_EQ(sum("ForwardedInvalidHeaderRequestCount"), 1);
  EXPECT_EQ(sum("DroppedInvalidHeaderRequestCount"), 1);
}

TEST_F(LiveMetrics, AreNotTakenByForks) {
  make_listener(fixed("200"));
  ASSERT_EQ(exchange(testing::post("/_fallstreak/forks", R"({"name":"what-if"})")).status, 201);
  ask(get("/"));
  const auto moved = exchange(
      testing::post("/_fallstreak/clock", R"({"advance":"5m"})", "x-fallstreak-fork: what-if\r\n"));
  ASSERT_EQ(moved.status, 200) << moved.body;

  advance("1m");

  EXPECT_EQ(sum("HTTP_Fixed_Response_Count"), 1);
}

TEST_F(LiveMetrics, CountHandshakesThatFail) {
  TargetServer target(answering("hello"));
  const auto certificate = import("shop.example.com");
  serve_encrypted(target, certificate.arn);
  HttpClient plain(local_port(443));
  plain.send("this is no handshake\r\n\r\n");
  EXPECT_EQ(plain.receive(), std::nullopt);

  // The client hears of it before it is counted.
  for (int minute = 0; minute < 50 && sum("ClientTLSNegotiationErrorCount") == 0; ++minute) {
    advance("1m");
  }

  EXPECT_EQ(sum("ClientTLSNegotiationErrorCount"), 1);
  EXPECT_EQ(sum("RequestCount"), 0);
}

/// The same of a Network Load Balancer in the place of the other.
class LiveFlowMetrics : public LiveMetrics {
 protected:
  LiveFlowMetrics() {
    space = "AWS/NetworkELB";
    must(elbv2.delete_load_balancer({.LoadBalancerArn = balancer}));
    balancer =
        *must(elbv2.create_load_balancer({.Name = "net", .Subnets = subnet_ids, .Type = "network"}))
             .LoadBalancers->front()
             .LoadBalancerArn;
    advance("3m");
  }
  void serve_flows(const TargetServer& target) {
    group = *must(elbv2.create_target_group({.Name = "tcp",
                                             .Protocol = "TCP",
                                             .Port = 80,
                                             .VpcId = vpc_id,
                                             .TargetType = "ip"}))
                 .TargetGroups->front()
                 .TargetGroupArn;
    add_target(group, target.port());
    must(elbv2.create_listener({.LoadBalancerArn = balancer,
                                .Protocol = "TCP",
                                .Port = 80,
                                .DefaultActions = {{forward(group)}}}));
  }
};

TEST_F(LiveFlowMetrics, CountFlowsInAllAndPerProtocol) {
  TargetServer target(answering("hello"));
  serve_flows(target);
  HttpClient open(local_port());
  ASSERT_TRUE(open.exchange(get("/")));

  advance("1m");

  EXPECT_EQ(sum("NewFlowCount"), 1);
  EXPECT_EQ(sum("NewFlowCount_TCP"), 1);
  EXPECT_EQ(last("ActiveFlowCount"), 1);
  EXPECT_EQ(last("ActiveFlowCount_TCP"), 1);
  EXPECT_TRUE(sums("NewFlowCount_TLS", {of_balancer()}).empty());
  const double in_zones = sum("NewFlowCount", {of_balancer(), in_zone("us-east-1a")}) +
                          sum("NewFlowCount", {of_balancer(), in_zone("us-east-1b")});
  EXPECT_EQ(in_zones, 1);
  EXPECT_EQ(sum("TCP_ELB_Reset_Count"), 0);
  EXPECT_FALSE(sums("TCP_ELB_Reset_Count", {of_balancer()}).empty()) << "it is always reported";
  EXPECT_EQ(sum("UnhealthyRoutingFlowCount"), 1) << "no target was healthy";
}

TEST_F(LiveFlowMetrics, CountResetsByWhoSentThem) {
  TargetServer target(answering("hello"));
  serve_flows(target);
  HttpClient client(local_port());
  ASSERT_TRUE(client.exchange(get("/")));
  client.abort();
  for (int minute = 0; minute < 50 && sum("TCP_Client_Reset_Count") == 0; ++minute) advance("1m");
  EXPECT_EQ(sum("TCP_Client_Reset_Count"), 1);
  EXPECT_EQ(sum("TCP_Target_Reset_Count"), 0);

  target.stop();
  HttpClient refused(local_port());
  EXPECT_TRUE(refused.is_closed_by_server());
  advance("1m");

  EXPECT_EQ(sum("TCP_Target_Reset_Count"), 1);
  EXPECT_EQ(sum("TCP_ELB_Reset_Count"), 0);
  EXPECT_EQ(last("ActiveFlowCount"), 0);
}

}  // namespace
}  // namespace fallstreak
