#include "protocols/form.h"

#include <algorithm>

#include "base/encoding.h"
#include "protocols/walk.h"

namespace fallstreak::protocols {

namespace {

/// Calls `use(name, value)` for each part, both still encoded, until it returns false.
template <class Use>
void for_each_part(std::string_view text, Use use) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.empty()) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    if (!use(part.substr(0, equals), part.substr(std::min(equals + 1, part.size())))) return;
  }
}

std::string decode(std::string_view text) {
  auto decoded = percent_decode(text, Plus::is_space);
  if (!decoded) throw Malformed("Keys and values must be percent-encoded correctly");
  if (!is_utf8(*decoded)) throw Malformed("Keys and values must be encoded in UTF-8");
  return std::move(*decoded);
}

}  // namespace

Form Form::parse(std::string_view text) {
  Form form;
  form.add(text);
  return form;
}

void Form::add(std::string_view text) {
  for_each_part(text, [&](std::string_view name, std::string_view value) {
    parameters_.push_back({decode(name), decode(value)});
    return true;
  });
  std::ranges::stable_sort(parameters_, {}, &Parameter::name);
}

const std::string* Form::find(std::string_view name) const {
  const auto found = std::ranges::lower_bound(parameters_, name, {}, &Parameter::name);
  return found != parameters_.end() && found->name == name ? &found->value : nullptr;
}

std::pair<const Form::Parameter*, const Form::Parameter*> Form::below(
    std::string_view prefix) const {
  const auto first = std::ranges::lower_bound(parameters_, prefix, {}, &Parameter::name);
  const auto last = std::partition_point(first, parameters_.end(), [&](const Parameter& parameter) {
    return parameter.name.starts_with(prefix);
  });
  const Parameter* begin = parameters_.data();
  return {begin + (first - parameters_.begin()), begin + (last - parameters_.begin())};
}

std::string form_value(std::string_view text, std::string_view name) {
  std::string found;
  for_each_part(text, [&](std::string_view key, std::string_view value) {
    if (key != name) return true;
    found = percent_decode(value, Plus::is_space).value_or("");
    return false;
  });
  return found;
}

void append_form_parameter(std::string& out, std::string_view name, std::string_view value) {
  if (!out.empty()) out += '&';
  out += percent_encode(name);
  out += '=';
  out += percent_encode(value);
}

}  // namespace fallstreak::protocols
