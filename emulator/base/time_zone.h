#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>
#include "base/time.h"

namespace fallstreak {

/// The offsets of one IANA zone, read from the system's TZif file (package `tzdata`).
/// https://www.rfc-editor.org/rfc/rfc8536
class TimeZone {
 public:
  /// The zone of that name, or a sentence that says why there is none.
  static tl::expected<TimeZone, std::string> load(std::string_view name);
  /// From the bytes of a TZif file.
  static tl::expected<TimeZone, std::string> parse(std::string_view name, std::string_view bytes);
  static TimeZone utc();

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Seconds east of UTC at that moment.
  [[nodiscard]] int offset_seconds(Time time) const;
  /// The moment of a local time (`local` read as if UTC). An hour that happens twice is its first
  /// occurrence; one that is skipped is an error.
  [[nodiscard]] tl::expected<Time, std::string> to_time(Time local) const;
  [[nodiscard]] Time to_local(Time time) const;

 private:
  struct Transition {
    std::int64_t at = 0;
    int offset = 0;
  };
  std::string name_;
  int first_offset_ = 0;
  std::vector<Transition> transitions_;
  bool has_later_changes_ = false;  // the file ends before the zone's changes do
};

}  // namespace fallstreak
