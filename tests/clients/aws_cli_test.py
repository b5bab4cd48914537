#!/usr/bin/python3
"""The AWS CLI (Debian's) against the served emulator."""
import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from served import Served  # noqa: E402

PROGRAM = sys.argv.pop(1)


class AwsCli(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.served = Served(PROGRAM)

    @classmethod
    def tearDownClass(cls):
        cls.served.__exit__()

    def run_aws(self, *words):
        return subprocess.run(["/usr/bin/aws", "--endpoint-url", self.served.url, "--output", "json", *words],
                              env=self.served.environment(), capture_output=True, text=True, timeout=60)

    def aws(self, *words):
        done = self.run_aws(*words)
        self.assertEqual(done.returncode, 0, f"aws {' '.join(words)}\n{done.stderr}")
        return json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else done.stdout

    def test_sts(self):
        self.assertEqual(self.aws("sts", "get-caller-identity")["Account"], "123456789012")

    def test_ec2(self):
        made = self.aws("ec2", "run-instances", "--image-id", "ami-0abcdef1234567890", "--instance-type", "t3.micro",
                        "--tag-specifications", "ResourceType=instance,Tags=[{Key=Name,Value=one}]")
        instance = made["Instances"][0]["InstanceId"]
        self.served.advance("10m")
        state = self.aws("ec2", "describe-instances", "--filters", "Name=tag:Name,Values=one",
                         "--query", "Reservations[].Instances[].State.Name")
        self.assertEqual(state, ["running"])
        self.aws("ec2", "wait", "instance-running", "--instance-ids", instance)
        self.aws("ec2", "terminate-instances", "--instance-ids", instance)
        refused = self.run_aws("ec2", "stop-instances", "--instance-ids", "i-0123456789abcdef0")
        self.assertEqual(refused.returncode, 254)
        self.assertIn("An error occurred (InvalidInstanceID.NotFound) when calling the StopInstances operation: "
                      "The instance ID 'i-0123456789abcdef0' does not exist", refused.stderr)

    def test_s3(self):
        self.aws("s3", "mb", "s3://cli-bucket")
        path = os.path.join(self.served.home.name, "file.bin")
        with open(path, "wb") as file:
            file.write(os.urandom(20 * 1024 * 1024))  # a multipart upload
        self.aws("s3", "cp", "--quiet", path, "s3://cli-bucket/folder/file.bin")
        self.aws("s3", "cp", "--quiet", "s3://cli-bucket/folder/file.bin", path + ".back")
        with open(path, "rb") as sent, open(path + ".back", "rb") as received:
            self.assertEqual(sent.read(), received.read())
        listed = self.aws("s3api", "list-objects-v2", "--bucket", "cli-bucket", "--prefix", "folder/")
        self.assertEqual(listed["Contents"][0]["Size"], 20 * 1024 * 1024)
        self.aws("s3api", "delete-object", "--bucket", "cli-bucket", "--key", "folder/file.bin")
        self.aws("s3api", "delete-bucket", "--bucket", "cli-bucket")

    def test_dynamodb(self):
        self.aws("dynamodb", "create-table", "--table-name", "table", "--billing-mode", "PAY_PER_REQUEST",
                 "--key-schema", "AttributeName=id,KeyType=HASH", "--attribute-definitions", "AttributeName=id,AttributeType=S")
        self.served.advance("1m")
        self.aws("dynamodb", "put-item", "--table-name", "table", "--item", '{"id": {"S": "1"}, "n": {"N": "7.50"}}')
        got = self.aws("dynamodb", "get-item", "--table-name", "table", "--key", '{"id": {"S": "1"}}')
        self.assertEqual(got["Item"]["n"], {"N": "7.5"})

    def test_elbv2_rules(self):
        subnets = self.aws("ec2", "describe-subnets", "--filters", "Name=default-for-az,Values=true",
                           "--query", "Subnets[].SubnetId")
        balancer = self.aws("elbv2", "create-load-balancer", "--name", "cli", "--subnets", *subnets,
                            "--query", "LoadBalancers[0].LoadBalancerArn", "--output", "text").strip()
        listener = self.aws("elbv2", "create-listener", "--load-balancer-arn", balancer, "--protocol", "HTTP", "--port", "80",
                            "--default-actions", "Type=fixed-response,FixedResponseConfig={StatusCode=404}",
                            "--query", "Listeners[0].ListenerArn", "--output", "text").strip()
        rule = self.aws("elbv2", "create-rule", "--listener-arn", listener, "--priority", "5",
                        "--conditions", "Field=path-pattern,Values='/img/*'",
                        "--actions", "Type=redirect,RedirectConfig={Protocol=HTTPS,Port=443,StatusCode=HTTP_302}",
                        "--query", "Rules[0].RuleArn", "--output", "text").strip()
        shown = self.aws("elbv2", "describe-rules", "--listener-arn", listener, "--query", "Rules[].[Priority,IsDefault]")
        self.assertEqual(shown, [["5", False], ["default", True]])
        refused = self.run_aws("elbv2", "create-rule", "--listener-arn", listener, "--priority", "5",
                               "--conditions", "Field=path-pattern,Values='/b'",
                               "--actions", "Type=fixed-response,FixedResponseConfig={StatusCode=404}")
        self.assertIn("An error occurred (PriorityInUse) when calling the CreateRule operation: "
                      "Priority '5' is currently in use", refused.stderr)
        self.aws("elbv2", "delete-rule", "--rule-arn", rule)
        self.aws("elbv2", "delete-load-balancer", "--load-balancer-arn", balancer)

    def test_elbv2_networks_and_zonal_shift(self):
        subnets = self.aws("ec2", "describe-subnets", "--filters", "Name=default-for-az,Values=true",
                           "--query", "Subnets[].[SubnetId,AvailabilityZoneId]")
        balancer = self.aws("elbv2", "create-load-balancer", "--name", "shifted", "--subnets", *[one[0] for one in subnets],
                            "--query", "LoadBalancers[0].LoadBalancerArn", "--output", "text").strip()
        self.served.advance("3m")
        kept = subnets[:2]
        set_to = self.aws("elbv2", "set-subnets", "--load-balancer-arn", balancer, "--subnets", *[one[0] for one in kept])
        self.assertEqual(len(set_to["AvailabilityZones"]), 2)
        interfaces = self.aws("ec2", "describe-network-interfaces", "--filters", "Name=requester-id,Values=amazon-elb",
                              "--query", "NetworkInterfaces[].SubnetId")
        self.assertEqual(sorted(interfaces), sorted(one[0] for one in kept))
        groups = self.aws("elbv2", "describe-load-balancers", "--query", "LoadBalancers[0].SecurityGroups")
        self.assertEqual(self.aws("elbv2", "set-security-groups", "--load-balancer-arn", balancer,
                                  "--security-groups", *groups)["SecurityGroupIds"], groups)
        self.assertEqual(self.aws("elbv2", "set-ip-address-type", "--load-balancer-arn", balancer, "--ip-address-type", "ipv4"),
                         {"IpAddressType": "ipv4"})
        limits = self.aws("elbv2", "describe-account-limits", "--query", "Limits[?Name=='target-groups'].Max")
        self.assertEqual(limits, ["3000"])

        self.aws("elbv2", "modify-load-balancer-attributes", "--load-balancer-arn", balancer,
                 "--attributes", "Key=zonal_shift.config.enabled,Value=true")
        shift = self.aws("arc-zonal-shift", "start-zonal-shift", "--resource-identifier", balancer, "--away-from", kept[0][1],
                         "--expires-in", "10m", "--comment", "grey")
        self.assertEqual(shift["status"], "ACTIVE")
        managed = self.aws("arc-zonal-shift", "get-managed-resource", "--resource-identifier", balancer)
        self.assertEqual(managed["appliedWeights"], {kept[0][1]: 0.0, kept[1][1]: 1.0})
        self.aws("arc-zonal-shift", "update-zonal-shift", "--zonal-shift-id", shift["zonalShiftId"], "--comment", "greyer")
        self.aws("arc-zonal-shift", "cancel-zonal-shift", "--zonal-shift-id", shift["zonalShiftId"])
        shown = self.aws("arc-zonal-shift", "list-zonal-shifts", "--query", "items[].[status,comment]")
        self.assertEqual(shown, [["CANCELED", "greyer"]])
        self.assertEqual(len(self.aws("arc-zonal-shift", "list-managed-resources")["items"]), 1)
        refused = self.run_aws("arc-zonal-shift", "cancel-zonal-shift", "--zonal-shift-id", shift["zonalShiftId"])
        self.assertIn("ConflictException", refused.stderr)
        self.aws("elbv2", "delete-load-balancer", "--load-balancer-arn", balancer)

    def test_scaling(self):
        subnets = self.aws("ec2", "describe-subnets", "--query", "Subnets[].SubnetId")
        self.aws("ec2", "create-launch-template", "--launch-template-name", "cli", "--launch-template-data",
                 '{"ImageId":"ami-0abcdef1234567890","InstanceType":"t3.micro"}')
        self.aws("autoscaling", "create-auto-scaling-group", "--auto-scaling-group-name", "cli", "--min-size", "0", "--max-size", "4",
                 "--launch-template", "LaunchTemplateName=cli", "--vpc-zone-identifier", ",".join(subnets))
        policy = self.aws("autoscaling", "put-scaling-policy", "--auto-scaling-group-name", "cli", "--policy-name", "more",
                          "--adjustment-type", "ChangeInCapacity", "--scaling-adjustment", "2")
        self.aws("cloudwatch", "put-metric-alarm", "--alarm-name", "cli", "--namespace", "Cli", "--metric-name", "Queue",
                 "--statistic", "Sum", "--period", "60", "--evaluation-periods", "1", "--threshold", "5",
                 "--comparison-operator", "GreaterThanThreshold", "--alarm-actions", policy["PolicyARN"])
        self.aws("autoscaling", "put-lifecycle-hook", "--auto-scaling-group-name", "cli", "--lifecycle-hook-name", "prepare",
                 "--lifecycle-transition", "autoscaling:EC2_INSTANCE_LAUNCHING")
        self.aws("cloudwatch", "put-metric-data", "--namespace", "Cli", "--metric-name", "Queue", "--value", "9")
        self.served.advance("4m")
        waiting = self.aws("autoscaling", "describe-auto-scaling-instances", "--query",
                           "AutoScalingInstances[?LifecycleState=='Pending:Wait'].InstanceId")
        self.assertEqual(len(waiting), 2)
        for instance in waiting:
            self.aws("autoscaling", "complete-lifecycle-action", "--auto-scaling-group-name", "cli", "--lifecycle-hook-name", "prepare",
                     "--lifecycle-action-result", "CONTINUE", "--instance-id", instance)
        self.served.advance("1m")
        states = self.aws("autoscaling", "describe-auto-scaling-groups", "--query", "AutoScalingGroups[].Instances[].LifecycleState")
        self.assertEqual(states, ["InService"] * 2)

    def test_route53(self):
        zone = self.aws("route53", "create-hosted-zone", "--name", "example.org", "--caller-reference", "cli",
                        "--query", "HostedZone.Id", "--output", "text").strip()
        batch = json.dumps({"Changes": [{"Action": "UPSERT", "ResourceRecordSet": {
            "Name": "www.example.org", "Type": "A", "TTL": 300, "ResourceRecords": [{"Value": "192.0.2.7"}]}}]})
        change = self.aws("route53", "change-resource-record-sets", "--hosted-zone-id", zone, "--change-batch", batch,
                          "--query", "ChangeInfo.Id", "--output", "text").strip()
        self.served.advance("5m")
        self.aws("route53", "wait", "resource-record-sets-changed", "--id", change)
        listed = self.aws("route53", "list-resource-record-sets", "--hosted-zone-id", zone,
                          "--query", "ResourceRecordSets[?Type=='A'].ResourceRecords[0].Value")
        self.assertEqual(listed, ["192.0.2.7"])
        found = self.aws("route53", "list-hosted-zones-by-name", "--dns-name", "example.org", "--max-items", "1")
        self.assertEqual(found["HostedZones"][0]["Id"], zone)
        refused = self.run_aws("route53", "delete-hosted-zone", "--id", zone)
        self.assertIn("An error occurred (HostedZoneNotEmpty) when calling the DeleteHostedZone operation", refused.stderr)

    def test_acm(self):
        arn = self.aws("acm", "request-certificate", "--domain-name", "cli.example", "--validation-method", "DNS",
                       "--query", "CertificateArn", "--output", "text").strip()
        self.served.advance("1m")
        record = self.aws("acm", "describe-certificate", "--certificate-arn", arn,
                          "--query", "Certificate.DomainValidationOptions[0].ResourceRecord")
        self.assertEqual(record["Type"], "CNAME")
        self.aws("acm", "add-tags-to-certificate", "--certificate-arn", arn, "--tags", "Key=a,Value=b")
        tags = self.aws("acm", "list-tags-for-certificate", "--certificate-arn", arn)["Tags"]
        self.assertEqual(tags, [{"Key": "a", "Value": "b"}])
        self.aws("acm", "delete-certificate", "--certificate-arn", arn)
        refused = self.run_aws("acm", "describe-certificate", "--certificate-arn", arn)
        self.assertIn("An error occurred (ResourceNotFoundException) when calling the DescribeCertificate operation: "
                      f"Could not find certificate {arn}.", refused.stderr)

    def test_types_by_requirements_and_reservations(self):
        requirements = "VCpuCount={Min=2,Max=2},MemoryMiB={Min=16384}"
        found = self.aws("ec2", "get-instance-types-from-instance-requirements", "--architecture-types", "x86_64",
                         "--virtualization-types", "hvm", "--instance-requirements", requirements)
        self.assertEqual([one["InstanceType"] for one in found["InstanceTypes"]], ["r5.large"])
        offering = self.aws("ec2", "describe-reserved-instances-offerings", "--instance-type", "r5.large", "--offering-type",
                            "All Upfront", "--max-duration", "31536000", "--filters", "Name=scope,Values=Region")
        offering = offering["ReservedInstancesOfferings"][0]["ReservedInstancesOfferingId"]
        self.aws("ec2", "purchase-reserved-instances-offering", "--instance-count", "1", "--reserved-instances-offering-id", offering)
        self.assertEqual(self.aws("ec2", "describe-reserved-instances")["ReservedInstances"][0]["OfferingType"], "All Upfront")

    def test_elbv2_autoscaling_cloudwatch(self):
        self.assertEqual(self.aws("elbv2", "describe-load-balancers")["LoadBalancers"], [])
        self.assertEqual(self.aws("autoscaling", "describe-auto-scaling-groups", "--auto-scaling-group-names", "none")["AutoScalingGroups"], [])
        self.aws("cloudwatch", "put-metric-data", "--namespace", "Cli", "--metric-name", "M", "--value", "1")
        self.served.advance("1m")
        self.assertEqual(self.aws("cloudwatch", "list-metrics", "--namespace", "Cli")["Metrics"][0]["MetricName"], "M")


if __name__ == "__main__":
    unittest.main(verbosity=1, warnings="ignore")
