#include <nlohmann/json.hpp>

#include "client/ec2.h"
#include "front/server_test.h"

namespace fallstreak::testing {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

class ControlApi : public ServerTest {
 protected:
  Json ask(const std::string& request, int status = 200) {
    const auto reply = exchange(request);
    EXPECT_EQ(reply.status, status) << reply.body;
    EXPECT_EQ(reply.header("content-type"), "application/json");
    return Json::parse(reply.body, nullptr, false);
  }
  Json read(const std::string& path, int status = 200) {
    return ask(get("/_fallstreak/" + path), status);
  }
  Json change(const std::string& path, const std::string& body, int status = 200) {
    return ask(post("/_fallstreak/" + path, body), status);
  }
  Json remove(const std::string& path, int status = 200) {
    return ask("DELETE /_fallstreak/" + path + " HTTP/1.1\r\nHost: x\r\n\r\n", status);
  }
  std::string now() { return read("clock")["now"]; }
};

TEST_F(ControlApi, TellsHealth) {
  exchange(get_caller_identity());
  const Json health = read("health");
  EXPECT_EQ(health["status"], "running");
  EXPECT_THAT(health["services"], ::testing::Contains("sts"));
  EXPECT_EQ(health["clock"]["frozen"], true);
  EXPECT_EQ(health["requests"], 1);
  EXPECT_GT(health["uptime_seconds"], 0);
  EXPECT_NE(health["version"], "");
}

TEST_F(ControlApi, MovesTheClock) {
  EXPECT_EQ(now(), "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(change("clock", R"({"advance":"24h30m"})")["now"], "2026-01-02T00:30:00.000Z");
  EXPECT_EQ(cloud.now(), *parse_iso8601("2026-01-02T00:30:00Z"));
  EXPECT_EQ(exchange(get_caller_identity()).header("date"), "Fri, 02 Jan 2026 00:30:00 GMT");
}

TEST_F(ControlApi, BurdensDynamoDbAndKeepsThatThroughAReset) {
  EXPECT_EQ(read("dynamodb"), (Json{{"capacity", "ignored"}, {"stale_reads", "0ms"}}));
  const auto put = [&](const std::string& body, int status = 200) {
    std::string request = post("/_fallstreak/dynamodb", body);
    request.replace(0, 4, "PUT");
    return ask(request, status);
  };
  put(R"({"capacity":"enforced"})");
  const Json both{{"capacity", "enforced"}, {"stale_reads", "500ms"}};
  EXPECT_EQ(put(R"({"stale_reads":"500ms"})"), both);
  change("reset", "{}");
  EXPECT_EQ(read("dynamodb"), both);
  EXPECT_EQ(put(R"({"capacity":"some"})", 400)["error"],
            "'capacity' must be ignored, counted or enforced");
  EXPECT_EQ(put(R"({"stale_reads":"2h"})", 400)["error"],
            "'stale_reads' must be a duration of at most a minute, such as 500ms");
  EXPECT_EQ(put(R"({"other":1})", 400)["error"],
            "unknown key 'other'; known are: capacity, stale_reads");
  put("[]", 400);
  EXPECT_EQ(read("dynamodb"), both);
}

TEST_F(ControlApi, FreezesAndResumesTheClock) {
  EXPECT_EQ(change("clock", R"({"resume":true,"speed":1000000})")["frozen"], false);
  const std::string before = now();
  EXPECT_NE(now(), before);
  EXPECT_EQ(change("clock", R"({"freeze":true})")["frozen"], true);
  const std::string frozen = now();
  EXPECT_EQ(now(), frozen);
}

TEST_F(ControlApi, NamesWhatIsWrongWithAClockRequest) {
  const std::pair<const char*, const char*> wrong[] = {
      {"", "say what to do"},
      {"[]", "must be a JSON object"},
      {"{", "not JSON"},
      {R"({"advanced":"1h"})", "unknown key 'advanced'"},
      {R"({"advance":"soon"})", "'advance' must be a duration"},
      {R"({"advance":3600})", "'advance' must be text"},
      {R"({"advance":"1000000h"})", "'advance' must be a duration"},
      {R"({"advance":"-1h"})", "'advance' must be a duration"},
      {R"({"speed":0})", "'speed' must be from"},
      {R"({"speed":"fast"})", "'speed' must be a number"},
      {R"({"freeze":1})", "'freeze' must be true or false"},
      {R"({"freeze":true,"resume":true})", "exclude each other"},
  };
  for (const auto& [body, message] : wrong) {
    EXPECT_THAT(std::string(change("clock", body, 400)["error"]), HasSubstr(message)) << body;
  }
  EXPECT_EQ(now(), "2026-01-01T00:00:00.000Z");
}

TEST_F(ControlApi, RewindsToANamedSnapshotAndForward) {
  EXPECT_EQ(change("snapshots", R"({"name":"start"})", 201)["time"], "2026-01-01T00:00:00.000Z");
  change("faults", R"({"id":"dark","kind":"az-power","zone":"us-east-1a"})", 201);
  change("clock", R"({"advance":"1h"})");
  change("snapshots", R"({"name":"later"})", 201);

  EXPECT_EQ(change("rewind", R"({"to":"start"})")["now"], "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(read("faults")["faults"].size(), 0U);

  EXPECT_EQ(change("rewind", R"({"to":"later"})")["now"], "2026-01-01T01:00:00.000Z");
  EXPECT_EQ(read("faults")["faults"].size(), 1U);
}

TEST_F(ControlApi, RewindsToATime) {
  change("clock", R"({"advance":"1h"})");
  change("faults", R"({"id":"first","kind":"az-power","zone":"us-east-1a"})", 201);
  change("clock", R"({"advance":"1h"})");
  change("faults", R"({"id":"second","kind":"az-power","zone":"us-east-1b"})", 201);

  EXPECT_EQ(change("rewind", R"({"to":"2026-01-01T01:30:00Z"})")["now"],
            "2026-01-01T01:30:00.000Z");
  const Json faults = read("faults")["faults"];
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0]["id"], "first");
}

TEST_F(ControlApi, RefusesSnapshotsThatAreNotThereOrThereAlready) {
  change("snapshots", R"({"name":"one"})", 201);
  EXPECT_THAT(std::string(change("snapshots", R"({"name":"one"})", 409)["error"]),
              HasSubstr("'one'"));
  EXPECT_THAT(std::string(change("rewind", R"({"to":"two"})", 404)["error"]), HasSubstr("'two'"));
  EXPECT_THAT(std::string(change("rewind", "{}", 400)["error"]), HasSubstr("'to' is missing"));
  change("rewind", R"({"to":"1999-01-01T00:00:00Z"})", 409);
  change("snapshots", R"({"name":"a/b"})", 400);
  EXPECT_EQ(read("snapshots")["snapshots"].size(), 1U);
  remove("snapshots/one");
  remove("snapshots/one", 404);
}

TEST_F(ControlApi, ServesForksByAHeader) {
  change("forks", R"({"name":"what-if"})", 201);
  ask("POST /_fallstreak/clock HTTP/1.1\r\nHost: x\r\nx-fallstreak-fork: what-if\r\n"
      "Content-Length: 16\r\n\r\n{\"advance\":\"1h\"}");
  EXPECT_EQ(now(), "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(exchange(get_caller_identity("x-fallstreak-fork: what-if\r\n")).header("date"),
            "Thu, 01 Jan 2026 01:00:00 GMT");
  EXPECT_THAT(read("forks")["forks"], ::testing::ElementsAre("what-if"));
  change("forks", R"({"name":"what-if"})", 409);

  remove("forks/what-if");
  remove("forks/what-if", 404);
  EXPECT_EQ(exchange(get_caller_identity("x-fallstreak-fork: what-if\r\n")).status, 404);
}

TEST_F(ControlApi, InjectsFaultsThatEndByThemselves) {
  const Json fault = change("faults",
                            R"({"kind":"api-error","service":"sts","code":"Throttling",
                                "message":"Rate exceeded","status":400,"for":"10m"})",
                            201);
  EXPECT_THAT(std::string(fault["id"]), ::testing::StartsWith("fault-"));
  const auto refused = exchange(get_caller_identity());
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("<Code>Throttling</Code>"));
  EXPECT_EQ(read("events")["events"][0]["kind"], "faults.end");

  change("clock", R"({"advance":"10m"})");
  EXPECT_EQ(exchange(get_caller_identity()).status, 200);
  EXPECT_EQ(read("faults")["faults"].size(), 0U);
}

