#include <gtest/gtest.h>

#include <cstdint>

#include "api/obstacle-course/bites.h"
#include "api/obstacle-course/service.h"
#include "protocols/round_trip.h"

namespace fallstreak {
namespace {

namespace course = api::obstacle_course;

TEST(Modelgen, GivesMembersWithNamesOfKeywordsAndMacrosAnUnderscore) {
  course::RunThingRequest request;
  request.class_ = "c";
  request.NULL_ = true;
  request.operator_ = 1;
  request.errno_ = 2;
  request.weird_name = "w";
  request.RunThingRequest_ = "named like its structure";
  EXPECT_EQ(request.class_, "c");
}

TEST(Modelgen, KeepsTheNameOnTheWire) {
  const api::Shape& shape = api::shape_of<course::RunThingRequest>();
  for (const char* name : {"class", "NULL", "operator", "errno", "weird-name", "RunThingRequest"}) {
    EXPECT_NE(shape.member(name), nullptr) << name;
  }
  EXPECT_TRUE(shape.member("class")->required);
}

TEST(Modelgen, BoxesAStructureThatContainsItselfDirectlyOrThroughAnother) {
  course::Thing thing;
  thing.Thing_.emplace().Other.emplace().Back.emplace().Things = {{course::Thing{}}};
  const course::Thing copy = thing;
  EXPECT_EQ(copy, thing);
  thing.Thing_->Other->Back.reset();
  EXPECT_NE(copy, thing);
}

TEST(Modelgen, MakesUnionsThatHoldOneMember) {
  const auto text = course::Value::S("text");
  EXPECT_EQ(*text.S(), "text");
  EXPECT_EQ(text.L(), nullptr);
  const auto nested = course::Value::L({text, course::Value::NULL_(true)});
  ASSERT_NE(nested.L(), nullptr);
  EXPECT_EQ(nested.L()->size(), 2U);
  EXPECT_EQ(*course::Value::value_("v").value_(), "v");
}

TEST(Modelgen, GivesOperationsWithoutInputOrOutputEmptyStructuresThatCollideWithNothing) {
  EXPECT_TRUE(course::Ping::operation().input->members.empty());
  EXPECT_TRUE(course::Ping::operation().output->members.empty());
  // DeleteThing's empty response would be called like the operation DeleteThingResponse.
  EXPECT_EQ(course::DeleteThing::operation().output->name, "DeleteThingResponse_");
  EXPECT_EQ(course::DeleteThingResponse::operation().name, "DeleteThingResponse");
}

TEST(Modelgen, KnowsOperationsThatHaveNoShapesHere) {
  EXPECT_EQ(course::kService.operations.size(), 5U);
  EXPECT_EQ(course::kService.operation_names.size(), 6U);
}

TEST(Modelgen, EscapesTextForCpp) {
  const api::Shape& kind = *api::shape_of<course::Member>().member("Kind")->shape;
  ASSERT_EQ(kind.values.size(), 5U);
  EXPECT_EQ(kind.values[2], "with \"quotes\"");
  EXPECT_EQ(kind.values[3], "back\\slash");
  EXPECT_EQ(kind.values[4], std::string("trigraph?") + "?/");
}

TEST(Modelgen, KeepsTheLimitsOfSixtyFourBits) {
  const api::Shape& number = *api::shape_of<course::RunThingRequest>().member("template")->shape;
  EXPECT_EQ(number.min, INT64_MIN);
  EXPECT_EQ(number.max, INT64_MAX);
}

TEST(ObstacleCourse, GoesThroughEveryProtocol) {
  testing::expect_round_trips(course::kService, 7, 20);
}

}  // namespace
}  // namespace fallstreak
