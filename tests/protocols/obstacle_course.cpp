#include "protocols/obstacle_course.h"

#include <array>
#include <cstddef>
#include <deque>

namespace fallstreak::course {

using api::Kind;
using api::Location;
using api::Member;
using api::Shape;
using api::TimestampFormat;

namespace {

constexpr Shape kBoolean{.kind = Kind::boolean, .name = "Flag", .ops = &api::scalar_ops<bool>};
constexpr Shape kInteger{
    .kind = Kind::integer, .name = "Integer", .ops = &api::scalar_ops<std::int32_t>};
constexpr Shape kLong{.kind = Kind::long_, .name = "Long", .ops = &api::scalar_ops<std::int64_t>};
constexpr Shape kFloat{.kind = Kind::float_, .name = "Float", .ops = &api::scalar_ops<float>};
constexpr Shape kDouble{.kind = Kind::double_, .name = "Double", .ops = &api::scalar_ops<double>};
constexpr Shape kString{
    .kind = Kind::string, .name = "String", .ops = &api::scalar_ops<std::string>};
constexpr Shape kBlob{.kind = Kind::blob, .name = "Blob", .ops = &api::scalar_ops<std::string>};
constexpr Shape kBody{.kind = Kind::body, .name = "Body", .ops = &api::scalar_ops<api::Body>};
constexpr Shape kDocument{
    .kind = Kind::document, .name = "Document", .ops = &api::scalar_ops<api::Document>};
constexpr Shape kTime{.kind = Kind::timestamp, .name = "Time", .ops = &api::scalar_ops<Time>};
constexpr Shape kHttpTime{.kind = Kind::timestamp,
                          .name = "HttpTime",
                          .ops = &api::scalar_ops<Time>,
                          .timestamp_format = TimestampFormat::http_date};
constexpr std::string_view kColors[] = {"red", "green"};
constexpr Shape kColor{
    .kind = Kind::string, .name = "Color", .ops = &api::scalar_ops<std::string>, .values = kColors};
constexpr Shape kStrings{
    .kind = Kind::list, .name = "Strings", .ops = &api::list_ops<std::string>, .element = &kString};
constexpr Shape kBooleans{.kind = Kind::list,
                          .name = "Booleans",
                          .ops = &api::list_ops<api::Boolean>,
                          .element = &kBoolean};
constexpr Shape kItems{.kind = Kind::list,
                       .name = "Items",
                       .ops = &api::list_ops<std::string>,
                       .element = &kString,
                       .element_name = "item",
                       .element_named = true,
                       .flattened = true};
constexpr Shape kMatrix{.kind = Kind::list,
                        .name = "Matrix",
                        .ops = &api::list_ops<std::vector<std::string>>,
                        .element = &kStrings};
constexpr Shape kTimes{
    .kind = Kind::list, .name = "Times", .ops = &api::list_ops<Time>, .element = &kTime};
constexpr Shape kLabels{.kind = Kind::map,
                        .name = "Labels",
                        .ops = &api::map_ops<std::string>,
                        .element = &kString,
                        .key = &kString,
                        .element_name = "value"};
constexpr Shape kCounts{.kind = Kind::map,
                        .name = "Counts",
                        .ops = &api::map_ops<std::int32_t>,
                        .element = &kInteger,
                        .key = &kString,
                        .element_name = "Count",
                        .key_name = "Name"};
constexpr Shape kGaps{.kind = Kind::list,
                      .name = "Gaps",
                      .ops = &api::list_ops<std::optional<std::string>>,
                      .element = &kString,
                      .sparse = &api::optional_holder<std::string>};
constexpr Shape kHoles{.kind = Kind::map,
                       .name = "Holes",
                       .ops = &api::map_ops<std::optional<std::int32_t>>,
                       .element = &kInteger,
                       .key = &kString,
                       .sparse = &api::optional_holder<std::int32_t>,
                       .element_name = "value"};

extern const Shape kNode;
extern const Shape kChoice;
constexpr Shape kNodeList{
    .kind = Kind::list, .name = "NodeList", .ops = &api::list_ops<Node>, .element = &kNode};
constexpr Shape kNodeMap{.kind = Kind::map,
                         .name = "NodeMap",
                         .ops = &api::map_ops<Node>,
                         .element = &kNode,
                         .key = &kString,
                         .element_name = "value"};
constexpr Shape kChoices{
    .kind = Kind::list, .name = "Choices", .ops = &api::list_ops<Choice>, .element = &kChoice};

// A member of optional type, by its own name on every wire.
#define OPTIONAL(Owner, Name, shape_, ...)                              \
  {                                                                     \
    .name = #Name, .wire = #Name, .ec2 = #Name, .shape = &shape_,       \
    .holder = &api::optional_holder<decltype(Owner::Name)::value_type>, \
    .offset = offsetof(Owner, Name) __VA_OPT__(, ) __VA_ARGS__          \
  }

constexpr Member kNodeMembers[] = {
    OPTIONAL(Node, Name, kString),
    {.name = "Left",
     .wire = "left",
     .ec2 = "Left",
     .shape = &kNode,
     .holder = &api::box_holder<Node>,
     .offset = offsetof(Node, Left)},
    OPTIONAL(Node, Children, kNodeList),
};
constexpr Member kChoiceMembers[] = {
    {.name = "Word",
     .wire = "Word",
     .ec2 = "Word",
     .shape = &kString,
     .holder = &api::union_holder<Choice, 0>,
     .offset = 0},
    {.name = "Number",
     .wire = "Number",
     .ec2 = "Number",
     .shape = &kInteger,
     .holder = &api::union_holder<Choice, 1>,
     .offset = 0},
    {.name = "Several",
     .wire = "Several",
     .ec2 = "Several",
     .shape = &kChoices,
     .holder = &api::union_holder<Choice, 2>,
     .offset = 0},
    {.name = "Raw",
     .wire = "Raw",
     .ec2 = "Raw",
     .shape = &kBlob,
     .holder = &api::union_holder<Choice, 3>,
     .offset = 0},
};
constinit const Shape kNode{.kind = Kind::structure,
                            .name = "Node",
                            .ops = &api::scalar_ops<Node>,
                            .members = kNodeMembers};
constinit const Shape kChoice{.kind = Kind::union_,
                              .name = "Choice",
                              .ops = &api::scalar_ops<Choice>,
                              .members = kChoiceMembers};

constexpr Member kEverythingMembers[] = {
    OPTIONAL(Everything, Flag, kBoolean),
    OPTIONAL(Everything, Small, kInteger),
    OPTIONAL(Everything, Large, kLong),
    OPTIONAL(Everything, Single, kFloat),
    OPTIONAL(Everything, Real, kDouble),
    OPTIONAL(Everything, Text, kString),
    OPTIONAL(Everything, Bytes, kBlob),
    OPTIONAL(Everything, When, kTime),
    OPTIONAL(Everything, WhenIso, kTime, .timestamp_format = TimestampFormat::iso8601),
    OPTIONAL(Everything, WhenHttp, kHttpTime),
    OPTIONAL(Everything, WhenEpoch, kTime, .timestamp_format = TimestampFormat::epoch_seconds),
    OPTIONAL(Everything, Color, kColor),
    OPTIONAL(Everything, Names, kStrings),
    OPTIONAL(Everything, Flags, kBooleans),
    OPTIONAL(Everything, FlatNames, kItems),
    OPTIONAL(Everything, Matrix, kMatrix),
    OPTIONAL(Everything, Labels, kLabels),
    OPTIONAL(Everything, Nodes, kNodeMap),
    OPTIONAL(Everything, FlatCounts, kCounts, .flattened = true),
    OPTIONAL(Everything, Tree, kNode),
    OPTIONAL(Everything, Pick, kChoice),
};
constexpr Member kSparseMembers[] = {
    OPTIONAL(Sparse, Gaps, kGaps),
    OPTIONAL(Sparse, Holes, kHoles),
    OPTIONAL(Sparse, Anything, kDocument),
};
constexpr Member kUploadMembers[] = {
    OPTIONAL(Upload, Name, kString, .location = Location::uri, .required = true),
    OPTIONAL(Upload, Path, kString, .location = Location::uri, .required = true),
    OPTIONAL(Upload, Part, kInteger, .location = Location::query, .required = true),
    OPTIONAL(Upload, Tags, kStrings, .location = Location::query),
    OPTIONAL(Upload, Rest, kLabels, .location = Location::query),
    OPTIONAL(Upload, Since, kTime, .location = Location::query),
    OPTIONAL(Upload, Quiet, kBoolean, .location = Location::header),
    OPTIONAL(Upload, Modified, kTime, .location = Location::header),
    OPTIONAL(Upload, Formats, kStrings, .location = Location::header),
    OPTIONAL(Upload, Moments, kTimes, .location = Location::header),
    {.name = "Metadata",
     .wire = "x-course-meta-",
     .ec2 = "Metadata",
     .shape = &kLabels,
     .holder = &api::optional_holder<api::Map<std::string>>,
     .offset = offsetof(Upload, Metadata),
     .location = Location::headers},
    OPTIONAL(Upload, Content, kBody, .payload = true),
};
constexpr Member kGrantMembers[] = {
    {.name = "Type",
     .wire = "xsi:type",
     .ec2 = "Type",
     .shape = &kString,
     .holder = &api::optional_holder<std::string>,
     .offset = offsetof(Grant, Type),
     .xml_attribute = true},
    OPTIONAL(Grant, Id, kString),
};
constexpr Shape kGrant{.kind = Kind::structure,
                       .name = "Grant",
                       .ops = &api::scalar_ops<Grant>,
                       .members = kGrantMembers,
                       .xml_namespace_prefix = "xsi",
                       .xml_namespace = "http://www.w3.org/2001/XMLSchema-instance"};
constexpr Member kAnswerMembers[] = {
    OPTIONAL(Answer, Status, kInteger, .location = Location::status),
    OPTIONAL(Answer, Tag, kString, .location = Location::header),
    OPTIONAL(Answer, Grantee, kGrant, .payload = true),
};
constexpr Member kThingMissingMembers[] = {
    OPTIONAL(ThingMissing, Message, kString),
    OPTIONAL(ThingMissing, Thing, kString),
    OPTIONAL(ThingMissing, Count, kInteger),
};
#undef OPTIONAL

}  // namespace

constinit const Shape kEverything{.kind = Kind::structure,
                                  .name = "Everything",
                                  .ops = &api::scalar_ops<Everything>,
                                  .members = kEverythingMembers};
constinit const Shape kSparse{.kind = Kind::structure,
                              .name = "Sparse",
                              .ops = &api::scalar_ops<Sparse>,
                              .members = kSparseMembers};
constinit const Shape kUpload{.kind = Kind::structure,
                              .name = "Upload",
                              .ops = &api::scalar_ops<Upload>,
                              .members = kUploadMembers};
constinit const Shape kAnswer{.kind = Kind::structure,
                              .name = "Answer",
                              .ops = &api::scalar_ops<Answer>,
                              .members = kAnswerMembers};
constinit const Shape kThingMissing{.kind = Kind::structure,
                                    .name = "ThingMissingException",
                                    .ops = &api::scalar_ops<ThingMissing>,
                                    .members = kThingMissingMembers,
                                    .is_error = true};

namespace {

constexpr api::Error kErrors[] = {
    {"ThingMissing", "ThingMissingException", 404, true, &kThingMissing}};

struct Course {
  std::array<api::Operation, 5> operations;
  std::array<const api::Operation*, 5> sorted{};
  std::array<std::string_view, 6> names{"Ask", "Do", "GetUpload", "Keep", "Missing", "Upload"};
  std::array<api::Protocol, 1> protocols{};
  api::Service service{};

