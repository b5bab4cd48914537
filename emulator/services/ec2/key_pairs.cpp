#include "services/ec2/key_pairs.h"

#include <algorithm>
#include <set>

#include "base/encoding.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/key_material.h"
#include "services/ec2/storage_errors.h"
#include "services/ec2/tags.h"

namespace fallstreak::services::ec2 {
namespace {

constexpr FilterRow<Ec2State, KeyPairRecord> kKeyPairsFilters[] = {
    {"fingerprint",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.fingerprint); }},
    {"key-name", [](const auto&, const auto& row, const auto& p) { return p.match(row.key_name); }},
    {"key-pair-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.key_pair_id); }},
};

/// AWS: "Up to 255 ASCII characters", and no spaces around.
void check_name(const Context& context, const std::string& name) {
  const bool is_plain =
      std::ranges::all_of(name, [](char letter) { return letter >= ' ' && letter <= '~'; });
  if (name.empty() || name.size() > 255 || !is_plain || name.front() == ' ' || name.back() == ' ') {
    throw invalid_value_for(name, "KeyName", "Up to 255 ASCII characters are allowed.");
  }
  if (context.state.key_pair_names.contains(name)) throw invalid_key_pair_duplicate(name);
}

KeyPairRecord insert(Context& context, KeyPairRecord row) {
  row.key_pair_id = context.new_id("key-");
  row.create_time = context.now();
  context.state.key_pair_names.insert(row.key_name, {.id = row.key_pair_id});
  context.state.key_pairs.insert(row.key_pair_id, row);
  return row;
}

/// The ids that a request names, in either way; all when it names none.
std::set<std::string> wanted_ids(const Context& context,
                                 const api::ec2::DescribeKeyPairsRequest& request) {
  std::set<std::string> ids;
  for (const auto& name : api::each(request.KeyNames)) {
    const LinkRecord* link = context.state.key_pair_names.find(name);
    if (link == nullptr) throw invalid_key_pair_not_found(name);
    ids.insert(link->id);
  }
  for (const auto& id : api::each(request.KeyPairIds)) {
    if (!context.state.key_pairs.contains(id)) throw invalid_key_pair_ids_not_found(id);
    ids.insert(id);
  }
  return ids;
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateKeyPair.html
api::ec2::KeyPair create_key_pair(Context& context, const api::ec2::CreateKeyPairRequest& request) {
  check_name(context, *request.KeyName);
  if (request.KeyFormat.value_or("pem") != "pem") {
    throw not_implemented("KeyFormat " + *request.KeyFormat);
  }
  const Tags tags = tags_for(request.TagSpecifications, "key-pair");
  const std::string type = request.KeyType.value_or("rsa");
  const DrawBytes draw = [&](std::size_t count) {
    return *from_hex(context.world().random().hex(context.stream("key-pair"), count * 2));
  };
  const KeyMaterial material = type == "rsa" ? make_rsa_key(draw) : make_ed25519_key(draw);
  const KeyPairRecord row =
      insert(context, {.key_name = *request.KeyName,
                       .key_type = type,
                       .fingerprint = material.fingerprint,
                       .public_key = material.public_key + " " + *request.KeyName,
                       .tags = tags});
  return {.KeyPairId = row.key_pair_id,
          .Tags = to_wire(tags),
          .KeyName = row.key_name,
          .KeyFingerprint = row.fingerprint,
          .KeyMaterial = material.private_key};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportKeyPair.html
api::ec2::ImportKeyPairResult import_key_pair(Context& context,
                                              const api::ec2::ImportKeyPairRequest& request) {
  check_name(context, *request.KeyName);
  const std::string& text = *request.PublicKeyMaterial;
  if (text.starts_with("---- BEGIN SSH2")) throw not_implemented("A public key as in RFC 4716");
  const auto key = read_public_key(text);
  if (!key) throw invalid_key_format();
  const KeyPairRecord row =
      insert(context, {.key_name = *request.KeyName,
                       .key_type = key->type,
                       .fingerprint = key->fingerprint,
                       .public_key = key->text + " " + *request.KeyName,
                       .tags = tags_for(request.TagSpecifications, "key-pair")});
  return {.KeyFingerprint = row.fingerprint,
          .KeyName = row.key_name,
          .KeyPairId = row.key_pair_id,
          .Tags = to_wire(row.tags)};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeKeyPairs.html
api::ec2::DescribeKeyPairsResult describe_key_pairs(
    Context& context, const api::ec2::DescribeKeyPairsRequest& request) {
  const Selection<Ec2State, KeyPairRecord> selection(
      context.state, request.Filters, kKeyPairsFilters,
      [](const KeyPairRecord& row) { return std::span<const api::ec2::Tag>(row.tags); });
  const auto wanted = wanted_ids(context, request);
  api::ec2::DescribeKeyPairsResult result;
  auto& shown = result.KeyPairs.emplace();
  for (const auto& [id, row] : context.state.key_pairs) {
    const bool is_wanted = wanted.empty() || wanted.contains(id);
    if (!is_wanted || !selection.passes(row)) continue;
    shown.push_back({.KeyPairId = row.key_pair_id,
                     .KeyType = row.key_type,
                     .Tags = to_wire(row.tags),
                     .CreateTime = row.create_time,
                     .KeyName = row.key_name,
                     .KeyFingerprint = row.fingerprint});
    if (request.IncludePublicKey == true) shown.back().PublicKey = row.public_key;
  }
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteKeyPair.html
api::ec2::DeleteKeyPairResult delete_key_pair(Context& context,
                                              const api::ec2::DeleteKeyPairRequest& request) {
  if (!request.KeyName && !request.KeyPairId) throw missing_parameter("KeyName");
  std::string id = request.KeyPairId.value_or("");
  if (request.KeyName) {
    const LinkRecord* link = context.state.key_pair_names.find(*request.KeyName);
    if (link != nullptr) id = link->id;
  }
  const KeyPairRecord* row = context.state.key_pairs.find(id);
  // AWS: to delete what is not there is no error.
  if (row == nullptr) return {.Return = true};
  context.state.key_pair_names.erase(std::string(row->key_name));
  context.state.key_pairs.erase(id);
  return {.Return = true, .KeyPairId = id};
}

}  // namespace fallstreak::services::ec2
