#include <filesystem>

#include "services/route53/route53_fixture.h"

namespace fallstreak {
namespace {

class KeptDns : public testing::Route53Test {
 protected:
  KeptDns() { std::filesystem::remove_all(folder); }
  ~KeptDns() override { std::filesystem::remove_all(folder); }
  const std::string folder = ::testing::TempDir() + "fallstreak-kept-dns";
};

TEST_F(KeptDns, IsAsItWasAfterARewind) {
  const auto zone = make_zone("example.com");
  auto made = weighted(record("www.example.com", "A", {"192.0.2.1"}), "one", 10);
  made.HealthCheckId = make_health_check({.IPAddress = "192.0.2.1", .Type = "HTTP"});
  must(change(zone, {create(made)}));
  cloud.advance(std::chrono::minutes(5));
  const auto moment = cloud.snapshot();
  const auto hash = cloud.hash();

  must(change(zone, {remove(made)}));
  cloud.advance(std::chrono::minutes(5));
  EXPECT_NE(cloud.hash(), hash);
  cloud.restore(moment);

  EXPECT_EQ(cloud.hash(), hash);
  EXPECT_EQ(must(route53.get_hosted_zone({.Id = zone})).HostedZone->ResourceRecordSetCount, 3);
}

TEST_F(KeptDns, OutlivesTheProcess) {
  std::uint64_t hash = 0;
  std::string change;
  {
    Cloud first;
    first.keep_in(folder);
    InProcessTransport way(first);
    client::Route53 kept(way);
    const auto made =
        must(kept.create_hosted_zone({.Name = "example.com", .CallerReference = "one"}));
    change = *made.ChangeInfo->Id;
    must(kept.create_health_check(
        {.CallerReference = "one",
         .HealthCheckConfig = {{.IPAddress = "192.0.2.1", .Type = "HTTP"}}}));
    hash = first.hash();
  }
  Cloud second;
  second.keep_in(folder);
  EXPECT_EQ(second.hash(), hash);
  second.advance(std::chrono::minutes(5));
  InProcessTransport way(second);
  EXPECT_EQ(must(client::Route53(way).get_change({.Id = change})).ChangeInfo->Status, "INSYNC");
}

}  // namespace
}  // namespace fallstreak
