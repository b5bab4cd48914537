#include "scenarios/run/meter.h"

#include <algorithm>
#include <cmath>

#include "scenarios/language/values.h"
#include "scenarios/run/prices.h"

namespace fallstreak::scenarios {
namespace {

constexpr Duration kHour = std::chrono::hours(1);
constexpr Duration kLeast = std::chrono::seconds(60);

double in_seconds(Duration duration) { return static_cast<double>(duration.count()) * 1e-9; }

double unit_price(std::string_view region, std::string_view item) {
  const Price* price = find_price(region, item);
  return price == nullptr ? 0 : price->usd;
}

Assumption row(std::string name, const Price* price) {
  if (price == nullptr) return {std::move(name), "not metered", "assumed", "no price is listed"};
  return {std::move(name), "$" + number_text(price->usd),
          price->source.starts_with("AWS") ? "exact" : "typical",
          std::string(price->source) + ", " + std::string(price->region)};
}

}  // namespace

const Price* find_price(std::string_view region, std::string_view item) {
  const auto in = [&](std::string_view wanted) -> const Price* {
    const auto found = std::ranges::find_if(
        prices(), [&](const Price& price) { return price.region == wanted && price.item == item; });
    return found == prices().end() ? nullptr : &*found;
  };
  const Price* own = in(region);
  return own != nullptr ? own : in("us-east-1");
}

double Meter::usd_per_second(const std::string& type) {
  const auto [found, is_new] = types_.try_emplace(type, 0);
  if (is_new) found->second = unit_price(region_, "ec2." + type) / in_seconds(kHour);
  return found->second;
}

double Meter::charge(const Running& running, Duration until) {
  return in_seconds(std::max(until - running.since, kLeast)) * running.usd_per_second;
}

void Meter::running(const std::string& instance_id, const std::string& type,
                    const std::string& zone, Duration at) {
  running_.try_emplace(instance_id, Running{at, usd_per_second(type), type, zone});
}

void Meter::reserve(ReservedCapacity capacity, double usd_per_hour) {
  reserved_.emplace_back(std::move(capacity), usd_per_hour);
}

void Meter::running_spot(const std::string& instance_id, double usd_per_hour, Duration at) {
  has_spot_ = true;
  running_.try_emplace(instance_id, Running{at, usd_per_hour / in_seconds(kHour), {}, {}});
}

void Meter::not_running(const std::string& instance_id, Duration at) {
  const auto found = running_.find(instance_id);
  if (found == running_.end()) return;
  if (!reserved_.empty() && !found->second.type.empty()) {
    ran_.push_back({found->second, std::max(at, found->second.since + kLeast)});
  } else {
    finished_ += charge(found->second, at);
  }
  running_.erase(found);
}

void Meter::provisioned(const std::string& table, double reads, double writes, Duration at) {
  has_provisioned_ = true;
  const std::string id = "table/" + table;
  not_running(id, at);
  const double usd_per_hour = reads * unit_price(region_, "dynamodb-rcu-hour") +
                              writes * unit_price(region_, "dynamodb-wcu-hour");
  running_.try_emplace(id, Running{at, usd_per_hour / in_seconds(kHour), {}, {}});
}

double Meter::hour_cost(std::int64_t hour, Duration at) const {
  std::vector<InstanceUse> uses;
  std::vector<double> prices;
  const auto add = [&](const Running& running, Duration until) {
    const Duration begin = std::max(running.since, kHour * hour);
    const Duration end = std::min(until, kHour * (hour + 1));
    if (begin >= end) return;
    uses.push_back({running.type, running.zone, in_seconds(end - begin)});
    prices.push_back(running.usd_per_second);
  };
  for (const Ran& one : ran_) add(one.running, one.until);
  for (const auto& [id, running] : running_) {
    if (!running.type.empty()) add(running, std::max(at, running.since + kLeast));
  }
  std::vector<ReservedCapacity> capacities;
  for (const auto& one : reserved_) capacities.push_back(one.first);
  const auto seconds = seconds_on_demand(uses, capacities);
  double cost = 0;
  for (std::size_t i = 0; i < seconds.size(); ++i) cost += seconds[i] * prices[i];
  return cost;
}

/// Asked with times that do not decrease, so an hour that is over is counted once.
double Meter::on_demand_cost(Duration at) const {
  const std::int64_t now = at / kHour;
  for (; settled_hours_ < now; ++settled_hours_) settled_ += hour_cost(settled_hours_, at);
  return settled_ + hour_cost(now, at);
}

double Meter::cost(Duration at) const {
  double total = finished_;
  const double hours = std::max(1.0, std::ceil(in_seconds(at) / in_seconds(kHour)));
  for (const auto& [id, running] : running_) {
    if (reserved_.empty() || running.type.empty()) total += charge(running, at);
  }
  if (!reserved_.empty()) total += on_demand_cost(at);
  // AWS: a reservation is billed for every hour of its term, used or not.
  for (const auto& [capacity, usd_per_hour] : reserved_) {
    total += usd_per_hour * capacity.count * hours;
  }
  for (const LoadBalancers* balancers : {&application_, &network_}) {
    total +=
        static_cast<double>(balancers->count) * hours * unit_price(region_, balancers->hour_price);
    total += balancers->units * unit_price(region_, balancers->unit_price);
  }
  total += static_cast<double>(write_units_) * unit_price(region_, "dynamodb-write-unit");
  return total;
}

std::vector<Assumption> Meter::assumptions() const {
  std::vector<Assumption> rows;
  for (const auto& [type, price] : types_) {
    rows.push_back(row("price of " + type + " per hour", find_price(region_, "ec2." + type)));
  }
  for (const auto& [capacity, usd_per_hour] : reserved_) {
    rows.push_back({"price of a reserved " + capacity.instance_type + " per hour",
                    "$" + number_text(usd_per_hour), "assumed",
                    "Chosen: the term's discount, what is paid at once spread over all hours"});
  }
  if (has_spot_) {
    rows.push_back({"price of Spot Instances per hour", "25 to 50 percent of the On-Demand price",
                    "assumed",
                    "Chosen: drawn from the seed, as DescribeSpotPriceHistory has it at launch"});
  }
  for (const LoadBalancers* balancers : {&application_, &network_}) {
    if (balancers->count == 0) continue;
    rows.push_back(row("price of " + balancers->name + " per started hour",
                       find_price(region_, balancers->hour_price)));
    rows.push_back(row("price of a capacity unit of " + balancers->name + " per hour",
                       find_price(region_, balancers->unit_price)));
  }
  if (write_units_ > 0) {
    rows.push_back(
        row("price of a DynamoDB write unit", find_price(region_, "dynamodb-write-unit")));
  }
  if (has_provisioned_) {
    rows.push_back(row("price of a DynamoDB write capacity unit per hour",
                       find_price(region_, "dynamodb-wcu-hour")));
    rows.push_back(row("price of a DynamoDB read capacity unit per hour",
                       find_price(region_, "dynamodb-rcu-hour")));
  }
  rows.push_back({"not metered", "data transfer, public IPv4 addresses, storage, metrics",
                  "assumed", "Chosen: the cost leaves these out"});
  return rows;
}

}  // namespace fallstreak::scenarios
