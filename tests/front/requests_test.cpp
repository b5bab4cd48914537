#include "base/encoding.h"
#include "front/server_test.h"
#include "protocols/sigv4.h"

namespace fallstreak::testing {
namespace {

using ::testing::HasSubstr;

const std::string kBody = "Action=GetCallerIdentity&Version=2011-06-15";
const protocols::Credentials kAccount{"123456789012", "test"};

/// GetCallerIdentity, signed.
protocols::HttpRequest signed_request(Time now, const protocols::Credentials& credentials) {
  protocols::HttpRequest request{
      .method = "POST",
      .target = "/",
      .headers = {{"Host", "localhost"}, {"Content-Type", "application/x-www-form-urlencoded"}},
      .body = kBody};
  protocols::sign(request, credentials, "eu-central-1", "sts", now);
  return request;
}

class Requests : public ServerTest {};

TEST_F(Requests, AreAnsweredInTheProtocolOfTheirService) {
  const auto reply = exchange(get_caller_identity());
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("content-type"), "text/xml");
  EXPECT_EQ(reply.header("date"), "Thu, 01 Jan 2026 00:00:00 GMT");
  const std::string id = reply.header("x-amzn-RequestId");
  EXPECT_EQ(id.size(), 36U);
  EXPECT_EQ(reply.body,
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
            "<GetCallerIdentityResult><UserId>000000000000</UserId>"
            "<Account>000000000000</Account><Arn>arn:aws:iam::000000000000:root</Arn>"
            "</GetCallerIdentityResult><ResponseMetadata><RequestId>" +
                id + "</RequestId></ResponseMetadata></GetCallerIdentityResponse>");
}

TEST_F(Requests, BelongToTheAccountThatTheAccessKeyNames) {
  const auto reply = exchange(on_the_wire(signed_request(cloud.now(), kAccount)));
  EXPECT_THAT(reply.body, HasSubstr("<Account>123456789012</Account>"));
}

TEST_F(Requests, OfAnyOtherAccessKeyBelongToOneAccount) {
  const auto reply = exchange(on_the_wire(signed_request(cloud.now(), {"AKIAEXAMPLE", "secret"})));
  EXPECT_THAT(reply.body, HasSubstr("<Account>000000000000</Account>"));
}

TEST_F(Requests, HaveIdsThatDiffer) {
  EXPECT_NE(request_id(exchange(get_caller_identity())),
            request_id(exchange(get_caller_identity())));
}

TEST_F(Requests, OfAnUnknownActionAreRefusedAsAwsDoes) {
  const auto reply = exchange(post("/", "Action=Nonsense&Version=2011-06-15",
                                   "Content-Type: application/x-www-form-urlencoded\r\n"
                                   "Authorization: AWS4-HMAC-SHA256 "
                                   "Credential=test/20260101/us-east-1/sts/aws4_request, "
                                   "SignedHeaders=host, Signature=0\r\n"));
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr("<Code>InvalidAction</Code>"));
  EXPECT_THAT(reply.body, HasSubstr("Could not find operation Nonsense for version 2011-06-15"));
}

TEST_F(Requests, OfAServiceThatIsNotThereSaySoInItsProtocol) {
  const auto json = exchange(post("/", "{}",
                                  "X-Amz-Target: AWSFuture_20300101.DoIt\r\n"
                                  "Content-Type: application/x-amz-json-1.1\r\n"
                                  "Authorization: AWS4-HMAC-SHA256 "
                                  "Credential=test/20260101/us-east-1/future/aws4_request, "
                                  "SignedHeaders=host, Signature=0\r\n"));
  EXPECT_EQ(json.status, 501);
  EXPECT_EQ(json.header("content-type"), "application/x-amz-json-1.1");
  EXPECT_THAT(json.body, HasSubstr("\"__type\":\"NotImplemented\""));
  EXPECT_THAT(json.body, HasSubstr("The service future is not implemented"));
  EXPECT_NE(request_id(json), "");

  const auto cbor = exchange(
      post("/service/Future/operation/DoIt", "\xbf\xff", "smithy-protocol: rpc-v2-cbor\r\n"));
  EXPECT_EQ(cbor.status, 501);
  EXPECT_EQ(cbor.header("smithy-protocol"), "rpc-v2-cbor");

  const auto query = exchange(post("/", "Action=DoIt&Version=2030-01-01",
                                   "Content-Type: application/x-www-form-urlencoded\r\n"));
  EXPECT_EQ(query.status, 501);
  EXPECT_THAT(query.body, HasSubstr("<Code>NotImplemented</Code>"));
}

