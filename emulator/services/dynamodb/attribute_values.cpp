#include "services/dynamodb/attribute_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <map>
#include <vector>

#include "base/encoding.h"
#include "services/dynamodb/number.h"

namespace fallstreak::services::dynamodb {
namespace {

/// AWS: an item nests 32 levels deep, of which the attribute itself is the first.
constexpr int kDeepestLevel = 32;

void check_level(int level, Wording wording) {
  if (level <= kDeepestLevel) return;
  throw validation_exception(
      wording,
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
      "beyond supported limit");
}

std::string joined(const std::vector<std::string>& members, std::string_view separator,
                   std::string_view quote) {
  std::string text = "[";
  for (const auto& member : members) {
    if (text.size() > 1) text += separator;
    text.append(quote).append(member).append(quote);
  }
  return text + "]";
}

std::vector<std::string> shown(Type type, const std::vector<std::string>& members) {
  if (type != Type::BS) return members;
  std::vector<std::string> texts;
  for (const auto& member : members) texts.push_back(to_base64(member));
  return texts;
}

/// Observed: the members up to the first that is repeated are listed in the order of their bytes,
/// as though the set had been filled up to there; the rest follow as they came.
std::vector<std::string> in_listed_order(std::vector<std::string> members) {
  for (auto at = members.begin(); at != members.end(); ++at) {
    if (std::find(members.begin(), at, *at) == at) continue;
    std::sort(members.begin(), at);
    break;
  }
  return members;
}

ApiError input_collection_contains_duplicates(Type type, const std::vector<std::string>& members,
                                              Wording wording) {
  if (wording == Wording::older) {
    if (type == Type::NS) return validation_exception("Input collection contains duplicates");
    return invalid_parameter_values(
        "Input collection " + joined(shown(type, members), ", ", "") +
        (type == Type::BS ? "of type BS contains duplicates." : " contains duplicates."));
  }
  if (type == Type::NS) {
    return invalid_parameter_values(wording, "Input collection contains duplicates.");
  }
  const auto texts = shown(type, in_listed_order(members));
  return invalid_parameter_values(
      wording,
      type == Type::BS
          ? "Input collection " + joined(texts, ",", "\"") + "of type BS contains duplicates."
          : "Input collection " + joined(texts, ", ", "\"") + " contains duplicates.");
}

ApiError empty_set(Type type, Wording wording) {
  if (type == Type::BS) return invalid_parameter_values(wording, "Binary sets should not be empty");
  // Observed: with this grammar and these spaces.
  return invalid_parameter_values(wording, type == Type::SS ? "An string set  may not be empty"
                                                            : "An number set  may not be empty");
}

/// Packs values; without an output it only checks them, as they came, so that of several mistakes
/// it finds the first.
class Packer {
 public:
  Packer(Wording wording, std::string* out) : wording_(wording), out_(out) {}

  void pack(const ApiValue& value, int level) {
    check_level(level, wording_);
    const Type type = type_of(value, wording_);
    switch (type) {
      case Type::S:
        scalar(type, *value.S);
        return;
      case Type::B:
        scalar(type, *value.B);
        return;
      case Type::N: {
        Number::Encoded bytes;
        scalar(type, read(*value.N, bytes));
        return;
      }
      case Type::null:
        if (!*value.NULL_) {
          throw invalid_parameter_values(wording_,
                                         "Null attribute value types must have the value of true");
        }
        scalar(type, {});
        return;
      case Type::boolean:
        scalar(type, *value.BOOL ? std::string_view("\1", 1) : std::string_view("\0", 1));
        return;
      case Type::SS:
        set(type, *value.SS);
        return;
      case Type::BS:
        set(type, *value.BS);
        return;
      case Type::NS:
        set(type, *value.NS);
        return;
      case Type::M: {
        const std::size_t began = begin(type);
        pack_attributes(*value.M, level + 1);
        end(began);
        return;
      }
      case Type::L: {
        const std::size_t began = begin(type);
        for (const auto& element : *value.L) pack(element, level + 1);
        end(began);
        return;
      }
    }
  }

