#include "protocols/random_value.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "protocols/json_value.h"
#include "protocols/walk.h"

namespace fallstreak::testing {

using api::Kind;
using api::Location;
using protocols::element_at;

namespace {

/// What trips writers: quotes, markup, white space at the ends, control characters, all widths of
/// UTF-8, separators of queries and headers.
constexpr std::string_view kPieces[] = {
    "a",  "Zz9", " ",    "  ",        "<b>&amp;", "\"quoted\"", "'",        "\\",
    "/",  "+",   "%20",  "&x=y",      "#?",       ",",          ";",        "\t",
    "\n", "\r",  "\r\n", "\x01",      "\x1f",     "é",          "\xC2\x85", "\xE2\x80\xA8",
    "漢", "😀",   "]]>",  "{\"S\":1}", "null",     "=",          ".",        "1.5"};

constexpr std::string_view kTokens[] = {"alpha", "b2", "gamma-3", "d_4", "e.5", "zeta"};

bool is_blank_value(const api::Shape& shape, const void* value);

bool are_blank_elements(const api::Shape& shape, const void* value) {
  for (std::size_t index = 0; index < shape.ops->count(value); ++index) {
    const void* element = element_at(shape, value, index);
    if (shape.kind == Kind::map || (element && !is_blank_value(*shape.element, element))) {
      return false;
    }
  }
  return true;
}

/// Nothing in it that a query could carry.
bool is_blank_value(const api::Shape& shape, const void* value) {
  if (protocols::is_container(shape)) return are_blank_elements(shape, value);
  if (!api::is_aggregate(shape)) return false;
  return std::ranges::all_of(shape.members, [&](const api::Member& member) {
    return !api::has(member, value) || is_blank_value(*member.shape, api::get(member, value));
  });
}

bool equal_elements(const api::Shape& shape, const void* left, const void* right,
                    Emptiness emptiness) {
  const auto present = [&](const void* container) {
    std::vector<std::size_t> indices;
    for (std::size_t index = 0; index < shape.ops->count(container); ++index) {
      const void* element = element_at(shape, container, index);
      const bool is_lost = emptiness == Emptiness::lost && shape.kind == Kind::list &&
                           (element == nullptr || is_blank_value(*shape.element, element));
      if (!is_lost) indices.push_back(index);
    }
    return indices;
  };
  const auto lefts = present(left);
  const auto rights = present(right);
  return std::ranges::equal(lefts, rights, [&](std::size_t a, std::size_t b) {
    if (shape.kind == Kind::map && shape.ops->key_at(left, a) != shape.ops->key_at(right, b)) {
      return false;
    }
    const void* x = element_at(shape, left, a);
    const void* y = element_at(shape, right, b);
    if (x == nullptr || y == nullptr) return x == y;
    return equal(*shape.element, x, y, emptiness);
  });
}

bool equal_members(const api::Shape& shape, const void* left, const void* right,
                   Emptiness emptiness) {
  return std::ranges::all_of(shape.members, [&](const api::Member& member) {
    const void* x = api::has(member, left) ? api::get(member, left) : nullptr;
    const void* y = api::has(member, right) ? api::get(member, right) : nullptr;
    if (emptiness == Emptiness::lost) {
      if (x != nullptr && is_blank_value(*member.shape, x)) x = nullptr;
      if (y != nullptr && is_blank_value(*member.shape, y)) y = nullptr;
    }
    if (x == nullptr || y == nullptr) return x == y;
    return equal(*member.shape, x, y, emptiness);
  });
}

template <class Value>
bool same(const void* left, const void* right) {
  return *static_cast<const Value*>(left) == *static_cast<const Value*>(right);
}

template <class Real>
bool same_real(const void* left, const void* right) {
  const Real a = *static_cast<const Real*>(left);
  const Real b = *static_cast<const Real*>(right);
  return a == b || (std::isnan(a) && std::isnan(b));
}

}  // namespace

std::uint64_t RandomValues::next() {
  // SplitMix64.
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebU;
  return mixed ^ mixed >> 31;
}

void RandomValues::fill(const api::Shape& shape, void* value) { fill(shape, nullptr, value); }

double RandomValues::real() {
  constexpr double kSpecial[] = {0.0,
                                 -0.5,
                                 1e21,
                                 1e-9,
                                 0.1,
                                 123456789.125,
                                 std::numeric_limits<double>::infinity(),
                                 -std::numeric_limits<double>::infinity(),
                                 std::numeric_limits<double>::quiet_NaN(),
                                 std::numeric_limits<double>::max()};
  if (chance(40)) return kSpecial[below(std::size(kSpecial))];
  return double(std::int64_t(next()) >> 11) / double(1 + below(1000));
}

std::string RandomValues::text(const api::Shape& shape, const api::Member* member) {
  if (!shape.values.empty()) return std::string(shape.values[below(shape.values.size())]);
  const bool is_bound = member != nullptr && member->location != Location::body;
  std::string made;
  if (is_bound) made = kTokens[below(std::size(kTokens))];
  if (is_bound && member->location != Location::header && member->location != Location::headers) {
    // Labels and queries may hold anything but nothing.
    for (auto count = below(4); count > 0; --count) made += kPieces[below(std::size(kPieces))];
  } else if (!is_bound) {
    for (auto count = below(6); count > 0; --count) made += kPieces[below(std::size(kPieces))];
  } else if (chance(50)) {
    made += ", \"x\" " + std::string(kTokens[below(std::size(kTokens))]);
  }
  return made;
}

void RandomValues::fill(const api::Shape& shape, const api::Member* member, void* value) {
  constexpr std::int64_t kLongs[] = {0, -1, 1, INT64_MAX, INT64_MIN, 9007199254740993};
  switch (shape.kind) {
    case Kind::boolean:
      *static_cast<bool*>(value) = chance(50);
      return;
    case Kind::integer:
      // A status is one that means success and may have a body.
      *static_cast<std::int32_t*>(value) = member != nullptr && member->location == Location::status
                                               ? std::int32_t(200 + below(4))
                                               : std::int32_t(std::uint32_t(next()));
      return;
    case Kind::long_:
      *static_cast<std::int64_t*>(value) =
          chance(50) ? kLongs[below(std::size(kLongs))] : std::int64_t(next());
      return;
    case Kind::float_:
      *static_cast<float*>(value) = float(real());
      return;
    case Kind::double_:
      *static_cast<double*>(value) = real();
      return;
    case Kind::string:
      *static_cast<std::string*>(value) = text(shape, member);
      return;
    case Kind::blob:
    case Kind::body: {
      std::string bytes;
      // Not empty: a payload of no bytes is none.
      for (auto count = 1 + below(9); count > 0; --count) bytes += char(next());
      if (shape.kind == Kind::body) {
        *static_cast<api::Body*>(value) = api::Body(std::move(bytes));
      } else {
        *static_cast<std::string*>(value) = std::move(bytes);
      }
      return;
    }
    case Kind::document:
      static_cast<api::Document*>(value)->json = R"({"a":[1,null,"x"],"b":{"c":true}})";
      return;
    case Kind::timestamp:
      // Whole seconds: an HTTP date has no more. The unit tests of scalars have milliseconds.
      *static_cast<Time*>(value) = from_epoch_seconds(double(below(4'000'000'000)));
      return;
    case Kind::list:
    case Kind::map:
      return fill_container(shape, member, value);
    case Kind::structure:
    case Kind::union_:
      return fill_structure(shape, value);
  }
}

bool RandomValues::is_open(const api::Shape& shape) const {
  return std::ranges::find(path_, &shape) != path_.end() ||
         (shape.element != nullptr && is_open(*shape.element));
}

void RandomValues::fill_structure(const api::Shape& shape, void* value) {
  path_.push_back(&shape);
  const bool is_deep = path_.size() > 5;
  if (shape.kind == Kind::union_) {
    const auto start = below(shape.members.size());
    for (std::size_t tried = 0; tried < shape.members.size(); ++tried) {
      const api::Member& member = shape.members[(start + tried) % shape.members.size()];
      if (is_deep && is_open(*member.shape)) continue;
      fill(*member.shape, &member, api::emplace(member, value));
      break;
    }
  } else {
    for (const api::Member& member : shape.members) {
      // What an HTTP message cannot do without: labels, the status, what tells operations apart;
      // and a stream, which has no bytes at worst.
      const bool is_bound = member.shape->kind == Kind::body || member.location == Location::uri ||
                            member.location == Location::status ||
                            (member.location != Location::body && member.required);
      const bool is_wanted = is_bound || chance(is_deep ? 25 : 70);
      const bool is_endless = is_open(*member.shape) && (is_deep || chance(60));
      if (!is_wanted || is_endless) continue;
      fill(*member.shape, &member, api::emplace(member, value));
    }
  }
  path_.pop_back();
}

void RandomValues::fill_container(const api::Shape& shape, const api::Member* member, void* value) {
  // A flattened container, and one in a header or query, cannot say that it is empty.
  const bool has_some = shape.flattened || member == nullptr || member->flattened ||
                        member->location != Location::body || chance(80);
  const std::size_t count = has_some ? 1 + below(3) : 0;
  const bool is_bound = member != nullptr && member->location != Location::body;
  for (std::size_t index = 0; index < count; ++index) {
    void* element = nullptr;
    if (shape.sparse != nullptr && !is_bound && chance(30)) {
      shape.ops->append(value);
    } else {
      element = protocols::append_element(shape, value);
    }
    if (shape.kind == Kind::map) {
      // Keys must differ, and be tokens where they are parts of headers.
      std::string key = "k" + std::to_string(index);
      if (!is_bound) key += text(*shape.key, nullptr);
      shape.ops->last_key(value) = std::move(key);
    }
    if (element != nullptr) fill(*shape.element, is_bound ? member : nullptr, element);
  }
}

bool equal(const api::Shape& shape, const void* left, const void* right, Emptiness emptiness) {
  switch (shape.kind) {
    case Kind::boolean:
      return same<bool>(left, right);
    case Kind::integer:
      return same<std::int32_t>(left, right);
    case Kind::long_:
      return same<std::int64_t>(left, right);
    case Kind::float_:
      return same_real<float>(left, right);
    case Kind::double_:
      return same_real<double>(left, right);
    case Kind::string:
    case Kind::blob:
      return same<std::string>(left, right);
    case Kind::body:
      return same<api::Body>(left, right);
    case Kind::document:
      return same<api::Document>(left, right);
    case Kind::timestamp:
      return same<Time>(left, right);
    case Kind::list:
    case Kind::map:
      return equal_elements(shape, left, right, emptiness);
    case Kind::structure:
    case Kind::union_:
      return equal_members(shape, left, right, emptiness);
  }
  return false;
}

std::string dump(const api::Shape& shape, const void* value) {
  std::string out;
  protocols::write_json(shape, value, protocols::JsonDialect::aws_json, out);
  return out;
}

}  // namespace fallstreak::testing
