#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "front/clouds.h"

namespace fallstreak::front {

struct LoadBalancerOptions {
  /// Whether listeners of load balancers serve at all.
  bool serve = false;
  /// Listeners take this port and the next free ones; 0: any that are free.
  std::uint16_t first_port = 0;
  /// AWS: a target that does not accept a connection in time makes a 504.
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);
};

/// The load balancers of the server's own cloud as something that serves: reads them, answers at
/// their listeners, and lets their live targets decide about their health.
class LoadBalancers {
 public:
  LoadBalancers(ServedCloud& served, LoadBalancerOptions options);
  LoadBalancers(const LoadBalancers&) = delete;
  LoadBalancers& operator=(const LoadBalancers&) = delete;
  ~LoadBalancers();

  void start();
  /// Joins what `start` began.
  void stop();
  /// What the control API shows.
  [[nodiscard]] std::string json();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fallstreak::front
