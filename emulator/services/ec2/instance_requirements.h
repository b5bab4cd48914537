#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "api/ec2/instance_requirements.h"
#include "services/ec2/catalogue.h"
#include "services/ec2/state.h"

/// Instance types by their attributes instead of their names.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-attribute-based-instance-type-selection.html
namespace fallstreak::services::ec2 {

using Requirements = api::ec2::InstanceRequirementsRequest;

/// Throws for bounds that hold nothing, for what excludes each other, and, by name, for attributes
/// that the catalogue of instance types knows nothing of.
void check_requirements(const Requirements& requirements);

/// Whether a type has all attributes, its price aside.
bool has_attributes(const InstanceType& type, const Requirements& requirements);

/// What a type costs an hour; infinite where the catalogue has no price.
struct TypePrice {
  const InstanceType* type;
  double usd_per_hour;
};

enum class PurchaseOption { on_demand, spot };
/// What price protection compares with: by how many percent of the reference price a type may
/// differ at most.
struct PriceProtection {
  std::int32_t percent = 100;
  /// Of the reference's On-Demand price, instead of above its price in the same market.
  bool is_of_on_demand_price = false;
};
PriceProtection price_protection(const Requirements& requirements, PurchaseOption option);

/// The type with which others are compared: the cheapest of the current C, M and R families, else
/// of the current ones, else of all; none of none.
const TypePrice* reference_price(std::span<const TypePrice> prices);

/// The types of the region that have the attributes, run images of one of these architectures (any,
/// if there are none), and whose price is not beyond what is protected. In order of their names.
std::vector<const InstanceType*> types_to_launch(Context& context, const Requirements& requirements,
                                                 std::span<const std::string_view> architectures,
                                                 PurchaseOption option);

api::ec2::GetInstanceTypesFromInstanceRequirementsResult
get_instance_types_from_instance_requirements(
    Context& context, const api::ec2::GetInstanceTypesFromInstanceRequirementsRequest& request);

}  // namespace fallstreak::services::ec2
