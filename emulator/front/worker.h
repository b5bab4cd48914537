#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/error.h"
#include "front/http_parser.h"
#include "protocols/http_message.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace fallstreak::front {

struct ServedCloud;

/// How long and how much a client may take. Real time: clients live outside the world.
struct ConnectionLimits {
  ParserLimits parser;
  /// Between two requests.
  std::chrono::milliseconds idle = std::chrono::minutes(5);
  /// From a request's first byte to the end of its header, and for a TLS handshake.
  std::chrono::milliseconds header = std::chrono::seconds(20);
  /// For each `progress_bytes` of a body, in either direction.
  std::chrono::milliseconds progress = std::chrono::seconds(20);
  std::size_t progress_bytes = std::size_t{16} * 1024;
  /// How long a client that was refused may still read its answer.
  std::chrono::milliseconds linger = std::chrono::seconds(2);
  /// At each thread. One more client takes the place of the one that has been quiet longest.
  std::size_t connections = 400;
};

/// What a connection asks for. All are called on the connection's thread.
struct ConnectionHooks {
  using Done = std::function<void(protocols::HttpResponse)>;
  HttpParser::BodyLimit body_limit;
  /// Gives the cloud that must `save` before the answer may go out; null: it may go at once.
  using Unsaved = std::shared_ptr<ServedCloud>;
  std::function<Unsaved(protocols::HttpRequest&, protocols::HttpResponse&)> answer;
  /// Keeps all that was answered so far; called once for many answers.
  std::function<Outcome<void>(ServedCloud&)> save;
  /// The same on another thread, so that this one answers others meanwhile: `done` is called once,
  /// while the worker still exists. False when there is no such thread, and nothing was done.
  using Saved = std::function<void(Outcome<void>)>;
  std::function<bool(Unsaved, Saved done)> save_aside;
  /// What is answered instead when that fails.
  std::function<void(const protocols::HttpRequest&, const ApiError&, protocols::HttpResponse&)>
      refuse_unsaved;
  /// What may take long is not asked of `answer` but of `answer_later`: `done` is called once, on
  /// any thread, while the worker still exists; the request stays as it is until then.
  std::function<bool(const protocols::HttpRequest&)> takes_long;
  std::function<void(const protocols::HttpRequest&, Done done)> answer_later;
  /// `head` is as much of the request as was read.
  std::function<void(const protocols::HttpRequest& head, Refusal, protocols::HttpResponse&)> refuse;
  /// The server's certificate, made at the first TLS connection; null when TLS is off.
  std::function<ssl_ctx_st*()> tls;
};

/// One thread's share of the connections: an event loop of its own, so that a request never
/// changes threads.
class Worker {
 public:
  Worker(ConnectionLimits limits, ConnectionHooks hooks);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();

  /// Serves until `stop`. On the thread that calls it.
  void run();
  /// Takes over a connected socket. From any thread.
  void adopt(int socket);
  /// Accepts at a listening socket, which it takes over, and hands each connection to `on_accept`.
  /// Before `run`.
  void listen(int socket, std::function<void(int)> on_accept);
  /// Accepts no more, lets answers that are being written finish and closes everything. From any
  /// thread; `run` returns soon after.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fallstreak::front
