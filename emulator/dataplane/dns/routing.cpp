#include "dataplane/dns/routing.h"

#include <algorithm>
#include <optional>

#include "base/location.h"

namespace fallstreak::dataplane::dns {
namespace {

using api::route53::ResourceRecordSet;
using Sets = std::span<const ResourceRecordSet>;
using Indices = std::vector<std::size_t>;

/// AWS: a multivalue answer has up to eight records.
constexpr std::size_t kMostAnswers = 8;

/// Uniform below `count`.
std::size_t below(std::uint64_t draw, std::uint64_t count) {
  return static_cast<std::size_t>(((draw >> 32) * count) >> 32);
}

/// Those that pass their health check; all of them when none does.
/// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
Indices usable(Sets sets, const Indices& among, const IsHealthy& is_healthy) {
  Indices healthy;
  for (const std::size_t index : among) {
    if (is_healthy(sets[index])) healthy.push_back(index);
  }
  return healthy.empty() ? among : healthy;
}

Indices all_of(Sets sets) {
  Indices indices(sets.size());
  for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = i;
  return indices;
}

/// AWS: first only weights above zero count; when none of these is healthy, those of zero do.
Indices weighted(Sets sets, std::uint64_t draw, const IsHealthy& is_healthy) {
  Indices heavy;
  Indices light;
  for (std::size_t i = 0; i < sets.size(); ++i) (*sets[i].Weight > 0 ? heavy : light).push_back(i);
  const auto has_healthy = [&](const Indices& among) {
    return std::ranges::any_of(among, [&](std::size_t index) { return is_healthy(sets[index]); });
  };
  const bool takes_heavy = has_healthy(heavy) || !has_healthy(light);
  const Indices& among = heavy.empty() || (!takes_heavy && !light.empty()) ? light : heavy;
  const Indices candidates = usable(sets, among, is_healthy);
  std::uint64_t total = 0;
  for (const std::size_t index : candidates) total += std::uint64_t(*sets[index].Weight);
  // AWS: when all weights are zero, all are equally likely.
  if (total == 0) return {candidates[below(draw, candidates.size())]};
  std::uint64_t point = below(draw, total);
  for (const std::size_t index : candidates) {
    const auto weight = std::uint64_t(*sets[index].Weight);
    if (point < weight) return {index};
    point -= weight;
  }
  return {candidates.back()};
}

/// Chosen: latency follows distance; AWS measures it.
Indices latency(Sets sets, const Client& client, const IsHealthy& is_healthy) {
  const Location* here = find_location(client.region);
  const auto nearness = [&](std::size_t index) {
    if (*sets[index].Region == client.region) return 2.0;
    const Location* there = find_location(*sets[index].Region);
    return here == nullptr || there == nullptr ? -2.0 : closeness(here->at, there->at);
  };
  return {std::ranges::max(usable(sets, all_of(sets), is_healthy), {}, nearness)};
}

/// How well a location fits, or nothing when it does not.
std::optional<int> fit(const api::route53::GeoLocation& geo, const Location* here) {
  if (geo.CountryCode == "*") return 0;
  if (here == nullptr) return std::nullopt;
  if (geo.ContinentCode) {
    return *geo.ContinentCode == here->continent ? std::optional<int>(1) : std::nullopt;
  }
  if (geo.CountryCode != here->country) return std::nullopt;
  if (!geo.SubdivisionCode) return 2;
  return *geo.SubdivisionCode == here->subdivision ? std::optional<int>(3) : std::nullopt;
}

/// AWS: the smallest location that fits and is healthy; without a default location others get no
/// answer.
Indices geolocation(Sets sets, const Client& client, const IsHealthy& is_healthy) {
  const Location* here = find_location(client.region);
  Indices fitting;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (fit(*sets[i].GeoLocation, here)) fitting.push_back(i);
  }
  if (fitting.empty()) return {};
  const auto quality = [&](std::size_t index) { return *fit(*sets[index].GeoLocation, here); };
  return {std::ranges::max(usable(sets, fitting, is_healthy), {}, quality)};
}

std::optional<Coordinates> place_of(const api::route53::GeoProximityLocation& geo) {
  if (geo.Coordinates) {
    return parse_coordinates(*geo.Coordinates->Latitude, *geo.Coordinates->Longitude);
  }
  const Location* there = geo.AWSRegion ? find_location(*geo.AWSRegion) : nullptr;
  return there == nullptr ? std::nullopt : std::optional(there->at);
}

/// AWS: the nearest, where a bias shrinks or grows the distance: "Biased distance = actual distance
/// * [1 - (bias/100)]".
/// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-geoproximity.html
Indices geoproximity(Sets sets, const Client& client, const IsHealthy& is_healthy) {
  constexpr double kNowhere = 1000;
  const Location* here = find_location(client.region);
  const auto biased = [&](std::size_t index) {
    const auto& geo = *sets[index].GeoProximityLocation;
    const auto there = place_of(geo);
    if (here == nullptr || !there) return kNowhere;
    return distance(here->at, *there) * (1 - geo.Bias.value_or(0) / 100.0);
  };
  return {std::ranges::min(usable(sets, all_of(sets), is_healthy), {}, biased)};
}

/// AWS: the location that has the client's addresses, else the default; without one others get no
/// answer. Chosen: when the location is unhealthy the default answers, as for geolocation.
/// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-ipbased.html
Indices ip_based(Sets sets, const IsHealthy& is_healthy, const CidrLocation& cidr_location) {
  const auto of_location = [&](std::size_t index) {
    const std::string& name = *sets[index].CidrRoutingConfig->LocationName;
    return name != "*" && name == cidr_location(sets[index]);
  };
  Indices fitting;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (*sets[i].CidrRoutingConfig->LocationName == "*" || of_location(i)) fitting.push_back(i);
  }
  if (fitting.empty()) return {};
  return {std::ranges::max(usable(sets, fitting, is_healthy), {}, of_location)};
}

