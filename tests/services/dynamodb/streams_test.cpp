#include "client/dynamodbstreams.h"
#include "dynamodb_test.h"

namespace fallstreak::dynamodb_test {
namespace {

using api::dynamodbstreams::GetShardIteratorInput;
using api::dynamodbstreams::Record;
using std::chrono::hours;
using std::chrono::minutes;
using testing::FailsSaying;
using testing::FailsWith;

class Streams : public DynamoDbTest {
 protected:
  Streams() : DynamoDbTest({}) {}

  /// Gives the stream's ARN.
  std::string create_with_stream(const std::string& name, const std::string& view_type) {
    must(dynamodb.create_table(
        {.AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"}}},
         .TableName = name,
         .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"}}},
         .BillingMode = "PAY_PER_REQUEST",
         .StreamSpecification = {{.StreamEnabled = true, .StreamViewType = view_type}}}));
    cloud.advance(minutes(1));
    return *must(dynamodb.describe_table({.TableName = name})).Table->LatestStreamArn;
  }
  std::string shard_of(const std::string& arn) {
    return *must(streams.describe_stream({.StreamArn = arn}))
                .StreamDescription->Shards->front()
                .ShardId;
  }
  std::string iterator(const std::string& arn, const std::string& type,
                       std::optional<std::string> sequence = {}) {
    return *must(streams.get_shard_iterator({.StreamArn = arn,
                                             .ShardId = shard_of(arn),
                                             .ShardIteratorType = type,
                                             .SequenceNumber = std::move(sequence)}))
                .ShardIterator;
  }
  std::vector<Record> records(const std::string& iterator) {
    return *must(streams.get_records({.ShardIterator = iterator})).Records;
  }
  std::vector<Record> all(const std::string& arn) { return records(iterator(arn, "TRIM_HORIZON")); }
  void disable(const std::string& table) {
    must(dynamodb.update_table(
        {.TableName = table, .StreamSpecification = {{.StreamEnabled = false}}}));
    cloud.advance(minutes(1));
  }

  client::DynamoDbStreams streams{transport};
};
using GetRecords = Streams;
using GetShardIterator = Streams;
using DescribeStream = Streams;
using ListStreams = Streams;

TEST_F(GetRecords, TellsWhatHappenedToItems) {
  const std::string arn = create_with_stream("one", "NEW_AND_OLD_IMAGES");
  put("one", {{"pk", S("a")}, {"n", N("1")}});
  put("one", {{"pk", S("a")}, {"n", N("1")}});  // changes nothing
  put("one", {{"pk", S("a")}, {"n", N("2")}});
  must(dynamodb.delete_item({.TableName = "one", .Key = Item{{"pk", S("a")}}}));
  must(dynamodb.delete_item({.TableName = "one", .Key = Item{{"pk", S("a")}}}));

  const auto found = all(arn);

  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].eventName, "INSERT");
  EXPECT_EQ(found[1].eventName, "MODIFY");
  EXPECT_EQ(found[2].eventName, "REMOVE");
  EXPECT_EQ(found[1].eventSource, "aws:dynamodb");
  EXPECT_EQ(found[1].awsRegion, "us-east-1");
  const auto& change = *found[1].dynamodb;
  EXPECT_EQ(api::find(*change.Keys, "pk")->S, "a");
  EXPECT_EQ(change.Keys->size(), 1U);
  EXPECT_EQ(api::find(*change.OldImage, "n")->N, "1");
  EXPECT_EQ(api::find(*change.NewImage, "n")->N, "2");
  // Names and values of the key and of both images.
  EXPECT_EQ(change.SizeBytes, 3 + 6 + 6);
  EXPECT_FALSE(found[0].dynamodb->OldImage);
  EXPECT_FALSE(found[2].dynamodb->NewImage);
  EXPECT_LT(*found[0].dynamodb->SequenceNumber, *found[1].dynamodb->SequenceNumber);
  EXPECT_NE(found[0].eventID, found[1].eventID);
}

TEST_F(GetRecords, ShowsAsMuchAsTheViewType) {
  const struct {
    std::string view;
    bool has_new, has_old;
  } cases[] = {{"KEYS_ONLY", false, false},
               {"NEW_IMAGE", true, false},
               {"OLD_IMAGE", false, true},
               {"NEW_AND_OLD_IMAGES", true, true}};
  for (const auto& [view, has_new, has_old] : cases) {
    const std::string arn = create_with_stream(view, view);
    put(view, {{"pk", S("a")}});
    put(view, {{"pk", S("a")}, {"m", M({{"l", L({Bool(true)})}})}});
    const auto change = *all(arn)[1].dynamodb;
    EXPECT_EQ(change.NewImage.has_value(), has_new) << view;
    EXPECT_EQ(change.OldImage.has_value(), has_old) << view;
    EXPECT_EQ(change.StreamViewType, view);
  }
}

