#include "client/s3.h"
#include "front/encrypted_listener_test.h"
#include "tests/client_pems.h"

namespace fallstreak {
namespace {

using testing::get;
using ::testing::HasSubstr;
using testing::HttpClient;
using ::testing::Not;
using testing::ok;
using testing::TargetServer;

/// A listener that asks its clients for certificates, before a target that keeps what it was asked.
class MutualTls : public testing::EncryptedListenerTest {
 protected:
  using Asked = api::elbv2::MutualAuthenticationAttributes;

  MutualTls() {
    must(s3.create_bucket({.Bucket = "trust"}));
    must(s3.put_object({.Body = api::Body(std::string(testing::kClientAuthority)),
                        .Bucket = "trust",
                        .Key = "bundle.pem"}));
    must(s3.put_object({.Body = api::Body(std::string(testing::kRevocations)),
                        .Bucket = "trust",
                        .Key = "crl.pem"}));
    store = *must(elbv2.create_trust_store({.Name = "clients",
                                            .CaCertificatesBundleS3Bucket = "trust",
                                            .CaCertificatesBundleS3Key = "bundle.pem"}))
                 .TrustStores->front()
                 .TrustStoreArn;
    serve_encrypted(target, import("shop.example").arn);
  }
  void ask_clients(const Asked& asked) {
    must(elbv2.modify_listener({.ListenerArn = listener, .MutualAuthentication = asked}));
  }
  testing::TlsClient showing(const std::string& certificate) {
    auto client = asking("shop.example");
    client.certificate_pem = certificate;
    client.key_pem = certificate.empty() ? "" : testing::kClientKey;
    return client;
  }
  /// The status of an answer; 0 when the listener has not let the client in.
  int status_for(const std::string& certificate, const std::string& headers = {}) {
    try {
      HttpClient client(local_port(443), showing(certificate));
      const auto reply = client.exchange(get("/", headers));
      return reply ? reply->status : 0;
    } catch (const std::runtime_error&) {
      return 0;
    }
  }

  std::string seen;
  TargetServer target{[this](auto& connection, const std::string& head) {
    seen = head;
    connection.send(ok(""));
  }};
  client::S3 s3{transport};
  std::string store;
};

TEST_F(MutualTls, LetsInWhomTheTrustStoreKnowsAndTellsTheTarget) {
  ask_clients({.Mode = "verify", .TrustStoreArn = store});

  EXPECT_EQ(status_for({}), 0);
  EXPECT_EQ(status_for(testing::kExpiredClient), 0);
  EXPECT_EQ(status_for(testing::kAlice, "X-Amzn-Mtls-Clientcert-Subject: CN=root\r\n"), 200);

  EXPECT_THAT(seen, HasSubstr("\r\nX-Amzn-Mtls-Clientcert-Serial-Number: 03A5B1\r\n"));
  EXPECT_THAT(seen,
              HasSubstr("\r\nX-Amzn-Mtls-Clientcert-Issuer: CN=clients,O=Fallstreak,C=DE\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nX-Amzn-Mtls-Clientcert-Subject: CN=alice,O=Shop\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nX-Amzn-Mtls-Clientcert-Validity: "
                              "NotBefore=2020-01-01T00:00:00Z;NotAfter=2120-01-01T00:00:00Z\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nX-Amzn-Mtls-Clientcert-Leaf: "
                              "-----BEGIN%20CERTIFICATE-----%0A"));
  EXPECT_THAT(seen, Not(HasSubstr("CN=root")));
}

TEST_F(MutualTls, LetsNobodyInWhoWasRevoked) {
  ask_clients({.Mode = "verify", .TrustStoreArn = store});
  EXPECT_EQ(status_for(testing::kBob), 200);

  must(elbv2.add_trust_store_revocations(
      {.TrustStoreArn = store,
       .RevocationContents = {{{.S3Bucket = "trust", .S3Key = "crl.pem"}}}}));
  EXPECT_EQ(status_for(testing::kBob), 0);
  EXPECT_EQ(status_for(testing::kAlice), 200);
  must(elbv2.remove_trust_store_revocations({.TrustStoreArn = store, .RevocationIds = {{1}}}));
  EXPECT_EQ(status_for(testing::kBob), 200);
}

TEST_F(MutualTls, ForgivesExpiryAndNamesAuthoritiesWhenItShall) {
  ask_clients({.Mode = "verify",
               .TrustStoreArn = store,
               .IgnoreClientCertificateExpiry = true,
               .AdvertiseTrustStoreCaNames = "on"});

  EXPECT_EQ(status_for(testing::kExpiredClient), 200);
  HttpClient client(local_port(443), showing(testing::kAlice));
  EXPECT_EQ(client.named_authorities(), 1);
}

TEST_F(MutualTls, PassesOnWhateverThereIs) {
  ask_clients({.Mode = "passthrough"});
  must(elbv2.modify_listener_attributes(
      {.ListenerArn = listener,
       .Attributes = {{{.Key = "routing.http.request.x_amzn_mtls_clientcert.header_name",
                        .Value = "X-Client"}}}}));

  EXPECT_EQ(status_for({}, "X-Client: me\r\n"), 200);
  EXPECT_THAT(seen, Not(HasSubstr("X-Client")));
  EXPECT_EQ(status_for(testing::kExpiredClient), 200);
  EXPECT_THAT(seen, HasSubstr("\r\nX-Client: -----BEGIN%20CERTIFICATE-----%0A"));
  EXPECT_THAT(seen, Not(HasSubstr("Clientcert-Subject")));
}

}  // namespace
}  // namespace fallstreak
