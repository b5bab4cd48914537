#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json_text.h"
#include "dispatch/context.h"
#include "world/table.h"

/// What AWS's services tell by themselves: messages to topics and queues, and events for
/// EventBridge. The services that would deliver them are not here yet, so each is kept as it would
/// have been sent, for whoever looks: `GET /_fallstreak/notices`, or `notices()`.
namespace fallstreak::dispatch {

struct Notice {
  Time time{};
  std::string account_id, region;
  /// The service that sent it: `aws.autoscaling`.
  std::string source;
  /// The topic or queue; empty: EventBridge's default bus.
  std::string target_arn;
  /// JSON: the message, or the whole event.
  std::string message;
};
template <class Visitor>
void visit_fields(Notice& notice, Visitor&& visit) {
  visit("time", notice.time);
  visit("account_id", notice.account_id);
  visit("region", notice.region);
  visit("source", notice.source);
  visit("target_arn", notice.target_arn);
  visit("message", notice.message);
}

/// Keeps a message to a topic or a queue.
void send_notice(ContextBase& context, std::string_view source, std::string target_arn,
                 std::string message);

struct BusEvent {
  std::string_view source;
  std::string_view detail_type;
  /// The resources' ARNs.
  std::vector<std::string> resources;
  JsonObject detail;
};
/// Keeps an event for EventBridge, in its envelope.
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
void send_event(ContextBase& context, const BusEvent& event);

/// So many are kept; older ones go.
constexpr std::size_t kMostNotices = 10'000;

struct NoticePage {
  std::vector<Notice> notices;
  /// What the next page comes after; empty: this was the last.
  std::string next;
};
/// In the order in which they were sent, after what a page before gave as `next`.
NoticePage notices(world::World& world, std::string_view after = {},
                   std::size_t most = kMostNotices);

}  // namespace fallstreak::dispatch
