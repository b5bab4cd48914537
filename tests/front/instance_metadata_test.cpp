#include <nlohmann/json.hpp>
#include <stdexcept>

#include "client/autoscaling.h"
#include "client/ec2.h"
#include "faults/faults.h"
#include "front/server_test.h"

namespace fallstreak::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Json = nlohmann::json;

constexpr const char* kTtl = "X-aws-ec2-metadata-token-ttl-seconds: ";

class InstanceMetadata : public ServerTest {
 protected:
  static front::ServerOptions with_metadata() {
    auto made = options();
    made.metadata = front::MetadataOptions{};
    return made;
  }
  InstanceMetadata() : ServerTest(with_metadata()) {}

  template <class Value>
  static Value must(Outcome<Value> outcome) {
    if (!outcome) throw std::runtime_error(outcome.error().code + ": " + outcome.error().message);
    return std::move(*outcome);
  }

  static api::ec2::RunInstancesRequest launch() {
    return {.ImageId = "ami-0abcdef1234567890",
            .InstanceType = "t3.micro",
            .MaxCount = 1,
            .MinCount = 1,
            .MetadataOptions = {{.HttpTokens = "optional"}}};
  }
  api::ec2::Instance run(const api::ec2::RunInstancesRequest& request = launch()) {
    auto instance = must(ec2.run_instances(request)).Instances->front();
    server.pacer().advance(1min);
    id = *instance.InstanceId;
    return instance;
  }
  Reply ask(std::string_view method, const std::string& path, const std::string& headers = {}) {
    HttpClient client(server.metadata_port());
    const std::string bytes =
        std::string(method) + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    client.send(bytes);
    auto reply = client.receive(method);
    EXPECT_TRUE(reply.has_value()) << bytes;
    return reply.value_or(Reply());
  }
  /// Of the instance that runs, by IMDSv1.
  std::string read(const std::string& path) {
    const auto reply = ask("GET", "/" + id + "/latest/" + path);
    return reply.status == 200 ? reply.body : std::to_string(reply.status);
  }
  void begin(const std::string& fault, const faults::FaultRecord& record) {
    ASSERT_TRUE(cloud.begin_fault(fault, record).has_value());
  }
  Reply put_token(const std::string& headers) {
    return ask("PUT", "/" + id + "/latest/api/token", headers);
  }
  int status_with(const std::string& token) {
    return ask("GET", "/" + id + "/latest/meta-data/instance-id",
               "X-aws-ec2-metadata-token: " + token + "\r\n")
        .status;
  }
  void change(api::ec2::ModifyInstanceMetadataOptionsRequest request) {
    request.InstanceId = id;
    must(ec2.modify_instance_metadata_options(request));
  }

  InProcessTransport transport{cloud, dispatch::Caller("123456789012", "eu-central-1")};
  client::Ec2 ec2{transport};
  std::string id;
};

TEST_F(InstanceMetadata, TellsWhatTheApiTells) {
  run();
  const auto seen = must(ec2.describe_instances({.InstanceIds = {{id}}}))
                        .Reservations->front()
                        .Instances->front();
  EXPECT_EQ(read("meta-data/instance-id"), id);
  EXPECT_EQ(read("meta-data/ami-id"), "ami-0abcdef1234567890");
  EXPECT_EQ(read("meta-data/instance-type"), "t3.micro");
  EXPECT_EQ(read("meta-data/instance-life-cycle"), "on-demand");
  EXPECT_EQ(read("meta-data/local-ipv4"), *seen.PrivateIpAddress);
  EXPECT_EQ(read("meta-data/public-ipv4"), *seen.PublicIpAddress);
  EXPECT_EQ(read("meta-data/placement/availability-zone"), *seen.Placement->AvailabilityZone);
  EXPECT_EQ(read("meta-data/placement/region"), "eu-central-1");
  EXPECT_EQ(read("meta-data/security-groups"), "default");

  const auto& interface = seen.NetworkInterfaces->front();
  const std::string network = "meta-data/network/interfaces/macs/" + *interface.MacAddress + "/";
  EXPECT_EQ(read("meta-data/mac"), *interface.MacAddress);
  EXPECT_EQ(read(network + "interface-id"), *interface.NetworkInterfaceId);
  EXPECT_EQ(read(network + "subnet-id"), *seen.SubnetId);
  EXPECT_EQ(read(network + "vpc-ipv4-cidr-block"), "172.31.0.0/16");
  EXPECT_EQ(read(network + "ipv4-associations/" + *seen.PublicIpAddress), *seen.PrivateIpAddress);
}

