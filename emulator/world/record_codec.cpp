#include "world/record_codec.h"

namespace fallstreak::world::detail {

StoredFields::StoredFields(ByteReader& reader) {
  const std::size_t count = reader.read_count();
  fields_.reserve(count);
  for (std::size_t index = 0; index < count && !reader.has_failed(); ++index) {
    const std::string_view name = reader.read_text();
    fields_.emplace_back(name, reader.read_text());
  }
}

std::optional<std::string_view> StoredFields::find(std::string_view name) {
  for (std::size_t tried = 0; tried < fields_.size(); ++tried) {
    const std::size_t index = (next_ + tried) % fields_.size();
    if (fields_[index].first != name) continue;
    next_ = index + 1;
    return fields_[index].second;
  }
  return std::nullopt;
}

}  // namespace fallstreak::world::detail
