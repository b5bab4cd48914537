#pragma once

#include <string>

#include "dispatch/context.h"
#include "services/dynamodb/metering_records.h"
#include "services/dynamodb/records.h"
#include "world/table.h"

namespace fallstreak::services::dynamodb {

/// The tables of one account in one region, with all their items.
struct State {
  explicit State(const std::string& prefix)
      : tables(prefix + "tables"),
        items(prefix + "items"),
        contents(prefix + "contents"),
        collections(prefix + "collections"),
        sequences(prefix + "sequences"),
        tokens(prefix + "tokens"),
        token_uses(prefix + "token-uses"),
        expiries(prefix + "expiries"),
        expiry_sweeps(prefix + "expiry-sweeps"),
        streams(prefix + "streams"),
        changes(prefix + "changes"),
        backups(prefix + "backups"),
        past(prefix + "past"),
        policies(prefix + "policies"),
        insights(prefix + "insights"),
        destinations(prefix + "destinations"),
        meters(prefix + "meters"),
        partitions(prefix + "partitions"),
        usage(prefix + "usage"),
        calls(prefix + "calls"),
        versions(prefix + "versions"),
        version_ends(prefix + "version-ends"),
        replications(prefix + "replications"),
        outgoing(prefix + "outgoing"),
        write_stamps(prefix + "write-stamps"),
        tombstones(prefix + "tombstones"),
        exports(prefix + "exports"),
        imports(prefix + "imports"),
        job_tokens(prefix + "job-tokens") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(tables);
    visit(items);
    visit(contents);
    visit(collections);
    visit(sequences);
    visit(tokens);
    visit(token_uses);
    visit(expiries);
    visit(expiry_sweeps);
    visit(streams);
    visit(changes);
    visit(backups);
    visit(past);
    visit(policies);
    visit(insights);
    visit(destinations);
    visit(meters);
    visit(partitions);
    visit(usage);
    visit(calls);
    visit(versions);
    visit(version_ends);
    visit(replications);
    visit(outgoing);
    visit(write_stamps);
    visit(tombstones);
    visit(exports);
    visit(imports);
    visit(job_tokens);
  }

  world::Table<TableRecord> tables;
  /// The items of all tables and the entries of all indexes, by the keys of keys.h.
  world::Table<ItemRecord> items;
  world::Table<ContentsRecord> contents;
  /// By the beginning of their items' keys; only where there are local indexes.
  world::Table<CollectionRecord> collections;
  world::Table<SequenceRecord> sequences;
  world::Table<TokenRecord> tokens;
  /// By time, so that what is too old is found first.
  world::Table<TokenUseRecord> token_uses;
  /// By table, time and item.
  world::Table<ExpiryRecord> expiries;
  world::Table<ExpirySweepRecord> expiry_sweeps;
  world::Table<StreamRecord> streams;
  world::Table<ChangeRecord> changes;
  world::Table<BackupRecord> backups;
  world::Table<PastRecord> past;
  /// These by the table's name, a slash, and the stream, the index or the destination.
  world::Table<PolicyRecord> policies;
  world::Table<InsightsRecord> insights;
  world::Table<DestinationRecord> destinations;
  /// What is left of the capacity of tables and indexes, by their id.
  world::Table<MeterRecord> meters;
  /// By their first key.
  world::Table<PartitionRecord> partitions;
  /// The metrics of this minute.
  world::Table<UsageRecord> usage;
  /// By operation.
  world::Table<CallsRecord> calls;
  /// What rows of `items` were, by their key and a moment, and when that can be forgotten.
  world::Table<VersionRecord> versions;
  world::Table<VersionEndRecord> version_ends;
  /// Of global tables; see replication.h. By table and region, the changes in their order.
  world::Table<ReplicationRecord> replications;
  world::Table<OutgoingRecord> outgoing;
  /// By the item's key.
  world::Table<WriteStampRecord> write_stamps;
  /// By table and time.
  world::Table<TombstoneRecord> tombstones;
  /// By the table's name, a slash, and a label.
  world::Table<ExportRecord> exports;
  world::Table<ImportRecord> imports;
  world::Table<JobTokenRecord> job_tokens;
};
using Context = dispatch::Context<State>;

}  // namespace fallstreak::services::dynamodb
