#include "base/checksum.h"
#include "protocols/s3_error_details.h"
#include "tests/protocols/signed_request.h"

namespace fallstreak::protocols {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::StartsWith;

class VerifyS3 : public SignedRequest {
 protected:
  VerifyS3() {
    family = AuthFamily::s3;
    request = {.method = "PUT",
               .target = "/bucket/key%20with%20space",
               .headers = {{"Host", "s3.amazonaws.com"}, {"x-amz-acl", "private"}},
               .body = "content"};
  }
};

TEST_F(VerifyS3, SaysWhatShouldHaveBeenSignedInMembers) {
  sign_now({"AKIDEXAMPLE", "wrong"});
  const ApiError error = refused();
  EXPECT_THAT(error, is_error("SignatureDoesNotMatch", 403,
                              "The request signature we calculated does not match the signature "
                              "you provided. Check your key and signing method."));
  const S3ErrorDetails* details = details_of(error);
  ASSERT_NE(details, nullptr);
  EXPECT_EQ(details->aws_access_key_id, "AKIDEXAMPLE");
  EXPECT_THAT(*details->string_to_sign, StartsWith("AWS4-HMAC-SHA256\n20150830T123600Z\n"));
  EXPECT_THAT(*details->canonical_request, StartsWith("PUT\n/bucket/key%20with%20space\n\nhost:"));
  EXPECT_THAT(*details->string_to_sign_bytes, StartsWith("41 57 53 34 2d"));
  EXPECT_THAT(*details->canonical_request_bytes, StartsWith("50 55 54 0a"));
  EXPECT_TRUE(authorization().ends_with("Signature=" + *details->signature_provided));
  EXPECT_EQ(error.shape->member("StringToSign")->wire, "StringToSign");
}

TEST_F(VerifyS3, HashesTheBodyUnlessTheCallerDoesItLater) {
  sign_now();
  request.body = "changed";
  const ApiError error = refused();
  EXPECT_THAT(error, is_error("XAmzContentSHA256Mismatch", 400,
                              "The provided 'x-amz-content-sha256' header does not match what was "
                              "computed."));
  EXPECT_EQ(details_of(error)->client_computed_content_sha256, sha256_hex("content"));
  EXPECT_EQ(details_of(error)->s3_computed_content_sha256, sha256_hex("changed"));
  EXPECT_TRUE(verify(request, look_up, kNow, {.family = family, .body = BodyCheck::later}));
}

TEST_F(VerifyS3, TakesEachPayloadForm) {
  const std::pair<std::string_view, PayloadForm> forms[] = {
      {kUnsignedPayload, PayloadForm::unsigned_},
      {kStreamingSigned, PayloadForm::streaming_signed},
      {kStreamingSignedTrailer, PayloadForm::streaming_signed_trailer},
      {kStreamingUnsignedTrailer, PayloadForm::streaming_unsigned_trailer}};
  for (const auto& [name, form] : forms) {
    sign(request, kCredentials, "us-east-1", "s3", kNow, {.payload_hash = name});
    const auto outcome = verified();
    ASSERT_TRUE(outcome) << name;
    EXPECT_EQ(outcome->payload, form);
  }
}

TEST_F(VerifyS3, RequiresAValidContentSha256) {
  sign(request, kCredentials, "us-east-1", "s3", kNow,
       {.content_sha256 = ContentSha256Header::never});
  EXPECT_THAT(refused(), is_error("InvalidRequest", 400,
                                  "Missing required header for this request: "
                                  "x-amz-content-sha256"));
  request.headers.push_back({"x-amz-content-sha256", "abc"});
  const ApiError error = refused();
  EXPECT_THAT(error, is_error("InvalidArgument", 400,
                              StartsWith("x-amz-content-sha256 must be UNSIGNED-PAYLOAD, ")));
  EXPECT_EQ(details_of(error)->argument_value, "abc");
}

TEST_F(VerifyS3, AllowsFifteenMinutesOfClockSkew) {
  sign_now();
  EXPECT_TRUE(verified(kNow + minutes(15)));
  const ApiError error = refused(kNow + minutes(16));
  EXPECT_THAT(error, is_error("RequestTimeTooSkewed", 403,
                              "The difference between the request time and the current time is "
                              "too large."));
  EXPECT_EQ(details_of(error)->request_time, "20150830T123600Z");
  EXPECT_EQ(details_of(error)->server_time, "2015-08-30T12:52:00Z");
  EXPECT_EQ(details_of(error)->max_allowed_skew_milliseconds, "900000");
}

TEST_F(VerifyS3, RefusesAPresignedRequestThatExpired) {
  presign_now(seconds(60));
  EXPECT_TRUE(verified(kNow + seconds(60)));
  const ApiError error = refused(kNow + seconds(61));
  EXPECT_THAT(error, is_error("AccessDenied", 403, "Request has expired"));
  EXPECT_EQ(details_of(error)->x_amz_expires, "60");
  EXPECT_EQ(details_of(error)->expires, "2015-08-30T12:37:00Z");
  EXPECT_EQ(details_of(error)->server_time, "2015-08-30T12:37:01Z");
  EXPECT_THAT(refused(kNow - minutes(16)),
              is_error("AccessDenied", 403, "Request is not yet valid"));
}

TEST_F(VerifyS3, RefusesMalformedPresignedParameters) {
  const auto code = "AuthorizationQueryParametersError";
  presign_now(seconds(60));
  const std::string good = request.target;
  const auto refused_with = [&](std::string_view from, std::string_view to) {
    request.target = good;
    replace(request.target, from, to);
    return refused();
  };
  EXPECT_THAT(refused_with("X-Amz-Expires=60", ""),
              is_error(code, 400,
                       "Query-string authentication version 4 requires the X-Amz-Algorithm, "
                       "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and "
                       "X-Amz-Expires parameters."));
  EXPECT_THAT(refused_with("Expires=60", "Expires=6x"),
              is_error(code, 400, "X-Amz-Expires should be a number"));
  EXPECT_THAT(refused_with("Expires=60", "Expires=-1"),
              is_error(code, 400, "X-Amz-Expires must be non-negative"));
  constexpr auto kWeek =
      "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must "
      "be less than 604800 seconds";
  EXPECT_THAT(refused_with("Expires=60", "Expires=604801"), is_error(code, 400, kWeek));
  EXPECT_THAT(refused_with("Expires=60", "Expires=99999999999999999999"),
              is_error(code, 400, kWeek));
  EXPECT_THAT(refused_with("Date=20150830T123600Z", "Date=20150830"),
              is_error(code, 400,
                       "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""));
  EXPECT_THAT(refused_with("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"),
              is_error(code, 400, StartsWith("X-Amz-Algorithm only supports ")));
  EXPECT_THAT(refused_with("%2Faws4_request", ""),
              is_error(code, 400,
                       "Error parsing the X-Amz-Credential parameter; the Credential is "
                       "mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/"
                       "aws4_request\"."));
  EXPECT_THAT(refused_with("%2Fs3%2F", "%2Fsqs%2F"),
              is_error(code, 400,
                       "Error parsing the X-Amz-Credential parameter; incorrect service \"sqs\". "
                       "This endpoint belongs to \"s3\"."));
  EXPECT_THAT(refused_with("us-east-1", "%zz"),
              is_error("InvalidURI", 400, "Couldn't parse the specified URI."));
}

TEST_F(VerifyS3, RefusesAMalformedAuthorizationHeader) {
  sign_now();
  const std::string good = authorization();
  const auto refused_with = [&](std::string_view from, std::string_view to) {
    authorization() = good;
    replace(authorization(), from, to);
    return refused();
  };
  const auto malformed = [](const std::string& reason) {
    return is_error("AuthorizationHeaderMalformed", 400,
                    "The authorization header is malformed; " + reason);
  };
  EXPECT_THAT(refused_with("Credential=", "C="), malformed("missing Credential."));
  EXPECT_THAT(refused_with("SignedHeaders=", "H="), malformed("missing SignedHeaders."));
  EXPECT_THAT(refused_with("Signature=", "S="), malformed("missing Signature."));
  EXPECT_THAT(refused_with("Credential=", "Credential"),
              malformed("the authorization component "
                        "\"CredentialAKIDEXAMPLE/20150830/us-east-1/s3/aws4_request\" is "
                        "malformed."));
  EXPECT_THAT(refused_with("/aws4_request", ""),
              malformed("the Credential is mal-formed; expecting "
                        "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."));
  EXPECT_THAT(refused_with("/s3/", "/ec2/"),
              malformed("incorrect service \"ec2\". This endpoint belongs to \"s3\"."));
  EXPECT_THAT(refused_with("aws4_request", "aws5"),
              malformed("incorrect terminal \"aws5\". This endpoint uses \"aws4_request\"."));
  EXPECT_THAT(refused_with("/20150830/", "/20150829/"),
              malformed("Invalid credential date \"20150829\". This date is not the same as "
                        "X-Amz-Date: \"20150830\"."));
}

TEST_F(VerifyS3, NamesTheRegionOfTheBucket) {
  sign_now();
  const ApiError error = refused(kNow, "eu-west-1");
  EXPECT_THAT(error, is_error("AuthorizationHeaderMalformed", 400,
                              "The authorization header is malformed; the region 'us-east-1' is "
                              "wrong; expecting 'eu-west-1'"));
  EXPECT_EQ(details_of(error)->region, "eu-west-1");
}

TEST_F(VerifyS3, RefusesAmzHeadersThatAreNotSigned) {
  sign_now();
  request.headers.push_back({"X-Amz-Copy-Source", "/other/key"});
  const ApiError error = refused();
  EXPECT_THAT(error, is_error("AccessDenied", 403,
                              "There were headers present in the request which were not signed"));
  EXPECT_EQ(details_of(error)->headers_not_signed, "x-amz-copy-source");
}

TEST_F(VerifyS3, RefusesAWrongDateOrNone) {
  sign_now();
  constexpr auto kDate = "AWS authentication requires a valid Date or x-amz-date header";
  set_header(request.headers, "X-Amz-Date", "now");
  EXPECT_THAT(refused(), is_error("AccessDenied", 403, kDate));
  remove_header(request.headers, "X-Amz-Date");
  EXPECT_THAT(refused(), is_error("AccessDenied", 403, kDate));
}

TEST_F(VerifyS3, RefusesTwoSignaturesAtOnce) {
  presign_now(seconds(60));
  sign_now();
  EXPECT_THAT(refused(),
              is_error("InvalidArgument", 400, StartsWith("Only one auth mechanism allowed; ")));
}

TEST_F(VerifyS3, RefusesOtherMechanisms) {
  constexpr auto kMechanism =
      "The authorization mechanism you have provided is not supported. Please use "
      "AWS4-HMAC-SHA256.";
  request.headers.push_back({"Authorization", "AWS AKID:signature"});
  EXPECT_THAT(refused(), is_error("InvalidRequest", 400, kMechanism));
  authorization() = "AWS4-ECDSA-P256-SHA256 Credential=A/20150830/s3/aws4_request";
  EXPECT_THAT(refused(), is_error("InvalidRequest", 400, kMechanism));
  authorization() = "Bearer abc";
  EXPECT_THAT(refused(), is_error("InvalidArgument", 400, "Unsupported Authorization Type"));
  remove_header(request.headers, "Authorization");
  request.target = "/b/k?AWSAccessKeyId=AKID&Expires=1&Signature=x";
  EXPECT_THAT(refused(), is_error("InvalidRequest", 400, kMechanism));
}

TEST_F(VerifyS3, RefusesWrongTokensInItsOwnWords) {
  sign_now({"ASIATEMPORARY", "temporary-secret", "stale"});
  EXPECT_THAT(refused(), is_error("InvalidToken", 400,
                                  "The provided token is malformed or otherwise invalid."));
  remove_header(request.headers, "Authorization");
  remove_header(request.headers, "X-Amz-Security-Token");
  remove_header(request.headers, "X-Amz-Date");
  remove_header(request.headers, "X-Amz-Content-Sha256");
  presign_now(seconds(86400), {"ASIATEMPORARY", "temporary-secret", "token"});
  EXPECT_TRUE(verified());
  EXPECT_THAT(refused(kNow + minutes(60)),
              is_error("ExpiredToken", 400, "The provided token has expired."));
}

}  // namespace
}  // namespace fallstreak::protocols
