#define PCRE2_CODE_UNIT_WIDTH 8
#include "api/regex.h"

#include <pcre2.h>

#include <algorithm>

namespace fallstreak::api {
namespace {

/// Backtracking stops here: expressions without what AWS leaves out need it only when they are
/// meant to hurt.
constexpr std::uint32_t kSearchLimit = 100'000;
/// Longer than any request's line or host.
constexpr std::size_t kLongestResult = std::size_t{16} * 1024;

struct FreeData {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct FreeLimits {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

/// A group that begins so is of a kind that AWS does not take; `(?:`, `(?i)` and names are.
bool is_special_group(std::string_view rest) {
  constexpr std::string_view kRefused[] = {"(?=", "(?!",  "(?<=", "(?<!", "(?>", "(?|",
                                           "(?R", "(?&",  "(?P>", "(?P=", "(?(", "(?C",
                                           "(?+", "(?-1", "(*",   "(?#"};
  if (std::ranges::any_of(kRefused, [&](auto one) { return rest.starts_with(one); })) return true;
  return rest.size() > 2 && rest.starts_with("(?") && rest[2] >= '0' && rest[2] <= '9';
}

/// What a backslash must not introduce: back-references, Unicode classes, what else PCRE has.
bool is_special_escape(char c) {
  constexpr std::string_view kRefused = "123456789gkpPXRKCN";
  return kRefused.find(c) != std::string_view::npos;
}

bool is_simple(std::string_view expression) {
  bool is_in_class = false;
  bool follows_quantifier = false;
  for (std::size_t at = 0; at < expression.size(); ++at) {
    const char c = expression[at];
    if (c == '\\') {
      if (++at == expression.size() || is_special_escape(expression[at])) return false;
      follows_quantifier = false;
      continue;
    }
    if (is_in_class) {
      is_in_class = c != ']';
      continue;
    }
    if (is_special_group(expression.substr(at))) return false;
    // `a++` and its like.
    if (c == '+' && follows_quantifier) return false;
    is_in_class = c == '[';
    follows_quantifier = c == '*' || c == '+' || c == '?' || c == '}';
  }
  return true;
}

PCRE2_SPTR bytes_of(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

pcre2_match_data* match_data() {
  // AWS's expressions are short: none has more groups.
  static thread_local const std::unique_ptr<pcre2_match_data, FreeData> data(
      pcre2_match_data_create(64, nullptr));
  return data.get();
}

pcre2_match_context* match_context() {
  static thread_local const std::unique_ptr<pcre2_match_context, FreeLimits> context = [] {
    std::unique_ptr<pcre2_match_context, FreeLimits> made(pcre2_match_context_create(nullptr));
    pcre2_set_match_limit(made.get(), kSearchLimit);
    return made;
  }();
  return context.get();
}

}  // namespace

struct Regex::Code {
  explicit Code(pcre2_code* made) : compiled(made) {}
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;
  ~Code() { pcre2_code_free(compiled); }

  pcre2_code* compiled;
};

Regex::Regex(std::string_view expression, Case letter_case) {
  if (!is_simple(expression)) return;
  const std::uint32_t options = letter_case == Case::insensitive ? PCRE2_CASELESS : 0;
  int error = 0;
  PCRE2_SIZE offset = 0;
  auto* const compiled =
      pcre2_compile(bytes_of(expression), expression.size(), options, &error, &offset, nullptr);
  if (compiled != nullptr) code_ = std::make_unique<const Code>(compiled);
}

Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

bool Regex::finds_in(std::string_view text) const {
  return code_ != nullptr && pcre2_match(code_->compiled, bytes_of(text), text.size(), 0, 0,
                                         match_data(), match_context()) >= 0;
}

std::optional<std::string> Regex::replace_in(std::string_view text,
                                             std::string_view replacement) const {
  if (code_ == nullptr) return std::nullopt;
  std::string result(kLongestResult, '\0');
  PCRE2_SIZE size = result.size();
  // A group that took no part is empty.
  const int count = pcre2_substitute(code_->compiled, bytes_of(text), text.size(), 0,
                                     PCRE2_SUBSTITUTE_UNSET_EMPTY, match_data(), match_context(),
                                     bytes_of(replacement), replacement.size(),
                                     reinterpret_cast<PCRE2_UCHAR*>(result.data()), &size);
  if (count < 0) return std::nullopt;
  result.resize(size);
  return result;
}

}  // namespace fallstreak::api
