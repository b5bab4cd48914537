#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "base/time_zone.h"
#include "scenarios/language/document.h"
#include "scenarios/language/expression.h"
#include "scenarios/language/parse_error.h"
#include "scenarios/language/values.h"

namespace fallstreak::scenarios {

// What a scenario file says, with every default filled in. Entities are in the order of the file
// and refer to each other by name; the reader has checked that each name exists.

enum class HealthCheckType { ec2, elb };
enum class ZoneStrategy { balanced_best_effort, balanced_only };

/// What an instance does with a request.
struct Serve {
  int workers = 1;
  Distribution cpu{Distribution::Kind::exponential, std::chrono::milliseconds(20)};
  /// How long a request waits for a worker before the instance answers 503; none is for ever.
  std::optional<Duration> queue;
  /// A health check waits for a worker as any request does, or has somebody of its own to answer
  /// it, or is answered 500.
  enum class Health { shared, aside, failing };
  Health health = Health::shared;
};
/// Another release of what runs on a group, by its name.
struct Version {
  std::string name;
  Serve serve;
};

struct GroupSize {
  int min = 0;
  int desired = 0;
  int max = 0;
};

/// What a scaling rule looks at: the group's average CPU in percent, or the requests per target and
/// minute.
enum class ScalingMetric { cpu, requests };
/// `track: cpu at 50%`: a target tracking policy.
struct TargetTracking {
  ScalingMetric metric = ScalingMetric::cpu;
  double target = 0;
  bool scales_in = true;
};
/// `step: cpu above 60%` with `for` and `change`: an alarm and a step scaling policy.
struct StepScaling {
  ScalingMetric metric = ScalingMetric::cpu;
  bool is_above = true;
  double threshold = 0;
  int datapoints = 1;
  int periods = 1;
  Duration period = std::chrono::minutes(1);
  /// From how far beyond the threshold, and by how many instances or percent of them.
  struct Change {
    double from = 0;
    int change = 0;
  };
  std::vector<Change> changes;
  bool is_percent = false;
};
using ScalingRule = std::variant<TargetTracking, StepScaling>;

/// `mixed`: several instance types, and how much of them is on demand.
struct Mixed {
  std::vector<std::string> types;
  int on_demand_base = 0;
  int on_demand_percent = 100;
  std::string spot_strategy;
  bool rebalances = false;
};

struct AutoScalingGroup {
  std::string name;
  Place place;
  std::string region;  // the cloud's when the file names none
  std::string type;
  GroupSize size;
  HealthCheckType health = HealthCheckType::ec2;
  Duration grace{0};
  Distribution boot;
  Serve serve;
  std::vector<Version> versions;  // those that come later; `serve` is the first
  std::vector<std::string> azs;   // letters; the cloud's when the file names none
  ZoneStrategy strategy = ZoneStrategy::balanced_best_effort;
  Duration cooldown{0};
  std::optional<Duration> warmup;
  bool has_detailed_monitoring = false;  // metrics every minute instead of every five
  std::vector<ScalingRule> scaling;
  std::optional<Mixed> mixed;
};

struct HealthCheck {
  Duration interval{0};
  Duration timeout{0};
  int healthy_threshold = 0;
  int unhealthy_threshold = 0;
  std::string path;
};

enum class BalancingAlgorithm { round_robin, least_outstanding_requests, weighted_random };

/// An Auto Scaling group that a load balancer forwards to, and its share of the requests.
struct ForwardTo {
  std::string group;
  int weight = 1;
};

/// A certificate that ACM issued, in every region where a load balancer serves with it.
struct Certificate {
  std::string name;  // `shop.example.com`
  Place place;
  Duration age{0};           // since it was requested, at the start
  bool keeps_record = true;  // its validation record is in DNS at the start
};

/// An Application Load Balancer, or a Network Load Balancer before one.
struct LoadBalancer {
  std::string name;
  Place place;
  std::string region;
  std::optional<std::string> certificate;  // its listener is HTTPS then
  std::vector<ForwardTo> to;
  HealthCheck health_check;
  Duration drain{0};  // deregistration delay
  Duration idle_timeout{0};
  bool cross_zone = true;
  BalancingAlgorithm algorithm = BalancingAlgorithm::round_robin;
  bool mitigates_anomalies = false;  // of weighted random alone
  /// Of a Network Load Balancer: which one gets its connections. It has `health_check` alone
  /// beside.
  std::string passes_to = {};
  [[nodiscard]] bool is_network() const { return !passes_to.empty(); }
};

enum class BillingMode { on_demand, provisioned };

/// Application Auto Scaling of a table's write units: `{min: 20, max: 400, target: 70%}`.
struct TableScaling {
  int least = 1;
  int most = 1;
  double target = 0.7;
};

struct DynamoDbTable {
  std::string name;
  Place place;
  std::string region;
  std::string partition_key;
  std::optional<std::string> sort_key;
  BillingMode mode = BillingMode::on_demand;
  int read_units = 0;  // provisioned only
  int write_units = 0;
  std::optional<TableScaling> scaling;  // provisioned only
  /// Over how many partition keys writes are spread, where the sort key tells them apart; without
  /// it each write has a partition key of its own.
  std::optional<int> keys;
  int item_kilobytes = 1;
};

/// A name in Route 53 with alias records of the failover policy: `failover: [edge, standby]`.
struct DnsName {
  std::string name;  // `shop.example.com`
  Place place;
  std::string primary, secondary;  // load balancers; no secondary, no failover
  bool evaluates_target_health = true;
};

/// Reserved Instances that are bought before the scenario begins.
struct Reservation {
  Place place;
  std::string region;
  std::string type;
  int count = 0;
  std::optional<std::string> az;  // a letter; the whole region when there is none
  int years = 1;
  std::string payment;  // `No Upfront`
};

struct CloudDescription {
  std::string region;
  std::vector<std::string> azs;  // letters: `a`, `b`; of every region
  std::vector<DnsName> names;
  std::vector<Certificate> certificates;
  std::vector<LoadBalancer> load_balancers;  // a Network Load Balancer after all others
  std::vector<AutoScalingGroup> groups;
  std::vector<Reservation> reserved;
  std::vector<DynamoDbTable> tables;
};

enum class Jitter { none, full };

struct Retry {
  int times = 0;  // after the first attempt
  DurationRange backoff;
  Jitter jitter = Jitter::full;
};

/// One kind of request in a source's mix.
struct RequestKind {
  std::string name;
  double share = 1;
  std::optional<std::string> writes;  // a table
  std::optional<Duration> timeout;
  Retry retry;
  std::int64_t bytes = 0;  // of a request and its answer, with their headers
};

struct RatePoint {
  Duration at{0};  // since the start
  double per_second = 0;
};

/// Open-loop traffic: late answers never slow the arrivals down.
struct Source {
  std::string name;
  Place place;
  std::string to;  // a load balancer or a name
  std::vector<RatePoint>
      rate;  // straight lines between points, constant before the first and after the last
  std::vector<RequestKind> kinds;
};

// The timeline: every item has one trigger and one verb.

struct AtTrigger {
  Duration at{0};
};  // since the start
struct AfterTrigger {
  std::string label;
  Duration delay{0};
};  // after the item of that label fired
struct WhenTrigger {
  Assertion condition;
};  // the first second at which it holds
using Trigger = std::variant<AtTrigger, AfterTrigger, WhenTrigger>;

/// `break: az-power` with `az` and `for`: the instances stop, launches fail for lack of capacity,
/// the zone's load balancer nodes answer nothing, until power returns.
struct BreakAzPower {
  std::string region;
  std::string az;
  Duration lasts{0};
};
/// `break: spot-interruption`: EC2 recommends to rebalance, gives its notice two minutes before the
/// end of `notice`, interrupts, and has no Spot capacity until `lasts` after that.
struct BreakSpot {
  std::string region;
  std::optional<std::string> az;    // every zone when there is none
  std::optional<std::string> type;  // every type
  int percent = 100;                // of the Spot Instances there
  Duration notice{0};
  Duration lasts{0};
};
/// `do: set-desired web to 8`.
struct SetDesiredCapacity {
  std::string group;
  int desired = 0;
};
/// `do: terminate 1 of web` or `do: terminate 1 of web in a`.
struct TerminateInstances {
  std::string group;
  int count = 0;
  std::optional<std::string> az;
};
/// `do: suspend ReplaceUnhealthy of web`, `do: resume ReplaceUnhealthy of web`.
struct SwitchProcess {
  std::string group;
  std::string process;
  bool suspends = true;
};
/// `do: instance-refresh web to v2`, with at least that share of the group in service.
struct RefreshInstances {
  std::string group;
  std::string version;
  int min_healthy_percent = 90;
};
/// `do: rollback web`: of the refresh in progress.
struct RollBackRefresh {
  std::string group;
};
/// `do: forward edge to blue 90, green 10`.
struct ForwardRequests {
  std::string load_balancer;
  std::vector<ForwardTo> to;
};
/// `do: set idle_timeout of edge to 5s`.
struct SetAttribute {
  enum class Setting { idle_timeout, cross_zone, algorithm, drain };
  std::string load_balancer;
  Setting setting = Setting::idle_timeout;
  std::string value;  // as the API has it
};
/// `do: zonal-shift edge away from a for 30m`: allowed first, as an operator would.
struct ShiftZone {
  std::string load_balancer;
  std::string az;
  int minutes = 0;
};
/// `do: cancel zonal-shift of edge`.
struct CancelShift {
  std::string load_balancer;
};
/// `do: add record of shop.example.com`, `do: remove record of shop.example.com`: the record by
/// which ACM validates a certificate.
struct ChangeRecord {
  std::string certificate;
  bool adds = true;
};
/// `do: replace certificate of edge`: by a new one for the same name, once it is issued.
struct ReplaceCertificate {
  std::string load_balancer;
};
/// `do: create 3 vpcs`: a refusal is told, and the run goes on.
struct CreateVpcs {
  int count = 0;
};
/// `do: raise vpcs to 8`: a request to Service Quotas.
struct RaiseQuota {
  int to = 0;
};
/// `say: text`.
struct Say {
  std::string text;
};
using Verb =
    std::variant<BreakAzPower, BreakSpot, SetDesiredCapacity, TerminateInstances, SwitchProcess,
                 RefreshInstances, RollBackRefresh, ForwardRequests, SetAttribute, ShiftZone,
                 CancelShift, ChangeRecord, ReplaceCertificate, CreateVpcs, RaiseQuota, Say>;

struct TimelineItem {
  Place place;
  std::string text;  // one line for people: `break az-power a for 30m`
  std::optional<std::string> label;
  Trigger trigger;
  Verb verb;
  [[nodiscard]] bool is_break() const {
    return std::holds_alternative<BreakAzPower>(verb) || std::holds_alternative<BreakSpot>(verb);
  }
};

/// A value of the resolved scenario and who says so, for `explain` and the report.
struct ResolvedValue {
  std::string path;  // `cloud.alb.edge.idle_timeout`
  std::string value;
  std::string source;  // `file`, `variant one-zone`, or a default with its authority: `AWS: ...`,
                       // `Chosen: ...`
  Place place;
};

struct Scenario {
  std::string file;
  std::string title;
  std::string why;
  std::string variant;  // empty: as written
  Time start;
  TimeZone zone = TimeZone::utc();
  Duration run{0};
  SeedRange seeds;
  CloudDescription cloud;
  std::vector<Source> load;
  std::vector<Assertion> steady;
  std::vector<TimelineItem> timeline;
  std::vector<Assertion> expect;
  std::vector<Assertion> stop_if;
  std::vector<std::string> variants;  // the names that the file offers
  std::vector<ResolvedValue> resolved;

