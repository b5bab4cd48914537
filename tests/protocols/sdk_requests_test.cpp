#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "protocols/s3_body.h"
#include "protocols/sigv4_verify.h"

namespace fallstreak::protocols {
namespace {

/// Requests as the AWS SDK for Python sent them: what another implementation signed, this one must
/// accept.
class SdkRequests : public testing::Test {
 protected:
  SdkRequests() {
    std::ifstream file(FALLSTREAK_SOURCE_DIR "/fixtures/sigv4/botocore.json");
    document = nlohmann::json::parse(file);
    now = *parse_basic_iso8601(document.at("timestamp").get<std::string>());
  }

  static HttpRequest read(const nlohmann::json& entry) {
    HttpRequest request{.method = entry.at("method").get<std::string>(),
                        .target = entry.at("target").get<std::string>(),
                        .body = entry.at("body").get<std::string>()};
    for (const auto& header : entry.at("headers")) {
      request.headers.push_back({header.at(0).get<std::string>(), header.at(1).get<std::string>()});
    }
    return request;
  }
  [[nodiscard]] Outcome<Verified> verified(const HttpRequest& request,
                                           const std::string& family) const {
    const std::map<std::string, AuthFamily> families = {{"query", AuthFamily::query},
                                                        {"ec2", AuthFamily::ec2},
                                                        {"json", AuthFamily::json},
                                                        {"rest_json", AuthFamily::rest_json},
                                                        {"s3", AuthFamily::s3}};
    const auto lookup = [](std::string_view) {
      return SecretKey{"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
    };
    return verify(request, lookup, now, {.family = families.at(family), .region = "us-east-1"});
  }

  nlohmann::json document;
  Time now;
};

TEST_F(SdkRequests, AreVerified) {
  for (const auto& entry : document.at("requests")) {
    const auto outcome = verified(read(entry), entry.at("family").get<std::string>());
    EXPECT_TRUE(outcome) << entry.at("name") << "\n" << outcome.error().message;
  }
  EXPECT_EQ(document.at("requests").size(), 12U);
}

TEST_F(SdkRequests, CarryTheirBodyInChunks) {
  for (const auto& entry : document.at("requests")) {
    if (entry.at("name") != "s3-put-object") continue;
    HttpRequest request = read(entry);
    const auto outcome = verified(request, "s3");
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->payload, PayloadForm::streaming_unsigned_trailer);
    const auto body = read_s3_body(std::move(request), outcome->seed);
    ASSERT_TRUE(body) << body.error().message;
    EXPECT_EQ(body->bytes, "hello");
    EXPECT_EQ(body->checksum, (ChecksumValue{ChecksumAlgorithm::crc32, "NhCmhg=="}));
    return;
  }
  FAIL() << "the fixture has no upload";
}

}  // namespace
}  // namespace fallstreak::protocols
