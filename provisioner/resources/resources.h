#pragma once

#include "provisioner/resources/driver.h"

/// The types of resources, one file each.
namespace fallstreak::provisioner {

extern const Driver kAlarm;
extern const Driver kAutoScalingGroup;
extern const Driver kBucket;
extern const Driver kDynamoDbTable;
extern const Driver kLaunchTemplate;
extern const Driver kLoadBalancer;
extern const Driver kScalingPolicy;
extern const Driver kSecurityGroup;
extern const Driver kSubnet;
extern const Driver kTargetGroup;
extern const Driver kVpc;

}  // namespace fallstreak::provisioner
