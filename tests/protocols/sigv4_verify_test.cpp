#include "protocols/sigv4_verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/encoding.h"
#include "protocols/checksum.h"
#include "protocols/s3_error_details.h"

namespace fallstreak::protocols {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::Field;
using testing::HasSubstr;
using testing::StartsWith;

const Time kNow = *parse_basic_iso8601("20150830T123600Z");
const Credentials kCredentials{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
constexpr AuthFamily kFamilies[] = {AuthFamily::query, AuthFamily::ec2, AuthFamily::json,
                                    AuthFamily::rest_json, AuthFamily::s3};

std::optional<SecretKey> look_up(std::string_view access_key_id) {
  if (access_key_id == "AKIDEXAMPLE") return SecretKey{kCredentials.secret_access_key};
  if (access_key_id == "ASIATEMPORARY") {
    return SecretKey{"temporary-secret", "token", kNow + minutes(60)};
  }
  return std::nullopt;
}

/// Where the requests of these tests are wrong on purpose, one thing at a time.
class SignedRequest : public testing::Test {
 protected:
  AuthFamily family = AuthFamily::query;
  HttpRequest request{.method = "POST",
                      .target = "/",
                      .headers = {{"Host", "sts.us-east-1.amazonaws.com"}},
                      .body = "Action=GetCallerIdentity&Version=2011-06-15"};

  [[nodiscard]] std::string service() const { return family == AuthFamily::s3 ? "s3" : "sts"; }
  void sign_now(const Credentials& credentials = kCredentials) {
    sign(request, credentials, "us-east-1", service(), kNow);
  }
  void presign_now(seconds expires, const Credentials& credentials = kCredentials) {
    presign(request, credentials, "us-east-1", service(), kNow, expires);
  }
  std::string& authorization() {
    for (Header& header : request.headers) {
      if (header.name == "Authorization") return header.value;
    }
    throw std::logic_error("not signed");
  }
  void replace(std::string& text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
  }
  Outcome<Verified> verified(Time now = kNow, std::string_view region = "us-east-1",
                             std::string_view wanted_service = {}) {
    return verify(request, look_up, now,
                  {.family = family,
                   .region = region,
                   .service = wanted_service.empty() ? service() : std::string(wanted_service)});
  }
  ApiError refused(Time now = kNow, std::string_view region = "us-east-1",
                   std::string_view wanted_service = {}) {
    const auto outcome = verified(now, region, wanted_service);
    EXPECT_FALSE(outcome.has_value()) << "the request was accepted";
    return outcome ? ApiError() : outcome.error();
  }
};

auto is_error(std::string_view code, int status, const testing::Matcher<std::string>& message) {
  return AllOf(Field(&ApiError::code, std::string(code)), Field(&ApiError::status, status),
               Field(&ApiError::message, message));
}

class Verify : public SignedRequest {};
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

TEST_F(Verify, AcceptsWhatWasSigned) {
  for (const AuthFamily each : kFamilies) {
    family = each;
    sign_now();
    const auto outcome = verified();
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->access_key_id, "AKIDEXAMPLE");
    EXPECT_EQ(outcome->region, "us-east-1");
    EXPECT_EQ(outcome->service, service());
    EXPECT_TRUE(authorization().ends_with("Signature=" + outcome->seed.signature));
  }
}

TEST_F(Verify, AcceptsAPresignedRequestUntilItExpires) {
  presign_now(seconds(60));
  EXPECT_TRUE(verified(kNow + seconds(60)));
  EXPECT_THAT(refused(kNow + seconds(61)),
              is_error("SignatureDoesNotMatch", 403,
                       "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z "
                       "(20150830T123701Z - 1 min.)"));
}

TEST_F(Verify, AcceptsAnyScopeWhenNoneIsAskedFor) {
  sign(request, kCredentials, "mars-north-1", "anything", kNow);
  EXPECT_TRUE(verify(request, look_up, kNow, {.family = AuthFamily::json}));
}

TEST_F(Verify, AcceptsTheHttpDateThatAClientSignedInsteadOfXAmzDate) {
  // The signature of aws4_request with only Host and Date signed.
  request.headers.push_back({"Date", "Sun, 30 Aug 2015 12:36:00 GMT"});
  const std::string scope = "20150830/us-east-1/sts/aws4_request";
  const auto canonical =
      canonical_request(request, {"date", "host"}, sha256_hex(request.body), PathRule::standard);
  const auto key =
      derive_signing_key(kCredentials.secret_access_key, "20150830", "us-east-1", "sts");
  request.headers.push_back(
      {"Authorization",
       "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/" + scope +
           ", SignedHeaders=date;host, Signature=" +
           hmac_sha256_hex(key, string_to_sign("20150830T123600Z", scope, canonical))});
  EXPECT_TRUE(verified());
}

TEST_F(Verify, RefusesARequestWithoutSignatureInTheFamilysWords) {
  EXPECT_THAT(refused(), is_error("MissingAuthenticationToken", 403,
                                  "Request is missing Authentication Token"));
  family = AuthFamily::json;
  EXPECT_THAT(refused(), is_error("MissingAuthenticationTokenException", 400,
                                  "Request is missing Authentication Token"));
  family = AuthFamily::rest_json;
  EXPECT_THAT(refused(),
              is_error("MissingAuthenticationTokenException", 403, "Missing Authentication Token"));
  family = AuthFamily::ec2;
  EXPECT_THAT(refused(), is_error("MissingParameter", 400,
                                  "The request must contain the parameter AWSAccessKeyId"));
  family = AuthFamily::s3;
  EXPECT_THAT(refused(), is_error("AccessDenied", 403, "Access Denied"));
}

TEST_F(Verify, RefusesAnUnknownKeyInTheFamilysWords) {
  const auto refused_in = [&](AuthFamily each) {
    family = each;
    sign_now({"AKIDUNKNOWN", "secret"});
    return refused();
  };
  constexpr auto kInvalid = "The security token included in the request is invalid.";
  EXPECT_THAT(refused_in(AuthFamily::query), is_error("InvalidClientTokenId", 403, kInvalid));
  EXPECT_THAT(refused_in(AuthFamily::json), is_error("UnrecognizedClientException", 400, kInvalid));
  EXPECT_THAT(refused_in(AuthFamily::rest_json),
              is_error("UnrecognizedClientException", 403, kInvalid));
  EXPECT_THAT(
      refused_in(AuthFamily::ec2),
      is_error("AuthFailure", 401, "AWS was not able to validate the provided access credentials"));
  const ApiError s3 = refused_in(AuthFamily::s3);
  EXPECT_THAT(s3, is_error("InvalidAccessKeyId", 403,
                           "The AWS Access Key Id you provided does not exist in our records."));
  EXPECT_EQ(details_of(s3)->aws_access_key_id, "AKIDUNKNOWN");
}

TEST_F(Verify, RefusesAWrongSignatureAndSaysWhatShouldHaveBeenSigned) {
  sign_now({"AKIDEXAMPLE", "wrong"});
  const ApiError error = refused();
  EXPECT_THAT(error,
              is_error("SignatureDoesNotMatch", 403,
                       StartsWith("The request signature we calculated does not match the "
                                  "signature you provided. Check your AWS Secret Access Key and "
                                  "signing method. Consult the service documentation for "
                                  "details.\n\nThe Canonical String for this request should have "
                                  "been\n'POST\n/\n\nhost:sts.us-east-1.amazonaws.com\n")));
  EXPECT_THAT(error.message,
              HasSubstr("\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n"
                        "20150830T123600Z\n20150830/us-east-1/sts/aws4_request\n"));
  family = AuthFamily::json;
  EXPECT_THAT(refused(), is_error("InvalidSignatureException", 400, HasSubstr("Canonical")));
  family = AuthFamily::rest_json;
  EXPECT_THAT(refused(), is_error("InvalidSignatureException", 403, HasSubstr("Canonical")));
  family = AuthFamily::ec2;
  EXPECT_THAT(refused(), is_error("AuthFailure", 401,
                                  "AWS was not able to validate the provided access credentials"));
}

TEST_F(Verify, RefusesAChangedBody) {
  sign_now();
  request.body += "&x=1";
  EXPECT_EQ(refused().code, "SignatureDoesNotMatch");
}

TEST_F(Verify, NamesEveryMissingComponent) {
  request.headers.push_back({"Authorization", "mock"});
  EXPECT_THAT(
      refused(),
      is_error("IncompleteSignature", 400,
               "Authorization header requires 'Credential' parameter. Authorization header "
               "requires 'Signature' parameter. Authorization header requires 'SignedHeaders' "
               "parameter. Authorization header requires existence of either a 'X-Amz-Date' or a "
               "'Date' header. Authorization=mock"));
  family = AuthFamily::json;
  EXPECT_EQ(refused().code, "IncompleteSignatureException");
  EXPECT_EQ(refused().status, 400);
  family = AuthFamily::rest_json;
  EXPECT_EQ(refused().status, 403);
}

TEST_F(Verify, RefusesAComponentWithoutEqualSign) {
  request.headers.push_back({"Authorization", "Bearer abc"});
  EXPECT_THAT(refused(), is_error("IncompleteSignature", 400,
                                  "'abc' not a valid key=value pair (missing equal-sign) in "
                                  "Authorization header: 'Bearer abc'."));
}

TEST_F(Verify, RefusesACredentialWithoutFiveParts) {
  sign_now();
  replace(authorization(), "/us-east-1/", "/");
  EXPECT_THAT(refused(), is_error("IncompleteSignature", 400,
                                  "Credential must have exactly 5 slash-delimited elements, e.g. "
                                  "keyid/date/region/service/term, got "
                                  "'AKIDEXAMPLE/20150830/sts/aws4_request'"));
}

TEST_F(Verify, RefusesADateThatIsNotBasicIso8601) {
  sign_now();
  set_header(request.headers, "X-Amz-Date", "yesterday");
  EXPECT_THAT(refused(), is_error("IncompleteSignature", 400,
                                  "Date must be in ISO-8601 'basic format'. Got 'yesterday'. See "
                                  "http://en.wikipedia.org/wiki/ISO_8601"));
}

TEST_F(Verify, RefusesOtherAlgorithmsByName) {
  request.headers.push_back({"Authorization", "AWS4-HMAC-SHA512 Credential=x"});
  EXPECT_THAT(refused(), is_error("IncompleteSignature", 400,
                                  "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'."));
  authorization() = "AWS4-ECDSA-P256-SHA256 Credential=AKID/20150830/sts/aws4_request";
  EXPECT_THAT(refused(), is_error("IncompleteSignature", 400,
                                  "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'."));
  authorization() = "AWS AKID:signature";
  EXPECT_THAT(refused(),
              is_error("IncompleteSignature", 400, "Unsupported AWS 'algorithm': 'AWS'."));
}

TEST_F(Verify, NamesEveryMissingQueryParameter) {
  request.target = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256";
  EXPECT_THAT(
      refused(),
      is_error("IncompleteSignature", 400,
               "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string "
               "parameters must include 'X-Amz-Signature'. AWS query-string parameters must "
               "include 'X-Amz-SignedHeaders'. AWS query-string parameters must include "
               "'X-Amz-Date'. Re-examine the query-string parameters."));
}

TEST_F(Verify, RefusesASignatureThatLeavesOutTheHost) {
  sign_now();
  replace(authorization(), "SignedHeaders=host;", "SignedHeaders=");
  EXPECT_THAT(refused(), is_error("SignatureDoesNotMatch", 403,
                                  "'Host' or ':authority' must be a 'SignedHeader' in the AWS "
                                  "Authorization."));
}

TEST_F(Verify, AllowsFiveMinutesOfClockSkew) {
  sign_now();
  EXPECT_TRUE(verified(kNow + minutes(5)));
  EXPECT_TRUE(verified(kNow - minutes(5)));
  EXPECT_THAT(refused(kNow + minutes(5) + seconds(1)),
              is_error("SignatureDoesNotMatch", 403,
                       "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z "
                       "(20150830T124101Z - 5 min.)"));
  EXPECT_THAT(refused(kNow - minutes(5) - seconds(1)),
              is_error("SignatureDoesNotMatch", 403,
                       "Signature not yet current: 20150830T123600Z is still later than "
                       "20150830T123559Z (20150830T123059Z + 5 min.)"));
  family = AuthFamily::ec2;
  EXPECT_THAT(refused(kNow + minutes(6)), is_error("RequestExpired", 400, "Request has expired."));
}

TEST_F(Verify, TellsEveryFaultOfTheScope) {
  sign_now();
  EXPECT_THAT(refused(kNow, "eu-west-1", "iam"),
              is_error("SignatureDoesNotMatch", 403,
                       "Credential should be scoped to a valid region. Credential should be scoped "
                       "to correct service: 'iam'. "));
  replace(authorization(), "/20150830/us-east-1/sts/aws4_request", "/20150829/us-east-1/sts/aws5");
  EXPECT_THAT(refused(),
              is_error("SignatureDoesNotMatch", 403,
                       "Credential should be scoped with a valid terminator: 'aws4_request', not "
                       "'aws5'. Date in Credential scope does not match YYYYMMDD from ISO-8601 "
                       "version of date from HTTP: '20150829' != '20150830', from "
                       "'20150830T123600Z'. "));
}

TEST_F(Verify, RefusesAWrongOrExpiredSessionToken) {
  const Credentials temporary{"ASIATEMPORARY", "temporary-secret", "token"};
  sign_now(temporary);
  EXPECT_TRUE(verified());
  presign_now(seconds(86400), temporary);
  remove_header(request.headers, "Authorization");
  EXPECT_THAT(
      refused(kNow + minutes(60)),
      is_error("ExpiredToken", 403, "The security token included in the request is expired"));
  request.target = "/";
  sign_now({"ASIATEMPORARY", "temporary-secret", "stale"});
  EXPECT_EQ(refused().code, "InvalidClientTokenId");
  remove_header(request.headers, "X-Amz-Security-Token");
  sign_now({"ASIATEMPORARY", "temporary-secret"});
  EXPECT_EQ(refused().code, "InvalidClientTokenId");
  family = AuthFamily::json;
  EXPECT_EQ(refused().code, "UnrecognizedClientException");
  family = AuthFamily::ec2;
  EXPECT_EQ(refused().code, "AuthFailure");
}

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

std::string random_text(std::mt19937_64& random, std::size_t most) {
  std::string text(random() % (most + 1), '\0');
  for (char& letter : text) letter = static_cast<char>(random() & 0xFF);
  return text;
}

HttpRequest random_request(std::mt19937_64& random) {
  constexpr std::string_view kMethods[] = {"GET", "PUT", "POST", "DELETE", "HEAD"};
  constexpr std::string_view kLetters = "ab/.%~+ -_!'()*\xC3";
  HttpRequest request{.method = std::string(kMethods[random() % 5]), .target = "/"};
  for (auto length = random() % 20; length > 0; --length) {
    request.target += kLetters[random() % kLetters.size()];
  }
  for (std::size_t pair = 0, pairs = random() % 4; pair < pairs; ++pair) {
    request.target += pair == 0 ? "?" : "&";
    request.target += percent_encode(random_text(random, 6));
    if (random() % 3 != 0) request.target += "=" + percent_encode(random_text(random, 9));
  }
  request.headers.push_back({"host", "example.com"});
  for (auto count = random() % 4; count > 0; --count) {
    request.headers.push_back({"X-Amz-Meta-" + std::string(1, char('a' + random() % 3)),
                               " a  " + percent_encode(random_text(random, 9)) + "\t"});
  }
  request.body = random_text(random, 40);
  return request;
}

TEST_F(Verify, AcceptsEveryRandomRequestThatWasSignedAndNoChangedOne) {
  std::mt19937_64 random(4);
  SigningKeyCache cache;
  for (int round = 0; round < 500; ++round) {
    family = kFamilies[random() % 5];
    request = random_request(random);
    const bool is_s3 = family == AuthFamily::s3;
    const bool is_presigned = random() % 2 == 0;
    // A path with a lone percent sign cannot be split, so nobody presigns it.
    if (is_presigned && !split_target(request.target)) continue;
    if (is_presigned) {
      presign_now(seconds(60));
    } else {
      sign_now();
    }
    const VerifyOptions options{.family = family, .service = is_s3 ? "s3" : "sts", .cache = &cache};
    const auto outcome = verify(request, look_up, kNow, options);
    ASSERT_TRUE(outcome) << request.target << "\n" << outcome.error().message;

    HttpRequest changed = request;
    switch (random() % 3) {
      case 0:
        changed.method += "X";
        break;
      case 1:
        changed.target.insert(1, "q");
        break;
      default:
        changed.headers.front().value += "x";
    }
    ASSERT_FALSE(verify(changed, look_up, kNow, options)) << changed.target;
  }
}

}  // namespace
}  // namespace fallstreak::protocols
