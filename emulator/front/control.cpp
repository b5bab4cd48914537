#include "front/control.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "base/encoding.h"
#include "dispatch/coverage.h"
#include "dispatch/notices.h"
#include "front/coverage_report.h"
#include "front/duration_text.h"
#include "front/reachability_report.h"
#include "front/realism_report.h"
#include "reachability.h"

namespace fallstreak::front {
namespace {

using Json = nlohmann::ordered_json;
using protocols::HttpRequest;
using protocols::HttpResponse;

constexpr std::string_view kRoot = "/_fallstreak";
constexpr std::size_t kMostNames = 1000;
constexpr double kFastest = 1e6;
constexpr double kSlowest = 1e-6;

/// What is wrong with a request of the control API.
struct Problem {
  int status;
  std::string what;
};

[[noreturn]] void refuse(std::string what, int status = 400) {
  throw Problem{status, std::move(what)};
}

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

struct Answer {
  int status = 200;
  Json json;
  /// Set when the answer is no JSON, or is JSON already.
  std::string text;
  std::string type = "application/json";
};

/// One call: what it may use, and what it was given.
struct Call {
  const HttpRequest& request;
  protocols::Target target;
  /// What follows the resource in the path: `az-1` of `/_fallstreak/faults/az-1`.
  std::string name;
  ServedCloud& served;
  Clouds& clouds;
  RequestIds& ids;
  Certificate& certificate;
  LoadBalancers* load_balancers;

