#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/sigv4_verify.h"

/// Requests that are signed, then made wrong in one way, for the tests of verifying.
namespace fallstreak::protocols {

inline const Time kNow = *parse_basic_iso8601("20150830T123600Z");
inline const Credentials kCredentials{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
inline constexpr AuthFamily kFamilies[] = {AuthFamily::query, AuthFamily::ec2, AuthFamily::json,
                                           AuthFamily::rest_json, AuthFamily::s3};

inline std::optional<SecretKey> look_up(std::string_view access_key_id) {
  if (access_key_id == "AKIDEXAMPLE") return SecretKey{kCredentials.secret_access_key};
  if (access_key_id == "ASIATEMPORARY") {
    return SecretKey{"temporary-secret", "token", kNow + std::chrono::minutes(60)};
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
  void presign_now(std::chrono::seconds expires, const Credentials& credentials = kCredentials) {
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

inline auto is_error(std::string_view code, int status,
                     const testing::Matcher<std::string>& message) {
  return testing::AllOf(testing::Field(&ApiError::code, std::string(code)),
                        testing::Field(&ApiError::status, status),
                        testing::Field(&ApiError::message, message));
}

}  // namespace fallstreak::protocols
