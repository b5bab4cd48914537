#include "services/dynamodb/control_plane.h"

#include <algorithm>
#include <array>
#include <string>

#include "dispatch/dynamodb_realism.h"
#include "services/dynamodb/errors.h"

namespace fallstreak::services::dynamodb {
namespace {

struct CallRate {
  std::string_view operation;
  double per_second;
};
/// AWS: of all calls together.
constexpr CallRate kAll{"*", 2500};
/// AWS: on the operations' own pages.
constexpr std::array kRates{
    CallRate{"CreateBackup", 50},         CallRate{"DeleteBackup", 10},
    CallRate{"DescribeBackup", 10},       CallRate{"DescribeContinuousBackups", 10},
    CallRate{"DescribeLimits", 1.0 / 60}, CallRate{"DescribeStream", 10},
    CallRate{"ListBackups", 5},           CallRate{"ListStreams", 5},
    CallRate{"ListTagsOfResource", 10},   CallRate{"RestoreTableFromBackup", 10},
    CallRate{"TagResource", 5},           CallRate{"UntagResource", 5}};

constexpr std::array kOfItems{std::string_view("BatchExecuteStatement"),
                              std::string_view("BatchGetItem"),
                              std::string_view("BatchWriteItem"),
                              std::string_view("DeleteItem"),
                              std::string_view("ExecuteStatement"),
                              std::string_view("ExecuteTransaction"),
                              std::string_view("GetItem"),
                              std::string_view("PutItem"),
                              std::string_view("Query"),
                              std::string_view("Scan"),
                              std::string_view("TransactGetItems"),
                              std::string_view("TransactWriteItems"),
                              std::string_view("UpdateItem")};

/// Observed: the words, by https://github.com/aws/aws-sdk-java-v2/issues/470.
ApiError rate_exceeded() { return {"ThrottlingException", "Rate exceeded"}; }

/// False when there was one too many.
bool take(State& state, const CallRate& rate, Time now) {
  const double most = std::max(1.0, rate.per_second);
  CallsRecord calls{.left = most, .since = now};
  if (const CallsRecord* known = state.calls.find(rate.operation)) {
    const double seconds = std::chrono::duration<double>(now - known->since).count();
    calls.left = std::min(most, known->left + rate.per_second * seconds);
  }
  // Sixty times a sixtieth is not quite one.
  constexpr double kAlmostOne = 1 - 1e-6;
  if (calls.left < kAlmostOne) return false;
  calls.left -= 1;
  state.calls.put(std::string(rate.operation), calls);
  return true;
}

bool take_all(State& state, std::string_view operation, Time now) {
  const auto own = std::ranges::find(kRates, operation, &CallRate::operation);
  return take(state, kAll, now) && (own == kRates.end() || take(state, *own, now));
}

}  // namespace

bool is_of_items(std::string_view operation) {
  return std::ranges::find(kOfItems, operation) != kOfItems.end();
}

void check_call_rate(world::World& world, State& state, std::string_view operation) {
  if (dispatch::dynamodb_realism(world).capacity != dispatch::CapacityMode::enforced) return;
  if (!take_all(state, operation, world.now())) throw rate_exceeded();
}

void count_refused_call(world::World& world, State& state, std::string_view operation) {
  if (dispatch::dynamodb_realism(world).capacity != dispatch::CapacityMode::enforced) return;
  if (is_of_items(operation)) return;
  static_cast<void>(take_all(state, operation, world.now()));
}

}  // namespace fallstreak::services::dynamodb
