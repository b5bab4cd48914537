#include <openssl/ssl.h>

#include "front/encrypted_listener_test.h"

namespace fallstreak {
namespace {

using testing::answering;
using testing::get;
using ::testing::HasSubstr;
using testing::HttpClient;
using ::testing::Not;
using testing::ok;
using testing::TargetServer;
using testing::TlsClient;

using EncryptedListener = testing::EncryptedListenerTest;

TEST_F(EncryptedListener, ProvesItselfAndTellsTheTarget) {
  std::string seen;
  TargetServer target([&](auto& connection, const std::string& head) {
    seen = head;
    connection.send(ok("secret"));
  });
  const auto made = import("shop.example");
  serve_encrypted(target, made.arn);

  HttpClient client(local_port(443), asking("shop.example", made.authority));
  EXPECT_EQ(client.exchange(get("/"))->body, "secret");
  EXPECT_EQ(client.exchange(get("/"))->body, "secret");

  EXPECT_THAT(seen, HasSubstr("\r\nX-Forwarded-Proto: https\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nX-Forwarded-Port: 443\r\n"));
  EXPECT_THAT(seen, Not(HasSubstr("X-Amzn-Tls")));
}

TEST_F(EncryptedListener, TellsVersionAndCipherWhenItShall) {
  std::string seen;
  TargetServer target([&](auto& connection, const std::string& head) {
    seen = head;
    connection.send(ok(""));
  });
  serve_encrypted(target, import("shop.example").arn);
  set_attribute("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "true");

  HttpClient client(local_port(443), asking("shop.example"));
  client.exchange(get("/", "X-Amzn-Tls-Version: SSLv2\r\n"));

  EXPECT_THAT(seen, HasSubstr("\r\nX-Amzn-Tls-Version: TLSv1.2\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nX-Amzn-Tls-Cipher-Suite: ECDHE-ECDSA-AES128-GCM-SHA256\r\n"));
  EXPECT_THAT(seen, Not(HasSubstr("SSLv2")));
}

TEST_F(EncryptedListener, ChoosesTheCertificateByTheNameThatIsAskedFor) {
  TargetServer target(answering("hello"));
  serve_encrypted(target, import("first.example").arn);
  const auto other = import("*.second.example", "02", {}, "RSA_2048");
  must(elbv2.add_listener_certificates(
      {.ListenerArn = listener, .Certificates = {{{.CertificateArn = other.arn}}}}));
  const auto port = local_port(443);

  EXPECT_EQ(HttpClient(port, asking("www.second.example", other.authority)).peer_name(),
            "*.second.example");
  EXPECT_EQ(HttpClient(port, asking("unknown.example")).peer_name(), "first.example");
  EXPECT_EQ(HttpClient(port, TlsClient()).peer_name(), "first.example");

  must(elbv2.remove_listener_certificates(
      {.ListenerArn = listener, .Certificates = {{{.CertificateArn = other.arn}}}}));
  EXPECT_EQ(HttpClient(port, asking("www.second.example")).peer_name(), "first.example");
}

TEST_F(EncryptedListener, ShowsARenewedCertificateToNewConnections) {
  TargetServer target(answering("hello"));
  const auto made = import("shop.example", "01");
  serve_encrypted(target, made.arn);
  const auto port = local_port(443);
  HttpClient before(port, asking("shop.example"));
  EXPECT_EQ(before.peer_serial(), "01");

  import("shop.example", "02", made.arn);

  EXPECT_EQ(HttpClient(port, asking("shop.example")).peer_serial(), "02");
  EXPECT_EQ(before.exchange(get("/"))->body, "hello");
}

TEST_F(EncryptedListener, SpeaksTheVersionsOfItsPolicy) {
  TargetServer target(answering("hello"));
  const auto made = import("shop.example");
  serve_encrypted(target, made.arn);
  const auto version = [&](int highest) {
    auto client = asking("shop.example");
    client.highest_version = highest;
    return HttpClient(local_port(443), client).tls_version();
  };
  EXPECT_EQ(version(0), "TLSv1.2") << "ELBSecurityPolicy-2016-08 is from before 1.3";
  EXPECT_EQ(version(TLS1_VERSION), "TLSv1");

  must(elbv2.modify_listener(
      {.ListenerArn = listener, .SslPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06"}));

  EXPECT_EQ(version(0), "TLSv1.3");
  EXPECT_EQ(version(TLS1_2_VERSION), "TLSv1.2");
  EXPECT_THROW(version(TLS1_1_VERSION), std::runtime_error);
}

TEST_F(EncryptedListener, PassesLargeBodiesInBothDirections) {
  const std::string body(2'000'000, 'x');
  TargetServer target([&](auto& connection, const std::string& head) {
    const auto at = head.find("Content-Length: ") + 16;
    connection.send(ok(connection.read_bytes(std::stoul(head.substr(at)))));
  });
  serve_encrypted(target, import("shop.example").arn);

  HttpClient client(local_port(443), asking("shop.example"));
  const auto reply = client.exchange(testing::post("/", body));

  EXPECT_TRUE(reply && reply->body == body);
}

TEST_F(EncryptedListener, SaysGoodbyeBehindItsLastAnswer) {
  TargetServer target(answering("hello"));
  serve_encrypted(target, import("shop.example").arn);

  HttpClient client(local_port(443), asking("shop.example"));
  EXPECT_EQ(client.exchange(get("/", "Connection: close\r\n"))->body, "hello");

  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_F(EncryptedListener, IsATargetThatIsReachedAndCheckedEncrypted) {
  TargetServer target(answering("hello"));
  serve_encrypted(target, import("shop.example").arn);
  const auto encrypted = *must(elbv2.create_target_group({.Name = "encrypted",
                                                          .Protocol = "HTTPS",
                                                          .Port = 443,
                                                          .VpcId = vpc_id,
                                                          .HealthCheckProtocol = "HTTPS",
                                                          .TargetType = "ip"}))
                              .TargetGroups->front()
                              .TargetGroupArn;
  add_target(encrypted, local_port(443));
  make_listener(forward(encrypted));
  HttpClient client(local_port(80));

  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.exchange(get("/"))->body, "hello");

  const auto last_check = [&]() -> nlohmann::json {
    const nlohmann::json groups = shown()["target_groups"];
    for (const auto& one : groups) {
      if (one["arn"] == encrypted) return one["targets"].at(0)["last_check"];
    }
    return {};
  };
  for (int look = 0; look < 100'000 && last_check().is_null(); ++look) continue;
  EXPECT_EQ(last_check(), "200");
}

TEST_F(EncryptedListener, EndsConnectionsThatDoNotEncrypt) {
  TargetServer target(answering("hello"));
  serve_encrypted(target, import("shop.example").arn);

  HttpClient client(local_port(443));
  client.send(get("/"));

  EXPECT_FALSE(client.receive());
  EXPECT_EQ(HttpClient(local_port(443), asking("shop.example")).exchange(get("/"))->body, "hello");
}

}  // namespace
}  // namespace fallstreak
