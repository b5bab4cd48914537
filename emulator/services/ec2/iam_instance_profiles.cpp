#include "services/ec2/iam_instance_profiles.h"

#include <algorithm>

#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/instances.h"
#include "services/ec2/pages.h"
#include "services/ec2/storage_errors.h"
#include "services/ec2/timing.h"

namespace fallstreak::services::ec2 {
namespace {

constexpr FilterRow<Ec2State, ProfileAssociationRecord> kIamInstanceProfilesFilters[] = {
    {"instance-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.instance_id); }},
    {"state", [](const auto&, const auto& row, const auto& p) { return p.match(row.state); }},
};

api::ec2::IamInstanceProfileAssociation describe(const ProfileAssociationRecord& row) {
  return {.AssociationId = row.association_id,
          .InstanceId = row.instance_id,
          .IamInstanceProfile = {{.Arn = row.profile_arn, .Id = row.profile_id}},
          .State = row.state,
          .Timestamp = row.timestamp};
}

const ProfileAssociationRecord& find_association(const Context& context, const std::string& id) {
  const ProfileAssociationRecord* row = context.state.profile_associations.find(id);
  if (row == nullptr) throw invalid_association_id_not_found(id);
  return *row;
}

void check_specification(const api::ec2::IamInstanceProfileSpecification& given) {
  if (given.Arn && given.Name) {
    throw invalid_parameter_combination(
        "The parameter 'iamInstanceProfile.name' may not be used in combination with "
        "'iamInstanceProfile.arn'");
  }
  if (!given.Arn && !given.Name) throw missing_parameter("iamInstanceProfile");
}

void schedule(Context& context, const std::string& id, std::string_view kind) {
  const Duration after =
      context.world().random().quantiles(id + "/ec2." + std::string(kind), timing::kProfileChange);
  context.schedule(after, kind, id);
}

/// Makes the association of an instance that has none, on its way.
const ProfileAssociationRecord& begin_association(
    Context& context, const std::string& instance_id,
    const api::ec2::IamInstanceProfileSpecification& given) {
  const auto profile = profile_of(context, given);
  context.state.instances.update(instance_id, [&](InstanceRecord& row) {
    row.profile_arn = *profile.Arn;
    row.profile_id = *profile.Id;
    row.profile_association_id = context.new_id("iip-assoc-");
  });
  const InstanceRecord& row = find_instance(context, instance_id);
  associate_profile(context, row, "associating");
  schedule(context, row.profile_association_id, "profile-associated");
  return find_association(context, row.profile_association_id);
}

}  // namespace

api::ec2::IamInstanceProfile profile_of(Context& context,
                                        const api::ec2::IamInstanceProfileSpecification& given) {
  check_specification(given);
  std::string id = "AIPA" + context.new_id("", 16);
  std::ranges::transform(id, id.begin(), [](char character) {
    return character >= 'a' && character <= 'z' ? char(character - 'a' + 'A') : character;
  });
  return {.Arn = given.Arn.value_or("arn:aws:iam::" + context.account_id() + ":instance-profile/" +
                                    given.Name.value_or("")),
          .Id = id};
}

void associate_profile(Context& context, const InstanceRecord& row, std::string_view state) {
  context.state.profile_associations.insert(row.profile_association_id,
                                            {.association_id = row.profile_association_id,
                                             .instance_id = row.instance_id,
                                             .profile_arn = row.profile_arn,
                                             .profile_id = row.profile_id,
                                             .state = std::string(state),
                                             .timestamp = context.now()});
}

void forget_profile(Context& context, const InstanceRecord& row) {
  if (!row.profile_association_id.empty()) {
    context.state.profile_associations.erase(row.profile_association_id);
  }
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateIamInstanceProfile.html
api::ec2::AssociateIamInstanceProfileResult associate_iam_instance_profile(
    Context& context, const api::ec2::AssociateIamInstanceProfileRequest& request) {
  const InstanceRecord& row = find_instance(context, *request.InstanceId);
  using enum InstanceState;
  if (row.state == terminated || row.state == shutting_down) {
    throw incorrect_instance_state("The instance '" + row.instance_id +
                                   "' is not in a valid state for this operation.");
  }
  if (!row.profile_association_id.empty()) {
    throw incorrect_state("There is an existing association for instance " + row.instance_id);
  }
  return {.IamInstanceProfileAssociation = describe(
              begin_association(context, *request.InstanceId, *request.IamInstanceProfile))};
}

void on_profile_associated(Context& context, const world::Event& event) {
  const ProfileAssociationRecord* row = context.state.profile_associations.find(event.entity);
  if (row == nullptr || row->state != "associating") return;
  context.state.profile_associations.update(
      event.entity, [](ProfileAssociationRecord& changed) { changed.state = "associated"; });
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeIamInstanceProfileAssociations.html
api::ec2::DescribeIamInstanceProfileAssociationsResult describe_iam_instance_profile_associations(
    Context& context, const api::ec2::DescribeIamInstanceProfileAssociationsRequest& request) {
  const Selection<Ec2State, ProfileAssociationRecord> selection(
      context.state, request.Filters, kIamInstanceProfilesFilters, nullptr);
  api::ec2::DescribeIamInstanceProfileAssociationsResult result;
  auto& shown = result.IamInstanceProfileAssociations.emplace();
  result.NextToken = show_page(
      context.state.profile_associations, request.AssociationIds,
      Page(request.MaxResults, request.NextToken),
      [&](const ProfileAssociationRecord& row) { return selection.passes(row); },
      [](const auto& missing) { return invalid_association_id_not_found(join_ids(missing)); },
      [&](const ProfileAssociationRecord& row) { shown.push_back(describe(row)); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceIamInstanceProfileAssociation.html
api::ec2::ReplaceIamInstanceProfileAssociationResult replace_iam_instance_profile_association(
    Context& context, const api::ec2::ReplaceIamInstanceProfileAssociationRequest& request) {
  const std::string old_id = *request.AssociationId;
  const std::string instance_id = find_association(context, old_id).instance_id;
  context.state.profile_associations.erase(old_id);
  return {.IamInstanceProfileAssociation =
              describe(begin_association(context, instance_id, *request.IamInstanceProfile))};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateIamInstanceProfile.html
api::ec2::DisassociateIamInstanceProfileResult disassociate_iam_instance_profile(
    Context& context, const api::ec2::DisassociateIamInstanceProfileRequest& request) {
  const std::string id = *request.AssociationId;
  find_association(context, id);
  context.state.profile_associations.update(
      id, [](ProfileAssociationRecord& changed) { changed.state = "disassociating"; });
  schedule(context, id, "profile-disassociated");
  return {.IamInstanceProfileAssociation = describe(find_association(context, id))};
}

void on_profile_disassociated(Context& context, const world::Event& event) {
  const ProfileAssociationRecord* row = context.state.profile_associations.find(event.entity);
  if (row == nullptr || row->state != "disassociating") return;
  const std::string instance_id = row->instance_id;
  context.state.profile_associations.erase(event.entity);
  context.state.instances.update(instance_id, [](InstanceRecord& instance) {
    instance.profile_arn.clear();
    instance.profile_id.clear();
    instance.profile_association_id.clear();
  });
}

}  // namespace fallstreak::services::ec2
