#include <gtest/gtest.h>

#include "api/apigateway/service.h"
#include "api/lambda/service.h"
#include "api/rds/service.h"
#include "protocols/round_trip.h"

namespace fallstreak {
namespace {

const api::Service* const kServices[] = {
    &api::apigateway::kService, &api::lambda::kService, &api::rds::kService};

class ComingServices : public ::testing::TestWithParam<const api::Service*> {};

TEST_P(ComingServices, CarryRandomValuesOfEveryShapeThroughEachOfTheirProtocols) {
  testing::expect_round_trips(*GetParam(), 20261120, 2);
}

TEST_P(ComingServices, HaveEveryOperationOfTheModel) {
  const api::Service& service = *GetParam();
  ASSERT_EQ(service.operations.size(), service.operation_names.size());
  for (std::size_t i = 0; i < service.operations.size(); ++i) {
    EXPECT_EQ(service.operations[i]->name, service.operation_names[i]);
    EXPECT_EQ(service.operations[i]->service, &service);
  }
}

INSTANTIATE_TEST_SUITE_P(FromPublishedModels, ComingServices, ::testing::ValuesIn(kServices),
                         [](const auto& instance) {
                           std::string name(instance.param->id);
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace fallstreak
