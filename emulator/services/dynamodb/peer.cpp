#include "services/dynamodb/peer.h"

#include "api/dynamodb/service.h"
#include "api/ec2/catalogue.h"
#include "base/arn.h"

namespace fallstreak::services::dynamodb {

Peer::Peer(Context& here, const std::string& region)
    : caller_(here.account_id(), region),
      context(here.world(), here.environment(), caller_, api::dynamodb::kService.id,
              caller_.scope(dispatch::Scope::regional)) {}

std::string Peer::region_of(Context& here, const std::string& text) {
  const auto arn = Arn::parse(text);
  if (!arn || arn->service != "dynamodb" || arn->account_id != here.account_id() ||
      arn->region == here.region()) {
    return here.region();
  }
  // What is no region keeps no state, or else a client could fill the world with such.
  const auto known = here.try_call<api::ec2::DescribeRegions>({});
  if (!known) return here.region();
  for (const auto& region : api::each(known->Regions)) {
    if (region.RegionName == arn->region) return *region.RegionName;
  }
  return here.region();
}

}  // namespace fallstreak::services::dynamodb
