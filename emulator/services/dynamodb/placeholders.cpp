#include "services/dynamodb/placeholders.h"

#include <algorithm>

namespace fallstreak::services::dynamodb {
namespace {

bool is_placeholder(std::string_view text, char first) {
  const auto is_part = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return text.size() > 1 && text.front() == first &&
         std::all_of(text.begin() + 1, text.end(), is_part);
}

/// AWS: a placeholder has at most 255 bytes, with its first character.
constexpr std::size_t kLongestPlaceholder = 255;

template <class List>
std::string unused_keys(const List& list) {
  std::string keys;
  for (const auto& entry : list) {
    if (entry.used) continue;
    if (!keys.empty()) keys += ", ";
    keys += entry.placeholder;
  }
  return keys;
}

template <class List>
auto* find_in(List& list, std::string_view placeholder) {
  const auto at =
      std::ranges::find(list, placeholder, [](const auto& entry) { return entry.placeholder; });
  return at == list.end() ? nullptr : &*at;
}

}  // namespace

Placeholders::Placeholders(const Names& names, const Values& values, Wording wording)
    : wording_(wording) {
  if (names) add_names(*names);
  if (values) add_values(*values);
}

void Placeholders::add_names(const api::Map<std::string>& names) {
  if (names.empty())
    throw validation_exception(wording_, "ExpressionAttributeNames must not be empty");
  names_.reserve(names.size());
  for (const auto& entry : names) {
    if (entry.key.size() > kLongestPlaceholder) {
      throw validation_exception(
          wording_,
          "ExpressionAttributeNames contains invalid key: The expression attribute map contains a "
          "key that is too long; size of key: " +
              std::to_string(entry.key.size()));
    }
    if (!is_placeholder(entry.key, '#')) {
      throw validation_exception(
          wording_, "ExpressionAttributeNames contains invalid key: Syntax error; key: \"" +
                        entry.key + "\"");
    }
    if (entry.value.empty()) {
      throw validation_exception(
          wording_,
          "ExpressionAttributeNames contains invalid value: Empty attribute name for key " +
              entry.key);
    }
    names_.push_back({entry.key, entry.value});
  }
}

void Placeholders::add_values(const ApiItem& values) {
  if (values.empty())
    throw validation_exception(wording_, "ExpressionAttributeValues must not be empty");
  values_.reserve(values.size());
  for (const auto& entry : values) {
    // Observed: without the size that a name's message tells.
    if (entry.key.size() > kLongestPlaceholder) {
      throw validation_exception(
          wording_,
          "ExpressionAttributeValues contains invalid key: The expression attribute map contains a "
          "key that is too long;");
    }
    if (!is_placeholder(entry.key, ':')) {
      throw validation_exception(
          wording_, "ExpressionAttributeValues contains invalid key: Syntax error; key: \"" +
                        entry.key + "\"");
    }
  }
  // Observed: where values are worded as they used to be, one level more goes through here. It
  // fails where it is to be kept.
  const int level = wording_ == Wording::older ? 0 : 1;
  for (const auto& entry : values) {
    values_.push_back({entry.key, bytes_.size()});
    try {
      pack(entry.value, wording_, bytes_, level);
    } catch (const ApiError& refused) {
      if (wording_ != Wording::older) throw;
      throw validation_exception("ExpressionAttributeValues contains invalid value: " +
                                 refused.message + " for key " + entry.key);
    }
  }
}

std::optional<std::string_view> Placeholders::name(std::string_view placeholder) {
  auto* const found = find_in(names_, placeholder);
  if (found == nullptr) return std::nullopt;
  found->used = true;
  return found->name;
}

std::optional<Value> Placeholders::value(std::string_view placeholder) {
  auto* const found = find_in(values_, placeholder);
  if (found == nullptr) return std::nullopt;
  found->used = true;
  const char* at = bytes_.data() + found->offset;
  return ReadValue::read(at);
}

void Placeholders::check_all_used() const {
  if (const std::string keys = unused_keys(names_); !keys.empty()) {
    throw validation_exception(
        wording_,
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {" + keys + "}");
  }
  if (const std::string keys = unused_keys(values_); !keys.empty()) {
    throw validation_exception(
        wording_,
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {" + keys + "}");
  }
}

}  // namespace fallstreak::services::dynamodb
