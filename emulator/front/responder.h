#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "front/authenticator.h"
#include "front/clouds.h"
#include "front/http_parser.h"
#include "front/request_ids.h"
#include "protocols/http_message.h"
#include "protocols/routing.h"

namespace fallstreak::front {

class Control;
class JobThread;

/// How large bodies may be. All are held in memory.
struct BodyLimits {
  std::uint64_t request = std::uint64_t{16} * 1024 * 1024;
  /// AWS: an object of one PUT has at most 5 GiB. Chosen: less by default, as it is memory.
  std::uint64_t object = std::uint64_t{1024} * 1024 * 1024;
};

/// What all threads answer from.
struct Shared {
  Clouds& clouds;
  Control& control;
  JobThread& jobs;
  RequestIds& ids;
  const protocols::Router& router;
  std::span<const api::Service* const> services;
  BodyLimits body;
};

/// Turns one request into its answer: which service and operation, who calls, decode, the cloud,
/// encode. Everything but `Cloud::call` happens without the world. For one thread.
class Responder {
 public:
  Responder(const Shared& shared, AuthOptions auth)
      : shared_(shared), authenticator_(std::move(auth)) {}

  /// True for calls that change the cloud as a whole: one may move it by years.
  [[nodiscard]] static bool takes_long(const protocols::HttpRequest& request);
  /// Answers such a call on the thread for jobs. Never throws.
  void answer_later(const protocols::HttpRequest& request,
                    std::function<void(protocols::HttpResponse)> done);
  /// What an answer tells is not kept yet when this gives a cloud: the answer must wait until that
  /// one is durable. Never throws.
  std::shared_ptr<ServedCloud> answer(protocols::HttpRequest& request,
                                      protocols::HttpResponse& response);
  /// The answer to a request whose changes could not be kept. Never throws.
  void refuse_unsaved(const protocols::HttpRequest& request, const ApiError& error,
                      protocols::HttpResponse& response);
  /// To what was no acceptable HTTP request. Never throws; `head` is what was read of it.
  void refuse(const protocols::HttpRequest& head, Refusal refusal,
              protocols::HttpResponse& response);
  [[nodiscard]] std::uint64_t body_limit(const protocols::HttpRequest& head) const;

 private:
  /// The two tell whether there is something to be kept.
  bool answer_api(protocols::HttpRequest& request, const protocols::Credential& credential,
                  ServedCloud& served, Time now, protocols::HttpResponse& response);
  static bool perform(protocols::HttpRequest& request, const protocols::Routed& routed,
                      const dispatch::Caller& caller, ServedCloud& served,
                      std::string_view request_id, protocols::HttpResponse& response);
  void answer_error(const protocols::HttpRequest& request, std::string_view signing_name,
                    const ApiError& error, protocols::HttpResponse& response);
  [[nodiscard]] std::string new_id(const api::Service& service);
  void finish(const protocols::HttpRequest& request, const api::Service* service, Time now,
              protocols::HttpResponse& response);

  const Shared& shared_;
  Authenticator authenticator_;
  std::int64_t date_second_ = -1;
  std::string date_;
};

}  // namespace fallstreak::front
