#include "services/ec2/subnet_cidr_reservations.h"

#include <algorithm>

#include "services/ec2/cidr.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/ipv6.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/pages.h"
#include "services/ec2/subnets.h"
#include "services/ec2/tags.h"

namespace fallstreak::services::ec2 {
namespace {

using CidrReservation = api::ec2::SubnetCidrReservation;

template <auto member>
bool reservation_is(const Ec2State&, const CidrReservation& shown, const Patterns& p) {
  return p.match(shown.*member);
}

constexpr FilterRow<Ec2State, CidrReservation> kCidrReservationFilters[] = {
    {"reservationType", reservation_is<&CidrReservation::ReservationType>},
    {"subnet-id", reservation_is<&CidrReservation::SubnetId>},
};

/// The block as AWS shows it, host bits cleared.
IpBlock block_of_subnet(const SubnetRecord& subnet, const std::string& text) {
  const auto given = IpBlock::parse(text);
  const bool is_ipv6 = given && given->network.bits == 128;
  const auto cidr = is_ipv6 ? std::nullopt : Cidr::parse(text);
  const auto block = is_ipv6 ? parse_ipv6_block(text)
                     : cidr  ? IpBlock::parse(cidr->to_string())
                             : std::nullopt;
  if (!block) throw invalid_value_for(text, "cidr", "This is not a valid CIDR block.");
  const auto own = is_ipv6 ? ipv6_block_of(subnet) : IpBlock::parse(*subnet.subnet.CidrBlock);
  if (!own || !contains(*own, *block)) {
    throw invalid_parameter_value("The CIDR '" + text + "' is not within the CIDR of subnet " +
                                  *subnet.subnet.SubnetId);
  }
  return *block;
}

bool is_of_ipv6(const CidrReservation& shown) { return shown.Cidr->find(':') != std::string::npos; }

}  // namespace

std::vector<IpBlock> reserved_blocks(const Ec2State& state, const std::string& subnet_id) {
  std::vector<IpBlock> blocks;
  for (auto& [block, type] : typed_reservations(state, subnet_id)) blocks.push_back(block);
  return blocks;
}

std::vector<std::pair<IpBlock, std::string>> typed_reservations(const Ec2State& state,
                                                                const std::string& subnet_id) {
  std::vector<std::pair<IpBlock, std::string>> blocks;
  for (const auto& [key, link] : state.subnet_reservations.range(subnet_id + "/")) {
    const CidrReservation& row = state.cidr_reservations.find(link.id)->reservation;
    blocks.emplace_back(*IpBlock::parse(*row.Cidr), *row.ReservationType);
  }
  return blocks;
}

void forget_cidr_reservations(Context& context, const std::string& subnet_id) {
  std::vector<std::string> ids;
  for (const auto& [key, link] : context.state.subnet_reservations.range(subnet_id + "/")) {
    ids.push_back(link.id);
  }
  for (const auto& id : ids) {
    context.state.subnet_reservations.erase(subnet_id + "/" + id);
    context.state.cidr_reservations.erase(id);
  }
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnetCidrReservation.html
api::ec2::CreateSubnetCidrReservationResult create_subnet_cidr_reservation(
    Context& context, const api::ec2::CreateSubnetCidrReservationRequest& request) {
  const std::string& subnet_id = *request.SubnetId;
  const IpBlock block = block_of_subnet(find_subnet(context, subnet_id), *request.Cidr);
  for (const IpBlock& other : reserved_blocks(context.state, subnet_id)) {
    if (overlap(other, block)) throw cidr_reservation_conflicts(*request.Cidr);
  }
  const Tags tags = tags_for(request.TagSpecifications, "subnet-cidr-reservation");
  const std::string id = context.new_id("scr-");
  const CidrReservation made{.SubnetCidrReservationId = id,
                             .SubnetId = subnet_id,
                             .Cidr = to_string(block),
                             .ReservationType = request.ReservationType,
                             .OwnerId = context.account_id(),
                             .Description = request.Description,
                             .Tags = to_wire(tags)};
  context.state.cidr_reservations.insert(id, {.reservation = made});
  context.state.subnet_reservations.insert(subnet_id + "/" + id, {.id = id});
  return {.SubnetCidrReservation = made};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetSubnetCidrReservations.html
api::ec2::GetSubnetCidrReservationsResult get_subnet_cidr_reservations(
    Context& context, const api::ec2::GetSubnetCidrReservationsRequest& request) {
  const std::string& subnet_id = *request.SubnetId;
  find_subnet(context, subnet_id);
  const Selection<Ec2State, CidrReservation> selection(
      context.state, request.Filters, kCidrReservationFilters,
      [](const CidrReservation& shown) { return tag_span(shown.Tags); });
  const auto row_of = [&](const LinkRecord& link) -> const CidrReservation& {
    return context.state.cidr_reservations.find(link.id)->reservation;
  };
  api::ec2::GetSubnetCidrReservationsResult result;
  auto& ipv4 = result.SubnetIpv4CidrReservations.emplace();
  auto& ipv6 = result.SubnetIpv6CidrReservations.emplace();
  result.NextToken = show_page_in(
      context.state.subnet_reservations, subnet_id + "/",
      Page(request.MaxResults, request.NextToken),
      [&](const auto&, const LinkRecord& link) { return selection.passes(row_of(link)); },
      [&](const auto&, const LinkRecord& link) {
        const CidrReservation& shown = row_of(link);
        (is_of_ipv6(shown) ? ipv6 : ipv4).push_back(shown);
      });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnetCidrReservation.html
api::ec2::DeleteSubnetCidrReservationResult delete_subnet_cidr_reservation(
    Context& context, const api::ec2::DeleteSubnetCidrReservationRequest& request) {
  const std::string& id = *request.SubnetCidrReservationId;
  const auto* row = context.state.cidr_reservations.find(id);
  if (row == nullptr) throw invalid_cidr_reservation_not_found(id);
  const CidrReservation deleted = row->reservation;
  context.state.subnet_reservations.erase(*deleted.SubnetId + "/" + id);
  context.state.cidr_reservations.erase(id);
  return {.DeletedSubnetCidrReservation = deleted};
}

}  // namespace fallstreak::services::ec2
