#include "cloud.h"

#include <filesystem>

#include "base/check.h"
#include "dispatch/dispatcher.h"
#include "services/services.h"
#include "world/sqlite_store.h"
#include "world/world.h"

namespace fallstreak {
namespace {

bool is_listed(const api::Operation& operation, const ApiError& error) {
  if (error.code == "NotImplemented" || error.code == "DryRunOperation") return true;
  for (const auto& listed : operation.errors) {
    if (listed.code == error.code || listed.name == error.code) return true;
  }
  return false;
}

}  // namespace

Cloud::Cloud(CloudOptions options)
    : Cloud(options, std::make_unique<world::World>(options.seed, options.start),
            {&services::registry(), options.timing, {}}) {
  if (options.keep_history) world_->keep_history();
}

Cloud::Cloud(CloudOptions options, std::unique_ptr<world::World> world,
             dispatch::Environment environment)
    : options_(options), environment_(std::move(environment)), world_(std::move(world)) {}

Cloud::~Cloud() {
  if (!store_) return;
  world_->remove_observer(*store_);
  // Nothing that was acknowledged is pending; the clock's last moves may be.
  try {
    store_->flush();
  } catch (const world::StoreError&) {
    static_cast<void>(0);  // there is nobody left to tell
  }
}

Outcome<void> Cloud::call(const dispatch::Caller& caller, const api::Operation& operation,
                          const void* request, void* response) {
  bool is_unsaved = false;
  auto outcome = call(caller, operation, request, response, is_unsaved);
  return outcome && is_unsaved ? make_durable() : outcome;
}

Outcome<void> Cloud::call(const dispatch::Caller& caller, const api::Operation& operation,
                          const void* request, void* response, bool& is_unsaved) {
  const std::lock_guard held(lock_);
  const std::uint64_t before = commits();
  try {
    dispatch::perform(*world_, environment_, caller, operation, request, response);
    if (options_.timing == dispatch::Timing::instant) run_until(world_->now());
    is_unsaved = commits() != before;
    return {};
  } catch (dispatch::InjectedError& injected) {
    return tl::unexpected(ApiError(std::move(injected)));
  } catch (ApiError& error) {
    if (!is_listed(operation, error)) {
      complaints_.push_back(std::string(operation.name) + " threw " + error.code +
                            ", which its model does not list: " + error.message);
    }
    return tl::unexpected(std::move(error));
  } catch (const InternalError& bug) {
    complaints_.push_back(std::string(operation.name) + ": " + bug.what());
    return tl::unexpected(ApiError("InternalFailure",
                                   "The request processing has failed because of an unknown error, "
                                   "exception or failure.",
                                   500));
  }
}

std::uint64_t Cloud::commits() const { return store_ ? store_->commits() : 0; }

// Without the lock: others go on meanwhile.
Outcome<void> Cloud::make_durable() {
  if (!store_) return {};
  try {
    store_->flush();
    return {};
  } catch (const world::StoreError& error) {
    return tl::unexpected(ApiError("InternalFailure", error.what(), 500));
  }
}

void Cloud::keep_in(const std::string& folder) {
  const std::lock_guard held(lock_);
  std::filesystem::create_directories(folder);
  store_ = std::make_unique<world::SqliteStore>(folder + "/world.sqlite");
  if (store_->has_world()) {
    store_->load(*world_);
  } else {
    store_->save(*world_);
  }
  world_->add_observer(*store_);
  store_->flush();
}

void Cloud::keep_value(std::string_view name, std::int64_t value) {
  if (store_) store_->keep_value(name, value);
}

std::optional<std::int64_t> Cloud::kept_value(std::string_view name) const {
  return store_ ? store_->kept_value(name) : std::nullopt;
}

Time Cloud::now() const {
  const std::lock_guard held(lock_);
  return world_->now();
}

void Cloud::run_until(Time time) {
  world_->advance_to(
      time,
      [this](const world::Event& event) { dispatch::handle_event(*world_, environment_, event); },
      [this](const world::Event& event, std::string_view why) {
        complaints_.push_back("event " + event.kind + " about " + event.entity + ": " +
                              std::string(why));
      });
}

void Cloud::advance(Duration duration) {
  const std::lock_guard held(lock_);
  run_until(world_->now() + duration);
}

void Cloud::advance_to(Time time) {
  const std::lock_guard held(lock_);
  CHECK(time >= world_->now()) << "time only moves forward; rewind goes back";
  run_until(time);
}

void Cloud::catch_up(Time time) {
  const std::lock_guard held(lock_);
  // Also when it is that time already: a request may have scheduled what is due at once.
  if (time >= world_->now()) run_until(time);
}

std::optional<Time> Cloud::next_due() const {
  const std::lock_guard held(lock_);
  const world::Event* next = world_->events().next();
  if (next == nullptr) return std::nullopt;
  return next->due;
}

world::Snapshot Cloud::snapshot() const {
  const std::lock_guard held(lock_);
  return world_->snapshot();
}

void Cloud::restore(const world::Snapshot& snapshot) {
  const std::lock_guard held(lock_);
  world_->restore(snapshot);
}

std::unique_ptr<Cloud> Cloud::fork() const {
  const std::lock_guard held(lock_);
  auto world = std::make_unique<world::World>(world_->fork());
  return std::unique_ptr<Cloud>(new Cloud(options_, std::move(world), environment_));
}

Outcome<void> Cloud::rewind(Time time) {
  const std::lock_guard held(lock_);
  return world_->rewind(time);
}

std::uint64_t Cloud::hash() const {
  const std::lock_guard held(lock_);
  return world_->hash();
}

Outcome<void> Cloud::begin_fault(std::string_view id, const faults::FaultRecord& fault,
                                 std::optional<Duration> lasting) {
  if (const std::string wrong = faults::problem(fault); !wrong.empty()) {
    return tl::unexpected(ApiError("ValidationException", wrong));
  }
  const std::lock_guard held(lock_);
  world::Transaction transaction(*world_);
  dispatch::begin_fault(*world_, environment_, id, fault);
  if (lasting) {
    world::Event event;
    event.due = world_->now() + *lasting;
    event.event_class = world::EventClass::fault;
    event.entity = id;
    event.kind = "faults.end";
    event.scope = "world";
    world_->events().schedule(std::move(event));
  }
  transaction.commit();
  return {};
}

void Cloud::end_fault(std::string_view id) {
  const std::lock_guard held(lock_);
  dispatch::end_fault(*world_, environment_, id);
}

void Cloud::set_prober(std::function<dispatch::ProbeAnswer(const dispatch::Probe&)> prober) {
  const std::lock_guard held(lock_);
  environment_.prober = std::move(prober);
}

void Cloud::set_usage(
    std::function<std::optional<dispatch::InstanceUsage>(const dispatch::UsageQuestion&)> usage) {
  const std::lock_guard held(lock_);
  environment_.usage = std::move(usage);
}

void Cloud::set_traffic(
    std::function<std::optional<dispatch::Traffic>(const dispatch::TrafficQuestion&)> traffic) {
  const std::lock_guard held(lock_);
  environment_.traffic = std::move(traffic);
}

}  // namespace fallstreak
