// What a timeline's `do:` may say: sentences that become calls of the API.
#include <algorithm>
#include <array>

#include "scenarios/language/schema_reader.h"

namespace fallstreak::scenarios {
namespace {

constexpr std::array<std::string_view, 8> kLaterActions{
    "zonal-autoshift", "stop-traffic", "start-traffic", "backtrack",
    "restore",         "failover",     "deploy",        "scale"};
constexpr std::array<std::string_view, 15> kActions{
    "set-desired", "terminate",   "suspend", "resume", "instance-refresh",
    "rollback",    "forward",     "set",     "create", "raise",
    "add",         "zonal-shift", "cancel",  "remove", "replace"};
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
constexpr std::array<std::string_view, 9> kProcesses{
    "Launch",      "Terminate",       "AddToLoadBalancer", "AlarmNotification", "AZRebalance",
    "HealthCheck", "InstanceRefresh", "ReplaceUnhealthy",  "ScheduledActions"};

/// The words between spaces; a comma is a word.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (const char byte : text) {
    if (byte == ' ' || byte == ',') {
      finish();
      if (byte == ',') words.push_back(",");
    } else {
      word += byte;
    }
  }
  finish();
  return words;
}

/// One sentence. Each form reports what is wrong with it and is empty then.
class ActionReader {
 public:
  ActionReader(ReadContext& context, Place place, const Scenario& scenario,
               std::vector<std::string> words)
      : context_(context), place_(place), scenario_(scenario), words_(std::move(words)) {}

  std::optional<Verb> read() {
    const std::string name = words_.empty() ? std::string() : words_[0];
    if (name == "set-desired") return set_desired();
    if (name == "terminate") return terminate();
    if (name == "suspend" || name == "resume") return switch_process(name == "suspend");
    if (name == "instance-refresh") return refresh();
    if (name == "rollback") return roll_back();
    if (name == "forward") return forward();
    if (name == "set") return set();
    if (name == "zonal-shift") return shift_zone();
    if (name == "cancel") return cancel_shift();
    if (name == "create") return create();
    if (name == "raise") return raise();
    if (name == "add" || name == "remove") return change_record(name == "add");
    if (name == "replace") return replace();
    if (std::ranges::find(kLaterActions, name) != kLaterActions.end()) {
      return wrong("the action `" + name + "` is part of the language but not implemented yet");
    }
    return wrong("unknown action `" + name + "`" + suggestion(name, kActions));
  }

 private:
  std::optional<Verb> wrong(std::string message) {
    context_.error(place_, std::move(message));
    return std::nullopt;
  }

  std::optional<Verb> set_desired() {
    const bool has_form = words_.size() == 4 && words_[2] == "to";
    const auto desired = has_form ? parse_not_negative(words_[3]) : std::nullopt;
    if (!desired) return wrong("expected `set-desired GROUP to NUMBER`");
    if (scenario_.find_group(words_[1]) == nullptr) return no_group(words_[1]);
    return SetDesiredCapacity{words_[1], *desired};
  }

  std::optional<Verb> terminate() {
    const bool has_form =
        (words_.size() == 4 || (words_.size() == 6 && words_[4] == "in")) && words_[2] == "of";
    const auto count = has_form ? parse_positive(words_[1]) : std::nullopt;
    if (!count) {
      return wrong("expected `terminate NUMBER of GROUP` or `terminate NUMBER of GROUP in ZONE`");
    }
    if (scenario_.find_group(words_[3]) == nullptr) return no_group(words_[3]);
    if (words_.size() == 4) return TerminateInstances{words_[3], *count, std::nullopt};
    if (scenario_.has_zone(words_[5])) return TerminateInstances{words_[3], *count, words_[5]};
    return wrong("the zone `" + words_[5] + "` is not among the cloud's `azs`");
  }

  std::optional<Verb> switch_process(bool suspends) {
    if (words_.size() != 4 || words_[2] != "of") {
      return wrong("expected `" + words_[0] + " PROCESS of GROUP`");
    }
    if (std::ranges::find(kProcesses, words_[1]) == kProcesses.end()) {
      return wrong("unknown process `" + words_[1] + "`" + suggestion(words_[1], kProcesses));
    }
    if (scenario_.find_group(words_[3]) == nullptr) return no_group(words_[3]);
    return SwitchProcess{words_[3], words_[1], suspends};
  }

