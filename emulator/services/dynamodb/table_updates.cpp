#include <algorithm>

#include "services/dynamodb/account_limits.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/index_fill.h"
#include "services/dynamodb/keys.h"
#include "services/dynamodb/metrics.h"
#include "services/dynamodb/payment.h"
#include "services/dynamodb/peer.h"
#include "services/dynamodb/replicas.h"
#include "services/dynamodb/stream.h"
#include "services/dynamodb/table_access.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/table_schema.h"
#include "services/dynamodb/table_settings.h"
#include "services/dynamodb/table_storage.h"
#include "services/dynamodb/tables.h"
#include "services/dynamodb/throughput.h"
#include "services/dynamodb/timing.h"
#include "world/record_codec.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::CreateGlobalSecondaryIndexAction;
using api::dynamodb::GlobalSecondaryIndexUpdate;
using api::dynamodb::UpdateGlobalSecondaryIndexAction;
using api::dynamodb::UpdateTableInput;

const std::vector<GlobalSecondaryIndexUpdate>& index_updates(const UpdateTableInput& request) {
  static const std::vector<GlobalSecondaryIndexUpdate> none;
  return request.GlobalSecondaryIndexUpdates ? *request.GlobalSecondaryIndexUpdates : none;
}

/// What can be refused whatever the table.
void check_request(const UpdateTableInput& request) {
  if (request.ReplicaUpdates || request.GlobalTableWitnessUpdates)
    return check_replica_updates(request);
  const bool has_change =
      request.BillingMode || request.ProvisionedThroughput || !index_updates(request).empty() ||
      request.SSESpecification || request.TableClass || request.DeletionProtectionEnabled ||
      request.OnDemandThroughput || request.WarmThroughput || request.StreamSpecification;
  if (!has_change) {
    throw validation_exception(
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
        "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required");
  }
  if (request.ProvisionedThroughput) check_bounds(*request.ProvisionedThroughput);
  std::vector<std::string> names;
  for (const GlobalSecondaryIndexUpdate& update : index_updates(request)) {
    const int actions = (update.Create ? 1 : 0) + (update.Update ? 1 : 0) + (update.Delete ? 1 : 0);
    if (actions != 1) {
      throw invalid_parameter_values(
          "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
          "GlobalSecondaryIndexUpdate.Delete must not be null");
    }
    const std::string& name = update.Create   ? *update.Create->IndexName
                              : update.Update ? *update.Update->IndexName
                                              : *update.Delete->IndexName;
    if (std::ranges::find(names, name) != names.end()) {
      throw invalid_parameter_values(
          "Only one global secondary index update per index is allowed simultaneously. Index: " +
          name);
    }
    names.push_back(name);
  }
  if (request.BillingMode == "PAY_PER_REQUEST" && request.ProvisionedThroughput)
    throw capacity_in_on_demand_mode();
}

IndexRecord* find_global(TableRecord& table, std::string_view name) {
  const auto found = std::ranges::find(table.indexes, name, &IndexRecord::name);
  const bool is_there = found != table.indexes.end() && found->kind == IndexKind::global;
  return is_there ? &*found : nullptr;
}

/// AWS: a request's definitions add to those of the table; what is defined already stays as it is.
void add_definitions(const IndexRecord& index, TableRecord& table) {
  for (const KeyAttribute* key : KeyAttributes(index.keys)) {
    auto& known = table.attribute_definitions;
    if (std::ranges::find(known, key->name, &KeyAttribute::name) == known.end())
      known.push_back(*key);
  }
}

/// The definitions that no key uses any more go with the index that used them.
void drop_unused_definitions(TableRecord& table) {
  const auto is_unused = [&](const KeyAttribute& definition) {
    return !table.keys.has(definition.name) &&
           std::ranges::none_of(table.indexes, [&](const IndexRecord& index) {
             return index.keys.has(definition.name);
           });
  };
  std::erase_if(table.attribute_definitions, is_unused);
}

/// A request to change a table, checked step by step on a copy of the table's record.
class TableUpdate {
 public:
  TableUpdate(Context& context, const UpdateTableInput& request, TableRecord table)
      : context_(context), request_(request), table_(std::move(table)) {}

