#include "services/dynamodb/statements.h"

#include <deque>

#include "services/dynamodb/payment.h"
#include "services/dynamodb/statement_execution.h"
#include "services/dynamodb/statement_plan.h"
#include "services/dynamodb/strong_groups.h"
#include "services/dynamodb/transaction.h"
#include "world/record_codec.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::BatchExecuteStatementInput;
using api::dynamodb::BatchExecuteStatementOutput;
using api::dynamodb::BatchStatementError;
using api::dynamodb::BatchStatementRequest;
using api::dynamodb::BatchStatementResponse;
using api::dynamodb::ExecuteStatementInput;
using api::dynamodb::ExecuteStatementOutput;
using api::dynamodb::ExecuteTransactionInput;
using api::dynamodb::ExecuteTransactionOutput;

void refuse_exists(const Statement& statement) {
  if (statement.kind != Statement::Kind::exists) return;
  throw validation_exception("EXISTS can only be used in ExecuteTransaction write requests.");
}

Consistency consistency_of(const std::optional<bool>& is_consistent) {
  return is_consistent.value_or(false) ? Consistency::strong : Consistency::eventual;
}

/// Refuses a SELECT that is about anything but one item of a table.
void check_reads_one_item(const Statement& statement, const TableRecord& table,
                          std::string_view operation) {
  check_index_is_simple(table, statement);
  const bool is_one = !statement.index && names_one_item(statement, table.keys) &&
                      !has_condition(statement, table.keys);
  if (is_one) return;
  throw validation_exception("Select statements within " + std::string(operation) +
                             " must specify the primary key in the where clause.");
}

// Batches.

std::string batch_code_of(const ApiError& error) {
  if (error.code == "ValidationException") return "ValidationError";
  if (error.code == "ThrottlingException") return "ThrottlingError";
  constexpr std::string_view kSuffix = "Exception";
  std::string code = error.code;
  if (code.ends_with(kSuffix)) code.resize(code.size() - kSuffix.size());
  return code;
}

BatchStatementError batch_error_of(const ApiError& error) {
  BatchStatementError shown{.Code = batch_code_of(error), .Message = error.message};
  if (error.members && error.code == "ConditionalCheckFailedException") {
    using Failed = api::dynamodb::ConditionalCheckFailedException;
    shown.Item = static_cast<const Failed*>(error.members.get())->Item;
  }
  return shown;
}

void run_of_batch(Context& context, const BatchStatementRequest& request,
                  ConsumptionPerTable& consumption, BatchStatementResponse& response) {
  Statement statement;
  parse_statement(*request.Statement, request.Parameters, statement);
  response.TableName = statement.table;
  refuse_exists(statement);
  if (!statement.is_read()) {
    StatementWrite write =
        write_statement(context, statement, request.ReturnValuesOnConditionCheckFailure);
    response.Item = std::move(write.returned);
    consumption.of(statement.table).add(write.consumption);
    return;
  }
  check_reads_one_item(statement, table_of(context, statement), "BatchExecuteStatement");
  StatementPage page =
      read_statement(context, statement, {.consistency = consistency_of(request.ConsistentRead)});
  if (!page.items.empty()) response.Item = std::move(page.items.front());
  consumption.of(statement.table).add(page.consumption);
}

// Transactions.

/// The statements of a transaction, which are all reads or all writes.
class StatementTransaction {
 public:
  StatementTransaction(Context& context, const ExecuteTransactionInput& request)
      : context_(context), request_(request) {
    // Observed: of parameters it is not told whose they are.
    for (const auto& given : *request.TransactStatements) {
      for (const ApiValue& value : api::each(given.Parameters)) check_value(value, Wording::older);
    }
    std::size_t index = 0;
    for (const auto& given : *request.TransactStatements) {
      try {
        Statement& statement = statements_.emplace_back();
        parse_statement(*given.Statement, given.Parameters, statement);
        check(statement);
      } catch (const ApiError& error) {
        if (error.code != "ValidationException") throw;
        throw validation_exception("Validation failed in TransactStatements[" +
                                   std::to_string(index) + "]: " + error.message);
      }
      ++index;
    }
  }

  [[nodiscard]] bool is_reading() const { return statements_.front().is_read(); }

  void read(ExecuteTransactionOutput& output) {
    ConsumptionPerTable consumption;
    auto& responses = output.Responses.emplace();
    for (const Statement& statement : statements_) {
      StatementPage page =
          read_statement(context_, statement, {.consistency = Consistency::strong, .times = 2});
      auto& response = responses.emplace_back();
      if (!page.items.empty()) response.Item = std::move(page.items.front());
      consumption.of(statement.table).add(page.consumption);
    }
    output.ConsumedCapacity =
        consumption.answer_transaction(request_.ReturnConsumedCapacity, Access::read);
  }

  void write(IdempotencyToken& token, ExecuteTransactionOutput& output) {
    Transaction transaction(context_);
    std::size_t index = 0;
    for (const Statement& statement : statements_) {
      const auto& returned =
          (*request_.TransactStatements)[index++].ReturnValuesOnConditionCheckFailure;
      transaction.add(action_of(statement, returned == "ALL_OLD"));
    }
    transaction.commit();
    token.remember(transaction);
    // Observed: writes have no responses, where reads have one each.
    output.Responses.emplace();
    output.ConsumedCapacity = transaction.consumption().answer_transaction(
        request_.ReturnConsumedCapacity, Access::write);
  }

