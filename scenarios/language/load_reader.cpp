#include <algorithm>
#include <array>
#include <cmath>

#include "scenarios/language/schema_reader.h"

namespace fallstreak::scenarios {
namespace {

constexpr std::string_view kRateWanted = "a rate such as `900/s`";
constexpr std::string_view kSizeWanted = "a size such as `10KB`";

std::vector<RatePoint> read_rate(MapReader& source, const Scenario& scenario) {
  ReadContext& context = source.context();
  const Node* node = source.require("rate");
  std::vector<RatePoint> points;
  if (node == nullptr) return points;
  if (node->kind != Node::Kind::map) {
    if (const auto rate = source.scalar("rate", &parse_rate, kRateWanted))
      points.push_back({Duration(0), *rate});
    return points;
  }
  std::string shown;
  for (const Node::Entry& entry : node->entries) {
    const auto time = parse_clock_time(entry.key);
    if (!time) {
      context.error(entry.place, "expected a time of day such as `14:00` or `18:00+1d`, not `" +
                                     entry.key + "`");
      continue;
    }
    const auto rate =
        entry.value.kind == Node::Kind::text ? parse_rate(entry.value.text) : std::nullopt;
    if (!rate) {
      context.error(entry.value.place, "expected " + std::string(kRateWanted));
      continue;
    }
    const Duration at = scenario.offset_of(*time);
    if (!points.empty() && at <= points.back().at) {
      context.error(entry.place, "`" + entry.key + "` is not after the time before it");
      continue;
    }
    points.push_back({at, *rate});
    shown += (shown.empty() ? "" : ", ") + entry.key + " " + entry.value.text;
  }
  if (node->entries.empty()) context.error(node->place, "`rate` needs a point");
  context.note(source.path_of("rate"), shown, *node);
  return points;
}

Retry read_retry(ReadContext& context, const Node& node, const std::string& path) {
  MapReader map(context, node, path);
  Retry retry;
  map.require("times");
  // A draw's number has room for 64 attempts.
  const auto times = map.scalar("times", &parse_not_negative, "a number of retries");
  retry.times = times.value_or(0);
  if (retry.times > 60) context.error(map.node().find("times")->place, "`times` must be 0 to 60");
  const DurationRange backoff{std::chrono::milliseconds(100), std::chrono::seconds(20)};
  retry.backoff =
      map.scalar_or("backoff", &parse_duration_range, "a range such as `100ms..2s`", backoff,
                    "100ms..20s", "Chosen: near the standard mode of AWS's SDKs");
  const auto jitter = map.scalar_or("jitter", &parse_text, "`full` or `none`", std::string("full"),
                                    "full", "AWS: what its SDKs do");
  if (jitter != "full" && jitter != "none") {
    context.error(map.node().find("jitter")->place,
                  "`jitter` must be `full` or `none`, not `" + jitter + "`");
  }
  retry.jitter = jitter == "none" ? Jitter::none : Jitter::full;
  map.finish();
  return retry;
}

/// What may stand both at a source and at a kind of request.
void read_behaviour(MapReader& map, RequestKind& kind) {
  const auto writes = map.scalar("writes", &parse_text, "the name of a table");
  if (writes) kind.writes = writes;
  const auto timeout = map.scalar("timeout", &parse_positive_duration, kDurationWanted);
  if (timeout) kind.timeout = timeout;
  if (const Node* retry = map.find("retry"))
    kind.retry = read_retry(map.context(), *retry, map.path_of("retry"));
}

std::vector<RequestKind> read_mix(ReadContext& context, const Node& node, const std::string& path) {
  std::vector<RequestKind> kinds;
  if (node.kind != Node::Kind::map || node.entries.empty()) {
    context.error(node.place,
                  "`mix` must be a map of shares such as `{browse: 90%, checkout: 10%}`");
    return kinds;
  }
  constexpr std::array<std::string_view, 9> kTaken{"to",      "rate",  "mix",   "size", "writes",
                                                   "timeout", "retry", "users", "trace"};
  double total = 0;
  for (const Node::Entry& entry : node.entries) {
    const auto share =
        entry.value.kind == Node::Kind::text ? parse_percent(entry.value.text) : std::nullopt;
    if (!share) {
      context.error(entry.value.place, "expected a share such as `90%`");
      continue;
    }
    if (std::ranges::find(kTaken, entry.key) != kTaken.end()) {
      context.error(entry.place, "a kind of request cannot be called `" + entry.key + "`");
      continue;
    }
    total += *share;
    kinds.push_back({.name = entry.key, .share = *share});
    context.note(path + "." + entry.key, entry.value.text, entry.value);
  }
  if (kinds.size() == node.entries.size() && (total < 0.999999 || total > 1.000001)) {
    context.error(node.place, "the shares of `mix` add up to " +
                                  number_text(std::round(total * 1e6) / 1e4) + "%, not 100%");
  }
  return kinds;
}

Source read_source(ReadContext& context, const Node::Entry& entry, const Scenario& scenario) {
  MapReader map(context, entry.value, "load." + entry.key);
  Source source{.name = entry.key, .place = entry.place};
  map.require("to");
  source.to = map.scalar("to", &parse_text, "the name of a load balancer or a name in `route53`")
                  .value_or("");
  if (!source.to.empty() && scenario.find_load_balancer(source.to) == nullptr &&
      scenario.find_name(source.to) == nullptr) {
    context.error(map.node().find("to")->place, "there is no load balancer `" + source.to + "`");
  }
  source.rate = read_rate(map, scenario);
  RequestKind behaviour{.name = "request"};
  read_behaviour(map, behaviour);
  behaviour.bytes = map.scalar_or("size", &parse_bytes, kSizeWanted, std::int64_t{10'000}, "10KB",
                                  "Chosen: a request to an API or a small page, and its answer");
  if (const Node* mix = map.find("mix")) {
    source.kinds = read_mix(context, *mix, map.path_of("mix"));
    if (behaviour.writes) {
      context.error(map.node().find("writes")->place,
                    "with a `mix`, say which kind of request writes");
    }
    for (RequestKind& kind : source.kinds) {
      kind.timeout = behaviour.timeout;
      kind.retry = behaviour.retry;
      kind.bytes = behaviour.bytes;
      const Node* own = map.find(kind.name);
      if (own == nullptr) continue;
      MapReader kind_map(context, *own, map.path_of(kind.name));
      read_behaviour(kind_map, kind);
      const auto size = kind_map.scalar("size", &parse_bytes, kSizeWanted);
      if (size) kind.bytes = *size;
      kind_map.not_implemented({"reads", "think", "then"});
      kind_map.finish();
    }
  } else {
    source.kinds.push_back(behaviour);
  }
  map.not_implemented({"users", "trace", "from", "think"});
  map.finish();
  return source;
}

void check_tables(ReadContext& context, const Node& node, const Source& source,
                  const Scenario& scenario) {
  for (const RequestKind& kind : source.kinds) {
    if (!kind.writes || scenario.find_table(*kind.writes) != nullptr) continue;
    const Node* at = node.find(source.name)->find(kind.name);
    if (at == nullptr) at = node.find(source.name);
    context.error(at->find("writes")->place, "there is no table `" + *kind.writes + "`");
  }
}

}  // namespace

std::vector<Source> read_load(ReadContext& context, const Node& node, const Scenario& scenario) {
  std::vector<Source> sources;
  if (node.kind != Node::Kind::map) {
    context.error(node.place, "`load` must be a map of names");
    return sources;
  }
  for (const Node::Entry& entry : node.entries) {
    sources.push_back(read_source(context, entry, scenario));
    check_tables(context, node, sources.back(), scenario);
  }
  return sources;
}

}  // namespace fallstreak::scenarios
