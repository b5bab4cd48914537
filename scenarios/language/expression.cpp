#include "scenarios/language/expression.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace fallstreak::scenarios {
namespace {

struct FunctionFacts {
  std::string_view name;
  Function function;
  Quantity quantity;
  int arguments;
};
constexpr std::array<FunctionFacts, 13> kFunctions{
    {{"rto", Function::rto, Quantity::duration, 1},
     {"rpo", Function::rpo, Quantity::duration, 1},
     {"error_rate", Function::error_rate, Quantity::fraction, 1},
     {"slow", Function::slow, Quantity::fraction, 2},
     {"cost", Function::cost, Quantity::money, 0},
     {"healthy", Function::healthy, Quantity::count, 1},
     {"size", Function::size, Quantity::count, 1},
     {"spread", Function::spread, Quantity::count, 1},
     {"flapping", Function::flapping, Quantity::count, 1},
     {"writers", Function::writers, Quantity::count, 1},
     {"throttles", Function::throttles, Quantity::count, 1},
     {"rows", Function::rows, Quantity::count, 1},
     {"vpcs", Function::vpcs, Quantity::count, 0}}};
constexpr std::array<std::string_view, 6> kLaterFunctions{
    "writer", "lost_good_writes", "alarm", "consistent", "backtrack", "score"};
struct TemporalWord {
  std::string_view name;
  Temporal temporal;
};
constexpr std::array<TemporalWord, 4> kTemporalWords{{{"always", Temporal::always},
                                                      {"never", Temporal::never},
                                                      {"sometimes", Temporal::sometimes},
                                                      {"eventually", Temporal::eventually}}};
struct ComparisonSign {
  std::string_view sign;
  Comparison comparison;
};
constexpr std::array<ComparisonSign, 6> kSigns{{{"<=", Comparison::less_or_equal},
                                                {">=", Comparison::greater_or_equal},
                                                {"==", Comparison::equal},
                                                {"!=", Comparison::not_equal},
                                                {"<", Comparison::less},
                                                {">", Comparison::greater}}};

bool is_word_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' || byte == '.';
}

/// `p50` to `p99.99`, as a fraction.
std::optional<double> percentile_of(std::string_view name) {
  if (name.size() < 2 || name[0] != 'p') return std::nullopt;
  const auto number = parse_number(name.substr(1));
  if (!number || *number < 0 || *number >= 100) return std::nullopt;
  return *number / 100;
}

/// Raised inside the parser only, to leave it at the first mistake of an assertion.
struct Mistake {
  std::size_t offset;
  std::string message;
};

class AssertionParser {
 public:
  AssertionParser(std::string_view text, Place place) : text_(text) {
    result_.text = text;
    result_.place = place;
  }

  Assertion parse() {
    parse_temporal();
    parse_function();
    parse_comparison();
    while (skip_spaces(), position_ < text_.size()) parse_modifier();
    check_modifiers();
    return std::move(result_);
  }

 private:
  [[noreturn]] void fail(std::size_t offset, std::string message) const {
    throw Mistake{offset, std::move(message)};
  }

  void skip_spaces() {
    while (position_ < text_.size() && text_[position_] == ' ') ++position_;
  }
  std::string_view word() {
    skip_spaces();
    const std::size_t begin = position_;
    while (position_ < text_.size() && is_word_byte(text_[position_])) ++position_;
    return text_.substr(begin, position_ - begin);
  }
  /// Up to the next space or one of `stops`.
  std::string_view chunk(std::string_view stops) {
    skip_spaces();
    const std::size_t begin = position_;
    while (position_ < text_.size() && text_[position_] != ' ' &&
           stops.find(text_[position_]) == stops.npos) {
      ++position_;
    }
    return text_.substr(begin, position_ - begin);
  }
  bool take(char byte) {
    skip_spaces();
    if (position_ >= text_.size() || text_[position_] != byte) return false;
    ++position_;
    return true;
  }
  void expect_word(std::string_view wanted) {
    skip_spaces();
    const std::size_t begin = position_;
    if (word() != wanted) fail(begin, "expected `" + std::string(wanted) + "` here");
  }

