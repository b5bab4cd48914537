#pragma once

#include <string>
#include <string_view>

#include "api/route53/common.h"
#include "services/route53/state.h"

/// What accounts may do with each other's private zones. Nothing else of Route 53 reaches beyond an
/// account.
/// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-associate-vpcs-different-accounts.html
namespace fallstreak::services::route53 {

struct SharedZoneState {
  explicit SharedZoneState(const std::string& prefix)
      : zone_owners(prefix + "zone_owners"),
        authorizations(prefix + "authorizations"),
        vpc_owners(prefix + "vpc_owners"),
        change_owners(prefix + "change_owners") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(zone_owners);
    visit(authorizations);
    visit(vpc_owners);
    visit(change_owners);
  }

  world::Table<std::string> zone_owners;  // zone id -> account id
  /// `<zone id> <region>/<VPC id>`: which VPCs of others may be associated.
  world::Table<api::route53::VPC> authorizations;
  /// `<zone id> <region>/<VPC id>` -> account id, of associated VPCs that are another account's.
  world::Table<std::string> vpc_owners;
  /// Change id -> account id of the zone, when another account asked for the change.
  world::Table<std::string> change_owners;
};
SharedZoneState& shared_zones(Context& context);

/// The account that has the zone; throws when nobody has.
std::string owner_of_zone(Context& context, const std::string& zone_id);

/// Route 53 as another account has it: its own tables, in the same transaction.
class AccountView {
 public:
  AccountView(Context& context, const std::string& account_id);
  AccountView(const AccountView&) = delete;
  AccountView& operator=(const AccountView&) = delete;
  Context& operator*() { return context_; }
  Context* operator->() { return &context_; }

 private:
  const dispatch::Caller caller_;  // which the context refers to
  Context context_;
};

}  // namespace fallstreak::services::route53
