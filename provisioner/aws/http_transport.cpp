#include "provisioner/aws/http_transport.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/checksum.h"
#include "protocols/codec.h"
#include "provisioner/aws/http_connection.h"
#include "provisioner/aws/wall_clock.h"

namespace fallstreak::provisioner {
namespace {

/// A number in [0, 1) that differs from call to call; only pauses between retries depend on it.
double jitter() {
  const auto nanoseconds = static_cast<std::uint64_t>(to_nanoseconds(WallClock::now()));
  return static_cast<double>((nanoseconds * 0x9E3779B97F4A7C15ULL) >> 11) * 0x1.0p-53;
}

}  // namespace

/// A connection per endpoint, kept open between calls.
struct HttpTransport::Connections {
  std::map<std::string, HttpConnection, std::less<>> by_endpoint;

  HttpConnection& to(const std::string& endpoint) {
    return by_endpoint.try_emplace(endpoint, endpoint).first->second;
  }
};

bool is_retryable(const ApiError& error) {
  constexpr std::array<std::string_view, 10> kThrottles = {"Throttling",
                                                           "ThrottlingException",
                                                           "ThrottledException",
                                                           "RequestThrottled",
                                                           "RequestThrottledException",
                                                           "RequestLimitExceeded",
                                                           "TooManyRequestsException",
                                                           "SlowDown",
                                                           "ProvisionedThroughputExceededException",
                                                           "BandwidthLimitExceeded"};
  if (std::ranges::find(kThrottles, error.code) != kThrottles.end()) return true;
  if (error.code == "RequestTimeout" || error.code == "RequestTimeoutException") return true;
  return error.status == 500 || error.status == 502 || error.status == 503 || error.status == 504;
}

Duration backoff(const RetryOptions& options, int attempt, double draw) {
  Duration bound = options.base;
  for (int i = 0; i < attempt && bound < options.most; ++i) bound *= 2;
  bound = std::min(bound, options.most);
  return Duration(static_cast<std::int64_t>(static_cast<double>(bound.count()) * draw));
}

std::string endpoint_of(const api::Service& service, const Session& session) {
  if (!session.endpoint_url.empty()) return session.endpoint_url;
  return "https://" + std::string(service.endpoint_prefix) + "." + session.region +
         ".amazonaws.com";
}

HttpTransport::HttpTransport(Session session, RetryOptions retry)
    : session_(std::move(session)),
      retry_(retry),
      token_seed_(std::to_string(to_nanoseconds(WallClock::now())) + "/" +
                  std::to_string(::getpid())),
      connections_(std::make_unique<Connections>()) {}
HttpTransport::~HttpTransport() = default;

std::optional<std::string> HttpTransport::new_token() {
  std::string hex = sha256_hex(token_seed_ + "/" + std::to_string(tokens_++)).substr(0, 32);
  hex[12] = '4';  // the version and the variant of a random UUID
  hex[16] = '8';
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
         hex.substr(16, 4) + "-" + hex.substr(20);
}

void HttpTransport::pause(Duration duration) { WallClock::sleep(duration); }

Outcome<void> HttpTransport::call(const api::Operation& operation, const void* request,
                                  void* response) {
  const protocols::Codec& codec = protocols::codec_for(operation.service->protocols.front());
  protocols::HttpRequest unsigned_message;
  codec.encode_request(operation, request, unsigned_message);
  if (operation.checksum_required) {
    set_header(unsigned_message.headers, "x-amz-checksum-crc32",
               checksum_base64(ChecksumAlgorithm::crc32, unsigned_message.body));
  }
  for (int attempt = 0;; ++attempt) {
    protocols::HttpRequest message = unsigned_message;
    auto answer = send(operation, message);
    Outcome<void> outcome;
    if (answer) {
      outcome = codec.decode_response(operation, *answer, response);
    } else {
      outcome = tl::unexpected(std::move(answer.error()));
    }
    if (outcome || attempt + 1 >= retry_.attempts || !is_retryable(outcome.error())) return outcome;
    WallClock::sleep(backoff(retry_, attempt, jitter()));
  }
}

Outcome<protocols::HttpResponse> HttpTransport::send(const api::Operation& operation,
                                                     protocols::HttpRequest& message) {
  const std::string endpoint = endpoint_of(*operation.service, session_);
  const auto scheme = endpoint.find("://");
  set_header(message.headers, "Host",
             scheme == std::string::npos ? endpoint : endpoint.substr(scheme + 3));
  protocols::sign(message, session_.credentials, session_.region, operation.service->signing_name,
                  WallClock::now());
  return connections_->to(endpoint).exchange(message);
}

}  // namespace fallstreak::provisioner
