#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

using api::ec2::CapacityReservationSpecification;

class CapacityReservations : public Ec2Test {
 protected:
  static api::ec2::CreateCapacityReservationRequest wanted(int count) {
    return {.InstanceType = "m4.xlarge",
            .InstancePlatform = "Linux/UNIX",
            .AvailabilityZone = "eu-central-1a",
            .InstanceCount = count};
  }
  std::string reserve(int count, const std::string& criteria = "open") {
    auto request = wanted(count);
    request.InstanceMatchCriteria = criteria;
    return *must(ec2.create_capacity_reservation(request))
                .CapacityReservation->CapacityReservationId;
  }
  api::ec2::CapacityReservation look_at(const std::string& id) {
    return must(ec2.describe_capacity_reservations({.CapacityReservationIds = {{id}}}))
        .CapacityReservations->front();
  }
  /// `available/total`
  std::string room(const std::string& id) {
    const auto shown = look_at(id);
    return std::to_string(*shown.AvailableInstanceCount) + "/" +
           std::to_string(*shown.TotalInstanceCount);
  }
  static api::ec2::RunInstancesRequest here(int count = 1) {
    auto request = launch(count);
    request.Placement = {.AvailabilityZone = "eu-central-1a"};
    return request;
  }
  static api::ec2::RunInstancesRequest preferring(const std::string& preference) {
    auto request = here();
    request.CapacityReservationSpecification = {.CapacityReservationPreference = preference};
    return request;
  }
  static api::ec2::RunInstancesRequest into(const std::string& id) {
    auto request = here();
    request.CapacityReservationSpecification = {
        .CapacityReservationTarget = {{.CapacityReservationId = id}}};
    return request;
  }
  void fill_the_zone() {
    inject("full", {.kind = "insufficient-capacity", .zone = "eu-central-1a"});
  }
};
using CreateCapacityReservation = CapacityReservations;
using ModifyCapacityReservation = CapacityReservations;
using CancelCapacityReservation = CapacityReservations;
using ModifyInstanceCapacityReservationAttributes = CapacityReservations;
using LaunchesIntoReservations = CapacityReservations;

TEST_F(CreateCapacityReservation, KeepsRoomFromTheFirstMoment) {
  auto request = wanted(3);
  request.ClientToken = "once";
  request.TagSpecifications = {
      {{.ResourceType = "capacity-reservation", .Tags = {{{.Key = "team", .Value = "a"}}}}}};
  const auto made = *must(ec2.create_capacity_reservation(request)).CapacityReservation;

  EXPECT_EQ(made.State, "active");
  EXPECT_EQ(made.EndDateType, "unlimited");
  EXPECT_EQ(made.InstanceMatchCriteria, "open");
  EXPECT_EQ(room(*made.CapacityReservationId), "3/3");
  EXPECT_EQ(must(ec2.create_capacity_reservation(request)).CapacityReservation, made);
  const auto found = must(ec2.describe_capacity_reservations(
      {.Filters = {{{.Name = "tag:team", .Values = {{"a"}}},
                    {.Name = "instance-type", .Values = {{"m4.*"}}}}}}));
  EXPECT_THAT(*found.CapacityReservations, SizeIs(1));
}

