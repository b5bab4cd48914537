#include <map>
#include <random>

#include "client/dynamodbstreams.h"
#include "dynamodb_test.h"

namespace fallstreak::dynamodb_test {
namespace {

/// What the table should hold: plain maps, changed by plain code.
using Model = std::map<std::pair<std::string, int>, std::map<std::string, Value>>;

/// A value of a stream as one of a table.
Value converted(const api::dynamodbstreams::AttributeValue& value) {
  Value result{.S = value.S,
               .N = value.N,
               .B = value.B,
               .SS = value.SS,
               .NS = value.NS,
               .BS = value.BS,
               .NULL_ = value.NULL_,
               .BOOL = value.BOOL};
  if (value.M) {
    result.M.emplace();
    for (const auto& [name, inner] : *value.M) result.M->push_back({name, converted(inner)});
  }
  if (value.L) {
    result.L.emplace();
    for (const auto& inner : *value.L) result.L->push_back(converted(inner));
  }
  return result;
}

/// Seeded sequences of writes and reads, each answer compared with a model.
class RandomOperations : public DynamoDbTest {
 protected:
  RandomOperations() { create_table("things", {"pk:S", "sk:N"}); }

  int draw(int below) { return static_cast<int>(dice_() % static_cast<unsigned>(below)); }
  Value draw_value() {
    switch (draw(6)) {
      case 0:
        return N(std::to_string(draw(2000) - 1000));
      case 1:
        return S(std::string(static_cast<std::size_t>(draw(40)), 'x'));
      case 2:
        return SS({"m" + std::to_string(draw(3)), "z"});
      case 3:
        return L({N("1"), S("e"), Bool(draw(2) == 0)});
      case 4:
        return M({{"a", N(std::to_string(draw(9)))}, {"b", Null()}});
      default:
        return B(std::string(static_cast<std::size_t>(draw(4)), '\0'));
    }
  }
  std::pair<std::string, int> draw_key() { return {"p" + std::to_string(draw(4)), draw(12) - 6}; }
  static Item key_of(const Model::key_type& key) {
    return {{"pk", S(key.first)}, {"sk", N(std::to_string(key.second))}};
  }
  static Item item_of(const Model::value_type& row) {
    std::map<std::string, Value> attributes = row.second;
    attributes["pk"] = S(row.first.first);
    attributes["sk"] = N(std::to_string(row.first.second));
    Item item;
    for (const auto& [name, value] : attributes) item.push_back({name, value});
    return item;
  }

  void put_somewhere() {
    const auto key = draw_key();
    std::map<std::string, Value> attributes;
    for (int count = draw(4); count > 0; --count)
      attributes["a" + std::to_string(draw(5))] = draw_value();
    const bool only_new = draw(3) == 0;
    const auto outcome = dynamodb.put_item(
        {.TableName = "things",
         .Item = item_of({key, attributes}),
         .ConditionExpression =
             only_new ? std::optional<std::string>("attribute_not_exists(pk)") : std::nullopt});
    const bool is_refused = only_new && model_.contains(key);
    ASSERT_EQ(outcome.has_value(), !is_refused);
    if (!is_refused) model_[key] = attributes;
  }

  void update_somewhere() {
    const auto key = draw_key();
    const std::string set_name = "a" + std::to_string(draw(5));
    const std::string removed_name = "r" + std::to_string(draw(2));
    const Value value = draw_value();
    const int step = draw(20) - 10;
    must(dynamodb.update_item(
        {.TableName = "things",
         .Key = key_of(key),
         .UpdateExpression = "SET " + set_name + " = :v REMOVE " + removed_name + " ADD n :step",
         .ExpressionAttributeValues = {{{":v", value}, {":step", N(std::to_string(step))}}}}));
    auto& attributes = model_[key];
    attributes[set_name] = value;
    attributes.erase(removed_name);
    const int before = attributes.contains("n") ? std::stoi(*attributes["n"].N) : 0;
    attributes["n"] = N(std::to_string(before + step));
  }

  void delete_somewhere() {
    const auto key = draw_key();
    const auto answer = must(dynamodb.delete_item(
        {.TableName = "things", .Key = key_of(key), .ReturnValues = "ALL_OLD"}));
    const auto row = model_.find(key);
    ASSERT_EQ(answer.Attributes.has_value(), row != model_.end());
    if (row == model_.end()) return;
    EXPECT_EQ(*answer.Attributes, item_of(*row));
    model_.erase(row);
  }