  std::optional<Verb> refresh() {
    const bool has_form = words_.size() == 4 || (words_.size() == 6 && words_[4] == "keeping");
    const auto kept = words_.size() == 6 ? parse_percent(words_[5]) : std::optional(0.9);
    if (!has_form || words_[2] != "to" || !kept || *kept < 0 || *kept > 1) {
      return wrong(
          "expected `instance-refresh GROUP to VERSION` or `instance-refresh GROUP to VERSION "
          "keeping 90%`");
    }
    const AutoScalingGroup* group = scenario_.find_group(words_[1]);
    if (group == nullptr) return no_group(words_[1]);
    if (std::ranges::find(group->versions, words_[3], &Version::name) == group->versions.end()) {
      return wrong("`" + words_[1] + "` has no version `" + words_[3] + "`");
    }
    return RefreshInstances{words_[1], words_[3], static_cast<int>(*kept * 100 + 0.5)};
  }

  std::optional<Verb> roll_back() {
    if (words_.size() != 2) return wrong("expected `rollback GROUP`");
    if (scenario_.find_group(words_[1]) == nullptr) return no_group(words_[1]);
    return RollBackRefresh{words_[1]};
  }

  std::optional<Verb> forward() {
    constexpr std::string_view kForm =
        "expected `forward BALANCER to GROUP WEIGHT, GROUP WEIGHT`, with weights from 0 to 999";
    // After `forward BALANCER to`, groups of three words: a name, a weight and a comma.
    if (words_.size() < 5 || words_[2] != "to" || words_.size() % 3 != 2) {
      return wrong(std::string(kForm));
    }
    const LoadBalancer* balancer = scenario_.find_load_balancer(words_[1]);
    if (balancer == nullptr) return no_load_balancer(words_[1]);
    if (balancer->is_network()) return wrong("`" + words_[1] + "` is a Network Load Balancer");
    ForwardRequests verb{words_[1], {}};
    for (std::size_t at = 3; at < words_.size(); at += 3) {
      const auto weight = parse_not_negative(words_[at + 1]);
      if (!weight || *weight > 999 || (at + 2 < words_.size() && words_[at + 2] != ",")) {
        return wrong(std::string(kForm));
      }
      if (std::ranges::find(balancer->to, words_[at], &ForwardTo::group) == balancer->to.end()) {
        return wrong("`" + words_[at] + "` is not among the groups that `" + words_[1] +
                     "` forwards to; name it in `to`, with the weight 0 if it has none at first");
      }
      if (std::ranges::find(verb.to, words_[at], &ForwardTo::group) != verb.to.end()) {
        return wrong("`" + words_[at] + "` is there already");
      }
      verb.to.push_back({words_[at], *weight});
    }
    return verb;
  }

  std::optional<Verb> shift_zone() {
    // AWS: "up to three days (72 hours)", in whole minutes.
    const bool has_form =
        words_.size() == 7 && words_[2] == "away" && words_[3] == "from" && words_[5] == "for";
    const auto lasts = has_form ? parse_duration(words_[6]) : std::nullopt;
    if (!lasts || *lasts <= Duration(0) || *lasts > std::chrono::hours(72) ||
        *lasts % std::chrono::minutes(1) != Duration(0)) {
      return wrong(
          "expected `zonal-shift BALANCER away from ZONE for DURATION`, of whole minutes and at "
          "most 72h");
    }
    if (scenario_.find_load_balancer(words_[1]) == nullptr) return no_load_balancer(words_[1]);
    if (!scenario_.has_zone(words_[4])) {
      return wrong("the zone `" + words_[4] + "` is not among the cloud's `azs`");
    }
    return ShiftZone{words_[1], words_[4], static_cast<int>(*lasts / std::chrono::minutes(1))};
  }

  std::optional<Verb> cancel_shift() {
    if (words_.size() != 4 || words_[1] != "zonal-shift" || words_[2] != "of") {
      return wrong("expected `cancel zonal-shift of BALANCER`");
    }
    if (scenario_.find_load_balancer(words_[3]) == nullptr) return no_load_balancer(words_[3]);
    return CancelShift{words_[3]};
  }

  std::optional<Verb> create() {
    const bool has_form = words_.size() == 3 && words_[2] == "vpcs";
    const auto count = has_form ? parse_positive(words_[1]) : std::nullopt;
    if (!count) return wrong("expected `create NUMBER vpcs`");
    return CreateVpcs{*count};
  }

