#include "protocols/round_trip.h"

#include <gtest/gtest.h>

#include "api/autoscaling/service.h"
#include "api/cloudwatch/service.h"
#include "api/dynamodb/service.h"
#include "api/ec2/service.h"
#include "api/elbv2/service.h"
#include "api/s3/service.h"
#include "api/sts/service.h"
#include "protocols/codec.h"
#include "protocols/obstacle_course.h"
#include "protocols/random_value.h"
#include "protocols/routing.h"

namespace fallstreak::testing {
namespace {

class EveryService : public ::testing::TestWithParam<const api::Service*> {};

TEST_P(EveryService, ReadsBackWhatItWroteInEveryProtocol) { expect_round_trips(*GetParam(), 7, 6); }

INSTANTIATE_TEST_SUITE_P(Generated, EveryService,
                         ::testing::Values(&api::autoscaling::kService, &api::cloudwatch::kService,
                                           &api::dynamodb::kService, &api::ec2::kService,
                                           &api::elbv2::kService, &api::s3::kService,
                                           &api::sts::kService),
                         [](const auto& service) { return std::string(service.param->id); });

class Course : public ::testing::TestWithParam<api::Protocol> {
 protected:
  /// The course's operations differ in what they need of a protocol.
  void expect_trips(std::string_view name, Emptiness emptiness, int rounds) {
    const api::Operation& operation = course::operation_of(GetParam(), name);
    const auto& codec = protocols::codec_for(GetParam());
    for (int round = 0; round < rounds; ++round) {
      SCOPED_TRACE(round);
      RandomValues random{std::uint64_t(round)};
      api::AnyValue sent(*operation.output);
      random.fill(*operation.output, sent.get());
      protocols::HttpResponse response;
      codec.encode_response(operation, sent.get(), "req-1", response);
      api::AnyValue received(*operation.output);
      const auto read = codec.decode_response(operation, response, received.get());
      ASSERT_TRUE(read.has_value()) << read.error().message << "\n" << response.content();
      ASSERT_TRUE(equal(*operation.output, sent.get(), received.get(), emptiness))
          << "sent     " << dump(*operation.output, sent.get()) << "\nreceived "
          << dump(*operation.output, received.get()) << "\nas " << response.content();
    }
  }
  void expect_request_trips(std::string_view name, Emptiness emptiness, int rounds) {
    const api::Service* services[] = {&course::service_of(GetParam())};
    const protocols::Router router(services);
    const api::Operation& operation = course::operation_of(GetParam(), name);
    const auto& codec = protocols::codec_for(GetParam());
    for (int round = 0; round < rounds; ++round) {
      SCOPED_TRACE(round);
      RandomValues random{std::uint64_t(round)};
      api::AnyValue sent(*operation.input);
      random.fill(*operation.input, sent.get());
      protocols::HttpRequest request;
      codec.encode_request(operation, sent.get(), request);
      const auto routed = router.route(request, "course");
      ASSERT_EQ(routed.operation, &operation) << request.method << " " << request.target;
      api::AnyValue received(*operation.input);
      const std::string body = request.body;
      codec.decode_request(operation, request, routed.labels, received.get());
      ASSERT_TRUE(equal(*operation.input, sent.get(), received.get(), emptiness))
          << "sent     " << dump(*operation.input, sent.get()) << "\nreceived "
          << dump(*operation.input, received.get()) << "\nas " << request.target << "\n"
          << body;
    }
  }
  static bool is_exact(api::Protocol protocol) {
    return protocol == api::Protocol::json_1_0 || protocol == api::Protocol::json_1_1 ||
           protocol == api::Protocol::rest_json || protocol == api::Protocol::rpc_v2_cbor;
  }
};

using enum api::Protocol;

class EveryProtocol : public Course {};
class ProtocolWithNull : public Course {};
class RestProtocol : public Course {};
class ProtocolWithErrorMembers : public Course {};

TEST_P(EveryProtocol, CarriesEveryKindOfValueInBothDirections) {
  const Emptiness emptiness = is_exact(GetParam()) ? Emptiness::kept : Emptiness::lost;
  expect_trips("Do", emptiness, 200);
  expect_request_trips("Do", emptiness, 200);
}

TEST_P(ProtocolWithNull, KeepsNullElements) {
  expect_trips("Keep", Emptiness::kept, 100);
  expect_request_trips("Keep", Emptiness::kept, 100);
}

TEST_P(RestProtocol, CarriesLabelsQueriesHeadersAndStreams) {
  expect_request_trips("Upload", Emptiness::lost, 200);
  expect_trips("Ask", Emptiness::lost, 50);
}

TEST_P(ProtocolWithErrorMembers, KeepsCodeTextStatusAndMembers) {
  const api::Operation& operation = course::operation_of(GetParam(), "Do");
  const auto& codec = protocols::codec_for(GetParam());
  auto members = std::make_shared<course::ThingMissing>();
  members->Thing = "a <thing>";
  members->Count = 3;
  ApiError sent("ThingMissing", "There is no such \"thing\"", 404);
  sent.members = members;
  sent.shape = &course::kThingMissing;

  protocols::HttpResponse response;
  codec.encode_error(*operation.service, &operation, sent, "req-1", response);
  const auto read = codec.decode_response(operation, response, nullptr);

  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error(), sent) << response.body;
  ASSERT_NE(read.error().members, nullptr) << response.body;
  const auto& found = *static_cast<const course::ThingMissing*>(read.error().members.get());
  EXPECT_EQ(found.Thing, "a <thing>") << response.body;
  EXPECT_EQ(found.Count, 3) << response.body;
}

INSTANTIATE_TEST_SUITE_P(All, EveryProtocol,
                         ::testing::Values(query, ec2, json_1_0, json_1_1, rest_json, rest_xml,
                                           rpc_v2_cbor));
// XML and queries have no null.
INSTANTIATE_TEST_SUITE_P(All, ProtocolWithNull,
                         ::testing::Values(json_1_0, json_1_1, rest_json, rpc_v2_cbor));
INSTANTIATE_TEST_SUITE_P(All, RestProtocol, ::testing::Values(rest_json, rest_xml));
// EC2's errors are a code and a text.
INSTANTIATE_TEST_SUITE_P(All, ProtocolWithErrorMembers,
                         ::testing::Values(query, json_1_0, json_1_1, rest_json, rest_xml,
                                           rpc_v2_cbor));

}  // namespace
}  // namespace fallstreak::testing
