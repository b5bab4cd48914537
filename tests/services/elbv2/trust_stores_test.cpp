#include "client/s3.h"
#include "tests/client_pems.h"
#include "tests/services/imported_certificate.h"
#include "tests/services/stack_fixture.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::IsEmpty;
using testing::Succeeds;

/// A bucket with a bundle of authorities and a list of what they have taken back.
class TrustStoreTest : public testing::StackTest {
 protected:
  using Asked = api::elbv2::MutualAuthenticationAttributes;

  TrustStoreTest() {
    must_do(
        s3.create_bucket({.Bucket = "trust",
                          .CreateBucketConfiguration = {{.LocationConstraint = "eu-central-1"}}}));
    store_object("bundle.pem", testing::kClientAuthority);
    store_object("crl.pem", testing::kRevocations);
    store_object("client.pem", testing::kAlice);
    store_object("text", "no certificate");
  }
  void store_object(const std::string& key, const std::string& text) {
    must_do(s3.put_object({.Body = api::Body(text), .Bucket = "trust", .Key = key}));
  }
  Outcome<api::elbv2::CreateTrustStoreOutput> create(const std::string& name,
                                                     const std::string& key = "bundle.pem",
                                                     const std::string& bucket = "trust") {
    return elbv2.create_trust_store(
        {.Name = name, .CaCertificatesBundleS3Bucket = bucket, .CaCertificatesBundleS3Key = key});
  }
  std::string make(const std::string& name) {
    return *must(create(name)).TrustStores->front().TrustStoreArn;
  }
  Outcome<api::elbv2::AddTrustStoreRevocationsOutput> revoke(const std::string& arn,
                                                             const std::string& key = "crl.pem") {
    return elbv2.add_trust_store_revocations(
        {.TrustStoreArn = arn, .RevocationContents = {{{.S3Bucket = "trust", .S3Key = key}}}});
  }
  api::elbv2::TrustStore describe(const std::string& arn) {
    return must(elbv2.describe_trust_stores({.TrustStoreArns = {{arn}}})).TrustStores->front();
  }
  void make_balancer() {
    make_network();
    balancer = make_load_balancer("web");
    certificate = testing::imported_certificate(acm, "shop.example", cloud.now());
  }
  Outcome<api::elbv2::CreateListenerOutput> listen(std::optional<Asked> asked,
                                                   const std::string& protocol = "HTTPS") {
    api::elbv2::CreateListenerInput request{
        .LoadBalancerArn = balancer,
        .Protocol = protocol,
        .Port = 443,
        .DefaultActions = {
            {{.Type = "fixed-response", .FixedResponseConfig = {{.StatusCode = "200"}}}}}};
    if (protocol == "HTTPS") request.Certificates = {{{.CertificateArn = certificate}}};
    request.MutualAuthentication = std::move(asked);
    return elbv2.create_listener(request);
  }

  client::S3 s3{transport};
  client::Acm acm{transport};
  std::string balancer, certificate;
};

class CreateTrustStore : public TrustStoreTest {};

TEST_F(CreateTrustStore, CountsTheAuthoritiesOfTheBundle) {
  store_object("two.pem", std::string(testing::kClientAuthority) + testing::kClientAuthority);

  const auto made = must(create("clients", "two.pem")).TrustStores->front();

  EXPECT_EQ(made.Name, "clients");
  EXPECT_EQ(made.Status, "ACTIVE");
  EXPECT_EQ(made.NumberOfCaCertificates, 2);
  EXPECT_EQ(made.TotalRevokedEntries, 0);
  EXPECT_EQ(describe(*made.TrustStoreArn), made);
  const auto by_name = must(elbv2.describe_trust_stores({.Names = {{"clients"}}}));
  EXPECT_EQ(by_name.TrustStores->front(), made);
}

