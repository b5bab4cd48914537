#include "protocols/round_trip.h"

#include <gtest/gtest.h>

#include "protocols/codec.h"
#include "protocols/random_value.h"
#include "protocols/routing.h"

namespace fallstreak::testing {

namespace {

using protocols::Codec;

Emptiness emptiness_of(api::Protocol protocol) {
  switch (protocol) {
    case api::Protocol::json_1_0:
    case api::Protocol::json_1_1:
    case api::Protocol::rpc_v2_cbor:
      return Emptiness::kept;
    default:
      return Emptiness::lost;
  }
}

struct Trip {
  const api::Operation& operation;
  api::Protocol protocol;
  const Codec& codec;
  const protocols::Router& router;
  RandomValues& random;
};

void expect_request(const Trip& trip) {
  api::AnyValue sent(*trip.operation.input);
  trip.random.fill(*trip.operation.input, sent.get());
  protocols::HttpRequest request;
  trip.codec.encode_request(trip.operation, sent.get(), request);
  const std::string wire = request.method + " " + request.target + "\n" + request.body;

  const auto routed = trip.router.route(request, trip.operation.service->signing_name);
  ASSERT_EQ(routed.operation, &trip.operation) << wire << "\nrouted to " << routed.operation_name;

  api::AnyValue received(*trip.operation.input);
  try {
    trip.codec.decode_request(trip.operation, request, routed.labels, received.get());
  } catch (const ApiError& error) {
    FAIL() << error.code << ": " << error.message << "\n" << wire;
  }
  EXPECT_TRUE(equal(*trip.operation.input, sent.get(), received.get(), emptiness_of(trip.protocol)))
      << "sent     " << dump(*trip.operation.input, sent.get()) << "\nreceived "
      << dump(*trip.operation.input, received.get()) << "\nas " << wire;
}

void expect_response(const Trip& trip) {
  api::AnyValue sent(*trip.operation.output);
  trip.random.fill(*trip.operation.output, sent.get());
  protocols::HttpResponse response;
  trip.codec.encode_response(trip.operation, sent.get(), "req-1", response);

  api::AnyValue received(*trip.operation.output);
  const auto read = trip.codec.decode_response(trip.operation, response, received.get());
  ASSERT_TRUE(read.has_value()) << read.error().message << "\n" << response.content();
  EXPECT_TRUE(
      equal(*trip.operation.output, sent.get(), received.get(), emptiness_of(trip.protocol)))
      << "sent     " << dump(*trip.operation.output, sent.get()) << "\nreceived "
      << dump(*trip.operation.output, received.get()) << "\nas " << response.content();
}

void expect_error(const Trip& trip, const api::Error& row) {
  ApiError sent(std::string(row.code), "No <such> \"thing\" & no other", row.status);
  sent.fault = row.sender_fault ? Fault::sender : Fault::receiver;
  protocols::HttpResponse response;
  trip.codec.encode_error(*trip.operation.service, &trip.operation, sent, "req-1", response);
  const auto read = trip.codec.decode_response(trip.operation, response, nullptr);
  ASSERT_FALSE(read.has_value());
  // AWS: 304 says nothing but its status.
  if (row.status == 304) return;
  EXPECT_EQ(read.error(), sent) << response.content() << "\nread as " << read.error().code;
}

}  // namespace

void expect_round_trips(const api::Service& service, std::uint64_t seed, int rounds) {
  const api::Service* services[] = {&service};
  const protocols::Router router(services);
  for (const api::Protocol protocol : service.protocols) {
    for (const api::Operation* operation : service.operations) {
      if (operation->has_event_stream) continue;
      SCOPED_TRACE(std::string(service.id) + "." + std::string(operation->name) + " protocol " +
                   std::to_string(int(protocol)));
      for (int round = 0; round < rounds; ++round) {
        RandomValues random(seed * 1'000'003 + std::uint64_t(round));
        const Trip trip{*operation, protocol, protocols::codec_for(protocol), router, random};
        expect_request(trip);
        expect_response(trip);
        if (::testing::Test::HasFatalFailure() || ::testing::Test::HasNonfatalFailure()) return;
      }
      for (const api::Error& row : operation->errors) {
        RandomValues random(seed);
        expect_error({*operation, protocol, protocols::codec_for(protocol), router, random}, row);
      }
    }
  }
}

}  // namespace fallstreak::testing
