#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "api/cloudwatch/service.h"
#include "api/dynamodb/service.h"
#include "api/ec2/service.h"
#include "api/s3/service.h"
#include "api/sts/service.h"
#include "base/encoding.h"
#include "protocols/codec.h"
#include "protocols/json_value.h"
#include "protocols/obstacle_course.h"
#include "protocols/random_value.h"
#include "protocols/routing.h"

/// Runs fixtures/protocols/*.json: exchanges as they are on the wire, byte for byte.
namespace fallstreak::testing {
namespace {

using Json = nlohmann::ordered_json;

const std::map<std::string, api::Protocol> kProtocols{{"query", api::Protocol::query},
                                                      {"ec2", api::Protocol::ec2},
                                                      {"json_1_0", api::Protocol::json_1_0},
                                                      {"json_1_1", api::Protocol::json_1_1},
                                                      {"rest_json", api::Protocol::rest_json},
                                                      {"rest_xml", api::Protocol::rest_xml},
                                                      {"rpc_v2_cbor", api::Protocol::rpc_v2_cbor}};

const api::Operation& find_operation(const Json& test, api::Protocol protocol) {
  const std::map<std::string, const api::Service*> services{
      {"course", &course::service_of(protocol)},
      {"cloudwatch", &api::cloudwatch::kService},
      {"dynamodb", &api::dynamodb::kService},
      {"ec2", &api::ec2::kService},
      {"s3", &api::s3::kService},
      {"sts", &api::sts::kService}};
  for (const api::Operation* operation :
       services.at(test.at("service").get<std::string>())->operations) {
    if (operation->name == test.at("operation").get<std::string>()) return *operation;
  }
  throw std::out_of_range("no operation " + test.at("operation").get<std::string>());
}

std::string body_of(const Json& http) {
  if (http.contains("body_hex")) return *from_hex(http["body_hex"].get<std::string>());
  return http.value("body", "");
}

std::string shown(std::string_view bytes) {
  return is_utf8(bytes) ? std::string(bytes) : to_hex(bytes);
}

protocols::Headers headers_of(const Json& http) {
  protocols::Headers headers;
  const Json given = http.value("headers", Json::object());
  for (const auto& [name, value] : given.items()) {
    headers.push_back({name, value.get<std::string>()});
  }
  return headers;
}

protocols::HttpRequest request_of(const Json& http) {
  return {.method = http.at("method"),
          .target = http.at("target"),
          .headers = headers_of(http),
          .body = body_of(http)};
}

protocols::HttpResponse response_of(const Json& http) {
  return {.status = http.at("status"),
          .headers = headers_of(http),
          .body = body_of(http),
          .streamed = {}};
}

ApiError error_of(const Json& test) {
  const Json& error = test.at("error");
  ApiError made(error.at("code"), error.at("message"), error.at("status"));
  if (made.status >= 500) made.fault = Fault::receiver;
  return made;
}

void expect_headers(const protocols::Headers& wanted, const protocols::Headers& given) {
  for (const protocols::Header& header : wanted) {
    const std::string* value = protocols::find_header(given, header.name);
    ASSERT_NE(value, nullptr) << header.name;
    EXPECT_EQ(*value, header.value) << header.name;
  }
}

class Case {
 public:
  Case(const Json& test, api::Protocol protocol)
      : test_(test),
        http_(test.at("http")),
        operation_(find_operation(test, protocol)),
        codec_(protocols::codec_for(protocol)) {}

  void run() {
    const std::string kind = test_.at("kind");
    if (kind == "request") return run_request();
    if (kind == "response") return run_response();
    if (kind == "error") return run_error();
    ASSERT_EQ(kind, "malformed");
    run_malformed();
  }

 private:
  api::AnyValue expected(const api::Shape& shape) {
    api::AnyValue value(shape);
    protocols::read_json(test_.at("value").dump(), shape, protocols::JsonDialect::aws_json,
                         value.get());
    return value;
  }

