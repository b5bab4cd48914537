#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "client/transport.h"
#include "protocols/http_message.h"
#include "provisioner/aws/credentials.h"

namespace fallstreak::provisioner {

/// How often and how patiently a call is tried, as AWS's SDKs do in standard mode.
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
struct RetryOptions {
  int attempts = 3;
  Duration base = std::chrono::milliseconds(100);
  Duration most = std::chrono::seconds(20);
};

/// True when the same call may succeed if it is made again.
bool is_retryable(const ApiError& error);
/// Full jitter: `draw` in [0, 1) of the exponential bound. AWS:
/// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
Duration backoff(const RetryOptions& options, int attempt, double draw);
/// `https://ec2.eu-central-1.amazonaws.com`, or the session's own endpoint for all services.
std::string endpoint_of(const api::Service& service, const Session& session);

/// Calls over HTTP with Signature Version 4: the emulator is one endpoint among others.
class HttpTransport : public client::Transport {
 public:
  explicit HttpTransport(Session session, RetryOptions retry = {});
  ~HttpTransport() override;
  Outcome<void> call(const api::Operation& operation, const void* request, void* response) override;
  void pause(Duration duration) override;
  /// UUIDs of a sequence that begins anew with each transport.
  std::optional<std::string> new_token() override;

 private:
  Outcome<protocols::HttpResponse> send(const api::Operation& operation,
                                        protocols::HttpRequest& message);
  struct Connections;
  Session session_;
  RetryOptions retry_;
  std::string token_seed_;
  std::uint64_t tokens_ = 0;
  std::unique_ptr<Connections> connections_;
};

}  // namespace fallstreak::provisioner