  void query_somewhere() {
    const std::string partition = "p" + std::to_string(draw(4));
    const int low = draw(12) - 6;
    const int high = low + draw(6);
    const bool forward = draw(2) == 0;
    std::vector<Item> expected;
    for (const auto& row : model_) {
      if (row.first.first != partition || row.first.second < low || row.first.second > high)
        continue;
      expected.insert(forward ? expected.end() : expected.begin(), item_of(row));
    }
    std::vector<Item> found;
    std::optional<Item> start;
    do {
      const auto page = must(
          dynamodb.query({.TableName = "things",
                          .Limit = 1 + draw(4),
                          .ScanIndexForward = forward,
                          .ExclusiveStartKey = start,
                          .KeyConditionExpression = "pk = :p AND sk BETWEEN :low AND :high",
                          .ExpressionAttributeValues = {{{":p", S(partition)},
                                                         {":low", N(std::to_string(low))},
                                                         {":high", N(std::to_string(high))}}}}));
      found.insert(found.end(), page.Items->begin(), page.Items->end());
      start = page.LastEvaluatedKey;
    } while (start);
    EXPECT_EQ(found, expected);
  }

  /// What a table is when all that its stream tells is done to nothing.
  std::map<std::string, Item> replayed(const std::string& stream_arn) {
    client::DynamoDbStreams streams(transport);
    const auto shards =
        *must(streams.describe_stream({.StreamArn = stream_arn})).StreamDescription->Shards;
    auto iterator = must(streams.get_shard_iterator({.StreamArn = stream_arn,
                                                     .ShardId = shards.front().ShardId,
                                                     .ShardIteratorType = "TRIM_HORIZON"}))
                        .ShardIterator;
    std::map<std::string, Item> items;
    while (true) {
      const auto page = must(streams.get_records({.ShardIterator = iterator, .Limit = 100}));
      for (const auto& record : *page.Records) {
        const auto& change = *record.dynamodb;
        std::string key =
            *api::find(*change.Keys, "pk")->S + "/" + *api::find(*change.Keys, "sk")->N;
        items.erase(key);
        if (!change.NewImage) continue;
        Item item;
        for (const auto& [name, value] : *change.NewImage) item.push_back({name, converted(value)});
        items[key] = item;
      }
      if (page.Records->empty()) return items;
      iterator = page.NextShardIterator;
    }
  }
  static std::map<std::string, Item> items_of(const Model& model) {
    std::map<std::string, Item> items;
    for (const auto& row : model)
      items[row.first.first + "/" + std::to_string(row.first.second)] = item_of(row);
    return items;
  }

  void compare_everything(const std::string& table = "things") {
    const auto scanned = must(dynamodb.scan({.TableName = table}));
    std::map<std::pair<std::string, int>, Item> found;
    for (const auto& item : *scanned.Items) {
      found[{*api::find(item, "pk")->S, std::stoi(*api::find(item, "sk")->N)}] = item;
    }
    ASSERT_EQ(scanned.Items->size(), model_.size());
    for (const auto& row : model_) EXPECT_EQ(found[row.first], item_of(row));
    EXPECT_EQ(must(dynamodb.describe_table({.TableName = table})).Table->ItemCount,
              static_cast<std::int64_t>(model_.size()));
  }

  void run(unsigned seed, int steps) {
    dice_.seed(seed);
    for (int step = 0; step < steps; ++step) {
      switch (draw(5)) {
        case 0:
        case 1:
          put_somewhere();
          break;
        case 2:
          update_somewhere();
          break;
        case 3:
          delete_somewhere();
          break;
        default:
          query_somewhere();
          break;
      }
      if (HasFailure()) return;
    }
    compare_everything();
  }

  std::mt19937 dice_;
  Model model_;
};

TEST_F(RandomOperations, LeaveWhatAPlainModelLeaves) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    run(seed, 300);
    if (HasFailure()) return;
  }
}

TEST_F(RandomOperations, AreUndoneByRestoringASnapshot) {
  run(7, 200);
  const std::uint64_t hash = cloud.hash();
  const auto snapshot = cloud.snapshot();
  const Model model = model_;

  run(8, 50);
  ASSERT_NE(cloud.hash(), hash);
  cloud.restore(snapshot);
  model_ = model;

  EXPECT_EQ(cloud.hash(), hash);
  compare_everything();
}

TEST_F(RandomOperations, AreToldByTheStreamAndUndoneByRestoringThePast) {
  const auto updated = must(dynamodb.update_table(
      {.TableName = "things",
       .StreamSpecification = {{.StreamEnabled = true, .StreamViewType = "NEW_IMAGE"}}}));
  must(dynamodb.update_continuous_backups(
      {.TableName = "things",
       .PointInTimeRecoverySpecification = {{.PointInTimeRecoveryEnabled = true}}}));
  std::vector<std::pair<Time, Model>> past;
  for (unsigned seed = 20; seed < 24; ++seed) {
    run(seed, 150);
    past.emplace_back(cloud.now(), model_);
    cloud.advance(std::chrono::seconds(1));
  }
  EXPECT_EQ(replayed(*updated.TableDescription->LatestStreamArn), items_of(model_));

  cloud.advance(std::chrono::minutes(10));
  for (const auto& [time, model] : past) {
    const std::string target = "past-" + std::to_string(to_nanoseconds(time));
    must(dynamodb.restore_table_to_point_in_time(
        {.SourceTableName = "things", .TargetTableName = target, .RestoreDateTime = time}));
    model_ = model;
    compare_everything(target);
  }
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
