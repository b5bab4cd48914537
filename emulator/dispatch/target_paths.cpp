#include "dispatch/target_paths.h"

namespace fallstreak::dispatch {
namespace {

TargetPathState& own_paths(ContextBase& context) {
  return target_paths(context.world(), context.caller().scope(Scope::regional));
}

std::string balancer_prefix(std::string_view load_balancer_arn) {
  return std::string(load_balancer_arn) + "|";
}

std::string use_key(const std::string& id, const std::string& load_balancer_arn) {
  return id + "|" + load_balancer_arn;
}

template <class Record>
bool has_rows(const world::Table<Record>& table, std::string_view prefix) {
  const auto range = table.range(prefix);
  return range.begin() != range.end();
}

/// Has a question judged, or with an empty key all of the load balancer's: once, however much of
/// it changes at a moment.
void mark(ContextBase& context, const std::string& load_balancer_arn,
          const std::string& target_key) {
  TargetPathState& paths = own_paths(context);
  const std::string prefix = balancer_prefix(load_balancer_arn);
  const bool is_under_way = has_rows(paths.asked, prefix);
  paths.asked.put(prefix + target_key, {});
  if (is_under_way) return;
  world::Event event;
  event.kind = "ec2.paths-asked";
  event.due = context.now();
  event.event_class = world::EventClass::control;
  event.entity = load_balancer_arn;
  event.scope = context.caller().scope(Scope::regional);
  context.world().events().schedule(std::move(event));
}

}  // namespace

TargetPathState& target_paths(world::World& world, std::string_view scope) {
  return world.state<TargetPathState>("target-paths", scope);
}

void set_path_nodes(ContextBase& context, const std::string& load_balancer_arn,
                    std::vector<PathNode> nodes) {
  TargetPathState& paths = own_paths(context);
  const PathNodes* known = paths.nodes.find(load_balancer_arn);
  if (nodes.empty()) {
    if (known == nullptr) return;
    for (const auto& id : known->uses) paths.uses.erase(use_key(id, load_balancer_arn));
    paths.nodes.erase(load_balancer_arn);
    return;
  }
  if (known != nullptr && known->nodes == nodes) return;
  PathNodes changed = known == nullptr ? PathNodes{} : *known;
  changed.nodes = std::move(nodes);
  paths.nodes.put(load_balancer_arn, std::move(changed));
  if (has_rows(paths.by_balancer, balancer_prefix(load_balancer_arn))) {
    mark(context, load_balancer_arn, {});
  }
}

void ask_path(ContextBase& context, const std::string& target_key, const PathQuestion& question) {
  TargetPathState& paths = own_paths(context);
  const PathQuestion* known = paths.questions.find(target_key);
  if (known != nullptr && *known == question) return;
  if (known != nullptr && known->load_balancer_arn != question.load_balancer_arn) {
    forget_path(context, target_key);
  }
  paths.questions.put(target_key, question);
  paths.by_balancer.put(balancer_prefix(question.load_balancer_arn) + target_key, {});
  mark(context, question.load_balancer_arn, target_key);
}

void forget_path(ContextBase& context, const std::string& target_key) {
  TargetPathState& paths = own_paths(context);
  const PathQuestion* known = paths.questions.find(target_key);
  if (known == nullptr) return;
  const std::string prefix = balancer_prefix(known->load_balancer_arn);
  paths.by_balancer.erase(prefix + target_key);
  paths.questions.erase(target_key);
  paths.stopped.erase(target_key);
}

void note_path_change(ContextBase& context, std::string_view id) {
  TargetPathState& paths = own_paths(context);
  if (paths.uses.size() == 0) return;
  const std::string prefix = std::string(id) + "|";
  std::vector<std::string> users;
  for (const auto& row : paths.uses.range(prefix)) {
    users.emplace_back(row.first.substr(prefix.size()));
  }
  for (const auto& arn : users) {
    // Without targets there is nothing to judge.
    if (has_rows(paths.by_balancer, balancer_prefix(arn))) mark(context, arn, {});
  }
}

std::vector<std::pair<std::string, PathQuestion>> take_path_questions(
    ContextBase& context, const std::string& load_balancer_arn) {
  TargetPathState& paths = own_paths(context);
  const std::string prefix = balancer_prefix(load_balancer_arn);
  const auto& keys = paths.asked.contains(prefix) ? paths.by_balancer : paths.asked;
  std::vector<std::pair<std::string, PathQuestion>> questions;
  for (const auto& row : keys.range(prefix)) {
    const std::string target_key(row.first.substr(prefix.size()));
    const PathQuestion* question = paths.questions.find(target_key);
    // One that was forgotten since, or asked for another load balancer.
    if (question == nullptr || question->load_balancer_arn != load_balancer_arn) continue;
    questions.emplace_back(target_key, *question);
  }
  paths.asked.erase_prefix(prefix);
  return questions;
}

void answer_path(ContextBase& context, const std::string& target_key, const StoppedPath& path) {
  auto& stopped = own_paths(context).stopped;
  const StoppedPath* known = stopped.find(target_key);
  if (path.empty()) {
    if (known != nullptr) stopped.erase(target_key);
  } else if (known == nullptr || *known != path) {
    stopped.put(target_key, path);
  }
}

void note_path_use(ContextBase& context, const std::string& load_balancer_arn,
                   const std::string& id) {
  TargetPathState& paths = own_paths(context);
  const std::string key = use_key(id, load_balancer_arn);
  if (paths.uses.contains(key)) return;
  paths.uses.insert(key, {});
  paths.nodes.update(load_balancer_arn, [&](PathNodes& nodes) { nodes.uses.push_back(id); });
}

}  // namespace fallstreak::dispatch
