#include "api/validate.h"

#include <gtest/gtest.h>
#include <algorithm>

#include "api/autoscaling/groups.h"
#include "api/autoscaling/service.h"
#include "api/cloudwatch/alarms.h"
#include "api/cloudwatch/service.h"
#include "api/dynamodb/items.h"
#include "api/dynamodb/service.h"
#include "api/dynamodb/tables.h"
#include "api/ec2/instances.h"
#include "api/ec2/service.h"
#include "api/elbv2/load_balancers.h"
#include "api/elbv2/service.h"
#include "api/s3/objects.h"
#include "api/s3/service.h"

namespace fallstreak::api {
namespace {

const Service* const kServices[] = {&autoscaling::kService, &cloudwatch::kService,
                                    &dynamodb::kService,    &ec2::kService,
                                    &elbv2::kService,       &s3::kService};

template <OperationTag Tag>
std::optional<ApiError> validate(const typename Tag::Request& request) {
  static const Validator validator(kServices);
  const Plan* const plan = validator.plan_of(Tag::operation());
  return plan == nullptr ? std::nullopt : validate(*plan, Tag::operation(), &request);
}

template <OperationTag Tag>
std::string message(const typename Tag::Request& request) {
  const auto error = validate<Tag>(request);
  return error ? error->message : "";
}

dynamodb::GetItemInput good_get_item() {
  dynamodb::GetItemInput request;
  request.TableName = "Music";
  request.Key.emplace().push_back({"Artist", {}});
  return request;
}

TEST(Validation, PassesWhatIsInOrder) {
  EXPECT_EQ(validate<dynamodb::GetItem>(good_get_item()), std::nullopt);
}

TEST(Validation, NamesEveryFaultInTheModelsOrder) {
  const auto error = validate<dynamodb::GetItem>({});
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code, "ValidationException");
  EXPECT_EQ(error->status, 400);
  EXPECT_EQ(error->message,
            "2 validation errors detected: Value null at 'tableName' failed to satisfy constraint: "
            "Member must not be null; Value null at 'key' failed to satisfy constraint: Member "
            "must not be null");
}

TEST(Validation, MeasuresTextsInCharacters) {
  auto request = good_get_item();
  request.TableName = "";
  EXPECT_EQ(message<dynamodb::GetItem>(request),
            "1 validation error detected: Value '' at 'tableName' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1");
  std::string name;
  for (int count = 0; count < 1024; ++count) name += "é";
  request.TableName = name;
  EXPECT_EQ(message<dynamodb::GetItem>(request), "");
  request.TableName = name + "x";
  EXPECT_TRUE(message<dynamodb::GetItem>(request).ends_with(
      "Member must have length less than or equal to 1024"));
}

TEST(Validation, ListsTheValuesOfAnEnumeration) {
  auto request = good_get_item();
  request.ReturnConsumedCapacity = "hi";
  EXPECT_EQ(message<dynamodb::GetItem>(request),
            "1 validation error detected: Value 'hi' at 'returnConsumedCapacity' failed to satisfy "
            "constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]");
}

TEST(Validation, CountsElements) {
  auto request = good_get_item();
  request.AttributesToGet.emplace();
  EXPECT_EQ(message<dynamodb::GetItem>(request),
            "1 validation error detected: Value '[]' at 'attributesToGet' failed to satisfy "
            "constraint: Member must have length greater than or equal to 1");
}

TEST(Validation, TellsOfTenAtMostAndOfAMissingTableAlone) {
  dynamodb::CreateTableInput request;
  request.AttributeDefinitions.emplace();
  request.KeySchema.emplace(11);
  EXPECT_EQ(message<dynamodb::CreateTable>(request),
            "The parameter 'TableName' is required but was not present in the request");
  request.TableName = "Music";
  const std::string text = message<dynamodb::CreateTable>(request);
  EXPECT_TRUE(text.starts_with("10 validation errors detected: ")) << text;
  EXPECT_EQ(std::ranges::count(text, ';'), 9);
}

TEST(Validation, GivesThePathOfNestedMembers) {
  dynamodb::CreateTableInput request;
  request.TableName = "Music";
  request.KeySchema.emplace().push_back({.AttributeName = "Artist", .KeyType = "HASH"});
  auto& definitions = request.AttributeDefinitions.emplace();
  definitions.emplace_back().AttributeName = "Artist";
  definitions.back().AttributeType = "S";
  definitions.emplace_back().AttributeName = "Year";
  definitions.back().AttributeType = "X";
  EXPECT_EQ(message<dynamodb::CreateTable>(request),
            "1 validation error detected: Value 'X' at 'attributeDefinitions.2.member."
            "attributeType' failed to satisfy constraint: Member must satisfy enum value set: "
            "[B, N, S]");
  definitions.back().AttributeType.reset();
  EXPECT_EQ(message<dynamodb::CreateTable>(request),
            "1 validation error detected: Value null at 'attributeDefinitions.2.member."
            "attributeType' failed to satisfy constraint: Member must not be null");
}

TEST(Validation, SaysOfPlainElementsAllThatTheyMustSatisfy) {
  cloudwatch::PutMetricAlarmInput request;
  request.AlarmName = "high";
  request.EvaluationPeriods = 1;
  request.ComparisonOperator = "GreaterThanThreshold";
  request.AlarmActions.emplace().push_back("");
  EXPECT_EQ(message<cloudwatch::PutMetricAlarm>(request),
            "1 validation error detected: Value '[]' at 'alarmActions' failed to satisfy "
            "constraint: Member must satisfy constraint: [Member must have length less than or "
            "equal to 1024, Member must have length greater than or equal to 1]");
}

TEST(Validation, ComparesNumbersByValue) {
  cloudwatch::PutMetricAlarmInput request;
  request.AlarmName = "high";
  request.ComparisonOperator = "GreaterThanThreshold";
  request.EvaluationPeriods = 0;
  EXPECT_EQ(message<cloudwatch::PutMetricAlarm>(request),
            "1 validation error detected: Value '0' at 'evaluationPeriods' failed to satisfy "
            "constraint: Member must have value greater than or equal to 1");
}

TEST(Validation, OfQueryServicesHasACodeOfItsOwn) {
  elbv2::CreateLoadBalancerInput request;
  request.Name = "web";
  request.Scheme = "public";
  const auto error = validate<elbv2::CreateLoadBalancer>(request);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(*error, ApiError("ValidationError",
                             "1 validation error detected: Value 'public' at 'scheme' failed to "
                             "satisfy constraint: Member must satisfy enum value set: "
                             "[internet-facing, internal]"));
}

TEST(Validation, ShowsThePatternThatATextMisses) {
  autoscaling::CreateAutoScalingGroupType request;
  request.AutoScalingGroupName = "a\x01";
  request.MinSize = 0;
  request.MaxSize = 1;
  const std::string text = message<autoscaling::CreateAutoScalingGroup>(request);
  EXPECT_NE(text.find("at 'autoScalingGroupName' failed to satisfy constraint: Member must satisfy "
                      "regular expression pattern: [\\u0020-\\uD7FF"),
            std::string::npos)
      << text;
}

TEST(Validation, OfEc2NamesTheFirstMissingParameter) {
  EXPECT_EQ(*validate<ec2::RunInstances>({}),
            ApiError("MissingParameter", "The request must contain the parameter MaxCount"));
}

TEST(Validation, OfEc2ShowsTheValueThatIsInvalid) {
  ec2::RunInstancesRequest request;
  request.MinCount = 1;
  request.MaxCount = 1;
  request.InstanceInitiatedShutdownBehavior = "explode";
  EXPECT_EQ(*validate<ec2::RunInstances>(request),
            ApiError("InvalidParameterValue",
                     "Value (explode) for parameter InstanceInitiatedShutdownBehavior is "
                     "invalid."));
}

TEST(Validation, OfS3RefusesDocumentsAndHeadersInDifferentWords) {
  s3::DeleteObjectsRequest documents;
  documents.Bucket = "photos";
  documents.Delete.emplace().Objects.emplace().emplace_back();
  EXPECT_EQ(validate<s3::DeleteObjects>(documents)->code, "MalformedXML");

  s3::PutObjectRequest headers;
  headers.Bucket = "photos";
  headers.Key = "cat.jpg";
  headers.StorageClass = "ATTIC";
  EXPECT_EQ(*validate<s3::PutObject>(headers),
            ApiError("InvalidStorageClass", "The storage class you specified is not valid"));
  headers.StorageClass = "STANDARD";
  headers.ACL = "everyone";
  EXPECT_EQ(validate<s3::PutObject>(headers)->code, "InvalidArgument");
}

// ------------------------------------------------------------------ what the models lack today

struct Secret {
  std::optional<std::string> Password;
  std::optional<Map<std::string>> Labels;
};
constexpr Shape kPassword{.kind = Kind::string,
                          .name = "Password",
                          .ops = &scalar_ops<std::string>,
                          .min = 8,
                          .sensitive = true};
constexpr Shape kKey{
    .kind = Kind::string, .name = "Key", .ops = &scalar_ops<std::string>, .pattern = "[a-z]+"};
constexpr Shape kValue{
    .kind = Kind::string, .name = "Value", .ops = &scalar_ops<std::string>, .max = 3};
constexpr Shape kLabels{.kind = Kind::map,
                        .name = "Labels",
                        .ops = &map_ops<std::string>,
                        .element = &kValue,
                        .key = &kKey};
constexpr Member kMembers[] = {
    {.name = "Password",
     .wire = "Password",
     .ec2 = "Password",
     .shape = &kPassword,
     .holder = &optional_holder<std::string>,
     .offset = offsetof(Secret, Password)},
    {.name = "Labels",
     .wire = "Labels",
     .ec2 = "Labels",
     .shape = &kLabels,
     .holder = &optional_holder<Map<std::string>>,
     .offset = offsetof(Secret, Labels)},
};
constexpr Shape kSecret{
    .kind = Kind::structure, .name = "Secret", .ops = &scalar_ops<Secret>, .members = kMembers};

std::string secret_message(const Secret& secret) {
  Service service{};
  Operation operation{};
  operation.service = &service;
  operation.input = &kSecret;
  const Operation* const operations[] = {&operation};
  service.operations = operations;
  const Service* const services[] = {&service};
  const Validator validator(services);
  const auto error = validate(*validator.plan_of(operation), operation, &secret);
  return error ? error->message : "";
}

TEST(Validation, NeverShowsSecrets) {
  EXPECT_EQ(secret_message({.Password = "hunter2"}),
            "1 validation error detected: Value at 'password' failed to satisfy constraint: Member "
            "must have length greater than or equal to 8");
}

TEST(Validation, ChecksTheKeysAndValuesOfMaps) {
  EXPECT_EQ(secret_message({.Labels = Map<std::string>{{"a", "abc"}}}), "");
  EXPECT_EQ(secret_message({.Labels = Map<std::string>{{"A", "abcd"}}}),
            "2 validation errors detected: Value '{A=abcd}' at 'labels' failed to satisfy "
            "constraint: Map keys must satisfy constraint: [Member must satisfy regular expression "
            "pattern: [a-z]+]; Value '{A=abcd}' at 'labels' failed to satisfy constraint: Map "
            "value must satisfy constraint: [Member must have length less than or equal to 3]");
}

}  // namespace
}  // namespace fallstreak::api
