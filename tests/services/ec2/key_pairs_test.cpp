#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

// Made with ssh-keygen; the fingerprints by openssl and ssh-keygen.
constexpr auto kRsa =
    "ssh-rsa "
    "AAAAB3NzaC1yc2EAAAADAQABAAABAQDPV/79lOXqXh42n/Jhzg72/7VS1J+B8kBVG8qarpCAgU3EQPn8"
    "YDEipU1x2lSEOH7qwEnooxi5gssvDvXeuZg/2Alz+Yij+BNBnz0kaGDLHISNOEIvYMO6YBx9Bz04DvXJ"
    "3jaw1voyQtrdtEYZRA4QOTJKx9+hsWK4qNwmSXPlYwN/I9L3QXhCc+9HeU7NwneUQzk+Ahye+hznQrmB"
    "Lexg3Y8Ekku9R7jKlK9aHJwb+BON0uoKxY/DqGl/9bHr9vvAAnROoUiqPXg+Ve8sEfAKzrPBm1Fs1QE1"
    "gW6AqHbliB1A8r2OAkd4VyWdqNjyi1KvVtAwT2Dpe4ywmC3sLPHt";
constexpr auto kRsaFingerprint = "93:19:c4:53:6f:76:58:80:05:ae:23:63:b3:b6:73:54";
constexpr auto kEd25519 =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH44BuV40H4v8zTPvJp778EIs3xh1d6M4Hn94m/78KhW";
constexpr auto kEd25519Fingerprint = "8MqiSzGqKZnE2jrpJuzUtsSI/bKG+HU6sluyl/WUKvs=";

using CreateKeyPair = Ec2Test;
using ImportKeyPair = Ec2Test;
using DescribeKeyPairs = Ec2Test;
using DeleteKeyPair = Ec2Test;
using RunInstances = Ec2Test;

