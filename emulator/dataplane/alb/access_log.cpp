#include "dataplane/alb/access_log.h"

#include <algorithm>

#include "base/arn.h"

namespace fallstreak::dataplane::alb {
namespace {

/// `2018-07-02T22:23:00.186641Z`
std::string moment(Time time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(time - second).count();
  std::string digits = std::to_string(micros);
  digits.insert(0, 6 - digits.size(), '0');
  std::string text = to_iso8601(second);
  return text.replace(text.size() - 1, 1, "." + digits + "Z");
}

/// `0.086`; `-1` when there was no such time.
std::string seconds_between(const std::optional<Time>& from, const std::optional<Time>& to) {
  if (!from || !to) return "-1";
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(*to - *from).count();
  std::string digits = std::to_string(std::max<std::int64_t>(millis, 0));
  if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
  return digits.insert(digits.size() - 3, ".");
}

std::string or_dash(std::string_view text) { return text.empty() ? "-" : std::string(text); }
std::string or_dash(int status) { return status == 0 ? "-" : std::to_string(status); }

/// Chosen: what could end the field, and what is no ASCII, as `\xHH`.
std::string quoted(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text.empty() ? std::string_view("-") : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\' || byte < 0x20 || byte > 0x7e) {
      out += "\\x";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string with_slash(std::string_view prefix) {
  return prefix.empty() ? "" : std::string(prefix) + "/";
}

}  // namespace

std::string access_log_line(const AccessLogEntry& entry) {
  const bool was_sent = entry.sent.has_value();
  const std::optional<Time> created = entry.created;
  const std::string fields[] = {
      entry.type,
      moment(entry.ended),
      entry.load_balancer,
      entry.client,
      or_dash(entry.target),
      seconds_between(created, entry.sent),
      seconds_between(entry.sent, entry.heard),
      seconds_between(entry.heard, was_sent ? std::optional(entry.ended) : std::nullopt),
      or_dash(entry.status),
      or_dash(entry.target_status),
      std::to_string(entry.received_bytes),
      std::to_string(entry.sent_bytes),
      quoted(entry.request),
      quoted(entry.user_agent),
      or_dash(entry.tls_cipher),
      or_dash(entry.tls_version),
      or_dash(entry.target_group_arn),
      quoted(entry.trace_id),
      quoted(entry.domain_name),
      quoted(entry.certificate_arn),
      or_dash(entry.rule_priority),
      moment(entry.created),
      quoted(entry.actions),
      quoted(entry.redirect_url),
      quoted(""),  // the reason of an error
      quoted(entry.target),
      quoted(entry.target_status == 0 ? "" : std::to_string(entry.target_status)),
      quoted(entry.classification),
      quoted(entry.reason),
      or_dash(entry.connection_id)};
  std::string line;
  for (const auto& field : fields) line += (line.empty() ? "" : " ") + field;
  return line + "\n";
}

std::string access_log_key(std::string_view prefix, std::string_view load_balancer_arn, Time end,
                           std::string_view address, std::string_view unique) {
  const auto arn = Arn::parse(load_balancer_arn);
  if (!arn) return {};
  // `loadbalancer/app/web/50dc6c495c0c9188` becomes `app.web.50dc6c495c0c9188`.
  std::string name = arn->resource.substr(arn->resource.find('/') + 1);
  std::ranges::replace(name, '/', '.');
  const std::string time = to_basic_iso8601(end);
  const std::string day = time.substr(0, 4) + "/" + time.substr(4, 2) + "/" + time.substr(6, 2);
  return with_slash(prefix) + "AWSLogs/" + arn->account_id + "/elasticloadbalancing/" +
         arn->region + "/" + day + "/" + arn->account_id + "_elasticloadbalancing_" + arn->region +
         "_" + name + "_" + time.substr(0, 13) + "Z_" +
         (address.empty() ? "" : std::string(address) + "_") + std::string(unique) + ".log.gz";
}

Time log_period(Time moment) {
  return Time(moment.time_since_epoch() - moment.time_since_epoch() % Duration(kLogPeriod));
}

}  // namespace fallstreak::dataplane::alb
