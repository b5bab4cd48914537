#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "cloud.h"
#include "front/clouds.h"
#include "front/http_client.h"
#include "front/loopback.h"
#include "front/worker.h"

namespace fallstreak::testing {
namespace {

/// A worker whose answers, the request's targets, tell of changes that must be saved; those under
/// `/read` tell of none.
class Saving : public ::testing::Test {
 protected:
  Saving() : worker_({}, hooks()) {
    const int listener = front::listen_on_loopback(0);
    port = front::port_of(listener);
    worker_.listen(listener, [this](int socket) { worker_.adopt(socket); });
    thread_ = std::thread([this] { worker_.run(); });
  }
  ~Saving() override {
    worker_.stop();
    thread_.join();
  }

  std::uint16_t port = 0;
  std::atomic<int> saved = 0;
  std::atomic<int> answered = 0;
  std::atomic<int> answered_when_saved = 0;
  std::atomic<bool> is_disk_full = false;

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
      ++answered;
      response.body = request.target;
      return request.target.starts_with("/read") ? nullptr : cloud_;
    };
    hooks.save = [this](front::ServedCloud& served) -> Outcome<void> {
      EXPECT_EQ(&served, cloud_.get());
      ++saved;
      answered_when_saved = answered.load();
      if (is_disk_full) return tl::unexpected(ApiError("InternalFailure", "The disk is full", 500));
      return {};
    };
    hooks.refuse_unsaved = [](const auto&, const ApiError& error,
                              protocols::HttpResponse& response) {
      response.status = error.status;
      response.body = error.message;
    };
    return hooks;
  }

  Cloud main_;
  std::shared_ptr<front::ServedCloud> cloud_ =
      std::make_shared<front::ServedCloud>(main_, front::PacerOptions());
  front::Worker worker_;
  std::thread thread_;
};

TEST_F(Saving, ComesBeforeTheAnswer) {
  HttpClient client(port);
  const auto reply = client.exchange(get("/write"));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "/write");
  EXPECT_EQ(saved, 1);
  EXPECT_EQ(answered_when_saved, 1);
}

TEST_F(Saving, IsNotDoneForAnswersThatTellOfNoChange) {
  HttpClient client(port);
  EXPECT_EQ(client.exchange(get("/read"))->body, "/read");
  EXPECT_EQ(saved, 0);
}

TEST_F(Saving, KeepsTheOrderOfPipelinedRequests) {
  HttpClient client(port);
  const std::vector<std::string> targets = {"/read/1", "/write/2", "/write/3", "/read/4"};
  std::string all;
  for (const auto& target : targets) all += get(target);
  ASSERT_TRUE(client.send(all));
  for (const auto& target : targets) {
    const auto reply = client.receive();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->body, target);
  }
  EXPECT_EQ(saved, 2);
}

TEST_F(Saving, ThatFailsIsAnsweredWithTheError) {
  HttpClient client(port);
  is_disk_full = true;
  const auto refused = client.exchange(get("/write"));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 500);
  EXPECT_EQ(refused->body, "The disk is full");
  is_disk_full = false;
  EXPECT_EQ(client.exchange(get("/write"))->status, 200) << "on the same connection";
}

TEST_F(Saving, OutlivesTheClientThatWaitsForIt) {
  {
    HttpClient client(port);
    ASSERT_TRUE(client.send(get("/write")));
    client.abort();
  }
  HttpClient other(port);
  EXPECT_EQ(other.exchange(get("/write"))->status, 200);
}

}  // namespace
}  // namespace fallstreak::testing