TEST_F(CreateTrustStore, RefusesWhatIsNoBundle) {
  EXPECT_THAT(create("a", "nothing.pem"), FailsWith("CaCertificatesBundleNotFound"));
  EXPECT_THAT(create("a", "bundle.pem", "no-bucket"), FailsWith("CaCertificatesBundleNotFound"));
  EXPECT_THAT(create("a", "text"), FailsWith("InvalidCaCertificatesBundle"));
  EXPECT_THAT(create("a", "client.pem"), FailsWith("InvalidCaCertificatesBundle"));
  // For which nobody is asked at the terminal.
  store_object("locked.pem",
               "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
               "DEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF\n\nMAAA\n"
               "-----END CERTIFICATE-----\n");
  EXPECT_THAT(create("a", "locked.pem"), FailsWith("InvalidCaCertificatesBundle"));
  EXPECT_THAT(*must(elbv2.describe_trust_stores({})).TrustStores, IsEmpty());
  make("a");
  EXPECT_THAT(create("a"), FailsWith("DuplicateTrustStoreName"));
}

TEST_F(CreateTrustStore, MakesTwentyOfThem) {
  for (int i = 0; i < 20; ++i) make("store-" + std::to_string(i));
  EXPECT_THAT(create("one-more"), FailsWith("TooManyTrustStores"));
}

class ModifyTrustStore : public TrustStoreTest {};

TEST_F(ModifyTrustStore, TakesAnotherBundleOrNone) {
  const auto arn = make("clients");
  store_object("two.pem", std::string(testing::kClientAuthority) + testing::kClientAuthority);
  const auto modify = [&](const std::string& of, const std::string& key) {
    return elbv2.modify_trust_store({.TrustStoreArn = of,
                                     .CaCertificatesBundleS3Bucket = "trust",
                                     .CaCertificatesBundleS3Key = key});
  };

  EXPECT_THAT(modify(arn, "text"), FailsWith("InvalidCaCertificatesBundle"));
  EXPECT_EQ(describe(arn).NumberOfCaCertificates, 1);
  must_do(modify(arn, "two.pem"));
  EXPECT_EQ(describe(arn).NumberOfCaCertificates, 2);
  EXPECT_THAT(modify(arn + "0", "two.pem"), FailsWith("TrustStoreNotFound"));
}

class AddTrustStoreRevocations : public TrustStoreTest {};

TEST_F(AddTrustStoreRevocations, CountsAndNumbersThem) {
  const auto arn = make("clients");
  must_do(revoke(arn));
  const auto second = must(revoke(arn)).TrustStoreRevocations->front();

  EXPECT_EQ(second.RevocationId, 2);
  EXPECT_EQ(second.NumberOfRevokedEntries, 1);
  EXPECT_EQ(describe(arn).TotalRevokedEntries, 2);
  must_do(elbv2.remove_trust_store_revocations({.TrustStoreArn = arn, .RevocationIds = {{1}}}));
  EXPECT_EQ(describe(arn).TotalRevokedEntries, 1);
  const auto left = must(elbv2.describe_trust_store_revocations({.TrustStoreArn = arn}));
  ASSERT_EQ(left.TrustStoreRevocations->size(), 1U);
  EXPECT_EQ(left.TrustStoreRevocations->front().RevocationId, 2);
  EXPECT_THAT(
      elbv2.remove_trust_store_revocations({.TrustStoreArn = arn, .RevocationIds = {{2, 1}}}),
      FailsWith("RevocationIdNotFound"));
  EXPECT_EQ(describe(arn).TotalRevokedEntries, 1);
  EXPECT_EQ(must(revoke(arn)).TrustStoreRevocations->front().RevocationId, 3);
}

TEST_F(AddTrustStoreRevocations, RefusesWhatIsNoList) {
  const auto arn = make("clients");
  EXPECT_THAT(revoke(arn, "nothing.pem"), FailsWith("RevocationContentNotFound"));
  EXPECT_THAT(revoke(arn, "bundle.pem"), FailsWith("InvalidRevocationContent"));
  EXPECT_THAT(revoke(arn + "0"), FailsWith("TrustStoreNotFound"));
  EXPECT_EQ(describe(arn).TotalRevokedEntries, 0);
}

class MutualAuthentication : public TrustStoreTest {};

