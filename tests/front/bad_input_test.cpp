// What is wrong is refused in the caller's protocol, with a request id, and changes nothing.
#include "base/checksum.h"
#include "base/encoding.h"
#include "front/server_test.h"

namespace fallstreak::testing {
namespace {

using ::testing::HasSubstr;

/// A request that nobody should send, and what AWS answers to it.
struct Wrong {
  std::string what;
  std::string bytes;
  int status;
  std::string code;
};

std::string repeated(std::string_view part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

std::string scope(std::string_view service) {
  return "Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/" +
         std::string(service) + "/aws4_request, SignedHeaders=host, Signature=0\r\n";
}

std::string json(std::string_view operation, std::string_view body) {
  return post("/", body,
              "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810." +
                  std::string(operation) + "\r\n" + scope("dynamodb"));
}

std::string cbor(std::string_view operation, std::string_view body) {
  return post(
      "/service/GraniteServiceVersion20100801/operation/" + std::string(operation), body,
      "Content-Type: application/cbor\r\nsmithy-protocol: rpc-v2-cbor\r\n" + scope("monitoring"));
}

std::string form(std::string_view service, std::string_view body) {
  return post("/", body, "Content-Type: application/x-www-form-urlencoded\r\n" + scope(service));
}

std::string group(std::string_view parameters) {
  return form("autoscaling",
              "Action=CreateAutoScalingGroup&Version=2011-01-01" + std::string(parameters));
}

std::string s3(std::string_view method, std::string_view target, std::string_view body,
               std::string_view headers = {}) {
  return std::string(method) + " " + std::string(target) +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(headers) + "\r\n" + std::string(body);
}

std::string deletion(std::string_view list) {
  const auto digest = to_base64(checksum(ChecksumAlgorithm::md5, list));
  return s3("POST", "/photos?delete", list, "Content-MD5: " + digest + "\r\n");
}

class BadInput : public ServerTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(exchange(s3("PUT", "/photos", "")).status, 200);
    before_ = cloud.hash();
  }
  void TearDown() override {
    EXPECT_EQ(cloud.hash(), before_) << "what was refused has changed something";
    EXPECT_EQ(exchange(get_caller_identity()).status, 200) << "the next request is not served";
    ServerTest::TearDown();
  }
  void expect_refused(const std::vector<Wrong>& requests, const std::string& content_type) {
    for (const Wrong& wrong : requests) {
      const auto reply = exchange(wrong.bytes);
      EXPECT_EQ(reply.status, wrong.status) << wrong.what << ": " << reply.body.substr(0, 500);
      EXPECT_THAT(reply.body, HasSubstr(wrong.code)) << wrong.what;
      EXPECT_EQ(reply.header("content-type"), content_type) << wrong.what;
      EXPECT_NE(request_id(reply), "") << wrong.what;
    }
  }

