#!/usr/bin/python3
"""boto3 (Debian's) against the served emulator: every service, with AWS's answers and errors."""
import datetime
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from served import Served  # noqa: E402

PROGRAM = sys.argv.pop(1)


class Boto3(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.served = Served(PROGRAM)
        os.environ.clear()
        os.environ.update(cls.served.environment())
        import boto3
        import botocore.config
        import botocore.exceptions
        cls.error = botocore.exceptions.ClientError
        config = botocore.config.Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"})
        cls.client = staticmethod(lambda name: boto3.client(name, endpoint_url=cls.served.url, config=config))

    @classmethod
    def tearDownClass(cls):
        cls.served.__exit__()

    def fails(self, code, status, call, **arguments):
        with self.assertRaises(self.error) as caught:
            call(**arguments)
        answer = caught.exception.response
        self.assertEqual((answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]), (code, status))
        self.assertTrue(answer["ResponseMetadata"].get("RequestId"), "every answer carries a request id")
        return answer["Error"]["Message"]

    def test_sts_says_who_calls(self):
        identity = self.client("sts").get_caller_identity()
        self.assertEqual(identity["Account"], "123456789012")
        self.assertEqual(identity["Arn"], "arn:aws:iam::123456789012:root")

    def test_ec2_instances_live_on_the_virtual_clock(self):
        ec2 = self.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
        group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
        self.assertEqual(ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"][0]["ToPort"], 80)
        template = ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={
            "ImageId": "ami-0abcdef1234567890", "InstanceType": "t3.micro"})["LaunchTemplate"]["LaunchTemplateId"]
        made = ec2.run_instances(
            LaunchTemplate={"LaunchTemplateId": template}, MinCount=3, MaxCount=3, SubnetId=subnet,
            TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "role", "Value": "web"}]}])
        ids = sorted(one["InstanceId"] for one in made["Instances"])
        self.assertEqual({one["State"]["Name"] for one in made["Instances"]}, {"pending"})
        self.served.advance("10m")
        tagged = [{"Name": "tag:role", "Values": ["w*"]}]

        def states():
            pages = ec2.get_paginator("describe_instances").paginate(Filters=tagged, PaginationConfig={"PageSize": 5})
            return [one["State"]["Name"] for page in pages for row in page["Reservations"] for one in row["Instances"]]

        self.assertEqual(states(), ["running"] * 3)
        ec2.stop_instances(InstanceIds=ids)
        self.assertEqual(states(), ["stopping"] * 3)
        self.fails("IncorrectInstanceState", 400, ec2.start_instances, InstanceIds=ids)
        self.served.advance("10m")
        self.assertEqual(states(), ["stopped"] * 3)
        ec2.start_instances(InstanceIds=ids)
        self.served.advance("10m")
        self.assertEqual(states(), ["running"] * 3)
        ec2.terminate_instances(InstanceIds=ids)
        self.served.advance("10m")
        self.assertEqual(states(), ["terminated"] * 3)
        self.fails("InvalidInstanceID.NotFound", 400, ec2.describe_instances, InstanceIds=["i-0123456789abcdef0"])
        self.fails("InvalidInstanceID.Malformed", 400, ec2.describe_instances, InstanceIds=["i-nonsense"])
        self.fails("DryRunOperation", 412, ec2.create_vpc, CidrBlock="10.8.0.0/16", DryRun=True)
        self.fails("DependencyViolation", 400, ec2.delete_vpc, VpcId=vpc)

    def test_ec2_prefixes_cores_gateway_tables_and_archived_snapshots(self):
        ec2 = self.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.7.1.0/24")["Subnet"]["SubnetId"]
        interface = ec2.create_network_interface(SubnetId=subnet, Ipv4PrefixCount=1)["NetworkInterface"]
        interface_id = interface["NetworkInterfaceId"]
        ec2.assign_private_ip_addresses(NetworkInterfaceId=interface_id, Ipv4PrefixCount=1)
        shown = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface_id])["NetworkInterfaces"][0]
        self.assertEqual(shown["Ipv4Prefixes"][0], interface["Ipv4Prefixes"][0])
        self.assertEqual(len(shown["Ipv4Prefixes"]), 2)
        ec2.unassign_private_ip_addresses(
            NetworkInterfaceId=interface_id, Ipv4Prefixes=[prefix["Ipv4Prefix"] for prefix in shown["Ipv4Prefixes"]])
        self.assertEqual(ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["AvailableIpAddressCount"], 250)

        made = ec2.run_instances(ImageId="ami-0abcdef1234567890", InstanceType="m5.4xlarge", MinCount=1, MaxCount=1,
                                 CpuOptions={"CoreCount": 4, "ThreadsPerCore": 1})["Instances"][0]
        self.assertEqual(made["CpuOptions"], {"CoreCount": 4, "ThreadsPerCore": 1})
        self.fails("InvalidParameterValue", 400, ec2.run_instances, ImageId="ami-0abcdef1234567890",
                   InstanceType="m5.4xlarge", MinCount=1, MaxCount=1, CpuOptions={"CoreCount": 3, "ThreadsPerCore": 1})

        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.associate_route_table(RouteTableId=table, GatewayId=gateway)
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.7.1.0/24", NetworkInterfaceId=interface_id)
        shown = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]
        self.assertEqual(shown["Associations"][0]["GatewayId"], gateway)

        volume = ec2.create_volume(AvailabilityZone="eu-central-1a", Size=8)["VolumeId"]
        self.served.advance("1m")
        snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
        self.served.advance("10m")
        self.assertIn("TieringStartTime", ec2.modify_snapshot_tier(SnapshotId=snapshot, StorageTier="archive"))
        self.served.advance("5d")
        tier = ec2.describe_snapshot_tier_status(
            Filters=[{"Name": "snapshot-id", "Values": [snapshot]}])["SnapshotTierStatuses"][0]
        self.assertEqual((tier["StorageTier"], tier["LastTieringOperationStatus"]), ("archive", "archival-completed"))
        self.assertEqual(ec2.restore_snapshot_tier(SnapshotId=snapshot, TemporaryRestoreDays=5)["RestoreDuration"], 5)

    def test_ec2_types_by_requirements_and_reservations(self):
        ec2 = self.client("ec2")
        small = {"VCpuCount": {"Min": 2, "Max": 2}, "MemoryMiB": {"Min": 8192, "Max": 8192}}
        pages = ec2.get_paginator("get_instance_types_from_instance_requirements").paginate(
            ArchitectureTypes=["x86_64"], VirtualizationTypes=["hvm"], InstanceRequirements=small,
            PaginationConfig={"PageSize": 2})
        types = [one["InstanceType"] for page in pages for one in page["InstanceTypes"]]
        self.assertEqual(types, ["m4.large", "m5.large", "m6i.large"])
        self.fails("NotImplemented", 501, ec2.get_instance_types_from_instance_requirements,
                   ArchitectureTypes=["x86_64"], VirtualizationTypes=["hvm"],
                   InstanceRequirements={**small, "AcceleratorNames": ["a100"]})
        template = ec2.create_launch_template(LaunchTemplateName="by-requirements", LaunchTemplateData={
            "ImageId": "ami-0abcdef1234567890", "InstanceRequirements": small})["LaunchTemplate"]["LaunchTemplateId"]
        fleet = ec2.create_fleet(
            Type="instant", TargetCapacitySpecification={"TotalTargetCapacity": 2, "DefaultTargetCapacityType": "on-demand"},
            LaunchTemplateConfigs=[{"LaunchTemplateSpecification": {"LaunchTemplateId": template, "Version": "$Latest"}}])
        self.assertEqual([len(one["InstanceIds"]) for one in fleet["Instances"]], [2])

        lasting = ec2.create_fleet(
            TargetCapacitySpecification={"TotalTargetCapacity": 2, "DefaultTargetCapacityType": "spot"},
            LaunchTemplateConfigs=[{"LaunchTemplateSpecification": {"LaunchTemplateId": template, "Version": "$Latest"}}])["FleetId"]
        self.served.advance("5m")
        described = ec2.describe_fleets(FleetIds=[lasting])["Fleets"][0]
        self.assertEqual((described["FleetState"], described["ActivityStatus"], described["FulfilledCapacity"]), ("active", "fulfilled", 2.0))
        self.assertEqual(len(ec2.describe_fleet_instances(FleetId=lasting)["ActiveInstances"]), 2)
        ec2.modify_fleet(FleetId=lasting, TargetCapacitySpecification={"TotalTargetCapacity": 1})
        self.served.advance("5m")
        history = ec2.describe_fleet_history(FleetId=lasting, StartTime=datetime.datetime(2020, 1, 1))["HistoryRecords"]
        self.assertEqual(history[-1]["EventInformation"]["EventSubType"], "terminated")
        gone = ec2.delete_fleets(FleetIds=[lasting], TerminateInstances=True)
        self.assertEqual(gone["SuccessfulFleetDeletions"][0]["CurrentFleetState"], "deleted_terminating")
        old = ec2.request_spot_fleet(SpotFleetRequestConfig={
            "IamFleetRole": "arn:aws:iam::123456789012:role/fleet", "TargetCapacity": 1,
            "LaunchSpecifications": [{"ImageId": "ami-0abcdef1234567890", "InstanceType": "m5.large"}]})["SpotFleetRequestId"]
        self.served.advance("5m")
        config = ec2.describe_spot_fleet_requests(SpotFleetRequestIds=[old])["SpotFleetRequestConfigs"][0]
        self.assertEqual((config["SpotFleetRequestState"], config["ActivityStatus"]), ("active", "fulfilled"))
        ec2.cancel_spot_fleet_requests(SpotFleetRequestIds=[old], TerminateInstances=True)

        offerings = ec2.describe_reserved_instances_offerings(
            InstanceType="m5.large", OfferingType="No Upfront", MaxDuration=31536000,
            Filters=[{"Name": "scope", "Values": ["Region"]}])["ReservedInstancesOfferings"]
        self.assertEqual(len(offerings), 1)
        bought = ec2.purchase_reserved_instances_offering(
            InstanceCount=3, ReservedInstancesOfferingId=offerings[0]["ReservedInstancesOfferingId"])
        self.served.advance("5m")
        reservation = ec2.describe_reserved_instances(ReservedInstancesIds=[bought["ReservedInstancesId"]])["ReservedInstances"][0]
        self.assertEqual((reservation["State"], reservation["InstanceCount"], reservation["Scope"]), ("active", 3, "Region"))
        self.assertEqual(reservation["End"] - reservation["Start"], datetime.timedelta(days=365))
        self.fails("NotImplemented", 501, ec2.modify_reserved_instances, ReservedInstancesIds=[bought["ReservedInstancesId"]],
                   TargetConfigurations=[{"InstanceCount": 3}])

    def test_s3_keeps_objects_and_assembles_multipart_uploads(self):
        s3 = self.client("s3")
        self.fails("NoSuchBucket", 404, s3.list_objects_v2, Bucket="missing-bucket")
        s3.create_bucket(Bucket="photos", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        s3.put_object(Bucket="photos", Key="a/ü 1.txt", Body=b"hello", Metadata={"owner": "me"}, ContentType="text/plain")
        got = s3.get_object(Bucket="photos", Key="a/ü 1.txt")
        self.assertEqual((got["Body"].read(), got["Metadata"], got["ContentType"]), (b"hello", {"owner": "me"}, "text/plain"))
        self.assertEqual(got["ETag"], '"5d41402abc4b2a76b9719d911017c592"')
        self.assertEqual(s3.get_object(Bucket="photos", Key="a/ü 1.txt", Range="bytes=1-2")["Body"].read(), b"el")
        self.assertEqual(s3.head_object(Bucket="photos", Key="a/ü 1.txt")["ContentLength"], 5)
        self.fails("NoSuchKey", 404, s3.get_object, Bucket="photos", Key="b")
        self.fails("404", 404, s3.head_object, Bucket="photos", Key="b")
        part = os.urandom(5 * 1024 * 1024)
        upload = s3.create_multipart_upload(Bucket="photos", Key="big")["UploadId"]
        tags = [s3.upload_part(Bucket="photos", Key="big", UploadId=upload, PartNumber=number, Body=body)["ETag"]
                for number, body in ((1, part), (2, b"tail"))]
        s3.complete_multipart_upload(Bucket="photos", Key="big", UploadId=upload, MultipartUpload={
            "Parts": [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, 1)]})
        self.assertEqual(s3.get_object(Bucket="photos", Key="big")["Body"].read(), part + b"tail")
        s3.upload_fileobj(io.BytesIO(part * 2), "photos", "managed")
        listed = s3.list_objects_v2(Bucket="photos", Delimiter="/")
        self.assertEqual([one["Key"] for one in listed["Contents"]], ["big", "managed"])
        self.assertEqual([one["Prefix"] for one in listed["CommonPrefixes"]], ["a/"])
        self.fails("BucketNotEmpty", 409, s3.delete_bucket, Bucket="photos")
        s3.delete_objects(Bucket="photos", Delete={"Objects": [{"Key": key} for key in ("a/ü 1.txt", "big", "managed")]})
        s3.delete_bucket(Bucket="photos")

    def test_dynamodb_items_conditions_query_and_scan(self):
        dynamodb = self.client("dynamodb")
        dynamodb.create_table(TableName="orders", BillingMode="PAY_PER_REQUEST", KeySchema=[
            {"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "N"}])
        self.served.advance("1m")
        self.assertEqual(dynamodb.describe_table(TableName="orders")["Table"]["TableStatus"], "ACTIVE")
        for at in range(10):
            dynamodb.put_item(TableName="orders", Item={"id": {"S": "a"}, "at": {"N": str(at)}, "m": {"M": {"x": {"L": [{"BOOL": True}]}}}})
        self.fails("ConditionalCheckFailedException", 400, dynamodb.put_item, TableName="orders",
                   Item={"id": {"S": "a"}, "at": {"N": "1"}}, ConditionExpression="attribute_not_exists(id)")
        updated = dynamodb.update_item(
            TableName="orders", Key={"id": {"S": "a"}, "at": {"N": "3"}}, UpdateExpression="SET n = if_not_exists(n, :zero) + :one",
            ExpressionAttributeValues={":zero": {"N": "0"}, ":one": {"N": "1"}}, ReturnValues="UPDATED_NEW")
        self.assertEqual(updated["Attributes"], {"n": {"N": "1"}})
        found = dynamodb.query(TableName="orders", KeyConditionExpression="id = :id AND #at BETWEEN :from AND :to",
                               ExpressionAttributeNames={"#at": "at"}, ScanIndexForward=False,
                               ExpressionAttributeValues={":id": {"S": "a"}, ":from": {"N": "2"}, ":to": {"N": "4"}})
        self.assertEqual([item["at"]["N"] for item in found["Items"]], ["4", "3", "2"])
        pages = dynamodb.get_paginator("scan").paginate(TableName="orders", PaginationConfig={"PageSize": 3})
        self.assertEqual(sum(len(page["Items"]) for page in pages), 10)
        dynamodb.delete_item(TableName="orders", Key={"id": {"S": "a"}, "at": {"N": "3"}})
        self.assertNotIn("Item", dynamodb.get_item(TableName="orders", Key={"id": {"S": "a"}, "at": {"N": "3"}}))
        self.fails("ResourceNotFoundException", 400, dynamodb.describe_table, TableName="missing")
        self.fails("ValidationException", 400, dynamodb.get_item, TableName="orders", Key={"id": {"S": "a"}})
        dynamodb.delete_table(TableName="orders")

    def test_dynamodb_transactions_statements_streams_and_settings(self):
        dynamodb, streams = self.client("dynamodb"), self.client("dynamodbstreams")
        made = dynamodb.create_table(
            TableName="ledger", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})["TableDescription"]
        self.served.advance("1m")
        dynamodb.transact_write_items(TransactItems=[
            {"Put": {"TableName": "ledger", "Item": {"id": {"S": name}, "n": {"N": "5"}}}} for name in ("a", "b")])
        with self.assertRaises(dynamodb.exceptions.TransactionCanceledException) as caught:
            dynamodb.transact_write_items(TransactItems=[
                {"Delete": {"TableName": "ledger", "Key": {"id": {"S": "a"}}}},
                {"ConditionCheck": {"TableName": "ledger", "Key": {"id": {"S": "b"}}, "ConditionExpression": "n > :n",
                                    "ExpressionAttributeValues": {":n": {"N": "9"}}}}])
        self.assertEqual([one["Code"] for one in caught.exception.response["CancellationReasons"]],
                         ["None", "ConditionalCheckFailed"])
        got = dynamodb.transact_get_items(TransactItems=[{"Get": {"TableName": "ledger", "Key": {"id": {"S": "a"}}}}])
        self.assertEqual(got["Responses"], [{"Item": {"id": {"S": "a"}, "n": {"N": "5"}}}])
        dynamodb.execute_statement(Statement="UPDATE ledger SET n = n + ? WHERE id = 'a'", Parameters=[{"N": "2"}])
        found = dynamodb.execute_statement(Statement="SELECT n FROM ledger WHERE id = ?", Parameters=[{"S": "a"}])
        self.assertEqual(found["Items"], [{"n": {"N": "7"}}])
        shard = streams.describe_stream(StreamArn=made["LatestStreamArn"])["StreamDescription"]["Shards"][0]["ShardId"]
        iterator = streams.get_shard_iterator(StreamArn=made["LatestStreamArn"], ShardId=shard,
                                              ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        records = streams.get_records(ShardIterator=iterator)["Records"]
        self.assertEqual([one["eventName"] for one in records], ["INSERT", "INSERT", "MODIFY"])
        self.assertEqual(records[2]["dynamodb"]["NewImage"]["n"], {"N": "7"})
        dynamodb.update_time_to_live(TableName="ledger",
                                     TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"})
        dynamodb.tag_resource(ResourceArn=made["TableArn"], Tags=[{"Key": "env", "Value": "test"}])
        self.assertEqual(dynamodb.list_tags_of_resource(ResourceArn=made["TableArn"])["Tags"],
                         [{"Key": "env", "Value": "test"}])
        dynamodb.update_table(TableName="ledger", AttributeDefinitions=[{"AttributeName": "n", "AttributeType": "N"}],
                              GlobalSecondaryIndexUpdates=[{"Create": {
                                  "IndexName": "by-n", "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
                                  "Projection": {"ProjectionType": "ALL"}}}])
        self.served.advance("10m")
        found = dynamodb.query(TableName="ledger", IndexName="by-n", KeyConditionExpression="n = :n",
                               ExpressionAttributeValues={":n": {"N": "7"}})
        self.assertEqual([item["id"]["S"] for item in found["Items"]], ["a"])
        dynamodb.delete_table(TableName="ledger")

    def test_a_table_throttles_and_is_scaled(self):
        def realism(capacity):
            body = json.dumps({"capacity": capacity}).encode()
            request = urllib.request.Request(self.served.url + "/_fallstreak/dynamodb", body, method="PUT")
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)["capacity"]

        self.assertEqual(realism("enforced"), "enforced")
        self.addCleanup(realism, "ignored")
        dynamodb = self.client("dynamodb")
        dynamodb.create_table(TableName="burdened", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                              AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
                              ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1})
        self.served.advance("1m")
        with self.assertRaises(dynamodb.exceptions.ProvisionedThroughputExceededException):
            for number in range(200):
                dynamodb.put_item(TableName="burdened", Item={"pk": {"S": str(number)}})

        scaling = self.client("application-autoscaling")
        target = {"ServiceNamespace": "dynamodb", "ResourceId": "table/burdened",
                  "ScalableDimension": "dynamodb:table:WriteCapacityUnits"}
        scaling.register_scalable_target(**target, MinCapacity=5, MaxCapacity=50)
        policy = scaling.put_scaling_policy(
            **target, PolicyName="p", PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": 70.0,
                "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"}})
        self.assertEqual(len(policy["Alarms"]), 4)
        scaling.put_scheduled_action(**target, ScheduledActionName="a", Schedule="rate(1 day)",
                                     ScalableTargetAction={"MinCapacity": 6})
        self.served.advance("1m")
        table = dynamodb.describe_table(TableName="burdened")["Table"]
        self.assertGreaterEqual(table["ProvisionedThroughput"]["WriteCapacityUnits"], 5)
        namespace = {"ServiceNamespace": "dynamodb"}
        self.assertEqual(len(scaling.describe_scalable_targets(**namespace)["ScalableTargets"]), 1)
        self.assertEqual(len(scaling.describe_scaling_policies(**namespace)["ScalingPolicies"]), 1)
        self.assertEqual(len(scaling.describe_scheduled_actions(**namespace)["ScheduledActions"]), 1)
        self.assertTrue(scaling.describe_scaling_activities(**namespace)["ScalingActivities"])
        scaling.delete_scheduled_action(**target, ScheduledActionName="a")
        scaling.delete_scaling_policy(**target, PolicyName="p")
        scaling.deregister_scalable_target(**target)

    def test_load_balancers_and_groups_work_together(self):
        ec2, elbv2, autoscaling = self.client("ec2"), self.client("elbv2"), self.client("autoscaling")
        subnets = [one["SubnetId"] for one in ec2.describe_subnets(
            Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]]
        vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
        balancer = elbv2.create_load_balancer(Name="edge", Subnets=subnets)["LoadBalancers"][0]
        self.assertEqual(balancer["State"]["Code"], "provisioning")
        targets = elbv2.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]["TargetGroupArn"]
        elbv2.create_listener(LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80,
                              DefaultActions=[{"Type": "forward", "TargetGroupArn": targets}])
        ec2.create_launch_template(LaunchTemplateName="group", LaunchTemplateData={
            "ImageId": "ami-0abcdef1234567890", "InstanceType": "t3.micro"})
        autoscaling.create_auto_scaling_group(
            AutoScalingGroupName="web", MinSize=2, MaxSize=4, LaunchTemplate={"LaunchTemplateName": "group"},
            VPCZoneIdentifier=",".join(subnets), TargetGroupARNs=[targets], HealthCheckType="ELB")
        self.served.advance("15m")
        self.assertEqual(elbv2.describe_load_balancers(Names=["edge"])["LoadBalancers"][0]["State"]["Code"], "active")
        health = elbv2.describe_target_health(TargetGroupArn=targets)["TargetHealthDescriptions"]
        self.assertEqual([one["TargetHealth"]["State"] for one in health], ["healthy"] * 2)
        autoscaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=3)
        self.served.advance("15m")
        group = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=["web"])["AutoScalingGroups"][0]
        self.assertEqual([one["LifecycleState"] for one in group["Instances"]], ["InService"] * 3)
        activities = autoscaling.describe_scaling_activities(AutoScalingGroupName="web")["Activities"]
        self.assertTrue(activities[0]["Description"].startswith("Launching a new EC2 instance: i-"))
        self.fails("ValidationError", 400, autoscaling.set_desired_capacity, AutoScalingGroupName="missing", DesiredCapacity=1)
        self.fails("LoadBalancerNotFound", 400, elbv2.describe_load_balancers, Names=["missing"])

    def test_listener_rules_are_kept_in_order(self):
        ec2, elbv2 = self.client("ec2"), self.client("elbv2")
        subnets = [one["SubnetId"] for one in ec2.describe_subnets(
            Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]]
        balancer = elbv2.create_load_balancer(Name="rules", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
        listener = elbv2.create_listener(
            LoadBalancerArn=balancer, Protocol="HTTP", Port=80,
            DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}])["Listeners"][0]["ListenerArn"]
        secure = elbv2.create_rule(
            ListenerArn=listener, Priority=20, Tags=[{"Key": "team", "Value": "web"}],
            Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": ["*.example.com", "example.org"]}},
                        {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "v", "Value": "1*"}, {"Value": "x"}]}},
                        {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "User-Agent", "Values": ["*Chrome*"]}}],
            Actions=[{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}])["Rules"][0]
        self.assertEqual(secure["Actions"][0]["RedirectConfig"], {
            "Protocol": "HTTPS", "Port": "443", "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}", "StatusCode": "HTTP_301"})
        self.assertEqual(secure["Conditions"][1]["QueryStringConfig"]["Values"], [{"Key": "v", "Value": "1*"}, {"Value": "x"}])
        closed = elbv2.create_rule(
            ListenerArn=listener, Priority=10,
            Conditions=[{"Field": "path-pattern", "Values": ["/admin/*"]},
                        {"Field": "source-ip", "SourceIpConfig": {"Values": ["192.0.2.0/24"]}},
                        {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["POST"]}}],
            Actions=[{"Type": "fixed-response", "FixedResponseConfig": {
                "StatusCode": "403", "ContentType": "text/plain", "MessageBody": "no"}}])["Rules"][0]["RuleArn"]
        self.assertEqual([rule["Priority"] for rule in elbv2.describe_rules(ListenerArn=listener)["Rules"]], ["10", "20", "default"])
        elbv2.set_rule_priorities(RulePriorities=[{"RuleArn": closed, "Priority": 20}, {"RuleArn": secure["RuleArn"], "Priority": 10}])
        pages = elbv2.get_paginator("describe_rules").paginate(ListenerArn=listener, PaginationConfig={"PageSize": 1})
        rules = [rule for page in pages for rule in page["Rules"]]
        self.assertEqual([rule["RuleArn"] for rule in rules[:2]], [secure["RuleArn"], closed])
        changed = elbv2.modify_rule(RuleArn=closed, Conditions=[{"Field": "path-pattern", "Values": ["/b"]}])["Rules"][0]
        self.assertEqual(changed["Conditions"], [
            {"Field": "path-pattern", "Values": ["/b"], "PathPatternConfig": {"Values": ["/b"]}}])
        tags = elbv2.describe_tags(ResourceArns=[secure["RuleArn"]])["TagDescriptions"][0]["Tags"]
        self.assertEqual(tags, [{"Key": "team", "Value": "web"}])
        message = self.fails("PriorityInUse", 400, elbv2.create_rule, ListenerArn=listener, Priority=10,
                             Conditions=[{"Field": "path-pattern", "Values": ["/c"]}], Actions=rules[1]["Actions"])
        self.assertEqual(message, "Priority '10' is currently in use")
        self.fails("OperationNotPermitted", 400, elbv2.delete_rule, RuleArn=rules[2]["RuleArn"])
        elbv2.delete_rule(RuleArn=closed)
        self.fails("RuleNotFound", 400, elbv2.describe_rules, RuleArns=[closed])

    def make_group(self, name, **arguments):
        """A group over the default subnets, from a launch template of its own."""
        ec2, autoscaling = self.client("ec2"), self.client("autoscaling")
        subnets = [one["SubnetId"] for one in ec2.describe_subnets(
            Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]]
        ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData={
            "ImageId": "ami-0abcdef1234567890", "InstanceType": "t3.micro"})
        autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=name, MinSize=1, MaxSize=6, LaunchTemplate={"LaunchTemplateName": name, "Version": "1"},
            VPCZoneIdentifier=",".join(subnets), **arguments)
        self.served.advance("3m")
        return autoscaling

    def describe_group(self, name):
        return self.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"][0]

    def test_an_alarm_starts_a_policy(self):
        autoscaling, cloudwatch = self.make_group("scaled"), self.client("cloudwatch")
        arn = autoscaling.put_scaling_policy(
            AutoScalingGroupName="scaled", PolicyName="more", PolicyType="StepScaling", AdjustmentType="ChangeInCapacity",
            StepAdjustments=[{"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 20, "ScalingAdjustment": 1},
                             {"MetricIntervalLowerBound": 20, "ScalingAdjustment": 3}])["PolicyARN"]
        cloudwatch.put_metric_alarm(AlarmName="queue", Namespace="Shop", MetricName="Queue", Statistic="Maximum", Period=60,
                                    EvaluationPeriods=1, Threshold=50, ComparisonOperator="GreaterThanThreshold", AlarmActions=[arn])
        self.served.advance("5m")
        cloudwatch.put_metric_data(Namespace="Shop", MetricData=[{"MetricName": "Queue", "Value": 90.0}])
        self.served.advance("2m")
        self.assertEqual(self.describe_group("scaled")["DesiredCapacity"], 4)
        policy = autoscaling.describe_policies(AutoScalingGroupName="scaled")["ScalingPolicies"][0]
        self.assertEqual([one["AlarmName"] for one in policy["Alarms"]], ["queue"])
        cause = autoscaling.describe_scaling_activities(AutoScalingGroupName="scaled")["Activities"][0]["Cause"]
        self.assertIn("a monitor alarm queue in state ALARM triggered policy more changing the desired capacity from 1 to 4", cause)
        tracked = autoscaling.put_scaling_policy(
            AutoScalingGroupName="scaled", PolicyName="cpu", PolicyType="TargetTrackingScaling", TargetTrackingConfiguration={
                "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"}, "TargetValue": 50.0})
        self.assertEqual(len(tracked["Alarms"]), 2)
        self.fails("ValidationError", 400, autoscaling.delete_policy, AutoScalingGroupName="scaled", PolicyName="missing")

    def test_instances_wait_stand_by_and_are_refreshed(self):
        autoscaling = self.make_group("waiting")
        autoscaling.put_lifecycle_hook(LifecycleHookName="prepare", AutoScalingGroupName="waiting",
                                       LifecycleTransition="autoscaling:EC2_INSTANCE_LAUNCHING", HeartbeatTimeout=300)
        autoscaling.set_desired_capacity(AutoScalingGroupName="waiting", DesiredCapacity=2)
        self.served.advance("2m")
        states = {one["LifecycleState"]: one["InstanceId"] for one in self.describe_group("waiting")["Instances"]}
        self.assertEqual(sorted(states), ["InService", "Pending:Wait"])
        autoscaling.complete_lifecycle_action(LifecycleHookName="prepare", AutoScalingGroupName="waiting",
                                              LifecycleActionResult="CONTINUE", InstanceId=states["Pending:Wait"])
        autoscaling.delete_lifecycle_hook(LifecycleHookName="prepare", AutoScalingGroupName="waiting")
        self.served.advance("1m")
        autoscaling.enter_standby(AutoScalingGroupName="waiting", InstanceIds=[states["InService"]],
                                  ShouldDecrementDesiredCapacity=True)
        self.served.advance("1m")
        self.assertEqual(sorted(one["LifecycleState"] for one in self.describe_group("waiting")["Instances"]), ["InService", "Standby"])
        autoscaling.exit_standby(AutoScalingGroupName="waiting", InstanceIds=[states["InService"]])
        self.served.advance("1m")
        autoscaling.put_scheduled_update_group_action(AutoScalingGroupName="waiting", ScheduledActionName="morning",
                                                      Recurrence="0 9 * * MON-FRI", TimeZone="Europe/Berlin", DesiredCapacity=3)
        self.assertEqual(len(autoscaling.describe_scheduled_actions(AutoScalingGroupName="waiting")["ScheduledUpdateGroupActions"]), 1)
        autoscaling.start_instance_refresh(AutoScalingGroupName="waiting", Preferences={"MinHealthyPercentage": 50})
        self.fails("InstanceRefreshInProgress", 400, autoscaling.start_instance_refresh, AutoScalingGroupName="waiting")
        self.served.advance("20m")
        refresh = autoscaling.describe_instance_refreshes(AutoScalingGroupName="waiting")["InstanceRefreshes"][0]
        self.assertEqual((refresh["Status"], refresh["PercentageComplete"]), ("Successful", 100))

    def test_groups_launch_from_configurations_and_scale_ahead(self):
        ec2, autoscaling = self.client("ec2"), self.client("autoscaling")
        vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
        autoscaling.create_launch_configuration(
            LaunchConfigurationName="old", ImageId="ami-0abcdef1234567890", InstanceType="t3.micro")
        autoscaling.create_auto_scaling_group(
            AutoScalingGroupName="old", LaunchConfigurationName="old", MinSize=1, MaxSize=3, VPCZoneIdentifier=subnet)
        self.assertEqual(self.describe_group("old")["LaunchConfigurationName"], "old")
        self.fails("ResourceInUse", 400, autoscaling.delete_launch_configuration, LaunchConfigurationName="old")
        found = autoscaling.describe_launch_configurations(LaunchConfigurationNames=["old"])["LaunchConfigurations"]
        self.assertEqual(found[0]["InstanceType"], "t3.micro")
        autoscaling.put_scaling_policy(
            AutoScalingGroupName="old", PolicyName="ahead", PolicyType="PredictiveScaling",
            PredictiveScalingConfiguration={"MetricSpecifications": [{
                "TargetValue": 50.0, "PredefinedMetricPairSpecification": {"PredefinedMetricType": "ASGCPUUtilization"}}]})
        now = self.describe_group("old")["CreatedTime"]
        forecast = autoscaling.get_predictive_scaling_forecast(
            AutoScalingGroupName="old", PolicyName="ahead", StartTime=now, EndTime=now + datetime.timedelta(days=1))
        self.assertEqual(forecast["CapacityForecast"], {"Timestamps": [], "Values": []})

    def test_an_alarm_watches_a_band(self):
        cloudwatch = self.client("cloudwatch")
        cloudwatch.put_metric_alarm(
            AlarmName="odd", EvaluationPeriods=2, ThresholdMetricId="ad1",
            ComparisonOperator="LessThanLowerOrGreaterThanUpperThreshold",
            Metrics=[{"Id": "m1", "MetricStat": {"Metric": {"Namespace": "App", "MetricName": "load"},
                                                 "Period": 300, "Stat": "Average"}},
                     {"Id": "ad1", "Expression": "ANOMALY_DETECTION_BAND(m1, 2)"}])
        alarm = cloudwatch.describe_alarms(AlarmNames=["odd"])["MetricAlarms"][0]
        self.assertEqual((alarm["ThresholdMetricId"], alarm["StateValue"]), ("ad1", "INSUFFICIENT_DATA"))
        self.assertNotIn("Threshold", alarm)
        detectors = cloudwatch.describe_anomaly_detectors(Namespace="App")["AnomalyDetectors"]
        self.assertEqual(detectors[0]["SingleMetricAnomalyDetector"]["MetricName"], "load")

    def test_composite_alarms_and_dashboards(self):
        cloudwatch = self.client("cloudwatch")
        for name in ("left", "right"):
            cloudwatch.put_metric_alarm(AlarmName=name, Namespace="Shop", MetricName=name, Statistic="Sum", Period=60,
                                        EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanThreshold")
        cloudwatch.put_composite_alarm(AlarmName="both", AlarmRule='ALARM("left") AND ALARM("right")',
                                       AlarmActions=["arn:aws:sns:eu-central-1:123456789012:pages"])
        for name in ("left", "right"):
            cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="drill")
        both = cloudwatch.describe_alarms(AlarmNames=["both"], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"][0]
        self.assertEqual(both["StateValue"], "ALARM")
        self.fails("ValidationError", 400, cloudwatch.delete_alarms, AlarmNames=["left"])
        cloudwatch.put_dashboard(DashboardName="shop", DashboardBody='{"widgets":[]}')
        self.assertEqual(cloudwatch.get_dashboard(DashboardName="shop")["DashboardBody"], '{"widgets":[]}')
        self.fails("InvalidParameterInput", 400, cloudwatch.put_dashboard, DashboardName="shop", DashboardBody="[]")
        self.fails("ResourceNotFound", 404, cloudwatch.get_dashboard, DashboardName="missing")

    def test_cloudwatch_metrics_and_alarms(self):
        cloudwatch = self.client("cloudwatch")
        import datetime
        now = datetime.datetime.fromisoformat(self.served.control("clock")["now"].replace("Z", "+00:00"))
        cloudwatch.put_metric_alarm(AlarmName="busy", Namespace="Shop", MetricName="Load", Statistic="Average", Period=60,
                                    EvaluationPeriods=1, Threshold=80, ComparisonOperator="GreaterThanThreshold")
        cloudwatch.put_metric_data(Namespace="Shop", MetricData=[
            {"MetricName": "Load", "Values": [90.0, 100.0], "Counts": [1.0, 1.0], "Timestamp": now}])
        self.served.advance("3m")
        got = cloudwatch.get_metric_data(
            StartTime=now - datetime.timedelta(minutes=5), EndTime=now + datetime.timedelta(minutes=5),
            MetricDataQueries=[{"Id": "m", "MetricStat": {"Metric": {"Namespace": "Shop", "MetricName": "Load"}, "Period": 60, "Stat": "Average"}}])
        self.assertEqual(got["MetricDataResults"][0]["Values"], [95.0])
        asked = cloudwatch.get_metric_data(
            StartTime=now - datetime.timedelta(minutes=5), EndTime=now + datetime.timedelta(minutes=5),
            MetricDataQueries=[{"Id": "q", "Expression": "SELECT SUM(Load) FROM Shop", "Period": 60}])
        self.assertEqual(asked["MetricDataResults"][0]["Values"], [190.0])
        history = cloudwatch.describe_alarm_history(AlarmName="busy", HistoryItemType="StateUpdate")["AlarmHistoryItems"]
        self.assertTrue(any("to ALARM" in item["HistorySummary"] for item in history), history)
        self.fails("ResourceNotFound", 404, cloudwatch.set_alarm_state, AlarmName="missing", StateValue="OK", StateReason="test")

    def test_route53_changes_records_and_checks_health(self):
        route53 = self.client("route53")
        made = route53.create_hosted_zone(Name="example.com", CallerReference="boto3")
        zone = made["HostedZone"]["Id"]
        self.assertEqual(len(made["DelegationSet"]["NameServers"]), 4)
        self.fails("HostedZoneAlreadyExists", 409, route53.create_hosted_zone, Name="example.com", CallerReference="boto3")

        def change(action, **record):
            return route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={
                "Changes": [{"Action": action, "ResourceRecordSet": record}]})

        www = {"Name": "www.example.com", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
        changed = change("CREATE", **www)["ChangeInfo"]
        self.assertEqual(changed["Status"], "PENDING")
        self.served.advance("5m")
        route53.get_waiter("resource_record_sets_changed").wait(Id=changed["Id"], WaiterConfig={"Delay": 0, "MaxAttempts": 1})
        message = self.fails("InvalidChangeBatch", 400, change, action="CREATE", **www)
        self.assertEqual(message, "[Tried to create resource record set [name='www.example.com.', type='A'] but it already exists]")
        for number in range(3):
            change("CREATE", Name="any.example.com", Type="TXT", TTL=60, SetIdentifier=str(number), Weight=number,
                   ResourceRecords=[{"Value": '"%d"' % number}])
        pages = route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone, PaginationConfig={"PageSize": 2})
        names = [(row["Name"], row["Type"], row.get("SetIdentifier")) for page in pages for row in page["ResourceRecordSets"]]
        self.assertEqual(names, [("example.com.", "NS", None), ("example.com.", "SOA", None)] +
                         [("any.example.com.", "TXT", str(number)) for number in range(3)] + [("www.example.com.", "A", None)])
        check = route53.create_health_check(CallerReference="boto3", HealthCheckConfig={
            "Type": "HTTP", "IPAddress": "192.0.2.1", "ResourcePath": "/health"})["HealthCheck"]["Id"]
        self.served.advance("1m")
        seen = route53.get_health_check_status(HealthCheckId=check)["HealthCheckObservations"]
        self.assertEqual({one["StatusReport"]["Status"] for one in seen}, {"Success: HTTP Status Code 200, OK"})
        route53.change_tags_for_resource(ResourceType="healthcheck", ResourceId=check, AddTags=[{"Key": "a", "Value": "b"}])
        tags = route53.list_tags_for_resource(ResourceType="healthcheck", ResourceId=check)["ResourceTagSet"]["Tags"]
        self.assertEqual(tags, [{"Key": "a", "Value": "b"}])
        self.fails("HostedZoneNotEmpty", 400, route53.delete_hosted_zone, Id=zone)
        self.fails("NoSuchHostedZone", 404, route53.get_hosted_zone, Id="Z0123456789")
        self.fails("InvalidInput", 400, route53.create_health_check, CallerReference="x", HealthCheckConfig={"Type": "HTTP"})
        self.assertIn("CreateKeySigningKey", self.fails(
            "NotImplemented", 501, route53.create_key_signing_key, CallerReference="a", HostedZoneId=zone, Name="key",
            KeyManagementServiceArn="arn:aws:kms:us-east-1:123456789012:key/a", Status="ACTIVE"))

    def test_route53_names_geographic_locations(self):
        route53 = self.client("route53")
        self.assertEqual(route53.get_geo_location(CountryCode="DE")["GeoLocationDetails"],
                         {"CountryCode": "DE", "CountryName": "Germany"})
        self.fails("NoSuchGeoLocation", 404, route53.get_geo_location, CountryCode="XX")
        page = route53.list_geo_locations(MaxItems="5")
        self.assertEqual((len(page["GeoLocationDetailsList"]), page["IsTruncated"]), (5, True))
        following = route53.list_geo_locations(StartCountryCode=page["NextCountryCode"])
        self.assertEqual(following["GeoLocationDetailsList"][0]["CountryCode"], page["NextCountryCode"])

    def test_route53_follows_policies_and_addresses(self):
        route53 = self.client("route53")
        servers = route53.create_reusable_delegation_set(CallerReference="shared")["DelegationSet"]
        zone = route53.create_hosted_zone(Name="policies.example", CallerReference="policies",
                                          DelegationSetId=servers["Id"])["HostedZone"]["Id"]
        self.assertEqual(route53.get_hosted_zone(Id=zone)["DelegationSet"]["NameServers"], servers["NameServers"])
        document = json.dumps({"AWSPolicyFormatVersion": "2015-10-01", "RecordType": "A", "StartEndpoint": "only",
                               "Endpoints": {"only": {"Type": "value", "Value": "192.0.2.9"}}})
        policy = route53.create_traffic_policy(Name="policy", Document=document)["TrafficPolicy"]
        instance = route53.create_traffic_policy_instance(HostedZoneId=zone, Name="www.policies.example", TTL=60,
                                                          TrafficPolicyId=policy["Id"], TrafficPolicyVersion=1)
        collection = route53.create_cidr_collection(Name="offices", CallerReference="one")["Collection"]["Id"]
        route53.change_cidr_collection(Id=collection, Changes=[
            {"LocationName": "berlin", "Action": "PUT", "CidrList": ["198.51.100.0/24"]}])
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [
            {"Action": "CREATE", "ResourceRecordSet": {
                "Name": "cidr.policies.example", "Type": "A", "TTL": 60, "SetIdentifier": location,
                "CidrRoutingConfig": {"CollectionId": collection, "LocationName": location},
                "ResourceRecords": [{"Value": value}]}}
            for location, value in (("berlin", "192.0.2.1"), ("*", "192.0.2.2"))]})
        self.served.advance("5m")
        state = route53.get_traffic_policy_instance(Id=instance["TrafficPolicyInstance"]["Id"])["TrafficPolicyInstance"]["State"]
        self.assertEqual(state, "Applied")

        def answer(name, **client):
            return route53.test_dns_answer(HostedZoneId=zone, RecordName=name, RecordType="A", **client)["RecordData"]

        self.assertEqual(answer("www.policies.example"), ["192.0.2.9"])
        self.assertEqual(answer("cidr.policies.example", EDNS0ClientSubnetIP="198.51.100.7"), ["192.0.2.1"])
        self.assertEqual(answer("cidr.policies.example"), ["192.0.2.2"])

    def test_acm_issues_what_dns_validates(self):
        acm, route53 = self.client("acm"), self.client("route53")
        zone = route53.create_hosted_zone(Name="shop.example", CallerReference="acm")["HostedZone"]["Id"]
        arn = acm.request_certificate(DomainName="shop.example", ValidationMethod="DNS",
                                      SubjectAlternativeNames=["*.shop.example"])["CertificateArn"]
        self.fails("RequestInProgressException", 400, acm.get_certificate, CertificateArn=arn)
        self.served.advance("1m")
        record = acm.describe_certificate(CertificateArn=arn)["Certificate"]["DomainValidationOptions"][0]["ResourceRecord"]
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [{
            "Action": "CREATE", "ResourceRecordSet": {"Name": record["Name"], "Type": record["Type"], "TTL": 60,
                                                      "ResourceRecords": [{"Value": record["Value"]}]}}]})
        self.served.advance("10m")
        acm.get_waiter("certificate_validated").wait(CertificateArn=arn, WaiterConfig={"Delay": 0, "MaxAttempts": 1})
        got = acm.get_certificate(CertificateArn=arn)
        with tempfile.TemporaryDirectory() as folder:
            for name in ("Certificate", "CertificateChain"):
                with open(os.path.join(folder, name), "w", encoding="ascii") as file:
                    file.write(got[name])
            subprocess.run(["openssl", "verify", "-no_check_time", "-verify_hostname", "www.shop.example",
                            "-CAfile", os.path.join(folder, "CertificateChain"), os.path.join(folder, "Certificate")],
                           check=True, capture_output=True)
        listed = acm.list_certificates(CertificateStatuses=["ISSUED"])["CertificateSummaryList"]
        self.assertEqual([one["CertificateArn"] for one in listed], [arn])
        self.fails("ResourceNotFoundException", 400, acm.describe_certificate, CertificateArn=arn[:-1] + "x")
        self.fails("NotImplemented", 501, acm.request_certificate, DomainName="shop.example", ValidationMethod="EMAIL")
        self.fails("ValidationException", 400, acm.export_certificate, CertificateArn=arn, Passphrase=b"opensesame")
        acm.put_account_configuration(ExpiryEvents={"DaysBeforeExpiry": 30}, IdempotencyToken="token")
        self.assertEqual(acm.get_account_configuration()["ExpiryEvents"]["DaysBeforeExpiry"], 30)
        acm.delete_certificate(CertificateArn=arn)

    def test_what_is_not_there_says_so(self):
        message = self.fails("NotImplemented", 501, self.client("ec2").describe_vpn_gateways)
        self.assertIn("DescribeVpnGateways", message)
        # In JSON, where EC2's is XML.
        message = self.fails("NotImplemented", 501, self.client("service-quotas").associate_service_quota_template)
        self.assertIn("AssociateServiceQuotaTemplate", message)


if __name__ == "__main__":
    unittest.main(verbosity=1, warnings="ignore")
