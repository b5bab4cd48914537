#include "scenarios/traffic/simulator.h"

#include "base/check.h"
#include "base/portable_math.h"
#include "scenarios/traffic/kernel.h"

namespace fallstreak::scenarios::traffic {

ServiceTime lognormal(double median, double p99) {
  // The 99th percentile of a standard normal variate.
  constexpr double kQuantile99 = 2.3263478740408408;
  return {ServiceTime::Kind::lognormal, median, portable_log(p99 / median) / kQuantile99};
}

Simulator::Simulator(Setup setup, WriteSink* sink)
    : kernel_(std::make_unique<Kernel>(std::move(setup), sink)) {}
Simulator::~Simulator() = default;

Instant Simulator::now() const { return kernel_->now; }

void Simulator::set_view(std::uint32_t load_balancer, LoadBalancerView view) {
  kernel_->set_view(load_balancer, std::move(view));
}

void Simulator::set_answer(std::uint32_t source, std::uint32_t load_balancer) {
  kernel_->set_answer(source, load_balancer);
}

void Simulator::advance_to(Instant until) { kernel_->advance_to(until); }

TargetTotals Simulator::totals(std::uint64_t target_id) const {
  const Target* target = kernel_->find_target(target_id);
  return target == nullptr ? TargetTotals{} : target->totals;
}

std::vector<NodeTotals> Simulator::node_totals(std::uint32_t load_balancer) const {
  return kernel_->node_totals(load_balancer);
}

Instant Simulator::wait(std::uint64_t target_id) const {
  CHECK(kernel_->setup.lane == Lane::recurrence) << "the event lane has no clock per worker";
  const Target* target = kernel_->find_target(target_id);
  if (target == nullptr || target->free_at.empty()) return 0;
  return target->earliest_start(now()) - now();
}

std::uint64_t Simulator::arrivals() const {
  std::uint64_t sum = 0;
  for (const PreparedSource& source : kernel_->sources) sum += source.arrivals.count();
  return sum;
}

std::uint64_t Simulator::attempts() const { return kernel_->attempts_made; }

std::uint64_t Simulator::hash() const {
  std::uint64_t hash = kernel_->control_hash;
  for (const PreparedSource& source : kernel_->sources) hash += source.series.hash();
  for (const SeriesBuilder& table : kernel_->tables) hash += table.hash();
  return mix(hash);
}

std::uint64_t Simulator::source_hash(std::uint32_t source) const {
  return kernel_->sources[source].series.hash();
}

const SourceSeries& Simulator::source_series(std::uint32_t source) const {
  return kernel_->sources[source].series.series();
}

const SourceSeries& Simulator::table_series(std::uint32_t table) const {
  return kernel_->tables[table].series();
}

SourceSeries Simulator::take_source_series(std::uint32_t source) {
  return kernel_->sources[source].series.take();
}

SourceSeries Simulator::take_table_series(std::uint32_t table) {
  return kernel_->tables[table].take();
}

void Simulator::record_completions(std::vector<Completion>* completions) {
  kernel_->completions = completions;
}

}  // namespace fallstreak::scenarios::traffic
