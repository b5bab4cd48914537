#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/error.h"
#include "protocols/http_message.h"

namespace fallstreak::provisioner {

/// How long an endpoint may take: to accept, and for each piece of a request or of its answer.
struct HttpPatience {
  std::chrono::milliseconds connect = std::chrono::seconds(10);
  std::chrono::milliseconds progress = std::chrono::seconds(60);
};

/// One HTTP/1.1 connection to `http://host[:port]` or `https://host[:port]`, opened when it is
/// first used and kept between exchanges. The certificate of an https endpoint must be good for its
/// host. For one thread.
class HttpConnection {
 public:
  explicit HttpConnection(std::string endpoint, HttpPatience patience = {});
  ~HttpConnection();
  HttpConnection(HttpConnection&&) noexcept;
  HttpConnection& operator=(HttpConnection&&) noexcept;

  /// Sends the request as it stands, with the length of its body, and reads the answer. What goes
  /// wrong on the way is a `NetworkError`.
  Outcome<protocols::HttpResponse> exchange(const protocols::HttpRequest& request);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fallstreak::provisioner