 private:
  void check(const Statement& statement) {
    if (statement.returning != Statement::Returning::nothing)
      throw validation_exception("RETURNING clause is not supported in ExecuteTransaction.");
    if (statement.is_read() != statements_.front().is_read())
      throw validation_exception("Unsupported operation in transaction.");
    if (statement.index) {
      throw validation_exception(statement.is_read()
                                     ? "Reads on indices are not supported within transactions."
                                     : "Operations on indices are not supported in transactions");
    }
    const TableRecord& table = table_of(context_, statement);
    check_has_transactions(table);
    if (statement.is_read()) check_reads_one_item(statement, table, "ExecuteTransaction");
    if (statement.kind == Statement::Kind::exists &&
        (!names_one_item(statement, table.keys) || !has_condition(statement, table.keys))) {
      throw validation_exception(
          "EXISTS() must contain a single item read with additional condition");
    }
    if (statement.kind == Statement::Kind::update)
      static_cast<void>(key_item_of(statement, table.keys));
    if (statement.kind == Statement::Kind::remove)
      static_cast<void>(key_item_of(statement, table.keys));
  }

  TransactionAction action_of(const Statement& statement, bool returns_item) {
    using enum TransactionAction::Kind;
    const TableRecord& table = table_of(context_, statement);
    TransactionAction action{.table_name = statement.table, .table = &table};
    if (statement.kind == Statement::Kind::insert) {
      action.kind = insert;
      action.attributes = statement.item;
      return action;
    }
    const bool is_update = statement.kind == Statement::Kind::update;
    if (is_update) {
      action.kind = update;
    } else if (statement.kind == Statement::Kind::remove) {
      action.kind = remove;
    } else {
      action.kind = TransactionAction::Kind::check;
    }
    action.attributes = key_item_of(statement, table.keys);
    action.update = is_update ? &statement.update : nullptr;
    const bool must_exist = statement.kind != Statement::Kind::remove;
    action.condition = &conditions_.emplace_back(
        condition_of_write(statement, table.keys, must_exist), returns_item);
    return action;
  }

  Context& context_;
  const ExecuteTransactionInput& request_;
  std::deque<Statement> statements_;
  std::deque<WriteCondition> conditions_;
};

}  // namespace

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html
ExecuteStatementOutput execute_statement(Context& context, const ExecuteStatementInput& request) {
  Statement statement;
  parse_statement(*request.Statement, request.Parameters, statement);
  refuse_exists(statement);
  ExecuteStatementOutput output;
  if (!statement.is_read()) {
    StatementWrite write =
        write_statement(context, statement, request.ReturnValuesOnConditionCheckFailure);
    auto& items = output.Items.emplace();
    if (write.returned) items.push_back(std::move(*write.returned));
    output.ConsumedCapacity =
        write.consumption.answer(request.ReturnConsumedCapacity, statement.table);
    return output;
  }
  StatementPage page =
      read_statement(context, statement,
                     {.consistency = consistency_of(request.ConsistentRead),
                      .limit = request.Limit,
                      .next_token = request.NextToken,
                      .identity = identity_of(*request.Statement, request.Parameters)});
  output.Items = std::move(page.items);
  output.NextToken = std::move(page.next_token);
  output.LastEvaluatedKey = std::move(page.last_evaluated_key);
  output.ConsumedCapacity =
      page.consumption.answer(request.ReturnConsumedCapacity, statement.table);
  return output;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html
BatchExecuteStatementOutput batch_execute_statement(Context& context,
                                                    const BatchExecuteStatementInput& request) {
  BatchExecuteStatementOutput output;
  ConsumptionPerTable consumption;
  auto& responses = output.Responses.emplace();
  for (const BatchStatementRequest& statement : *request.Statements) {
    auto& response = responses.emplace_back();
    try {
      world::Transaction attempt(context.world());
      run_of_batch(context, statement, consumption, response);
      attempt.commit();
    } catch (const dispatch::TracedError& error) {
      note_trace(context, trace_of(error));
      response.Error = batch_error_of(error);
    } catch (const ApiError& error) {
      response.Error = batch_error_of(error);
    }
  }
  output.ConsumedCapacity = consumption.answer(request.ReturnConsumedCapacity);
  return output;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteTransaction.html
ExecuteTransactionOutput execute_transaction(Context& context,
                                             const ExecuteTransactionInput& request) {
  StatementTransaction transaction(context, request);
  ExecuteTransactionOutput output;
  std::string identity;
  if (request.ClientRequestToken) world::encode(*request.TransactStatements, identity);
  IdempotencyToken token(context, request.ClientRequestToken, std::move(identity));
  if (const auto repeated = token.repeated()) {
    output.Responses.emplace();
    output.ConsumedCapacity =
        repeated->answer_transaction(request.ReturnConsumedCapacity, Access::read);
    return output;
  }
  if (transaction.is_reading()) {
    transaction.read(output);
  } else {
    transaction.write(token, output);
  }
  return output;
}

}  // namespace fallstreak::services::dynamodb
