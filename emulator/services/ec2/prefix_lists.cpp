#include "services/ec2/prefix_lists.h"

#include <algorithm>
#include <array>

#include "dispatch/target_paths.h"
#include "services/ec2/cidr.h"
#include "services/ec2/client_tokens.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/pages.h"
#include "services/ec2/tags.h"
#include "world/hash.h"

namespace fallstreak::services::ec2 {
namespace {

using List = api::ec2::ManagedPrefixList;
using Entries = std::vector<api::ec2::PrefixListEntry>;

/// Chosen: AWS's lists hold ranges of the real internet, which change; these are of the blocks that
/// RFC 5737 keeps for documentation, so that no packet of a test means a real host.
struct ServiceList {
  std::string_view service;
  std::string_view cidr;
};
constexpr std::array<ServiceList, 2> kServiceLists{
    {{"dynamodb", "203.0.113.0/24"}, {"s3", "198.51.100.0/24"}}};

/// Every region has ids of its own.
std::string service_list_id(std::string_view name) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::uint64_t hash = world::hash_bytes(name);
  std::string id = "pl-";
  for (int i = 0; i < 8; ++i, hash >>= 4) id += kDigits[hash & 15];
  return id;
}

std::string service_name(std::string_view region, std::string_view service) {
  return "com.amazonaws." + std::string(region) + "." + std::string(service);
}

std::vector<PrefixListView> service_lists(std::string_view region) {
  std::vector<PrefixListView> lists;
  for (const auto& each : kServiceLists) {
    const std::string name = service_name(region, each.service);
    lists.push_back({service_list_id(name), name, {std::string(each.cidr)}});
  }
  std::ranges::sort(lists, {}, &PrefixListView::id);
  return lists;
}

constexpr FilterRow<Ec2State, List> kPrefixListsFilters[] = {
    {"owner-id", [](const auto&, const auto& row, const auto& p) { return p.match(row.OwnerId); }},
    {"prefix-list-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.PrefixListId); }},
    {"prefix-list-name",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.PrefixListName); }},
};
constexpr FilterRow<Ec2State, PrefixListView> kViewFilters[] = {
    {"prefix-list-id", [](const auto&, const auto& row, const auto& p) { return p.match(row.id); }},
    {"prefix-list-name",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.name); }},
};

List describe_service_list(const Context& context, const PrefixListView& view) {
  return {.PrefixListId = view.id,
          .AddressFamily = "IPv4",
          .State = "create-complete",
          .PrefixListArn = "arn:aws:ec2:" + context.region() + ":aws:prefix-list/" + view.id,
          .PrefixListName = view.name,
          .OwnerId = "AWS"};
}

const PrefixListRecord& find_own(const Context& context, const std::string& id) {
  const auto* found = context.state.prefix_lists.find(id);
  if (found == nullptr) throw invalid_prefix_list_id_not_found(id);
  return *found;
}

std::string checked_cidr(const std::string& text) {
  const auto cidr = Cidr::parse(text);
  if (!cidr) throw invalid_value_for(text, "Cidr", "This is not a valid CIDR block.");
  return cidr->to_string();
}

void add_entries(Entries& entries, std::span<const api::ec2::AddPrefixListEntry> added) {
  for (const auto& each : added) {
    const std::string cidr = checked_cidr(*each.Cidr);
    const auto found =
        std::ranges::find(entries, std::optional(cidr), &api::ec2::PrefixListEntry::Cidr);
    if (found != entries.end()) {
      found->Description = each.Description;
    } else {
      entries.push_back({.Cidr = cidr, .Description = each.Description});
    }
  }
  std::ranges::sort(entries, {}, &api::ec2::PrefixListEntry::Cidr);
}

/// All lists that a caller sees, in the order of their ids: AWS's first ones among them.
std::vector<List> all_lists(const Context& context) {
  std::vector<List> lists;
  for (const auto& view : service_lists(context.region())) {
    lists.push_back(describe_service_list(context, view));
  }
  for (const auto& [id, row] : context.state.prefix_lists) lists.push_back(row.list);
  std::ranges::sort(lists, {}, &List::PrefixListId);
  return lists;
}