  explicit Course(api::Protocol protocol)
      : operations{make("Ask", kAnswer, kAnswer, "POST", "/ask"),
                   make("Do", kEverything, kEverything, "POST", "/do"),
                   make("GetUpload", kUpload, kUpload, "GET", "/things/{Name}/{Path+}"),
                   make("Keep", kSparse, kSparse, "POST", "/keep"),
                   make("Upload", kUpload, kUpload, "PUT", "/things/{Name}/{Path+}?fixed=1")} {
    protocols[0] = protocol;
    service = {.id = "course",
               .service_id = "Course",
               .signing_name = "course",
               .endpoint_prefix = "course",
               .api_version = "2020-01-01",
               .xml_namespace = "http://course.test/doc/2020-01-01/",
               .target_prefix = "Course_20200101",
               .rpc_service = "Course",
               .query_compatible = false,
               .protocols = protocols,
               .operations = sorted,
               .operation_names = names};
    for (std::size_t index = 0; index < operations.size(); ++index) {
      operations[index].service = &service;
      sorted[index] = &operations[index];
    }
  }
  Course(const Course&) = delete;
  Course& operator=(const Course&) = delete;

 private:
  static api::Operation make(std::string_view name, const Shape& input, const Shape& output,
                             std::string_view method, std::string_view uri) {
    return {.name = name,
            .service = nullptr,
            .input = &input,
            .output = &output,
            .errors = kErrors,
            .http_method = method,
            .uri = uri,
            .success_status = 200,
            .result_wrapper = name == "Do" ? "DoResult" : "",
            .input_root = {},
            .input_namespace = {},
            .documentation = {},
            .pagination = nullptr,
            .checksum_member = {},
            .checksum_required = false,
            .has_event_stream = false};
  }
};

}  // namespace

const api::Service& service_of(api::Protocol protocol) {
  static const std::deque<Course> courses = [] {
    std::deque<Course> made;
    for (int each = 0; each <= int(api::Protocol::rpc_v2_cbor); ++each) {
      made.emplace_back(api::Protocol(each));
    }
    return made;
  }();
  return courses[std::size_t(protocol)].service;
}

const api::Operation& operation_of(api::Protocol protocol, std::string_view name) {
  for (const api::Operation* operation : service_of(protocol).operations) {
    if (operation->name == name) return *operation;
  }
  throw std::logic_error("the course has no operation " + std::string(name));
}

}  // namespace fallstreak::course
