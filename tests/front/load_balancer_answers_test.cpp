#include "front/load_balancer_fixture.h"

namespace fallstreak {
namespace {

using testing::answering;
using testing::get;
using ::testing::HasSubstr;
using testing::HttpClient;
using ::testing::Not;
using testing::ok;
using testing::TargetServer;

/// What a load balancer answers by itself, or does to a connection.
class LoadBalancerAnswers : public testing::LoadBalancerTest {
 protected:
  int own_answers(int status) {
    const auto own = shown()["counters"]["own_answers"];
    const auto found = own.find(std::to_string(status));
    return found == own.end() ? 0 : found->get<int>();
  }
};

TEST_F(LoadBalancerAnswers, AreAwsPages) {
  group = make_group("web");
  make_listener(forward(group));

  const auto reply = ask(get("/"));

  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.header("Server"), "awselb/2.0");
  EXPECT_EQ(reply.header("Content-Type"), "text/html");
  EXPECT_EQ(reply.body,
            "<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>"
            "\r\n<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n</body>\r\n"
            "</html>\r\n");
}

TEST_F(LoadBalancerAnswers, EndAConnectionThatIsTooOld) {
  TargetServer target(answering("hello"));
  serve_with(target);
  set_attribute("client_keep_alive.seconds", "60");
  HttpClient client(local_port());
  // It is as old as the load balancer knows it.
  EXPECT_EQ(client.exchange(get("/"))->body, "hello");
  advance("59s");
  EXPECT_EQ(client.exchange(get("/"))->header("Connection"), "keep-alive");

  advance("1s");

  const auto last = client.exchange(get("/"));
  ASSERT_TRUE(last);
  EXPECT_EQ(last->body, "hello");
  EXPECT_EQ(last->header("Connection"), "close");
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_F(LoadBalancerAnswers, Are502WhenTheTargetRefusesOrBreaksOff) {
  std::uint16_t nobody = 0;
  {
    TargetServer gone(answering(""));
    nobody = gone.port();
  }
  group = make_group("web");
  add_target(group, nobody);
  make_listener(forward(group));
  EXPECT_EQ(ask(get("/")).status, 502);

  std::int32_t port = 8000;
  for (const char* const answer :
       {"", "HTTP/1.1 200", "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nbad field\r\n\r\n"}) {
    TargetServer target([&](auto& connection, const std::string&) {
      connection.send(answer);
      connection.close();
    });
    const auto broken = make_group("broken-" + std::to_string(++port));
    add_target(broken, target.port());
    make_listener(forward(broken), port);
    EXPECT_EQ(ask(get("/"), port).status, 502) << answer;
  }
}

TEST_F(LoadBalancerAnswers, Are502WhenTheHeadOfTheResponseIsTooLarge) {
  TargetServer target([](auto& connection, const std::string&) {
    connection.send(ok("", "X-Large: " + std::string(15'000, 'x') +
                               "\r\nX-More: " + std::string(15'000, 'x') +
                               "\r\nX-Most: " + std::string(4'000, 'x') + "\r\n"));
  });
  serve_with(target);

  EXPECT_EQ(ask(get("/")).status, 502);
}

TEST_F(LoadBalancerAnswers, Are504WhenTheTargetSaysNothing) {
  TargetServer target([](auto& connection, const std::string&) { connection.read_head(); });
  serve_with(target);
  set_attribute("idle_timeout.timeout_seconds", "1");

  EXPECT_EQ(ask(get("/")).status, 504);
}

TEST_F(LoadBalancerAnswers, Are408WhenTheRequestDoesNotEnd) {
  TargetServer target(answering(""));
  serve_with(target);
  set_attribute("idle_timeout.timeout_seconds", "1");

  EXPECT_EQ(ask("GET / HTTP/1.1\r\nHost: a\r\n").status, 408);
  EXPECT_EQ(ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n123").status, 408);
}

TEST_F(LoadBalancerAnswers, AreNoneForAConnectionThatWasIdle) {
  TargetServer target(answering("hello"));
  serve_with(target);
  set_attribute("idle_timeout.timeout_seconds", "1");
  HttpClient client(local_port());
  EXPECT_EQ(client.exchange(get("/"))->body, "hello");

  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_F(LoadBalancerAnswers, Are400ForWhatIsNoRequest) {
  TargetServer target(answering(""));
  serve_with(target);

  for (const char* const bytes :
       {"nonsense\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nbad name: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    EXPECT_EQ(ask(bytes).status, 400) << bytes;
  }
  EXPECT_EQ(target.connections(), 0);
}

TEST_F(LoadBalancerAnswers, SayWhatIsTooLargeOrNotSupported) {
  TargetServer target(answering(""));
  serve_with(target);

  EXPECT_EQ(ask(get("/" + std::string(17'000, 'a'))).status, 414);
  EXPECT_EQ(ask(get("/", "X-Large: " + std::string(17'000, 'x') + "\r\n")).status, 400);
  EXPECT_EQ(ask("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n").status, 405);
  std::string addresses = "X-Forwarded-For: 10.0.0.1";
  for (int i = 1; i < 31; ++i) addresses += ", 10.0.0.1";
  EXPECT_EQ(ask(get("/", addresses + "\r\n")).status, 463);
}

TEST_F(LoadBalancerAnswers, Count460ForAClientThatDoesNotWait) {
  std::mutex mutex;
  std::condition_variable changed;
  bool was_asked = false;
  TargetServer target([&](auto& connection, const std::string&) {
    {
      const std::lock_guard held(mutex);
      was_asked = true;
    }
    changed.notify_one();
    // Ends when the load balancer gives up.
    connection.read_head();
  });
  serve_with(target);
  {
    HttpClient client(local_port());
    client.send(get("/"));
    std::unique_lock held(mutex);
    changed.wait(held, [&] { return was_asked; });
  }
  int counted = 0;
  for (int look = 0; look < 1000 && counted == 0; ++look) counted = own_answers(460);

  EXPECT_EQ(counted, 1);
}

TEST_F(LoadBalancerAnswers, EndTheConnectionBehindAnAmbiguousRequest) {
  std::string seen;
  TargetServer target([&](auto& connection, const std::string& head) {
    seen = head;
    connection.read_bytes(5);
    connection.send(ok("taken"));
  });
  serve_with(target);
  const char* const request =
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\n\r\n";

  HttpClient client(local_port());
  const auto reply = client.exchange(request);
  EXPECT_EQ(reply->body, "taken");
  EXPECT_EQ(reply->header("Connection"), "close");
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_THAT(seen, Not(HasSubstr("Content-Length")));

  set_attribute("routing.http.desync_mitigation_mode", "strictest");
  EXPECT_EQ(ask(request).status, 400);
}

TEST_F(LoadBalancerAnswers, LetARequestInProgressEndWhileItsTargetDrains) {
  std::mutex mutex;
  std::condition_variable changed;
  int asked = 0;
  bool may_answer = false;
  TargetServer target([&](auto& connection, const std::string&) {
    std::unique_lock held(mutex);
    ++asked;
    changed.notify_all();
    changed.wait(held, [&] { return may_answer; });
    connection.send(ok("late"));
  });
  serve_with(target);
  HttpClient client(local_port());
  HttpClient slow(local_port());
  client.send(get("/"));
  slow.send(get("/"));
  {
    std::unique_lock held(mutex);
    changed.wait(held, [&] { return asked == 2; });
  }
  must(elbv2.deregister_targets(
      {.TargetGroupArn = group,
       .Targets = {{{.Id = "127.0.0.1", .Port = target.port(), .AvailabilityZone = "all"}}}}));
  // New requests find no target, and those in progress go on for the delay of 300 s.
  EXPECT_EQ(ask(get("/")).status, 503);
  advance("299s");
  shown();
  EXPECT_EQ(own_answers(502), 0);

  advance("2s");
  EXPECT_EQ(client.receive()->status, 502);
  EXPECT_EQ(slow.receive()->status, 502);
  {
    const std::lock_guard held(mutex);
    may_answer = true;
  }
  changed.notify_all();
}

/// An instance whose workload is on this machine; nobody waits long for what is dropped.
class OutOfReach : public testing::LoadBalancerTest {
 protected:
  OutOfReach() : LoadBalancerTest(impatient()) {
    group = make_group("web", "instance");
    make_listener(forward(group));
  }
  static front::ServerOptions impatient() {
    auto with = serving();
    with.load_balancers.connect_timeout = std::chrono::seconds(1);
    return with;
  }
  std::string run_target(std::uint16_t port) {
    auto id = *must(ec2.run_instances({.ImageId = "ami-0abcdef1234567890",
                                       .InstanceType = "t3.micro",
                                       .MaxCount = 1,
                                       .MinCount = 1,
                                       .SubnetId = subnet_ids[0]}))
                   .Instances->front()
                   .InstanceId;
    advance("3m");
    must(ec2.create_tags(
        {.Resources = {{id}},
         .Tags = {{{.Key = "fallstreak:address", .Value = "127.0.0.1:" + std::to_string(port)}}}}));
    must(elbv2.register_targets({.TargetGroupArn = group, .Targets = {{{.Id = id}}}}));
    return id;
  }
};

TEST_F(OutOfReach, IsATargetUntilItsGroupLetsTheLoadBalancerIn) {
  TargetServer target(answering("instance"));
  const auto id = run_target(target.port());
  ASSERT_EQ(ask(get("/")).status, 200);
  const auto inside = *must(ec2.create_security_group(
                                {.Description = "inside", .GroupName = "inside", .VpcId = vpc_id}))
                           .GroupId;

  must(ec2.modify_instance_attribute({.InstanceId = id, .Groups = {{inside}}}));
  advance("1s");
  EXPECT_EQ(ask(get("/")).status, 504);
  must(ec2.authorize_security_group_ingress({.CidrIp = "10.0.0.0/16",
                                             .FromPort = 80,
                                             .GroupId = inside,
                                             .IpProtocol = "tcp",
                                             .ToPort = 80}));
  advance("1s");
  EXPECT_EQ(ask(get("/")).status, 200);
}

}  // namespace
}  // namespace fallstreak
