#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/error.h"
#include "services/route53/traffic_policy_document.h"

using namespace fallstreak;
using namespace fallstreak::services::route53;

/// Whatever a document is, it is refused in words or by name, or its rules lead somewhere.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const TrafficPolicyDocument document = parse_traffic_policy(text);
    CHECK(document.start.rule.has_value() != document.start.endpoint.has_value()) << "one start";
    const auto sets = rule_record_sets(document, "instance", 60);
    CHECK(!sets.empty() && sets.size() <= 1001) << "as many as it has parts";
    for (const auto& one : sets) {
      CHECK(one.AliasTarget.has_value() != one.ResourceRecords.has_value()) << "one answer";
      if (one.GeoLocation) {
        CHECK(one.GeoLocation->CountryCode || one.GeoLocation->ContinentCode) << "a place";
      }
    }
  } catch (const DocumentProblem&) {
    // Refused, which is an answer.
  } catch (const ApiError&) {
    // Refused by name.
  }
  return 0;
}
