#include "services/ec2/vpc_peering_connections.h"

#include <algorithm>

#include "services/ec2/catalogue.h"
#include "services/ec2/cidr.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/ipv6.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/pages.h"
#include "services/ec2/tags.h"
#include "services/ec2/timing.h"
#include "services/ec2/vpcs.h"

/// https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-lifecycle
namespace fallstreak::services::ec2 {
namespace {

using Connection = api::ec2::VpcPeeringConnection;
using Side = api::ec2::VpcPeeringConnectionVpcInfo;

template <auto member>
bool accepter(const Ec2State&, const PeeringRecord& row, const Patterns& p) {
  return p.match((*row.connection.AccepterVpcInfo).*member);
}
template <auto member>
bool requester(const Ec2State&, const PeeringRecord& row, const Patterns& p) {
  return p.match((*row.connection.RequesterVpcInfo).*member);
}

constexpr FilterRow<Ec2State, PeeringRecord> kVpcPeeringConnectionsFilters[] = {
    {"accepter-vpc-info.cidr-block", accepter<&Side::CidrBlock>},
    {"accepter-vpc-info.owner-id", accepter<&Side::OwnerId>},
    {"accepter-vpc-info.vpc-id", accepter<&Side::VpcId>},
    {"expiration-time",
     [](const auto&, const auto& row, const auto& p) {
       return row.connection.ExpirationTime && p.match(*row.connection.ExpirationTime);
     }},
    {"requester-vpc-info.cidr-block", requester<&Side::CidrBlock>},
    {"requester-vpc-info.owner-id", requester<&Side::OwnerId>},
    {"requester-vpc-info.vpc-id", requester<&Side::VpcId>},
    {"status-code", [](const auto&, const auto& row,
                       const auto& p) { return p.match(row.connection.Status->Code); }},
    {"status-message", [](const auto&, const auto& row,
                          const auto& p) { return p.match(row.connection.Status->Message); }},
    {"vpc-peering-connection-id",
     [](const auto&, const auto& row, const auto& p) {
       return p.match(row.connection.VpcPeeringConnectionId);
     }},
};

/// EC2 as another account or region of the same world has it.
Context context_of(Context& context, const dispatch::Caller& caller) {
  return Context(context.world(), context.environment(), caller, "ec2",
                 caller.scope(dispatch::Scope::regional));
}

dispatch::Caller caller_of(const Side& side) {
  return dispatch::Caller(*side.OwnerId, *side.Region);
}

bool is_of(const Side& side, const Context& context) {
  return side.OwnerId == context.account_id() && side.Region == context.region();
}

/// Calls `change` on the row of each side; both may be the same account and region.
template <class Change>
void change_both(Context& context, const Connection& connection, const Change& change) {
  const std::string id = *connection.VpcPeeringConnectionId;
  const auto change_in = [&](Context& of) { of.state.peerings.update(id, change); };
  const dispatch::Caller first = caller_of(*connection.RequesterVpcInfo);
  Context requesting = context_of(context, first);
  change_in(requesting);
  const dispatch::Caller second = caller_of(*connection.AccepterVpcInfo);
  if (second.scope(dispatch::Scope::regional) == first.scope(dispatch::Scope::regional)) return;
  Context accepting = context_of(context, second);
  if (accepting.state.peerings.contains(id)) change_in(accepting);
}

void set_status(Context& context, const Connection& connection, const char* code,
                const std::string& message) {
  change_both(context, connection, [&](PeeringRecord& row) {
    row.connection.Status = {.Code = code, .Message = message};
    row.connection.ExpirationTime.reset();
  });
}

/// What is over stays visible for a while, and is then gone on both sides.
void forget_later(Context& context, const Connection& connection) {
  context.schedule_periodic(timing::kPeeringVisible, "peering-forgotten",
                            *connection.VpcPeeringConnectionId);
}

void set_blocks(Side& side, const VpcRecord& vpc) {
  side.CidrBlock = vpc.vpc.CidrBlock;
  auto& blocks = side.CidrBlockSet.emplace();
  for (const Cidr& cidr : cidrs_of(vpc)) blocks.push_back({.CidrBlock_ = cidr.to_string()});
  side.Ipv6CidrBlockSet.reset();
  for (const IpBlock& block : ipv6_blocks_of(vpc)) {
    if (!side.Ipv6CidrBlockSet) side.Ipv6CidrBlockSet.emplace();
    side.Ipv6CidrBlockSet->push_back({.Ipv6CidrBlock_ = to_string(block)});
  }
}

Side side_of(const dispatch::Caller& caller, const std::string& vpc_id, const VpcRecord* vpc) {
  Side side{.OwnerId = caller.account_id, .VpcId = vpc_id, .Region = caller.region};
  if (vpc == nullptr) return side;
  set_blocks(side, *vpc);
  side.PeeringOptions = {.AllowDnsResolutionFromRemoteVpc = false,
                         .AllowEgressFromLocalClassicLinkToRemoteVpc = false,
                         .AllowEgressFromLocalVpcToRemoteClassicLink = false};
  return side;
}

bool overlap(const VpcRecord& a, const VpcRecord& b) {
  const auto meet = [](const auto& some, const auto& others, const auto& overlaps) {
    return std::ranges::any_of(some, [&](const auto& one) {
      return std::ranges::any_of(others, [&](const auto& other) { return overlaps(one, other); });
    });
  };
  return meet(cidrs_of(a), cidrs_of(b),
              [](const Cidr& x, const Cidr& y) { return x.overlaps(y); }) ||
         meet(ipv6_blocks_of(a), ipv6_blocks_of(b),
              [](const IpBlock& x, const IpBlock& y) { return ec2::overlap(x, y); });
}

bool is_open(const Connection& connection) {
  return connection.Status->Code == "pending-acceptance" || connection.Status->Code == "active";
}

bool has_side(const Connection& connection, const std::string& vpc_id) {
  return connection.RequesterVpcInfo->VpcId == vpc_id ||
         connection.AccepterVpcInfo->VpcId == vpc_id;
}

bool joins(const Connection& connection, const std::string& a, const std::string& b) {
  const auto& first = connection.RequesterVpcInfo->VpcId;
  const auto& second = connection.AccepterVpcInfo->VpcId;
  return (first == a && second == b) || (first == b && second == a);
}

/// What AWS accepts or rejects: a pending request to this account and region.
const PeeringRecord& find_pending_for(const Context& context, const std::string& id,
                                      const char* what) {
  const PeeringRecord& row = find_peering(context, id);
  const auto& code = *row.connection.Status->Code;
  if (code != "pending-acceptance") throw invalid_peering_state_transition(id, code);
  if (!is_of(*row.connection.AccepterVpcInfo, context)) {
    throw operation_not_permitted("User " + context.account_id() + " cannot " + what + " peering " +
                                  id);
  }
  return row;
}

}  // namespace

const PeeringRecord& find_peering(const Context& context, const std::string& id) {
  const auto* found = context.state.peerings.find(id);
  if (found == nullptr) throw invalid_vpc_peering_connection_id_not_found(id);
  return *found;
}

bool are_peered(const Context& context, const std::string& vpc_id, const std::string& other_id) {
  return std::ranges::any_of(context.state.peerings, [&](const auto& each) {
    const Connection& connection = each.second.connection;
    return connection.Status->Code == "active" && joins(connection, vpc_id, other_id);
  });
}

void delete_peerings_of(Context& context, const std::string& vpc_id) {
  std::vector<Connection> hit;
  for (const auto& [id, row] : context.state.peerings) {
    const auto& connection = row.connection;
    if (has_side(connection, vpc_id) && is_open(connection)) hit.push_back(connection);
  }
  for (const auto& connection : hit) {
    set_status(context, connection, "deleted", "Deleted by " + context.account_id());
    forget_later(context, connection);
  }
}

void show_blocks_to_peers(Context& context, const std::string& vpc_id) {
  const VpcRecord vpc = find_vpc(context, vpc_id);
  std::vector<Connection> hit;
  for (const auto& [id, row] : context.state.peerings) {
    if (is_open(row.connection) && has_side(row.connection, vpc_id)) hit.push_back(row.connection);
  }
  for (const auto& connection : hit) {
    change_both(context, connection, [&](PeeringRecord& row) {
      for (auto* side : {&row.connection.RequesterVpcInfo, &row.connection.AccepterVpcInfo}) {
        if ((*side)->VpcId == vpc_id) set_blocks(**side, vpc);
      }
    });
  }
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcPeeringConnection.html
api::ec2::CreateVpcPeeringConnectionResult create_vpc_peering_connection(
    Context& context, const api::ec2::CreateVpcPeeringConnectionRequest& request) {
  const VpcRecord& vpc = find_vpc(context, *request.VpcId);
  if (!request.PeerVpcId) throw missing_parameter("peerVpcId");
  const dispatch::Caller peer(request.PeerOwnerId.value_or(context.account_id()),
                              request.PeerRegion.value_or(context.region()));
  if (find_region(peer.region) == nullptr) {
    throw invalid_parameter_value("Invalid value '" + peer.region + "' for peerRegion.");
  }
  for (const auto& [id, row] : context.state.peerings) {
    if (is_open(row.connection) && joins(row.connection, *request.VpcId, *request.PeerVpcId)) {
      throw vpc_peering_connection_already_exists();
    }
  }
  const Tags tags = tags_for(request.TagSpecifications, "vpc-peering-connection");
  Context accepting = context_of(context, peer);
  const VpcRecord* other = accepting.state.vpcs.find(*request.PeerVpcId);
  Connection made{.AccepterVpcInfo = side_of(peer, *request.PeerVpcId, other),
                  .ExpirationTime = context.now() + timing::kPeeringExpires,
                  .RequesterVpcInfo = side_of(context.caller(), *request.VpcId, &vpc),
                  .Status = {{.Code = "pending-acceptance",
                              .Message = "Pending Acceptance by " + peer.account_id}},
                  .Tags = to_wire(tags),
                  .VpcPeeringConnectionId = context.new_id("pcx-")};
  const std::string id = *made.VpcPeeringConnectionId;
  // AWS: the request is made, and is `failed` by the next call.
  const bool fails =
      other == nullptr || *request.PeerVpcId == *request.VpcId || overlap(vpc, *other);
  if (fails) {
    made.Status = {.Code = "failed",
                   .Message =
                       "VPC Peering connection is failed due to incorrect VPC-ID, Account "
                       "ID, or overlapping CIDR range"};
    made.ExpirationTime.reset();
  }
  context.state.peerings.insert(id, {.connection = made});
  if (fails) {
    forget_later(context, made);
  } else {
    Connection seen = made;
    seen.Tags.reset();
    if (!accepting.state.peerings.contains(id)) {
      accepting.state.peerings.insert(id, {.connection = seen});
    }
    context.schedule_periodic(timing::kPeeringExpires, "peering-expired", id);
  }
  made.Status = {.Code = "initiating-request",
                 .Message = "Initiating Request to " + peer.account_id};
  return {.VpcPeeringConnection = made};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptVpcPeeringConnection.html
api::ec2::AcceptVpcPeeringConnectionResult accept_vpc_peering_connection(
    Context& context, const api::ec2::AcceptVpcPeeringConnectionRequest& request) {
  const std::string& id = *request.VpcPeeringConnectionId;
  const Connection connection = find_pending_for(context, id, "accept").connection;
  set_status(context, connection, "active", "Active");
  Connection shown = find_peering(context, id).connection;
  // AWS: it is `provisioning`, and `active` by the next call.
  shown.Status = {.Code = "provisioning", .Message = "Provisioning"};
  return {.VpcPeeringConnection = shown};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcPeeringConnections.html
api::ec2::DescribeVpcPeeringConnectionsResult describe_vpc_peering_connections(
    Context& context, const api::ec2::DescribeVpcPeeringConnectionsRequest& request) {
  const Selection<Ec2State, PeeringRecord> selection(
      context.state, request.Filters, kVpcPeeringConnectionsFilters,
      [](const PeeringRecord& row) { return tag_span(row.connection.Tags); });
  api::ec2::DescribeVpcPeeringConnectionsResult result;
  auto& shown = result.VpcPeeringConnections.emplace();
  result.NextToken = show_page(
      context.state.peerings, request.VpcPeeringConnectionIds,
      Page(request.MaxResults, request.NextToken),
      [&](const PeeringRecord& row) { return selection.passes(row); },
      [](const auto& missing) {
        return invalid_vpc_peering_connection_id_not_found(join_ids(missing));
      },
      [&](const PeeringRecord& row) { shown.push_back(row.connection); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcPeeringConnectionOptions.html
api::ec2::ModifyVpcPeeringConnectionOptionsResult modify_vpc_peering_connection_options(
    Context& context, const api::ec2::ModifyVpcPeeringConnectionOptionsRequest& request) {
  const Connection connection = find_peering(context, *request.VpcPeeringConnectionId).connection;
  if (connection.Status->Code != "active") {
    throw invalid_peering_state_transition(*request.VpcPeeringConnectionId,
                                           *connection.Status->Code);
  }
  api::ec2::ModifyVpcPeeringConnectionOptionsResult result;
  const auto apply = [&](const auto& wanted, auto Connection::*side, auto& shown) {
    if (!wanted) return;
    // AWS: each side's options are that side's owner's to change.
    if (!is_of(*(connection.*side), context)) {
      throw operation_not_permitted("User " + context.account_id() +
                                    " cannot modify options of the other side of " +
                                    *request.VpcPeeringConnectionId);
    }
    const bool allowed = wanted->AllowDnsResolutionFromRemoteVpc.value_or(false);
    change_both(context, connection, [&](PeeringRecord& row) {
      (row.connection.*side)->PeeringOptions->AllowDnsResolutionFromRemoteVpc = allowed;
    });
    shown = {.AllowDnsResolutionFromRemoteVpc = allowed};
  };
  apply(request.AccepterPeeringConnectionOptions, &Connection::AccepterVpcInfo,
        result.AccepterPeeringConnectionOptions);
  apply(request.RequesterPeeringConnectionOptions, &Connection::RequesterVpcInfo,
        result.RequesterPeeringConnectionOptions);
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RejectVpcPeeringConnection.html
api::ec2::RejectVpcPeeringConnectionResult reject_vpc_peering_connection(
    Context& context, const api::ec2::RejectVpcPeeringConnectionRequest& request) {
  const Connection connection =
      find_pending_for(context, *request.VpcPeeringConnectionId, "reject").connection;
  set_status(context, connection, "rejected", "Rejected by " + context.account_id());
  forget_later(context, connection);
  return {.Return = true};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcPeeringConnection.html
api::ec2::DeleteVpcPeeringConnectionResult delete_vpc_peering_connection(
    Context& context, const api::ec2::DeleteVpcPeeringConnectionRequest& request) {
  const std::string& id = *request.VpcPeeringConnectionId;
  const Connection connection = find_peering(context, id).connection;
  if (connection.Status->Code == "deleted") return {.Return = true};
  // AWS: "You cannot delete a VPC peering connection that's in the failed or rejected state"; the
  // request is the requester's to withdraw.
  if (!is_open(connection)) throw invalid_peering_state_transition(id, *connection.Status->Code);
  set_status(context, connection, "deleted", "Deleted by " + context.account_id());
  forget_later(context, connection);
  return {.Return = true};
}

void on_peering_expired(Context& context, const world::Event& event) {
  const PeeringRecord* row = context.state.peerings.find(event.entity);
  if (row == nullptr || row->connection.Status->Code != "pending-acceptance") return;
  const Connection connection = row->connection;
  set_status(context, connection, "expired", "Expired");
  forget_later(context, connection);
}

void on_peering_forgotten(Context& context, const world::Event& event) {
  const PeeringRecord* row = context.state.peerings.find(event.entity);
  if (row == nullptr) return;
  const Connection connection = row->connection;
  for (const auto* side : {&connection.RequesterVpcInfo, &connection.AccepterVpcInfo}) {
    const dispatch::Caller caller = caller_of(**side);
    Context of = context_of(context, caller);
    of.state.peerings.erase(event.entity);
  }
}

}  // namespace fallstreak::services::ec2