  void parse_temporal() {
    const std::string_view first = word();
    const auto found = std::ranges::find(kTemporalWords, first, &TemporalWord::name);
    if (found != kTemporalWords.end() && take(':')) {
      result_.temporal = found->temporal;
      return;
    }
    if (found == kTemporalWords.end() && take(':')) {
      std::array<std::string_view, 4> names{};
      std::ranges::transform(kTemporalWords, names.begin(), &TemporalWord::name);
      fail(0, "unknown word `" + std::string(first) + ":`" + suggestion(first, names));
    }
    position_ = 0;
  }

  template <class Words>
  static std::string suggestion(std::string_view word, const Words& words) {
    const std::string_view near = nearest_word(word, words);
    return near.empty() ? std::string() : "; did you mean `" + std::string(near) + "`?";
  }

  void parse_function() {
    skip_spaces();
    const std::size_t begin = position_;
    const std::string name(word());
    if (name.empty()) fail(begin, "expected a function such as `error_rate(...)`");
    int arguments = 1;
    if (const auto percentile = percentile_of(name)) {
      result_.function = Function::percentile;
      result_.percentile = *percentile;
      result_.quantity = Quantity::duration;
    } else {
      const auto found = std::ranges::find(kFunctions, name, &FunctionFacts::name);
      if (found == kFunctions.end()) fail_unknown_function(begin, name);
      result_.function = found->function;
      result_.quantity = found->quantity;
      arguments = found->arguments;
    }
    parse_arguments(begin, name, arguments);
  }

  [[noreturn]] void fail_unknown_function(std::size_t begin, const std::string& name) const {
    if (std::ranges::find(kLaterFunctions, name) != kLaterFunctions.end()) {
      fail(begin, "`" + name + "()` is part of the language but not implemented yet");
    }
    std::vector<std::string_view> names{"p50", "p90", "p95", "p99", "p99.9"};
    for (const FunctionFacts& facts : kFunctions) names.push_back(facts.name);
    fail(begin, "unknown function `" + name + "`" + suggestion(name, names));
  }

  void parse_arguments(std::size_t begin, const std::string& name, int wanted) {
    if (!take('(')) fail(position_, "expected `(` after `" + name + "`");
    std::vector<std::pair<std::size_t, std::string>> arguments;
    if (!take(')')) {
      do {
        skip_spaces();
        const std::size_t at = position_;
        const std::string argument(word());
        if (argument.empty()) fail(at, "expected an argument of `" + name + "`");
        arguments.emplace_back(at, argument);
      } while (take(','));
      if (!take(')')) {
        if (name == "cost")
          fail(begin, "the cost of one part is part of the language but not implemented yet");
        fail(position_, "expected `)`");
      }
    }
    if (name == "cost" && !arguments.empty()) {
      fail(begin, "the cost of one part is part of the language but not implemented yet");
    }
    if (arguments.size() != static_cast<std::size_t>(wanted)) {
      fail(begin, "`" + name + "` takes " + std::to_string(wanted) +
                      (wanted == 1 ? " argument" : " arguments") + ", not " +
                      std::to_string(arguments.size()));
    }
    if (wanted >= 1) result_.subject = arguments[0].second;
    if (wanted == 2) {
      const auto limit = parse_duration(arguments[1].second);
      if (!limit) fail(arguments[1].first, "expected a duration such as `500ms`");
      result_.slower_than = *limit;
    }
  }

  void parse_comparison() {
    skip_spaces();
    const std::size_t begin = position_;
    const auto found = std::ranges::find_if(kSigns, [&](const ComparisonSign& sign) {
      return text_.substr(begin).starts_with(sign.sign);
    });
    if (found == kSigns.end())
      fail(begin, "expected a comparison: one of `<` `<=` `==` `!=` `>=` `>`");
    result_.comparison = found->comparison;
    position_ += found->sign.size();
    skip_spaces();
    const std::size_t at = position_;
    const std::string_view value = chunk("");
    const auto number = value_of(value);
    if (!number)
      fail(at, "expected " + std::string(kind_of_value()) + ", not `" + std::string(value) + "`");
    result_.value = *number;
    const std::size_t mark = position_;
    if (word() != "rows") position_ = mark;
  }