 private:
  std::uint64_t before_ = 0;
};

TEST_F(BadInput, InJsonIsRefusedInJson) {
  const std::string arrays = repeated("[", 10'000) + repeated("]", 10'000);
  const std::string values = repeated("{\"L\":[", 10'000) + repeated("]}", 10'000);
  const std::string name = "{\"TableName\":\"" + repeated("a", 100'000) + "\"";
  expect_refused(
      {{"cut short", json("GetItem", "{\"TableName\":\"a"), 400, "SerializationException"},
       {"no object", json("GetItem", "[]"), 400, "SerializationException"},
       {"null", json("GetItem", "null"), 400, "SerializationException"},
       {"no UTF-8", json("GetItem", "{\"TableName\":\"\xff\"}"), 400, "SerializationException"},
       {"number for text", json("GetItem", R"({"TableName":5})"), 400,
        "NUMBER_VALUE cannot be converted to String"},
       {"number too large", json("ListTables", R"({"Limit":99999999999})"), 400,
        "NUMBER_VALUE cannot be converted to Integer"},
       {"infinity", json("ListTables", R"({"Limit":1e400})"), 400, "SerializationException"},
       {"missing members", json("GetItem", "{}"), 400, "2 validation errors detected"},
       {"no body", json("GetItem", ""), 400, "2 validation errors detected"},
       {"over-long name", json("GetItem", name + R"(,"Key":{}})"), 400, "ValidationException"},
       {"nested arrays", json("GetItem", "{\"TableName\":" + arrays + "}"), 400,
        "SerializationException"},
       {"nested values", json("PutItem", R"({"TableName":"t","Item":{"a":)" + values + "}}"), 400,
        "SerializationException"},
       {"unknown operation", json("Nonsense", "{}"), 400, "UnknownOperationException"},
       {"another service's operation", json("CreateVpc", "{}"), 400, "UnknownOperationException"},
       {"not implemented", json("StartBulkPutItems", "{}"), 501, "NotImplemented"}},
      "application/x-amz-json-1.0");
}

TEST_F(BadInput, InCborIsRefusedInCbor) {
  const std::string key = "\x69Namespace";
  const std::string long_text = "\x79\x03\xe8" + repeated("a", 1000);
  expect_refused(
      {{"no body", cbor("PutMetricData", ""), 400, "ValidationError"},
       {"nested arrays", cbor("PutMetricData", repeated("\x9f", 10'000)), 400,
        "SerializationException"},
       {"nested maps",
        cbor("PutMetricData", "\xbf" + repeated("\x61"
                                                "a\xbf",
                                                10'000)),
        400, "SerializationException"},
       {"cut short", cbor("PutMetricData", "\xbf\x69Nam"), 400, "SerializationException"},
       {"missing members", cbor("PutMetricData", "\xbf\xff"), 400, "ValidationError"},
       {"number for text", cbor("PutMetricData", "\xbf" + key + "\x05\xff"), 400,
        "SerializationException"},
       {"a text of 2^64 bytes",
        cbor("PutMetricData", "\xbf" + key + "\x7b\xff\xff\xff\xff\xff\xff\xff\xff"), 400,
        "SerializationException"},
       {"over-long name",
        cbor("PutMetricData", "\xbf" + key + long_text + "\x6aMetricData\x80\xff"), 400,
        "ValidationError"},
       {"unknown operation", cbor("Nonsense", "\xbf\xff"), 404, "UnknownOperationException"}},
      "application/cbor");
}

TEST_F(BadInput, InAFormIsRefusedInXml) {
  expect_refused(
      {{"bad percent", form("sts", "Action=%zz"), 400, "<Code>MissingAction</Code>"},
       {"no body", form("sts", ""), 400, "<Code>MissingAction</Code>"},
       {"no version", form("sts", "Action=GetCallerIdentity"), 400,
        "Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED"},
       {"another generation's version",
        form("elasticloadbalancing", "Action=DescribeLoadBalancers&Version=2012-06-01"), 400,
        "Could not find operation DescribeLoadBalancers for version 2012-06-01"},
       {"unknown action", form("monitoring", "Action=Nonsense&Version=2010-08-01"), 400,
        "<Code>InvalidAction</Code>"},
       {"missing members", group(""), 400, "3 validation errors detected"},
       {"text for a number", group("&AutoScalingGroupName=a&MinSize=abc&MaxSize=1"), 400,
        "<Code>MalformedInput</Code>"},
       {"over-long name", group("&MinSize=1&MaxSize=1&AutoScalingGroupName=" + repeated("a", 300)),
        400, "<Code>ValidationError</Code>"},
       {"a deep name", group("&Tags.member.1" + repeated(".member.1", 10'000) + "=a"), 400,
        "<Error>"}},
      "text/xml");
}

TEST_F(BadInput, ToEc2IsRefusedInItsXml) {
  const std::string version = "&Version=2016-11-15";
  expect_refused(
      {{"unknown action", form("ec2", "Action=Nonsense" + version), 400,
        "<Code>InvalidAction</Code>"},
       {"missing member", form("ec2", "Action=RunInstances" + version), 400,
        "The request must contain the parameter"},
       {"text for a number", form("ec2", "Action=RunInstances&MaxCount=abc&MinCount=1" + version),
        400, "Value (abc) for parameter MaxCount is invalid."},
       {"no network", form("ec2", "Action=CreateVpc&CidrBlock=nonsense" + version), 400,
        "<Code>InvalidParameterValue</Code>"},
       {"unknown parameter", form("ec2", "Action=DescribeVpcs&Nonsense=1" + version), 400,
        "<Code>UnknownParameter</Code>"},
       {"the element 10^12 of a list",
        form("ec2", "Action=DescribeInstances&InstanceId.999999999999=i-1" + version), 400,
        "<Code>UnknownParameter</Code>"},
       {"a deep name",
        form("ec2",
             "Action=DescribeInstances&Filter.1" + repeated(".Filter.1", 10'000) + "=1" + version),
        400, "<Error>"},
       {"not implemented", form("ec2", "Action=CreateVpnGateway" + version), 501,
        "<Code>NotImplemented</Code>"}},
      "text/xml;charset=UTF-8");
}

TEST_F(BadInput, ToS3IsRefusedInItsXml) {
  const std::string entities =
      "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>"
      "<CreateBucketConfiguration>&b;</CreateBucketConfiguration>";
  const std::string elements = repeated("<a>", 10'000) + repeated("</a>", 10'000);
  const std::string trailing =
      "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\n"
      "x-amz-decoded-content-length: 5\r\nx-amz-trailer: x-amz-checksum-crc32\r\n";
  expect_refused(
      {{"cut short", s3("PUT", "/other", "<CreateBucketConfiguration><a"), 400, "MalformedXML"},
       {"nested elements", s3("PUT", "/other", elements), 400, "MalformedXML"},
       {"entities", s3("PUT", "/other", entities), 400, "MalformedXML"},
       {"no XML", s3("PUT", "/other", "{}"), 400, "MalformedXML"},
       {"missing member", deletion("<Delete><Object/></Delete>"), 400, "MalformedXML"},
       {"nested objects", deletion("<Delete>" + repeated("<Object>", 10'000)), 400, "MalformedXML"},
       {"bad percent", s3("GET", "/photos/a?versionId=%zz", ""), 400, "InvalidURI"},
       {"text for a number", s3("GET", "/photos?max-keys=abc", ""), 400, "InvalidArgument"},
       {"bucket name", s3("PUT", "/Not_A_Bucket!", ""), 400, "InvalidBucketName"},
       {"over-long key", s3("PUT", "/photos/" + repeated("k", 1025), "x"), 400, "KeyTooLongError"},
       {"over-long metadata",
        s3("PUT", "/photos/a", "x", "x-amz-meta-a: " + repeated("a", 3000) + "\r\n"), 400,
        "MetadataTooLarge"},
       {"wrong MD5", s3("PUT", "/photos/a", "x", "Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==\r\n"), 400,
        "BadDigest"},
       {"no MD5", s3("PUT", "/photos/a", "x", "Content-MD5: abc\r\n"), 400, "InvalidDigest"},
       {"wrong CRC", s3("PUT", "/photos/a", "x", "x-amz-checksum-crc32: AAAAAA==\r\n"), 400,
        "BadDigest"},
       {"wrong SHA-256",
        s3("PUT", "/photos/a", "x", "x-amz-content-sha256: " + repeated("0", 64) + "\r\n"), 400,
        "XAmzContentSHA256Mismatch"},
       {"chunks cut short", s3("PUT", "/photos/a", "5;\r\n", trailing), 400, "IncompleteBody"},
       {"unknown method", s3("PATCH", "/photos/a", ""), 405, "MethodNotAllowed"},
       {"not implemented", s3("PUT", "/photos?accelerate", "<x/>"), 501, "NotImplemented"}},
      "application/xml");
}

TEST_F(BadInput, ThatIsNoHttpIsRefusedAllTheSame) {
  const std::string head = "POST / HTTP/1.1\r\nHost: localhost\r\n";
  expect_refused(
      {{"nonsense", "hello\r\n\r\n", 400, "BadRequest"},
       {"another version", "GET / HTTP/9.9\r\nHost: x\r\n\r\n", 400, "BadRequest"},
       {"no host", "GET / HTTP/1.1\r\n\r\n", 400, "BadRequest"},
       {"two lengths", head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400,
        "BadRequest"},
       {"a length and chunks",
        head + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
        "BadRequest"},
       {"a negative length", head + "Content-Length: -1\r\n\r\n", 400, "BadRequest"},
       {"a bad chunk", head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "BadRequest"},
       {"no colon", "GET / HTTP/1.1\r\nHost x\r\n\r\n", 400, "BadRequest"},
       {"a zero in a header", head + std::string("A: \0\r\n\r\n", 8), 400, "BadRequest"},
       {"a space in the target", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400, "BadRequest"},
       {"a header of megabytes", head + "A: " + repeated("a", 3'000'000) + "\r\n\r\n", 400,
        "RequestHeaderSectionTooLarge"},
       {"10,000 headers", head + repeated("A: b\r\n", 10'000) + "\r\n", 400,
        "RequestHeaderSectionTooLarge"},
       {"a target of 100,000 letters",
        "GET /" + repeated("a", 100'000) + " HTTP/1.1\r\nHost: x\r\n\r\n", 400,
        "RequestHeaderSectionTooLarge"}},
      "application/xml");
}

TEST_F(BadInput, ThatEndsTooEarlyChangesNothing) {
  const std::string whole = s3("PUT", "/photos/cat", "0123456789");
  HttpClient client(server.port());
  ASSERT_TRUE(client.send(whole.substr(0, whole.size() - 5)));
  client.finish_sending();
  EXPECT_FALSE(client.receive());
  EXPECT_EQ(exchange(get("/photos/cat")).status, 404);
}

}  // namespace
}  // namespace fallstreak::testing