  std::optional<Verb> raise() {
    const bool has_form = words_.size() == 4 && words_[1] == "vpcs" && words_[2] == "to";
    const auto to = has_form ? parse_positive(words_[3]) : std::nullopt;
    if (!to) return wrong("expected `raise vpcs to NUMBER`");
    return RaiseQuota{*to};
  }

  std::optional<Verb> change_record(bool adds) {
    if (words_.size() != 4 || words_[1] != "record" || words_[2] != "of") {
      return wrong("expected `" + words_[0] + " record of CERTIFICATE`");
    }
    if (scenario_.find_certificate(words_[3]) == nullptr) {
      return wrong("there is no certificate `" + words_[3] + "` in `acm`");
    }
    return ChangeRecord{words_[3], adds};
  }

  std::optional<Verb> replace() {
    if (words_.size() != 4 || words_[1] != "certificate" || words_[2] != "of") {
      return wrong("expected `replace certificate of BALANCER`");
    }
    const LoadBalancer* balancer = scenario_.find_load_balancer(words_[3]);
    if (balancer == nullptr) return no_load_balancer(words_[3]);
    if (!balancer->certificate) return wrong("`" + words_[3] + "` has no certificate");
    return ReplaceCertificate{words_[3]};
  }

  std::optional<Verb> set() {
    using enum SetAttribute::Setting;
    if (words_.size() != 6 || words_[2] != "of" || words_[4] != "to") {
      return wrong("expected `set SETTING of BALANCER to VALUE`");
    }
    const LoadBalancer* balancer = scenario_.find_load_balancer(words_[3]);
    if (balancer == nullptr) return no_load_balancer(words_[3]);
    if (balancer->is_network()) return wrong("`" + words_[3] + "` is a Network Load Balancer");
    const std::string& setting = words_[1];
    const std::string& text = words_[5];
    if (setting == "idle_timeout") return seconds(idle_timeout, text, 1, 4000);
    if (setting == "drain") return seconds(drain, text, 0, 3600);
    if (setting == "cross_zone") {
      const auto value = parse_switch(text);
      if (!value) return wrong("`cross_zone` must be `on` or `off`, not `" + text + "`");
      return SetAttribute{words_[3], cross_zone, *value ? "true" : "false"};
    }
    if (setting == "algorithm") {
      constexpr std::array<std::string_view, 3> kAlgorithms{
          "round_robin", "least_outstanding_requests", "weighted_random"};
      if (std::ranges::find(kAlgorithms, text) == kAlgorithms.end()) {
        return wrong("unknown algorithm `" + text + "`" + suggestion(text, kAlgorithms));
      }
      return SetAttribute{words_[3], algorithm, text};
    }
    constexpr std::array<std::string_view, 4> kSettings{"idle_timeout", "drain", "cross_zone",
                                                        "algorithm"};
    return wrong("unknown setting `" + setting + "`" + suggestion(setting, kSettings));
  }

  std::optional<Verb> seconds(SetAttribute::Setting setting, std::string_view text, int least,
                              int most) {
    const auto value = parse_duration(text);
    const auto count = value ? *value / std::chrono::seconds(1) : -1;
    if (!value || *value % std::chrono::seconds(1) != Duration(0) || count < least ||
        count > most) {
      return wrong("`" + words_[1] + "` must be " + std::to_string(least) + "s to " +
                   std::to_string(most) + "s, in whole seconds");
    }
    return SetAttribute{words_[3], setting, std::to_string(count)};
  }

  std::optional<Verb> no_group(const std::string& name) {
    return wrong("there is no Auto Scaling group `" + name + "`");
  }
  std::optional<Verb> no_load_balancer(const std::string& name) {
    return wrong("there is no load balancer `" + name + "`");
  }

  ReadContext& context_;
  Place place_;
  const Scenario& scenario_;
  std::vector<std::string> words_;
};

}  // namespace

std::optional<Verb> read_action(MapReader& map, const Node& node, const Scenario& scenario,
                                std::string& text) {
  const auto action = map.text_of(node, "an action such as `set-desired web to 8`");
  if (!action) return std::nullopt;
  text = "do " + *action;
  return ActionReader(map.context(), node.place, scenario, words_of(*action)).read();
}

}  // namespace fallstreak::scenarios
