#include <gtest/gtest.h>

#include "api/apigateway/service.h"
#include "api/autoscaling/service.h"
#include "api/cloudformation/service.h"
#include "api/cloudwatch/service.h"
#include "api/cognito-idp/service.h"
#include "api/dynamodb/service.h"
#include "api/dynamodbstreams/service.h"
#include "api/ec2/service.h"
#include "api/ecs/service.h"
#include "api/elbv2/service.h"
#include "api/iam/service.h"
#include "api/lambda/service.h"
#include "api/rds-data/service.h"
#include "api/rds/service.h"
#include "api/route53/service.h"
#include "api/s3/service.h"
#include "api/stepfunctions/service.h"
#include "api/sts/service.h"
#include "protocols/round_trip.h"

namespace fallstreak {
namespace {

const api::Service* const kServices[] = {
    &api::apigateway::kService, &api::autoscaling::kService,     &api::cloudformation::kService,
    &api::cloudwatch::kService, &api::cognito_idp::kService,     &api::dynamodb::kService,
    &api::dynamodbstreams::kService, &api::ec2::kService,        &api::ecs::kService,
    &api::elbv2::kService,      &api::iam::kService,             &api::lambda::kService,
    &api::rds_data::kService,   &api::rds::kService,             &api::route53::kService,
    &api::s3::kService,         &api::stepfunctions::kService,   &api::sts::kService};

class AllServices : public ::testing::TestWithParam<const api::Service*> {};

TEST_P(AllServices, CarryRandomValuesOfEveryShapeThroughEachOfTheirProtocols) {
  testing::expect_round_trips(*GetParam(), 20261120, 2);
}

TEST_P(AllServices, HaveEveryOperationOfTheModel) {
  const api::Service& service = *GetParam();
  ASSERT_EQ(service.operations.size(), service.operation_names.size());
  for (std::size_t i = 0; i < service.operations.size(); ++i) {
    EXPECT_EQ(service.operations[i]->name, service.operation_names[i]);
    EXPECT_EQ(service.operations[i]->service, &service);
  }
}

INSTANTIATE_TEST_SUITE_P(FromPublishedModels, AllServices, ::testing::ValuesIn(kServices),
                         [](const auto& instance) {
                           std::string name(instance.param->id);
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace fallstreak