TEST_F(InstanceMetadata, ListsFoldersWithASlashBehindFolders) {
  run();
  EXPECT_EQ(read(""), "dynamic\nmeta-data");
  EXPECT_THAT(read("meta-data/"), AllOf(StartsWith("ami-id\n"), HasSubstr("\nplacement/\n")));
  EXPECT_EQ(read("meta-data"), read("meta-data/"));
  EXPECT_EQ(read("dynamic/instance-identity/"), "document");
  EXPECT_THAT(ask("GET", "/" + id + "/").body, AllOf(StartsWith("1.0\n"), HasSubstr("\nlatest")));
  EXPECT_EQ(ask("GET", "/" + id + "/2021-07-15/meta-data/instance-id").body, id);
  EXPECT_EQ(read("meta-data/nonsense"), "404");
  EXPECT_EQ(read("meta-data/ami"), "404");
}

TEST_F(InstanceMetadata, TellsTheIdentityDocument) {
  run();
  const auto document = Json::parse(read("dynamic/instance-identity/document"));
  EXPECT_EQ(document["accountId"], "123456789012");
  EXPECT_EQ(document["instanceId"], id);
  EXPECT_EQ(document["region"], "eu-central-1");
  EXPECT_EQ(document["architecture"], "x86_64");
  EXPECT_TRUE(document["kernelId"].is_null());
}

TEST_F(InstanceMetadata, IsFoundByTheNameOfTheHostToo) {
  run();
  HttpClient client(server.metadata_port());
  const auto reply = client.exchange("GET /latest/meta-data/instance-id HTTP/1.1\r\nHost: " + id +
                                     ".localhost:80\r\n\r\n");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, id);
}

TEST_F(InstanceMetadata, GivesUserDataAsItWas) {
  auto request = launch();
  request.UserData = "IyEvYmluL3NoCmVjaG8gaGk=";
  run(request);
  EXPECT_EQ(read("user-data"), "#!/bin/sh\necho hi");
  EXPECT_EQ(read(""), "dynamic\nmeta-data\nuser-data");
  run();
  EXPECT_EQ(read("user-data"), "404");
}

TEST_F(InstanceMetadata, GivesTheKeyOfItsKeyPair) {
  must(ec2.create_key_pair({.KeyName = "door"}));
  auto request = launch();
  request.KeyName = "door";
  run(request);
  EXPECT_EQ(read("meta-data/public-keys/"), "0=door");
  EXPECT_EQ(read("meta-data/public-keys/0/"), "openssh-key");
  EXPECT_THAT(read("meta-data/public-keys/0/openssh-key"), StartsWith("ssh-rsa "));
}

TEST_F(InstanceMetadata, NeedsATokenWhereTokensAreRequired) {
  run();
  change({.HttpTokens = "required"});
  EXPECT_EQ(read("meta-data/instance-id"), "401");

  const auto token = put_token(std::string(kTtl) + "60\r\n");
  EXPECT_EQ(token.status, 200);
  EXPECT_EQ(token.header(std::string(kTtl).substr(0, std::string(kTtl).size() - 2)), "60");
  EXPECT_EQ(token.body.size(), 56U);
  EXPECT_EQ(status_with(token.body), 200);
  server.pacer().advance(60s);
  EXPECT_EQ(status_with(token.body), 401);
}

