#include "protocols/cbor_value.h"

#include <cmath>
#include <limits>

#include "protocols/cbor.h"
#include "protocols/scalars.h"

namespace fallstreak::protocols {

using api::Kind;
using cbor::Head;
using cbor::Major;

namespace {

void write_epoch(std::string& out, Time time) {
  cbor::append_head(out, Major::tag, cbor::kEpochTag);
  const std::int64_t seconds = to_epoch_seconds(time);
  const std::int64_t milliseconds = (to_nanoseconds(time) - seconds * 1'000'000'000) / 1'000'000;
  cbor::append_double(out, double(seconds) + double(milliseconds) / 1000.0);
}

void write_elements(const api::Shape& shape, const void* value, std::string& out) {
  const std::size_t count = shape.ops->count(value);
  cbor::append_head(out, shape.kind == Kind::map ? Major::map : Major::array, count);
  for (std::size_t index = 0; index < count; ++index) {
    if (shape.kind == Kind::map) cbor::append_text(out, shape.ops->key_at(value, index));
    if (const void* element = element_at(shape, value, index)) {
      write_cbor(*shape.element, element, out);
    } else {
      cbor::append_null(out);
    }
  }
}

void write_members(const api::Shape& shape, const void* value, std::string& out) {
  std::uint64_t count = 0;
  for (const api::Member& member : shape.members) count += api::has(member, value) ? 1 : 0;
  cbor::append_head(out, Major::map, count);
  for (const api::Member& member : shape.members) {
    if (!api::has(member, value)) continue;
    cbor::append_text(out, member.name);
    write_cbor(*member.shape, api::get(member, value), out);
  }
}

class CborReader {
 public:
  explicit CborReader(std::string_view bytes) : reader_(bytes) {}

  void read_whole(const api::Shape& shape, void* value) {
    read(shape, value);
    if (!reader_.at_end()) throw Malformed("Bytes follow the CBOR");
  }

 private:
  void read(const api::Shape& shape, void* value) {
    const Head head = read_untagged(shape);
    switch (shape.kind) {
      case Kind::boolean:
        if (!head.is_boolean()) refuse(shape, head);
        *static_cast<bool*>(value) = head.information == 21;
        return;
      case Kind::integer:
        return read_integer<std::int32_t>(shape, head, value);
      case Kind::long_:
        return read_integer<std::int64_t>(shape, head, value);
      case Kind::float_:
        *static_cast<float*>(value) = float(number_of(shape, head));
        return;
      case Kind::double_:
        *static_cast<double*>(value) = number_of(shape, head);
        return;
      case Kind::string:
        *static_cast<std::string*>(value) = text_of(shape, head);
        return;
      case Kind::document:
        static_cast<api::Document*>(value)->json = text_of(shape, head);
        return;
      case Kind::blob:
        *static_cast<std::string*>(value) = bytes_of(shape, head);
        return;
      case Kind::body:
        *static_cast<api::Body*>(value) = bytes_of(shape, head);
        return;
      case Kind::timestamp:
        return read_timestamp(shape, head, value);
      case Kind::list:
        return read_list(shape, head, value);
      case Kind::map:
        return read_map(shape, head, value);
      case Kind::structure:
      case Kind::union_:
        return read_structure(shape, head, value);
    }
  }

  /// Tags other than the one for times say nothing that the model does not.
  Head read_untagged(const api::Shape& shape) {
    Head head = reader_.read_head();
    for (int tags = 0; head.major == Major::tag; ++tags) {
      if (tags == kMaximumDepth) throw Malformed("Nesting is too deep");
      if (head.argument == cbor::kEpochTag && shape.kind != Kind::timestamp) refuse(shape, head);
      head = reader_.read_head();
    }
    return head;
  }

  [[noreturn]] static void refuse(const api::Shape& shape, const Head& head) {
    constexpr std::string_view kNames[] = {"NUMBER_VALUE",    "NUMBER_VALUE", "BYTES_VALUE",
                                           "STRING_VALUE",    "LIST_VALUE",   "MAP_VALUE",
                                           "TIMESTAMP_VALUE", "SIMPLE_VALUE"};
    if (head.major == Major::array) throw Malformed("Start of list found where not expected");
    if (head.major == Major::map) {
      throw Malformed("Start of structure or map found where not expected.");
    }
    throw Malformed(std::string(kNames[std::size_t(head.major)]) + " cannot be converted to " +
                    std::string(java_name(shape.kind)));
  }

  template <class Integer>
  static void read_integer(const api::Shape& shape, const Head& head, void* value) {
    constexpr auto kMinimum = std::int64_t(std::numeric_limits<Integer>::min());
    constexpr auto kMaximum = std::int64_t(std::numeric_limits<Integer>::max());
    std::int64_t number = 0;
    if (head.is_float()) {
      const double real = cbor::Reader::float_of(head);
      if (std::trunc(real) != real || !(std::abs(real) <= 9.0e15)) refuse(shape, head);
      number = std::int64_t(real);
    } else if (head.major == Major::unsigned_integer && head.argument <= std::uint64_t(kMaximum)) {
      number = std::int64_t(head.argument);
    } else if (head.major == Major::negative_integer &&
               head.argument <= std::uint64_t(std::numeric_limits<std::int64_t>::max())) {
      number = -std::int64_t(head.argument) - 1;
    } else {
      refuse(shape, head);
    }
    if (number < kMinimum || number > kMaximum) refuse(shape, head);
    *static_cast<Integer*>(value) = Integer(number);
  }

  static double number_of(const api::Shape& shape, const Head& head) {
    if (head.is_float()) return cbor::Reader::float_of(head);
    if (head.major == Major::unsigned_integer) return double(head.argument);
    if (head.major == Major::negative_integer) return -double(head.argument) - 1;
    refuse(shape, head);
  }

  static void read_timestamp(const api::Shape& shape, const Head& head, void* value) {
    const double seconds = number_of(shape, head);
    if (!(std::abs(seconds) < 9.2e9)) refuse(shape, head);
    *static_cast<Time*>(value) = from_epoch_seconds(seconds);
  }

  std::string text_of(const api::Shape& shape, const Head& head) {
    if (head.major != Major::text) refuse(shape, head);
    return reader_.read_string(head);
  }

  std::string bytes_of(const api::Shape& shape, const Head& head) {
    if (head.major != Major::bytes) refuse(shape, head);
    return reader_.read_string(head);
  }

  void read_list(const api::Shape& shape, const Head& head, void* list) {
    if (head.major != Major::array) refuse(shape, head);
    const Level level(depth_);
    cbor::Reader::Items items(reader_, head);
    while (items.next()) read_element(shape, list);
  }

  void read_map(const api::Shape& shape, const Head& head, void* map) {
    if (head.major != Major::map) refuse(shape, head);
    const Level level(depth_);
    cbor::Reader::Items items(reader_, head);
    while (items.next()) {
      std::string key = read_key();
      const std::size_t before = shape.ops->count(map);
      read_element(shape, map);
      if (shape.ops->count(map) != before) shape.ops->last_key(map) = std::move(key);
    }
    check_keys_differ(shape, map);
  }

  void read_element(const api::Shape& container, void* value) {
    if (!reader_.peek_head().is_null()) {
      return read(*container.element, append_element(container, value));
    }
    reader_.read_head();
    if (container.sparse != nullptr || api::is_aggregate(*container.element)) {
      container.ops->append(value);
    }
  }

  std::string read_key() {
    const Head head = reader_.read_head();
    if (head.major != Major::text) throw Malformed("A map's key is not a text");
    return reader_.read_string(head);
  }

  void read_structure(const api::Shape& shape, const Head& head, void* value) {
    if (head.major != Major::map) refuse(shape, head);
    const Level level(depth_);
    MemberCursor cursor(shape, &api::Member::name);
    cbor::Reader::Items items(reader_, head);
    bool is_set = false;
    while (items.next()) {
      const api::Member* member = cursor.find(read_key());
      if (member == nullptr || reader_.peek_head().is_null()) {
        reader_.skip_item();
        continue;
      }
      if (shape.kind == Kind::union_ && is_set) {
        throw Malformed("The union " + std::string(shape.name) + " has more than one member set");
      }
      is_set = true;
      read(*member->shape, api::emplace(*member, value));
    }
  }

  cbor::Reader reader_;
  int depth_ = 0;
};

}  // namespace

void write_cbor(const api::Shape& shape, const void* value, std::string& out) {
  switch (shape.kind) {
    case Kind::boolean:
      return cbor::append_boolean(out, as<bool>(value));
    case Kind::integer:
      return cbor::append_integer(out, as<std::int32_t>(value));
    case Kind::long_:
      return cbor::append_integer(out, as<std::int64_t>(value));
    case Kind::float_:
      return cbor::append_float(out, as<float>(value));
    case Kind::double_:
      return cbor::append_double(out, as<double>(value));
    case Kind::string:
      return cbor::append_text(out, as<std::string>(value));
    case Kind::document:
      return cbor::append_text(out, as<api::Document>(value).json);
    case Kind::blob:
      return cbor::append_bytes(out, as<std::string>(value));
    case Kind::body:
      return cbor::append_bytes(out, as<api::Body>(value).view());
    case Kind::timestamp:
      return write_epoch(out, as<Time>(value));
    case Kind::list:
    case Kind::map:
      return write_elements(shape, value, out);
    case Kind::structure:
    case Kind::union_:
      return write_members(shape, value, out);
  }
}

void read_cbor(std::string_view bytes, const api::Shape& shape, void* value) {
  CborReader(bytes).read_whole(shape, value);
}

CborError read_cbor_error(std::string_view bytes) {
  CborError error;
  try {
    cbor::Reader reader(bytes);
    const Head head = reader.read_head();
    if (head.major != Major::map) return error;
    cbor::Reader::Items items(reader, head);
    while (items.next()) {
      const std::string key = reader.read_string(reader.read_head());
      if (reader.peek_head().major != Major::text) {
        reader.skip_item();
        continue;
      }
      std::string text = reader.read_string(reader.read_head());
      if (key == "__type") {
        error.type = std::move(text);
      } else if (key == "message" || key == "Message") {
        error.message = std::move(text);
      }
    }
  } catch (const Malformed&) {
    // An answer from something between us and AWS: the status alone has to do.
  }
  return error;
}

}  // namespace fallstreak::protocols
