#include <algorithm>

#include "base/encoding.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/observers.h"
#include "services/dynamodb/table_access.h"
#include "services/dynamodb/timing.h"

namespace fallstreak::services::dynamodb {
namespace {

constexpr std::int32_t kMostInsights = 100;
constexpr std::string_view kDefaultMode = "ACCESSED_AND_THROTTLED_KEYS";

struct Observed {
  std::string table_name;
  const TableRecord& table;
  const KeySchema& keys;
  std::string key;
};

/// `name/`, or `name/index`.
Observed observed(const Context& context, const std::string& table,
                  const std::optional<std::string>& index) {
  const std::string name(table_name_of(context, table));
  const TableRecord* record = context.state.tables.find(name);
  if (record == nullptr || !record->is_usable()) throw table_not_found(name);
  const KeySchema& keys = index ? index_of(*record, *index).keys : record->keys;
  return {name, *record, keys, name + "/" + index.value_or("")};
}

std::vector<std::string> rules_of(const Observed& about, const std::optional<std::string>& index,
                                  const InsightsRecord& insights) {
  const std::string suffix = about.table_name + (index ? "-" + *index : "") + "-" +
                             std::to_string(to_nanoseconds(insights.changed) / 1'000'000);
  std::vector<std::string> rules;
  for (const char* kind : {"PKC", "PKT", "SKC", "SKT"}) {
    if (kind[0] == 'S' && !about.keys.range) continue;
    if (kind[2] == 'C' && insights.mode != kDefaultMode) continue;
    rules.push_back("DynamoDBContributorInsights-" + std::string(kind) + "-" + suffix);
  }
  return rules;
}

}  // namespace

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContributorInsights.html
api::dynamodb::UpdateContributorInsightsOutput update_contributor_insights(
    Context& context, const api::dynamodb::UpdateContributorInsightsInput& request) {
  const Observed about = observed(context, *request.TableName, request.IndexName);
  const bool enables = *request.ContributorInsightsAction == "ENABLE";
  const InsightsRecord* before = context.state.insights.find(about.key);
  if (!enables && before == nullptr) {
    return {.TableName = about.table_name,
            .IndexName = request.IndexName,
            .ContributorInsightsStatus = "DISABLED"};
  }
  const InsightsRecord insights{.status = enables ? "ENABLING" : "DISABLING",
                                .mode = request.ContributorInsightsMode.value_or(
                                    before == nullptr ? std::string(kDefaultMode) : before->mode),
                                .changed = context.now()};
  context.state.insights.put(about.key, insights);
  context.schedule(kSettleObserver, kInsightsSettled, about.key);
  return {.TableName = about.table_name,
          .IndexName = request.IndexName,
          .ContributorInsightsStatus = insights.status,
          .ContributorInsightsMode = insights.mode};
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContributorInsights.html
api::dynamodb::DescribeContributorInsightsOutput describe_contributor_insights(
    Context& context, const api::dynamodb::DescribeContributorInsightsInput& request) {
  const Observed about = observed(context, *request.TableName, request.IndexName);
  api::dynamodb::DescribeContributorInsightsOutput output{.TableName = about.table_name,
                                                          .IndexName = request.IndexName,
                                                          .ContributorInsightsStatus = "DISABLED"};
  const InsightsRecord* insights = context.state.insights.find(about.key);
  if (insights == nullptr) return output;
  output.ContributorInsightsStatus = insights->status;
  output.LastUpdateDateTime = insights->changed;
  output.ContributorInsightsMode = insights->mode;
  if (insights->status == "ENABLED")
    output.ContributorInsightsRuleList = rules_of(about, request.IndexName, *insights);
  return output;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListContributorInsights.html
api::dynamodb::ListContributorInsightsOutput list_contributor_insights(
    Context& context, const api::dynamodb::ListContributorInsightsInput& request) {
  std::string prefix;
  if (request.TableName) prefix = observed(context, *request.TableName, std::nullopt).key;
  const auto& insights = context.state.insights;
  auto at = insights.lower_bound(prefix);
  if (request.NextToken) {
    const auto start = from_base64(*request.NextToken);
    if (!start || start->empty()) throw validation_exception("Invalid NextToken");
    at = insights.upper_bound(std::max(*start, prefix));
  }
  const auto limit = static_cast<std::size_t>(request.MaxResults.value_or(kMostInsights));
  api::dynamodb::ListContributorInsightsOutput output;
  auto& shown = output.ContributorInsightsSummaries.emplace();
  std::string last;
  for (; at != insights.end(); ++at) {
    const std::string key(std::string_view(at->first));
    if (!key.starts_with(prefix)) break;
    if (shown.size() >= std::max<std::size_t>(limit, 1)) {
      output.NextToken = to_base64(last);
      break;
    }
    const std::size_t slash = key.find('/');
    auto& summary = shown.emplace_back();
    summary.TableName = key.substr(0, slash);
    if (slash + 1 < key.size()) summary.IndexName = key.substr(slash + 1);
    summary.ContributorInsightsStatus = at->second.status;
    summary.ContributorInsightsMode = at->second.mode;
    last = key;
  }
  return output;
}

void insights_settled(Context& context, const world::Event& event) {
  // The table may have gone in the meantime.
  if (!context.state.insights.contains(event.entity)) return;
  context.state.insights.update(event.entity, [](InsightsRecord& insights) {
    if (insights.status == "ENABLING") insights.status = "ENABLED";
    if (insights.status == "DISABLING") insights.status = "DISABLED";
  });
}

}  // namespace fallstreak::services::dynamodb
