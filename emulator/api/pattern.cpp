#define PCRE2_CODE_UNIT_WIDTH 8
#include "api/pattern.h"

#include <pcre2.h>

#include <charconv>
#include <optional>

namespace fallstreak::api {

namespace {

/// Backtracking stops here: no pattern of a model needs it, hostile text may.
constexpr std::uint32_t kMatchLimit = 200'000;

constexpr std::string_view kPrintable = "\\p{Print}";

struct FreeMatch {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct FreeContext {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

std::optional<unsigned> unicode_escape(std::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return std::nullopt;
  unsigned code = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 6, code, 16);
  if (error != std::errc() || end != text.data() + 6) return std::nullopt;
  return code;
}

}  // namespace

struct Pattern::Code {
  pcre2_code* compiled = nullptr;

  Code() = default;
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;
  ~Code() { pcre2_code_free(compiled); }
};

Pattern::~Pattern() { delete code_.load(); }

const Pattern::Code& Pattern::code() const {
  if (const Code* ready = code_.load(std::memory_order_acquire)) return *ready;
  auto made = std::make_unique<Code>();
  const std::string pattern = to_pcre(java_);
  int error = 0;
  PCRE2_SIZE offset = 0;
  made->compiled =
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                    PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED, &error, &offset, nullptr);
  // Where just-in-time compilation is not to be had, the interpreter serves.
  if (made->compiled != nullptr) pcre2_jit_compile(made->compiled, PCRE2_JIT_COMPLETE);
  const Code* expected = nullptr;
  // Of two threads that compile at once, one wins and the other's work is thrown away.
  if (code_.compare_exchange_strong(expected, made.get())) return *made.release();
  return *expected;
}

bool Pattern::is_valid() const { return code().compiled != nullptr; }

bool Pattern::matches(std::string_view text) const {
  static thread_local const std::unique_ptr<pcre2_match_data, FreeMatch> found(
      pcre2_match_data_create(1, nullptr));
  static thread_local const std::unique_ptr<pcre2_match_context, FreeContext> context = [] {
    std::unique_ptr<pcre2_match_context, FreeContext> made(pcre2_match_context_create(nullptr));
    pcre2_set_match_limit(made.get(), kMatchLimit);
    return made;
  }();
  const Code& ready = code();
  if (ready.compiled == nullptr) return true;
  const int result = pcre2_match(ready.compiled, reinterpret_cast<PCRE2_SPTR>(text.data()),
                                 text.size(), 0, 0, found.get(), context.get());
  // Text that is not UTF-8 matches nothing; reaching a limit says nothing about the text.
  return result >= 0 || result < PCRE2_ERROR_UTF8_ERR21;
}

std::string to_pcre(std::string_view java) {
  std::string pcre;
  const auto append = [&](unsigned code) {
    char digits[8];
    const auto end = std::to_chars(digits, digits + sizeof digits, code, 16).ptr;
    pcre += "\\x{" + std::string(digits, end) + "}";
  };
  for (std::size_t at = 0; at < java.size(); ++at) {
    const auto code = unicode_escape(java.substr(at));
    // Java's class of ASCII's printable characters, which PCRE knows by no property.
    if (java.substr(at).starts_with(kPrintable)) {
      pcre += "[ -~]";
      at += kPrintable.size() - 1;
      continue;
    }
    if (!code) {
      pcre += java[at];
      // An escaped backslash does not begin an escape.
      if (java[at] == '\\' && at + 1 < java.size()) pcre += java[++at];
      continue;
    }
    at += 5;
    const auto low = unicode_escape(java.substr(at + 1));
    if (*code >= 0xd800 && *code < 0xdc00 && low && *low >= 0xdc00 && *low < 0xe000) {
      append(0x10000 + ((*code - 0xd800) << 10) + (*low - 0xdc00));
      at += 6;
    } else {
      append(*code);
    }
  }
  return pcre;
}

}  // namespace fallstreak::api