/// AWS: when both are unhealthy the primary answers.
Indices failover(Sets sets, const IsHealthy& is_healthy) {
  const auto with_role = [&](std::string_view role) {
    const auto found = std::ranges::find_if(
        sets, [&](const ResourceRecordSet& one) { return *one.Failover == role; });
    return std::size_t(found - sets.begin());
  };
  const std::size_t primary = with_role("PRIMARY");
  const std::size_t secondary = with_role("SECONDARY");
  const bool has_primary = primary < sets.size();
  const bool has_secondary = secondary < sets.size();
  if (has_primary && is_healthy(sets[primary])) return {primary};
  if (has_secondary && (!has_primary || is_healthy(sets[secondary]))) return {secondary};
  return {primary};
}

Indices multivalue(Sets sets, std::uint64_t draw, const IsHealthy& is_healthy) {
  Indices candidates = usable(sets, all_of(sets), is_healthy);
  for (std::size_t left = candidates.size(); left > 1; --left) {
    std::swap(candidates[left - 1], candidates[below(draw, left)]);
    draw = other_draw(draw);
  }
  candidates.resize(std::min(candidates.size(), kMostAnswers));
  return candidates;
}

}  // namespace

std::uint64_t other_draw(std::uint64_t draw) {
  // SplitMix64.
  draw += 0x9e3779b97f4a7c15;
  draw = (draw ^ (draw >> 30)) * 0xbf58476d1ce4e5b9;
  draw = (draw ^ (draw >> 27)) * 0x94d049bb133111eb;
  return draw ^ (draw >> 31);
}

Indices choose(Sets sets, const Client& client, std::uint64_t draw, const IsHealthy& is_healthy,
               const CidrLocation& cidr_location) {
  if (sets.empty()) return {};
  const ResourceRecordSet& first = sets.front();
  if (first.Weight) return weighted(sets, draw, is_healthy);
  if (first.Region) return latency(sets, client, is_healthy);
  if (first.GeoLocation) return geolocation(sets, client, is_healthy);
  if (first.GeoProximityLocation) return geoproximity(sets, client, is_healthy);
  if (first.CidrRoutingConfig) return ip_based(sets, is_healthy, cidr_location);
  if (first.Failover) return failover(sets, is_healthy);
  if (first.MultiValueAnswer) return multivalue(sets, draw, is_healthy);
  return {0};
}

}  // namespace fallstreak::dataplane::dns
