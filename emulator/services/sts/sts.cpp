#include "services/sts/sts.h"

#include "api/sts/identity.h"
#include "api/sts/service.h"

namespace fallstreak::services {
namespace {

/// STS keeps nothing yet: who calls is read from the credentials alone.
struct StsState {
  explicit StsState(const std::string&) {}
  template <class Visitor>
  void visit_tables(Visitor&&) {}
};
using Context = dispatch::Context<StsState>;

// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
api::sts::GetCallerIdentityResponse get_caller_identity(Context& context,
                                                        const api::sts::GetCallerIdentityRequest&) {
  // Chosen: without IAM users, whoever calls is the account's root user, whose UserId is the account.
  return {.UserId = context.account_id(),
          .Account = context.account_id(),
          .Arn = "arn:aws:iam::" + context.account_id() + ":root"};
}

}  // namespace

void bind_sts(dispatch::Registry& registry) {
  dispatch::Operations<StsState> operations(registry, api::sts::kService, dispatch::Scope::account);
  operations.bind<api::sts::GetCallerIdentity>(get_caller_identity);
}

}  // namespace fallstreak::services