TEST_F(ControlApi, EndsFaultsOnRequest) {
  change("faults", R"({"id":"dark","kind":"az-power","zone":"us-east-1a"})", 201);
  change("faults", R"({"id":"dark","kind":"az-power","zone":"us-east-1a"})", 409);
  remove("faults/dark");
  remove("faults/dark", 404);
  EXPECT_EQ(read("faults")["faults"].size(), 0U);
}

TEST_F(ControlApi, NamesWhatIsWrongWithAFault) {
  EXPECT_THAT(std::string(change("faults", R"({"kind":"meteor"})", 400)["error"]),
              HasSubstr("meteor"));
  change("faults", R"({"kind":"az-power"})", 400);
  change("faults", R"({"kind":"az-power","zone":7})", 400);
  change("faults", R"({"kind":"api-error","code":"X","status":"high"})", 400);
}

TEST_F(ControlApi, ShowsWhatServicesTold) {
  EXPECT_TRUE(read("notices")["notices"].empty());
  InProcessTransport transport(cloud);
  const auto run = client::Ec2(transport).run_instances({.ImageId = "ami-0abcdef1234567890",
                                                         .InstanceType = "t3.micro",
                                                         .MaxCount = 1,
                                                         .MinCount = 1});
  ASSERT_TRUE(run.has_value()) << run.error().message;
  const std::string id = *run->Instances->front().InstanceId;
  for (const std::string name : {"a", "b", "c"}) {
    change("faults",
           R"({"kind":"scheduled-event","code":"instance-stop","instance_id":")" + id +
               R"(","id":")" + name + "\"}",
           201);
  }
  const Json first = read("notices?limit=2");
  ASSERT_EQ(first["notices"].size(), 2U);
  EXPECT_EQ(first["notices"][0]["source"], "aws.health");
  EXPECT_EQ(first["notices"][0]["target"], "eventbridge");
  EXPECT_EQ(first["notices"][0]["time"], now());
  EXPECT_EQ(first["notices"][0]["message"]["resources"][0], id);
  const Json second = read("notices?limit=2&after=" + std::string(first["next"]));
  ASSERT_EQ(second["notices"].size(), 1U);
  EXPECT_TRUE(second["next"].is_null());
  read("notices?limit=0", 400);
}