  void pack_attributes(const ApiItem& map, int level) {
    if (out_ == nullptr) return check_attributes(map, level);
    using Entry = const api::Entry<ApiValue>*;
    const auto by_name = [](Entry a, Entry b) { return a->key < b->key; };
    constexpr std::size_t kFew = 32;
    std::array<Entry, kFew> few;
    std::vector<Entry> many;
    Entry* entries = few.data();
    if (map.size() > kFew) {
      many.resize(map.size());
      entries = many.data();
    }
    for (std::size_t index = 0; index < map.size(); ++index) entries[index] = &map[index];
    if (!std::is_sorted(entries, entries + map.size(), by_name)) {
      std::stable_sort(entries, entries + map.size(), by_name);
    }
    for (std::size_t index = 0; index < map.size(); ++index) {
      // Of a name that came twice the last one counts, as it does for AWS's JSON reader.
      if (index + 1 < map.size() && entries[index]->key == entries[index + 1]->key) continue;
      Writer(*out_).write_name(entries[index]->key);
      pack(entries[index]->value, level);
    }
  }

 private:
  void check_attributes(const ApiItem& map, int level) {
    std::map<std::string_view, const api::Entry<ApiValue>*> last;
    for (const auto& entry : map) {
      try {
        pack(entry.value, level);
      } catch (const ApiError&) {
        // Of a name that came twice only the last one counts.
        if (last.empty()) {
          for (const auto& each : map) last[each.key] = &each;
        }
        if (last[entry.key] == &entry) throw;
      }
    }
  }
  std::string_view read(std::string_view text, Number::Encoded& bytes) const {
    Number number;
    read_number(text, wording_, number);
    return number.encode(bytes);
  }
  void scalar(Type type, std::string_view bytes) {
    if (out_ != nullptr) Writer(*out_).write_scalar(type, bytes);
  }
  std::size_t begin(Type type) { return out_ != nullptr ? Writer(*out_).begin(type) : 0; }
  void end(std::size_t began) {
    if (out_ != nullptr) Writer(*out_).end(began);
  }

  void set(Type type, const std::vector<std::string>& members) {
    if (members.empty()) throw empty_set(type, wording_);
    std::vector<std::string> encoded;
    std::vector<std::string_view> sorted;
    sorted.reserve(members.size());
    if (type == Type::NS) {
      encoded.reserve(members.size());
      for (const auto& member : members) {
        Number::Encoded bytes;
        encoded.emplace_back(read(member, bytes));
      }
    }
    const auto& stored = type == Type::NS ? encoded : members;
    for (const auto& member : stored) sorted.push_back(member);
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
      throw input_collection_contains_duplicates(type, members, wording_);
    }
    const std::size_t began = begin(type);
    if (out_ != nullptr) {
      for (const std::string_view member : sorted) Writer(*out_).write_text(member);
    }
    end(began);
  }

  Wording wording_;
  std::string* out_;
};

/// Observed: what words values as DynamoDB used to reads numbers as Java's BigDecimal does, where
/// the digits before the point and the exponent add up in 32 bits.
Number::Problem older_problem(std::string_view text, Number::Problem problem) {
  const std::size_t at = text.find_first_of("eE");
  if (problem == Number::Problem::too_precise || at == std::string_view::npos) return problem;
  std::string_view exponent = text.substr(at + 1);
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  std::int64_t power = 0;
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), power);
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  if (power > kMost || power < -kMost) return Number::Problem::not_numeric;
  std::string_view digits = text.substr(0, std::min(at, text.find('.')));
  digits.remove_prefix(std::min(digits.find_first_of("123456789"), digits.size()));
  const bool wraps = power + static_cast<std::int64_t>(digits.size()) > kMost;
  return wraps ? Number::Problem::underflow : problem;
}

}  // namespace

void read_number(std::string_view text, Wording wording, Number& out) {
  auto problem = Number::parse(text, out);
  if (!problem) return;
  if (wording == Wording::older) problem = older_problem(text, *problem);
  switch (*problem) {
    case Number::Problem::not_numeric: {
      std::string message = "The parameter cannot be converted to a numeric value";
      if (!text.empty() || wording != Wording::older) message.append(": ").append(text);
      throw validation_exception(wording, std::move(message));
    }
    case Number::Problem::overflow:
      throw validation_exception(wording,
                                 "Number overflow. Attempting to store a number with magnitude "
                                 "larger than supported range");
    case Number::Problem::underflow:
      throw validation_exception(wording,
                                 "Number underflow. Attempting to store a number with magnitude "
                                 "smaller than supported range");
    case Number::Problem::too_precise:
      throw validation_exception(wording,
                                 "Attempting to store more than 38 significant digits in a Number");
  }
}