  [[nodiscard]] const AutoScalingGroup* find_group(std::string_view name) const;
  [[nodiscard]] const LoadBalancer* find_load_balancer(std::string_view name) const;
  [[nodiscard]] const DnsName* find_name(std::string_view name) const;
  [[nodiscard]] const Certificate* find_certificate(std::string_view name) const;
  /// The cloud's region and those of its entities, in the order of the file.
  [[nodiscard]] std::vector<std::string> regions() const;
  [[nodiscard]] const DynamoDbTable* find_table(std::string_view name) const;
  [[nodiscard]] const Source* find_source(std::string_view name) const;
  [[nodiscard]] bool has_zone(std::string_view letter) const;
  /// How long after the start the clock shows that time; a bare `14:00` is the first one from the
  /// start on.
  [[nodiscard]] Duration offset_of(const ClockTime& clock_time) const;
  /// ` of eu-west-1`, or nothing for the cloud's own region.
  [[nodiscard]] std::string region_text(std::string_view region) const;
  /// `14:02:10` in the scenario's zone, with `+1d` behind it when that is another day.
  [[nodiscard]] std::string clock_text(Duration offset) const;
};

struct ParsedScenario {
  std::optional<Scenario> scenario;  // empty when there are errors
  ParseErrors errors;
};

/// Reads the file's text, checks it and each of its variants, and resolves the one asked for
/// (empty: none).
ParsedScenario parse_scenario(std::string_view text, const std::string& file,
                              std::string_view variant = {});

/// The document with a variant's overrides in place: dotted paths from the root
/// (`cloud.asg.web.azs`), or from an entity whose name is unique (`web.azs`).
Document apply_variant(const Document& document, std::string_view variant, ParseErrors& errors);

/// The resolved scenario for a person: every value, every default and its source.
std::string explain(const Scenario& scenario);

}  // namespace fallstreak::scenarios