TEST_F(InstanceMetadata, TakesNoTokenThatIsNotItsOwn) {
  run();
  EXPECT_EQ(read("meta-data/instance-id"), id);
  EXPECT_EQ(status_with("AQAAA"), 401);
  EXPECT_EQ(status_with(""), 401);
  auto token = put_token(std::string(kTtl) + "21600\r\n").body;
  run();
  EXPECT_EQ(status_with(token), 401);
  token = put_token(std::string(kTtl) + "21600\r\n").body;
  EXPECT_EQ(status_with(token), 200);
  token[3] = token[3] == 'A' ? 'B' : 'A';
  EXPECT_EQ(status_with(token), 401);
}

TEST_F(InstanceMetadata, RefusesTokensThatAreAskedForWrongly) {
  run();
  for (const char* ttl : {"0", "21601", "-1", "x", "", "99999999999"}) {
    EXPECT_EQ(put_token(std::string(kTtl) + ttl + "\r\n").status, 400) << ttl;
  }
  EXPECT_EQ(put_token("").status, 400);
  EXPECT_EQ(put_token(std::string(kTtl) + "60\r\nX-Forwarded-For: 1.2.3.4\r\n").status, 403);
  EXPECT_EQ(ask("GET", "/" + id + "/latest/api/token").status, 405);
  EXPECT_EQ(ask("DELETE", "/" + id + "/latest/meta-data/").status, 405);
}

TEST_F(InstanceMetadata, IsForbiddenWhileItsEndpointIsOff) {
  run();
  change({.HttpEndpoint = "disabled"});
  EXPECT_EQ(read("meta-data/instance-id"), "403");
  EXPECT_EQ(put_token(std::string(kTtl) + "60\r\n").status, 403);
  change({.HttpEndpoint = "enabled"});
  EXPECT_EQ(read("meta-data/instance-id"), id);
}

TEST_F(InstanceMetadata, OfNobodyIsNotThere) {
  run();
  EXPECT_EQ(ask("GET", "/i-0123456789abcdef0/latest/meta-data/").status, 404);
  EXPECT_EQ(ask("GET", "/latest/meta-data/").status, 404);
  EXPECT_EQ(ask("GET", "/" + id + "%zz/").status, 404);
  must(ec2.terminate_instances({.InstanceIds = {{id}}}));
  server.pacer().advance(5min);
  EXPECT_EQ(read("meta-data/instance-id"), "404");
}

TEST_F(InstanceMetadata, TellsTagsWhenItIsTo) {
  auto request = launch();
  request.TagSpecifications = {
      {{.ResourceType = "instance",
        .Tags = {{{.Key = "Name", .Value = "web"}, {.Key = "team", .Value = ""}}}}}};
  run(request);
  EXPECT_EQ(read("meta-data/tags/instance/"), "404");
  change({.InstanceMetadataTags = "enabled"});
  EXPECT_EQ(read("meta-data/tags/instance/"), "Name\nteam");
  EXPECT_EQ(read("meta-data/tags/instance/Name"), "web");
  EXPECT_EQ(read("meta-data/tags/instance/team"), "");
}

TEST_F(InstanceMetadata, TellsOfAnInterruptionTwoMinutesBefore) {
  auto request = launch();
  request.InstanceMarketOptions = {{.MarketType = "spot"}};
  run(request);
  EXPECT_EQ(read("meta-data/instance-life-cycle"), "spot");
  EXPECT_EQ(read("meta-data/spot/instance-action"), "404");

  begin("wave", {.kind = "spot-interruption", .instance_id = id});
  const Time now = cloud.now();
  EXPECT_EQ(Json::parse(read("meta-data/spot/instance-action")),
            Json({{"action", "terminate"}, {"time", to_iso8601(now + 2min)}}));
  EXPECT_EQ(read("meta-data/spot/termination-time"), to_iso8601(now + 2min));
  EXPECT_EQ(Json::parse(read("meta-data/events/recommendations/rebalance")),
            Json({{"noticeTime", to_iso8601(now)}}));
}

