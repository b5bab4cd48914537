#include "front/http2_target.h"

#include <atomic>
#include <future>

#include "front/encrypted_listener_test.h"
#include "front/http2_client.h"

namespace fallstreak {
namespace {

using testing::get;
using testing::Http2Asked;
using testing::Http2Client;
using testing::Http2Told;
using testing::HttpClient;
using testing::speaking_http2;
using testing::TargetServer;

/// HTTPS listeners before targets that speak HTTP/2.
class Http2Targets : public testing::EncryptedListenerTest {
 protected:
  void serve(const TargetServer& target, const std::string& version) {
    group = *must(elbv2.create_target_group({.Name = version,
                                             .Protocol = "HTTP",
                                             .ProtocolVersion = version,
                                             .Port = 80,
                                             .VpcId = vpc_id,
                                             .HealthCheckIntervalSeconds = 10,
                                             .TargetType = "ip"}))
                 .TargetGroups->front()
                 .TargetGroupArn;
    add_target(group, target.port());
    listener = listen(import("shop.example").arn);
    port = local_port(443);
  }
  testing::TlsClient shop() { return asking("shop.example"); }
  nlohmann::json shown_target() { return shown()["target_groups"].at(0)["targets"].at(0); }
  std::string wait_for_check(const std::string& wanted) {
    std::string seen;
    for (int look = 0; look < 100'000 && seen != wanted; ++look) {
      const auto target = shown_target();
      if (target["last_check"].is_string()) seen = target["last_check"];
    }
    return seen;
  }
  std::uint16_t port = 0;
};

TEST_F(Http2Targets, GetRequestsOfHttp2InHttp2) {
  Http2Asked seen;
  TargetServer target(speaking_http2([&](const Http2Asked& asked) {
    seen = asked;
    return Http2Told{.status = 201, .fields = {{"x-own", "yes"}}, .body = "hello"};
  }));
  serve(target, "HTTP2");

  Http2Client client(port, shop());
  const auto reply = client.exchange("POST", "/path?a=b", {{"x-mine", "1"}}, "a body");

  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 201);
  EXPECT_EQ(reply->body, "hello");
  EXPECT_EQ(reply->header("x-own"), "yes");
  EXPECT_EQ(seen.field(":method"), "POST");
  EXPECT_EQ(seen.field(":path"), "/path?a=b");
  EXPECT_EQ(seen.field(":authority"), "shop.example");
  EXPECT_EQ(seen.field(":scheme"), "http");
  EXPECT_EQ(seen.field("x-mine"), "1");
  EXPECT_EQ(seen.field("x-forwarded-proto"), "https");
  EXPECT_EQ(seen.field("connection"), "");
  EXPECT_EQ(seen.body, "a body");
}

TEST_F(Http2Targets, ShareAConnectionAmongRequestsAtOnce) {
  std::atomic<int> connections{0};
  TargetServer target(speaking_http2([&](const Http2Asked& asked) {
    if (asked.connection > connections) connections = asked.connection;
    return Http2Told{.fields = {}, .body = asked.field(":path")};
  }));
  serve(target, "HTTP2");

  Http2Client client(port, shop());
  std::vector<std::int32_t> streams;
  for (int i = 0; i < 20; ++i) streams.push_back(client.begin("GET", "/" + std::to_string(i)));
  for (int i = 0; i < 20; ++i) {
    const auto reply = client.wait(streams[static_cast<std::size_t>(i)]);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->body, "/" + std::to_string(i));
  }
  const int used = connections;
  ASSERT_TRUE(client.exchange("GET", "/again"));
  EXPECT_EQ(connections, used);
}

TEST_F(Http2Targets, GetAndGiveMuchMoreThanAWindow) {
  const std::string much(3'000'000, 'x');
  TargetServer target(speaking_http2(
      [&](const Http2Asked& asked) { return Http2Told{.fields = {}, .body = asked.body}; }));
  serve(target, "HTTP2");

  Http2Client client(port, shop());
  const auto reply = client.exchange("POST", "/", {}, much);

  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, much);
}

TEST_F(Http2Targets, AreNotForRequestsOfHttp1) {
  TargetServer target(speaking_http2([](const Http2Asked&) { return Http2Told{}; }));
  serve(target, "HTTP2");
  HttpClient client(port, shop());
  const auto reply = client.exchange(get("/"));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 464);
}