  /// Checks everything and notes which indexes change.
  TableRecord start() {
    check_capacity(context_, request_, table_);
    if (request_.StreamSpecification) {
      check_stream_change(*request_.StreamSpecification, *request_.TableName, table_);
    }
    if (request_.OnDemandThroughput) {
      check_on_demand_throughput(*request_.OnDemandThroughput, mode_after(request_, table_),
                                 Operation::update_table);
    }
    if (request_.WarmThroughput)
      check_warm_throughput(*request_.WarmThroughput, table_.warm_throughput, "table");
    if (request_.SSESpecification)
      static_cast<void>(read_encryption(context_, *request_.SSESpecification));
    check_one_index_at_a_time();
    check_every_index_has_capacity();
    for (const GlobalSecondaryIndexUpdate& update : index_updates(request_)) {
      if (update.Create) create_index(*update.Create);
      if (update.Update) update_index(*update.Update);
      if (update.Delete) delete_index(*update.Delete->IndexName);
    }
    table_.status = TableStatus::updating;
    return std::move(table_);
  }

 private:
  void check_one_index_at_a_time() const {
    std::size_t count = 0;
    for (const GlobalSecondaryIndexUpdate& update : index_updates(request_))
      count += update.Create || update.Delete ? 1 : 0;
    const auto is_building = [](const IndexRecord& index) { return !index.is_filled(); };
    if (count > 0 && std::ranges::any_of(table_.indexes, is_building)) ++count;
    if (count > 1) {
      throw limit_exceeded_exception(
          "Only 1 online index can be created or deleted simultaneously per table");
    }
  }

  /// AWS: a table that becomes provisioned needs capacity for all its global indexes.
  void check_every_index_has_capacity() const {
    if (mode_after(request_, table_) == table_.billing_mode) return;
    if (table_.billing_mode == BillingMode::provisioned) return;
    for (const IndexRecord& index : table_.indexes) {
      if (index.kind == IndexKind::local) continue;
      const auto sets_it = [&](const GlobalSecondaryIndexUpdate& update) {
        return update.Update && update.Update->IndexName == index.name &&
               update.Update->ProvisionedThroughput;
      };
      if (std::ranges::any_of(index_updates(request_), sets_it)) continue;
      throw invalid_parameter_values(
          "ReadCapacityUnits and WriteCapacityUnits must both be specified for index: " +
          index.name);
    }
  }

  void create_index(const CreateGlobalSecondaryIndexAction& action) {
    const auto& indexes = table_.indexes;
    if (std::ranges::find(indexes, *action.IndexName, &IndexRecord::name) != indexes.end()) {
      throw validation_exception("Attempting to create an index which already exists");
    }
    IndexRecord index =
        checked_global_index(action, request_.AttributeDefinitions, mode_after(request_, table_));
    const auto is_global = [](const IndexRecord& one) { return one.kind == IndexKind::global; };
    if (static_cast<std::size_t>(std::ranges::count_if(indexes, is_global)) >= kMostGlobalIndexes) {
      // Observed.
      throw limit_exceeded_exception(
          "Number of global secondary indexes exceeds per-table limit of 20");
    }
    index.id = new_storage_id(context_);
    index.status = IndexStatus::creating;
    make_contents(context_, index.id);
    add_definitions(index, table_);
    table_.indexes.push_back(std::move(index));
    // Sorted, because messages name the first index that is concerned.
    std::ranges::sort(table_.indexes, {}, &IndexRecord::name);
  }

  void update_index(const UpdateGlobalSecondaryIndexAction& action) {
    IndexRecord* index = find_global(table_, *action.IndexName);
    if (index == nullptr) {
      throw validation_exception(
          "This operation cannot be performed with given input values. Please contact DynamoDB "
          "service team for more info: Action Blocked: IndexUpdate");
    }
    check_index_capacity(action, mode_after(request_, table_),
                         mode_after(request_, table_) == table_.billing_mode, *index);
    if (action.OnDemandThroughput) {
      check_on_demand_throughput(*action.OnDemandThroughput, mode_after(request_, table_),
                                 Operation::update_table);
    }
    if (action.WarmThroughput) {
      check_warm_throughput(*action.WarmThroughput, index->warm_throughput,
                            "index: " + index->name);
    }
    index->status = IndexStatus::updating;
  }

