#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/shape.h"
#include "base/error.h"
#include "world/table.h"

/// What can go wrong, as data in the world: it survives snapshot, fork, rewind and restart like everything else.
namespace fallstreak::faults {

/// One fault that holds now. Which fields matter follows from `kind`:
///
/// - `az-power`: the zone `zone` has no power: its instances stop, launches answer InsufficientInstanceCapacity.
/// - `insufficient-capacity`: launches in `zone` (empty: every zone) of `instance_type` (empty: every type) are refused.
/// - `status-check`: `check` (`instance`, `system`, `ebs`) of `instance_id` fails. `scheduled-event`: AWS plans `code`.
/// - `spot-rebalance`, `spot-interruption`: EC2 wants capacity of `zone` and `instance_type` back (empty: all), or of
///   `instance_id`, or of `percentage` of what runs there: it recommends to rebalance, or gives the two minutes' notice.
/// - `api-error`: `service`/`operation` (empty: all) answers `code` with `status` in `percentage` of calls.
struct FaultRecord {
  std::string kind;
  std::string zone;
  std::string instance_type;
  std::string instance_id;
  std::string check;
  std::string service;
  std::string operation;
  std::string code;
  std::string message;
  std::int32_t status = 500;
  std::int32_t percentage = 100;
  bool operator==(const FaultRecord&) const = default;
};

template <class Visitor>
void visit_fields(FaultRecord& record, Visitor&& visit) {
  visit("kind", record.kind);
  visit("zone", record.zone);
  visit("instance_type", record.instance_type);
  visit("instance_id", record.instance_id);
  visit("check", record.check);
  visit("service", record.service);
  visit("operation", record.operation);
  visit("code", record.code);
  visit("message", record.message);
  visit("status", record.status);
  visit("percentage", record.percentage);
}

struct FaultState {
  explicit FaultState(const std::string& prefix) : active(prefix + "active") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(active);
  }
  world::Table<FaultRecord> active;
};

/// Every kind of fault that this version knows.
bool is_known(std::string_view kind);
/// The first thing wrong with a fault that a user wants to inject, in words; empty when it is well-formed.
std::string problem(const FaultRecord& fault);

bool zone_has_power(const FaultState& state, std::string_view zone);
/// True when an instance of this type can be launched in this zone.
bool has_capacity(const FaultState& state, std::string_view zone, std::string_view instance_type);
/// The error that a call must answer, if a rule hits it; `draw` is uniform in [0, 100).
std::optional<ApiError> api_error(const FaultState& state, const api::Operation& operation,
                                  std::uint64_t draw);

}  // namespace fallstreak::faults
