#include "dataplane/live/oidc_exchange.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/encoding.h"
#include "dataplane/alb/http_head.h"
#include "dataplane/live/stream.h"

namespace fallstreak::dataplane::live {
namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;

namespace {

/// AWS: a provider's endpoint must answer within 5 seconds.
constexpr std::chrono::seconds kPatience{5};
constexpr std::size_t kLargestAnswer = std::size_t{1} << 20;

struct Url {
  bool is_encrypted = true;
  std::string host;
  std::string port;
  std::string path;
};

Url parse(std::string_view text) {
  Url url{.is_encrypted = text.starts_with("https://")};
  text.remove_prefix(std::min(text.find("://") + 3, text.size()));
  const auto slash = std::min(text.find('/'), text.size());
  const std::string_view authority = text.substr(0, slash);
  url.path = slash < text.size() ? std::string(text.substr(slash)) : "/";
  const auto colon = std::min(authority.find(':'), authority.size());
  url.host = authority.substr(0, colon);
  url.port = authority.substr(std::min(colon + 1, authority.size()));
  if (url.port.empty()) url.port = url.is_encrypted ? "443" : "80";
  return url;
}

bool is_this_machine(std::string_view host) {
  return host == "localhost" || host.starts_with("127.");
}

struct Reply {
  int status = 0;
  std::string body;
};

/// One request on a connection of its own. `done` gets nothing when no answer came in time.
class HttpCall : public std::enable_shared_from_this<HttpCall> {
  /// A handler that does nothing once the call is over.
  template <class Handler>
  auto guarded(Handler handler) {
    return [self = shared_from_this(), handler](const Error& error, auto&&... rest) {
      if (self->done_) handler(*self, error, rest...);
    };
  }

 public:
  using Done = std::function<void(std::optional<Reply>)>;
  HttpCall(asio::io_context& context, Url url, std::string request, Done done)
      : resolver_(context),
        timer_(context),
        tls_(asio::ssl::context::tls_client),
        stream_(context),
        url_(std::move(url)),
        request_(std::move(request)),
        done_(std::move(done)) {}

  void start() {
    timer_.expires_after(kPatience);
    timer_.async_wait([self = shared_from_this()](const Error& cancelled) {
      if (!cancelled) self->finish(std::nullopt);
    });
    resolver_.async_resolve(
        url_.host, url_.port,
        guarded([](HttpCall& call, const Error& failed, const tcp::resolver::results_type& found) {
          if (failed) return call.finish(std::nullopt);
          asio::async_connect(call.stream_.socket(), found,
                              call.guarded([](HttpCall& connected, const Error& refused, auto&&) {
                                connected.on_connect(refused);
                              }));
        }));
  }

 private:
  void on_connect(const Error& error) {
    if (error) return finish(std::nullopt);
    if (!url_.is_encrypted) return send();
    // A provider on this machine proves itself to nobody.
    if (!is_this_machine(url_.host)) {
      Error ignored;
      tls_.set_default_verify_paths(ignored);
      tls_.set_verify_mode(asio::ssl::verify_peer, ignored);
      tls_.set_verify_callback(asio::ssl::host_name_verification(url_.host), ignored);
    }
    stream_.handshake(tls_, asio::ssl::stream_base::client,
                      guarded([](HttpCall& call, const Error& failed) {
                        if (failed) return call.finish(std::nullopt);
                        call.send();
                      }));
  }

  void send() {
    stream_.write(asio::buffer(request_), guarded([](HttpCall& call, const Error& failed, auto) {
                    if (failed) return call.finish(std::nullopt);
                    call.read();
                  }));
  }

  void read() {
    stream_.read_some(asio::buffer(piece_),
                      guarded([](HttpCall& call, const Error& error, std::size_t count) {
                        call.on_bytes(error, count);
                      }));
  }

  void on_bytes(const Error& error, std::size_t count) {
    answer_.append(piece_.data(), count);
    std::size_t scanned = 0;
    const auto size = alb::head_size(answer_, scanned);
    alb::ResponseHead head;
    if (size) {
      if (!alb::read_response(std::string_view(answer_).substr(0, *size), "POST", head)) {
        return finish(std::nullopt);
      }
      alb::BodyReader reader(head.body);
      Reply reply{.status = head.status, .body = {}};
      reader.take(std::string_view(answer_).substr(*size), &reply.body);
      const bool ends_so = head.body.kind == alb::Framing::Kind::until_close && error;
      if (reader.is_done() || ends_so) return finish(std::move(reply));
    }
    if (error || answer_.size() > kLargestAnswer) return finish(std::nullopt);
    read();
  }

  void finish(std::optional<Reply> reply) {
    if (!done_) return;
    timer_.cancel();
    resolver_.cancel();
    stream_.close();
    std::exchange(done_, nullptr)(std::move(reply));
  }

