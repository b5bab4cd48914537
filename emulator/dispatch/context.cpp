#include "dispatch/context.h"

#include "base/arn.h"
#include "base/check.h"
#include "dispatch/dispatcher.h"

namespace fallstreak::dispatch {

Caller::Caller(std::string account, std::string region_name, std::string access_key)
    : account_id(std::move(account)),
      region(std::move(region_name)),
      access_key_id(std::move(access_key)),
      regional_(account_id + "/" + region),
      account_(account_id + "/global") {}

Caller Caller::of_scope(std::string_view scope) {
  const auto slash = scope.find('/');
  CHECK(slash != std::string_view::npos) << "scope " << scope;
  return Caller(std::string(scope.substr(0, slash)), std::string(scope.substr(slash + 1)));
}

std::string_view Caller::scope(Scope wanted) const {
  switch (wanted) {
    case Scope::regional: return regional_;
    case Scope::account: return account_;
    case Scope::partition: return "aws/global";
  }
  return {};
}

void ContextBase::call(const api::Operation& operation, const void* request, void* response) {
  perform(*world_, *environment_, *caller_, operation, request, response);
}

void ContextBase::call_in(std::string_view region, const api::Operation& operation,
                          const void* request, void* response) {
  const Caller caller(caller_->account_id, std::string(region), caller_->access_key_id);
  perform(*world_, *environment_, caller, operation, request, response);
}

std::string ContextBase::schedule(Duration after, std::string_view kind, std::string_view entity,
                                  std::string payload) {
  const bool is_instant = environment_->timing == Timing::instant;
  return schedule_periodic(is_instant ? Duration::zero() : after, kind, entity, std::move(payload));
}

std::string ContextBase::schedule_periodic(Duration after, std::string_view kind,
                                           std::string_view entity, std::string payload) {
  world::Event event;
  event.due = now() + after;
  event.event_class = world::EventClass::control;
  event.entity = entity;
  event.kind = std::string(service_) + "." + std::string(kind);
  event.scope = scope_;
  event.payload = std::move(payload);
  return world_->events().schedule(std::move(event));
}

std::string ContextBase::stream(std::string_view purpose) const {
  std::string name(scope_);
  name += '/';
  name += service_;
  name += '.';
  name += purpose;
  return name;
}

std::string ContextBase::new_id(std::string_view prefix, int digits) {
  return std::string(prefix) + world_->random().hex(stream(prefix), std::size_t(digits));
}

std::string ContextBase::new_uuid(std::string_view purpose) {
  std::string hex = world_->random().hex(stream(purpose), 32);
  hex[12] = '4';
  hex[16] = "89ab"[hex[16] % 4];
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
         hex.substr(16, 4) + "-" + hex.substr(20);
}

std::string ContextBase::arn(std::string_view service, std::string_view resource) const {
  return Arn{"aws", std::string(service), caller_->region, caller_->account_id, std::string(resource)}
      .to_string();
}

}  // namespace fallstreak::dispatch
