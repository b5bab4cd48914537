#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "services/cloudwatch/expression.h"
#include "services/cloudwatch/metric_search.h"

using namespace fallstreak;
using namespace fallstreak::services::cloudwatch;

/// Whatever a search is, it is refused, or finds a metric or does not; what it does not exclude is
/// excluded by its contrary.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const api::cloudwatch::Metric metric{
      .Namespace = "AWS/EC2",
      .MetricName = "CPUUtilization",
      .Dimensions = {{{.Name = "InstanceId", .Value = "i-1234567890123456"}}}};
  try {
    const MetricSearch search = parse_search(text);
    MetricSearch contrary{.schema = {}, .term = {.kind = SearchTerm::Kind::negation}};
    contrary.term.operands.push_back(search.term);
    const MetricSearch plain{.schema = {}, .term = search.term};
    CHECK(matches(plain, metric) != matches(contrary, metric)) << "both or neither";
  } catch (const ExpressionProblem&) {
    // Refused, which is an answer.
  }
  return 0;
}
