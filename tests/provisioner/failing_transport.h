#pragma once

#include "client/transport.h"

namespace fallstreak::testing {

/// Loses the nth call, counted from one: before it arrives, or after it happened and before the answer is back.
class FailingTransport : public client::Transport {
 public:
  enum class Loses { request, answer };
  FailingTransport(client::Transport& inner, int nth, Loses loses) : inner_(&inner), nth_(nth), loses_(loses) {}

  Outcome<void> call(const api::Operation& operation, const void* request, void* response) override {
    if (++calls_ != nth_) return inner_->call(operation, request, response);
    has_failed_ = true;
    if (loses_ == Loses::answer) static_cast<void>(inner_->call(operation, request, response));
    return tl::unexpected(ApiError("NetworkError", "the connection was lost", 503));
  }
  void pause(Duration duration) override { inner_->pause(duration); }
  [[nodiscard]] bool has_failed() const { return has_failed_; }
  [[nodiscard]] int calls() const { return calls_; }

 private:
  client::Transport* inner_;
  int nth_;
  Loses loses_;
  int calls_ = 0;
  bool has_failed_ = false;
};

}  // namespace fallstreak::testing
