#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/dynamodb/state.h"

/// What exports, imports and backups have in common.
namespace fallstreak::services::dynamodb {

/// AWS: `01489602797149-73d8d5bc`, the time in milliseconds and something that tells two apart.
std::string new_label(const Context& context, std::uint64_t id);

/// `table/label` of the ARN of an export or import of this account and region; empty when it is of
/// another region. `kind` is `export` or `import`.
std::string job_key_of_arn(const Context& context, const std::string& arn, std::string_view kind);
std::string job_arn(const Context& context, std::string_view key, std::string_view kind);

/// The job that was begun with a token that is still good; null without one.
const JobTokenRecord* find_job(const Context& context, std::string_view kind,
                               const std::optional<std::string>& token);
void remember_job(Context& context, std::string_view kind, const std::optional<std::string>& token,
                  JobTokenRecord job);

/// A page of the keys of jobs, the latest of a table first; `next` is what continues it.
struct JobPage {
  std::vector<std::string> keys;
  std::optional<std::string> next;
};
/// What a token says, or a refusal.
std::string job_of_next_token(const std::string& token);
std::string next_token_of(std::string_view key);

/// AWS's `FailureCode` for what S3 answered.
std::string failure_code(const ApiError& error);
std::string failure_message(const ApiError& error);

/// Fills a page from a table of jobs, backwards from a key (empty: from the end) as long as the
/// keys begin with a prefix and `is_wanted`.
template <class Jobs, class IsWanted>
JobPage page_of_jobs(const Jobs& jobs, const std::string& prefix, const std::string& after,
                     std::size_t limit, const IsWanted& is_wanted) {
  JobPage page;
  auto at = !after.empty()   ? jobs.lower_bound(after)
            : prefix.empty() ? jobs.end()
                             : jobs.lower_bound(prefix + '\x7f');
  while (at != jobs.begin()) {
    --at;
    const std::string_view key = at->first;
    if (!key.starts_with(prefix)) break;
    if (!is_wanted(at->second)) continue;
    if (page.keys.size() == limit) {
      page.next = next_token_of(page.keys.back());
      break;
    }
    page.keys.emplace_back(key);
  }
  return page;
}

}  // namespace fallstreak::services::dynamodb
