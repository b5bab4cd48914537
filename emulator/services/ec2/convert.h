#pragma once

#include "api/overlay.h"

namespace fallstreak::services::ec2 {

using api::convert;
using api::overlay;

}  // namespace fallstreak::services::ec2
