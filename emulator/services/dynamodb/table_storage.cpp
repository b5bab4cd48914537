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
  context.state.collections.erase_prefix(prefix_of(id));
  context.state.versions.erase_prefix(prefix_of(id));
  context.state.meters.erase(prefix_of(id));
  context.state.partitions.erase_prefix(prefix_of(id));
}

std::vector<std::string> keys_after(const Context& context, const std::string& prefix,
                                    const std::string& after) {
  constexpr std::size_t kAtOnce = 256;
  std::vector<std::string> keys;
  const auto& items = context.state.items;
  for (auto at = items.upper_bound(after); at != items.end() && keys.size() < kAtOnce; ++at) {
    const std::string_view key = at->first;
    if (!key.starts_with(prefix)) break;
    keys.emplace_back(key);
  }
  return keys;
}

void copy_contents(Context& context, std::uint64_t from, std::uint64_t to) {
  copy_contents(context, from, context, to);
}

void copy_contents(const Context& source, std::uint64_t from, Context& context, std::uint64_t to) {
  const std::string prefix = prefix_of(from);
  const std::string target = prefix_of(to);
  std::vector<std::string> keys = keys_after(source, prefix, prefix);
  while (!keys.empty()) {
    for (const std::string& key : keys) {
      const ItemRecord item = *source.state.items.find(key);
      context.state.items.put(target + key.substr(prefix.size()), item);
    }
    keys = keys_after(source, prefix, keys.back());
  }
  context.state.contents.put(target, contents_of(source, from));
}

ContentsRecord contents_of(const Context& context, std::uint64_t id) {
  return *context.state.contents.find(prefix_of(id));
}

}  // namespace fallstreak::services::dynamodb
