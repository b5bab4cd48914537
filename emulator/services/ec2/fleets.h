#pragma once

#include "api/ec2/fleets.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

api::ec2::CreateFleetResult create_fleet(Context& context,
                                         const api::ec2::CreateFleetRequest& request);

}  // namespace fallstreak::services::ec2
