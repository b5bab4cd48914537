#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

/// Access logs of an Application Load Balancer, in AWS's format.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
namespace fallstreak::dataplane::alb {

/// AWS: a file holds five minutes.
inline constexpr std::chrono::minutes kLogPeriod{5};

/// Of a load balancer: access_logs.s3.*.
struct AccessLogSettings {
  bool is_enabled = false;
  std::string bucket;
  std::string prefix;
};

/// One request and what became of it. Empty texts are what there was not.
struct AccessLogEntry {
  std::string type = "http";  // http, https, ws, wss
  Time created{};             // when the request came in
  std::optional<Time> sent;   // to the target
  std::optional<Time> heard;  // from it
  Time ended{};
  std::string load_balancer;  // `app/web/50dc6c495c0c9188`
  std::string client;         // `192.0.2.7:4711`, as is the target
  std::string target;
  int status = 0;
  int target_status = 0;
  std::uint64_t received_bytes = 0;
  std::uint64_t sent_bytes = 0;
  std::string request;  // `GET http://www.example.com:80/ HTTP/1.1`
  std::string user_agent;
  std::string tls_cipher;
  std::string tls_version;
  std::string target_group_arn;
  std::string trace_id;
  std::string domain_name;  // which the client asked for in its handshake
  std::string certificate_arn;
  std::string rule_priority;  // `0` for the default rule
  std::string actions;        // `authenticate,forward`
  std::string redirect_url;
  std::string classification;  // Ambiguous, Severe
  std::string reason;          // of the classification
  std::string connection_id;
};

/// With the end of the line.
std::string access_log_line(const AccessLogEntry& entry);

/// Where in the bucket the lines of the period that ended then are. `unique` keeps files apart;
/// `address` is of the node, and empty where AWS does not tell it: of Network Load Balancers.
std::string access_log_key(std::string_view prefix, std::string_view load_balancer_arn, Time end,
                           std::string_view address, std::string_view unique);
/// When the period begins in which this moment is.
Time log_period(Time moment);

}  // namespace fallstreak::dataplane::alb