  /// The body, an object with no other than these keys.
  [[nodiscard]] Json body(std::initializer_list<std::string_view> keys) const {
    const Json parsed =
        request.body.empty() ? Json::object() : Json::parse(request.body, nullptr, false);
    if (parsed.is_discarded()) refuse("the body is not JSON");
    if (!parsed.is_object()) refuse("the body must be a JSON object");
    for (const auto& [key, value] : parsed.items()) {
      if (std::ranges::find(keys, key) != keys.end()) continue;
      std::string known;
      for (const auto one : keys) known += (known.empty() ? "" : ", ") + std::string(one);
      refuse("unknown key " + in_quotes(key) + "; known are: " + known);
    }
    return parsed;
  }
};

std::optional<std::string> optional_text(const Json& body, std::string_view key) {
  const auto found = body.find(key);
  if (found == body.end()) return std::nullopt;
  if (!found->is_string()) refuse(in_quotes(key) + " must be text");
  return found->get<std::string>();
}

std::string required_text(const Json& body, std::string_view key) {
  auto text = optional_text(body, key);
  if (!text || text->empty()) refuse(in_quotes(key) + " is missing");
  return std::move(*text);
}

/// Names stand in paths and headers.
std::string checked_name(std::string name) {
  const auto is_plain = [](char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
           (letter >= 'A' && letter <= 'Z') || letter == '-' || letter == '_' || letter == '.';
  };
  const bool is_sized = !name.empty() && name.size() <= 128;
  if (!is_sized || name.starts_with('.') || !std::ranges::all_of(name, is_plain)) {
    refuse(
        "a name has 1 to 128 letters, digits, dots, dashes and underscores, the first no dot, "
        "not " +
        in_quotes(name));
  }
  return name;
}

bool flag(const Json& body, std::string_view key) {
  const auto found = body.find(key);
  if (found == body.end()) return false;
  if (!found->is_boolean()) refuse(in_quotes(key) + " must be true or false");
  return found->get<bool>();
}

std::optional<Duration> optional_duration(const Json& body, std::string_view key) {
  const auto text = optional_text(body, key);
  if (!text) return std::nullopt;
  const auto duration = parse_duration(*text);
  if (!duration)
    refuse(in_quotes(key) + " must be a duration such as 90s or 1h30m, not " + in_quotes(*text));
  return duration;
}

std::string shown(Time time) { return to_iso8601(time, Precision::milliseconds); }

// ---------------------------------------------------------------------------------- health, reset

Json clock_json(ServedCloud& served) {
  const auto status = served.pacer.status();
  Json json{{"now", shown(status.now)}, {"frozen", status.is_frozen}, {"speed", status.speed}};
  json["next_due"] = status.next_due ? Json(shown(*status.next_due)) : Json();
  return json;
}

Answer get_health(Call& call) {
  Json services = Json::array();
  for (const auto* service : call.served.cloud.environment().registry->services()) {
    services.push_back(service->id);
  }
  const auto uptime = std::chrono::duration<double>(call.served.pacer.uptime()).count();
  return {.json = {{"status", "running"},
                   {"version", FALLSTREAK_VERSION},
                   {"services", std::move(services)},
                   {"clock", clock_json(call.served)},
                   {"uptime_seconds", uptime},
                   {"requests", call.ids.count()}}};
}

/// Chosen: nothing is left of what was done, and time goes on, because clients check the date.
Answer post_reset(Call& call) {
  static_cast<void>(call.body({}));
  call.served.pacer.re_time([&] {
    // How DynamoDB behaves is how this cloud is run, not what was done in it.
    const auto realism = dynamodb_realism(call.served.cloud);
    world::Snapshot empty;
    empty.now = call.served.cloud.now();
    call.served.cloud.restore(empty);
    set_dynamodb_realism(call.served.cloud, realism);
  });
  const std::lock_guard held(call.served.mutex);
  call.served.snapshots.clear();
  return {.json = {{"reset", true}}};
}

// ------------------------------------------------------------------------------------------ clock

Answer get_clock(Call& call) { return {.json = clock_json(call.served)}; }

Answer post_clock(Call& call) {
  const Json body = call.body({"freeze", "resume", "speed", "advance"});
  if (body.empty()) refuse("say what to do: freeze, resume, speed or advance");
  const bool freezes = flag(body, "freeze");
  const bool resumes = flag(body, "resume");
  if (freezes && resumes) refuse("'freeze' and 'resume' exclude each other");
  std::optional<double> speed;
  if (const auto found = body.find("speed"); found != body.end()) {
    if (!found->is_number()) refuse("'speed' must be a number");
    speed = found->get<double>();
    if (!(*speed >= kSlowest && *speed <= kFastest)) {
      refuse("'speed' must be from 0.000001 to 1000000");
    }
  }
  const auto advance = optional_duration(body, "advance");
  if (advance && call.served.cloud.now() + *advance > parse_iso8601("2200-01-01T00:00:00Z")) {
    refuse("'advance' goes past the year 2200");
  }

  Pacer& pacer = call.served.pacer;
  if (freezes) pacer.freeze();
  if (speed) pacer.set_speed(*speed);
  if (advance && !pacer.advance(*advance)) {
    refuse("'advance' ended early, because the server stops or the cloud was put into another time",
           409);
  }
  if (resumes) pacer.resume();
  return {.json = clock_json(call.served)};
}

// ------------------------------------------------------------------------ snapshots, rewind, forks

Answer post_snapshots(Call& call) {
  const std::string name = checked_name(required_text(call.body({"name"}), "name"));
  call.served.pacer.catch_up();
  auto snapshot = call.served.cloud.snapshot();
  const Time now = snapshot.now;
  const std::lock_guard held(call.served.mutex);
  auto& snapshots = call.served.snapshots;
  if (snapshots.contains(name)) refuse("there is a snapshot " + in_quotes(name) + " already", 409);
  if (snapshots.size() >= kMostNames) refuse("there are too many snapshots", 409);
  snapshots.emplace(name, std::move(snapshot));
  return {.status = 201, .json = {{"name", name}, {"time", shown(now)}}};
}

Answer get_snapshots(Call& call) {
  Json rows = Json::array();
  const std::lock_guard held(call.served.mutex);
  for (const auto& [name, snapshot] : call.served.snapshots) {
    rows.push_back({{"name", name}, {"time", shown(snapshot.now)}});
  }
  return {.json = {{"snapshots", std::move(rows)}}};
}

Answer delete_snapshot(Call& call) {
  const std::lock_guard held(call.served.mutex);
  const auto found = call.served.snapshots.find(call.name);
  if (found == call.served.snapshots.end())
    refuse("there is no snapshot " + in_quotes(call.name), 404);
  call.served.snapshots.erase(found);
  return {.json = {{"deleted", call.name}}};
}

Answer post_rewind(Call& call) {
  const std::string to = required_text(call.body({"to"}), "to");
  std::optional<world::Snapshot> snapshot;
  {
    const std::lock_guard held(call.served.mutex);
    const auto found = call.served.snapshots.find(to);
    if (found != call.served.snapshots.end()) snapshot = found->second;
  }
  const auto time = parse_iso8601(to);
  if (!snapshot && !time)
    refuse("there is no snapshot " + in_quotes(to) + ", and it is no time", 404);
  std::string problem;
  call.served.pacer.re_time([&] {
    if (snapshot) {
      call.served.cloud.restore(*snapshot);
    } else if (const auto done = call.served.cloud.rewind(*time); !done) {
      problem = done.error().message;
    }
  });
  if (!problem.empty()) refuse(problem, 409);
  return {.json = clock_json(call.served)};
}

Answer post_forks(Call& call) {
  const std::string name = checked_name(required_text(call.body({"name"}), "name"));
  if (call.clouds.forks().size() >= kMostNames) refuse("there are too many forks", 409);
  if (!call.clouds.fork(call.served, name))
    refuse("there is a fork " + in_quotes(name) + " already", 409);
  return {.status = 201, .json = {{"name", name}, {"header", "x-fallstreak-fork: " + name}}};
}

Answer get_forks(Call& call) { return {.json = {{"forks", call.clouds.forks()}}}; }

Answer delete_fork(Call& call) {
  if (!call.clouds.remove(call.name)) refuse("there is no fork " + in_quotes(call.name), 404);
  return {.json = {{"deleted", call.name}}};
}

// ----------------------------------------------------------------------------------------- faults

Json fault_json(std::string_view id, const faults::FaultRecord& fault) {
  Json json{{"id", id}};
  faults::FaultRecord copy = fault;
  visit_fields(copy, [&](const char* name, const auto& value) { json[name] = value; });
  return json;
}

/// A copy, so that nothing is written while the world is held.
std::vector<std::pair<std::string, faults::FaultRecord>> active_faults(Cloud& cloud) {
  std::vector<std::pair<std::string, faults::FaultRecord>> active;
  const std::lock_guard held(cloud.lock());
  // Not find_state: of a world that was brought back nobody has asked yet.
  const auto& state = cloud.world().state<faults::FaultState>("faults", "world");
  for (const auto& [id, fault] : state.active) active.emplace_back(id, fault);
  return active;
}

bool is_active(Cloud& cloud, std::string_view id) {
  return std::ranges::any_of(active_faults(cloud),
                             [&](const auto& row) { return row.first == id; });
}

void read_field(const Json& value, std::string_view key, std::string& into) {
  if (!value.is_string()) refuse(in_quotes(key) + " must be text");
  into = value.get<std::string>();
}
void read_field(const Json& value, std::string_view key, std::int32_t& into) {
  const bool fits = value.is_number_integer() && value.get<std::int64_t>() >= 0 &&
                    value.get<std::int64_t>() <= 1'000'000;
  if (!fits) refuse(in_quotes(key) + " must be a whole number");
  into = value.get<std::int32_t>();
}

Answer post_faults(Call& call) {
  const Json body =
      call.body({"id", "kind", "zone", "instance_type", "instance_id", "check", "service",
                 "operation", "code", "message", "status", "percentage", "for"});
  faults::FaultRecord fault;
  visit_fields(fault, [&](const char* name, auto& value) {
    if (const auto found = body.find(name); found != body.end()) read_field(*found, name, value);
  });
  const auto lasting = optional_duration(body, "for");
  const auto given = optional_text(body, "id");
  const std::string id =
      given ? checked_name(*given) : "fault-" + std::to_string(call.ids.count() + 1);
  Cloud& cloud = call.served.cloud;
  call.served.pacer.catch_up();
  if (is_active(cloud, id)) refuse("there is a fault " + in_quotes(id) + " already", 409);
  if (const auto begun = cloud.begin_fault(id, fault, lasting); !begun) {
    refuse(begun.error().message);
  }
  call.served.pacer.touch();
  return {.status = 201, .json = fault_json(id, fault)};
}

Answer get_faults(Call& call) {
  call.served.pacer.catch_up();
  Json rows = Json::array();
  for (const auto& [id, fault] : active_faults(call.served.cloud)) {
    rows.push_back(fault_json(id, fault));
  }
  return {.json = {{"faults", std::move(rows)}}};
}

Answer delete_fault(Call& call) {
  call.served.pacer.catch_up();
  if (!is_active(call.served.cloud, call.name)) {
    refuse("there is no fault " + in_quotes(call.name), 404);
  }
  call.served.cloud.end_fault(call.name);
  return {.json = {{"ended", call.name}}};
}

// --------------------------------------------------------------------------- coverage, events, TLS

Answer get_coverage(Call& call) {
  return {.text = coverage_json(dispatch::coverage(*call.served.cloud.environment().registry))};
}

std::string_view class_name(world::EventClass event_class) {
  switch (event_class) {
    case world::EventClass::fault:
      return "fault";
    case world::EventClass::control:
      return "control";
    case world::EventClass::metrics:
      return "metrics";
    case world::EventClass::requests:
      break;
  }
  return "requests";
}

std::size_t page_size(const protocols::Target& target) {
  const std::string* limit = target.find("limit");
  if (limit == nullptr) return 100;
  const bool is_number = !limit->empty() && limit->size() <= 4 &&
                         limit->find_first_not_of("0123456789") == std::string::npos;
  const std::size_t size = is_number ? std::stoul(*limit) : 0;
  if (size < 1 || size > 1000) refuse("'limit' must be from 1 to 1000, not " + in_quotes(*limit));
  return size;
}

Answer get_events(Call& call) {
  const std::size_t limit = page_size(call.target);
  std::string after;
  if (const std::string* token = call.target.find("after")) {
    auto decoded = from_hex(*token);
    if (!decoded) refuse("'after' must be the 'next' of a page before");
    after = std::move(*decoded);
  }
  std::vector<world::Event> events;
  std::size_t pending = 0;
  std::string next;
  {
    const std::lock_guard held(call.served.cloud.lock());
    const auto& queue = call.served.cloud.world().events();
    pending = queue.size();
    for (auto at = queue.table().upper_bound(after); at != queue.table().end(); ++at) {
      if (events.size() == limit) {
        next = to_hex(world::event_key(events.back()));
        break;
      }
      events.push_back(at->second);
    }
  }
  Json rows = Json::array();
  for (const auto& event : events) {
    rows.push_back({{"due", shown(event.due)},
                    {"class", class_name(event.event_class)},
                    {"kind", event.kind},
                    {"entity", event.entity},
                    {"scope", event.scope}});
  }
  return {.json = {{"pending", pending},
                   {"events", std::move(rows)},
                   {"next", next.empty() ? Json() : Json(next)}}};
}

Answer get_notices(Call& call) {
  const std::size_t limit = page_size(call.target);
  const std::string* after = call.target.find("after");
  call.served.pacer.catch_up();
  dispatch::NoticePage page;
  {
    const std::lock_guard held(call.served.cloud.lock());
    page = dispatch::notices(call.served.cloud.world(), after == nullptr ? "" : *after, limit);
  }
  Json rows = Json::array();
  for (const auto& notice : page.notices) {
    rows.push_back(
        {{"time", shown(notice.time)},
         {"account", notice.account_id},
         {"region", notice.region},
         {"source", notice.source},
         {"target", notice.target_arn.empty() ? Json("eventbridge") : Json(notice.target_arn)},
         {"message", Json::parse(notice.message, nullptr, false)}});
  }
  return {.json = {{"notices", std::move(rows)},
                   {"next", page.next.empty() ? Json() : Json(page.next)}}};
}

// ----------------------------------------------------------------------------------- reachability

int port_of(std::string_view key, const std::string& text) {
  const bool is_number = !text.empty() && text.size() <= 5 &&
                         text.find_first_not_of("0123456789") == std::string::npos;
  const int port = is_number ? std::stoi(text) : 0;
  if (port < 1 || port > 65535) {
    refuse(in_quotes(key) + " must be from 1 to 65535, not " + in_quotes(text));
  }
  return port;
}

Answer get_reachability(Call& call) {
  dataplane::reachability::Question question;
  std::string account = "000000000000";
  std::string region = "us-east-1";
  for (const auto& [key, value] : call.target.query) {
    if (key == "from") {
      question.from = value;
    } else if (key == "to") {
      question.to = value;
    } else if (key == "protocol") {
      question.protocol = value;
    } else if (key == "port") {
      question.port = port_of(key, value);
    } else if (key == "source_port") {
      const int port = port_of(key, value);
      question.source_ports = {port, port};
    } else if (key == "account") {
      account = value;
    } else if (key == "region") {
      region = value;
    } else {
      refuse("unknown parameter " + in_quotes(key) +
             "; known are: from, to, protocol, port, source_port, account, region");
    }
  }
  if (question.from.empty() || question.to.empty()) refuse("'from' and 'to' must be given");
  call.served.pacer.catch_up();
  const auto found = find_path(call.served.cloud, dispatch::Caller(account, region), question);
  if (!found) refuse(found.error().message);
  return {.text = reachability_json(*found)};
}

Answer get_load_balancers(Call& call) {
  if (call.load_balancers == nullptr) {
    refuse("load balancers do not serve; `fallstreak serve --load-balancers` lets them", 404);
  }
  if (&call.served != &call.clouds.main()) refuse("load balancers of forks do not serve", 404);
  return {.text = call.load_balancers->json()};
}

Answer get_dynamodb(Call& call) { return {.text = realism_json(call.served.cloud)}; }

Answer put_dynamodb(Call& call) {
  call.served.pacer.catch_up();
  if (auto wrong = change_realism(call.served.cloud, call.request.body)) refuse(std::move(*wrong));
  return get_dynamodb(call);
}

Answer get_authority(Call& call) {
  std::string pem = call.certificate.authority_pem();
  if (pem.empty()) refuse("there is no certificate authority", 404);
  return {.text = std::move(pem), .type = "application/x-pem-file"};
}

// --------------------------------------------------------------------------------------- dispatch

struct Route {
  std::string_view method;
  std::string_view resource;
  bool has_name;
  Answer (*handle)(Call&);
};
constexpr Route kRoutes[] = {
    {"GET", "health", false, get_health},
    {"POST", "reset", false, post_reset},
    {"GET", "clock", false, get_clock},
    {"POST", "clock", false, post_clock},
    {"POST", "snapshots", false, post_snapshots},
    {"GET", "snapshots", false, get_snapshots},
    {"DELETE", "snapshots", true, delete_snapshot},
    {"POST", "rewind", false, post_rewind},
    {"POST", "forks", false, post_forks},
    {"GET", "forks", false, get_forks},
    {"DELETE", "forks", true, delete_fork},
    {"POST", "faults", false, post_faults},
    {"GET", "faults", false, get_faults},
    {"DELETE", "faults", true, delete_fault},
    {"GET", "coverage", false, get_coverage},
    {"GET", "events", false, get_events},
    {"GET", "notices", false, get_notices},
    {"GET", "reachability", false, get_reachability},
    {"GET", "load-balancers", false, get_load_balancers},
    {"GET", "dynamodb", false, get_dynamodb},
    {"PUT", "dynamodb", false, put_dynamodb},
    {"GET", "ca.pem", false, get_authority},
};

/// A page of some web site that a developer looks at must not reset that developer's cloud.
bool is_from_elsewhere(const HttpRequest& request) {
  const auto origin = protocols::header_or_empty(request.headers, "origin");
  if (origin.empty()) return false;
  const auto scheme = origin.find("://");
  if (scheme == std::string_view::npos) return true;
  std::string_view host = origin.substr(scheme + 3);
  host = host.substr(0, host.find(':'));
  return host != "localhost" && !host.ends_with(".localhost") && host != "127.0.0.1";
}

void keep(ServedCloud& served) {
  if (const auto kept = served.cloud.make_durable(); !kept) refuse(kept.error().message, 500);
}

Answer dispatch_call(Call& call, std::string_view path) {
  path.remove_prefix(std::min(path.size(), kRoot.size() + 1));
  const auto slash = path.find('/');
  const std::string_view resource = path.substr(0, slash);
  const bool has_name = slash != std::string_view::npos;
  if (has_name) call.name = path.substr(slash + 1);
  bool is_known = false;
  for (const Route& route : kRoutes) {
    if (route.resource != resource || route.has_name != has_name) continue;
    is_known = true;
    if (route.method == call.request.method) return route.handle(call);
  }
  if (!is_known) refuse("there is nothing at " + std::string(kRoot) + "/" + std::string(path), 404);
  refuse(call.request.method + " is not allowed here", 405);
}

}  // namespace

bool Control::owns(const HttpRequest& request) {
  const std::string_view path = protocols::raw_path(request.target);
  return path == kRoot || (path.starts_with(kRoot) && path[kRoot.size()] == '/');
}

void Control::answer(const HttpRequest& request, ServedCloud* served, HttpResponse& response) {
  Answer answer;
  try {
    if (served == nullptr) refuse("there is no fork of that name", 404);
    if (is_from_elsewhere(request)) refuse("requests of other origins are not allowed", 403);
    auto target = protocols::split_target(request.target);
    if (!target) refuse("the request target is malformed");
    const std::string path = target->path;
    Call call{request,      std::move(*target), {}, *served, clouds_, ids_,
              certificate_, load_balancers_};
    answer = dispatch_call(call, path);
    // What is acknowledged survives a kill.
    if (request.method != "GET") keep(*served);
  } catch (const Problem& problem) {
    answer = {.status = problem.status, .json = {{"error", problem.what}}};
  } catch (const std::exception& bug) {
    answer = {.status = 500, .json = {{"error", bug.what()}}};
  }
  response.status = answer.status;
  response.headers.push_back({"Content-Type", answer.type});
  response.body = std::move(answer.text);
  if (response.body.empty()) {
    response.body = answer.json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }
}

}  // namespace fallstreak::front
