#include <algorithm>

#include "services/acm/errors.h"
#include "services/acm/handlers.h"

namespace fallstreak::services::acm {
namespace {

constexpr std::size_t kMostTags = 50;

}  // namespace

Tags checked_tags(Tags tags, const std::optional<Tags>& added) {
  for (const auto& tag : api::each(added)) {
    if (tag.Key->starts_with("aws:")) {
      throw invalid_tag("The tag key " + *tag.Key + " begins with aws:, which is reserved.");
    }
    const auto same = std::ranges::find(tags, tag.Key, &api::acm::Tag::Key);
    if (same != tags.end()) {
      *same = tag;
    } else {
      tags.push_back(tag);
    }
  }
  if (tags.size() > kMostTags) throw too_many_tags();
  return tags;
}

// https://docs.aws.amazon.com/acm/latest/APIReference/API_AddTagsToCertificate.html
api::acm::AddTagsToCertificateResponse add_tags_to_certificate(
    Context& context, const api::acm::AddTagsToCertificateRequest& request) {
  const std::string& arn = *request.CertificateArn;
  Tags tags = checked_tags(find_certificate(context, arn).tags, request.Tags);
  context.state.certificates.update(
      arn, [&](CertificateRecord& record) { record.tags = std::move(tags); });
  return {};
}

// https://docs.aws.amazon.com/acm/latest/APIReference/API_ListTagsForCertificate.html
api::acm::ListTagsForCertificateResponse list_tags_for_certificate(
    Context& context, const api::acm::ListTagsForCertificateRequest& request) {
  return {.Tags = find_certificate(context, *request.CertificateArn).tags};
}

// https://docs.aws.amazon.com/acm/latest/APIReference/API_RemoveTagsFromCertificate.html
api::acm::RemoveTagsFromCertificateResponse remove_tags_from_certificate(
    Context& context, const api::acm::RemoveTagsFromCertificateRequest& request) {
  const std::string& arn = *request.CertificateArn;
  Tags tags = find_certificate(context, arn).tags;
  // AWS: with a value, the tag goes only if it has that value.
  std::erase_if(tags, [&](const auto& tag) {
    return std::ranges::any_of(api::each(request.Tags), [&](const auto& gone) {
      return gone.Key == tag.Key && (!gone.Value || gone.Value == tag.Value);
    });
  });
  context.state.certificates.update(
      arn, [&](CertificateRecord& record) { record.tags = std::move(tags); });
  return {};
}

}  // namespace fallstreak::services::acm
