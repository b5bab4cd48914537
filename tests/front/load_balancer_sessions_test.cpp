#include "front/load_balancer_fixture.h"

namespace fallstreak {
namespace {

using testing::answering;
using testing::get;
using ::testing::HasSubstr;
using testing::HttpClient;
using testing::ok;
using testing::Reply;
using testing::TargetServer;

/// What binds clients to targets and target groups, and how targets come and go.
class Sessions : public testing::LoadBalancerTest {
 protected:
  static std::string cookie_of(const Reply& reply, const std::string& name) {
    for (const auto& [key, value] : reply.headers) {
      if (key == "Set-Cookie" && value.starts_with(name + "=")) {
        return value.substr(0, value.find(';'));
      }
    }
    return {};
  }
  static std::string with_cookie(const std::string& cookies) {
    return get("/", "Cookie: " + cookies + "\r\n");
  }
  static api::elbv2::Action sticky_forward(const std::vector<std::pair<std::string, int>>& weights,
                                           std::int32_t seconds) {
    auto action = forward(weights);
    action.ForwardConfig->TargetGroupStickinessConfig = {
        {.Enabled = true, .DurationSeconds = seconds}};
    return action;
  }
  /// How many of so many requests this target answers.
  int count(const std::string& name, int requests) {
    HttpClient client(local_port());
    int answered = 0;
    for (int i = 0; i < requests; ++i) answered += client.exchange(get("/"))->body == name ? 1 : 0;
    return answered;
  }
  void wait_until_checked(std::size_t targets) {
    for (int look = 0; look < 100'000; ++look) {
      std::size_t seen = 0;
      const nlohmann::json all = shown()["target_groups"].at(0)["targets"];
      for (const auto& target : all) {
        seen += target["last_check"] == "200" ? 1 : 0;
      }
      if (seen == targets) return;
    }
    FAIL() << "some target was never checked";
  }
};

TEST_F(Sessions, EndWhenTheDurationOfTheirCookieIsOver) {
  TargetServer one(answering("one"));
  TargetServer two(answering("two"));
  serve_with(one);
  add_target(group, two.port());
  set_group_attribute("stickiness.enabled", "true");
  set_group_attribute("stickiness.lb_cookie.duration_seconds", "60");
  // Both healthy, or the first that is would get all requests for a while.
  wait_until_checked(2);
  advance("2m");
  const auto first = ask(get("/"));
  const auto cookie = cookie_of(first, "AWSALB");
  advance("59s");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(ask(with_cookie(cookie)).body, first.body);

  advance("1s");

  std::set<std::string> seen;
  for (int i = 0; i < 4; ++i) seen.insert(ask(with_cookie(cookie)).body);
  EXPECT_EQ(seen.size(), 2U);
}

TEST_F(Sessions, FollowTheApplicationsOwnCookie) {
  const auto named = [](const char* name) {
    return [name](TargetServer::Connection& connection, const std::string&) {
      connection.send(ok(name, "Set-Cookie: session=1; HttpOnly\r\n"));
    };
  };
  TargetServer one(named("one"));
  TargetServer two(named("two"));
  serve_with(one);
  add_target(group, two.port());
  must(elbv2.modify_target_group_attributes(
      {.TargetGroupArn = group,
       .Attributes = {{{.Key = "stickiness.enabled", .Value = "true"},
                       {.Key = "stickiness.type", .Value = "app_cookie"},
                       {.Key = "stickiness.app_cookie.cookie_name", .Value = "session"}}}}));
  const auto first = ask(get("/"));
  const auto cookie = cookie_of(first, "AWSALBAPP-0");
  ASSERT_THAT(cookie, HasSubstr("AWSALBAPP-0="));

  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(ask(with_cookie("session=1; " + cookie)).body, first.body);
  }
  std::set<std::string> without;
  for (int i = 0; i < 4; ++i) without.insert(ask(with_cookie(cookie)).body);
  EXPECT_EQ(without.size(), 2U);
}

TEST_F(Sessions, StayWithATargetGroupThroughASwitchOfWeights) {
  TargetServer blue(answering("blue"));
  TargetServer green(answering("green"));
  const auto blue_group = make_group("blue");
  const auto green_group = make_group("green");
  add_target(blue_group, blue.port());
  add_target(green_group, green.port());
  listener = make_listener(sticky_forward({{blue_group, 1}, {green_group, 0}}, 60));
  const auto first = ask(get("/"));
  EXPECT_EQ(first.body, "blue");
  const auto cookie = cookie_of(first, "AWSALBTG");
  EXPECT_EQ(cookie_of(first, "AWSALBTGCORS").substr(13), cookie.substr(9));
  must(elbv2.modify_listener(
      {.ListenerArn = listener,
       .DefaultActions = {{sticky_forward({{blue_group, 0}, {green_group, 1}}, 60)}}}));

  EXPECT_EQ(ask(get("/")).body, "green");
  EXPECT_EQ(ask(with_cookie(cookie)).body, "blue");
  advance("61s");
  EXPECT_EQ(ask(with_cookie(cookie)).body, "green");
}

TEST_F(Sessions, AreGivenToATargetThatStartsSlowlyLittleByLittle) {
  TargetServer one(answering("one"));
  TargetServer two(answering("two"));
  serve_with(one);
  set_group_attribute("slow_start.duration_seconds", "100");
  wait_until_checked(1);
  advance("5m");
  EXPECT_EQ(count("one", 20), 20) << "alone, it has them all";
  add_target(group, two.port());
  wait_until_checked(2);
  // Its first check passes within the interval of 30 s after its registration.
  for (int second = 0; second < 40; ++second) {
    if (shown()["target_groups"].at(0)["targets"].dump().find("initial") == std::string::npos) {
      break;
    }
    advance("1s");
  }
  EXPECT_LE(count("two", 100), 5);

  advance("50s");
  const int half = count("two", 600);
  EXPECT_GT(half, 150);
  EXPECT_LT(half, 250) << "half of its share: a third of all";

  advance("50s");
  EXPECT_EQ(count("two", 100), 50);
}

TEST_F(Sessions, AvoidATargetThatFailsMoreThanTheOthers) {
  std::atomic<bool> is_broken{true};
  TargetServer bad([&](TargetServer::Connection& connection, const std::string&) {
    connection.send(is_broken ? "HTTP/1.1 500 Broken\r\nContent-Length: 3\r\n\r\nbad" : ok("bad"));
  });
  TargetServer two(answering("two"));
  TargetServer three(answering("three"));
  serve_with(bad);
  add_target(group, two.port());
  add_target(group, three.port());
  set_group_attribute("load_balancing.algorithm.type", "weighted_random");
  set_group_attribute("load_balancing.algorithm.anomaly_mitigation", "on");
  wait_until_checked(3);
  advance("2m");
  const auto anomaly = [&] {
    const auto health = must(
        elbv2.describe_target_health({.TargetGroupArn = group, .Include = {{"AnomalyDetection"}}}));
    std::map<std::int32_t, std::string> found;
    for (const auto& one : api::each(health.TargetHealthDescriptions)) {
      found[*one.Target->Port] =
          *one.AnomalyDetection->Result + " " + *one.AnomalyDetection->MitigationInEffect;
    }
    return found;
  };

  EXPECT_GT(count("bad", 100), 15);
  advance("11s");
  count("bad", 1);  // whose node judges
  count("bad", 1);  // and tells
  EXPECT_EQ(anomaly()[bad.port()], "anomalous yes");
  EXPECT_EQ(anomaly()[two.port()], "normal no");
  for (int window = 0; window < 5; ++window) {
    count("bad", 200);
    advance("11s");
  }
  EXPECT_LT(count("bad", 200), 20) << "a sixteenth of its share is about 6 of 200";

  is_broken = false;
  for (int window = 0; window < 12; ++window) {
    advance("11s");
    count("bad", 200);
  }
  EXPECT_EQ(anomaly()[bad.port()], "normal no");
}

TEST_F(Sessions, LeaveNoIdleConnectionToATargetThatDrains) {
  std::mutex mutex;
  std::condition_variable changed;
  bool has_ended = false;
  TargetServer target([&](auto& connection, const std::string&) {
    connection.send(ok("hello"));
    // Ends with the connection, or with the next request.
    const bool is_over = connection.read_head().empty();
    const std::lock_guard held(mutex);
    has_ended = is_over;
    changed.notify_all();
  });
  serve_with(target);
  HttpClient client(local_port());
  EXPECT_EQ(client.exchange(get("/"))->body, "hello");

  must(elbv2.deregister_targets(
      {.TargetGroupArn = group,
       .Targets = {{{.Id = "127.0.0.1", .Port = target.port(), .AvailabilityZone = "all"}}}}));

  std::unique_lock held(mutex);
  EXPECT_TRUE(changed.wait_for(held, std::chrono::seconds(10), [&] { return has_ended; }));
  held.unlock();
  EXPECT_EQ(shown()["target_groups"].at(0)["targets"].at(0)["state"], "draining");
  EXPECT_EQ(client.exchange(get("/"))->status, 503) << "the client's own connection stays";
  advance("301s");
  EXPECT_TRUE(shown()["target_groups"].at(0)["targets"].empty());
}

}  // namespace
}  // namespace fallstreak
