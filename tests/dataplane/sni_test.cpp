#include "dataplane/alb/sni.h"

#include <gtest/gtest.h>

namespace fallstreak::dataplane::alb {
namespace {

std::shared_ptr<const CertificateView> certificate(std::vector<std::string> names,
                                                   std::string key_algorithm = "RSA_2048",
                                                   int days = 395) {
  return std::make_shared<const CertificateView>(
      CertificateView{.domain_names = std::move(names),
                      .key_algorithm = std::move(key_algorithm),
                      .not_after = Time() + std::chrono::hours(24 * days)});
}

TEST(CertificateName, WithAStarCoversOneLabel) {
  EXPECT_TRUE(covers("www.example.com", "WWW.example.com"));
  EXPECT_TRUE(covers("*.example.com", "www.Example.com"));
  EXPECT_FALSE(covers("*.example.com", "example.com"));
  EXPECT_FALSE(covers("*.example.com", "a.b.example.com"));
  EXPECT_FALSE(covers("*.example.com", ".example.com"));
  EXPECT_FALSE(covers("www.example.com", "ww.example.com"));
}

TEST(ServerName, ChoosesTheCertificateThatCoversIt) {
  const Certificates all = {certificate({"default.example"}), certificate({"a.example", "b.test"}),
                            certificate({"*.c.example"})};

  EXPECT_EQ(choose_certificate(all, "b.test", Time()), 1U);
  EXPECT_EQ(choose_certificate(all, "x.c.example", Time()), 2U);
  EXPECT_EQ(choose_certificate(all, "unknown.example", Time()), 0U);
  EXPECT_EQ(choose_certificate(all, "", Time()), 0U);
}

TEST(ServerName, OfSeveralCertificatesChoosesTheBest) {
  const auto best = [](const Certificates& all) { return choose_certificate(all, "a", Time()); };
  const auto rsa = certificate({"a"}, "RSA_2048");

  EXPECT_EQ(best({rsa, certificate({"a"}, "EC_prime256v1")}), 1U) << "ECDSA before RSA";
  EXPECT_EQ(best({certificate({"a"}, "RSA_4096", -1), rsa}), 1U) << "what has not expired";
  EXPECT_EQ(best({rsa, certificate({"a"}, "RSA_4096")}), 1U) << "the longest key";
  EXPECT_EQ(best({rsa, certificate({"a"}, "RSA_2048", 500)}), 1U) << "the longest time";
  EXPECT_EQ(best({rsa, rsa}), 0U);
}

}  // namespace
}  // namespace fallstreak::dataplane::alb
