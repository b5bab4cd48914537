#include "front/http2_client.h"

#include <nghttp2/nghttp2.h>

#include <atomic>
#include <future>

#include "front/encrypted_listener_test.h"

namespace fallstreak {
namespace {

using testing::answering;
using testing::get;
using ::testing::HasSubstr;
using testing::Http2Client;
using testing::HttpClient;
using ::testing::Not;
using testing::ok;
using testing::TargetServer;

/// HTTPS listeners whose clients speak HTTP/2.
class Http2 : public testing::EncryptedListenerTest {
 protected:
  void serve(const TargetServer& target) {
    serve_encrypted(target, import("shop.example").arn);
    port = local_port(443);
  }
  testing::TlsClient shop() { return asking("shop.example"); }
  std::uint16_t port = 0;
};

TEST_F(Http2, ReachesTargetsByHttp1) {
  std::string seen;
  TargetServer target([&](auto& connection, const std::string& head) {
    seen = head;
    connection.send(ok("hello", "X-Own: Yes\r\nConnection: keep-alive\r\n"));
  });
  serve(target);

  Http2Client client(port, shop());
  const auto reply =
      client.exchange("GET", "/path?a=b", {{"x-mine", "1"}, {"cookie", "a=1"}, {"cookie", "b=2"}});

  ASSERT_TRUE(reply);
  EXPECT_EQ(client.protocol(), "h2");
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body, "hello");
  EXPECT_EQ(reply->header("x-own"), "Yes");
  EXPECT_EQ(reply->header("connection"), "");
  EXPECT_THAT(seen, ::testing::StartsWith("GET /path?a=b HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nHost: shop.example\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nX-Forwarded-Proto: https\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nx-mine: 1\r\n"));
  EXPECT_THAT(seen, HasSubstr("ookie: a=1; b=2\r\n"));
}

TEST_F(Http2, IsSpokenOnlyWhereTheAttributeSays) {
  TargetServer target(answering("hello"));
  serve(target);
  set_attribute("routing.http2.enabled", "false");

  auto offering = shop();
  offering.protocols = "\x02h2\x08http/1.1";
  HttpClient old(port, offering);
  EXPECT_EQ(old.protocol(), "");
  EXPECT_EQ(old.exchange(get("/"))->body, "hello");

  set_attribute("routing.http2.enabled", "true");
  HttpClient chosen(port, offering);
  EXPECT_EQ(chosen.protocol(), "h2");
  offering.protocols = "\x08http/1.1";
  HttpClient other(port, offering);
  EXPECT_EQ(other.exchange(get("/"))->body, "hello");
}

TEST_F(Http2, AnswersManyRequestsAtOnceOnOneConnection) {
  std::atomic<int> waiting{0};
  std::promise<void> all;
  auto is_there = all.get_future().share();
  TargetServer target([&](auto& connection, const std::string& head) {
    if (++waiting == 100) all.set_value();
    // Each is answered only when all have come.
    is_there.wait();
    connection.send(ok(head.substr(4, head.find(" HTTP") - 4)));
  });
  serve(target);

  Http2Client client(port, shop());
  std::vector<std::int32_t> streams;
  for (int i = 0; i < 100; ++i) streams.push_back(client.begin("GET", "/" + std::to_string(i)));
  for (int i = 0; i < 100; ++i) {
    const auto reply = client.wait(streams[std::size_t(i)]);
    ASSERT_TRUE(reply) << i;
    EXPECT_EQ(reply->body, "/" + std::to_string(i));
  }
}

TEST_F(Http2, PassesLargeBodiesBothWays) {
  std::string got;
  TargetServer target([&](auto& connection, const std::string& head) {
    const auto at = head.find("content-length: ");
    const auto other = head.find("Content-Length: ");
    const auto length = std::stoul(head.substr(std::min(at, other) + 16));
    got = connection.read_bytes(length);
    connection.send(ok(got));
  });
  serve(target);
  std::string body;
  for (int i = 0; body.size() < 3'000'000; ++i) body += std::to_string(i) + ",";

  Http2Client client(port, shop());
  const auto reply =
      client.exchange("POST", "/", {{"content-length", std::to_string(body.size())}}, body);

  ASSERT_TRUE(reply);
  EXPECT_TRUE(got == body);
  EXPECT_TRUE(reply->body == body);
}

TEST_F(Http2, TellsBodiesWithoutALengthInChunks) {
  std::string seen;
  TargetServer target([&](auto& connection, const std::string& head) {
    seen = head;
    std::string body;
    while (!body.ends_with("0\r\n\r\n")) {
      const auto byte = connection.read_bytes(1);
      if (byte.empty()) return;
      body += byte;
    }
    seen += body;
    connection.send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n"
        "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nX-End: 1\r\n\r\n");
  });
  serve(target);

