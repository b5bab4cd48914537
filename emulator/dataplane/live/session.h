#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/alb/forwarding.h"
#include "dataplane/alb/node.h"
#include "dataplane/alb/transforms.h"
#include "dataplane/alb/view.h"
#include "dataplane/live/oidc_exchange.h"
#include "dataplane/live/proxy.h"
#include "dataplane/live/stream.h"
#include "dataplane/live/target_link.h"
#include "dataplane/live/tls.h"
#include "dataplane/live/token_check.h"
#include "dataplane/live/traffic_book.h"

namespace fallstreak::dataplane::live {

/// What all sessions share; lives as long as the proxy's thread runs.
class SessionHost {
 public:
  /// Brings the view up to date and says what time it is.
  virtual Time refresh() = 0;
  virtual const alb::View& view() = 0;
  virtual alb::Nodes& nodes() = 0;
  virtual TargetLinks& links() = 0;
  virtual Counters& counters(const std::string& load_balancer_arn) = 0;
  /// What becomes CloudWatch's metrics.
  virtual const std::shared_ptr<TrafficBook>& book() = 0;
  /// 64 random bits, of the cloud's seed.
  virtual std::uint64_t draw() = 0;
  /// When a time-out that begins now is over, in ticks.
  virtual std::uint64_t deadline(std::chrono::milliseconds allowed) = 0;
  virtual std::chrono::milliseconds connect_timeout() = 0;
  /// For connections to targets that are encrypted.
  virtual boost::asio::ssl::context& target_tls() = 0;
  virtual boost::asio::ssl::context& http2_target_tls() = 0;
  virtual Time now() = 0;
  /// Keeps a line of a load balancer's access log.
  virtual void log(const std::string& load_balancer_arn, const alb::AccessLogSettings& settings,
                   Time now, const std::string& line) = 0;
  /// What cookies of users who have signed in are sealed with.
  virtual const std::string& cookie_key() = 0;
  virtual const class SigningKey& signing_key() = 0;
  /// What JWKS endpoints said, by their URLs.
  struct FetchedKeys {
    TokenKeys keys;
    Time fetched{};
  };
  virtual std::map<std::string, FetchedKeys>& token_keys() = 0;
  virtual boost::asio::io_context& context() = 0;
  /// Keeps a session until it is forgotten.
  virtual void keep(std::shared_ptr<class Session> session) = 0;
  virtual void keep(std::shared_ptr<class Http2Session> session) = 0;
  virtual void forget(class Session& session) = 0;
  virtual void forget(class Http2Session& session) = 0;
  virtual void forget(class FlowSession& session) = 0;

 protected:
  ~SessionHost() = default;
};

/// One client's connection to a listener, or one request of a client that speaks HTTP/2. Requests
/// are passed on one after the other; of each, the
/// request's body goes to the target while the response comes back.
class Session : public std::enable_shared_from_this<Session> {
 public:
  struct Entry {
    std::string load_balancer_arn;
    std::string listener_arn;
    std::string zone;        // of the node that the client reached
    std::uint64_t turn = 0;  // of the client among those of the listener
  };
  /// Who is at the other end, and what its connection is.
  struct Client {
    alb::Hop hop;
    bool is_encrypted = false;
    bool speaks_http2 = false;
    Time connected{};             // by the cloud's clock
    std::string connection_id;    // as is the rest, for access logs
    std::string server_name;      // which it asked for
    std::string certificate_arn;  // which it was shown
    /// Shared by all requests of the connection.
    std::shared_ptr<OpenInBook> connection;
  };
  /// `tls` is null where the listener does not encrypt.
  Session(SessionHost& host, boost::asio::ip::tcp::socket socket, Entry entry,
          std::shared_ptr<TlsServer> tls);
  /// Of one request that came by a stream of HTTP/2.
  Session(SessionHost& host, std::shared_ptr<StreamPipe> pipe, Entry entry, Client client);

  void start();
  void on_tick(std::uint64_t tick);
  /// The view has changed: a request whose target left its group is cut off.
  void on_view_changed();
  void close();
  [[nodiscard]] const Entry& entry() const { return entry_; }

 private:
  using Error = boost::system::error_code;
  enum class Phase : std::uint8_t {
    handshake,   // with the client
    head,        // of the next request
    connecting,  // to its target
    encrypting,  // the connection to it
    waiting,     // for the target's response
    responding,
    authenticating,  // its user, at a provider
    answering,       // what the load balancer says itself
    tunnel,          // behind 101
    leaving,         // nothing more is said
    closed
  };

  void on_encrypted();
  void read_client();
  void on_client_bytes(const Error& error, std::size_t count);
  void on_client_gone();
  void proceed();
  void read_head();
  void handle_request();
  /// What the listener's rules make of the request.
  void decide();
  // What CloudWatch is told.
  void count(Counted what, std::uint64_t times = 1) { tab_.count(what, times); }
  void count_bytes(std::size_t bytes);
  void count_own(int status);
  void count_chosen(const alb::TargetGroupView& group, const alb::Nodes::Choice& choice,
                    const alb::HttpSettings& settings);
  void count_target_answer(int status);
  [[nodiscard]] int refusal(const alb::LoadBalancerView& load_balancer) const;
  [[nodiscard]] alb::RequestFacts facts(const alb::ListenerView& listener) const;
  /// What the listener changes in heads now.
  [[nodiscard]] const alb::HeaderChanges& header_changes() const;
  // The access log.
  void begin_log(const alb::LoadBalancerView& load_balancer);
  /// When the request has been read.
  void log_request();
  void log_action(std::string_view action);
  /// When all of it is over.
  void write_log();

