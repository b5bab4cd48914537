#pragma once

#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {

/// Spot Instances, their requests and their interruptions.
class SpotTest : public Ec2Test {
 protected:
  static api::ec2::RunInstancesRequest spot_launch(api::ec2::SpotMarketOptions options = {}) {
    auto request = launch();
    request.InstanceMarketOptions = {{.MarketType = "spot", .SpotOptions = std::move(options)}};
    request.Placement.emplace().AvailabilityZone = "eu-central-1a";
    return request;
  }
  api::ec2::RequestSpotInstancesRequest spot_request(std::string type = "one-time") {
    return {.LaunchSpecification = {{.ImageId = kImage,
                                     .InstanceType = "m4.xlarge",
                                     .Placement = {{.AvailabilityZone = "eu-central-1a"}}}},
            .Type = std::move(type)};
  }
  std::string run_spot(api::ec2::SpotMarketOptions options = {}) {
    std::string id = run(spot_launch(std::move(options))).front();
    settle();
    return id;
  }
  api::ec2::SpotInstanceRequest request_named(const std::string& id) {
    return must(ec2.describe_spot_instance_requests({.SpotInstanceRequestIds = {{id}}}))
        .SpotInstanceRequests->front();
  }
  api::ec2::SpotInstanceRequest request_of(const std::string& instance_id) {
    return request_named(*look(instance_id).SpotInstanceRequestId);
  }
  std::string ask(const api::ec2::RequestSpotInstancesRequest& request) {
    return *must(ec2.request_spot_instances(request))
                .SpotInstanceRequests->front()
                .SpotInstanceRequestId;
  }
  static std::string status(const api::ec2::SpotInstanceRequest& request) {
    return *request.State + " " + *request.Status->Code;
  }
};

}  // namespace fallstreak::ec2_tests