TEST_F(CreateKeyPair, GivesThePrivateKeyOnce) {
  const auto made = must(ec2.create_key_pair({.KeyName = "me"}));

  EXPECT_THAT(*made.KeyMaterial, StartsWith("-----BEGIN RSA PRIVATE KEY-----\n"));
  EXPECT_EQ(made.KeyFingerprint->size(), 20 * 3 - 1U);
  const auto shown = must(ec2.describe_key_pairs({.KeyNames = {{"me"}}, .IncludePublicKey = true}))
                         .KeyPairs->front();
  EXPECT_EQ(shown.KeyPairId, made.KeyPairId);
  EXPECT_EQ(shown.KeyType, "rsa");
  EXPECT_THAT(*shown.PublicKey, StartsWith("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ"));
  EXPECT_THAT(ec2.import_key_pair({.KeyName = "again", .PublicKeyMaterial = shown.PublicKey}),
              Succeeds());
  EXPECT_THAT(ec2.create_key_pair({.KeyName = "me"}), FailsWith("InvalidKeyPair.Duplicate"));
  EXPECT_THAT(ec2.create_key_pair({.KeyName = " me"}), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(ec2.create_key_pair({.KeyName = "you", .KeyFormat = "ppk"}),
              FailsWith("NotImplemented", 501));
}

TEST_F(CreateKeyPair, IsOfTheSeed) {
  Cloud twin;
  Cloud other(CloudOptions{.seed = 2});
  const dispatch::Caller caller("123456789012", "eu-central-1");
  InProcessTransport to_twin(twin, caller);
  InProcessTransport to_other(other, caller);
  const api::ec2::CreateKeyPairRequest request{.KeyName = "me", .KeyType = "ed25519"};

  const auto key = must(ec2.create_key_pair(request));

  EXPECT_THAT(*key.KeyMaterial, StartsWith("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNza"));
  EXPECT_EQ(key.KeyFingerprint->size(), 44U);
  EXPECT_EQ(must(client::Ec2(to_twin).create_key_pair(request)).KeyMaterial, key.KeyMaterial);
  EXPECT_NE(must(client::Ec2(to_other).create_key_pair(request)).KeyMaterial, key.KeyMaterial);
}

TEST_F(ImportKeyPair, TakesTheFingerprintAsAwsDoes) {
  const auto rsa = must(ec2.import_key_pair({.KeyName = "rsa", .PublicKeyMaterial = kRsa}));
  const auto ed = must(ec2.import_key_pair(
      {.KeyName = "ed", .PublicKeyMaterial = std::string(kEd25519) + " me@host\n"}));

  EXPECT_EQ(rsa.KeyFingerprint, kRsaFingerprint);
  EXPECT_EQ(ed.KeyFingerprint, kEd25519Fingerprint);
  EXPECT_THAT(ec2.import_key_pair({.KeyName = "rsa", .PublicKeyMaterial = kRsa}),
              FailsWith("InvalidKeyPair.Duplicate"));
  for (const char* wrong : {"", "ssh-rsa", "ssh-rsa AAAA", "ssh-dss AAAAB3NzaC1kc3M="}) {
    EXPECT_THAT(ec2.import_key_pair({.KeyName = "bad", .PublicKeyMaterial = wrong}),
                FailsWith("InvalidKey.Format"))
        << wrong;
  }
}

TEST_F(DescribeKeyPairs, FindsByNameIdAndFilter) {
  const auto id =
      *must(ec2.import_key_pair({.TagSpecifications = {{{.ResourceType = "key-pair",
                                                         .Tags = {{{.Key = "k", .Value = "v"}}}}}},
                                 .KeyName = "rsa",
                                 .PublicKeyMaterial = kRsa}))
           .KeyPairId;
  must(ec2.import_key_pair({.KeyName = "ed", .PublicKeyMaterial = kEd25519}));
  const auto count = [&](const api::ec2::DescribeKeyPairsRequest& request) {
    return must(ec2.describe_key_pairs(request)).KeyPairs->size();
  };
  EXPECT_EQ(count({}), 2U);
  EXPECT_EQ(count({.KeyPairIds = {{id}}}), 1U);
  EXPECT_EQ(count({.Filters = {{{.Name = "key-name", .Values = {{"e*"}}}}}}), 1U);
  EXPECT_EQ(count({.Filters = {{{.Name = "fingerprint", .Values = {{kRsaFingerprint}}}}}}), 1U);
  EXPECT_EQ(count({.Filters = {{{.Name = "tag:k", .Values = {{"v"}}}}}}), 1U);
  EXPECT_THAT(ec2.describe_key_pairs({.KeyNames = {{"none"}}}),
              FailsSaying("The key pair 'none' does not exist"));
  EXPECT_THAT(ec2.describe_key_pairs({.KeyPairIds = {{"key-0"}}}),
              FailsWith("InvalidKeyPair.NotFound"));
}

TEST_F(DeleteKeyPair, IsNoErrorWhenItIsGone) {
  const auto id =
      must(ec2.import_key_pair({.KeyName = "rsa", .PublicKeyMaterial = kRsa})).KeyPairId;
  EXPECT_EQ(must(ec2.delete_key_pair({.KeyName = "rsa"})).KeyPairId, id);
  EXPECT_FALSE(must(ec2.delete_key_pair({.KeyName = "rsa"})).KeyPairId.has_value());
  EXPECT_THAT(ec2.delete_key_pair({}), FailsWith("MissingParameter"));
  EXPECT_THAT(*must(ec2.describe_key_pairs({})).KeyPairs, IsEmpty());
}

TEST_F(RunInstances, ShowsItsKeyPair) {
  must(ec2.import_key_pair({.KeyName = "rsa", .PublicKeyMaterial = kRsa}));
  auto request = launch();
  request.KeyName = "rsa";
  const auto id = run(request).front();

  EXPECT_EQ(look(id).KeyName, "rsa");
  EXPECT_THAT(select("key-name", {"rs?"}), ElementsAre(id));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
