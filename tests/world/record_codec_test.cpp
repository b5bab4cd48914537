#include "world/record_codec.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "api/dynamodb/items.h"
#include "api/ec2/vpcs.h"
#include "base/check.h"
#include "world/hash.h"
#include "world/world_fixture.h"

namespace fallstreak::world {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;
using api::dynamodb::AttributeValue;

template <class Value>
std::string bytes_of(const Value& value) {
  std::string bytes;
  encode(value, bytes);
  return bytes;
}

template <class Value>
Value read(std::string_view bytes) {
  Value value{};
  const auto wrong = decode(bytes, value);
  EXPECT_FALSE(wrong.has_value()) << *wrong;
  return value;
}

ThingRecord full_thing() {
  ThingRecord thing{.is_ready = false,
                    .number = std::numeric_limits<std::int64_t>::min(),
                    .port = 65535,
                    .ratio = -0.1,
                    .color = Color::blue,
                    .text = std::string("a\0b", 3),
                    .created = from_nanoseconds(-1),
                    .timeout = -5ns,
                    .note = "",
                    .parts = {{"p", -1}, {std::string(300, 'x'), 2}},
                    .pair = {"q", 7}};
  thing.by_name["k"] = {"v", std::numeric_limits<std::int32_t>::max()};
  thing.body = api::Body(std::string(1000, 'b'));
  return thing;
}

AttributeValue text_value(std::string text) {
  AttributeValue value;
  value.S = std::move(text);
  return value;
}

AttributeValue nested_value() {
  AttributeValue list;
  list.L = std::vector{text_value("a"), AttributeValue()};
  list.L->back().NULL_ = true;
  AttributeValue map;
  map.M.emplace();
  map.M->push_back({"list", list});
  map.M->push_back({"", text_value("empty key")});
  map.SS = std::vector<std::string>{"x", ""};
  return map;
}

TEST(RecordCodec, EveryKindOfFieldComesBack) {
  EXPECT_EQ(read<ThingRecord>(bytes_of(full_thing())), full_thing());
  EXPECT_EQ(read<ThingRecord>(bytes_of(ThingRecord())), ThingRecord());
}

TEST(RecordCodec, NumbersComeBackToTheBit) {
  for (const double number : {0.0, -0.0, 1e300, 5e-324, std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(std::signbit(read<double>(bytes_of(number))), std::signbit(number));
    EXPECT_EQ(read<double>(bytes_of(number)), number);
  }
  EXPECT_TRUE(std::isnan(read<double>(bytes_of(std::nan("")))));
  for (unsigned shift = 0; shift < 64; ++shift) {
    const std::uint64_t number = std::uint64_t{1} << shift;
    EXPECT_EQ(read<std::uint64_t>(bytes_of(number)), number);
    const auto negative = static_cast<std::int64_t>(0 - number);
    EXPECT_EQ(read<std::int64_t>(bytes_of(negative)), negative);
  }
}

TEST(RecordCodec, GeneratedTypesComeBack) {
  EXPECT_EQ(read<AttributeValue>(bytes_of(nested_value())), nested_value());
  api::ec2::Vpc vpc;
  vpc.VpcId = "vpc-1";
  vpc.IsDefault = false;
  vpc.Tags.emplace().push_back({.Key = "Name", .Value = "main"});
  EXPECT_EQ(read<api::ec2::Vpc>(bytes_of(vpc)), vpc);
  EXPECT_EQ(read<api::Map<AttributeValue>>(bytes_of(*nested_value().M)), *nested_value().M);
}

TEST(RecordCodec, EqualRecordsGiveEqualBytesAndOthersDoNot) {
  EXPECT_EQ(bytes_of(full_thing()), bytes_of(full_thing()));
  ThingRecord other = full_thing();
  other.parts[1].weight = 3;
  EXPECT_NE(bytes_of(full_thing()), bytes_of(other));
  other = full_thing();
  other.note.reset();
  EXPECT_NE(bytes_of(full_thing()), bytes_of(other));
}

TEST(RecordCodec, TheStoredFormNeverChangesUnnoticed) {
  EXPECT_EQ(hash_bytes(bytes_of(full_thing())), 6737331431118245074U)
      << "worlds that were saved could no longer be read: raise the format and migrate";
  EXPECT_EQ(hash_bytes(bytes_of(nested_value())), 17534295867533249235U);
}

// ----------------------------------------------------------------------------------------------
// other versions

/// PartRecord as a later version might have it: one field moved, one removed, one added.
struct LaterPartRecord {
  std::string color = "grey";
  std::string label;
};
template <class Visitor>
void visit_fields(LaterPartRecord& record, Visitor&& visit) {
  visit("color", record.color);
  visit("label", record.label);
}

/// PartRecord with a field that became narrower.
struct NarrowPartRecord {
  std::int8_t weight = 0;
};
template <class Visitor>
void visit_fields(NarrowPartRecord& record, Visitor&& visit) {
  visit("weight", record.weight);
}

TEST(RecordCodec, FieldsThatWereAddedRemovedOrMovedAreTolerated) {
  const auto later = read<LaterPartRecord>(bytes_of(PartRecord{"a", 5}));
  EXPECT_EQ(later.label, "a");
  EXPECT_EQ(later.color, "grey");
  const auto earlier = read<PartRecord>(bytes_of(LaterPartRecord{"red", "b"}));
  EXPECT_EQ(earlier, (PartRecord{"b", 0}));
}

TEST(RecordCodec, ANumberThatDoesNotFitIsAnErrorThatNamesTheField) {
  NarrowPartRecord record;
  EXPECT_THAT(decode(bytes_of(PartRecord{"a", 1000}), record).value_or(""), HasSubstr("weight"));
}

// ----------------------------------------------------------------------------------------------
// damage

TEST(RecordCodec, EveryTruncationIsAnError) {
  const std::string thing = bytes_of(full_thing());
  for (std::size_t length = 0; length < thing.size(); ++length) {
    ThingRecord record;
    ASSERT_TRUE(decode(std::string_view(thing).substr(0, length), record)) << length;
  }
  const std::string value = bytes_of(nested_value());
  for (std::size_t length = 0; length < value.size(); ++length) {
    AttributeValue read_value;
    ASSERT_TRUE(decode(std::string_view(value).substr(0, length), read_value)) << length;
  }
}

TEST(RecordCodec, BytesThatAreLeftOverAreAnError) {
  PartRecord record;
  EXPECT_THAT(decode(bytes_of(PartRecord{"a", 1}) + "x", record).value_or(""),
              HasSubstr("left over"));
}

TEST(RecordCodec, FlippedBytesGiveAnErrorOrAnotherRecordAndNoHarm) {
  int errors = 0;
  for (std::uint64_t trial = 0; trial < 20'000; ++trial) {
    std::string bytes = trial % 2 == 0 ? bytes_of(full_thing()) : bytes_of(nested_value());
    for (std::uint64_t flip = 0; flip <= trial % 3; ++flip) {
      const std::uint64_t dice = draw(1, "flip", trial * 4 + flip);
      bytes[dice % bytes.size()] = static_cast<char>(dice >> 56U);
    }
    ThingRecord thing;
    AttributeValue value;
    errors += decode(bytes, thing).has_value() ? 1 : 0;
    errors += decode(bytes, value).has_value() ? 1 : 0;
  }
  EXPECT_GT(errors, 5'000);
}

TEST(RecordCodec, NestingWithoutEndIsAnErrorAndNotAStackOverflow) {
  // One member, "L": a list of one value, again and again.
  std::string bytes = bytes_of(AttributeValue());
  for (int depth = 0; depth < 20'000; ++depth) {
    std::string outer;
    ByteWriter writer(outer);
    writer.write_unsigned(1);
    writer.write_text("L");
    const std::size_t part = writer.begin_part();
    writer.write_unsigned(1);
    outer += bytes;
    writer.end_part(part);
    bytes = std::move(outer);
    if (depth % 1000 != 999) continue;
    AttributeValue value;
    ASSERT_THAT(decode(bytes, value).value_or(""), HasSubstr("too deep"));
  }
}

}  // namespace
}  // namespace fallstreak::world