TEST_F(GetRecords, TellsOfBatchesTransactionsAndExpiries) {
  const std::string arn = create_with_stream("one", "KEYS_ONLY");
  must(dynamodb.update_time_to_live(
      {.TableName = "one",
       .TimeToLiveSpecification = {{.Enabled = true, .AttributeName = "ttl"}}}));
  cloud.advance(minutes(2));
  must(dynamodb.batch_write_item(
      {.RequestItems = {{{"one", {{.PutRequest = {{.Item = Item{{"pk", S("batch")}}}}}}}}}}));
  must(dynamodb.transact_write_items(
      {.TransactItems = {{{.Put = {{.Item = Item{{"pk", S("transaction")}, {"ttl", N("1000")}},
                                    .TableName = "one"}}}}}}));
  const std::string soon = std::to_string(to_epoch_seconds(cloud.now()) + 60);
  put("one", {{"pk", S("expiring")}, {"ttl", N(soon)}});
  cloud.advance(minutes(12));

  const auto found = all(arn);
  ASSERT_EQ(found.size(), 4U);
  EXPECT_FALSE(found[2].userIdentity);
  EXPECT_EQ(found[3].eventName, "REMOVE");
  EXPECT_EQ(found[3].userIdentity->Type, "Service");
  EXPECT_EQ(found[3].userIdentity->PrincipalId, "dynamodb.amazonaws.com");
}

TEST_F(GetRecords, GoesOnWhereItStopped) {
  const std::string arn = create_with_stream("one", "KEYS_ONLY");
  for (int number = 0; number < 5; ++number) put("one", {{"pk", S(std::to_string(number))}});

  auto page =
      must(streams.get_records({.ShardIterator = iterator(arn, "TRIM_HORIZON"), .Limit = 3}));
  EXPECT_EQ(page.Records->size(), 3U);
  page = must(streams.get_records({.ShardIterator = page.NextShardIterator}));
  EXPECT_EQ(page.Records->size(), 2U);
  page = must(streams.get_records({.ShardIterator = page.NextShardIterator}));
  EXPECT_TRUE(page.Records->empty());
  put("one", {{"pk", S("later")}});
  page = must(streams.get_records({.ShardIterator = page.NextShardIterator}));
  EXPECT_EQ(page.Records->size(), 1U);
}

TEST_F(GetRecords, ForgetsAfterADayAndIteratorsAfterAQuarterOfAnHour) {
  const std::string arn = create_with_stream("one", "KEYS_ONLY");
  put("one", {{"pk", S("a")}});
  const std::string first = *all(arn)[0].dynamodb->SequenceNumber;
  cloud.advance(hours(23));
  put("one", {{"pk", S("b")}});
  const std::string old = iterator(arn, "AT_SEQUENCE_NUMBER", first);
  EXPECT_EQ(all(arn).size(), 2U);
  cloud.advance(minutes(16));
  EXPECT_THAT(streams.get_records({.ShardIterator = old}),
              FailsWith("ExpiredIteratorException", 400));
  const std::string just_in_time = [&] {
    cloud.advance(minutes(40));
    return iterator(arn, "AT_SEQUENCE_NUMBER", first);
  }();
  cloud.advance(minutes(10));

  ASSERT_EQ(all(arn).size(), 1U);
  EXPECT_THAT(streams.get_records({.ShardIterator = just_in_time}),
              FailsWith("TrimmedDataAccessException", 400));
  EXPECT_THAT(streams.get_shard_iterator({.StreamArn = arn,
                                          .ShardId = shard_of(arn),
                                          .ShardIteratorType = "AT_SEQUENCE_NUMBER",
                                          .SequenceNumber = first}),
              FailsWith("TrimmedDataAccessException", 400));
}

TEST_F(GetShardIterator, BeginsWhereItsTypeSays) {
  const std::string arn = create_with_stream("one", "KEYS_ONLY");
  put("one", {{"pk", S("a")}});
  cloud.advance(minutes(5));
  const Time middle = cloud.now();
  put("one", {{"pk", S("b")}});
  put("one", {{"pk", S("c")}});
  const auto found = all(arn);
  const std::string second = *found[1].dynamodb->SequenceNumber;

  EXPECT_EQ(found.size(), 3U);
  EXPECT_EQ(records(iterator(arn, "LATEST")).size(), 0U);
  EXPECT_EQ(records(iterator(arn, "AT_SEQUENCE_NUMBER", second)).size(), 2U);
  EXPECT_EQ(records(iterator(arn, "AFTER_SEQUENCE_NUMBER", second)).size(), 1U);
  const auto at_time = must(streams.get_shard_iterator({.StreamArn = arn,
                                                        .ShardId = shard_of(arn),
                                                        .ShardIteratorType = "AT_TIMESTAMP",
                                                        .Timestamp = middle}));
  EXPECT_EQ(records(*at_time.ShardIterator).size(), 2U);
}