  Http2Client client(port, shop());
  const auto reply = client.exchange("POST", "/", {}, "what");

  ASSERT_TRUE(reply);
  EXPECT_THAT(seen, HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
  EXPECT_THAT(seen, HasSubstr("4\r\nwhat\r\n0\r\n\r\n"));
  EXPECT_EQ(reply->body, "abcdefg");
  EXPECT_EQ(reply->header("transfer-encoding"), "");
}

TEST_F(Http2, KeepsLittleOfAResponseThatNobodyTakes) {
  std::atomic<std::size_t> sent{0};
  TargetServer target([&](auto& connection, const std::string&) {
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n");
    const std::string piece(100'000, 'x');
    while (sent < 50'000'000 && connection.send(piece)) sent += piece.size();
  });
  serve(target);

  Http2Client client(port, shop(), Http2Client::Window::held);
  const auto stream = client.begin("GET", "/");
  ASSERT_TRUE(client.wait_for_bytes(stream, 65'535));
  EXPECT_EQ(shown()["counters"]["requests"], 1) << "others are served meanwhile";
  EXPECT_LT(sent, 20'000'000U);
  client.reset(stream);
}

TEST_F(Http2, AnswersByItselfAsItDoesInHttp1) {
  TargetServer target(answering("hello"));
  serve(target);
  must(elbv2.modify_listener(
      {.ListenerArn = listener,
       .DefaultActions = {
           {{.Type = "fixed-response",
             .FixedResponseConfig = {
                 {.MessageBody = "busy", .StatusCode = "503", .ContentType = "text/plain"}}}}}}));
  Http2Client client(port, shop());
  // Its body is not read to the end, and the next request on the connection is answered.
  const auto reply = client.exchange("POST", "/", {{"content-length", "3"}}, "abc");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 503);
  EXPECT_EQ(reply->body, "busy");
  EXPECT_EQ(client.exchange("GET", "/")->status, 503);
  EXPECT_EQ(client.exchange("HEAD", "/")->body, "");
}

TEST_F(Http2, CountsARequestThatItsClientTookBack) {
  std::promise<void> asked;
  std::promise<void> over;
  TargetServer target([&](auto& connection, const std::string& head) {
    if (!head.starts_with("GET /slow ")) {
      connection.send(ok("next"));
      return;
    }
    asked.set_value();
    // The load balancer closes the connection.
    connection.read_bytes(1);
    over.set_value();
  });
  serve(target);

  Http2Client client(port, shop());
  const auto slow = client.begin("GET", "/slow");
  asked.get_future().wait();
  client.reset(slow);
  over.get_future().wait();

  EXPECT_EQ(client.exchange("GET", "/")->body, "next");
  EXPECT_EQ(shown()["counters"]["own_answers"]["460"], 1);
}

TEST_F(Http2, EndsTheStreamAloneWhenTheTargetBreaksOff) {
  TargetServer target([&](auto& connection, const std::string& head) {
    if (head.starts_with("GET /broken ")) {
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
      connection.close();
    } else {
      connection.send(ok("whole"));
    }
  });
  serve(target);

  Http2Client client(port, shop());
  const auto broken = client.begin("GET", "/broken");
  EXPECT_EQ(client.wait(broken), std::nullopt);
  EXPECT_EQ(client.end_of(broken), NGHTTP2_INTERNAL_ERROR);
  EXPECT_EQ(client.exchange("GET", "/")->body, "whole");
}

TEST_F(Http2, PassesInterimResponses) {
  TargetServer target([&](auto& connection, const std::string&) {
    connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ok("late"));
  });
  serve(target);
  Http2Client client(port, shop());
  const auto stream = client.begin("GET", "/");
  EXPECT_EQ(client.wait(stream)->body, "late");
  ASSERT_FALSE(client.interim(stream).empty());
  EXPECT_EQ(client.interim(stream).front().second, "103");
}

TEST_F(Http2, RefusesWhatHttp1CannotSay) {
  std::atomic<int> requests{0};
  TargetServer target([&](auto& connection, const std::string&) {
    ++requests;
    connection.send(ok("hello"));
  });
  serve(target);
  Http2Client client(port, shop());
  const auto refused = [&](const std::string& path, const Http2Client::Headers& headers) {
    const auto reply = client.exchange("GET", path, headers);
    return !reply || reply->status == 400;
  };
  EXPECT_TRUE(refused("/ HTTP/1.1\r\nX: y\r\n\r\nGET /", {}));
  EXPECT_TRUE(refused("/", {{"x", "a\r\nb: c"}}));
  EXPECT_TRUE(refused("/", {{"x\r\ny", "a"}}));
  EXPECT_TRUE(refused("/", {{":authority", "shop.example\r\nX: y"}}));
  EXPECT_TRUE(refused("/", {{"transfer-encoding", "chunked"}}));
  EXPECT_TRUE(refused("/", {{"x", std::string(70'000, 'a')}}));
  EXPECT_EQ(client.exchange("GET", "/")->body, "hello");
  EXPECT_EQ(requests, 1);
}

TEST_F(Http2, SaysGoodbyeWhenItsListenerGoes) {
  TargetServer target(answering("hello"));
  serve(target);
  Http2Client client(port, shop());
  EXPECT_EQ(client.exchange("GET", "/")->body, "hello");
  must(elbv2.delete_listener({.ListenerArn = listener}));
  EXPECT_TRUE(client.is_told_to_go());
}

TEST_F(Http2, SaysGoodbyeToWhoAsksNothing) {
  TargetServer target(answering("hello"));
  serve(target);
  set_attribute("idle_timeout.timeout_seconds", "1");
  Http2Client client(port, shop());
  EXPECT_EQ(client.exchange("GET", "/")->body, "hello");
  EXPECT_TRUE(client.is_told_to_go());
}

TEST_F(Http2, SaysGoodbyeToAConnectionThatIsTooOld) {
  TargetServer target(answering("hello"));
  serve(target);
  set_attribute("client_keep_alive.seconds", "60");
  Http2Client client(port, shop());
  EXPECT_EQ(client.exchange("GET", "/")->body, "hello");
  advance("1m");
  EXPECT_EQ(client.exchange("GET", "/")->body, "hello");
  EXPECT_TRUE(client.is_told_to_go());
}

TEST_F(Http2, SurvivesWhatIsNoHttp2) {
  TargetServer target(answering("hello"));
  serve(target);
  {
    Http2Client client(port, shop());
    client.send_bytes(std::string("\0\0\x08\x06\0\0\0\0\x01 12345678", 18));
    client.exchange("GET", "/");
  }
  auto offering = shop();
  offering.protocols = "\x02h2";
  HttpClient old(port, offering);
  old.send(get("/"));
  old.receive_bytes(1000);
  Http2Client again(port, shop());
  EXPECT_EQ(again.exchange("GET", "/")->body, "hello");
}

TEST_F(Http2, KeepsAClientWithItsTarget) {
  TargetServer one(answering("one"));
  TargetServer two(answering("two"));
  serve(one);
  add_target(group, two.port());
  set_group_attribute("stickiness.enabled", "true");
  Http2Client client(port, shop());
  const auto first = client.exchange("GET", "/");
  ASSERT_TRUE(first);
  const std::string cookie = first->header("set-cookie");
  for (int i = 0; i < 4; ++i) {
    const auto next = client.exchange("GET", "/", {{"cookie", cookie.substr(0, cookie.find(';'))}});
    ASSERT_TRUE(next);
    EXPECT_EQ(next->body, first->body);
  }
}

}  // namespace
}  // namespace fallstreak