TEST_F(CreateCapacityReservation, RefusesWhatCannotBeReserved) {
  const auto refused = [&](const auto& change) {
    auto request = wanted(1);
    change(request);
    return ec2.create_capacity_reservation(request);
  };
  EXPECT_THAT(refused([](auto& r) { r.InstanceType = "m4.wrong"; }),
              FailsWith("InvalidParameterValue"));
  EXPECT_THAT(refused([](auto& r) { r.InstanceCount = 0; }), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(refused([](auto& r) { r.InstanceCount = 1001; }), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(refused([](auto& r) { r.AvailabilityZone.reset(); }), FailsWith("MissingParameter"));
  EXPECT_THAT(refused([](auto& r) { r.AvailabilityZone = "eu-central-1x"; }),
              FailsWith("InvalidParameterValue"));
  EXPECT_THAT(refused([](auto& r) { r.EndDateType = "limited"; }),
              FailsWith("InvalidParameterCombination"));
  EXPECT_THAT(refused([&](auto& r) { r.EndDate = cloud.now() - 1h; }),
              FailsWith("InvalidParameterValue"));
  fill_the_zone();
  EXPECT_THAT(refused([](auto&) {}), FailsWith("InsufficientInstanceCapacity", 500));
  EXPECT_THAT(*must(ec2.describe_capacity_reservations({})).CapacityReservations, IsEmpty());
}

TEST_F(LaunchesIntoReservations, TakeAndGiveBackTheirPlaces) {
  const auto id = reserve(2);
  const auto instance_id = run(here()).front();
  settle();
  EXPECT_EQ(room(id), "1/2");
  EXPECT_EQ(look(instance_id).CapacityReservationId, id);
  EXPECT_THAT(select("capacity-reservation-id", {id}), ElementsAre(instance_id));
  const auto usage = must(ec2.get_capacity_reservation_usage({.CapacityReservationId = id}));
  EXPECT_EQ(usage.InstanceUsages->front().UsedInstanceCount, 1);

  must(ec2.stop_instances({.InstanceIds = {{instance_id}}}));
  settle();
  EXPECT_EQ(room(id), "2/2");
  EXPECT_FALSE(look(instance_id).CapacityReservationId.has_value());
  must(ec2.start_instances({.InstanceIds = {{instance_id}}}));
  settle();
  EXPECT_EQ(room(id), "1/2");
  must(ec2.terminate_instances({.InstanceIds = {{instance_id}}}));
  settle();
  EXPECT_EQ(room(id), "2/2");
}

TEST_F(LaunchesIntoReservations, SucceedWhereOthersFindNoCapacity) {
  const auto id = reserve(2);
  fill_the_zone();

  EXPECT_THAT(ec2.run_instances(here(3)), FailsWith("InsufficientInstanceCapacity", 500));
  auto some = here(1);
  some.MaxCount = 5;
  const auto ids = run(some);
  EXPECT_THAT(ids, SizeIs(2));
  EXPECT_EQ(room(id), "0/2");
  EXPECT_THAT(ec2.run_instances(here()), FailsWith("InsufficientInstanceCapacity"));
  must(ec2.terminate_instances({.InstanceIds = {{ids.front()}}}));
  settle();
  EXPECT_THAT(ec2.run_instances(preferring("none")), FailsWith("InsufficientInstanceCapacity"));
  EXPECT_THAT(ec2.run_instances(here()), Succeeds());
}

TEST_F(LaunchesIntoReservations, HonourTheirPreference) {
  const auto open = reserve(1);
  const auto named = reserve(1, "targeted");
  run(preferring("none"));
  EXPECT_EQ(room(open), "1/1");

  const auto instance_id = run(into(named)).front();
  EXPECT_EQ(room(named), "0/1");
  EXPECT_EQ(look(instance_id)
                .CapacityReservationSpecification->CapacityReservationTarget->CapacityReservationId,
            named);
  EXPECT_THAT(ec2.run_instances(into(named)), FailsWith("ReservationCapacityExceeded", 400));
  run(preferring("capacity-reservations-only"));
  EXPECT_EQ(room(open), "0/1");
  EXPECT_THAT(ec2.run_instances(preferring("capacity-reservations-only")),
              FailsWith("ReservationCapacityExceeded"));
  EXPECT_THAT(ec2.run_instances(into("cr-0123456789abcdef0")),
              FailsWith("InvalidCapacityReservationId.NotFound"));
  auto spot = into(open);
  spot.InstanceMarketOptions = {.MarketType = "spot"};
  EXPECT_THAT(ec2.run_instances(spot), FailsWith("InvalidParameterCombination"));
}

TEST_F(LaunchesIntoReservations, AreTemplatesBusinessToo) {
  const auto id = reserve(1, "targeted");
  must(ec2.create_launch_template(
      {.LaunchTemplateName = "reserved",
       .LaunchTemplateData = {
           {.ImageId = kImage,
            .InstanceType = "m4.xlarge",
            .CapacityReservationSpecification = {
                {.CapacityReservationTarget = {{.CapacityReservationId = id}}}}}}}));
  run({.MaxCount = 1, .MinCount = 1, .LaunchTemplate = {{.LaunchTemplateName = "reserved"}}});

  EXPECT_EQ(room(id), "0/1");
}

TEST_F(CreateCapacityReservation, TakesInWhatRunsAlready) {
  const auto instance_id = run(here()).front();
  const auto apart = run(preferring("none")).front();
  settle();

  const auto id = reserve(3);

  EXPECT_EQ(room(id), "2/3");
  EXPECT_EQ(look(instance_id).CapacityReservationId, id);
  EXPECT_FALSE(look(apart).CapacityReservationId.has_value());
}

TEST_F(ModifyCapacityReservation, ChangesSizeAndEnd) {
  const auto id = reserve(2);
  run(here(2));
  const auto modify = [&](api::ec2::ModifyCapacityReservationRequest request) {
    request.CapacityReservationId = id;
    return ec2.modify_capacity_reservation(request);
  };
  EXPECT_THAT(modify({.InstanceCount = 1}), FailsWith("InvalidParameterValue"));
  must(modify({.InstanceCount = 4}));
  EXPECT_EQ(room(id), "2/4");
  must(modify({.EndDate = cloud.now() + 1h}));
  EXPECT_EQ(look_at(id).EndDateType, "limited");
  must(modify({.EndDateType = "unlimited"}));
  cloud.advance(2h);
  EXPECT_EQ(look_at(id).State, "active");
  must(modify({.EndDate = cloud.now() + 1h}));

  cloud.advance(1h);

  EXPECT_EQ(look_at(id).State, "expired");
  EXPECT_EQ(room(id), "0/0");
  EXPECT_THAT(modify({.InstanceCount = 5}), FailsWith("InvalidCapacityReservationState"));
}

TEST_F(CancelCapacityReservation, LeavesItsInstancesRunning) {
  const auto id = reserve(1);
  const auto instance_id = run(here()).front();
  settle();

  must(ec2.cancel_capacity_reservation({.CapacityReservationId = id}));

  EXPECT_EQ(look_at(id).State, "cancelled");
  EXPECT_EQ(state_of(instance_id), "running");
  EXPECT_FALSE(look(instance_id).CapacityReservationId.has_value());
  EXPECT_THAT(ec2.cancel_capacity_reservation({.CapacityReservationId = id}),
              FailsWith("InvalidCapacityReservationState"));
  fill_the_zone();
  EXPECT_THAT(ec2.run_instances(here()), FailsWith("InsufficientInstanceCapacity"));
  cloud.advance(48h);
  EXPECT_THAT(ec2.describe_capacity_reservations({.CapacityReservationIds = {{id}}}),
              FailsWith("InvalidCapacityReservationId.NotFound"));
}

TEST_F(ModifyInstanceCapacityReservationAttributes, HoldsForTheNextStart) {
  const auto instance_id = run(here()).front();
  settle();
  const auto id = reserve(1, "targeted");
  const CapacityReservationSpecification target{
      .CapacityReservationTarget = {{.CapacityReservationId = id}}};
  const auto modify = [&] {
    return ec2.modify_instance_capacity_reservation_attributes(
        {.InstanceId = instance_id, .CapacityReservationSpecification = target});
  };
  EXPECT_THAT(modify(), FailsWith("IncorrectInstanceState"));
  must(ec2.stop_instances({.InstanceIds = {{instance_id}}}));
  settle();
  must(modify());
  EXPECT_EQ(room(id), "1/1");
  must(ec2.start_instances({.InstanceIds = {{instance_id}}}));

  EXPECT_EQ(room(id), "0/1");
}

}  // namespace
}  // namespace fallstreak::ec2_tests