  [[nodiscard]] std::string_view kind_of_value() const {
    switch (result_.quantity) {
      case Quantity::duration:
        return "a duration such as `300ms`";
      case Quantity::fraction:
        return "a share such as `0.1%`";
      case Quantity::money:
        return "an amount such as `$12`";
      case Quantity::count:
        return "a number";
    }
    return "a value";
  }
  [[nodiscard]] std::optional<double> value_of(std::string_view text) const {
    switch (result_.quantity) {
      case Quantity::duration: {
        const auto duration = parse_duration(text);
        if (!duration) return std::nullopt;
        return static_cast<double>(duration->count());
      }
      case Quantity::fraction: {
        if (const auto percent = parse_percent(text)) return percent;
        const auto number = parse_number(text);
        return number && *number >= 0 && *number <= 1 ? number : std::nullopt;
      }
      case Quantity::money:
        return parse_money(text);
      case Quantity::count:
        return parse_number(text);
    }
    return std::nullopt;
  }

  Duration duration_here() {
    skip_spaces();
    const std::size_t at = position_;
    const auto duration = parse_duration(chunk(""));
    if (!duration || *duration <= Duration(0)) fail(at, "expected a duration such as `1m`");
    return *duration;
  }
  ClockTime clock_time_here() {
    skip_spaces();
    const std::size_t at = position_;
    const auto time = parse_clock_time(chunk(""));
    if (!time) fail(at, "expected a time of day such as `14:00`");
    return *time;
  }

  void parse_modifier() {
    const std::size_t begin = position_;
    modifier_place_ = begin;
    const std::string name(word());
    if (name == "over") {
      result_.over = duration_here();
    } else if (name == "for") {
      result_.lasting = duration_here();
    } else if (name == "between") {
      const ClockTime from = clock_time_here();
      expect_word("and");
      result_.between = {from, clock_time_here()};
    } else if (name == "within") {
      const Duration within = duration_here();
      expect_word("of");
      result_.within = {within, clock_time_here()};
    } else if (name == "at") {
      expect_word("end");
      result_.at_end = true;
    } else {
      constexpr std::array<std::string_view, 5> kNames{"over", "for", "between", "within", "at"};
      const std::string shown = name.empty() ? std::string(text_.substr(begin)) : name;
      fail(begin, "unknown modifier `" + shown + "`" + suggestion(shown, kNames));
    }
  }

  void check_modifiers() const {
    const bool has_any =
        result_.over || result_.lasting || result_.between || result_.within || result_.at_end;
    const Function function = result_.function;
    const bool is_whole = function == Function::rto || function == Function::rpo;
    if (is_whole && (has_any || result_.temporal != Temporal::none)) {
      fail(modifier_place_,
           "a recovery objective is measured over the whole run and takes no modifier");
    }
    const bool is_windowed = function == Function::error_rate || function == Function::percentile ||
                             function == Function::slow || function == Function::throttles;
    if (result_.over && !is_windowed)
      fail(modifier_place_, "`over` goes with rates, percentiles and throttles");
    if (result_.within && result_.temporal != Temporal::eventually) {
      fail(modifier_place_, "`within` goes with `eventually:`");
    }
    if (result_.between && result_.at_end)
      fail(modifier_place_, "`between` and `at end` exclude each other");
    if (result_.at_end && result_.temporal != Temporal::none) {
      fail(modifier_place_,
           "`at end` and `always`, `never`, `sometimes`, `eventually` exclude each other");
    }
    if (result_.between && result_.within)
      fail(modifier_place_, "`between` and `within` exclude each other");
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t modifier_place_ = 0;
  Assertion result_;
};

}  // namespace

std::optional<Assertion> parse_assertion(std::string_view text, Place place,
                                         const std::string& file, ParseErrors& errors) {
  try {
    return AssertionParser(text, place).parse();
  } catch (const Mistake& mistake) {
    errors.push_back(
        {file, place.line, place.column + static_cast<int>(mistake.offset), mistake.message});
    return std::nullopt;
  }
}

}  // namespace fallstreak::scenarios
