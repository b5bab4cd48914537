#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "front/target_server.h"

namespace fallstreak::testing {

/// A request as a target sees it that speaks HTTP/2.
struct Http2Asked {
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
  int connection = 0;  // another number for each

  [[nodiscard]] std::string field(std::string_view name) const {
    for (const auto& [key, value] : fields) {
      if (key == name) return value;
    }
    return {};
  }
};

struct Http2Told {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> fields;
  /// Without one, the response is a head alone.
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> trailers = {};
};

/// A target that speaks HTTP/2 without encryption; health checks it answers 200, and in gRPC 12, by
/// itself. What `answer` throws away, a status of 0, ends the stream.
TargetServer::Serve speaking_http2(std::function<Http2Told(const Http2Asked&)> answer);

}  // namespace fallstreak::testing
