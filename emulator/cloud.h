#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "client/transport.h"
#include "dispatch/context.h"

namespace fallstreak {

namespace world {
class SqliteStore;
}

/// How a cloud begins. All of it decides what a run does: same options, same calls, same hash.
struct CloudOptions {
  std::uint64_t seed = 1;
  /// Where the virtual clock starts. Chosen: a fixed moment, so that two runs read the same times.
  Time start = from_nanoseconds(1'767'225'600'000'000'000);  // 2026-01-01T00:00:00Z
  dispatch::Timing timing = dispatch::Timing::aws;
  /// Keep versions of the world so that it can be rewound.
  bool keep_history = false;
};

/// A whole emulated cloud: the facade that users embed.
///
/// It owns a world and the services bound to it. Calls may come from any thread; one at a time holds the world.
/// Time stands still until `advance` moves it.
class Cloud {
 public:
  explicit Cloud(CloudOptions options = {});
  ~Cloud();
  Cloud(const Cloud&) = delete;
  Cloud& operator=(const Cloud&) = delete;

  /// Performs one operation; `response` is a default-constructed value of the operation's output shape.
  Outcome<void> call(const dispatch::Caller& caller, const api::Operation& operation,
                     const void* request, void* response);
  /// The same for whoever acknowledges many calls at once: one that sets `is_unsaved` must not be acknowledged
  /// before `make_durable` succeeded.
  Outcome<void> call(const dispatch::Caller& caller, const api::Operation& operation,
                     const void* request, void* response, bool& is_unsaved);

  [[nodiscard]] Time now() const;
  /// Runs everything that is due until `duration` from now, in order, and settles before it returns.
  void advance(Duration duration);
  void advance_to(Time time);
  /// The same, for a pacer: nothing happens when the clock is past `time` already.
  void catch_up(Time time);
  /// When the next event is due, if any is pending.
  [[nodiscard]] std::optional<Time> next_due() const;
  /// Runs the events that are due now (all of them, and those that they schedule for now).
  void settle() { advance(Duration::zero()); }

  /// A moment of the whole cloud that can be returned to. Costs the same whatever it holds.
  [[nodiscard]] world::Snapshot snapshot() const;
  void restore(const world::Snapshot& snapshot);
  /// A cloud of its own, equal to this one now; the two diverge independently, on other threads if wanted.
  [[nodiscard]] std::unique_ptr<Cloud> fork() const;
  /// Back (or forward again) to how everything was at `time`; needs `keep_history`. Says what is wrong otherwise.
  Outcome<void> rewind(Time time);
  /// Changes with every difference of state.
  [[nodiscard]] std::uint64_t hash() const;

  /// From now on everything is kept in this folder, and what a call was acknowledged for survives a kill of the
  /// process. A folder that holds a world already brings it back, clock included. Throws world::StoreError.
  void keep_in(const std::string& folder);
  /// Returns when all that was changed so far is kept. A call does this by itself before it is acknowledged;
  /// whoever changes the cloud by other means, and acknowledges that, says so. Without a folder: nothing to do.
  Outcome<void> make_durable();
  /// A number that is kept beside the world, which rewinding does not touch; only with a folder.
  void keep_value(std::string_view name, std::int64_t value);
  /// As it was kept by an earlier process.
  [[nodiscard]] std::optional<std::int64_t> kept_value(std::string_view name) const;

  /// Injects a fault now, until `end_fault(id)`; with `lasting`, until that much later.
  Outcome<void> begin_fault(std::string_view id, const faults::FaultRecord& fault,
                            std::optional<Duration> lasting = {});
  void end_fault(std::string_view id);

  /// What answers health checks for instances' workloads; see dispatch::Environment.
  void set_prober(std::function<dispatch::ProbeAnswer(const dispatch::Probe&)> prober);
  /// What reports instances' utilisation and load balancers' traffic, which become metrics; see dispatch/workload.h and
  /// dispatch/traffic.h.
  void set_usage(std::function<std::optional<dispatch::InstanceUsage>(const dispatch::UsageQuestion&)> usage);
  void set_traffic(std::function<std::optional<dispatch::Traffic>(const dispatch::TrafficQuestion&)> traffic);

  /// Bugs of Fallstreak and error codes that an operation's model does not list, since the start: a test fixture
  /// fails on any.
  [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }

  /// For the front and the store: the world itself, under its lock.
  [[nodiscard]] world::World& world() { return *world_; }
  [[nodiscard]] std::mutex& lock() const { return lock_; }
  [[nodiscard]] const dispatch::Environment& environment() const { return environment_; }
  [[nodiscard]] const CloudOptions& options() const { return options_; }

 private:
  Cloud(CloudOptions options, std::unique_ptr<world::World> world, dispatch::Environment environment);
  void run_until(Time time);
  [[nodiscard]] std::uint64_t commits() const;

  CloudOptions options_;
  dispatch::Environment environment_;
  std::unique_ptr<world::SqliteStore> store_;  // null: in memory alone
  std::unique_ptr<world::World> world_;
  std::vector<std::string> complaints_;
  mutable std::mutex lock_;
};

/// The transport without a wire: the same dispatch, with the struct already in hand.
class InProcessTransport : public client::Transport {
 public:
  explicit InProcessTransport(Cloud& cloud, dispatch::Caller caller = dispatch::Caller())
      : cloud_(&cloud), caller_(std::move(caller)) {}
  Outcome<void> call(const api::Operation& operation, const void* request, void* response) override {
    return cloud_->call(caller_, operation, request, response);
  }
  void pause(Duration duration) override { cloud_->advance(duration); }

 private:
  Cloud* cloud_;
  dispatch::Caller caller_;
};

}  // namespace fallstreak
