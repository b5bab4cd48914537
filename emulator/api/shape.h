#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/checksum.h"
#include "base/time.h"

/// The AWS API as data: constant tables that describe every generated struct, so that one codec per wire protocol
/// (and validation, storage, hashing, coverage) walks tables instead of knowing types.
///
/// Generated structs are plain aggregates. Each member is an `std::optional` (or a `Box`, where a type contains
/// itself), because AWS tells absent from empty. A union is a `Union<...>` of its members' types.
namespace fallstreak::api {

// ---------------------------------------------------------------------------------------------- value types

/// One entry of a map. Maps are vectors of entries in the order of arrival; keys are text in every AWS model.
template <class Value>
struct Entry {
  std::string key;
  Value value;
  bool operator==(const Entry&) const = default;
};
template <class Value>
using Map = std::vector<Entry<Value>>;

/// The value of `key` in a map, or null.
template <class Value>
const Value* find(const Map<Value>& map, std::string_view key) {
  for (const auto& entry : map) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

/// An optional value, used as `std::optional` is, of a type that contains itself: owns its value on the heap and
/// copies it deeply.
template <class Value>
class Box {
 public:
  Box() = default;
  Box(Value value) : value_(std::make_unique<Value>(std::move(value))) {}
  Box(const Box& other) : value_(other.value_ ? std::make_unique<Value>(*other.value_) : nullptr) {}
  Box(Box&&) noexcept = default;
  Box& operator=(const Box& other) {
    Box copy(other);
    value_.swap(copy.value_);
    return *this;
  }
  Box& operator=(Box&&) noexcept = default;
  ~Box() = default;

  [[nodiscard]] bool has_value() const { return value_ != nullptr; }
  explicit operator bool() const { return has_value(); }
  Value& emplace() {
    value_ = std::make_unique<Value>();
    return *value_;
  }
  void reset() { value_.reset(); }
  Value& operator*() { return *value_; }
  const Value& operator*() const { return *value_; }
  Value* operator->() { return value_.get(); }
  const Value* operator->() const { return value_.get(); }
  bool operator==(const Box& other) const {
    return has_value() == other.has_value() && (!has_value() || *value_ == *other.value_);
  }

 private:
  std::unique_ptr<Value> value_;
};

/// A streamed body (S3 objects): immutable bytes that copies share, so storing, forking and answering copy nothing.
class Body {
 public:
  /// A checksum of all the bytes, raw.
  struct Known {
    ChecksumAlgorithm algorithm;
    std::string value;
  };
  Body() = default;
  Body(std::string bytes)
      : owner_(std::make_shared<const std::string>(std::move(bytes))), view_(*owner_) {}
  [[nodiscard]] std::string_view view() const { return view_; }
  [[nodiscard]] std::size_t size() const { return view_.size(); }
  /// The bytes from `offset`, `length` of them, sharing the storage.
  [[nodiscard]] Body slice(std::size_t offset, std::size_t length) const {
    Body part(*this);
    part.view_ = view_.substr(offset, length);
    if (part.size() != size()) part.known_.reset();
    return part;
  }
  /// The same bytes, with checksums that are true of them: who has computed one outside the world spares the handler
  /// doing so while it holds the world.
  [[nodiscard]] Body with_known(std::vector<Known> checksums) const {
    Body body(*this);
    body.known_ = std::make_shared<const std::vector<Known>>(std::move(checksums));
    return body;
  }
  /// Null when nobody has computed it.
  [[nodiscard]] const std::string* known(ChecksumAlgorithm algorithm) const {
    if (!known_) return nullptr;
    for (const Known& checksum : *known_) {
      if (checksum.algorithm == algorithm) return &checksum.value;
    }
    return nullptr;
  }
  bool operator==(const Body& other) const { return view_ == other.view_; }

 private:
  std::shared_ptr<const std::string> owner_;
  std::string_view view_;
  std::shared_ptr<const std::vector<Known>> known_;
};

/// A JSON value kept as its text (Smithy `document`).
struct Document {
  std::string json;
  bool operator==(const Document&) const = default;
};

/// Exactly one of several members. `Values` are the members' types in the model's order; index 0 of the variant
/// means that no member is set, so member i of the shape is alternative i + 1.
template <class... Values>
struct Union {
  std::variant<std::monostate, Values...> value;
  bool operator==(const Union&) const = default;
};

/// The elements of an optional list, or none: `for (const auto& id : each(request.InstanceIds))`.
template <class Value>
std::span<const Value> each(const std::optional<std::vector<Value>>& list) {
  return list ? std::span<const Value>(*list) : std::span<const Value>();
}
template <class Value>
std::span<const Value> each(const Box<std::vector<Value>>& list) {
  return list ? std::span<const Value>(*list) : std::span<const Value>();
}

// ---------------------------------------------------------------------------------------------- descriptors

enum class Kind : std::uint8_t {
  boolean,    // bool
  integer,    // std::int32_t
  long_,      // std::int64_t
  float_,     // float
  double_,    // double
  string,     // std::string
  blob,       // std::string of raw bytes
  body,       // Body: a streaming blob
  document,   // Document
  timestamp,  // Time
  list,       // std::vector<T>
  map,        // Map<T>
  structure,  // a generated struct
  union_,     // a generated struct derived from Union<...>
};

enum class Location : std::uint8_t { body, header, headers, query, uri, status };
enum class TimestampFormat : std::uint8_t { unspecified, iso8601, http_date, epoch_seconds };

struct Shape;

/// What a codec does to a value that it knows by address alone. Which functions are set follows from the kind.
struct TypeOps {
  std::size_t size;
  void (*construct)(void* at);
  void (*destroy)(void* at);
  // Lists and maps.
  std::size_t (*count)(const void* container);
  const void* (*at)(const void* container, std::size_t index);  // the element, or a map's value
  void* (*append)(void* container);                             // a new element, or a map's value
  const std::string& (*key_at)(const void* map, std::size_t index);
  std::string& (*last_key)(void* map);
};

/// How to reach a value that may be absent: a member's `optional` or `Box`, an alternative of a union, or a nullable
/// element of a sparse list. `holder` is the address of the member (object + offset).
struct HolderOps {
  bool (*has)(const void* holder);
  const void* (*get)(const void* holder);
  void* (*emplace)(void* holder);
};

struct Member {
  std::string_view name;      // as AWS writes it in the model: JSON, CBOR, C++
  std::string_view wire;      // locationName where there is one, else the name: XML, query, headers, URI
  std::string_view ec2;       // the name in a request of the EC2 query protocol
  const Shape* shape;
  const HolderOps* holder;
  std::uint32_t offset;
  Location location = Location::body;
  TimestampFormat timestamp_format = TimestampFormat::unspecified;
  bool required = false;
  bool flattened = false;         // lists and maps without an element around them
  bool xml_attribute = false;
  bool payload = false;           // this member alone is the HTTP body
  bool idempotency_token = false; // a client fills it in when the caller did not
  bool host_label = false;
  std::string_view xml_namespace_prefix = {};
  std::string_view xml_namespace = {};
};

struct Shape {
  Kind kind;
  std::string_view name;
  const TypeOps* ops;
  // Structures and unions, in the model's order.
  std::span<const Member> members = {};
  // Lists and maps.
  const Shape* element = nullptr;
  const Shape* key = nullptr;
  const HolderOps* sparse = nullptr;            // set when elements may be null
  std::string_view element_name = "member";     // of a list's elements, a map's values
  std::string_view key_name = "key";
  bool element_named = false;                   // the model names the element (matters when flattened)
  bool flattened = false;
  // Constraints: of a number its value, of text its length, of a list or map its count.
  std::optional<std::int64_t> min = {};
  std::optional<std::int64_t> max = {};
  std::string_view pattern = {};
  std::span<const std::string_view> values = {};  // of an enumeration
  bool sensitive = false;
  bool is_error = false;
  bool event_stream = false;
  TimestampFormat timestamp_format = TimestampFormat::unspecified;
  std::string_view xml_namespace_prefix = {};
  std::string_view xml_namespace = {};

  [[nodiscard]] const Member* member(std::string_view wanted) const {
    for (const Member& candidate : members) {
      if (candidate.name == wanted) return &candidate;
    }
    return nullptr;
  }
};

/// An error that an operation may answer.
struct Error {
  std::string_view code;    // on the wire (`InvalidGroup.NotFound`, `ResourceInUseException`)
  std::string_view name;    // the shape's name, where the model has one
  int status;
  bool sender_fault;
  const Shape* shape;       // null when the model knows the code alone (EC2)
};

struct Pagination {
  std::span<const std::string_view> input_tokens;
  std::span<const std::string_view> output_tokens;
  std::span<const std::string_view> result_keys;
  std::string_view limit_key;
  std::string_view more_results;
};

struct Service;

struct Operation {
  std::string_view name;
  const Service* service;
  const Shape* input;
  const Shape* output;
  std::span<const Error> errors;
  std::string_view http_method;
  std::string_view uri;             // `/{Bucket}/{Key+}?uploads`
  int success_status;
  std::string_view result_wrapper;  // query protocol
  std::string_view input_root;      // REST-XML: the root element of the request body
  std::string_view input_namespace;
  std::string_view documentation;   // the address of AWS's page
  const Pagination* pagination;     // null when it has none
  std::string_view checksum_member; // httpChecksum: the input member that names the algorithm
  bool checksum_required;
  bool has_event_stream;            // in its input or output: answered 501
};

enum class Protocol : std::uint8_t { query, ec2, json_1_0, json_1_1, rest_json, rest_xml, rpc_v2_cbor };

struct Service {
  std::string_view id;              // as the AWS CLI names it: `ec2`, `dynamodb`, `elbv2`
  std::string_view service_id;      // Smithy's: `EC2`, `Elastic Load Balancing v2`
  std::string_view signing_name;
  std::string_view endpoint_prefix;
  std::string_view api_version;
  std::string_view xml_namespace;
  std::string_view target_prefix;   // `DynamoDB_20120810`
  std::string_view rpc_service;     // in the path of RPC v2: `/service/<this>/operation/<name>`
  bool query_compatible;            // awsQueryCompatible: errors carry `x-amzn-query-error`
  std::span<const Protocol> protocols;  // what it speaks; the first is what a new client uses
  std::span<const Operation* const> operations;      // those that have shapes here, sorted by name
  std::span<const std::string_view> operation_names; // all that AWS has, sorted: the rest answer 501
};

// ---------------------------------------------------------------------------------------------- making tables

template <class Value>
constexpr TypeOps scalar_ops{
    sizeof(Value),
    [](void* at) { ::new (at) Value(); },
    [](void* at) { static_cast<Value*>(at)->~Value(); },
    nullptr, nullptr, nullptr, nullptr, nullptr};

template <class Value>
constexpr TypeOps list_ops{
    sizeof(std::vector<Value>),
    [](void* at) { ::new (at) std::vector<Value>(); },
    [](void* at) { static_cast<std::vector<Value>*>(at)->~vector(); },
    [](const void* list) { return static_cast<const std::vector<Value>*>(list)->size(); },
    [](const void* list, std::size_t index) -> const void* {
      return static_cast<const std::vector<Value>*>(list)->data() + index;
    },
    [](void* list) -> void* { return &static_cast<std::vector<Value>*>(list)->emplace_back(); },
    nullptr, nullptr};

/// `std::vector<bool>` has no addressable elements, so lists of booleans hold this.
struct Boolean {
  bool value = false;
  Boolean() = default;
  Boolean(bool given) : value(given) {}
  operator bool() const { return value; }
  bool operator==(const Boolean&) const = default;
};

template <class Value>
constexpr TypeOps map_ops{
    sizeof(Map<Value>),
    [](void* at) { ::new (at) Map<Value>(); },
    [](void* at) { static_cast<Map<Value>*>(at)->~vector(); },
    [](const void* map) { return static_cast<const Map<Value>*>(map)->size(); },
    [](const void* map, std::size_t index) -> const void* {
      return &(*static_cast<const Map<Value>*>(map))[index].value;
    },
    [](void* map) -> void* { return &static_cast<Map<Value>*>(map)->emplace_back().value; },
    [](const void* map, std::size_t index) -> const std::string& {
      return (*static_cast<const Map<Value>*>(map))[index].key;
    },
    [](void* map) -> std::string& { return static_cast<Map<Value>*>(map)->back().key; }};

template <class Value>
constexpr HolderOps optional_holder{
    [](const void* holder) { return static_cast<const std::optional<Value>*>(holder)->has_value(); },
    [](const void* holder) -> const void* {
      return std::addressof(**static_cast<const std::optional<Value>*>(holder));
    },
    [](void* holder) -> void* {
      return std::addressof(static_cast<std::optional<Value>*>(holder)->emplace());
    }};

template <class Value>
constexpr HolderOps box_holder{
    [](const void* holder) { return static_cast<const Box<Value>*>(holder)->has_value(); },
    [](const void* holder) -> const void* { return &**static_cast<const Box<Value>*>(holder); },
    [](void* holder) -> void* { return &static_cast<Box<Value>*>(holder)->emplace(); }};

/// Member number `index` of a union type: its offset is 0 and its holder is the union itself.
template <class UnionType, std::size_t index>
constexpr HolderOps union_holder{
    [](const void* holder) {
      return static_cast<const UnionType*>(holder)->value.index() == index + 1;
    },
    [](const void* holder) -> const void* {
      return std::get_if<index + 1>(&static_cast<const UnionType*>(holder)->value);
    },
    [](void* holder) -> void* {
      return &static_cast<UnionType*>(holder)->value.template emplace<index + 1>();
    }};

// ---------------------------------------------------------------------------------------------- small helpers

inline bool has(const Member& member, const void* object) {
  return member.holder->has(static_cast<const std::byte*>(object) + member.offset);
}
inline const void* get(const Member& member, const void* object) {
  return member.holder->get(static_cast<const std::byte*>(object) + member.offset);
}
inline void* emplace(const Member& member, void* object) {
  return member.holder->emplace(static_cast<std::byte*>(object) + member.offset);
}
inline bool is_aggregate(const Shape& shape) {
  return shape.kind == Kind::structure || shape.kind == Kind::union_;
}

/// A value of a described type whose type is known at run time only.
class AnyValue {
 public:
  explicit AnyValue(const Shape& shape)
      : shape_(&shape), memory_(std::make_unique<std::byte[]>(shape.ops->size)) {
    shape.ops->construct(memory_.get());
  }
  AnyValue(AnyValue&& other) noexcept = default;
  AnyValue& operator=(AnyValue&& other) noexcept {
    std::swap(shape_, other.shape_);
    std::swap(memory_, other.memory_);
    return *this;
  }
  ~AnyValue() {
    if (memory_) shape_->ops->destroy(memory_.get());
  }
  [[nodiscard]] const Shape& shape() const { return *shape_; }
  [[nodiscard]] void* get() { return memory_.get(); }
  [[nodiscard]] const void* get() const { return memory_.get(); }

 private:
  const Shape* shape_;
  std::unique_ptr<std::byte[]> memory_;
};

/// Every generated operation tag: `api::ec2::RunInstances`.
template <class Tag>
concept OperationTag = requires {
  typename Tag::Request;
  typename Tag::Response;
  { Tag::operation() } -> std::same_as<const Operation&>;
  { Tag::kHasToken } -> std::convertible_to<bool>;
};

/// The descriptor of a generated type; specialised by each generated header.
template <class Generated>
const Shape& shape_of();

}  // namespace fallstreak::api
