#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/shape.h"
#include "base/error.h"
#include "dispatch/workload.h"
#include "faults/faults.h"
#include "world/world.h"

/// What a service sees of the world while it handles one operation or one event.
namespace fallstreak::dispatch {

class Registry;
struct Traffic;  // dispatch/traffic.h
struct TrafficQuestion;

/// How far a service's names and resources reach.
enum class Scope {
  regional,   // per account and region: most of AWS
  account,    // per account, in every region: IAM
  partition,  // shared by all accounts: the names of S3 buckets
};

/// Who calls, and where: the access key selects the account, the signature's region the region.
class Caller {
 public:
  explicit Caller(std::string account = "000000000000", std::string region = "us-east-1",
                  std::string access_key = {});
  /// The caller that works for a scope: `123456789012/eu-central-1`.
  static Caller of_scope(std::string_view scope);

  std::string account_id;
  std::string region;
  std::string access_key_id;
  /// The text that names the caller's place in a scope. Made once, because every request asks.
  [[nodiscard]] std::string_view scope(Scope scope) const;

 private:
  std::string regional_;
  std::string account_;
};

/// Whether AWS's delays hold, or every transition is immediate (for plain API tests).
enum class Timing { aws, instant };

/// A look at a target as a load balancer's health check takes it. Its texts are valid while it is answered: it is made
/// for every check, and most of those who answer read few of them.
struct Probe {
  std::string_view account_id, region;
  std::string_view instance_id;  // empty when the target is an address
  std::string_view ip_address;
  std::string_view zone;
  std::string_view checker;  // the region of Route 53's health checker; empty when a load balancer looks
  std::string_view protocol;  // HTTP, HTTPS, TCP
  std::int32_t port = 0;
  std::string_view path;
  std::string_view host;     // the domain name that is asked for, when there is one
  Time launch_time{};        // of the instance; its workload may still be starting
  Time now{};                // set by ContextBase::probe: who answers runs while the world is held
};
struct ProbeAnswer {
  /// Unknown: it was not asked in time to say; the check counts neither way.
  enum class Kind { answered, refused, timed_out, unknown } kind = Kind::answered;
  int http_status = 200;
  std::string body;          // as much of it as a check that searches it reads
};

/// What surrounds a world: the services bound to it and how it is run. Not part of the world's value.
struct Environment {
  const Registry* registry = nullptr;
  Timing timing = Timing::aws;
  /// Answers health checks for what runs on instances. Chosen: without a workload model every running instance
  /// answers 200 at once, so that a plain API test sees healthy targets.
  std::function<ProbeAnswer(const Probe&)> prober;
  /// What instances and load balancers measure. Chosen: without these their metrics do not exist, because an invented
  /// utilisation would scale groups for no reason.
  std::function<std::optional<InstanceUsage>(const UsageQuestion&)> usage;
  std::function<std::optional<Traffic>(const TrafficQuestion&)> traffic;
};

/// The part of a context that does not depend on the service's own state.
class ContextBase {
 public:
  ContextBase(world::World& world, const Environment& environment, const Caller& caller,
              std::string_view service, std::string_view scope)
      : world_(&world),
        environment_(&environment),
        caller_(&caller),
        service_(service),
        scope_(scope) {}

  [[nodiscard]] Time now() const { return world_->now(); }
  [[nodiscard]] const Caller& caller() const { return *caller_; }
  [[nodiscard]] const std::string& account_id() const { return caller_->account_id; }
  [[nodiscard]] const std::string& region() const { return caller_->region; }
  [[nodiscard]] const Environment& environment() const { return *environment_; }
  [[nodiscard]] world::World& world() { return *world_; }

  /// Another service's operation, as AWS would call it: same validation, faults and transaction. Throws its ApiError;
  /// what it changed before that is undone.
  template <api::OperationTag Operation>
  typename Operation::Response call(const typename Operation::Request& request) {
    typename Operation::Response response;
    call(Operation::operation(), &request, &response);
    return response;
  }
  void call(const api::Operation& operation, const void* request, void* response);
  /// The same in another region of the account: a service without a region reaches resources that have one.
  template <api::OperationTag Operation>
  Outcome<typename Operation::Response> try_call_in(std::string_view region,
                                                    const typename Operation::Request& request) {
    typename Operation::Response response;
    try {
      call_in(region, Operation::operation(), &request, &response);
      return response;
    } catch (ApiError& error) {
      return tl::unexpected(std::move(error));
    }
  }
  void call_in(std::string_view region, const api::Operation& operation, const void* request, void* response);
  /// The same, with AWS's refusal as a value: for events, to which another service's error is an answer.
  template <api::OperationTag Operation>
  Outcome<typename Operation::Response> try_call(const typename Operation::Request& request) {
    try {
      return call<Operation>(request);
    } catch (ApiError& error) {
      return tl::unexpected(std::move(error));
    }
  }

  /// Schedules event `kind` of this service (`instance-running`) about `entity`, `after` from now, and gives the key
  /// that cancels it. Under instant timing it is due now, and runs before the caller sees the next answer.
  std::string schedule(Duration after, std::string_view kind, std::string_view entity,
                       std::string payload = {});
  /// The same for a period that repeats (a health check's interval), which instant timing does not shorten: else it
  /// would never end.
  std::string schedule_periodic(Duration after, std::string_view kind, std::string_view entity,
                                std::string payload = {});
  bool cancel(std::string_view key) { return world_->events().cancel(key); }

  /// `prefix` and `digits` hexadecimal digits: `i-0abc...`; the same seed gives the same ids.
  std::string new_id(std::string_view prefix, int digits = 17);
  /// A v4-shaped UUID from this service's stream.
  std::string new_uuid(std::string_view stream);
  /// The name of a random stream of this service in this account and region.
  [[nodiscard]] std::string stream(std::string_view purpose) const;

  [[nodiscard]] const faults::FaultState& faults() { return world_->state<faults::FaultState>("faults", "world"); }
  [[nodiscard]] ProbeAnswer probe(Probe probe) const {
    probe.now = now();
    return environment_->prober ? environment_->prober(probe) : ProbeAnswer{};
  }
  /// `arn:aws:<service>:<region>:<account>:<resource>`
  [[nodiscard]] std::string arn(std::string_view service, std::string_view resource) const;

 protected:
  [[nodiscard]] std::string_view scope() const { return scope_; }

 private:
  world::World* world_;
  const Environment* environment_;
  const Caller* caller_;
  std::string_view service_;
  std::string_view scope_;
};

/// A service's context: `using Context = dispatch::Context<Ec2State>;`
template <class State>
class Context : public ContextBase {
 public:
  Context(world::World& world, const Environment& environment, const Caller& caller,
          std::string_view service, std::string_view scope)
      : ContextBase(world, environment, caller, service, scope),
        state(world.template state<State>(service, scope)) {}
  State& state;
};

}  // namespace fallstreak::dispatch