TEST_F(MutualAuthentication, UsesATrustStoreUntilTheListenerIsDeleted) {
  make_balancer();
  const auto arn = make("clients");

  const auto made = must(listen(Asked{.Mode = "verify", .TrustStoreArn = arn})).Listeners->front();

  EXPECT_EQ(made.MutualAuthentication->TrustStoreAssociationStatus, "active");
  EXPECT_EQ(made.MutualAuthentication->IgnoreClientCertificateExpiry, false);
  EXPECT_EQ(made.MutualAuthentication->AdvertiseTrustStoreCaNames, "off");
  const auto users = must(elbv2.describe_trust_store_associations({.TrustStoreArn = arn}));
  ASSERT_EQ(users.TrustStoreAssociations->size(), 1U);
  EXPECT_EQ(users.TrustStoreAssociations->front().ResourceArn, made.ListenerArn);
  EXPECT_THAT(elbv2.delete_trust_store({.TrustStoreArn = arn}), FailsWith("TrustStoreInUse"));
  EXPECT_THAT(elbv2.delete_shared_trust_store_association(
                  {.TrustStoreArn = arn, .ResourceArn = made.ListenerArn}),
              FailsWith("DeleteAssociationSameAccount"));
  must_do(elbv2.delete_listener({.ListenerArn = made.ListenerArn}));
  must_do(elbv2.delete_trust_store({.TrustStoreArn = arn}));
  EXPECT_THAT(elbv2.describe_trust_stores({.TrustStoreArns = {{arn}}}),
              FailsWith("TrustStoreNotFound"));
}

TEST_F(MutualAuthentication, IsOffUntilTheListenerIsModified) {
  make_balancer();
  const auto arn = make("clients");
  const auto made = must(listen({})).Listeners->front();
  EXPECT_EQ(made.MutualAuthentication->Mode, "off");
  const auto modify = [&](const Asked& asked) {
    return must(elbv2.modify_listener(
                    {.ListenerArn = made.ListenerArn, .MutualAuthentication = asked}))
        .Listeners->front();
  };

  EXPECT_EQ(modify({.Mode = "verify", .TrustStoreArn = arn}).MutualAuthentication->TrustStoreArn,
            arn);
  must_do(elbv2.modify_listener({.ListenerArn = made.ListenerArn, .Port = 8443}));
  const auto described = must(elbv2.describe_listeners({.ListenerArns = {{*made.ListenerArn}}}));
  EXPECT_EQ(described.Listeners->front().MutualAuthentication->Mode, "verify");
  EXPECT_EQ(modify({.Mode = "passthrough"}).MutualAuthentication->TrustStoreArn, std::nullopt);
  must_do(elbv2.delete_trust_store({.TrustStoreArn = arn}));
}

TEST_F(MutualAuthentication, RefusesWhatDoesNotGoTogether) {
  make_balancer();
  const auto arn = make("clients");
  for (const Asked& wrong :
       {Asked{.Mode = "verify"}, Asked{.Mode = "maybe"},
        Asked{.Mode = "passthrough", .TrustStoreArn = arn},
        Asked{.Mode = "off", .TrustStoreArn = arn},
        Asked{.Mode = "verify", .TrustStoreArn = arn, .AdvertiseTrustStoreCaNames = "yes"}}) {
    EXPECT_THAT(listen(wrong), FailsWith("ValidationError"));
  }
  EXPECT_THAT(listen(Asked{.Mode = "verify", .TrustStoreArn = arn + "0"}),
              FailsWith("TrustStoreNotFound"));
  EXPECT_THAT(listen(Asked{.Mode = "passthrough"}, "HTTP"), FailsWith("ValidationError"));
  EXPECT_THAT(listen(Asked{.Mode = "off"}, "HTTP"), Succeeds());
}

TEST_F(CreateTrustStore, HasTags) {
  const auto arn = make("clients");
  must_do(elbv2.add_tags({.ResourceArns = {{arn}}, .Tags = {{{.Key = "team", .Value = "edge"}}}}));
  const auto described = must(elbv2.describe_tags({.ResourceArns = {{arn}}}));
  EXPECT_THAT(*described.TagDescriptions->front().Tags,
              ElementsAre(api::elbv2::Tag{.Key = "team", .Value = "edge"}));
}

}  // namespace
}  // namespace fallstreak
