#include <filesystem>
#include <fstream>

#include "front/certificate.h"
#include "front/server_test.h"

namespace fallstreak::testing {
namespace {

class Tls : public ServerTest {
 protected:
  std::string authority() { return exchange(get("/_fallstreak/ca.pem")).body; }
};

TEST_F(Tls, IsSpokenOnThePortOfPlainHttp) {
  HttpClient plain(server.port());
  HttpClient secret(server.port(), Encryption::tls, authority());
  for (int i = 0; i < 3; ++i) {
    const auto encrypted = secret.exchange(get_caller_identity());
    ASSERT_TRUE(encrypted);
    EXPECT_EQ(encrypted->status, 200);
    const auto open = plain.exchange(get_caller_identity());
    ASSERT_TRUE(open);
    EXPECT_EQ(open->status, 200);
  }
}

TEST_F(Tls, CarriesLargeBodiesBothWays) {
  HttpClient client(server.port(), Encryption::tls, authority());
  const std::string key(1'000'000, 'k');
  for (int i = 0; i < 2; ++i) {
    const auto reply = client.exchange(post("/_fallstreak/clock", "{\"" + key + "\":1}"));
    ASSERT_TRUE(reply);
    EXPECT_THAT(reply->body, ::testing::HasSubstr(key));
  }
}

TEST_F(Tls, ThatBreaksOffHurtsNobody) {
  for (std::size_t cut = 1; cut < 12; ++cut) {
    HttpClient client(server.port());
    ASSERT_TRUE(
        client.send(std::string_view("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03!", cut)));
    if (cut % 2 == 0) client.abort();
  }
  EXPECT_EQ(exchange(get_caller_identity()).status, 200);
}

class NoTls : public ServerTest {
 protected:
  static front::ServerOptions without() {
    auto with = options();
    with.has_tls = false;
    return with;
  }
  NoTls() : ServerTest(without()) {}
};

TEST_F(NoTls, IsAnsweredAsGarbage) {
  EXPECT_EQ(exchange(std::string("\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 11)).status, 400);
}

TEST(Certificate, IsKeptWithTheDataSoThatItIsTrustedOnce) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "fallstreak-certificate";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const std::string first = front::Certificate(folder).authority_pem();
  const std::string second = front::Certificate(folder).authority_pem();
  EXPECT_THAT(first, ::testing::StartsWith("-----BEGIN CERTIFICATE-----"));
  EXPECT_EQ(first, second);
  const auto mode = std::filesystem::status(folder / "tls-server.pem").permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);

  std::ofstream(folder / "tls-server.pem") << "damaged";
  const std::string third = front::Certificate(folder).authority_pem();
  EXPECT_NE(third, first);
  EXPECT_THAT(third, ::testing::StartsWith("-----BEGIN CERTIFICATE-----"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace fallstreak::testing
