#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/elbv2/load_balancers.h"
#include "cloud.h"
#include "dataplane/alb/view.h"
#include "world/world.h"

namespace fallstreak::front {

/// The tag of an instance that says where on this machine its workload listens: `127.0.0.1:8080`.
inline constexpr std::string_view kAddressTag = "fallstreak:address";

/// `127.0.0.1:8080`; empty when the text is no address of this machine with a port.
std::optional<dataplane::alb::Endpoint> parse_endpoint(std::string_view text);

/// Keeps a view of a cloud's load balancers up to date.
///
/// It hears of every commit, and reads again what one has touched: through the API of a fork of
/// that moment, so that nobody waits for the cloud meanwhile. The fork has none of the faults of
/// the API, because real load balancers go on when their API fails.
class LoadBalancerReader final : public world::CommitObserver {
 public:
  /// `touched` is called while the cloud is held, after a commit about load balancers.
  LoadBalancerReader(Cloud& cloud, std::function<void()> touched);
  LoadBalancerReader(const LoadBalancerReader&) = delete;
  LoadBalancerReader& operator=(const LoadBalancerReader&) = delete;
  ~LoadBalancerReader();

  /// Reads what has changed since the last call, everything at first; false when nothing has. One
  /// thread's, like the view.
  bool refresh(dataplane::alb::View& view);
  /// Where an instance's workload listens, as far as it is a target. From any thread.
  [[nodiscard]] std::optional<dataplane::alb::Endpoint> endpoint_of(
      const std::string& account_id, const std::string& region,
      const std::string& instance_id) const;

  void committed(Time now, std::span<const world::Change> changes) override;

 private:
  /// What must be read again.
  struct Touched {
    bool everything = false;
    std::set<std::string> load_balancers;  // by ARN
    std::set<std::string> target_groups;
    std::set<std::string> shifted;  // load balancers whose target groups are to be read too
    [[nodiscard]] bool empty() const {
      return !everything && load_balancers.empty() && target_groups.empty();
    }
  };
  void note(std::string_view table, std::string_view key, Time now);
  Touched take_touched();
  void read_all(Cloud& fork, dataplane::alb::View& view);
  void read_load_balancer(Cloud& fork, const std::string& arn, dataplane::alb::View& view);
  void read_group(Cloud& fork, const std::string& arn, dataplane::alb::View& view);
  void date_health(const dataplane::alb::TargetGroupView& before,
                   dataplane::alb::TargetGroupView& after);
  void read_admission(client::Transport& transport,
                      const std::optional<std::vector<std::string>>& group_ids,
                      dataplane::alb::LoadBalancerView& view);
  void close_blocked_zones(client::Transport& transport,
                           const api::elbv2::LoadBalancer& load_balancer,
                           dataplane::alb::LoadBalancerView& view);
  void read_certificates(Cloud& fork, client::Transport& transport,
                         dataplane::alb::LoadBalancerView& view);
  std::shared_ptr<const dataplane::alb::CertificateView> read_certificate(
      Cloud& fork, client::Transport& transport, const std::string& arn);

  struct Workload {
    std::set<std::string> target_groups;
    std::optional<dataplane::alb::Endpoint> endpoint;
  };

  Cloud& cloud_;
  const std::function<void()> on_touch_;
  mutable std::mutex mutex_;  // guards what follows
  Touched touched_{.everything = true};
  std::map<std::string, Workload> workloads_;  // by account, region and instance
  std::map<std::string, std::set<std::string>> instances_of_group_;  // keys of `workloads_`
  /// When targets' records changed last: by ARN of their group, then by id and port.
  std::map<std::string, std::map<std::string, Time>> target_changes_;
  /// Load balancers by the security groups, with their scope, that they have had.
  std::map<std::string, std::set<std::string>> users_of_group_;
  /// Those that have been read, by their scope.
  std::map<std::string, std::set<std::string>, std::less<>> in_scope_;
  /// Load balancers by the ARNs of certificates and trust stores that they have served with.
  std::map<std::string, std::set<std::string>> users_of_certificate_;

  // The refreshing thread's alone: making a certificate takes long, and most stay as they are.
  std::map<std::string, std::weak_ptr<const dataplane::alb::CertificateView>> certificates_;
};

}  // namespace fallstreak::front
