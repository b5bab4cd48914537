// How the services' own protocols meet the front: what a unit test of either does not see.
#include "base/checksum.h"
#include "base/encoding.h"
#include "front/server_test.h"
#include "protocols/aws_chunked.h"
#include "protocols/sigv4.h"

namespace fallstreak::testing {
namespace {

using ::testing::HasSubstr;

const protocols::Credentials kCredentials{"test", "test"};

class JsonServices : public ServerTest {
 protected:
  Reply call(std::string_view operation, std::string_view body) {
    return exchange(post("/", body,
                         "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Target: "
                         "DynamoDB_20120810." +
                             std::string(operation) + "\r\n"));
  }
};

TEST_F(JsonServices, AreAnsweredInJson) {
  const auto reply = call("ListTables", "{}");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("content-type"), "application/x-amz-json-1.0");
  EXPECT_EQ(reply.header("server"), "Server");
  EXPECT_EQ(reply.body, R"({"TableNames":[]})");
}

TEST_F(JsonServices, AreRefusedInJson) {
  const auto unknown = call("Nonsense", "{}");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_THAT(unknown.body, HasSubstr("UnknownOperationException"));
  EXPECT_NE(request_id(unknown), "");

  const auto malformed = call("GetItem", "{");
  EXPECT_EQ(malformed.status, 400);
  EXPECT_THAT(malformed.body, HasSubstr("SerializationException"));

  const auto absent = call("GetItem", R"({"TableName":"orders","Key":{"id":{"S":"1"}}})");
  EXPECT_EQ(absent.status, 400);
  EXPECT_THAT(absent.body, HasSubstr("com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"));
}

TEST_F(JsonServices, RefuseWhatIsNestedTooDeepAndLiveOn) {
  const std::string deep(100'000, '[');
  EXPECT_EQ(call("GetItem", "{\"Key\":" + deep).status, 400);
  EXPECT_EQ(call("ListTables", "{}").status, 200);
}

TEST_F(JsonServices, SayThatDynamoDbsEndpointIsWell) {
  const auto ask = [this](const std::string& method, const std::string& host) {
    return exchange(method + " /ping HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  };
  const std::string host = "dynamodb.eu-west-1.amazonaws.com";
  const auto well = ask("GET", host);
  EXPECT_EQ(well.status, 200);
  EXPECT_EQ(well.body, "healthy: " + host + " ");
  EXPECT_EQ(well.header("x-amz-crc32"), std::to_string(crc32(well.body)));
  EXPECT_EQ(well.header("server"), "Server");
  EXPECT_NE(request_id(well), "");
  for (const char* method : {"PUT", "DELETE", "OPTIONS"}) {
    const auto refused = ask(method, host + ":443");
    EXPECT_EQ(refused.status, 404) << method;
    EXPECT_EQ(refused.body, "<UnknownOperationException/>\n") << method;
  }
  EXPECT_THAT(ask("GET", "localhost").body, HasSubstr("NoSuchBucket"));
}

class ObjectStore : public ServerTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(
        exchange("PUT /photos HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n").status,
        200);
  }
  Reply put(std::string_view key, std::string_view body, std::string_view headers = {}) {
    return exchange("PUT /photos/" + std::string(key) + " HTTP/1.1\r\nHost: localhost\r\n" +
                    std::string(headers) + "Content-Length: " + std::to_string(body.size()) +
                    "\r\n\r\n" + std::string(body));
  }
};

TEST_F(ObjectStore, IsReachedByPathAndByHost) {
  ASSERT_EQ(put("cat.txt", "meow").status, 200);
  const auto by_path = exchange(get("/photos/cat.txt"));
  EXPECT_EQ(by_path.body, "meow");
  EXPECT_EQ(by_path.header("server"), "AmazonS3");
  EXPECT_EQ(by_path.header("x-amz-request-id").size(), 16U);
  EXPECT_NE(by_path.header("x-amz-id-2"), "");
  for (const std::string host :
       {"photos.s3.localhost:4566", "photos.localhost", "photos.s3.eu-central-1.amazonaws.com"}) {
    EXPECT_EQ(exchange("GET /cat.txt HTTP/1.1\r\nHost: " + host + "\r\n\r\n").body, "meow") << host;
  }
}

TEST_F(ObjectStore, AnswersHeadWithTheLengthAndNoBody) {
  ASSERT_EQ(put("cat.txt", "meow").status, 200);
  HttpClient client(server.port());
  ASSERT_TRUE(client.send("HEAD /photos/cat.txt HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  const auto head = client.receive("HEAD");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->header("content-length"), "4");
  const auto next = client.exchange(get("/photos/cat.txt"));
  ASSERT_TRUE(next);
  EXPECT_EQ(next->body, "meow");
}

TEST_F(ObjectStore, DeletesManyObjectsOnlyWithAChecksumThatIsRight) {
  ASSERT_EQ(put("cat.txt", "meow").status, 200);
  const std::string list = "<Delete><Object><Key>cat.txt</Key></Object></Delete>";
  const auto remove = [&](const std::string& header) {
    return exchange(post("/photos?delete", list, header));
  };
  const auto without = remove("");
  EXPECT_EQ(without.status, 400);
  EXPECT_THAT(without.body, HasSubstr("<Code>InvalidRequest</Code>"));
  EXPECT_THAT(without.body, HasSubstr("Content-MD5 OR x-amz-checksum-*"));
  EXPECT_NE(request_id(without), "");
  EXPECT_THAT(remove("Content-MD5: nonsense\r\n").body, HasSubstr("<Code>InvalidDigest</Code>"));
  EXPECT_THAT(remove("Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==\r\n").body,
              HasSubstr("<Code>BadDigest</Code>"));
  EXPECT_THAT(remove("x-amz-checksum-crc32: AAAAAA==\r\n").body,
              HasSubstr("<Code>BadDigest</Code>"));
  EXPECT_EQ(exchange(get("/photos/cat.txt")).status, 200);

  const auto md5 = to_base64(checksum(ChecksumAlgorithm::md5, list));
  EXPECT_THAT(remove("Content-MD5: " + md5 + "\r\n").body, HasSubstr("<Deleted>"));
  EXPECT_EQ(exchange(get("/photos/cat.txt")).status, 404);
}

TEST_F(ObjectStore, CarriesLargeObjectsBothWays) {
  std::string large(std::size_t{5} * 1024 * 1024, '\0');
  for (std::size_t at = 0; at < large.size(); ++at) large[at] = char(at * 31 % 251);
  ASSERT_EQ(put("large", large).status, 200);
  HttpClient client(server.port());
  ASSERT_TRUE(client.send(get("/photos/large") + get("/photos/large", "Range: bytes=10-19\r\n")));
  const auto whole = client.receive();
  ASSERT_TRUE(whole);
  EXPECT_TRUE(whole->body == large);
  const auto part = client.receive();
  ASSERT_TRUE(part);
  EXPECT_EQ(part->body, large.substr(10, 10));
}

TEST_F(ObjectStore, RefusesABodyThatIsNotWhatItsDigestsSay) {
  const auto md5 = put("a", "meow", "Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==\r\n");
  EXPECT_EQ(md5.status, 400);
  EXPECT_THAT(md5.body, HasSubstr("<Code>BadDigest</Code>"));

  const auto crc = put("a", "meow", "x-amz-checksum-crc32: AAAAAA==\r\n");
  EXPECT_EQ(crc.status, 400);
  EXPECT_THAT(crc.body, HasSubstr("<Code>BadDigest</Code>"));

  const std::string other(64, 'a');
  const auto sha = put("a", "meow", "x-amz-content-sha256: " + other + "\r\n");
  EXPECT_EQ(sha.status, 400);
  EXPECT_THAT(sha.body, HasSubstr("<Code>XAmzContentSHA256Mismatch</Code>"));

  EXPECT_EQ(exchange(get("/photos/a")).status, 404);
}

TEST_F(ObjectStore, TakesChunkedUploadsApart) {
  protocols::HttpRequest request{
      .method = "PUT",
      .target = "/photos/chunked",
      .headers = {{"Host", "localhost"}, {"Content-Encoding", "aws-chunked"}},
      .body = std::string(200'000, 'x')};
  protocols::sign_chunked(request, kCredentials, "us-east-1", "s3", cloud.now(),
                          {.checksum = ChecksumAlgorithm::crc32c});
  protocols::remove_header(request.headers, "content-length");
  const auto reply = exchange(on_the_wire(request));
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto stored = exchange(get("/photos/chunked"));
  EXPECT_TRUE(stored.body == std::string(200'000, 'x'));
  EXPECT_EQ(stored.header("content-encoding"), "");

  request.body.replace(request.body.find("xxxx"), 1, "y");
  EXPECT_EQ(exchange(on_the_wire(request)).status, 400);
}

class SmallStore : public ServerTest {
 protected:
  static front::ServerOptions small() {
    auto with = options();
    with.body.object = 1000;
    return with;
  }
  SmallStore() : ServerTest(small()) {}
};

TEST_F(SmallStore, RefusesObjectsAboveItsLimit) {
  const auto reply = exchange(
      "PUT /photos/large HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
      "Content-Length: 1001\r\n\r\n");
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr("<Code>EntityTooLarge</Code>"));
  EXPECT_NE(reply.header("x-amz-request-id"), "");
}

}  // namespace
}  // namespace fallstreak::testing
