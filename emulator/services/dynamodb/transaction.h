#pragma once

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/dynamodb/transactions.h"
#include "dispatch/refusal.h"
#include "services/dynamodb/item_store.h"
#include "services/dynamodb/request_parts.h"

/// Transactions, whether they were asked for as actions or as statements.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
namespace fallstreak::services::dynamodb {

/// What one table's part of an operation consumed, in the order in which tables came.
class ConsumptionPerTable {
 public:
  Consumption& of(const std::string& table_name);
  [[nodiscard]] std::optional<std::vector<api::dynamodb::ConsumedCapacity>> answer(
      const std::optional<std::string>& wanted) const;
  [[nodiscard]] std::optional<std::vector<api::dynamodb::ConsumedCapacity>> answer_transaction(
      const std::optional<std::string>& wanted, Access access) const;
  /// Of the tables alone, without their indexes.
  [[nodiscard]] std::vector<std::pair<std::string, double>> units() const;

 private:
  std::vector<std::pair<std::string, Consumption>> tables_;
};

/// What a transaction does to one item. What it points to must outlive the transaction.
struct TransactionAction {
  enum class Kind { put, insert, update, remove, check } kind = Kind::put;
  /// As the request calls it.
  std::string table_name;
  const TableRecord* table = nullptr;
  /// Packed: the item to put, else its key.
  std::string attributes;
  const UpdateExpression* update = nullptr;
  const WriteCondition* condition = nullptr;
};

/// All or nothing: actions are added, then judged together, then done.
class Transaction {
 public:
  explicit Transaction(Context& context) : context_(context) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// Throws what refuses the whole request; what is wrong with this action alone cancels later.
  void add(TransactionAction action);
  /// Does everything, or throws TransactionCanceledException with a reason for each action.
  void commit();

  [[nodiscard]] const ConsumptionPerTable& consumption() const { return consumption_; }
  /// What reading the same items in a transaction costs.
  [[nodiscard]] const ConsumptionPerTable& reading() const { return reading_; }
  [[nodiscard]] api::Map<std::vector<api::dynamodb::ItemCollectionMetrics>> metrics(
      const std::optional<std::string>& wanted) const;

 private:
  using Reason = api::dynamodb::CancellationReason;
  struct Step {
    TransactionAction action;
    std::string key;
    std::string hash;
    const ItemRecord* old = nullptr;
    /// What is to be written, with the bytes it refers to.
    ItemRecord item;
    std::string storage;
    Reason reason{.Code = "None"};

    [[nodiscard]] bool is_put() const {
      return action.kind == TransactionAction::Kind::put ||
             action.kind == TransactionAction::Kind::insert;
    }
  };

  void place(Step& step);
  void judge(Step& step);
  void check_size() const;
  void cancel_unless_all_pass() const;
  [[nodiscard]] std::size_t place_of(const Step& step) const;
  Consumption put(const Step& step);
  void write(const Step& step);

  Context& context_;
  std::deque<Step> steps_;
  ConsumptionPerTable consumption_;
  ConsumptionPerTable reading_;
};

/// AWS: at most 4 MB in one transaction.
constexpr std::size_t kLargestTransaction = 4 * 1024 * 1024;
ApiError transaction_too_large();
ApiError several_operations_on_one_item();
ApiError transaction_canceled_exception(std::vector<api::dynamodb::CancellationReason> reasons);
/// A transaction of so many actions, of which the one at `place` was throttled. Chosen: the others
/// have no reason, whether they would have been throttled or not.
dispatch::TracedError transaction_throttled(const dispatch::TracedError& throttle,
                                            std::size_t count, std::size_t place);
ApiError idempotent_parameter_mismatch_exception();
/// The reason that an error is, when it is one of an action alone.
api::dynamodb::CancellationReason reason_of(const ApiError& error);

/// Remembers what was done with a token for ten minutes, so that repeating a request does nothing.
class IdempotencyToken {
 public:
  /// `request` is all that must be the same when the token comes again.
  IdempotencyToken(Context& context, const std::optional<std::string>& token, std::string request);
  /// What the first request would have consumed as reads, when this one repeats it. Refuses
  /// a different request.
  [[nodiscard]] std::optional<ConsumptionPerTable> repeated() const;
  void remember(const Transaction& transaction);

 private:
  Context& context_;
  std::optional<std::string> token_;
  std::uint64_t hash_ = 0;
};

}  // namespace fallstreak::services::dynamodb
