#include "base/gzip.h"
#include "client/s3.h"
#include "front/encrypted_listener_test.h"
#include "front/http2_client.h"

namespace fallstreak {
namespace {

using testing::answering;
using ::testing::EndsWith;
using testing::get;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::SizeIs;
using ::testing::StartsWith;
using testing::TargetServer;

/// What a load balancer that serves writes into its bucket.
class AccessLogs : public testing::EncryptedListenerTest {
 protected:
  AccessLogs() { must(s3.create_bucket({.Bucket = "logs"})); }
  void turn_on() {
    must(elbv2.modify_load_balancer_attributes(
        {.LoadBalancerArn = balancer,
         .Attributes = {{{.Key = "access_logs.s3.enabled", .Value = "true"},
                         {.Key = "access_logs.s3.bucket", .Value = "logs"},
                         {.Key = "access_logs.s3.prefix", .Value = "web"}}}}));
  }
  /// Lets five minutes pass once so many requests have been written down, which is when the client
  /// has its answer.
  void end_period(int lines) {
    while (shown()["counters"]["logged"] < lines) std::this_thread::yield();
    advance("5m");
  }
  std::vector<std::string> keys() {
    std::vector<std::string> all;
    const auto listed = must(s3.list_objects_v2({.Bucket = "logs"}));
    for (const auto& object : api::each(listed.Contents)) all.push_back(*object.Key);
    return all;
  }
  /// The files but the test file, when there are so many.
  std::vector<std::string> wait_for_files(std::size_t count) {
    std::vector<std::string> files;
    for (int look = 0; look < 100'000; ++look) {
      files = keys();
      std::erase_if(files, [](const auto& key) { return key.ends_with("TestFile"); });
      if (files.size() >= count) return files;
    }
    ADD_FAILURE() << "no log was written";
    return files;
  }
  std::vector<std::string> lines_of(const std::string& key) {
    const auto object = must(s3.get_object({.Bucket = "logs", .Key = key}));
    const auto text = gunzip(object.Body->view(), 1'000'000).value_or("damaged");
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = text.find('\n', at);
      lines.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    return lines;
  }

  client::S3 s3{transport};
};

TEST_F(AccessLogs, HaveALineForEachRequestEveryFiveMinutes) {
  TargetServer target(answering("hello"));
  serve_with(target);
  turn_on();
  EXPECT_THAT(keys(), ::testing::ElementsAre("web/AWSLogs/000000000000/ELBAccessLogTestFile"));

  ask(get("/a?b=c", "User-Agent: test/1\r\nX-Amzn-Trace-Id: Root=1-1-1\r\n"));
  ask("nonsense\r\n\r\n");
  target.stop();
  ask(get("/b"));
  end_period(3);

  const auto files = wait_for_files(1);
  ASSERT_THAT(files, SizeIs(1));
  EXPECT_THAT(files[0],
              MatchesRegex("web/AWSLogs/000000000000/elasticloadbalancing/us-east-1/2026/01/01/"
                           "000000000000_elasticloadbalancing_us-east-1_app.web.[0-9a-f]*_"
                           "20260101T0005Z_127.0.0.1_[0-9a-f]*.log.gz"));
  const auto lines = lines_of(files[0]);
  ASSERT_THAT(lines, SizeIs(3));
  const std::string address = " 127.0.0.1:" + std::to_string(target.port());
  EXPECT_THAT(lines[0], StartsWith("http 2026-01-01T00:0"));
  EXPECT_THAT(lines[0], HasSubstr(address + " 0.000 0.000 0.000 200 200 "));
  EXPECT_THAT(lines[0], HasSubstr("\"GET http://localhost:80/a?b=c HTTP/1.1\" \"test/1\" - - " +
                                  group + " \"Self=1-"));
  EXPECT_THAT(lines[0], HasSubstr("\"forward\" \"-\" \"-\" \"" + address.substr(1) + "\" \"200\""));
  EXPECT_THAT(lines[1], HasSubstr(" - -1 -1 -1 400 - "));
  EXPECT_THAT(lines[1], HasSubstr("\"- http://-:80- -\""));
  EXPECT_THAT(lines[2], HasSubstr(address + " -1 -1 -1 502 - "));
}

TEST_F(AccessLogs, TellRulesAndRedirects) {
  listener = make_listener(
      {.Type = "redirect", .RedirectConfig = {{.Host = "b.example", .StatusCode = "HTTP_302"}}});
  must(elbv2.create_rule(
      {.ListenerArn = listener,
       .Conditions = {{{.Field = "path-pattern", .Values = {{"/fixed"}}}}},
       .Priority = 7,
       .Actions = {{{.Type = "fixed-response", .FixedResponseConfig = {{.StatusCode = "404"}}}}}}));
  turn_on();

  ask(get("/fixed"));
  ask(get("/x"));
  end_period(2);

  const auto lines = lines_of(wait_for_files(1).at(0));
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines[0], HasSubstr(" 404 - "));
  EXPECT_THAT(lines[0], HasSubstr(" 7 2026-01-01T00:0"));
  EXPECT_THAT(lines[0], HasSubstr("\"fixed-response\" \"-\""));
  EXPECT_THAT(lines[1], HasSubstr(" 0 2026-01-01T00:0"));
  EXPECT_THAT(lines[1], HasSubstr("\"redirect\" \"http://b.example:80/x\""));
}

TEST_F(AccessLogs, TellHttp2FromHttp1) {
  TargetServer target(answering("hello"));
  const auto certificate = import("shop.example").arn;
  serve_encrypted(target, certificate);
  turn_on();
  testing::Http2Client client(local_port(443), asking("shop.example"));
  EXPECT_EQ(client.exchange("GET", "/a")->body, "hello");
  end_period(1);

  const auto lines = lines_of(wait_for_files(1).at(0));
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], StartsWith("h2 2026-01-01T00:0"));
  EXPECT_THAT(lines[0], HasSubstr(" \"GET https://shop.example:443/a HTTP/2.0\" "));
  EXPECT_THAT(lines[0], HasSubstr(" \"shop.example\" \"" + certificate + "\" "));
}

