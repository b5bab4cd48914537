#pragma once

#include <functional>
#include <map>
#include <string>

#include "dataplane/alb/access_log.h"

namespace fallstreak::dataplane::live {

/// Lines of access logs until their period is over.
class LogBook {
 public:
  /// Gets the lines of a load balancer's period that ended then.
  using Publish = std::function<void(const std::string& load_balancer_arn,
                                     const alb::AccessLogSettings& settings, Time end,
                                     const std::string& lines)>;
  explicit LogBook(Publish publish) : publish_(std::move(publish)) {}

  void add(const std::string& load_balancer_arn, const alb::AccessLogSettings& settings, Time now,
           const std::string& line) {
    turn_pages(now);
    auto& page = pages_[load_balancer_arn];
    page.begin = alb::log_period(now);
    page.settings = settings;
    page.lines += line;
  }
  /// Publishes what is of earlier periods.
  void turn_pages(Time now) {
    publish([&](const Page& page) { return page.begin + alb::kLogPeriod <= now; });
  }
  /// Publishes everything.
  void close() {
    publish([](const Page&) { return true; });
  }
  [[nodiscard]] bool empty() const { return pages_.empty(); }

 private:
  struct Page {
    Time begin{};
    alb::AccessLogSettings settings;
    std::string lines;
  };
  template <class Wanted>
  void publish(const Wanted& wanted) {
    for (auto next = pages_.begin(); next != pages_.end();) {
      const auto place = next++;
      if (!wanted(place->second)) continue;
      const auto page = pages_.extract(place);
      const Page& done = page.mapped();
      if (publish_) publish_(page.key(), done.settings, done.begin + alb::kLogPeriod, done.lines);
    }
  }

  const Publish publish_;
  std::map<std::string, Page> pages_;  // by load balancer
};

}  // namespace fallstreak::dataplane::live