TEST_F(Requests, FromBrowsersMayComeFromAnyOrigin) {
  const auto preflight = exchange(
      "OPTIONS / HTTP/1.1\r\nHost: localhost\r\nOrigin: https://example.com\r\n"
      "Access-Control-Request-Method: POST\r\n"
      "Access-Control-Request-Headers: authorization,x-amz-date\r\n\r\n");
  EXPECT_EQ(preflight.status, 200);
  EXPECT_EQ(preflight.header("access-control-allow-origin"), "*");
  EXPECT_EQ(preflight.header("access-control-allow-headers"), "authorization,x-amz-date");
  EXPECT_EQ(preflight.header("access-control-allow-methods"), "POST");
  EXPECT_EQ(preflight.header("access-control-max-age"), "172800");
  const auto reply = exchange(get_caller_identity("Origin: https://example.com\r\n"));
  EXPECT_EQ(reply.header("access-control-allow-origin"), "*");
  EXPECT_EQ(exchange(get_caller_identity()).header("access-control-allow-origin"), "");
}

TEST_F(Requests, MayBeCompressed) {
  // gzip of kBody, without a name or time.
  const auto compressed = from_base64(
      "H4sIAAAAAAACA3NMLsnMz7N1Ty1xTszJSS3yTEnNK8ksqVQLSy0qBskYGRga6hqY6RqaAgD7RHOxKwAAAA==");
  ASSERT_TRUE(compressed);
  const auto reply = exchange(post("/", *compressed,
                                   "Content-Type: application/x-www-form-urlencoded\r\n"
                                   "Content-Encoding: gzip\r\n"));
  EXPECT_EQ(reply.status, 200) << reply.body;
  const auto damaged = exchange(post("/", compressed->substr(0, 30),
                                     "Content-Type: application/x-www-form-urlencoded\r\n"
                                     "Content-Encoding: gzip\r\n"));
  EXPECT_EQ(damaged.status, 400);
}

class StrictServer : public ServerTest {
 protected:
  static front::ServerOptions strict() {
    auto with = options();
    with.auth.mode = front::Auth::strict;
    with.auth.secrets = {{"AKIAEXAMPLE", "its own secret"}};
    return with;
  }
  StrictServer() : ServerTest(strict()) {}
};

TEST_F(StrictServer, AnswersWhoSignedWithTheRightSecret) {
  EXPECT_EQ(exchange(on_the_wire(signed_request(cloud.now(), kAccount))).status, 200);
  const protocols::Credentials own{"AKIAEXAMPLE", "its own secret"};
  EXPECT_EQ(exchange(on_the_wire(signed_request(cloud.now(), own))).status, 200);
}

TEST_F(StrictServer, RefusesAnotherSecret) {
  const protocols::Credentials wrong{"AKIAEXAMPLE", "test"};
  const auto reply = exchange(on_the_wire(signed_request(cloud.now(), wrong)));
  EXPECT_EQ(reply.status, 403);
  EXPECT_THAT(reply.body, HasSubstr("<Code>SignatureDoesNotMatch</Code>"));
}

TEST_F(StrictServer, RefusesWhatWasChangedOnTheWay) {
  auto request = signed_request(cloud.now(), kAccount);
  request.body += "&More=1";
  EXPECT_EQ(exchange(on_the_wire(request)).status, 403);
}

TEST_F(StrictServer, RefusesWhatWasSignedTooLongAgoByTheCloudsClock) {
  const auto request = signed_request(cloud.now(), kAccount);
  ASSERT_EQ(exchange(post("/_fallstreak/clock", R"({"advance":"20m"})")).status, 200);
  const auto reply = exchange(on_the_wire(request));
  EXPECT_EQ(reply.status, 403);
  EXPECT_THAT(reply.body, HasSubstr("Signature expired"));
}

TEST_F(StrictServer, RefusesWhoDidNotSign) {
  const auto reply = exchange(get_caller_identity());
  EXPECT_EQ(reply.status, 403);
  EXPECT_THAT(reply.body, HasSubstr("<Code>MissingAuthenticationToken</Code>"));
}

}  // namespace
}  // namespace fallstreak::testing