TEST_F(InstanceMetadata, TellsWhatIsScheduled) {
  run();
  EXPECT_EQ(read("meta-data/events/maintenance/scheduled"), "[]");
  begin("reboot", {.kind = "scheduled-event", .instance_id = id, .code = "system-reboot"});
  const auto events = Json::parse(read("meta-data/events/maintenance/scheduled"));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0]["Code"], "system-reboot");
  EXPECT_EQ(events[0]["State"], "active");
  EXPECT_THAT(std::string(events[0]["NotBefore"]), HasSubstr(" GMT"));
  cloud.end_fault("reboot");
  EXPECT_EQ(read("meta-data/events/maintenance/scheduled"), "[]");
  EXPECT_EQ(Json::parse(read("meta-data/events/maintenance/history"))[0]["State"], "canceled");
}

TEST_F(InstanceMetadata, HasTheRolesCredentialsForItsAccount) {
  auto request = launch();
  request.IamInstanceProfile = {{.Name = "web"}};
  run(request);
  EXPECT_EQ(Json::parse(read("meta-data/iam/info"))["InstanceProfileArn"],
            "arn:aws:iam::123456789012:instance-profile/web");
  EXPECT_EQ(read("meta-data/iam/security-credentials/"), "web");

  const auto credentials = Json::parse(read("meta-data/iam/security-credentials/web"));
  const std::string key = credentials["AccessKeyId"];
  EXPECT_EQ(credentials["Code"], "Success");
  EXPECT_GT(*parse_iso8601(std::string(credentials["Expiration"])), cloud.now() + 5h);
  const auto caller = exchange(get_caller_identity(
      "Authorization: AWS4-HMAC-SHA256 Credential=" + key +
      "/20260101/eu-central-1/sts/aws4_request, SignedHeaders=host, Signature=0\r\n"));
  EXPECT_THAT(caller.body, HasSubstr("<Account>123456789012</Account>"));

  server.pacer().advance(1h);
  EXPECT_NE(Json::parse(read("meta-data/iam/security-credentials/web"))["AccessKeyId"], key);
}

TEST_F(InstanceMetadata, TellsWhatItsGroupWantsOfIt) {
  run();
  EXPECT_EQ(read("meta-data/autoscaling/target-lifecycle-state"), "404");
  client::AutoScaling autoscaling(transport);
  auto data = api::ec2::RequestLaunchTemplateData{.ImageId = "ami-0abcdef1234567890",
                                                  .InstanceType = "t3.micro",
                                                  .MetadataOptions = {{.HttpTokens = "optional"}}};
  must(ec2.create_launch_template({.LaunchTemplateName = "web", .LaunchTemplateData = data}));
  must(autoscaling.create_auto_scaling_group({.AutoScalingGroupName = "web",
                                              .LaunchTemplate = {{.LaunchTemplateName = "web"}},
                                              .MinSize = 1,
                                              .MaxSize = 1,
                                              .AvailabilityZones = {{"eu-central-1a"}}}));
  server.pacer().advance(5min);
  id = *must(autoscaling.describe_auto_scaling_instances({}))
            .AutoScalingInstances->front()
            .InstanceId;
  EXPECT_EQ(read("meta-data/autoscaling/target-lifecycle-state"), "InService");
  must(autoscaling.enter_standby({.InstanceIds = {{id}},
                                  .AutoScalingGroupName = "web",
                                  .ShouldDecrementDesiredCapacity = false}));
  EXPECT_EQ(read("meta-data/autoscaling/target-lifecycle-state"), "Standby");
}

TEST_F(InstanceMetadata, SurvivesWhatIsNoRequest) {
  run();
  HttpClient client(server.metadata_port());
  const auto reply = client.exchange("nonsense\r\n\r\n");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 400);
  const auto large = ask("PUT", "/" + id + "/latest/api/token", "Content-Length: 100000\r\n");
  EXPECT_EQ(large.status, 413);
  EXPECT_EQ(read("meta-data/instance-id"), id);
}

}  // namespace
}  // namespace fallstreak::testing
