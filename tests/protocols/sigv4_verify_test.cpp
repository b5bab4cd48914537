#include "protocols/sigv4_verify.h"

#include <random>

#include "base/checksum.h"
#include "base/encoding.h"
#include "protocols/s3_error_details.h"
#include "tests/protocols/signed_request.h"

namespace fallstreak::protocols {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::StartsWith;

class Verify : public SignedRequest {};

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

TEST_F(Verify, RefusesARightSignatureUnderAnotherName) {
  sign_now();
  replace(authorization(), "AWS4-HMAC-SHA256 ", "AWS5-HMAC-SHA256 ");
  EXPECT_THAT(refused(), is_error("IncompleteSignature", 400,
                                  "Unsupported AWS 'algorithm': 'AWS5-HMAC-SHA256'."));
  replace(authorization(), "AWS5-HMAC-SHA256 ", "AWS4-HMAC-SHA256X ");
  EXPECT_THAT(refused(), is_error("IncompleteSignature", 400,
                                  "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA256X'."));
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
