#include "front/http_parser.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <optional>
#include <string>

namespace fallstreak::front {
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

/// How much of a body is given room before any of it has come: a header may promise anything.
constexpr std::uint64_t kFirstBodyRoom = std::uint64_t{1024} * 1024;

/// Beast takes for granted that a last chunk whose `0` it has seen before comes whole the next
/// time: `0` and two ends of lines. A chunked body never ends with less, so waiting for it loses
/// nothing.
bool is_cut_last_chunk(std::string_view bytes) {
  constexpr std::size_t kLastChunk = 5;
  return bytes.size() < kLastChunk && bytes.starts_with('0');
}

/// Beast's grammar, filling our request without a message of its own in between.
class Grammar : public http::basic_parser<true> {
 public:
  Grammar(const ParserLimits& limits, const HttpParser::BodyLimit& body_limit,
          protocols::HttpRequest& request)
      : limits_(limits), ask_body_limit_(body_limit), request_(request) {
    header_limit(std::uint32_t(limits.header_bytes));
    // The length is checked here, because how much is allowed depends on the header.
    this->body_limit(boost::none);
  }
  [[nodiscard]] bool expects_continue() const { return expects_continue_; }
  [[nodiscard]] int version() const { return version_; }

 private:
  void on_request_impl(http::verb, beast::string_view method, beast::string_view target,
                       int version, beast::error_code&) override {
    request_.method.assign(method.data(), method.size());
    request_.target.assign(target.data(), target.size());
    version_ = version;
  }

  void on_field_impl(http::field field, beast::string_view name, beast::string_view value,
                     beast::error_code& error) override {
    // A trailer comes when the request was already judged by its header: it must not add to it.
    if (is_header_done()) return;
    if (request_.headers.size() >= limits_.header_fields) {
      error = http::error::header_limit;
      return;
    }
    if (field == http::field::expect && beast::iequals(value, "100-continue")) {
      expects_continue_ = true;
    }
    if (field == http::field::host) has_host_ = true;
    request_.headers.push_back({std::string(name), std::string(value)});
  }

  void on_header_impl(beast::error_code& error) override {
    // RFC 9112, 3.2: a server answers 400 to a request of HTTP/1.1 without it.
    if (version_ >= 11 && !has_host_) {
      error = http::error::bad_field;
      return;
    }
    limit_ = ask_body_limit_(request_);
    const auto announced = content_length();
    if (announced && *announced > limit_) error = http::error::body_limit;
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length,
                         beast::error_code&) override {
    announced_ = length.value_or(0);
    request_.body.reserve(std::size_t(std::min(announced_, kFirstBodyRoom)));
  }

  std::size_t on_body_impl(beast::string_view bytes, beast::error_code& error) override {
    return append(bytes, error);
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes,
                                 beast::error_code& error) override {
    return append(bytes, error);
  }
  void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}
  void on_finish_impl(beast::error_code&) override {}

  std::size_t append(beast::string_view bytes, beast::error_code& error) {
    std::string& body = request_.body;
    if (bytes.size() > limit_ - body.size()) {
      error = http::error::body_limit;
      return 0;
    }
    if (body.size() + bytes.size() > body.capacity() && announced_ > body.size()) {
      // Grow by doubling, but never past what was announced.
      body.reserve(std::size_t(std::min<std::uint64_t>(announced_, body.capacity() * 2)));
    }
    body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  const ParserLimits& limits_;
  const HttpParser::BodyLimit& ask_body_limit_;
  protocols::HttpRequest& request_;
  std::uint64_t limit_ = 0;
  std::uint64_t announced_ = 0;
  int version_ = 11;
  bool expects_continue_ = false;
  bool has_host_ = false;
};

Refusal refusal_of(const beast::error_code& error) {
  if (error == http::error::header_limit) return Refusal::header_too_large;
  if (error == http::error::body_limit) return Refusal::body_too_large;
  return Refusal::malformed;
}

}  // namespace

struct HttpParser::State {
  std::optional<Grammar> grammar;
  protocols::HttpRequest request;
  std::optional<Refusal> failure;
  std::size_t header_consumed = 0;
};

HttpParser::HttpParser(ParserLimits limits, const BodyLimit& body_limit)
    : limits_(limits), body_limit_(body_limit), state_(std::make_unique<State>()) {
  reset();
}
HttpParser::~HttpParser() = default;

void HttpParser::reset() {
  state_->request = {};
  state_->failure.reset();
  state_->header_consumed = 0;
  state_->grammar.emplace(limits_, body_limit_, state_->request);
}

std::size_t HttpParser::feed(std::string_view bytes) {
  Grammar& grammar = *state_->grammar;
  std::size_t consumed = 0;
  while (!has_failed() && !grammar.is_done() && consumed < bytes.size()) {
    const bool had_header = grammar.is_header_done();
    if (had_header && grammar.chunked() && is_cut_last_chunk(bytes.substr(consumed))) break;
    beast::error_code error;
    const std::size_t taken =
        grammar.put({bytes.data() + consumed, bytes.size() - consumed}, error);
    consumed += taken;
    if (!had_header) state_->header_consumed += taken;
    if (error == http::error::need_more) {
      // Beast limits a section by what it has at once; here one header counts as a whole.
      const std::size_t left = bytes.size() - consumed;
      const std::size_t section = had_header ? left : state_->header_consumed + left;
      if (section >= limits_.header_bytes) state_->failure = Refusal::header_too_large;
      break;
    }
    if (error) state_->failure = refusal_of(error);
  }
  return consumed;
}

bool HttpParser::has_begun() const { return state_->grammar->got_some(); }
bool HttpParser::has_header() const { return state_->grammar->is_header_done(); }
bool HttpParser::is_done() const { return !has_failed() && state_->grammar->is_done(); }
bool HttpParser::has_failed() const { return state_->failure.has_value(); }
Refusal HttpParser::refusal() const { return *state_->failure; }
protocols::HttpRequest& HttpParser::request() { return state_->request; }
bool HttpParser::keeps_alive() const { return has_header() && state_->grammar->keep_alive(); }
bool HttpParser::is_http_1_0() const { return state_->grammar->version() < 11; }
bool HttpParser::expects_continue() const { return state_->grammar->expects_continue(); }

}  // namespace fallstreak::front
