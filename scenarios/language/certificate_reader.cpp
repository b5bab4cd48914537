// `acm` of the cloud: certificates that were there before the scenario begins.
#include <algorithm>

#include "scenarios/language/schema_reader.h"

namespace fallstreak::scenarios {
namespace {

using std::chrono::days;

/// AWS: public certificates are valid for 13 months, and ACM renews them from 60 days before their
/// end.
constexpr days kValidity{395};
constexpr days kRenewalBegins{335};
/// Chosen: time enough until a request is validated.
constexpr std::chrono::hours kLeast{1};
constexpr std::string_view kAgeWanted = "a duration such as `200d`";

Certificate read_certificate(ReadContext& context, const Node::Entry& entry) {
  MapReader map(context, entry.value, "cloud.acm." + entry.key);
  Certificate certificate{.name = entry.key, .place = entry.place};
  certificate.age = map.scalar_or("age", &parse_duration, kAgeWanted, Duration(days(1)), "1d",
                                  "Chosen: issued the day before");
  certificate.keeps_record = map.scalar_or("record", &parse_switch, "`on` or `off`", true, "on",
                                           "AWS: the validation record must stay for renewals");
  map.not_implemented({"names", "method", "imported", "key"});
  map.finish();
  const Node* age = map.node().find("age");
  if (certificate.age < kLeast || certificate.age >= kValidity) {
    context.error(age->place, "`age` must be 1h or more, and less than 395d: then it has expired");
  } else if (certificate.keeps_record && certificate.age >= kRenewalBegins) {
    context.error(age->place,
                  "ACM has renewed a certificate of that age: `age` must be less than 335d, or "
                  "`record` be `off`");
  }
  return certificate;
}

}  // namespace

bool is_dns_name(std::string_view text) {
  const auto is_fine = [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-' ||
           byte == '.';
  };
  return std::ranges::count(text, '.') >= 2 && std::ranges::all_of(text, is_fine) &&
         text.find("..") == std::string_view::npos && text.front() != '.' && text.back() != '.';
}

void read_certificates(ReadContext& context, const Node& node, CloudDescription& cloud) {
  if (node.kind != Node::Kind::map) {
    context.error(node.place, "`cloud.acm` must be a map of names");
    return;
  }
  for (const Node::Entry& entry : node.entries) {
    if (is_dns_name(entry.key)) {
      cloud.certificates.push_back(read_certificate(context, entry));
    } else {
      context.error(entry.place, "`" + entry.key + "` is no name such as `shop.example.com`");
    }
  }
}

}  // namespace fallstreak::scenarios