/// Shows what was asked for of rows that are not a table's.
template <class Value, class IdOf, class Passes>
std::vector<Value> select(const std::vector<Value>& rows,
                          const std::optional<std::vector<std::string>>& ids, const Page& page,
                          const IdOf& id_of, const Passes& passes,
                          std::optional<std::string>& next_token) {
  for (const auto& id : api::each(ids)) {
    if (std::ranges::none_of(rows, [&](const auto& row) { return id_of(row) == id; })) {
      throw invalid_prefix_list_id_not_found(id);
    }
  }
  std::vector<Value> shown;
  for (const auto& row : rows) {
    const std::string id = id_of(row);
    if (page.after && id <= *page.after) continue;
    const bool is_wanted = !ids || ids->empty() || std::ranges::find(*ids, id) != ids->end();
    if (!is_wanted || !passes(row)) continue;
    if (shown.size() == page.limit) {
      next_token = make_token(id_of(shown.back()));
      break;
    }
    shown.push_back(row);
  }
  return shown;
}

}  // namespace

std::vector<std::string> gateway_services(std::string_view region) {
  std::vector<std::string> names;
  for (const auto& each : kServiceLists) names.push_back(service_name(region, each.service));
  return names;
}

std::optional<PrefixListView> find_service_prefix_list(std::string_view region,
                                                       std::string_view name) {
  for (auto& view : service_lists(region)) {
    if (view.name == name) return view;
  }
  return std::nullopt;
}