TEST_F(GetShardIterator, RefusesWhatIsNotThere) {
  const std::string arn = create_with_stream("one", "KEYS_ONLY");
  const GetShardIteratorInput request{
      .StreamArn = arn, .ShardId = shard_of(arn), .ShardIteratorType = "LATEST"};
  auto other_stream = request;
  other_stream.StreamArn->back() = other_stream.StreamArn->back() == '9' ? '8' : '9';
  EXPECT_THAT(streams.get_shard_iterator(other_stream),
              FailsWith("ResourceNotFoundException", 400));
  auto other_shard = request;
  other_shard.ShardId = "shardId-00000000000000000000-00000000";
  EXPECT_THAT(streams.get_shard_iterator(other_shard), FailsWith("ResourceNotFoundException", 400));
  auto no_arn = request;
  no_arn.StreamArn = std::string(40, 'x');
  EXPECT_THAT(streams.get_shard_iterator(no_arn), FailsWith("ValidationException", 400));
  auto no_sequence = request;
  no_sequence.ShardIteratorType = "AT_SEQUENCE_NUMBER";
  EXPECT_THAT(streams.get_shard_iterator(no_sequence), FailsWith("ValidationException", 400));
  for (const char* text : {"x", "|||", "AAAA", "MXwyfHh8NA=="}) {
    EXPECT_THAT(streams.get_records({.ShardIterator = text}), FailsSaying("Invalid ShardIterator"));
  }
}

TEST_F(DescribeStream, ShowsAStreamThatWasDisabledForADay) {
  const std::string arn = create_with_stream("one", "NEW_IMAGE");
  put("one", {{"pk", S("a")}});
  const auto before = *must(streams.describe_stream({.StreamArn = arn})).StreamDescription;
  EXPECT_EQ(before.StreamStatus, "ENABLED");
  EXPECT_EQ(before.TableName, "one");
  EXPECT_EQ(before.KeySchema->size(), 1U);
  EXPECT_FALSE(before.Shards->front().SequenceNumberRange->EndingSequenceNumber);

  disable("one");
  put("one", {{"pk", S("unseen")}});

  const auto table = *must(dynamodb.describe_table({.TableName = "one"})).Table;
  EXPECT_FALSE(table.StreamSpecification);
  EXPECT_EQ(table.LatestStreamArn, arn);
  const auto after = *must(streams.describe_stream({.StreamArn = arn})).StreamDescription;
  EXPECT_EQ(after.StreamStatus, "DISABLED");
  EXPECT_TRUE(after.Shards->front().SequenceNumberRange->EndingSequenceNumber);
  const auto last = must(streams.get_records({.ShardIterator = iterator(arn, "TRIM_HORIZON")}));
  EXPECT_EQ(last.Records->size(), 1U);
  EXPECT_FALSE(last.NextShardIterator);
  cloud.advance(hours(24));
  EXPECT_THAT(streams.describe_stream({.StreamArn = arn}),
              FailsWith("ResourceNotFoundException", 400));
}

TEST_F(DescribeStream, OutlivesItsTable) {
  const std::string arn = create_with_stream("one", "NEW_IMAGE");
  put("one", {{"pk", S("a")}});
  must(dynamodb.delete_table({.TableName = "one"}));
  cloud.advance(minutes(1));
  EXPECT_EQ(all(arn).size(), 1U);
}

TEST_F(ListStreams, ListsByTableAndByPage) {
  const std::string first = create_with_stream("one", "NEW_IMAGE");
  const std::string other = create_with_stream("two", "NEW_IMAGE");
  disable("one");
  must(dynamodb.update_table(
      {.TableName = "one",
       .StreamSpecification = {{.StreamEnabled = true, .StreamViewType = "KEYS_ONLY"}}}));

  EXPECT_EQ(must(streams.list_streams({})).Streams->size(), 3U);
  EXPECT_EQ(must(streams.list_streams({.TableName = "one"})).Streams->size(), 2U);
  const auto page = must(streams.list_streams({.Limit = 2}));
  EXPECT_EQ(page.Streams->front().StreamArn, first);
  const auto rest =
      must(streams.list_streams({.ExclusiveStartStreamArn = page.LastEvaluatedStreamArn}));
  ASSERT_EQ(rest.Streams->size(), 1U);
  EXPECT_EQ(rest.Streams->front().StreamArn, other);
  EXPECT_FALSE(rest.LastEvaluatedStreamArn);
}

TEST_F(Streams, CannotBeEnabledTwiceOrSpecifiedByHalves) {
  create_with_stream("one", "NEW_IMAGE");
  EXPECT_THAT(dynamodb.update_table({.TableName = "one",
                                     .StreamSpecification = {{.StreamEnabled = true,
                                                              .StreamViewType = "NEW_IMAGE"}}}),
              FailsSaying("Table already has an enabled stream: TableName: one"));
  EXPECT_THAT(dynamodb.update_table({.TableName = "one",
                                     .StreamSpecification = {{.StreamEnabled = false,
                                                              .StreamViewType = "NEW_IMAGE"}}}),
              FailsWith("ValidationException", 400));
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
