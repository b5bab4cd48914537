#include "protocols/routing.h"

#include <gtest/gtest.h>

#include "api/autoscaling/service.h"
#include "api/cloudwatch/service.h"
#include "api/dynamodb/service.h"
#include "api/ec2/service.h"
#include "api/elbv2/service.h"
#include "api/s3/service.h"
#include "api/sts/service.h"

namespace fallstreak::protocols {
namespace {

const api::Service* const kServices[] = {&api::autoscaling::kService, &api::cloudwatch::kService,
                                         &api::dynamodb::kService,    &api::ec2::kService,
                                         &api::elbv2::kService,       &api::s3::kService,
                                         &api::sts::kService};

Routed route(const HttpRequest& request, std::string_view signing_name) {
  static const Router router(kServices);
  return router.route(request, signing_name);
}

HttpRequest rest(std::string method, std::string target, Headers headers = {}) {
  return {.method = std::move(method),
          .target = std::move(target),
          .headers = std::move(headers),
          .body = {},
          .is_tls = false};
}

HttpRequest form(std::string body) {
  return {.method = "POST",
          .target = "/",
          .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
          .body = std::move(body),
          .is_tls = false};
}

std::string label(const Routed& routed, std::string_view name) {
  for (const PathLabel& each : routed.labels) {
    if (each.name == name) return each.value;
  }
  return "(none)";
}

struct S3Case {
  const char* method;
  const char* target;
  const char* operation;
  Headers headers = {};
};

TEST(Routing, OfS3GoesByMethodPathQueryAndHeaders) {
  const S3Case cases[] = {
      {"GET", "/", "ListBuckets"},
      {"PUT", "/b", "CreateBucket"},
      {"PUT", "/b/", "CreateBucket"},
      {"HEAD", "/b", "HeadBucket"},
      {"GET", "/b?location", "GetBucketLocation"},
      {"GET", "/b?location=", "GetBucketLocation"},
      {"GET", "/b", "ListObjects"},
      {"GET", "/b?prefix=x&list-type=2", "ListObjectsV2"},
      {"GET", "/b?list-type=1", "ListObjects"},
      {"GET", "/b?uploads", "ListMultipartUploads"},
      {"POST", "/b?delete", "DeleteObjects"},
      {"GET", "/b/k", "GetObject"},
      {"GET", "/b/k?x-id=GetObject", "GetObject"},
      {"GET", "/b/k?uploadId=u", "ListParts"},
      {"PUT", "/b/k", "PutObject"},
      {"PUT", "/b/k", "CopyObject", {{"X-Amz-Copy-Source", "/a/k"}}},
      {"PUT", "/b/k?partNumber=1&uploadId=u", "UploadPart"},
      {"PUT", "/b/k?partNumber=1&uploadId=u", "UploadPartCopy", {{"x-amz-copy-source", "/a/k"}}},
      {"POST", "/b/k?uploads", "CreateMultipartUpload"},
      {"POST", "/b/k?uploadId=u", "CompleteMultipartUpload"},
      {"DELETE", "/b/k", "DeleteObject"},
      {"DELETE", "/b/k?uploadId=u", "AbortMultipartUpload"},
  };
  for (const S3Case& each : cases) {
    const Routed routed = route(rest(each.method, each.target, each.headers), "s3");
    EXPECT_EQ(routed.service, &api::s3::kService);
    EXPECT_EQ(routed.operation_name, each.operation) << each.method << " " << each.target;
    EXPECT_NE(routed.operation, nullptr) << each.method << " " << each.target;
    EXPECT_FALSE(routed.error.has_value());
  }
}

TEST(Routing, DecodesLabelsAndKeepsTheSlashesOfKeys) {
  const Routed routed = route(rest("GET", "/my%2Dbucket/a%2Fb//c%20d/?versionId=1"), "s3");
  EXPECT_EQ(label(routed, "Bucket"), "my-bucket");
  EXPECT_EQ(label(routed, "Key"), "a/b//c d/");
}

TEST(Routing, SaysThatASubresourceIsNotImplementedInsteadOfServingTheBucket) {
  for (const auto* target : {"/b?torrent", "/b?inventory&id=1", "/b/k?torrent", "/b/k?restore"}) {
    const Routed routed = route(rest("GET", target), "s3");
    EXPECT_EQ(routed.operation, nullptr) << target;
    ASSERT_TRUE(routed.error.has_value()) << target;
    EXPECT_EQ(routed.error->code, "NotImplemented");
    EXPECT_EQ(routed.error->status, 501);
  }
}

TEST(Routing, RefusesAMethodThatS3DoesNotHave) {
  const Routed routed = route(rest("PATCH", "/b/k"), "s3");
  ASSERT_TRUE(routed.error.has_value());
  EXPECT_EQ(*routed.error,
            ApiError("MethodNotAllowed",
                     "The specified method is not allowed against this resource.", 405));
}

TEST(Routing, TakesAnUnsignedRequestThatNamesNothingForS3) {
  EXPECT_EQ(route(rest("GET", "/b/k"), "").operation_name, "GetObject");
  EXPECT_EQ(route(rest("GET", "/b/k%zz"), "s3").error->code, "InvalidURI");
}

TEST(Routing, ByTargetFindsTheOperation) {
  HttpRequest request = rest("POST", "/", {{"X-Amz-Target", "DynamoDB_20120810.GetItem"}});
  for (const auto* signing_name : {"dynamodb", ""}) {
    const Routed routed = route(request, signing_name);
    EXPECT_EQ(routed.service, &api::dynamodb::kService);
    EXPECT_EQ(routed.operation_name, "GetItem");
    EXPECT_EQ(routed.protocol, api::Protocol::json_1_0);
  }
  request.headers = {{"X-Amz-Target", "DynamoDB_20120810.Nonsense"}};
  const Routed unknown = route(request, "dynamodb");
  ASSERT_TRUE(unknown.error.has_value());
  EXPECT_EQ(unknown.error->code, "UnknownOperationException");
  EXPECT_EQ(unknown.error->status, 400);
  request.headers = {{"X-Amz-Target", "GetItem"}};
  EXPECT_EQ(route(request, "dynamodb").error->code, "UnknownOperationException");
}

TEST(Routing, TellsAnOperationThatAwsHasFromOneThatNobodyHas) {
  const HttpRequest request =
      rest("POST", "/", {{"X-Amz-Target", "DynamoDB_20120810.StartBulkPutItems"}});
  const Routed routed = route(request, "dynamodb");
  ASSERT_TRUE(routed.error.has_value());
  EXPECT_EQ(routed.error->code, "NotImplemented");
  EXPECT_EQ(routed.error->status, 501);
  EXPECT_EQ(routed.operation_name, "StartBulkPutItems");
}

TEST(Routing, ByActionFindsServiceAndOperation) {
  EXPECT_EQ(route(form("Action=DescribeVpcs&Version=2016-11-15"), "ec2").operation_name,
            "DescribeVpcs");
  // Without a signature the version and the name have to do.
  const Routed unsigned_call = route(form("Version=2011-06-15&Action=GetCallerIdentity"), "");
  EXPECT_EQ(unsigned_call.service, &api::sts::kService);
  EXPECT_EQ(unsigned_call.protocol, api::Protocol::query);
  const Routed in_query = route(rest("GET", "/?Action=DescribeVpcs&Version=2016-11-15"), "ec2");
  EXPECT_EQ(in_query.operation_name, "DescribeVpcs");
  EXPECT_EQ(in_query.protocol, api::Protocol::ec2);
}

TEST(Routing, RefusesUnknownActionsInEachServicesWords) {
  EXPECT_EQ(*route(form("Action=Nonsense&Version=2016-11-15"), "ec2").error,
            ApiError("InvalidAction", "The action Nonsense is not valid for this web service."));
  EXPECT_EQ(*route(form("Action=Nonsense&Version=2011-06-15"), "sts").error,
            ApiError("InvalidAction", "Could not find operation Nonsense for version 2011-06-15"));
  EXPECT_EQ(route(form("Version=2011-06-15"), "sts").error->code, "MissingAction");
}

TEST(Routing, ByPathFindsTheOperationOfRpcV2) {
  const Headers headers{{"smithy-protocol", "rpc-v2-cbor"}};
  const Routed routed =
      route(rest("POST", "/service/GraniteServiceVersion20100801/operation/PutMetricData", headers),
            "monitoring");
  EXPECT_EQ(routed.service, &api::cloudwatch::kService);
  EXPECT_EQ(routed.operation_name, "PutMetricData");
  EXPECT_EQ(routed.protocol, api::Protocol::rpc_v2_cbor);
  const Routed unknown =
      route(rest("POST", "/service/GraniteServiceVersion20100801/operation/Nonsense", headers),
            "monitoring");
  EXPECT_EQ(unknown.error->code, "UnknownOperationException");
}

TEST(Routing, OfOneServiceInThreeProtocolsGoesByTheRequest) {
  EXPECT_EQ(route(form("Action=ListMetrics&Version=2010-08-01"), "monitoring").protocol,
            api::Protocol::query);
  const HttpRequest json = rest("POST", "/",
                                {{"X-Amz-Target", "GraniteServiceVersion20100801.ListMetrics"},
                                 {"Content-Type", "application/x-amz-json-1.0"}});
  EXPECT_EQ(route(json, "monitoring").protocol, api::Protocol::json_1_0);
}

TEST(Routing, LeavesWhatNobodySpeaksToNobody) {
  EXPECT_EQ(route(form("Action=Nonsense"), "unknown-service").service, nullptr);
}

TEST(UriTemplate, PrefersLiteralsToLabelsAndLabelsToGreedyOnes) {
  EXPECT_GT(UriTemplate("/a/b").weight(), UriTemplate("/a/{B}").weight());
  EXPECT_GT(UriTemplate("/a/{B}").weight(), UriTemplate("/a/{B+}").weight());
  EXPECT_GT(UriTemplate("/a/{B}?c").weight(), UriTemplate("/a/{B}").weight());
}

TEST(UriTemplate, MatchesLiteralsAfterAGreedyLabel) {
  const UriTemplate uri("/tags/{Arn+}/list");
  PathLabels labels;
  ASSERT_TRUE(uri.match_path("/tags/arn:aws:x/y/list", labels));
  EXPECT_EQ(labels.front().value, "arn:aws:x/y");
  EXPECT_FALSE(uri.match_path("/tags/list", labels));
  EXPECT_FALSE(uri.match_path("/tags/x/other", labels));
}

}  // namespace
}  // namespace fallstreak::protocols
