#include "services/services.h"

#include "services/acm/acm.h"
#include "services/application-autoscaling/application_autoscaling.h"
#include "services/arc-zonal-shift/arc_zonal_shift.h"
#include "services/autoscaling/autoscaling.h"
#include "services/cloudwatch/cloudwatch.h"
#include "services/dynamodb/dynamodb.h"
#include "services/ec2/ec2.h"
#include "services/elbv2/elbv2.h"
#include "services/route53/route53.h"
#include "services/s3/s3.h"
#include "services/service-quotas/service_quotas.h"
#include "services/sts/sts.h"

namespace fallstreak::services {

const dispatch::Registry& registry() {
  // A list that can be read, in alphabetical order. Immutable once built, so all worlds share it.
  static const auto* const bound = [] {
    auto* made = new dispatch::Registry;  // never destroyed: worlds on other threads may outlive main
    bind_acm(*made);
    bind_application_autoscaling(*made);
    bind_arc_zonal_shift(*made);
    bind_autoscaling(*made);
    bind_cloudwatch(*made);
    bind_dynamodb(*made);
    bind_dynamodb_streams(*made);
    bind_ec2(*made);
    bind_elbv2(*made);
    bind_route53(*made);
    bind_s3(*made);
    bind_service_quotas(*made);
    bind_sts(*made);
    made->seal();
    return made;
  }();
  return *bound;
}

}  // namespace fallstreak::services
