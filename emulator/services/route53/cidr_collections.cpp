#include "services/route53/cidr_collections.h"

#include <algorithm>

#include "base/ip_block.h"
#include "dispatch/cidr_locations.h"
#include "dispatch/pages.h"
#include "services/route53/changes.h"
#include "services/route53/errors.h"
#include "services/route53/handlers.h"
#include "services/route53/lookup.h"

namespace fallstreak::services::route53 {
namespace {

using api::route53::CidrCollectionChange;

/// AWS: collections of an account, blocks of a collection, blocks of a request.
/// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
constexpr std::size_t kMostCollections = 5;
constexpr std::int64_t kMostBlocks = 1000;
constexpr std::size_t kMostBlocksInRequest = 1000;
constexpr std::size_t kMostInCidrPage = 100;

const CidrCollectionRecord& find_collection(const Context& context, const std::string& id) {
  const auto* found = context.state.cidr_collections.find(id);
  if (found == nullptr) throw no_such_cidr_collection(id);
  return *found;
}

/// AWS: from /1 to /24, or to /48 for IPv6. Chosen: bits behind the prefix are refused.
IpBlock checked_block(const std::string& text) {
  const auto block = IpBlock::parse(text);
  const auto has_no_bits_behind = [&] {
    const std::string key = dispatch::cidr_key("", *block);
    const std::string whole = dispatch::cidr_key("", {block->network, block->network.bits});
    return key.substr(0, key.rfind('/')) == whole.substr(0, whole.rfind('/'));
  };
  const bool is_block = block && block->prefix >= 1 &&
                        block->prefix <= (block->network.bits == 32 ? 24 : 48) &&
                        has_no_bits_behind();
  if (!is_block) throw invalid_input("The CIDR block '" + text + "' is not valid.");
  return *block;
}

/// `<collection> <location> <rest>`, for blocks and for the record sets that use them.
std::string location_row(const std::string& id, const std::string& location,
                         std::string_view rest) {
  return id + " " + location + " " + std::string(rest);
}

/// A block has one row, however it is written.
std::string block_row(const std::string& location, const std::string& cidr_key) {
  const std::size_t end = cidr_key.find(' ');
  return location_row(cidr_key.substr(0, end), location, cidr_key.substr(end + 1));
}

void put_block(Context& context, const std::string& id, const std::string& location,
               const std::string& text) {
  const std::string key = dispatch::cidr_key(id, checked_block(text));
  const auto* other = context.state.cidr_places.find(key);
  if (other != nullptr && *other != location) throw cidr_block_in_use(text);
  if (other != nullptr) return;
  context.state.cidr_places.insert(key, location);
  context.state.cidr_blocks.insert(block_row(location, key), text);
  context.state.cidr_collections.update(id, [](auto& record) { ++record.blocks; });
}

void delete_block(Context& context, const std::string& id, const std::string& location,
                  const std::string& text) {
  const std::string key = dispatch::cidr_key(id, checked_block(text));
  const auto* found = context.state.cidr_places.find(key);
  if (found == nullptr || *found != location) return;
  context.state.cidr_places.erase(key);
  context.state.cidr_blocks.erase(block_row(location, key));
  context.state.cidr_collections.update(id, [](auto& record) { --record.blocks; });
  const std::string location_prefix = id + " " + location + " ";
  const bool is_gone = context.state.cidr_blocks.range(location_prefix).empty();
  if (is_gone && !context.state.cidr_uses.range(location_prefix).empty()) {
    throw cidr_block_in_use(text);
  }
}

std::string collection_arn(std::string_view id) {
  return "arn:aws:route53:::cidrcollection/" + std::string(id);
}

}  // namespace

std::string wrong_cidr_routing(const Context& context,
                               const api::route53::CidrRoutingConfig& routing) {
  if (!context.state.cidr_collections.contains(*routing.CollectionId)) {
    return "The CIDR collection " + *routing.CollectionId + " does not exist";
  }
  if (routing.LocationName == "*") return {};
  const std::string prefix = *routing.CollectionId + " " + *routing.LocationName + " ";
  if (!context.state.cidr_blocks.range(prefix).empty()) return {};
  return "The CIDR location " + *routing.LocationName + " does not exist in the collection " +
         *routing.CollectionId;
}

void use_cidr_location(Context& context, const api::route53::CidrRoutingConfig& routing,
                       const std::string& record_set_key) {
  context.state.cidr_uses.put(
      location_row(*routing.CollectionId, *routing.LocationName, record_set_key), record_set_key);
}

void release_cidr_location(Context& context, const api::route53::CidrRoutingConfig& routing,
                           const std::string& record_set_key) {
  context.state.cidr_uses.erase(
      location_row(*routing.CollectionId, *routing.LocationName, record_set_key));
}

void tell_cidr_locations(Context& context, const ChangeRecord& change) {
  auto& served = dispatch::cidr_locations(context.world()).blocks;
  for (const auto& one : change.cidr_changes) {
    for (const auto& text : *one.CidrList) {
      const std::string key = dispatch::cidr_key(change.cidr_collection_id, checked_block(text));
      const auto* there = served.find(key);
      if (one.Action == "PUT") {
        served.put(key, *one.LocationName);
      } else if (there != nullptr && *there == *one.LocationName) {
        served.erase(key);
      }
    }
  }
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateCidrCollection.html
api::route53::CreateCidrCollectionResponse create_cidr_collection(
    Context& context, const api::route53::CreateCidrCollectionRequest& request) {
  const auto shown_as = [](const CidrCollectionRecord& record) {
    api::route53::CreateCidrCollectionResponse response;
    response.Collection = record.collection;
    response.Location =
        "https://route53.amazonaws.com/2013-04-01/cidrcollection/" + *record.collection.Id;
    return response;
  };
  // AWS: "Don't use a name of an existing collection", unless it is the same request again.
  if (const auto* there = context.state.cidr_names.find(*request.Name)) {
    const auto& record = find_collection(context, *there);
    if (record.caller_reference == *request.CallerReference) return shown_as(record);
    throw cidr_collection_already_exists(*request.Name);
  }
  if (context.state.cidr_collections.size() >= kMostCollections) {
    throw limits_exceeded("MAX_CIDR_COLLECTIONS_BY_OWNER");
  }
  const std::string id = context.new_uuid("cidr-collection-id");
  const CidrCollectionRecord record{
      .collection = {.Arn = collection_arn(id), .Id = id, .Name = request.Name, .Version = 1},
      .caller_reference = *request.CallerReference};
  context.state.cidr_collections.insert(id, record);
  context.state.cidr_names.insert(*request.Name, id);
  return shown_as(record);
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeCidrCollection.html
api::route53::ChangeCidrCollectionResponse change_cidr_collection(
    Context& context, const api::route53::ChangeCidrCollectionRequest& request) {
  const std::string& id = *request.Id;
  const auto& record = find_collection(context, id);
  if (request.CollectionVersion && request.CollectionVersion != record.collection.Version) {
    throw cidr_collection_version_mismatch(*request.CollectionVersion, *record.collection.Version);
  }
  std::size_t count = 0;
  for (const auto& change : *request.Changes) count += change.CidrList->size();
  if (count > kMostBlocksInRequest) {
    throw invalid_input("A request can change at most 1000 CIDR blocks.");
  }
  for (const auto& change : *request.Changes) {
    const auto apply = change.Action == "PUT" ? put_block : delete_block;
    for (const auto& text : *change.CidrList) apply(context, id, *change.LocationName, text);
  }
  if (find_collection(context, id).blocks > kMostBlocks) {
    throw limits_exceeded("MAX_CIDR_BLOCKS_BY_COLLECTION");
  }
  context.state.cidr_collections.update(id, [](auto& row) { ++*row.collection.Version; });
  return {.Id = begin_cidr_change(context, id, *request.Changes)};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListCidrCollections.html
api::route53::ListCidrCollectionsResponse list_cidr_collections(
    Context& context, const api::route53::ListCidrCollectionsRequest& request) {
  api::route53::ListCidrCollectionsResponse response{.CidrCollections = {{}}};
  const std::size_t size = page_size(request.MaxResults, kMostInCidrPage);
  response.NextToken = dispatch::read_page(
      context.state.cidr_collections, {request.NextToken, std::int32_t(size)},
      [] { return invalid_input("The NextToken is not valid."); }, [](const auto&) { return true; },
      [&](const auto& row) {
        const auto& one = row.second.collection;
        response.CidrCollections->push_back(
            {.Arn = one.Arn, .Id = one.Id, .Name = one.Name, .Version = one.Version});
      });
  return response;
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListCidrLocations.html
api::route53::ListCidrLocationsResponse list_cidr_locations(
    Context& context, const api::route53::ListCidrLocationsRequest& request) {
  const std::string& id = *request.CollectionId;
  find_collection(context, id);
  api::route53::ListCidrLocationsResponse response{.CidrLocations = {{}}};
  const std::size_t size = page_size(request.MaxResults, kMostInCidrPage);
  // Each location once: its first block stands for it.
  std::string last;
  response.NextToken = dispatch::read_page(
      context.state.cidr_blocks, {request.NextToken, std::int32_t(size), id + " "},
      [] { return invalid_input("The NextToken is not valid."); },
      [&](const auto& row) {
        const std::string_view behind = row.first.substr(id.size() + 1);
        const std::string_view location = behind.substr(0, behind.find(' '));
        const std::string first_block(
            context.state.cidr_blocks.lower_bound(id + " " + std::string(location) + " ")->first);
        return row.first == first_block;
      },
      [&](const auto& row) {
        const std::string_view behind = row.first.substr(id.size() + 1);
        response.CidrLocations->push_back(
            {.LocationName = std::string(behind.substr(0, behind.find(' ')))});
      });
  return response;
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListCidrBlocks.html
api::route53::ListCidrBlocksResponse list_cidr_blocks(
    Context& context, const api::route53::ListCidrBlocksRequest& request) {
  const std::string& id = *request.CollectionId;
  find_collection(context, id);
  const std::string prefix =
      request.LocationName ? id + " " + *request.LocationName + " " : id + " ";
  if (request.LocationName && context.state.cidr_blocks.range(prefix).empty()) {
    throw no_such_cidr_location(*request.LocationName);
  }
  api::route53::ListCidrBlocksResponse response{.CidrBlocks = {{}}};
  const std::size_t size = page_size(request.MaxResults, kMostInCidrPage);
  response.NextToken = dispatch::read_page(
      context.state.cidr_blocks, {request.NextToken, std::int32_t(size), prefix},
      [] { return invalid_input("The NextToken is not valid."); }, [](const auto&) { return true; },
      [&](const auto& row) {
        const std::string_view behind = row.first.substr(id.size() + 1);
        response.CidrBlocks->push_back(
            {.CidrBlock = row.second,
             .LocationName = std::string(behind.substr(0, behind.find(' ')))});
      });
  return response;
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteCidrCollection.html
api::route53::DeleteCidrCollectionResponse delete_cidr_collection(
    Context& context, const api::route53::DeleteCidrCollectionRequest& request) {
  const std::string id = *request.Id;
  const auto& record = find_collection(context, id);
  // AWS: it must be empty; record sets may still use its default location.
  if (record.blocks > 0 || !context.state.cidr_uses.range(id + " ").empty()) {
    throw cidr_collection_in_use(id);
  }
  context.state.cidr_names.erase(*record.collection.Name);
  context.state.cidr_collections.erase(id);
  return {};
}

}  // namespace fallstreak::services::route53
