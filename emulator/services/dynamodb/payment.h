#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "services/dynamodb/capacity.h"
#include "services/dynamodb/page.h"
#include "services/dynamodb/throttling.h"
#include "world/world.h"

/// What requests pay with the capacity of tables, where that is counted: `table.is_metered()` is to
/// be asked first, so that it costs the others nothing.
namespace fallstreak::services::dynamodb {

/// Counts what was consumed at a key, and takes it of what the table, its indexes and their
/// partitions can serve. Throws when there is nothing left. Chosen: what is there serves a request
/// however large, and what that takes too much is missing afterwards, because what a request
/// consumes is known at its end. `times`: a transaction consumes twice.
void pay(Context& context, const TableRecord& table, std::string_view key, Access access,
         const Consumption& consumption, double times = 1);
/// The same for one page of a Query or a Scan. Chosen: the partition is that of its first key.
void pay_for_page(Context& context, const PageRequest& request, const Page& page,
                  std::string_view operation);

/// Checks the condition of a write. AWS: a write that fails it consumes what the item there costs.
template <class Condition>
void check_condition(Context& context, const TableRecord& table, std::string_view key,
                     const Condition& condition, const ItemRecord* old);
void pay_for_failed_condition(Context& context, const Trace& trace);

/// What was unused so far stays what it is when the capacity changes. To be called before.
void settle_capacity(Context& context, const TableRecord& table);

/// Does a part of a batch, or undoes it and gives its throttles. Throws other errors.
template <class Part>
std::optional<dispatch::TracedError> throttle_of(Context& context, Part&& part);

/// The parts of a batch that were throttled.
class BatchThrottles {
 public:
  template <class Part>
  bool is_done(Context& context, Part&& part) {
    auto throttle = throttle_of(context, std::forward<Part>(part));
    if (throttle) add(std::move(*throttle));
    return !throttle;
  }
  /// AWS: a batch of which nothing could be done fails; of another, what was throttled stays to be
  /// asked for again.
  void finish(Context& context, std::size_t parts) const;

 private:
  void add(dispatch::TracedError throttle);
  Trace trace_;
  std::optional<ApiError> last_;
};

/// The error of a failed condition, with what it consumed.
dispatch::TracedError paid_failure(Context& context, const TableRecord& table, std::string_view key,
                                   const ItemRecord* old, ApiError error);

template <class Condition>
void check_condition(Context& context, const TableRecord& table, std::string_view key,
                     const Condition& condition, const ItemRecord* old) {
  if (!table.is_metered()) {
    condition.check(old);
    return;
  }
  try {
    condition.check(old);
  } catch (ApiError& error) {
    if (error.code != "ConditionalCheckFailedException") throw;
    throw paid_failure(context, table, key, old, std::move(error));
  }
}

template <class Part>
std::optional<dispatch::TracedError> throttle_of(Context& context, Part&& part) {
  try {
    world::Transaction attempt(context.world());
    part();
    attempt.commit();
    return std::nullopt;
  } catch (dispatch::TracedError& error) {
    if (!is_throttle(error)) throw;
    return std::move(error);
  }
}

}  // namespace fallstreak::services::dynamodb
