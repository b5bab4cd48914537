#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "cloud.h"
#include "front/http_client.h"
#include "front/server.h"

namespace fallstreak::testing {

/// A served cloud whose time stands still, on a port of its own.
class ServerTest : public ::testing::Test {
 protected:
  static front::ServerOptions options() {
    front::ServerOptions options;
    options.port = 0;
    options.threads = 2;
    options.clock.is_frozen = true;
    return options;
  }
  explicit ServerTest(front::ServerOptions with = options()) : server(cloud, std::move(with)) {
    server.start();
  }
  void TearDown() override {
    server.stop();
    for (const auto& complaint : cloud.complaints()) ADD_FAILURE() << complaint;
  }

  /// One request on a connection of its own.
  Reply exchange(std::string_view bytes) {
    HttpClient client(server.port());
    auto reply = client.exchange(bytes);
    EXPECT_TRUE(reply.has_value()) << "no answer to " << bytes.substr(0, 200);
    return reply.value_or(Reply());
  }

  Cloud cloud{{.keep_history = true}};
  front::Server server;
};

/// The id that every answer has, in the header of its service.
inline std::string request_id(const Reply& reply) {
  const std::string id = reply.header("x-amzn-RequestId");
  return id.empty() ? reply.header("x-amz-request-id") : id;
}

/// An operation of STS in the query protocol, unsigned.
inline std::string get_caller_identity(std::string_view headers = {}) {
  return post("/", "Action=GetCallerIdentity&Version=2011-06-15",
              "Content-Type: application/x-www-form-urlencoded\r\n" + std::string(headers));
}

}  // namespace fallstreak::testing