  void delete_index(std::string_view name) {
    IndexRecord* index = find_global(table_, name);
    // Observed: AWS calls the index a table here.
    if (index == nullptr) throw table_not_found(name);
    index->status = IndexStatus::deleting;
  }

  Context& context_;
  const UpdateTableInput& request_;
  TableRecord table_;
};

void apply_settings(Context& context, const UpdateTableInput& request, TableRecord& table) {
  apply_capacity(context, request, table);
  if (request.OnDemandThroughput) table.on_demand_throughput = request.OnDemandThroughput;
  if (request.WarmThroughput) table.warm_throughput = request.WarmThroughput;
  if (request.DeletionProtectionEnabled)
    table.is_protected_from_deletion = *request.DeletionProtectionEnabled;
  if (request.SSESpecification)
    table.encryption = read_encryption(context, *request.SSESpecification);
  if (request.TableClass && *request.TableClass != table.table_class) {
    table.table_class = *request.TableClass;
    table.table_class_changed = context.now();
  }
}

void apply_index_updates(const UpdateTableInput& request, TableRecord& table) {
  for (const GlobalSecondaryIndexUpdate& update : index_updates(request)) {
    if (!update.Update) continue;
    IndexRecord& index = *find_global(table, *update.Update->IndexName);
    apply_index_capacity(*update.Update, index);
    index.status = IndexStatus::active;
  }
}

void drop_deleted_indexes(Context& context, TableRecord& table) {
  for (const IndexRecord& index : table.indexes) {
    if (index.status == IndexStatus::deleting) clear_contents(context, index.id);
  }
  std::erase_if(table.indexes,
                [](const IndexRecord& index) { return index.status == IndexStatus::deleting; });
  drop_unused_definitions(table);
}

/// A backfill that is told of every minute.
struct Backfill {
  std::uint64_t index_id = 0;
  Time begin{};
  Duration duration{};
};
template <class Visitor>
void visit_fields(Backfill& backfill, Visitor&& visit) {
  visit("index_id", backfill.index_id);
  visit("begin", backfill.begin);
  visit("duration", backfill.duration);
}

void schedule_progress(Context& context, std::string_view name, const Backfill& backfill) {
  const Time next = context.now() + std::chrono::minutes(1);
  if (next >= backfill.begin + backfill.duration) return;
  std::string payload;
  world::encode(backfill, payload);
  context.schedule(std::chrono::minutes(1), kIndexProgresses, name, std::move(payload));
}

void begin_backfill(Context& context, std::string_view name, TableRecord& table) {
  for (IndexRecord& index : table.indexes) {
    if (index.status != IndexStatus::creating || index.is_backfilling) continue;
    index.is_backfilling = true;
    const auto bytes = contents_of(context, table.id).size_bytes;
    const Duration duration =
        kBackfillLeast + std::chrono::seconds(bytes / kBackfillBytesPerSecond);
    context.schedule(duration, kIndexFilled, name, std::to_string(index.id));
    if (table.is_metered()) schedule_progress(context, name, {index.id, context.now(), duration});
  }
}

Duration time_of(const UpdateTableInput& request, const TableRecord& table) {
  const auto& updates = index_updates(request);
  const bool has_new_index =
      std::ranges::any_of(updates, [](const auto& update) { return update.Create.has_value(); });
  if (has_new_index) return kAllocateIndex;
  const bool has_less =
      std::ranges::any_of(updates, [](const auto& update) { return update.Delete.has_value(); });
  if (has_less) return kDeleteIndex;
  return mode_after(request, table) == table.billing_mode ? kUpdateTable : kSwitchBillingMode;
}

