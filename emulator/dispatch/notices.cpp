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

void append_json(std::string& json, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  json += '"';
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') {
      json += '\\';
      json += letter;
    } else if (static_cast<unsigned char>(letter) < 0x20) {
      json += "\\u00";
      json += kDigits[static_cast<unsigned char>(letter) / 16];
      json += kDigits[static_cast<unsigned char>(letter) % 16];
    } else {
      json += letter;
    }
  }
  json += '"';
}

}  // namespace

NoticeText& NoticeText::add(std::string_view name, std::string_view text) {
  std::string json;
  append_json(json, text);
  return add_raw(name, json);
}

NoticeText& NoticeText::add_raw(std::string_view name, std::string_view json) {
  if (!members_.empty()) members_ += ',';
  append_json(members_, name);
  members_ += ':';
  members_ += json;
  return *this;
}

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
  std::string resources;
  for (const auto& arn : event.resources) {
    resources += resources.empty() ? "[" : ",";
    append_json(resources, arn);
  }
  NoticeText envelope;
  envelope.add("version", "0")
      .add("id", context.new_uuid("event-id"))
      .add("detail-type", event.detail_type)
      .add("source", event.source)
      .add("account", context.account_id())
      .add("time", to_iso8601(context.now()))
      .add("region", context.region())
      .add_raw("resources", resources.empty() ? "[]" : resources + "]")
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
