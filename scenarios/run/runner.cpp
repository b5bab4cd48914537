#include "scenarios/run/runner.h"

#include <algorithm>

#include "base/check.h"
#include "client/ec2.h"
#include "cloud.h"
#include "dynamodb_realism.h"
#include "provisioner/reconcile/reconcile.h"
#include "scenarios/run/actions.h"
#include "scenarios/run/certificates.h"
#include "scenarios/run/dns_names.h"
#include "scenarios/run/must.h"
#include "scenarios/run/reservations.h"
#include "scenarios/run/site.h"
#include "scenarios/run/stack_of.h"
#include "scenarios/run/table_capacity.h"
#include "scenarios/run/table_writer.h"
#include "scenarios/run/usage.h"
#include "scenarios/traffic/random.h"

namespace fallstreak::scenarios {
namespace {

/// Chosen: the stack is made an hour before the scenario begins, so that it stands when traffic
/// starts.
constexpr Duration kLead = std::chrono::hours(1);
/// Chosen: Route 53 takes a load balancer's node out of DNS after three failed checks, ten seconds
/// apart, and brings it back as fast. AWS publishes no figure for its own nodes.
constexpr Duration kDnsReaction = std::chrono::seconds(30);
/// AWS: the notice of a Spot interruption.
constexpr Duration kSpotNotice = std::chrono::minutes(2);
constexpr Duration kSecond = std::chrono::seconds(1);

std::string fault_id(const TimelineItem& item) {
  return "break-" + std::to_string(item.place.line);
}

std::size_t whole_seconds(Duration duration) {
  return static_cast<std::size_t>(std::max<std::int64_t>(0, duration / kSecond));
}

double count_vpcs(client::Transport& transport) {
  const auto found = client::Ec2(transport).describe_vpcs({});
  if (!found) throw found.error();
  return double(found->Vpcs->size());
}

/// One run. Its functions throw ApiError when the cloud refuses what a run needs.
class Run {
 public:
  Run(const Scenario& scenario, const RunOptions& options)
      : scenario_(scenario),
        options_(options),
        cloud_(std::make_unique<Cloud>(
            CloudOptions{.seed = options.seed,
                         .start = scenario.start - kLead - Certificates::oldest(scenario)})),
        workload_(scenario, options.seed),
        sites_(scenario, *cloud_, workload_, [this](RunEvent event) { tell(std::move(event)); }),
        writer_(scenario, *cloud_, sites_),
        table_capacity_(scenario, sites_, [this](RunEvent event) { tell(std::move(event)); }),
        simulator_(setup(), &writer_) {}

  RunResult run() {
    result_.scenario = scenario_;
    result_.seed = options_.seed;
    result_.verdict = RunVerdict::passed;
    provision();
    for (const auto& balancer : scenario_.cloud.load_balancers) {
      sites_.find(balancer.region)
          ->meter.add_load_balancer(balancer.is_network() ? Meter::LoadBalancerType::network
                                                          : Meter::LoadBalancerType::application);
    }
    look();
    while (now_ < scenario_.run && !is_over_) step();
    finish();
    if (options_.take_cloud) {
      cloud_->set_prober({});  // these asked this run
      cloud_->set_usage({});
      cloud_->set_traffic({});
      options_.take_cloud(std::move(cloud_));
    }
    return std::move(result_);
  }

 private:
  traffic::Setup setup() const;
  void provision();
  void step();
  [[nodiscard]] Duration next_instant() const;
  void look();
  void follow_names();
  void record_until(Duration end);
  void sync_series();
  void take_series();
  void fire_due();
  void fire(const TimelineItem& item);
  /// Where what an action is about is.
  [[nodiscard]] const std::string& region_of(const Verb& verb) const;
  void break_zone(const TimelineItem& item, const BreakAzPower& fault);
  void break_spot(const TimelineItem& item, const BreakSpot& fault);
  void begin_in_zones(const TimelineItem& item, const BreakSpot& fault, const std::string& kind,
                      Duration lasts);
  void interrupt(const TimelineItem& item);
  void check_steady();
  void watch();
  void finish();
  void tell(RunEvent event);

