#include <algorithm>

#include "scenarios/language/schema_reader.h"

namespace fallstreak::scenarios {
namespace {

using std::chrono::seconds;

constexpr std::string_view kAlbPage = "AWS: default of the load balancer";
constexpr std::string_view kHealthPage = "AWS: default of an ALB target group";
constexpr std::string_view kNlbHealthPage = "AWS: default of a target group of a load balancer";
constexpr std::string_view kWeightWanted = "a weight from 0 to 999";
/// Of a load balancer's and a group's name: the target group is `shop-edge-to-web`.
constexpr std::size_t kLongestPair = 32 - 5 - 4;
constexpr std::string_view kGroupPage = "AWS: default of CreateAutoScalingGroup";

bool is_zone_letter(std::string_view text) {
  return text.size() == 1 && text[0] >= 'a' && text[0] <= 'z';
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return "[" + text + "]";
}

std::vector<std::string> read_zones(ReadContext& context, const Node& node, const std::string& path,
                                    const std::vector<std::string>* allowed) {
  std::vector<std::string> zones;
  for (const auto& [text, place] : read_texts(context, node, "zone letters such as `a`")) {
    if (!is_zone_letter(text)) {
      context.error(place, "a zone is one letter such as `a`, not `" + text + "`");
    } else if (std::ranges::find(zones, text) != zones.end()) {
      context.error(place, "the zone `" + text + "` is there already");
    } else if (allowed != nullptr && std::ranges::find(*allowed, text) == allowed->end()) {
      context.error(place, "the zone `" + text + "` is not among the cloud's `azs`");
    } else {
      zones.push_back(text);
    }
  }
  if (node.kind == Node::Kind::list && node.items.empty())
    context.error(node.place, "`" + path + "` needs a zone");
  context.note(path, joined(zones), node);
  return zones;
}

/// One of a few words.
template <class Value>
Value read_word(MapReader& map, std::string_view key,
                const std::vector<std::pair<std::string_view, Value>>& words, Value fallback,
                std::string_view fallback_text, std::string_view authority) {
  std::string wanted = "one of";
  for (const auto& [word, value] : words) wanted += " `" + std::string(word) + "`";
  const auto text = map.scalar_or("" + std::string(key), &parse_text, wanted,
                                  std::string(fallback_text), fallback_text, authority);
  for (const auto& [word, value] : words) {
    if (text == word) return value;
  }
  map.context().error(map.node().find(key)->place,
                      "`" + std::string(key) + "` must be " + wanted + ", not `" + text + "`");
  return fallback;
}

HealthCheck read_health_check(ReadContext& context, const Node* node, const std::string& path,
                              seconds timeout, std::string_view authority) {
  static const Node kNone{.kind = Node::Kind::map};
  MapReader map(context, node != nullptr ? *node : kNone, path);
  HealthCheck check;
  check.interval = map.scalar_or("interval", &parse_positive_duration, kDurationWanted,
                                 Duration(seconds(30)), "30s", authority);
  check.timeout = map.scalar_or("timeout", &parse_positive_duration, kDurationWanted,
                                Duration(timeout), duration_text(timeout), authority);
  check.healthy_threshold =
      map.scalar_or("healthy", &parse_positive, "a number of checks", 5, "5", authority);
  check.unhealthy_threshold =
      map.scalar_or("unhealthy", &parse_positive, "a number of checks", 2, "2", authority);
  check.path =
      map.scalar_or("path", &parse_text, "a path such as `/`", std::string("/"), "/", authority);
  map.not_implemented({"port", "protocol", "matcher"});
  map.finish();
  if (node == nullptr) return check;
  // AWS: 5-300 s, 2-120 s, thresholds 2-10, and the timeout below the interval.
  const auto whole_seconds = [](Duration duration) { return duration % seconds(1) == Duration(0); };
  if (check.interval < seconds(5) || check.interval > seconds(300) ||
      !whole_seconds(check.interval)) {
    context.error(node->place, "`interval` must be 5s to 300s, in whole seconds");
  }
  if (check.timeout < seconds(2) || check.timeout > seconds(120) || !whole_seconds(check.timeout) ||
      check.timeout >= check.interval) {
    context.error(node->place,
                  "`timeout` must be 2s to 120s, in whole seconds, and less than `interval`");
  }
  for (const int threshold : {check.healthy_threshold, check.unhealthy_threshold}) {
    if (threshold < 2 || threshold > 10)
      context.error(node->place, "a threshold must be 2 to 10 checks");
  }
  return check;
}

/// `to: web`, or `to: {blue: 90, green: 10}`.
std::vector<ForwardTo> read_forward_to(MapReader& map) {
  const Node* node = map.require("to");
  if (node == nullptr) return {};
  if (node->kind != Node::Kind::map) {
    const auto name = map.scalar("to", &parse_text, "the name of an Auto Scaling group");
    return name ? std::vector<ForwardTo>{{*name, 1}} : std::vector<ForwardTo>{};
  }
  std::vector<ForwardTo> to;
  MapReader weights(map.context(), *node, map.path_of("to"));
  for (const Node::Entry& entry : node->entries) {
    const auto weight = weights.scalar(entry.key, &parse_not_negative, kWeightWanted);
    // AWS: 0 to 999.
    if (weight && *weight > 999)
      map.context().error(entry.value.place, "a weight must be 0 to 999");
    to.push_back({entry.key, weight.value_or(0)});
  }
  if (to.empty() || to.size() > 5)
    map.context().error(node->place, "a load balancer forwards to 1 to 5 groups");
  return to;
}

std::string read_region(MapReader& map, const CloudDescription& cloud) {
  return map.scalar_or("region", &parse_text, "a region such as `eu-west-1`", cloud.region,
                       cloud.region, "the cloud's region");
}

LoadBalancer read_load_balancer(ReadContext& context, const Node::Entry& entry,
                                const std::string& path, const CloudDescription& cloud) {
  MapReader map(context, entry.value, path);
  LoadBalancer balancer{.name = entry.key, .place = entry.place};
  balancer.region = read_region(map, cloud);
  balancer.to = read_forward_to(map);
  balancer.health_check = read_health_check(context, map.find("health_check"),
                                            map.path_of("health_check"), seconds(5), kHealthPage);
  balancer.drain = map.scalar_or("drain", &parse_duration, kDurationWanted, Duration(seconds(300)),
                                 "5m", kHealthPage);
  balancer.idle_timeout = map.scalar_or("idle_timeout", &parse_positive_duration, kDurationWanted,
                                        Duration(seconds(60)), "1m", kAlbPage);
  balancer.cross_zone =
      map.scalar_or("cross_zone", &parse_switch, "`on` or `off`", true, "on", kAlbPage);
  balancer.algorithm = read_word<BalancingAlgorithm>(
      map, "algorithm",
      {{"round_robin", BalancingAlgorithm::round_robin},
       {"least_outstanding_requests", BalancingAlgorithm::least_outstanding_requests},
       {"weighted_random", BalancingAlgorithm::weighted_random}},
      BalancingAlgorithm::round_robin, "round_robin", kHealthPage);
  balancer.mitigates_anomalies = map.scalar_or("anomaly_mitigation", &parse_switch, "`on` or `off`",
                                               false, "off", kHealthPage);
  if (balancer.mitigates_anomalies && balancer.algorithm != BalancingAlgorithm::weighted_random) {
    context.error(entry.value.find("anomaly_mitigation")->place,
                  "`anomaly_mitigation` goes with `algorithm: weighted_random`");
  }
  balancer.certificate = map.scalar("certificate", &parse_text, "the name of a certificate");
  const auto has_name = [&](const Certificate& one) { return one.name == balancer.certificate; };
  if (balancer.certificate && std::ranges::none_of(cloud.certificates, has_name)) {
    context.error(entry.value.find("certificate")->place,
                  "there is no certificate `" + *balancer.certificate + "` in `acm`");
  }
  map.not_implemented({"slow_start", "stickiness", "tls", "listeners", "waf", "rules"});
  map.finish();
  // AWS: 1-4000 s, 0-3600 s.
  if (balancer.idle_timeout > seconds(4000) || balancer.idle_timeout < seconds(1)) {
    context.error(entry.value.find("idle_timeout")->place, "`idle_timeout` must be 1s to 4000s");
  }
  if (balancer.drain > seconds(3600))
    context.error(entry.value.find("drain")->place, "`drain` must be 0s to 1h");
  return balancer;
}

LoadBalancer read_network_load_balancer(ReadContext& context, const Node::Entry& entry,
                                        const std::string& path, const CloudDescription& cloud) {
  MapReader map(context, entry.value, path);
  LoadBalancer balancer{.name = entry.key, .place = entry.place};
  map.require("to");
  const auto to = map.scalar("to", &parse_text, "the name of an Application Load Balancer");
  balancer.health_check = read_health_check(
      context, map.find("health_check"), map.path_of("health_check"), seconds(6), kNlbHealthPage);
  map.not_implemented({"drain", "idle_timeout", "cross_zone", "listeners", "tls", "region"});
  map.finish();
  const auto place_of_to = [&] { return entry.value.find("to")->place; };
  const auto& others = cloud.load_balancers;
  if (std::ranges::find(others, entry.key, &LoadBalancer::name) != others.end()) {
    context.error(entry.place, "there is a load balancer `" + entry.key + "` already");
  }
  if (!to) return balancer;
  const auto behind = std::ranges::find(others, *to, &LoadBalancer::name);
  if (behind == others.end() || behind->is_network()) {
    context.error(place_of_to(), "there is no Application Load Balancer `" + *to + "`");
    return balancer;
  }
  // AWS: the Application Load Balancer is of the target group's VPC.
  balancer.region = behind->region;
  balancer.passes_to = *to;
  if (balancer.name.size() + to->size() > kLongestPair) {
    context.error(place_of_to(), "the names `" + balancer.name + "` and `" + *to +
                                     "` are too long: together they name a target group, and AWS "
                                     "gives its name 32 letters");
  }
  return balancer;
}

GroupSize read_size(MapReader& group) {
  const Node* node = group.require("size");
  if (node == nullptr) return {};
  constexpr std::string_view kWanted = "a number of instances";
  if (node->kind != Node::Kind::map) {
    const int size = group.scalar("size", &parse_not_negative, kWanted).value_or(0);
    return {size, size, size};
  }
  MapReader map(group.context(), *node, group.path_of("size"));
  map.require("min");
  map.require("max");
  GroupSize size;
  size.min = map.scalar("min", &parse_not_negative, kWanted).value_or(0);
  size.max = map.scalar("max", &parse_not_negative, kWanted).value_or(size.min);
  size.desired =
      map.scalar_or("desired", &parse_not_negative, kWanted, size.min, std::to_string(size.min),
                    "AWS: the group's minimum when none is given");
  map.finish();
  if (size.min > size.max || size.desired < size.min || size.desired > size.max) {
    group.context().error(node->place,
                          "`min`, `desired` and `max` must not decrease in this order");
  }
  return size;
}

Serve read_serve(ReadContext& context, const Node* node, const std::string& path) {
  static const Node kNone{.kind = Node::Kind::map};
  MapReader map(context, node != nullptr ? *node : kNone, path);
  Serve serve;
  serve.workers = map.scalar_or("workers", &parse_positive, "a number of workers", serve.workers,
                                "1", "Chosen: one request at a time");
  if (serve.workers > 4096)
    context.error(map.node().find("workers")->place, "`workers` must be 1 to 4096");
  if (const auto cpu = read_distribution(map, "cpu")) {
    serve.cpu = *cpu;
  } else if (map.node().find("cpu") == nullptr) {
    context.note_default(map.path_of("cpu"), distribution_text(serve.cpu), "Chosen: a small page");
  }
  serve.queue = map.scalar("queue", &parse_positive_duration, kDurationWanted);
  if (map.node().find("queue") == nullptr) {
    context.note_default(map.path_of("queue"), "unlimited",
                         "Chosen: a request waits until the load balancer gives up");
  }
  serve.health =
      read_word<Serve::Health>(map, "health",
                               {{"shared", Serve::Health::shared},
                                {"aside", Serve::Health::aside},
                                {"failing", Serve::Health::failing}},
                               Serve::Health::shared, "shared",
                               "Chosen: a health check waits for a worker as any request does");
  map.not_implemented({"memory", "io", "db", "errors"});
  map.finish();
  return serve;
}

void read_group_zones(MapReader& map, AutoScalingGroup& group, const CloudDescription& cloud) {
  const Node* node = map.find("azs");
  group.azs = cloud.azs;
  if (node != nullptr && node->kind == Node::Kind::list) {
    group.azs = read_zones(map.context(), *node, map.path_of("azs"), &cloud.azs);
    map.context().note_default(map.path_of("azs.strategy"), "balanced-best-effort", kGroupPage);
    return;
  }
  group.strategy = read_word<ZoneStrategy>(
      map, "azs",
      {{"balanced-best-effort", ZoneStrategy::balanced_best_effort},
       {"balanced-only", ZoneStrategy::balanced_only}},
      ZoneStrategy::balanced_best_effort, "balanced-best-effort", kGroupPage);
}

/// The entries of a map of entities, in order; none when the key is missing or no map.
std::vector<const Node::Entry*> entities(MapReader& cloud, std::string_view key) {
  std::vector<const Node::Entry*> found;
  const Node* node = cloud.find(key);
  if (node == nullptr) return found;
  if (node->kind != Node::Kind::map) {
    cloud.context().error(node->place, "`" + cloud.path_of(key) + "` must be a map of names");
    return found;
  }
  for (const Node::Entry& entry : node->entries) {
    const bool is_name = !entry.key.empty() && std::ranges::all_of(entry.key, [](char byte) {
      return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
             (byte >= '0' && byte <= '9') || byte == '-' || byte == '_';
    });
    // AWS: the tightest of the names is the load balancer's, 32 letters, digits and hyphens.
    if (!is_name || entry.key.size() > 32) {
      cloud.context().error(
          entry.place, "`" + entry.key + "` is no name: up to 32 letters, digits, `-` and `_`");
      continue;
    }
    found.push_back(&entry);
  }
  return found;
}

AutoScalingGroup read_group(ReadContext& context, const Node::Entry& entry, const std::string& path,
                            const CloudDescription& cloud) {
  MapReader map(context, entry.value, path);
  AutoScalingGroup group{.name = entry.key, .place = entry.place};
  group.region = read_region(map, cloud);
  map.require("type");
  group.type = map.scalar("type", &parse_text, "an instance type such as `m4.xlarge`").value_or("");
  group.size = read_size(map);
  group.health = read_word<HealthCheckType>(
      map, "health", {{"ec2", HealthCheckType::ec2}, {"elb", HealthCheckType::elb}},
      HealthCheckType::ec2, "ec2", kGroupPage);
  group.grace =
      map.scalar_or("grace", &parse_duration, kDurationWanted, Duration(0), "0s", kGroupPage);
  const Distribution boot{Distribution::Kind::lognormal, seconds(60), seconds(120)};
  const auto read_boot = read_distribution(map, "boot");
  group.boot = read_boot.value_or(boot);
  if (map.node().find("boot") == nullptr) {
    context.note_default(map.path_of("boot"), distribution_text(boot),
                         "assumed: AWS publishes no boot time");
  }
  group.serve = read_serve(context, map.find("serve"), map.path_of("serve"));
  for (const Node::Entry* version : entities(map, "versions")) {
    const std::string place = map.path_of("versions") + "." + version->key;
    group.versions.push_back({version->key, read_serve(context, &version->value, place)});
  }
  read_group_zones(map, group, cloud);
  group.cooldown = map.scalar_or("cooldown", &parse_duration, kDurationWanted,
                                 Duration(seconds(300)), "5m", kGroupPage);
  group.warmup = map.scalar("warmup", &parse_duration, kDurationWanted);
  group.has_detailed_monitoring =
      read_word<bool>(map, "monitoring", {{"basic", false}, {"detailed", true}}, false, "basic",
                      "AWS: default of a launch template; metrics every five minutes");
  read_scaling(map, group);
  read_mixed(map, group);
  map.not_implemented({"schedule", "refresh", "lifecycle", "spot", "warm_pool"});
  map.finish();
  return group;
}

TableScaling read_table_scaling(ReadContext& context, const Node& node, const std::string& path) {
  MapReader map(context, node, path);
  TableScaling scaling;
  map.require("min");
  map.require("max");
  scaling.least = map.scalar("min", &parse_positive, "a number of capacity units").value_or(1);
  scaling.most = map.scalar("max", &parse_positive, "a number of capacity units").value_or(1);
  if (scaling.most < scaling.least) context.error(node.place, "`max` must not be below `min`");
  scaling.target = map.scalar_or("target", &parse_percent, "a share such as `70%`", 0.7, "70%",
                                 "AWS: what its console proposes");
  // AWS: 20 to 90 percent.
  if (scaling.target < 0.2 || scaling.target > 0.9)
    context.error(node.place, "`target` must be 20% to 90%");
  map.finish();
  return scaling;
}

DynamoDbTable read_table(ReadContext& context, const Node::Entry& entry, const std::string& path,
                         const CloudDescription& cloud) {
  MapReader map(context, entry.value, path);
  DynamoDbTable table{.name = entry.key, .place = entry.place};
  table.region = read_region(map, cloud);
  const Node* key = map.find("key");
  if (key != nullptr && key->kind == Node::Kind::map) {
    MapReader keys(context, *key, map.path_of("key"));
    keys.require("partition");
    table.partition_key = keys.scalar("partition", &parse_text, "an attribute's name").value_or("");
    table.sort_key = keys.scalar("sort", &parse_text, "an attribute's name");
    keys.finish();
  } else {
    table.partition_key = map.scalar_or("key", &parse_text, "an attribute's name",
                                        std::string("id"), "id", "Chosen: a text attribute");
  }
  table.mode = read_word<BillingMode>(
      map, "mode",
      {{"on-demand", BillingMode::on_demand}, {"provisioned", BillingMode::provisioned}},
      BillingMode::on_demand, "on-demand", "Chosen: as the console does");
  if (table.mode == BillingMode::provisioned) {
    map.require("read");
    map.require("write");
  }
  table.read_units = map.scalar("read", &parse_positive, "a number of capacity units").value_or(0);
  table.write_units =
      map.scalar("write", &parse_positive, "a number of capacity units").value_or(0);
  if (table.mode == BillingMode::on_demand && (table.read_units != 0 || table.write_units != 0)) {
    context.error(entry.place, "`read` and `write` go with `mode: provisioned`");
  }
  if (const Node* scaling = map.find("autoscaling")) {
    table.scaling = read_table_scaling(context, *scaling, map.path_of("autoscaling"));
    if (table.mode == BillingMode::on_demand)
      context.error(scaling->place, "`autoscaling` goes with `mode: provisioned`");
  }
  table.keys = map.scalar("keys", &parse_positive, "a number of partition keys");
  if (table.keys && !table.sort_key) {
    context.error(map.node().find("keys")->place,
                  "`keys` needs a sort key, which tells items of one partition key apart");
  }
  constexpr int kLargestItem = 399;
  table.item_kilobytes = map.scalar_or("item", &parse_positive, "a number of kilobytes", 1, "1",
                                       "Chosen: a small item");
  if (table.item_kilobytes > kLargestItem) {
    context.error(map.node().find("item")->place,
                  "`item` must be 1 to 399 kilobytes, because DynamoDB has no larger items");
  }
  map.not_implemented({"indexes", "streams", "ttl", "replicas", "backup"});
  map.finish();
  return table;
}

void check_forward_to(ReadContext& context, const LoadBalancer& balancer,
                      const CloudDescription& cloud, const Node& node) {
  for (const auto& [group, weight] : balancer.to) {
    const Place place = node.find("to")->place;
    const auto found = std::ranges::find(cloud.groups, group, &AutoScalingGroup::name);
    if (found == cloud.groups.end()) {
      context.error(place, "there is no Auto Scaling group `" + group + "`");
    } else if (found->region != balancer.region) {
      // AWS: targets are of the load balancer's VPC, or of one that is peered with it.
      context.error(place, "`" + group + "` is in " + found->region + ", not in " +
                               balancer.region + " as its load balancer is");
    } else if (balancer.name.size() + group.size() > kLongestPair) {
      context.error(place, "the names `" + balancer.name + "` and `" + group +
                               "` are too long: together they name a target group, and AWS gives "
                               "its name 32 letters");
    }
  }
}

DnsName read_name(ReadContext& context, const Node::Entry& entry, const CloudDescription& cloud) {
  MapReader map(context, entry.value, "cloud.route53." + entry.key);
  DnsName name{.name = entry.key, .place = entry.place};
  const Node* failover = map.require("failover");
  if (failover != nullptr) {
    const auto balancers = read_texts(context, *failover, "names of load balancers");
    if (balancers.empty() || balancers.size() > 2) {
      context.error(failover->place, "`failover` has a primary and at most one secondary");
    }
    for (const auto& [text, place] : balancers) {
      const auto& all = cloud.load_balancers;
      const auto found = std::ranges::find(all, text, &LoadBalancer::name);
      if (found == all.end()) {
        context.error(place, "there is no load balancer `" + text + "`");
      }
      const auto behind = found == all.end() || !found->is_network()
                              ? found
                              : std::ranges::find(all, found->passes_to, &LoadBalancer::name);
      if (behind != all.end() && behind->certificate && behind->certificate != name.name) {
        context.error(place, "`" + text + "` has a certificate of `" + *behind->certificate +
                                 "`, which is not the name that clients ask for");
      }
      if (name.primary == text) context.error(place, "`" + text + "` is there already");
      (name.primary.empty() ? name.primary : name.secondary) = text;
    }
  }
  name.evaluates_target_health =
      map.scalar_or("evaluate_target_health", &parse_switch, "`on` or `off`", true, "on",
                    "Chosen: what failover is for; AWS has no default");
  map.not_implemented({"weighted", "latency", "geolocation", "multivalue", "health_check", "ttl"});
  map.finish();
  return name;
}

void read_names(ReadContext& context, const Node& node, CloudDescription& cloud) {
  if (node.kind != Node::Kind::map) {
    context.error(node.place, "`cloud.route53` must be a map of names");
    return;
  }
  for (const Node::Entry& entry : node.entries) {
    if (is_dns_name(entry.key)) {
      cloud.names.push_back(read_name(context, entry, cloud));
    } else {
      context.error(entry.place, "`" + entry.key + "` is no name such as `shop.example.com`");
    }
  }
}

bool scales_on_requests(const AutoScalingGroup& group) {
  return std::ranges::any_of(group.scaling, [](const ScalingRule& rule) {
    return std::visit([](const auto& one) { return one.metric == ScalingMetric::requests; }, rule);
  });
}

/// Requests per target are counted by a target group, so there must be one and no more.
void check_scaling(ReadContext& context, const AutoScalingGroup& group,
                   const CloudDescription& cloud) {
  if (!scales_on_requests(group)) return;
  const auto balancers = std::ranges::count_if(cloud.load_balancers, [&](const auto& balancer) {
    return std::ranges::find(balancer.to, group.name, &ForwardTo::group) != balancer.to.end();
  });
  if (balancers == 1) return;
  context.error(group.place, "`" + group.name +
                                 "` scales on requests, so exactly one load balancer "
                                 "must forward to it");
}

}  // namespace

CloudDescription read_cloud(ReadContext& context, const Node& node) {
  MapReader map(context, node, "cloud");
  CloudDescription cloud;
  map.require("region");
  cloud.region = map.scalar("region", &parse_text, "a region such as `eu-central-1`").value_or("");
  if (const Node* zones = map.find("azs")) {
    cloud.azs = read_zones(context, *zones, "cloud.azs", nullptr);
  } else {
    cloud.azs = {"a", "b", "c"};
    context.note_default("cloud.azs", joined(cloud.azs),
                         "Chosen: three zones, as most regions have");
  }
  if (const Node* certificates = map.find("acm")) {
    read_certificates(context, *certificates, cloud);
  }
  for (const Node::Entry* entry : entities(map, "asg")) {
    cloud.groups.push_back(read_group(context, *entry, "cloud.asg." + entry->key, cloud));
  }
  for (const Node::Entry* entry : entities(map, "alb")) {
    cloud.load_balancers.push_back(
        read_load_balancer(context, *entry, "cloud.alb." + entry->key, cloud));
  }
  for (const Node::Entry* entry : entities(map, "nlb")) {
    cloud.load_balancers.push_back(
        read_network_load_balancer(context, *entry, "cloud.nlb." + entry->key, cloud));
  }
  if (const Node* reserved = map.find("reserved")) read_reservations(context, *reserved, cloud);
  map.find("route53");  // read below, when all that it names is known
  for (const Node::Entry* entry : entities(map, "dynamodb")) {
    cloud.tables.push_back(read_table(context, *entry, "cloud.dynamodb." + entry->key, cloud));
  }
  map.not_implemented(
      {"aurora", "rds", "ecs", "lambda", "s3", "sqs", "sns", "elasticache", "import"});
  map.finish();
  if (const Node* names = node.find("route53")) read_names(context, *names, cloud);
  for (const LoadBalancer& balancer : cloud.load_balancers) {
    if (balancer.to.empty()) continue;
    check_forward_to(context, balancer, cloud, *node.find("alb")->find(balancer.name));
  }
  for (const AutoScalingGroup& group : cloud.groups) check_scaling(context, group, cloud);
  return cloud;
}

}  // namespace fallstreak::scenarios