std::optional<PrefixListView> find_prefix_list(const Context& context, const std::string& id) {
  for (auto& view : service_lists(context.region())) {
    if (view.id == id) return view;
  }
  const auto* row = context.state.prefix_lists.find(id);
  if (row == nullptr) return std::nullopt;
  PrefixListView view{id, *row->list.PrefixListName, {}};
  for (const auto& entry : row->versions.back().entries) view.cidrs.push_back(*entry.Cidr);
  return view;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateManagedPrefixList.html
api::ec2::CreateManagedPrefixListResult create_managed_prefix_list(
    Context& context, const api::ec2::CreateManagedPrefixListRequest& request) {
  const IdempotentRequest idempotent(context, "CreateManagedPrefixList", request);
  if (!idempotent.earlier().empty()) {
    return {.PrefixList = find_own(context, idempotent.earlier().front()).list};
  }
  // AWS: "You can't use names that start with com.amazonaws."
  if (request.PrefixListName->starts_with("com.amazonaws")) {
    throw invalid_value_for(*request.PrefixListName, "PrefixListName",
                            "Names that start with com.amazonaws are reserved.");
  }
  if (*request.AddressFamily != "IPv4") {
    throw not_implemented("AddressFamily " + *request.AddressFamily + " of a prefix list");
  }
  if (*request.MaxEntries < 1 || *request.MaxEntries > 1000) {
    throw invalid_value_for(std::to_string(*request.MaxEntries), "MaxEntries",
                            "Expecting a value between 1 and 1000.");
  }
  PrefixListRecord row;
  row.versions.emplace_back();
  add_entries(row.versions.front().entries, api::each(request.Entries));
  if (std::ssize(row.versions.front().entries) > *request.MaxEntries) {
    throw prefix_list_max_entries_exceeded();
  }
  const std::string id = context.new_id("pl-");
  row.list = {.PrefixListId = id,
              .AddressFamily = "IPv4",
              .State = "create-complete",
              .PrefixListArn = context.arn("ec2", "prefix-list/" + id),
              .PrefixListName = request.PrefixListName,
              .MaxEntries = request.MaxEntries,
              .Version = 1,
              .Tags = to_wire(tags_for(request.TagSpecifications, "prefix-list")),
              .OwnerId = context.account_id()};
  context.state.prefix_lists.insert(id, row);
  idempotent.remember(context, {id});
  row.list.State = "create-in-progress";
  return {.PrefixList = row.list};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeManagedPrefixLists.html
api::ec2::DescribeManagedPrefixListsResult describe_managed_prefix_lists(
    Context& context, const api::ec2::DescribeManagedPrefixListsRequest& request) {
  const Selection<Ec2State, List> selection(context.state, request.Filters, kPrefixListsFilters,
                                            [](const List& row) { return tag_span(row.Tags); });
  api::ec2::DescribeManagedPrefixListsResult result;
  result.PrefixLists = select(
      all_lists(context), request.PrefixListIds,
      Page(request.MaxResults, request.NextToken, PageLimits{1, 100}),
      [](const List& row) { return *row.PrefixListId; },
      [&](const List& row) { return selection.passes(row); }, result.NextToken);
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePrefixLists.html
api::ec2::DescribePrefixListsResult describe_prefix_lists(
    Context& context, const api::ec2::DescribePrefixListsRequest& request) {
  const Selection<Ec2State, PrefixListView> selection(context.state, request.Filters, kViewFilters,
                                                      nullptr);
  api::ec2::DescribePrefixListsResult result;
  const auto views = select(
      service_lists(context.region()), request.PrefixListIds,
      Page(request.MaxResults, request.NextToken), [](const PrefixListView& row) { return row.id; },
      [&](const PrefixListView& row) { return selection.passes(row); }, result.NextToken);
  auto& shown = result.PrefixLists.emplace();
  for (const auto& view : views) {
    shown.push_back({.Cidrs = view.cidrs, .PrefixListId = view.id, .PrefixListName = view.name});
  }
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetManagedPrefixListEntries.html
api::ec2::GetManagedPrefixListEntriesResult get_managed_prefix_list_entries(
    Context& context, const api::ec2::GetManagedPrefixListEntriesRequest& request) {
  const auto view = find_prefix_list(context, *request.PrefixListId);
  if (!view) throw invalid_prefix_list_id_not_found(*request.PrefixListId);
  api::ec2::GetManagedPrefixListEntriesResult result;
  result.Entries.emplace();
  const auto* own = context.state.prefix_lists.find(view->id);
  if (own == nullptr) {
    for (const auto& cidr : view->cidrs) result.Entries->push_back({.Cidr = cidr});
    return result;
  }
  const auto& versions = own->versions;
  const auto wanted = request.TargetVersion.value_or(versions.back().version);
  const auto found = std::ranges::find(versions, wanted, &PrefixListVersionRecord::version);
  if (found == versions.end()) throw prefix_list_version_mismatch();
  result.Entries = found->entries;
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyManagedPrefixList.html
api::ec2::ModifyManagedPrefixListResult modify_managed_prefix_list(
    Context& context, const api::ec2::ModifyManagedPrefixListRequest& request) {
  const std::string id = *request.PrefixListId;
  const PrefixListRecord& row = find_own(context, id);
  if (request.CurrentVersion && request.CurrentVersion != row.list.Version) {
    throw prefix_list_version_mismatch();
  }
  Entries entries = row.versions.back().entries;
  for (const auto& each : api::each(request.RemoveEntries)) {
    const std::string cidr = checked_cidr(*each.Cidr);
    if (std::erase_if(entries, [&](const auto& entry) { return entry.Cidr == cidr; }) == 0) {
      throw invalid_value_for(cidr, "Cidr", "The prefix list has no such entry.");
    }
  }
  add_entries(entries, api::each(request.AddEntries));
  const auto limit = request.MaxEntries.value_or(*row.list.MaxEntries);
  if (std::ssize(entries) > limit) throw prefix_list_max_entries_exceeded();
  context.state.prefix_lists.update(id, [&](PrefixListRecord& changed) {
    if (request.PrefixListName) changed.list.PrefixListName = request.PrefixListName;
    changed.list.MaxEntries = limit;
    changed.list.State = "modify-complete";
    // AWS: "If you don't specify entries, the version does not change."
    if (!request.AddEntries && !request.RemoveEntries) return;
    changed.list.Version = *changed.list.Version + 1;
    changed.versions.push_back({.version = *changed.list.Version, .entries = entries});
  });
  dispatch::note_path_change(context, id);
  auto shown = find_own(context, id).list;
  shown.State = "modify-in-progress";
  return {.PrefixList = shown};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteManagedPrefixList.html
api::ec2::DeleteManagedPrefixListResult delete_managed_prefix_list(
    Context& context, const api::ec2::DeleteManagedPrefixListRequest& request) {
  const std::string id = *request.PrefixListId;
  List gone = find_own(context, id).list;
  // AWS: "You must first remove all references to the prefix list".
  const bool is_routed = std::ranges::any_of(context.state.route_tables, [&](const auto& each) {
    return std::ranges::any_of(api::each(each.second.table.Routes), [&](const auto& route) {
      return route.DestinationPrefixListId == id;
    });
  });
  const bool is_ruled = std::ranges::any_of(context.state.security_groups, [&](const auto& each) {
    return std::ranges::any_of(each.second.rules,
                               [&](const auto& rule) { return rule.PrefixListId == id; });
  });
  if (is_routed || is_ruled) throw dependency_violation("prefix list", id);
  context.state.prefix_lists.erase(id);
  gone.State = "delete-in-progress";
  return {.PrefixList = gone};
}

}  // namespace fallstreak::services::ec2