  /// Something that happens to the network at a moment: power comes back, DNS reacts.
  struct Change {
    Duration at;
    std::string region, zone;
    enum class Kind { power_returns, leaves_dns, enters_dns, spot_is_interrupted } kind;
    const TimelineItem* item = nullptr;  // of an interruption
  };
  void apply(const Change& change);

  const Scenario& scenario_;
  const RunOptions& options_;
  RunResult result_;
  std::unique_ptr<Cloud> cloud_;
  Workload workload_;
  Sites sites_;
  HostedZones zones_{sites_.main().transport};
  Certificates certificates_{scenario_, *cloud_, sites_, zones_};
  DnsNames names_{scenario_, *cloud_, sites_, zones_};
  std::map<std::string, std::string> answers_;  // of each name: a load balancer
  TableWriter writer_;
  TableCapacity table_capacity_;
  traffic::Simulator simulator_;
  Usage usage_{scenario_, sites_, simulator_};
  Duration now_{0};
  double vpcs_ = 0;  // which only a scenario's own actions change
  std::size_t recorded_ = 0;
  std::vector<Change> changes_;
  std::vector<bool> fired_ = std::vector<bool>(scenario_.timeline.size(), false);
  std::map<std::string, Duration> labels_;
  bool needs_seconds_ = false;
  bool was_steady_checked_ = false;
  bool is_over_ = false;
};

traffic::Setup Run::setup() const {
  const auto index_of = [](const auto& list, std::string_view name) {
    const auto found =
        std::ranges::find(list, name, [](const auto& one) { return std::string_view(one.name); });
    CHECK(found != list.end()) << "the reader lets no unknown name through: " << name;
    return static_cast<std::uint32_t>(found - list.begin());
  };
  traffic::Setup setup;
  setup.seed = options_.seed;
  setup.load_balancers = static_cast<std::uint32_t>(scenario_.cloud.load_balancers.size());
  for (const auto& table : scenario_.cloud.tables) setup.tables.push_back(table.name);
  for (const auto& source : scenario_.load) {
    traffic::SourceSpec spec;
    spec.name = source.name;
    const DnsName* name = scenario_.find_name(source.to);
    spec.load_balancer = index_of(scenario_.cloud.load_balancers, name ? name->primary : source.to);
    for (const auto& point : source.rate) spec.rate.push_back({point.at.count(), point.per_second});
    for (const auto& kind : source.kinds) {
      traffic::RequestClass one;
      one.name = kind.name;
      one.share = kind.share;
      if (kind.writes) one.table = index_of(scenario_.cloud.tables, *kind.writes);
      if (kind.timeout) one.timeout = kind.timeout->count();
      one.bytes = static_cast<std::uint64_t>(kind.bytes);
      one.retries = static_cast<std::uint32_t>(kind.retry.times);
      one.backoff_low = kind.retry.backoff.low.count();
      one.backoff_high = kind.retry.backoff.high.count();
      one.jitter =
          kind.retry.jitter == Jitter::full ? traffic::Jitter::full : traffic::Jitter::none;
      spec.classes.push_back(std::move(one));
    }
    setup.sources.push_back(std::move(spec));
  }
  return setup;
}

void Run::tell(RunEvent event) {
  if (options_.on_event) options_.on_event(event);
  result_.events.push_back(std::move(event));
}

void Run::provision() {
  cloud_->set_prober([this](const dispatch::Probe& probe) {
    const Site* site = sites_.find(probe.region);
    if (site == nullptr || probe.host.empty()) return workload_.answer(probe);
    const std::uint64_t key = traffic::stream_key(options_.seed, probe.host, "check");
    const auto bits = traffic::draw(key, static_cast<std::uint64_t>(to_nanoseconds(probe.now)));
    const auto answer = site->view.answer_of_load_balancer(probe, site->zones, bits);
    return answer.value_or(dispatch::ProbeAnswer{.kind = dispatch::ProbeAnswer::Kind::refused});
  });
  workload_.set_wait([this](const std::string& instance_id) {
    for (const auto& site : sites_) {
      const auto seen = site->view.find_instance(instance_id);
      if (seen) return Duration(simulator_.wait(seen->number));
    }
    return Duration::zero();
  });
  cloud_->set_usage(
      [this](const dispatch::UsageQuestion& question) { return usage_.of_instance(question); });
  cloud_->set_traffic([this](const dispatch::TrafficQuestion& question) {
    return usage_.of_load_balancer(question);
  });
  certificates_.issue(scenario_.start - kLead);
  buy_reservations(scenario_, sites_);
  set_dynamodb_realism(*cloud_, {.capacity = dispatch::CapacityMode::enforced});
  std::size_t resources = 0;
  for (const auto& site : sites_) {
    const provisioner::Stack stack =
        stack_of(scenario_, site->region, certificates_.in(site->region));
    // Groups are ready once their instances run; whether these answer is asked below.
    must(provisioner::apply(site->transport, stack));
    resources += stack.resources.size();
  }
  table_capacity_.scale();
  names_.create();
  vpcs_ = count_vpcs(sites_.main().transport);
  needs_seconds_ = !scenario_.stop_if.empty() ||
                   std::ranges::any_of(scenario_.timeline, [](const TimelineItem& item) {
                     return std::holds_alternative<WhenTrigger>(item.trigger);
                   });
  // What boots is looked at as it boots, or no health check would find anybody at home.
  while (cloud_->now() < scenario_.start) {
    for (const auto& site : sites_) must(site->view.refresh(cloud_->now(), Duration::zero()));
    const auto due = cloud_->next_due();
    cloud_->advance_to(std::min(due.value_or(scenario_.start), scenario_.start));
  }
  tell({Duration::zero(), RunEvent::Kind::information,
        "the stack stands: " + std::to_string(resources) + " resources; traffic begins"});
}

Duration Run::next_instant() const {
  Duration next = scenario_.run;
  if (const auto due = cloud_->next_due()) next = std::min(next, *due - scenario_.start);
  for (const Change& change : changes_) next = std::min(next, change.at);
  for (std::size_t i = 0; i < fired_.size(); ++i) {
    if (fired_[i]) continue;
    const Trigger& trigger = scenario_.timeline[i].trigger;
    if (const auto* at = std::get_if<AtTrigger>(&trigger)) next = std::min(next, at->at);
    if (const auto* after = std::get_if<AfterTrigger>(&trigger)) {
      const auto label = labels_.find(after->label);
      if (label != labels_.end()) next = std::min(next, label->second + after->delay);
    }
  }
  if (needs_seconds_) next = std::min(next, now_ + kSecond);
  return std::max(next, now_);
}

void Run::step() {
  const Duration next = next_instant();
  simulator_.advance_to(next.count());
  // Seconds that are complete before anything of this instant happens see the cloud as it was.
  record_until(next);
  now_ = next;
  cloud_->advance_to(std::max(cloud_->now(), scenario_.start + next));
  std::vector<Change> due;
  std::erase_if(changes_, [&](const Change& change) {
    if (change.at > now_) return false;
    due.push_back(change);
    return true;
  });
  for (const Change& change : due) apply(change);
  watch();
  if (!is_over_) fire_due();
  look();
}

void Run::look() {
  for (const auto& name : certificates_.take_replacements()) {
    tell({now_, RunEvent::Kind::information, name + " serves with a new certificate"});
    sites_.find(scenario_.find_load_balancer(name)->region)->view.settings_may_have_changed();
  }
  for (const auto& site : sites_) must(site->view.refresh(cloud_->now(), now_));
  table_capacity_.look(now_);
  for (std::size_t i = 0; i < scenario_.cloud.load_balancers.size(); ++i) {
    const LoadBalancer& balancer = scenario_.cloud.load_balancers[i];
    const Site& site = *sites_.find(balancer.region);
    simulator_.set_view(static_cast<std::uint32_t>(i), site.view.view(balancer, site.zones));
  }
  follow_names();
}

/// Sends clients where the names that they ask for lead now.
void Run::follow_names() {
  for (const DnsName& name : scenario_.cloud.names) {
    const std::string now = names_.answer(name);
    std::string& before = answers_[name.name];
    // Chosen: a name that answers nothing for a moment leaves clients where they were.
    if (now.empty() || now == before) continue;
    const bool is_first = before.empty();
    before = now;
    if (is_first && now == name.primary) continue;
    tell({now_, now == name.primary ? RunEvent::Kind::recovery : RunEvent::Kind::health,
          name.name + " answers the addresses of " + now});
    const auto& balancers = scenario_.cloud.load_balancers;
    const auto place = std::ranges::find(balancers, now, &LoadBalancer::name) - balancers.begin();
    for (std::uint32_t i = 0; i < scenario_.load.size(); ++i) {
      if (scenario_.load[i].to == name.name) {
        simulator_.set_answer(i, static_cast<std::uint32_t>(place));
      }
    }
  }
}

void Run::record_until(Duration end) {
  for (; recorded_ < whole_seconds(end); ++recorded_) {
    result_.recording.sample({"vpcs", ""}, recorded_, vpcs_);
    double cost = 0;
    for (const auto& site : sites_) {
      site->view.sample(result_.recording, recorded_);
      cost += site->meter.cost(kSecond * static_cast<std::int64_t>(recorded_ + 1));
    }
    result_.recording.sample({"cost", ""}, recorded_, cost);
  }
  result_.recording.seconds = recorded_;
}

/// Copies what the simulator has finished since the last time.
void Run::sync_series() {
  const auto extend = [](SourceSeries& into, const SourceSeries& from) {
    into.name = from.name;
    into.seconds.insert(into.seconds.end(),
                        from.seconds.begin() + std::ptrdiff_t(into.seconds.size()),
                        from.seconds.end());
    into.histogram.insert(into.histogram.end(),
                          from.histogram.begin() + std::ptrdiff_t(into.histogram.size()),
                          from.histogram.end());
  };
  for (std::size_t i = 0; i < scenario_.load.size(); ++i) {
    extend(result_.recording.sources[scenario_.load[i].name],
           simulator_.source_series(static_cast<std::uint32_t>(i)));
  }
  for (std::size_t i = 0; i < scenario_.cloud.tables.size(); ++i) {
    extend(result_.recording.writes[scenario_.cloud.tables[i].name],
           simulator_.table_series(static_cast<std::uint32_t>(i)));
  }
}

/// The same at the end, without a copy.
void Run::take_series() {
  for (std::uint32_t i = 0; i < scenario_.load.size(); ++i)
    result_.recording.sources[scenario_.load[i].name] = simulator_.take_source_series(i);
  for (std::uint32_t i = 0; i < scenario_.cloud.tables.size(); ++i)
    result_.recording.writes[scenario_.cloud.tables[i].name] = simulator_.take_table_series(i);
}

void Run::fire_due() {
  for (std::size_t i = 0; i < fired_.size() && !is_over_; ++i) {
    if (fired_[i]) continue;
    const TimelineItem& item = scenario_.timeline[i];
    bool is_due = false;
    if (const auto* at = std::get_if<AtTrigger>(&item.trigger)) is_due = at->at <= now_;
    if (const auto* after = std::get_if<AfterTrigger>(&item.trigger)) {
      const auto label = labels_.find(after->label);
      is_due = label != labels_.end() && label->second + after->delay <= now_;
    }
    if (const auto* when = std::get_if<WhenTrigger>(&item.trigger)) {
      is_due = recorded_ > 0 &&
               evaluate_at(when->condition, scenario_, result_.recording, recorded_ - 1).held ==
                   Held::yes;
    }
    if (!is_due) continue;
    if (item.is_break() && !was_steady_checked_) check_steady();
    if (is_over_) return;
    fired_[i] = true;
    if (item.label) labels_[*item.label] = now_;
    fire(item);
  }
}

void Run::fire(const TimelineItem& item) {
  if (const auto* fault = std::get_if<BreakAzPower>(&item.verb)) return break_zone(item, *fault);
  if (const auto* fault = std::get_if<BreakSpot>(&item.verb)) return break_spot(item, *fault);
  if (const auto* say = std::get_if<Say>(&item.verb)) {
    return tell({now_, RunEvent::Kind::say, say->text});
  }
  tell({now_, RunEvent::Kind::action, item.text});
  if (const auto* record = std::get_if<ChangeRecord>(&item.verb)) {
    certificates_.change_record(*record);
  }
  if (const auto* certificate = std::get_if<ReplaceCertificate>(&item.verb)) {
    certificates_.replace(*certificate);
  }
  Site& site = *sites_.find(region_of(item.verb));
  for (auto& refusal : perform(item.verb, site.view, site.transport)) {
    tell({now_, RunEvent::Kind::information, std::move(refusal)});
  }
  vpcs_ = count_vpcs(sites_.main().transport);
  for (const auto& each : sites_) each->view.settings_may_have_changed();
}

const std::string& Run::region_of(const Verb& verb) const {
  return std::visit(
      [&](const auto& one) -> const std::string& {
        if constexpr (requires { one.group; }) return scenario_.find_group(one.group)->region;
        if constexpr (requires { one.load_balancer; })
          return scenario_.find_load_balancer(one.load_balancer)->region;
        return scenario_.cloud.region;
      },
      verb);
}

void Run::break_zone(const TimelineItem& item, const BreakAzPower& fault) {
  tell({now_, RunEvent::Kind::fault, item.text});
  result_.recording.breaks.push_back({now_, now_ + fault.lasts, item.text});
  must(cloud_->begin_fault(fault_id(item), {.kind = "az-power", .zone = fault.region + fault.az},
                           fault.lasts));
  sites_.find(fault.region)->zones[fault.az].has_power = false;
  const Duration end = now_ + fault.lasts;
  const auto later = [&](Duration at, Change::Kind kind) {
    changes_.push_back({at, fault.region, fault.az, kind});
  };
  later(now_ + kDnsReaction, Change::Kind::leaves_dns);
  later(end, Change::Kind::power_returns);
  later(end + kDnsReaction, Change::Kind::enters_dns);
}

/// EC2 recommends to rebalance at once, and gives its notice two minutes before the end.
void Run::break_spot(const TimelineItem& item, const BreakSpot& fault) {
  tell({now_, RunEvent::Kind::fault, item.text});
  const Duration notice_at = now_ + fault.notice - kSpotNotice;
  result_.recording.breaks.push_back({now_, now_ + fault.notice + fault.lasts, item.text});
  if (notice_at > now_) {
    begin_in_zones(item, fault, "spot-rebalance", notice_at - now_);
  }
  changes_.push_back({notice_at, {}, {}, Change::Kind::spot_is_interrupted, &item});
  if (notice_at == now_) interrupt(item);
}

/// A fault in each zone of the scenario that is meant: other regions have such types too.
void Run::begin_in_zones(const TimelineItem& item, const BreakSpot& fault, const std::string& kind,
                         Duration lasts) {
  for (const auto& az : scenario_.cloud.azs) {
    if (fault.az && *fault.az != az) continue;
    must(cloud_->begin_fault(fault_id(item) + "-" + kind + "-" + az,
                             {.kind = kind,
                              .zone = fault.region + az,
                              .instance_type = fault.type.value_or(""),
                              .percentage = fault.percent},
                             lasts));
  }
}

void Run::interrupt(const TimelineItem& item) {
  std::erase_if(changes_, [&](const Change& change) { return change.item == &item; });
  const auto& fault = std::get<BreakSpot>(item.verb);
  tell({now_, RunEvent::Kind::fault, "EC2 gives Spot Instances two minutes' notice"});
  begin_in_zones(item, fault, "spot-interruption", kSpotNotice + fault.lasts);
}

void Run::apply(const Change& change) {
  if (change.kind == Change::Kind::spot_is_interrupted) return interrupt(*change.item);
  ZoneState& zone = sites_.find(change.region)->zones[change.zone];
  const std::string name = change.zone + scenario_.region_text(change.region);
  switch (change.kind) {
    case Change::Kind::power_returns:
      zone.has_power = true;
      tell({now_, RunEvent::Kind::recovery, "zone " + name + " has power again"});
      break;
    case Change::Kind::leaves_dns:
      if (zone.has_power) return;
      zone.is_in_dns = false;
      tell({now_, RunEvent::Kind::health, "the load balancer's node in " + name + " leaves DNS"});
      break;
    case Change::Kind::enters_dns:
      if (!zone.has_power) return;
      zone.is_in_dns = true;
      tell({now_, RunEvent::Kind::recovery,
            "the load balancer's node in " + name + " is in DNS again"});
      break;
    case Change::Kind::spot_is_interrupted:
      break;  // has no zone
  }
}

/// Chaos proves nothing about a system that was not well before.
void Run::check_steady() {
  was_steady_checked_ = true;
  sync_series();
  for (const Assertion& assertion : scenario_.steady) {
    if (recorded_ == 0) break;
    const Verdict verdict = evaluate_at(assertion, scenario_, result_.recording, recorded_ - 1);
    if (verdict.held == Held::yes) continue;
    result_.verdict = RunVerdict::unsteady;
    result_.reason =
        "not steady before the first break: " + assertion.text + " (" + verdict.observed + ")";
    is_over_ = true;
    return;
  }
}

void Run::watch() {
  if (!needs_seconds_) return;
  sync_series();
  for (const Assertion& assertion : scenario_.stop_if) {
    if (recorded_ == 0) break;
    const Verdict verdict = evaluate_at(assertion, scenario_, result_.recording, recorded_ - 1);
    if (verdict.held != Held::yes) continue;
    result_.verdict = RunVerdict::stopped;
    result_.reason = "stopped by " + assertion.text + " (" + verdict.observed + ")";
    is_over_ = true;
    return;
  }
}

void Run::finish() {
  record_until(now_);
  // Reading back is no part of the run, so it costs the tables nothing.
  set_dynamodb_realism(*cloud_, {});
  must(writer_.verify());
  result_.recording.ledger = writer_.take_ledger();
  result_.virtual_time = now_;
  std::uint64_t hash = simulator_.hash();
  take_series();
  const auto add = [&](std::uint64_t value) {
    hash = traffic::mix(hash ^ value) + traffic::kGolden;
  };
  add(cloud_->hash());
  for (const RunEvent& event : result_.events) {
    add(traffic::stream_key(static_cast<std::uint64_t>(event.at.count()), event.text, "event"));
  }
  result_.hash = hash;
  result_.assumptions = assumptions_of(scenario_);
  for (const auto& site : sites_) {
    for (auto& assumption : site->meter.assumptions()) {
      auto& all = result_.assumptions;
      if (std::ranges::find(all, assumption) == all.end()) all.push_back(std::move(assumption));
    }
  }
  result_.assumptions.push_back({"a lost zone's node leaves DNS after", "30s", "assumed",
                                 "Chosen: three failed checks, ten seconds apart"});
  if (!scenario_.cloud.load_balancers.empty()) {
    result_.assumptions.push_back(
        {"clients open a connection for each request", "yes", "assumed",
         "Chosen: each goes its own way; capacity units count new connections"});
  }
  if (!cloud_->complaints().empty()) {
    result_.verdict = RunVerdict::failed;
    result_.reason = "the emulator broke its own rules: " + cloud_->complaints().front();
    return;
  }
  judge(result_);
}

}  // namespace

Outcome<RunResult> run(const Scenario& scenario, const RunOptions& options) {
  try {
    return Run(scenario, options).run();
  } catch (ApiError& error) {
    return tl::unexpected(std::move(error));
  }
}

}  // namespace fallstreak::scenarios
