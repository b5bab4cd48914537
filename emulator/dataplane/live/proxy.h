#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/alb/node.h"
#include "dataplane/alb/view.h"
#include "dataplane/live/log_book.h"

namespace fallstreak::dataplane::live {
class ProbeBoard;
class TrafficBook;
}  // namespace fallstreak::dataplane::live

/// The data plane: load balancers that serve on this machine.
namespace fallstreak::dataplane::live {

/// What the proxy asks of the cloud behind it; all on its own thread.
struct CloudHooks {
  /// Brings the cloud to the present and says when that is.
  std::function<Time()> now;
  /// Brings the view up to date; false when it was.
  std::function<bool(alb::View&)> refresh;
  /// Hears which targets of a group are anomalous, by id; may be absent.
  std::function<void(const std::string& target_group_arn, const alb::Nodes::Anomalies&)>
      report_anomalies;
  /// Stores what access logs have of a period; may be absent.
  LogBook::Publish publish_log;
};

struct ProxyOptions {
  /// Listeners take this port and the next free ones after it; 0: any that are free.
  std::uint16_t first_port = 0;
  std::uint64_t seed = 1;
  /// AWS: a target that does not accept a connection in time makes a 504.
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);
};

/// What was answered, by whom.
struct Counters {
  std::uint64_t requests = 0;
  std::uint64_t target_answers[6] = {};      // by their first digit
  std::map<int, std::uint64_t> own_answers;  // by status, 460 too, which nobody gets to see
  std::uint64_t logged = 0;                  // lines of the access log, published or not
  // Of a Network Load Balancer.
  std::uint64_t connections = 0;
  std::uint64_t forgotten = 0;  // because they were idle
  std::uint64_t resets = 0;     // that it sent by itself or passed on
};

struct ShownListener {
  std::string arn;
  std::string protocol;
  std::int32_t port = 0;
  std::uint16_t local_port = 0;       // of 127.0.0.1; 0: it does not serve
  std::uint16_t local_ipv6_port = 0;  // of ::1
};
struct ShownTarget {
  std::string id;
  alb::TargetState state{};
  std::optional<alb::Endpoint> endpoint;
  /// What its last live health check saw: `200`, `refused`, `timed out`; empty before the first.
  std::string last_check;
};
struct ShownGroup {
  std::string arn;
  std::vector<ShownTarget> targets;
};
/// A load balancer as the control API shows it.
struct Shown {
  std::string arn;
  std::string name;
  std::string dns_name;
  bool is_active = false;
  bool is_network = false;
  std::vector<ShownListener> listeners;
  std::vector<ShownGroup> target_groups;
  Counters counters;
};

/// What targets verify users' claims with.
struct ShownKey {
  std::string id;
  std::string public_pem;
};

/// Serves each listener of every active load balancer on a port of 127.0.0.1, and of ::1 where
/// clients may come by IPv6, on a thread of its own.
///
/// Every request is decided by what the cloud is at that moment: what changed since the last one
/// is read first. Time-outs are real time, because clients and targets live outside the cloud.
class Proxy {
 public:
  Proxy(CloudHooks hooks, ProxyOptions options);
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;
  ~Proxy();

  void start();
  /// Joins what `start` began; requests in progress end.
  void stop();
  /// Something may have changed: listeners open and close soon. From any thread.
  void touch();
  /// As everything is now. From any thread but the proxy's own, which does not hold the cloud.
  [[nodiscard]] std::vector<Shown> show();
  [[nodiscard]] ShownKey key() const;
  /// What live targets answered to health checks.
  [[nodiscard]] std::shared_ptr<const ProbeBoard> board() const;
  /// What they have counted.
  [[nodiscard]] std::shared_ptr<TrafficBook> book() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fallstreak::dataplane::live
