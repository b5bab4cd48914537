#pragma once

#include "api/ec2/iam_instance_profiles.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

/// A profile as requests name it, by ARN or name, gets an id. Chosen: without IAM any profile is
/// taken to exist.
api::ec2::IamInstanceProfile profile_of(Context& context,
                                        const api::ec2::IamInstanceProfileSpecification& given);
/// Writes down that an instance has the profile of its row.
void associate_profile(Context& context, const InstanceRecord& row, std::string_view state);
/// The instance is gone.
void forget_profile(Context& context, const InstanceRecord& row);

api::ec2::AssociateIamInstanceProfileResult associate_iam_instance_profile(
    Context& context, const api::ec2::AssociateIamInstanceProfileRequest& request);
api::ec2::DescribeIamInstanceProfileAssociationsResult describe_iam_instance_profile_associations(
    Context& context, const api::ec2::DescribeIamInstanceProfileAssociationsRequest& request);
api::ec2::ReplaceIamInstanceProfileAssociationResult replace_iam_instance_profile_association(
    Context& context, const api::ec2::ReplaceIamInstanceProfileAssociationRequest& request);
api::ec2::DisassociateIamInstanceProfileResult disassociate_iam_instance_profile(
    Context& context, const api::ec2::DisassociateIamInstanceProfileRequest& request);
void on_profile_associated(Context& context, const world::Event& event);
void on_profile_disassociated(Context& context, const world::Event& event);

}  // namespace fallstreak::services::ec2
