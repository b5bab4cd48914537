#include <thread>
#include <vector>

#include "front/server_test.h"

namespace fallstreak::testing {
namespace {

using namespace std::chrono_literals;

class Connection : public ServerTest {};

TEST_F(Connection, IsKeptAliveForTheNextRequest) {
  HttpClient client(server.port());
  for (int i = 0; i < 3; ++i) {
    const auto reply = client.exchange(get_caller_identity());
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 200);
    EXPECT_EQ(reply->header("connection"), "");
  }
}

TEST_F(Connection, IsClosedAfterTheAnswerWhenTheClientAsks) {
  HttpClient client(server.port());
  const auto reply = client.exchange(get_caller_identity("Connection: close\r\n"));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->header("connection"), "close");
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_F(Connection, OfHttp10IsClosedUnlessItAsksToStay) {
  HttpClient client(server.port());
  const auto kept =
      client.exchange("GET /_fallstreak/clock HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->header("connection"), "keep-alive");
  const auto last = client.exchange("GET /_fallstreak/clock HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(last);
  EXPECT_EQ(last->status, 200);
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_F(Connection, AnswersPipelinedRequestsInTheirOrder) {
  HttpClient client(server.port());
  std::string burst;
  for (int i = 0; i < 500; ++i) {
    burst += get("/_fallstreak/nothing-" + std::to_string(i));
  }
  ASSERT_TRUE(client.send(burst));
  for (int i = 0; i < 500; ++i) {
    const auto reply = client.receive();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 404);
    EXPECT_THAT(reply->body, ::testing::HasSubstr("/nothing-" + std::to_string(i) + "\""));
  }
}

TEST_F(Connection, TellsAClientOfDaxThatThereIsNoneAndParts) {
  HttpClient client(server.port());
  ASSERT_TRUE(client.send(std::string("gJ7yne5G\0\xf6\xa1iUserAgentfFooBar\0", 29)));
  const std::string message = "DAX is not implemented by this version of Fallstreak.";
  EXPECT_EQ(client.receive_bytes(77),
            "\x81\x03\x78\x35" + message + "\x83\xf6\x6eNotImplemented\x19\x01\xf5");
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_F(Connection, SaysContinueToAClientThatWaits) {
  HttpClient client(server.port());
  const std::string body = "Action=GetCallerIdentity&Version=2011-06-15";
  ASSERT_TRUE(client.send(
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
      "Expect: 100-continue\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n"));
  const auto go_on = client.receive();
  ASSERT_TRUE(go_on);
  EXPECT_EQ(go_on->status, 100);
  const auto reply = client.exchange(body);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
}

TEST_F(Connection, TakesBodiesInChunks) {
  const auto reply = exchange(
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
      "Transfer-Encoding: chunked\r\n\r\n"
      "a\r\nAction=Get\r\n21\r\nCallerIdentity&Version=2011-06-15\r\n0\r\n\r\n");
  EXPECT_EQ(reply.status, 200) << reply.body;
}

TEST_F(Connection, RefusesAHeaderOfMegabytesInTheFormOfTheClient) {
  HttpClient client(server.port());
  const std::string megabytes(std::size_t{4} * 1024 * 1024, 'x');
  client.send("GET /bucket/key HTTP/1.1\r\nHost: x\r\nx-amz-meta-large: " + megabytes);
  const auto reply = client.receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 400);
  EXPECT_THAT(reply->body, ::testing::HasSubstr("<Code>RequestHeaderSectionTooLarge</Code>"));
  EXPECT_NE(request_id(*reply), "");
}

TEST_F(Connection, RefusesABodyThatIsTooLargeWithoutReadingIt) {
  HttpClient client(server.port());
  ASSERT_TRUE(
      client.send("POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\n"
                  "Content-Type: application/x-amz-json-1.0\r\nContent-Length: 999999999\r\n"
                  "Expect: 100-continue\r\n\r\n"));
  const auto reply = client.receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 413);
  EXPECT_EQ(reply->header("connection"), "close");
  EXPECT_THAT(reply->body, ::testing::HasSubstr("RequestEntityTooLarge"));
  EXPECT_NE(request_id(*reply), "");
}

TEST_F(Connection, AnswersGarbageWithAnErrorAndARequestId) {
  for (const std::string& garbage :
       {std::string("\0\0\0\0\r\n\r\n", 8), std::string("GET\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"),
        std::string(5000, '\xff')}) {
    const auto reply = exchange(garbage);
    EXPECT_EQ(reply.status, 400);
    EXPECT_NE(request_id(reply), "");
  }
}

TEST_F(Connection, MayBeCutAtAnyByte) {
  const std::string request = get_caller_identity();
  for (std::size_t cut = 0; cut <= request.size(); ++cut) {
    HttpClient client(server.port());
    ASSERT_TRUE(client.send(std::string_view(request).substr(0, cut)));
    if (cut % 2 == 0) client.abort();
  }
  EXPECT_EQ(exchange(request).status, 200);
}

TEST_F(Connection, AnswersAClientThatSendsNoMore) {
  HttpClient client(server.port());
  ASSERT_TRUE(client.send(get_caller_identity()));
  client.finish_sending();
  const auto reply = client.receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_F(Connection, MayCarryManyAnswersThatNobodyReads) {
  HttpClient lazy(server.port());
  std::string burst;
  for (int i = 0; i < 50; ++i) burst += get("/_fallstreak/coverage");
  ASSERT_TRUE(lazy.send(burst));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(exchange(get_caller_identity()).status, 200);
}

TEST_F(Connection, OfManyThreadsAtOnceIsServedToEach) {
  std::vector<std::thread> threads;
  std::vector<int> succeeded(8, 0);
  for (std::size_t i = 0; i < succeeded.size(); ++i) {
    threads.emplace_back([this, &count = succeeded[i]] {
      HttpClient client(server.port());
      for (int k = 0; k < 100; ++k) {
        const auto reply = client.exchange(get_caller_identity());
        if (reply && reply->status == 200) ++count;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(succeeded, ::testing::Each(100));
}

TEST_F(Connection, EndsWhenTheServerStops) {
  HttpClient idle(server.port());
  ASSERT_TRUE(idle.exchange(get_caller_identity()));
  HttpClient halfway(server.port());
  ASSERT_TRUE(halfway.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"));
  server.stop();
  EXPECT_TRUE(idle.is_closed_by_server());
  EXPECT_TRUE(halfway.is_closed_by_server());
}

class ImpatientServer : public ServerTest {
 protected:
  static front::ServerOptions impatient() {
    front::ServerOptions with = options();
    with.threads = 1;
    with.connection.header = 50ms;
    with.connection.progress = 50ms;
    with.connection.idle = 50ms;
    with.connection.connections = 8;
    return with;
  }
  ImpatientServer() : ServerTest(impatient()) {}
};

TEST_F(ImpatientServer, ClosesAConnectionWhoseHeaderDoesNotComeToAnEnd) {
  HttpClient slow(server.port());
  ASSERT_TRUE(slow.send("GET / HTTP/1.1\r\nHost:"));
  EXPECT_TRUE(slow.is_closed_by_server());
}

TEST_F(ImpatientServer, ClosesAConnectionWhoseHeaderDripsForever) {
  HttpClient slow(server.port());
  ASSERT_TRUE(slow.send("GET / HTTP/1.1\r\n"));
  // Each byte waits for a whole exchange of someone else, until the server has had enough.
  int drips = 0;
  while (drips < 100'000 && slow.send("a")) {
    ASSERT_EQ(exchange(get("/_fallstreak/clock")).status, 200);
    ++drips;
  }
  EXPECT_LT(drips, 100'000);
}

TEST_F(ImpatientServer, ClosesAConnectionWhoseBodyDoesNotCome) {
  HttpClient slow(server.port());
  ASSERT_TRUE(slow.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc"));
  EXPECT_TRUE(slow.is_closed_by_server());
}

TEST_F(ImpatientServer, ClosesAConnectionThatIsIdle) {
  HttpClient quiet(server.port());
  ASSERT_TRUE(quiet.exchange(get_caller_identity()));
  EXPECT_TRUE(quiet.is_closed_by_server());
}

TEST_F(ImpatientServer, ServesOthersWhileSlowClientsHoldEveryPlace) {
  std::vector<std::unique_ptr<HttpClient>> slow;
  for (int i = 0; i < 20; ++i) {
    slow.push_back(std::make_unique<HttpClient>(server.port()));
    ASSERT_TRUE(slow.back()->send("GET / HTTP/1.1\r\nHost:"));
    ASSERT_EQ(exchange(get_caller_identity()).status, 200);
  }
}

}  // namespace
}  // namespace fallstreak::testing
