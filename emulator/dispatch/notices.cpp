#include "dispatch/notices.h"

#include <charconv>

#include "world/world.h"

namespace fallstreak::dispatch {
namespace {

struct NoticeState {
  explicit NoticeState(const std::string& prefix) : sent(prefix + "sent") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(sent);
  }
  world::Table<Notice> sent;  // by number, in as many digits as any has
};

NoticeState& state_of(world::World& world) { return world.state<NoticeState>("notices", "world"); }

std::string key_after(const world::Table<Notice>& sent) {
  constexpr std::size_t kDigits = 12;
  std::uint64_t number = 0;
  if (sent.begin() != sent.end()) {
    auto last = sent.end();
    const std::string_view key = (--last)->first;
    std::from_chars(key.data(), key.data() + key.size(), number);
  }
  const std::string digits = std::to_string(number + 1);
  return std::string(kDigits - digits.size(), '0') + digits;
}

}  // namespace

void send_notice(ContextBase& context, std::string_view source, std::string target_arn,
                 std::string message) {
  auto& sent = state_of(context.world()).sent;
  if (sent.size() >= kMostNotices) sent.erase(std::string(sent.begin()->first));
  sent.insert(key_after(sent), {.time = context.now(),
                                .account_id = context.account_id(),
                                .region = context.region(),
                                .source = std::string(source),
                                .target_arn = std::move(target_arn),
                                .message = std::move(message)});
}

void send_event(ContextBase& context, const BusEvent& event) {
  std::vector<std::string> resources;
  for (const auto& arn : event.resources) resources.push_back(json_string(arn));
  JsonObject envelope;
  envelope.add("version", "0")
      .add("id", context.new_uuid("event-id"))
      .add("detail-type", event.detail_type)
      .add("source", event.source)
      .add("account", context.account_id())
      .add("time", to_iso8601(context.now()))
      .add("region", context.region())
      .add_raw("resources", json_array(resources))
      .add_raw("detail", event.detail.text());
  send_notice(context, event.source, {}, envelope.text());
}

NoticePage notices(world::World& world, std::string_view after, std::size_t most) {
  NoticePage page;
  const auto& sent = state_of(world).sent;
  std::string last;
  for (auto at = sent.upper_bound(std::string(after)); at != sent.end(); ++at) {
    if (page.notices.size() == most) {
      page.next = last;
      break;
    }
    page.notices.push_back(at->second);
    last = at->first;
  }
  return page;
}

}  // namespace fallstreak::dispatch