Type type_of(const ApiValue& value, Wording wording) {
  int count = 0;
  Type type = Type::null;
  const auto look = [&](bool is_set, Type candidate) {
    if (is_set) {
      type = candidate;
      ++count;
    }
  };
  look(value.S.has_value(), Type::S);
  look(value.N.has_value(), Type::N);
  look(value.B.has_value(), Type::B);
  look(value.SS.has_value(), Type::SS);
  look(value.NS.has_value(), Type::NS);
  look(value.BS.has_value(), Type::BS);
  look(value.M.has_value(), Type::M);
  look(value.L.has_value(), Type::L);
  look(value.NULL_.has_value(), Type::null);
  look(value.BOOL.has_value(), Type::boolean);
  if (count == 0) {
    throw validation_exception(
        wording,
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  }
  if (count > 1) {
    throw validation_exception(
        wording,
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
        "supported datatypes");
  }
  return type;
}

void check_value(const ApiValue& value, Wording wording) {
  Packer(wording, nullptr).pack(value, 1);
}

void check_values(const ApiItem& item, Wording wording) {
  for (const auto& entry : item) {
    // The plain case of a key, without the detour.
    const auto& value = entry.value;
    if (value.S && !value.N && !value.B && !value.SS && !value.NS && !value.BS && !value.M &&
        !value.L && !value.NULL_ && !value.BOOL) {
      continue;
    }
    check_value(value, wording);
  }
}

void pack(const ApiValue& value, Wording wording, std::string& out, int level) {
  try {
    Packer(wording, &out).pack(value, level);
  } catch (const ApiError&) {
    Packer(wording, nullptr).pack(value, level);
    throw;
  }
}

std::string pack_item(const ApiItem& item, Wording wording) {
  std::string out;
  std::size_t expected = 0;
  for (const auto& entry : item) {
    expected += entry.key.size() + 8;
    if (entry.value.S) expected += entry.value.S->size();
    if (entry.value.B) expected += entry.value.B->size();
  }
  out.reserve(expected);
  try {
    Packer(wording, &out).pack_attributes(item, 1);
  } catch (const ApiError&) {
    Packer(wording, nullptr).pack_attributes(item, 1);
    throw;
  }
  return out;
}

/// Becomes an object in its place. A container's `emplace_back()` clears all its bytes before they
/// are initialized, which for a value, large as it is, costs more than filling it in.
template <class Object>
struct DefaultInitialized {
  operator Object() const {  // NOLINT: the conversion is what it is for
    Object object;
    return object;
  }
};

void unpack_into(const Value& value, ApiValue& result) {
  switch (value.type) {
    case Type::S:
      result.S.emplace(value.bytes);
      break;
    case Type::N:
      result.N = number_text(value.bytes);
      break;
    case Type::B:
      result.B.emplace(value.bytes);
      break;
    case Type::null:
      result.NULL_ = true;
      break;
    case Type::boolean:
      result.BOOL = value.bytes.front() != '\0';
      break;
    case Type::SS:
    case Type::BS: {
      auto& members = (value.type == Type::SS ? result.SS : result.BS).emplace();
      for (const std::string_view member : Members(value.bytes)) members.emplace_back(member);
      break;
    }
    case Type::NS: {
      auto& members = result.NS.emplace();
      for (const std::string_view member : Members(value.bytes)) {
        members.push_back(number_text(member));
      }
      break;
    }
    case Type::M:
      result.M = unpack_item(value.bytes);
      break;
    case Type::L: {
      auto& elements = result.L.emplace();
      for (const Value& element : Values(value.bytes))
        unpack_into(element, elements.emplace_back(DefaultInitialized<ApiValue>()));
      break;
    }
  }
}

ApiValue unpack(const Value& value) {
  ApiValue result;
  unpack_into(value, result);
  return result;
}

void unpack_onto(const Attribute& attribute, ApiItem& item) {
  auto& entry = item.emplace_back(DefaultInitialized<ApiItem::value_type>());
  entry.key = attribute.name;
  unpack_into(attribute.value, entry.value);
}

ApiItem unpack_item(std::string_view attributes) {
  // Values are large, so they are made where they stay: counted first, then filled in.
  ApiItem item;
  std::size_t count = 0;
  for (const char *at = attributes.data(), *end = at + attributes.size(); at != end; ++count) {
    static_cast<void>(ReadAttribute::read(at));
  }
  item.reserve(count);
  for (const Attribute& attribute : Attributes(attributes)) unpack_onto(attribute, item);
  return item;
}

}  // namespace fallstreak::services::dynamodb
