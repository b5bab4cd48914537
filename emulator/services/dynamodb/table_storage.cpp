#include "services/dynamodb/table_storage.h"

#include "services/dynamodb/keys.h"

namespace fallstreak::services::dynamodb {

std::string prefix_of(std::uint64_t id) {
  KeyBytes key;
  append_table(key, id);
  return std::string(key.view());
}

std::uint64_t new_storage_id(Context& context) {
  constexpr std::string_view kName = "table-id";
  const SequenceRecord* sequence = context.state.sequences.find(kName);
  const std::uint64_t id = sequence == nullptr ? 1 : sequence->last + 1;
  context.state.sequences.put(std::string(kName), {id});
  return id;
}

void make_contents(Context& context, std::uint64_t id) {
  context.state.contents.insert(prefix_of(id), {});
}

void clear_contents(Context& context, std::uint64_t id) {
  context.state.items.erase_prefix(prefix_of(id));
  context.state.contents.erase(prefix_of(id));
}

ContentsRecord contents_of(const Context& context, std::uint64_t id) {
  return *context.state.contents.find(prefix_of(id));
}

}  // namespace fallstreak::services::dynamodb
