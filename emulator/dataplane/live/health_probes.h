#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "dataplane/alb/view.h"

namespace fallstreak::dataplane::live {

/// What a health check asks: everything but who asks.
struct ProbeSubject {
  alb::Endpoint endpoint;
  std::string protocol;  // HTTP, HTTPS or TCP
  std::string path;
  alb::ProtocolVersion version = alb::ProtocolVersion::http1;
  auto operator<=>(const ProbeSubject&) const = default;
};

struct ProbeResult {
  enum class Kind : std::uint8_t { answered, refused, timed_out } kind = Kind::answered;
  int status = 200;
  std::optional<int> grpc_status = {};  // of an answer of gRPC
};

/// What targets last said, for whoever holds the cloud and must not wait for them.
class ProbeBoard {
 public:
  /// Empty when the subject is not watched, or has not been asked to the end yet.
  [[nodiscard]] std::optional<ProbeResult> last(const ProbeSubject& subject) const;
  void put(const ProbeSubject& subject, ProbeResult result);
  void erase(const ProbeSubject& subject);

  /// Where load balancers that are targets of others listen: by DNS name and port.
  using Listeners = std::map<std::pair<std::string, std::int32_t>, alb::Endpoint>;
  void set_listeners(Listeners listeners);
  [[nodiscard]] std::optional<alb::Endpoint> listener_at(const std::string& dns_name,
                                                         std::int32_t port) const;

 private:
  mutable std::mutex mutex_;
  Listeners listeners_;
  std::map<ProbeSubject, ProbeResult> results_;
};

/// Asks live targets, again and again, what a load balancer's health checks would.
///
/// Chosen: every second of real time, whatever the interval of the group, so that a check which is
/// due finds a fresh answer also when the cloud's clock runs fast.
class HealthProbes {
 public:
  /// For encrypted targets, by what they speak.
  struct Tls {
    boost::asio::ssl::context* http1;
    boost::asio::ssl::context* http2;
  };
  HealthProbes(boost::asio::io_context& context, Tls tls, std::shared_ptr<ProbeBoard> board);
  ~HealthProbes();
  /// From now on these are asked, and no others; with the time that each may take.
  void watch(const std::map<ProbeSubject, std::chrono::seconds>& subjects);

 private:
  class Check;
  boost::asio::io_context& context_;
  const Tls tls_;
  std::shared_ptr<ProbeBoard> board_;
  std::map<ProbeSubject, std::shared_ptr<Check>> checks_;
};

}  // namespace fallstreak::dataplane::live