/// Shows what changes; the rest is done when the time is over.
const TableRecord& begin_update(Context& context, const std::string& name,
                                const UpdateTableInput& request, const TableRecord& table) {
  check_members_are_settled(table);
  if (table.status == TableStatus::updating) throw table_being_updated(name);
  const Duration duration = time_of(request, table);
  check_may_change_tables(context);
  TableRecord updated = TableUpdate(context, request, table).start();
  check_account_capacity(context, name, with_capacity(request, table));
  // AWS: the answer has the new stream's ARN already.
  if (request.StreamSpecification)
    apply_stream(context, *request.StreamSpecification, name, updated);
  std::string change;
  world::encode(request, change);
  context.schedule(duration, kTableUpdated, name, std::move(change));
  context.state.tables.put(name, std::move(updated));
  return *context.state.tables.find(name);
}

}  // namespace

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
api::dynamodb::UpdateTableOutput update_table(Context& context, const UpdateTableInput& request) {
  const std::string name(table_name_of(context, *request.TableName));
  check_request(request);
  const TableRecord* table = context.state.tables.find(name);
  if (table == nullptr) throw table_not_found(name);
  if (table->status == TableStatus::creating) throw table_being_created(name);
  if (table->status == TableStatus::deleting) throw table_being_deleted(name);
  if (request.ReplicaUpdates || request.GlobalTableWitnessUpdates)
    return update_replicas(context, name, request);

  const TableRecord before = *table;
  const TableRecord& updated = begin_update(context, name, request, *table);
  api::dynamodb::UpdateTableOutput output{.TableDescription = describe(context, name, updated)};
  for (const ReplicaRecord& replica : before.replicas) {
    Peer peer(context, replica.region);
    const TableRecord& member = *peer.context.state.tables.find(name);
    const UpdateTableInput shared = shared_part(request, before, member);
    if (changes_settings(shared)) begin_update(peer.context, name, shared, member);
  }
  return output;
}

void table_updated(Context& context, const world::Event& event) {
  UpdateTableInput request;
  const auto problem = world::decode(event.payload, request);
  CHECK(!problem) << *problem;
  TableRecord table = *context.state.tables.find(event.entity);
  const TableRecord before = table;
  settle_capacity(context, table);
  apply_settings(context, request, table);
  apply_index_updates(request, table);
  drop_deleted_indexes(context, table);
  begin_backfill(context, event.entity, table);
  table.status = TableStatus::active;
  hold_provisioned(context, event.entity, &before, &table);
  if (table.is_metered()) hold_account(context, event.entity, &table);
  if (table.is_global) tell_own_reads(context, event.entity, table);
  context.state.tables.put(event.entity, std::move(table));
}

void index_progresses(Context& context, const world::Event& event) {
  Backfill backfill;
  const auto problem = world::decode(event.payload, backfill);
  CHECK(!problem) << *problem;
  const TableRecord* table = context.state.tables.find(event.entity);
  if (table == nullptr || !table->is_metered()) return;
  const auto index = std::ranges::find(table->indexes, backfill.index_id, &IndexRecord::id);
  if (index == table->indexes.end() || !index->is_backfilling) return;
  const auto seconds = [](Duration time) { return std::chrono::duration<double>(time).count(); };
  const double share = seconds(context.now() - backfill.begin) / seconds(backfill.duration);
  count_metric(context, {"OnlineIndexPercentageProgress", event.entity, index->name, {}},
               100 * share);
  schedule_progress(context, event.entity, backfill);
}

void index_filled(Context& context, const world::Event& event) {
  const TableRecord* found = context.state.tables.find(event.entity);
  if (found == nullptr || !found->is_usable()) return;
  TableRecord table = *found;
  const auto index = std::ranges::find(table.indexes, std::stoull(event.payload), &IndexRecord::id);
  // The table or the index may have gone in the meantime, and others may have their names.
  if (index == table.indexes.end() || !index->is_backfilling) return;
  index->is_backfilling = false;
  index->status = IndexStatus::active;
  const double units = fill_index(context, table, *index);
  if (table.is_metered()) {
    count_metric(context, {"OnlineIndexPercentageProgress", event.entity, index->name, {}}, 100);
    if (units > 0)
      count_metric(context, {"OnlineIndexConsumedWriteCapacity", event.entity, index->name, {}},
                   units);
  }
  context.state.tables.put(event.entity, std::move(table));
}

}  // namespace fallstreak::services::dynamodb
