#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/cloudwatch/common.h"

/// What SEARCH of metric math looks for, as a pure function of a text and a metric.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
namespace fallstreak::services::cloudwatch {

/// A part of what a metric must be like.
struct SearchTerm {
  enum class Kind {
    anything,
    exact,        // "CPUUtilization"
    partial,      // cpu
    negation,     // NOT cpu
    conjunction,  // cpu AND micro
    disjunction,  // cpu OR disk
  };
  Kind kind = Kind::anything;
  /// `MetricName`, `Namespace` or a dimension's name, where the text stands; empty: anywhere.
  std::string property;
  std::string text;
  std::vector<SearchTerm> operands;
};

/// `{AWS/EC2,InstanceId}`: metrics of the namespace that have these dimensions and no others.
struct SearchSchema {
  std::string metric_namespace;
  std::set<std::string> dimension_names;
};

struct MetricSearch {
  std::optional<SearchSchema> schema;
  SearchTerm term;
};

/// Throws ExpressionProblem.
MetricSearch parse_search(std::string_view text);

bool matches(const MetricSearch& search, const api::cloudwatch::Metric& metric);

/// AWS: a name's parts, which begin where capitals do and where digits do, and end at what is
/// neither letter nor digit: `Project2-trial333` has `Project`, `2`, `trial` and `333`.
std::vector<std::string_view> tokens_of(std::string_view text);

}  // namespace fallstreak::services::cloudwatch