TEST_F(Http2Targets, ThatRefuseOrBreakAreBadGateways) {
  TargetServer target(speaking_http2([](const Http2Asked&) { return Http2Told{.status = 0}; }));
  serve(target, "HTTP2");
  Http2Client client(port, shop());
  EXPECT_EQ(client.exchange("GET", "/")->status, 502);
  target.stop();
  EXPECT_EQ(client.exchange("GET", "/")->status, 502);
}

TEST_F(Http2Targets, ThatSpeakHttp1AloneAreBadGateways) {
  TargetServer target(testing::answering("hello"));
  serve(target, "HTTP2");
  Http2Client client(port, shop());
  EXPECT_EQ(client.exchange("GET", "/")->status, 502);
}

TEST_F(Http2Targets, AreCheckedInHttp2) {
  TargetServer target(speaking_http2([](const Http2Asked&) { return Http2Told{}; }));
  serve(target, "HTTP2");
  EXPECT_EQ(wait_for_check("200"), "200");
  advance("1m");
  EXPECT_EQ(shown_target()["state"], "healthy");
}

TEST_F(Http2Targets, OfGrpcAreHealthyByTheirStatus) {
  TargetServer target(speaking_http2([](const Http2Asked&) { return Http2Told{}; }));
  serve(target, "GRPC");
  ASSERT_EQ(wait_for_check("12"), "12");
  advance("1m");
  EXPECT_EQ(shown_target()["state"], "healthy");

  must(elbv2.modify_target_group({.TargetGroupArn = group, .Matcher = {{.GrpcCode = "0"}}}));
  advance("1m");
  EXPECT_EQ(shown_target()["state"], "unhealthy");
  const auto health = must(elbv2.describe_target_health({.TargetGroupArn = group}))
                          .TargetHealthDescriptions->front();
  EXPECT_EQ(health.TargetHealth->Reason, "Target.ResponseCodeMismatch");
  EXPECT_EQ(health.TargetHealth->Description, "Health checks failed with these codes: [12]");
}

const Http2Client::Headers kGrpc = {{"content-type", "application/grpc"}, {"te", "trailers"}};

TEST_F(Http2Targets, OfGrpcTellTheirStatusInTrailers) {
  Http2Asked seen;
  TargetServer target(speaking_http2([&](const Http2Asked& asked) {
    seen = asked;
    return Http2Told{.fields = {{"content-type", "application/grpc"}},
                     .body = "message",
                     .trailers = {{"grpc-status", "0"}, {"grpc-message", "fine"}}};
  }));
  serve(target, "GRPC");

  Http2Client client(port, shop());
  const auto stream = client.begin("POST", "/shop.Orders/Put", kGrpc, "question");
  const auto reply = client.wait(stream);

  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "message");
  EXPECT_EQ(reply->header("content-type"), "application/grpc");
  EXPECT_EQ(client.trailers(stream),
            (Http2Client::Headers{{"grpc-status", "0"}, {"grpc-message", "fine"}}));
  EXPECT_EQ(seen.field("te"), "trailers");
  EXPECT_EQ(seen.body, "question");
}

TEST_F(Http2Targets, OfGrpcMayAnswerByAHeadAlone) {
  TargetServer target(speaking_http2([](const Http2Asked&) {
    return Http2Told{.fields = {{"content-type", "application/grpc"}, {"grpc-status", "5"}}};
  }));
  serve(target, "GRPC");
  Http2Client client(port, shop());
  const auto reply = client.exchange("POST", "/shop.Orders/Get", kGrpc, "question");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->header("grpc-status"), "5");
}

TEST_F(Http2Targets, OfGrpcGetPostAlone) {
  TargetServer target(speaking_http2([](const Http2Asked&) { return Http2Told{}; }));
  serve(target, "GRPC");
  Http2Client client(port, shop());
  EXPECT_EQ(client.exchange("GET", "/")->status, 464);
  HttpClient old(port, shop());
  EXPECT_EQ(old.exchange(get("/"))->status, 464);
}

TEST_F(Http2Targets, OfHttp1GetNoRequestsOfGrpc) {
  TargetServer target(testing::answering("hello"));
  serve_encrypted(target, import("shop.example").arn);
  Http2Client client(local_port(443), shop());
  EXPECT_EQ(client.exchange("POST", "/", kGrpc, "question")->status, 464);
  EXPECT_EQ(client.exchange("POST", "/", {{"content-type", "application/grpc-web"}}, "x")->status,
            200);
}

}  // namespace
}  // namespace fallstreak