TEST_F(ControlApi, PagesThroughPendingEvents) {
  for (const std::string id : {"a", "b", "c"}) {
    change("faults", R"({"kind":"az-power","zone":"us-east-1a","for":"1h","id":")" + id + "\"}",
           201);
  }
  const Json first = read("events?limit=2");
  EXPECT_EQ(first["pending"], 3);
  EXPECT_EQ(first["events"].size(), 2U);
  const Json second = read("events?limit=2&after=" + std::string(first["next"]));
  ASSERT_EQ(second["events"].size(), 1U);
  EXPECT_EQ(second["events"][0]["entity"], "c");
  EXPECT_TRUE(second["next"].is_null());
  read("events?limit=0", 400);
  read("events?after=xyz", 400);
}

TEST_F(ControlApi, ResetsEverythingButTheTime) {
  change("faults", R"({"id":"dark","kind":"az-power","zone":"us-east-1a","for":"9h"})", 201);
  change("snapshots", R"({"name":"one"})", 201);
  change("clock", R"({"advance":"1h"})");
  const auto fresh = Cloud({.start = cloud.now()}).hash();

  change("reset", "");
  EXPECT_EQ(now(), "2026-01-01T01:00:00.000Z");
  EXPECT_EQ(read("faults")["faults"].size(), 0U);
  EXPECT_EQ(read("events")["pending"], 0);
  EXPECT_EQ(read("snapshots")["snapshots"].size(), 0U);
  EXPECT_EQ(cloud.hash(), fresh);
}

TEST_F(ControlApi, ListsCoverage) {
  const Json services = read("coverage")["services"];
  const auto sts = std::ranges::find(services, "sts", [](const Json& row) { return row["id"]; });
  ASSERT_NE(sts, services.end());
  const Json& operations = (*sts)["operations"];
  EXPECT_EQ((*sts)["total"], operations.size());
  const auto find = [&](const char* name) {
    return *std::ranges::find(operations, name, [](const Json& row) { return row["name"]; });
  };
  EXPECT_EQ(find("GetCallerIdentity")["implemented"], true);
  EXPECT_EQ(find("GetCallerIdentity")["refused"].size(), 0U);
  EXPECT_EQ(find("AssumeRole")["implemented"], false);
}

TEST_F(ControlApi, Answers404And405WithAnError) {
  EXPECT_THAT(std::string(read("nothing", 404)["error"]), HasSubstr("/_fallstreak/nothing"));
  read("", 404);
  ask(get("/_fallstreak"), 404);
  read("reset", 405);
  remove("clock", 405);
}

TEST_F(ControlApi, IsNotForThePagesOfOtherSites) {
  ask(get("/_fallstreak/health", "Origin: https://example.com\r\n"), 403);
  ask(get("/_fallstreak/health", "Origin: http://localhost:3000\r\n"), 200);
}

TEST_F(ControlApi, ExplainsWhetherAPacketGetsThrough) {
  const Json gone = read("reachability?from=eni-1&to=10.0.0.1&port=80", 400);
  EXPECT_THAT(gone["error"], HasSubstr("eni-1"));
  EXPECT_THAT(read("reachability?from=eni-1&port=80", 400)["error"], HasSubstr("'to'"));
  EXPECT_THAT(read("reachability?from=a&to=b&port=0", 400)["error"], HasSubstr("'port'"));
  EXPECT_THAT(read("reachability?from=a&to=b&via=c", 400)["error"], HasSubstr("'via'"));

  const Json answer = read("reachability?from=192.0.2.1&to=192.0.2.2&port=443&protocol=tcp");

  EXPECT_EQ(answer["verdict"], "not-reachable");
  ASSERT_EQ(answer["steps"].size(), 1U);
  EXPECT_EQ(answer["steps"][0]["component"], "internet");
  EXPECT_EQ(answer["steps"][0]["direction"], "forward");
  EXPECT_EQ(answer["steps"][0]["passed"], false);
}

}  // namespace
}  // namespace fallstreak::testing