  protocols::PathLabels labels_of(const protocols::HttpRequest& request) {
    const api::Service* services[] = {operation_.service};
    const auto routed =
        protocols::Router(services).route(request, operation_.service->signing_name);
    EXPECT_EQ(routed.operation, &operation_) << routed.operation_name;
    return routed.labels;
  }

  void run_request() {
    auto request = request_of(http_);
    const auto value = expected(*operation_.input);
    api::AnyValue decoded(*operation_.input);
    codec_.decode_request(operation_, request, labels_of(request), decoded.get());
    EXPECT_TRUE(equal(*operation_.input, value.get(), decoded.get()))
        << dump(*operation_.input, decoded.get());

    if (!test_.at("exact").get<bool>()) return;
    protocols::HttpRequest encoded;
    codec_.encode_request(operation_, value.get(), encoded);
    EXPECT_EQ(encoded.method, http_.at("method").get<std::string>());
    EXPECT_EQ(encoded.target, http_.at("target").get<std::string>());
    EXPECT_EQ(shown(encoded.body), shown(body_of(http_)));
    expect_headers(headers_of(http_), encoded.headers);
  }

  void run_response() {
    const auto response = response_of(http_);
    const auto value = expected(*operation_.output);
    protocols::HttpResponse encoded;
    codec_.encode_response(operation_, value.get(), "req-1", encoded);
    EXPECT_EQ(encoded.status, response.status);
    EXPECT_EQ(shown(encoded.content()), shown(response.body));
    expect_headers(response.headers, encoded.headers);

    api::AnyValue decoded(*operation_.output);
    const auto read = codec_.decode_response(operation_, response, decoded.get());
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_TRUE(equal(*operation_.output, value.get(), decoded.get(), Emptiness::lost))
        << dump(*operation_.output, decoded.get());
  }

  void run_error() {
    const auto response = response_of(http_);
    protocols::HttpResponse encoded;
    codec_.encode_error(*operation_.service, &operation_, error_of(test_), "req-1", encoded);
    EXPECT_EQ(encoded.status, response.status);
    EXPECT_EQ(shown(encoded.content()), shown(response.body));
    expect_headers(response.headers, encoded.headers);

    const auto read = codec_.decode_response(operation_, response, nullptr);
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error(), error_of(test_)) << read.error().code << ": " << read.error().message;
  }

  void run_malformed() {
    auto request = request_of(http_);
    api::AnyValue decoded(*operation_.input);
    const auto labels = labels_of(request);
    try {
      codec_.decode_request(operation_, request, labels, decoded.get());
      FAIL() << "read as " << dump(*operation_.input, decoded.get());
    } catch (const ApiError& error) {
      EXPECT_EQ(error, error_of(test_))
          << error.code << ": " << error.message << " " << error.status;
    }
  }

  const Json& test_;
  const Json& http_;
  const api::Operation& operation_;
  const protocols::Codec& codec_;
};

class ProtocolCases : public ::testing::TestWithParam<std::string> {};

TEST_P(ProtocolCases, AreOnTheWireAsRecorded) {
  const std::string path =
      std::string(FALLSTREAK_SOURCE_DIR) + "/fixtures/protocols/" + GetParam() + ".json";
  std::ifstream file(path);
  const Json document = Json::parse(file);
  ASSERT_FALSE(document.at("cases").empty());
  for (const Json& test : document.at("cases")) {
    SCOPED_TRACE(GetParam() + ": " + test.at("name").get<std::string>());
    Case(test, kProtocols.at(GetParam())).run();
  }
}

INSTANTIATE_TEST_SUITE_P(Fixtures, ProtocolCases,
                         ::testing::Values("query", "ec2", "json_1_0", "json_1_1", "rest_json",
                                           "rest_xml", "rpc_v2_cbor"),
                         [](const auto& name) { return name.param; });

}  // namespace
}  // namespace fallstreak::testing
