#include "provisioner/aws/credentials.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <thread>

#include "front/worker.h"
#include "testing/testing.h"

namespace fallstreak::provisioner {
namespace {

using testing::FailsWith;
using ::testing::HasSubstr;

/// Answers each `METHOD path` with what it was given, and 401 without the header that it wants.
class MetadataServer {
 public:
  MetadataServer() : worker_({}, hooks()) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener, 16), 0);
    EXPECT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
    url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    worker_.listen(listener, [this](int socket) { worker_.adopt(socket); });
    thread_ = std::thread([this] { worker_.run(); });
  }
  ~MetadataServer() {
    worker_.stop();
    thread_.join();
  }

  std::string url;
  std::map<std::string, std::string> answers;
  protocols::Header wanted;  // of every GET

 private:
  front::ConnectionHooks hooks() {
    front::ConnectionHooks hooks;
    hooks.body_limit = [](const protocols::HttpRequest&) { return std::uint64_t{1024}; };
    hooks.takes_long = [](const protocols::HttpRequest&) { return false; };
    hooks.refuse = [](const auto&, auto, protocols::HttpResponse& response) {
      response.status = 400;
    };
    hooks.answer = [this](const protocols::HttpRequest& request,
                          protocols::HttpResponse& response) {
      answer(request, response);
      return nullptr;
    };
    return hooks;
  }
  void answer(const protocols::HttpRequest& request, protocols::HttpResponse& response) {
    const auto given = protocols::header_or_empty(request.headers, wanted.name);
    if (request.method == "GET" && given != wanted.value) {
      response.status = 401;
      return;
    }
    const auto found = answers.find(request.method + " " + request.target);
    response.status = found == answers.end() ? 404 : 200;
    if (found != answers.end()) response.body = found->second;
  }

  front::Worker worker_;
  std::thread thread_;
};

/// An environment of its own: no files, no metadata of the machine that the test runs on.
class Credentials : public ::testing::Test {
 protected:
  Credentials() {
    for (const char* name : kCleared) ::unsetenv(name);
    set("AWS_CONFIG_FILE", "/nonexistent");
    set("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent");
    set("AWS_EC2_METADATA_DISABLED", "true");
  }
  ~Credentials() override {
    for (const auto& name : set_) ::unsetenv(name.c_str());
  }
  void set(const std::string& name, const std::string& value) {
    ::setenv(name.c_str(), value.c_str(), 1);
    set_.push_back(name);
  }
  void use_config(const std::string& text) {
    const std::string path = ::testing::TempDir() + "fallstreak_credentials_test";
    std::ofstream(path) << text;
    set("AWS_CONFIG_FILE", path);
  }
  static Outcome<protocols::Credentials> credentials() {
    auto session = open_session({.region = "eu-central-1"});
    if (!session) return tl::unexpected(session.error());
    return session->credentials;
  }

  static constexpr const char* kCleared[] = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
                                             "AWS_SESSION_TOKEN", "AWS_PROFILE",
                                             "AWS_ENDPOINT_URL"};
  MetadataServer server;
  std::vector<std::string> set_;
};

const protocols::Credentials kFound{"AKIDFOUND", "secret", "token"};

TEST_F(Credentials, ComeFromTheProcessOfTheProfile) {
  use_config(
      "[default]\ncredential_process = echo "
      R"('{"Version":1,"AccessKeyId":"AKIDFOUND","SecretAccessKey":"secret","SessionToken":"token"}')"
      "\n");
  const auto found = credentials();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(*found, kFound);
}

TEST_F(Credentials, OfAProcessThatFailsAreAnError) {
  for (const char* command : {"false", "echo nonsense", "echo '{}'", R"(echo '{"Version":1}')"}) {
    use_config("[default]\ncredential_process = " + std::string(command) + "\n");
    EXPECT_THAT(credentials(), FailsWith("CredentialsUnusable")) << command;
  }
}

TEST_F(Credentials, ComeFromTheContainer) {
  server.answers["GET /role"] =
      R"({"AccessKeyId":"AKIDFOUND","SecretAccessKey":"secret","Token":"token"})";
  server.wanted = {"Authorization", "Basic abc"};
  set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url + "/role");
  EXPECT_THAT(credentials(), FailsWith("CredentialsUnusable"));
  set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc");
  const auto found = credentials();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(*found, kFound);
}

TEST_F(Credentials, AreAskedOfNoHostThatAWSDoesNotAllow) {
  set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/role");
  EXPECT_THAT(credentials(), FailsWith("CredentialsUnusable"));
}

TEST_F(Credentials, ComeFromTheInstanceByItsSessionToken) {
  server.answers["PUT /latest/api/token"] = "a-token";
  server.answers["GET /latest/meta-data/iam/security-credentials/"] = "web-role";
  server.answers["GET /latest/meta-data/iam/security-credentials/web-role"] =
      R"({"Code":"Success","AccessKeyId":"AKIDFOUND","SecretAccessKey":"secret","Token":"token"})";
  server.wanted = {"X-aws-ec2-metadata-token", "a-token"};
  set("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url);
  EXPECT_THAT(credentials(), FailsWith("NoCredentials"));
  set("AWS_EC2_METADATA_DISABLED", "false");
  const auto found = credentials();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(*found, kFound);
}

TEST_F(Credentials, ThatAreNowhereNameWhatWasNotRead) {
  const auto found = credentials();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, "NoCredentials");
  EXPECT_THAT(found.error().message, HasSubstr("the SSO cache, role_arn"));
}

}  // namespace
}  // namespace fallstreak::provisioner
