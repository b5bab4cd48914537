#include "provisioner/aws/http_connection.h"

#include "cloud.h"
#include "front/server.h"
#include "testing/testing.h"

namespace fallstreak {
namespace {

using testing::FailsWith;

class HttpConnection : public ::testing::Test {
 protected:
  HttpConnection() { server.start(); }
  [[nodiscard]] std::string url(const std::string& scheme = "http") const {
    return scheme + "://127.0.0.1:" + std::to_string(server.port());
  }
  static protocols::HttpRequest ask(std::string method, std::string target, std::string body = {}) {
    return {.method = std::move(method),
            .target = std::move(target),
            .headers = {{"Host", "localhost"}},
            .body = std::move(body)};
  }

  Cloud cloud;
  front::Server server{cloud, {.port = 0, .threads = 1}};
};

TEST_F(HttpConnection, ServesSeveralExchangesWithBodiesOfAnySize) {
  provisioner::HttpConnection connection(url());
  ASSERT_TRUE(connection.exchange(ask("PUT", "/photos")));
  std::string large(std::size_t{3} * 1024 * 1024, 'x');
  large[12345] = '\0';
  const auto stored = connection.exchange(ask("PUT", "/photos/cat", large));
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->status, 200);
  const auto head = connection.exchange(ask("HEAD", "/photos/cat"));
  ASSERT_TRUE(head);
  EXPECT_EQ(protocols::header_or_empty(head->headers, "content-length"), "3145728");
  EXPECT_EQ(head->body, "");
  const auto read = connection.exchange(ask("GET", "/photos/cat"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->body, large);
}

TEST_F(HttpConnection, OpensAnewWhatTheServerHasClosed) {
  provisioner::HttpConnection connection(url());
  auto last = ask("GET", "/_fallstreak/health");
  last.headers.push_back({"Connection", "close"});
  ASSERT_TRUE(connection.exchange(last));
  const auto next = connection.exchange(ask("GET", "/_fallstreak/health"));
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_EQ(next->status, 200);
}

TEST_F(HttpConnection, TrustsNoCertificateThatNobodyVouchesFor) {
  provisioner::HttpConnection connection(url("https"));
  EXPECT_THAT(connection.exchange(ask("GET", "/_fallstreak/health")), FailsWith("NetworkError"));
}

TEST_F(HttpConnection, SaysWhatIsWrongWithAnEndpoint) {
  for (const char* wrong : {"", "localhost:4566", "ftp://localhost", "http://",
                            "http://localhost:x", "http://[::1", "http://127.0.0.1:1"}) {
    EXPECT_THAT(provisioner::HttpConnection(wrong).exchange(ask("GET", "/")),
                FailsWith("NetworkError"))
        << wrong;
  }
}

}  // namespace
}  // namespace fallstreak
