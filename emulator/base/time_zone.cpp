#include "base/time_zone.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

namespace fallstreak {
namespace {

constexpr std::string_view kDirectory = "/usr/share/zoneinfo/";

/// Reads big-endian numbers off the front of bytes; `is_good` turns false when they run out.
class ZoneReader {
 public:
  explicit ZoneReader(std::string_view bytes) : bytes_(bytes) {}
  std::string_view take(std::size_t count) {
    if (count > bytes_.size()) {
      is_good = false;
      return {};
    }
    const std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }
  std::int64_t number(std::size_t width) {
    const std::string_view taken = take(width);
    if (taken.empty()) return 0;
    std::uint64_t value =
        (static_cast<unsigned char>(taken[0]) & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    for (const char byte : taken) value = (value << 8) | static_cast<unsigned char>(byte);
    return static_cast<std::int64_t>(value);
  }
  [[nodiscard]] std::string_view rest() const { return bytes_; }
  bool is_good = true;

 private:
  std::string_view bytes_;
};

struct Header {
  char version = 0;
  std::size_t utc_flags = 0, standard_flags = 0, leaps = 0, times = 0, types = 0, letters = 0;
};

std::optional<Header> read_header(ZoneReader& reader) {
  if (reader.take(4) != "TZif") return std::nullopt;
  const std::string_view version = reader.take(16);
  Header header{.version = version.empty() ? '\0' : version[0]};
  for (std::size_t* count : {&header.utc_flags, &header.standard_flags, &header.leaps,
                             &header.times, &header.types, &header.letters}) {
    const std::int64_t value = reader.number(4);
    if (value < 0 || value > 100'000) return std::nullopt;
    *count = static_cast<std::size_t>(value);
  }
  return reader.is_good ? std::optional(header) : std::nullopt;
}

bool is_zone_name(std::string_view name) {
  const bool has_only_letters = std::ranges::all_of(name, [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || byte == '+' || byte == '-' || byte == '/';
  });
  return !name.empty() && name.front() != '/' && has_only_letters;
}

}  // namespace

TimeZone TimeZone::utc() {
  TimeZone zone;
  zone.name_ = "UTC";
  return zone;
}

tl::expected<TimeZone, std::string> TimeZone::load(std::string_view name) {
  if (name == "UTC") return utc();
  if (!is_zone_name(name))
    return tl::unexpected("`" + std::string(name) + "` is not the name of a time zone");
  if (!std::filesystem::is_directory(kDirectory)) {
    return tl::unexpected(
        "the time zone `" + std::string(name) +
        "` needs the system's zone files, and they are missing: install the package tzdata");
  }
  const std::filesystem::path path = std::string(kDirectory) + std::string(name);
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return tl::unexpected("there is no time zone `" + std::string(name) + "`");
  }
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return parse(name, bytes);
}

tl::expected<TimeZone, std::string> TimeZone::parse(std::string_view name, std::string_view bytes) {
  const auto broken = [&] {
    return tl::unexpected("the zone file of `" + std::string(name) + "` is damaged");
  };
  ZoneReader reader(bytes);
  const auto first = read_header(reader);
  if (!first) return broken();
  // The first block has 32-bit times and is there for old readers only.
  if (first->version < '2') return broken();
  reader.take(first->times * 5 + first->types * 6 + first->letters + first->leaps * 8 +
              first->standard_flags + first->utc_flags);
  const auto header = read_header(reader);
  if (!header || header->types == 0) return broken();

  TimeZone zone;
  zone.name_ = name;
  for (std::size_t index = 0; index < header->times; ++index) {
    zone.transitions_.push_back({.at = reader.number(8)});
  }
  std::vector<std::size_t> types;
  for (std::size_t index = 0; index < header->times; ++index) {
    types.push_back(static_cast<std::size_t>(reader.number(1) & 0xff));
  }
  std::vector<int> offsets;
  for (std::size_t index = 0; index < header->types; ++index) {
    offsets.push_back(static_cast<int>(reader.number(4)));
    reader.take(2);
  }
  if (!reader.is_good) return broken();
  zone.first_offset_ = offsets[0];
  for (std::size_t index = 0; index < header->times; ++index) {
    if (types[index] >= offsets.size()) return broken();
    zone.transitions_[index].offset = offsets[types[index]];
  }
  // The last line is the rule for the time after the table; with a comma it changes the clocks for
  // ever.
  const auto line_end = bytes.find_last_of('\n');
  const auto line_begin =
      line_end == 0 ? std::string_view::npos : bytes.find_last_of('\n', line_end - 1);
  if (line_begin != std::string_view::npos) {
    zone.has_later_changes_ =
        bytes.substr(line_begin, line_end - line_begin).find(',') != std::string_view::npos;
  }
  return zone;
}

int TimeZone::offset_seconds(Time time) const {
  const std::int64_t at = to_epoch_seconds(time);
  int offset = first_offset_;
  for (const Transition& transition : transitions_) {
    if (transition.at > at) break;
    offset = transition.offset;
  }
  return offset;
}

tl::expected<Time, std::string> TimeZone::to_time(Time local) const {
  if (has_later_changes_ &&
      (transitions_.empty() || to_epoch_seconds(local) > transitions_.back().at)) {
    return tl::unexpected("the zone file of " + name_ + " lists no changes of the clock that late");
  }
  // Each offset that is in force about that day is tried; the largest gives the earliest moment.
  std::vector<int> offsets;
  for (const int days : {-1, 0, 1})
    offsets.push_back(offset_seconds(local + std::chrono::hours(24 * days)));
  std::ranges::sort(offsets, std::greater<>());
  for (const int offset : offsets) {
    const Time time = local - std::chrono::seconds(offset);
    if (offset_seconds(time) == offset) return time;
  }
  return tl::unexpected("that hour does not exist in " + name_ + ": the clocks go forward over it");
}

Time TimeZone::to_local(Time time) const {
  return time + std::chrono::seconds(offset_seconds(time));
}

}  // namespace fallstreak
