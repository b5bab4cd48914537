#include "api/validation_order.h"

#include <algorithm>
#include <array>

namespace fallstreak::api {
namespace {

using Name = std::string_view;

// Observed: DynamoDB, by dynalite's tests (https://github.com/architect/dynalite) and the Parity
// Suite's (https://github.com/paritysuite/dynamodb-conformance), which were recorded from AWS.
constexpr std::array kCreateTable{
    Name("AttributeDefinitions"),  Name("TableName"), Name("BillingMode"),
    Name("ProvisionedThroughput"), Name("KeySchema"), Name("GlobalSecondaryIndexes"),
    Name("LocalSecondaryIndexes")};
constexpr std::array kUpdateTable{Name("TableName"), Name("ProvisionedThroughput"),
                                  Name("BillingMode"), Name("GlobalSecondaryIndexUpdates")};
constexpr std::array kCreateIndex{Name("Projection"), Name("IndexName"),
                                  Name("ProvisionedThroughput"), Name("KeySchema")};
constexpr std::array kThroughput{Name("WriteCapacityUnits"), Name("ReadCapacityUnits")};
constexpr std::array kPutItem{
    Name("ReturnConsumedCapacity"),     Name("TableName"), Name("Item"),
    Name("ConditionalOperator"),        Name("Expected"),  Name("ReturnValues"),
    Name("ReturnItemCollectionMetrics")};
constexpr std::array kUpdateItem{Name("ReturnConsumedCapacity"),
                                 Name("TableName"),
                                 Name("ReturnItemCollectionMetrics"),
                                 Name("ReturnValues"),
                                 Name("ConditionalOperator"),
                                 Name("Key"),
                                 Name("Expected"),
                                 Name("AttributeUpdates")};
constexpr std::array kDeleteItem{Name("ReturnConsumedCapacity"),
                                 Name("TableName"),
                                 Name("ReturnValues"),
                                 Name("ReturnItemCollectionMetrics"),
                                 Name("Key"),
                                 Name("ConditionalOperator"),
                                 Name("Expected")};
constexpr std::array kGetItem{Name("ReturnConsumedCapacity"), Name("AttributesToGet"),
                              Name("TableName"), Name("Key")};
constexpr std::array kQuery{
    Name("Select"),          Name("IndexName"), Name("ReturnConsumedCapacity"),
    Name("QueryFilter"),     Name("TableName"), Name("ConditionalOperator"),
    Name("AttributesToGet"), Name("Limit"),     Name("KeyConditions")};
constexpr std::array kScan{Name("Select"),        Name("IndexName"),
                           Name("TotalSegments"), Name("ReturnConsumedCapacity"),
                           Name("TableName"),     Name("ConditionalOperator"),
                           Name("ScanFilter"),    Name("Segment"),
                           Name("Limit"),         Name("AttributesToGet")};
constexpr std::array kBatchWriteItem{Name("ReturnConsumedCapacity"),
                                     Name("ReturnItemCollectionMetrics"), Name("RequestItems")};

constexpr std::array kTransactWriteItems{Name("ClientRequestToken"), Name("ReturnConsumedCapacity"),
                                         Name("ReturnItemCollectionMetrics")};

struct Order {
  Name shape;
  std::span<const Name> members;
};
constexpr std::array kOrders{Order{"BatchWriteItemInput", kBatchWriteItem},
                             Order{"CreateGlobalSecondaryIndexAction", kCreateIndex},
                             Order{"CreateTableInput", kCreateTable},
                             Order{"DeleteItemInput", kDeleteItem},
                             Order{"GetItemInput", kGetItem},
                             Order{"ProvisionedThroughput", kThroughput},
                             Order{"PutItemInput", kPutItem},
                             Order{"QueryInput", kQuery},
                             Order{"ScanInput", kScan},
                             Order{"TransactWriteItemsInput", kTransactWriteItems},
                             Order{"UpdateItemInput", kUpdateItem},
                             Order{"UpdateTableInput", kUpdateTable}};

constexpr Name kNoTableName =
    "The parameter 'TableName' is required but was not present in the request";
constexpr Name kNoArn = "Invalid TableArn";
struct Absence {
  Name shape;
  Name member;
  Name words;
};
constexpr std::array kAbsences{Absence{"CreateTableInput", "TableName", kNoTableName},
                               Absence{"DeleteTableInput", "TableName", kNoTableName},
                               Absence{"DescribeTableInput", "TableName", kNoTableName},
                               Absence{"DescribeTimeToLiveInput", "TableName", kNoTableName},
                               Absence{"ListTagsOfResourceInput", "ResourceArn", kNoArn},
                               Absence{"TagResourceInput", "ResourceArn", kNoArn},
                               Absence{"UntagResourceInput", "ResourceArn", kNoArn},
                               Absence{"UpdateTableInput", "TableName", kNoTableName}};

// Observed (October 2026): the Parity Suite. All regions but two have the newer validation.
// UPDATE_NEW is AWS's misspelling.
constexpr Name kReturnValues = "[ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]";
// ALL is a misspelling as well.
constexpr Name kConditionalOperator = "[ALL, OR]";
constexpr Name kMetrics = "ReturnItemCollectionMetrics can only be SIZE or NONE";
constexpr std::array kNewerFaults{
    NewerFault{"BatchGetItemInput", "RequestItems", {}},
    NewerFault{"BatchGetItemInput", "Keys", {}},
    NewerFault{"DeleteItemInput", "TableName", {}},
    NewerFault{"DeleteItemInput", "ReturnValues", kReturnValues},
    NewerFault{"DeleteItemInput", "ConditionalOperator", kConditionalOperator},
    NewerFault{"DeleteItemInput", "ReturnItemCollectionMetrics", {}, true, kMetrics},
    NewerFault{"PutItemInput", "TableName", {}},
    NewerFault{"PutItemInput", "ReturnValues", kReturnValues},
    NewerFault{"PutItemInput", "ConditionalOperator", kConditionalOperator},
    NewerFault{"PutItemInput", "ReturnItemCollectionMetrics", {}, true, kMetrics},
    NewerFault{"QueryInput", "ConditionalOperator", kConditionalOperator, false},
    NewerFault{"UpdateItemInput", "TableName", {}},
    NewerFault{"UpdateItemInput", "ReturnValues", kReturnValues},
    NewerFault{"UpdateItemInput", "ConditionalOperator", kConditionalOperator},
    NewerFault{"UpdateItemInput", "ReturnItemCollectionMetrics", {}, true, kMetrics}};

constexpr Shape kTableName{.kind = Kind::string,
                           .name = "TableName",
                           .ops = &scalar_ops<std::string>,
                           .min = 3,
                           .max = 255,
                           .pattern = "[a-zA-Z0-9_.-]+"};

}  // namespace

std::span<const std::string_view> validation_order(std::string_view shape) {
  const auto found = std::ranges::find(kOrders, shape, &Order::shape);
  return found == kOrders.end() ? std::span<const Name>() : found->members;
}

std::string_view words_of_absence(std::string_view shape, std::string_view member) {
  const auto found = std::ranges::find_if(kAbsences, [&](const Absence& absence) {
    return absence.shape == shape && absence.member == member;
  });
  return found == kAbsences.end() ? Name() : found->words;
}

const NewerFault* newer_fault(std::string_view shape, std::string_view member) {
  const auto found = std::ranges::find_if(kNewerFaults, [&](const NewerFault& fault) {
    return fault.shape == shape && fault.member == member;
  });
  return found == kNewerFaults.end() ? nullptr : &*found;
}

const Shape* stricter_key(std::string_view map) {
  return map == "BatchGetRequestMap" ? &kTableName : nullptr;
}

}  // namespace fallstreak::api
