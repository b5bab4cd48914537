#include "dataplane/nlb/access_log.h"

#include <algorithm>

#include "base/encoding.h"

namespace fallstreak::dataplane::nlb {
namespace {

std::string or_dash(std::string_view text) { return text.empty() ? "-" : std::string(text); }

/// `2018-12-20T02:59:40`
std::string moment(Time time) {
  std::string text = to_iso8601(time);
  text.pop_back();
  return text;
}

std::string milliseconds_between(Time from, Time to) {
  const auto count = std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count();
  return std::to_string(std::max<std::int64_t>(count, 0));
}

/// `TLSv1.2` as `tlsv12`, and `TLSv1` as `tlsv10`.
std::string version_of(std::string_view version) {
  if (version.empty()) return "-";
  std::string text = "tlsv1";
  return text += version.ends_with("v1") ? '0' : version.back();
}

}  // namespace

std::string access_log_line(const AccessLogEntry& entry) {
  const std::string fields[] = {
      "tls",
      "2.0",
      moment(entry.ended),
      entry.load_balancer,
      entry.listener,
      entry.client,
      entry.destination,
      milliseconds_between(entry.created, entry.ended),
      entry.encrypted ? milliseconds_between(entry.created, *entry.encrypted) : "-",
      std::to_string(entry.received_bytes),
      std::to_string(entry.sent_bytes),
      "-",  // the alert that the client sent
      or_dash(entry.certificate_arn),
      "-",  // AWS: reserved, the certificate's serial number
      or_dash(entry.tls_cipher),
      version_of(entry.tls_version),
      "-",  // AWS: reserved, the named group
      or_dash(percent_encode(entry.domain_name)),
      "-",  // ALPN with the client, with the target, and what the client prefers
      "-",
      "-",
      moment(entry.created)};
  std::string line;
  for (const auto& field : fields) line += (line.empty() ? "" : " ") + field;
  return line + "\n";
}

}  // namespace fallstreak::dataplane::nlb