  /// True when the request may go on; else it was answered.
  bool sign_in(const alb::OidcConfig& config, const std::string& rule_arn,
               const alb::RequestFacts& facts);
  /// The user of the request's cookies, if they have signed in and the session goes on.
  [[nodiscard]] std::optional<alb::OidcSession> signed_in_as(const alb::OidcConfig& config) const;
  void refresh(const alb::OidcConfig& config, const alb::OidcSession& session);
  void on_refreshed(const alb::OidcConfig& config, Time until, OidcAnswer answer);
  void take_callback(const alb::RuleSet& rules, const alb::RequestFacts& facts);
  void on_signed_in(const alb::OidcConfig& config, const std::string& url, OidcAnswer answer);
  /// The same for clients that bring tokens.
  bool validate(const TokenConfig& config);
  void on_keys(const std::string& endpoint, const std::optional<std::string>& document);
  bool rewrite(const alb::Transforms& transforms);
  void forward(const alb::LoadBalancerView& load_balancer, const alb::ForwardTo& to,
               std::uint64_t draw);
  /// 464 where a request cannot be told to targets that are spoken to like that, else 0.
  [[nodiscard]] int misfit(alb::ProtocolVersion version) const;
  [[nodiscard]] bool is_grpc() const;
  void connect(const TargetAddress& address);
  void encrypt_target();
  void begin_exchange();

  void pump_up();
  void write_target();
  void read_target();
  void on_target_bytes(const Error& error, std::size_t count);
  void on_target_end();
  void read_response_head();
  void pass_response_head(std::string_view text);
  void take_response_body(std::string_view bytes);
  void write_client();
  void on_client_written(const Error& error);
  void finish_exchange();
  void begin_next();

  void answer_own(int status);
  void answer_rule(const alb::RuleAnswer& answer);
  void answer(std::string text);
  /// Answers `status` when nothing was said yet; else all that is left is to end.
  void fail(int status);
  void leave_target(Reuse reuse);
  void part();
  void touch();
  /// A request is with the target, or on its way there, and nothing of an answer has come.
  [[nodiscard]] bool is_asked() const {
    return phase_ == Phase::connecting || phase_ == Phase::encrypting || phase_ == Phase::waiting;
  }
  [[nodiscard]] alb::Parting parting() const;
  [[nodiscard]] std::string_view unread() const;
  void consume(std::size_t count);

  /// How much lies here of what one side sent and the other has not taken.
  static constexpr std::size_t kMostWaiting = std::size_t{128} * 1024;

  SessionHost& host_;
  std::unique_ptr<Stream> stream_;  // null when HTTP/2 has taken it over
  Entry entry_;
  std::shared_ptr<TlsServer> tls_;
  Client client_;
  const TrafficTab tab_;
  Phase phase_ = Phase::head;
  std::uint64_t deadline_ = 0;
  std::chrono::milliseconds idle_timeout_ = std::chrono::seconds(60);

  std::vector<char> piece_;  // where a read from the client ends up
  bool is_reading_ = false;
  bool is_writing_ = false;
  bool parts_ = false;  // after what is written now
  std::string in_;      // from the client, from `in_at_` on
  std::size_t in_at_ = 0;
  std::size_t scanned_ = 0;
  std::string down_;  // to the client
  std::string down_writing_;

  // The request in progress.
  std::optional<alb::AccessLogEntry> log_;  // while its load balancer keeps a log
  alb::AccessLogSettings log_settings_;
  std::string head_text_;
  alb::RequestHead request_;
  std::string rewritten_target_, rewritten_host_;  // what `request_` looks at then
  alb::BodyReader request_body_;
  Time now_{};
  Time asked_{};          // when its user's provider was
  Time sent_{};           // when the request went to the target
  TrafficTab group_tab_;  // of its target group
  std::string target_group_arn_;
  std::string target_id_;
  std::string target_name_;
  std::optional<std::string> identity_;  // fields about the user, where users sign in
  /// What came of refreshing the user of this request, whose access token had expired.
  enum class Refresh : std::uint8_t { none, done, failed };
  Refresh refresh_ = Refresh::none;
  alb::OidcSession refreshed_;
  bool asked_for_keys_ = false;               // of tokens, for this request
  std::vector<std::string> session_cookies_;  // that go with the answer then
  alb::Stickiness stickiness_;
  std::optional<Duration> group_stickiness_;
  std::shared_ptr<TargetLink> target_;
  std::string up_;           // to the target
  std::string from_target_;  // of the response's head
  std::size_t response_scanned_ = 0;
  alb::BodyReader response_body_;
  bool is_target_reusable_ = false;
  bool ends_with_target_ = false;    // the response's body has no other end
  bool ends_after_request_ = false;  // the client's connection does
};

}  // namespace fallstreak::dataplane::live
