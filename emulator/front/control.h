#pragma once

#include "front/certificate.h"
#include "front/clouds.h"
#include "front/load_balancers.h"
#include "front/request_ids.h"
#include "protocols/http_message.h"

namespace fallstreak::front {

/// The control API under `/_fallstreak/`, in JSON; README.md of this folder documents it. What a
/// request names is checked before anything changes. May be used from any thread.
class Control {
 public:
  /// `load_balancers` is null when they do not serve.
  Control(Clouds& clouds, RequestIds& ids, Certificate& certificate, LoadBalancers* load_balancers)
      : clouds_(clouds), ids_(ids), certificate_(certificate), load_balancers_(load_balancers) {}

  /// True when the request is for this API: no bucket is called `_fallstreak`.
  static bool owns(const protocols::HttpRequest& request);

  /// `served` is the cloud that the request names, null when there is none of that name.
  void answer(const protocols::HttpRequest& request, ServedCloud* served,
              protocols::HttpResponse& response);

 private:
  Clouds& clouds_;
  RequestIds& ids_;
  Certificate& certificate_;
  LoadBalancers* const load_balancers_;
};

}  // namespace fallstreak::front