TEST_F(AccessLogs, OfANetworkLoadBalancerTellConnections) {
  TargetServer target([](auto& connection, const std::string&) { connection.send("one"); });
  const auto certificate = import("net.example").arn;
  must(elbv2.delete_load_balancer({.LoadBalancerArn = balancer}));
  balancer =
      *must(elbv2.create_load_balancer({.Name = "net", .Subnets = subnet_ids, .Type = "network"}))
           .LoadBalancers->front()
           .LoadBalancerArn;
  advance("3m");
  turn_on();
  group =
      *must(
           elbv2.create_target_group(
               {.Name = "tcp", .Protocol = "TCP", .Port = 80, .VpcId = vpc_id, .TargetType = "ip"}))
           .TargetGroups->front()
           .TargetGroupArn;
  add_target(group, target.port());
  must(elbv2.create_listener({.LoadBalancerArn = balancer,
                              .Protocol = "TLS",
                              .Port = 443,
                              .Certificates = {{{.CertificateArn = certificate}}},
                              .DefaultActions = {{forward(group)}}}));
  {
    testing::HttpClient client(local_port(443), testing::TlsClient{.host = "net.example"});
    client.send("hello\r\n\r\n");
    EXPECT_EQ(client.receive_bytes(3), "one");
  }

  // The line is there when the load balancer has seen the end.
  std::vector<std::string> files;
  for (int look = 0; look < 1000 && files.empty(); ++look) {
    advance("5m");
    files = keys();
    std::erase_if(files, [](const auto& key) { return key.ends_with("TestFile"); });
  }
  ASSERT_THAT(files, SizeIs(1));
  EXPECT_THAT(files[0], MatchesRegex("web/AWSLogs/000000000000/elasticloadbalancing/us-east-1/.*/"
                                     "000000000000_elasticloadbalancing_us-east-1_net.net.[0-9a-f]*"
                                     "_[0-9T]*Z_[0-9a-f]*.log.gz"));
  const auto lines = lines_of(files[0]);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], MatchesRegex("tls 2.0 2026-[0-9T:-]* net/net/[0-9a-f]* [0-9a-f]* "
                                     "127.0.0.1:[0-9]* 127.0.0.1:443 [0-9]* [0-9]* 9 3 - " +
                                     certificate +
                                     " - [A-Z0-9-]* tlsv12 - net.example - - - "
                                     "2026-[0-9T:-]*"));
}

TEST_F(AccessLogs, AreWrittenWhenTheServerStops) {
  TargetServer target(answering("hello"));
  serve_with(target);
  turn_on();
  ask(get("/"));
  while (shown()["counters"]["logged"] < 1) std::this_thread::yield();

  server.stop();

  EXPECT_THAT(wait_for_files(1), SizeIs(1));
}

}  // namespace
}  // namespace fallstreak