  tcp::resolver resolver_;
  asio::steady_timer timer_;
  asio::ssl::context tls_;
  Stream stream_;
  const Url url_;
  const std::string request_;
  Done done_;
  std::string answer_;
  std::array<char, 8192> piece_{};
};

void call(asio::io_context& context, const std::string& method, const std::string& endpoint,
          const std::string& authorization, const std::string& body, HttpCall::Done done) {
  Url url = parse(endpoint);
  const bool has_own_port = url.port == (url.is_encrypted ? "443" : "80");
  std::string request = method + " " + url.path + " HTTP/1.1\r\nHost: " + url.host +
                        (has_own_port ? "" : ":" + url.port) +
                        "\r\nAccept: application/json\r\nConnection: close\r\n";
  if (!authorization.empty()) request += "Authorization: " + authorization + "\r\n";
  if (method == "POST") {
    request += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n";
  }
  request += "\r\n" + body;
  std::make_shared<HttpCall>(context, std::move(url), std::move(request), std::move(done))->start();
}

/// AWS: 500 when an endpoint cannot be reached or says nothing, 561 when it answers with an error.
int problem_of(const std::optional<Reply>& reply) {
  if (!reply) return 500;
  return reply->status >= 200 && reply->status < 300 ? 0 : 561;
}

using Json = nlohmann::json;

std::string text_in(const Json& json, const char* name) {
  const auto found = json.is_object() ? json.find(name) : json.end();
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

Json parsed(const Reply& reply) { return Json::parse(reply.body, nullptr, false); }

/// AWS: how long a token lives is a number of seconds. Chosen: more than ten years is no number.
std::optional<std::chrono::seconds> life_in(const Json& json) {
  const auto found = json.is_object() ? json.find("expires_in") : json.end();
  if (found == json.end() || !found->is_number_unsigned()) return std::nullopt;
  constexpr std::chrono::seconds kMost = std::chrono::days(3653);
  const auto seconds = found->get<std::uint64_t>();
  if (seconds > static_cast<std::uint64_t>(kMost.count())) return std::nullopt;
  return std::chrono::seconds(seconds);
}

/// What tokens are asked for with, and what must come with them.
struct TokenQuestion {
  std::string form;
  bool needs_id_token = true;
  std::string refresh_token;  // that stays when no new one comes
};

void ask(asio::io_context& context, const alb::OidcConfig& config, const TokenQuestion& question,
         const std::function<void(OidcAnswer)>& done) {
  const std::string client =
      "Basic " + to_base64(*config.ClientId + ":" + config.ClientSecret.value_or(""));
  const auto on_user = [done](OidcAnswer known, const std::optional<Reply>& reply) {
    if (const int problem = problem_of(reply); problem != 0) return done({problem, {}});
    const Json claims = parsed(*reply);
    known.session.subject = text_in(claims, "sub");
    known.session.claims = claims.is_discarded() ? "" : claims.dump();
    // Chosen: an answer without a subject is an error of the provider.
    if (known.session.subject.empty()) return done({561, {}});
    done(std::move(known));
  };
  const auto on_tokens = [&context, done, on_user, question,
                          endpoint = *config.UserInfoEndpoint](const std::optional<Reply>& reply) {
    if (const int problem = problem_of(reply); problem != 0) return done({problem, {}});
    const Json tokens = parsed(*reply);
    const std::string token = text_in(tokens, "access_token");
    if (token.empty()) return done({561, {}});
    // AWS: 401 when "the requested scope doesn't return an ID token".
    if (question.needs_id_token && text_in(tokens, "id_token").empty()) return done({401, {}});
    OidcAnswer known{.token_life = life_in(tokens)};
    known.session.access_token = token;
    known.session.refresh_token = text_in(tokens, "refresh_token");
    // RFC 6749: without a new one, the old one goes on.
    if (known.session.refresh_token.empty()) known.session.refresh_token = question.refresh_token;
    call(context, "GET", endpoint, "Bearer " + token, {},
         [on_user, known](const std::optional<Reply>& user) { on_user(known, user); });
  };
  call(context, "POST", *config.TokenEndpoint, client, question.form, on_tokens);
}

}  // namespace

void ask_provider(asio::io_context& context, const alb::OidcConfig& config, const std::string& host,
                  const std::string& code, std::function<void(OidcAnswer)> done) {
  ask(context, config, {.form = alb::token_request(host, code), .refresh_token = {}}, done);
}

void fetch(asio::io_context& context, const std::string& url,
           std::function<void(const std::optional<std::string>&)> done) {
  call(context, "GET", url, {}, {}, [done = std::move(done)](const std::optional<Reply>& reply) {
    done(problem_of(reply) == 0 ? std::optional(reply->body) : std::nullopt);
  });
}

void refresh_user(asio::io_context& context, const alb::OidcConfig& config,
                  const std::string& refresh_token, std::function<void(OidcAnswer)> done) {
  ask(context, config,
      {.form = alb::refresh_request(refresh_token),
       .needs_id_token = false,
       .refresh_token = refresh_token},
      done);
}

}  // namespace fallstreak::dataplane::live
