#!/usr/bin/python3
"""DynamoDB's clients against the served emulator: boto3's two layers, the AWS CLI, what the console and NoSQL Workbench
ask, DAX, and requests that no client would send."""
import datetime
import decimal
import gzip
import json
import os
import socket
import subprocess
import sys
import unittest
import urllib.error
import urllib.request
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from served import Served  # noqa: E402

PROGRAM = sys.argv.pop(1)


class DynamoDb(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.served = Served(PROGRAM)
        os.environ.clear()
        os.environ.update(cls.served.environment())
        import boto3
        import botocore.config
        import botocore.exceptions
        cls.boto3 = boto3
        cls.error = botocore.exceptions.ClientError
        cls.config = botocore.config.Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"})

    @classmethod
    def tearDownClass(cls):
        cls.served.__exit__()

    def client(self, name="dynamodb", region="eu-central-1"):
        return self.boto3.client(name, endpoint_url=self.served.url, config=self.config, region_name=region)

    def make_table(self, name):
        made = self.client().create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])["TableDescription"]
        self.served.advance("1m")
        return made

    def send(self, operation, body, **headers):
        """A request as bytes, with the answer's status, its body as JSON, and its headers."""
        data = body if isinstance(body, bytes) else body.encode()
        request = urllib.request.Request(self.served.url, data=data, headers={
            "Authorization": "AWS4-HMAC-SHA256 Credential=123456789012/20260101/eu-central-1/dynamodb/aws4_request",
            "X-Amz-Target": "DynamoDB_20120810." + operation, "Content-Type": "application/x-amz-json-1.0", **headers})
        try:
            answer = urllib.request.urlopen(request)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            raw = answer.read()
            self.assertEqual(answer.headers["x-amz-crc32"], str(zlib.crc32(raw)), "every answer has its checksum")
            return answer.status, json.loads(raw)

    def test_boto3_resources(self):
        from boto3.dynamodb.conditions import Attr, Key
        resource = self.boto3.resource("dynamodb", endpoint_url=self.served.url, config=self.config)
        table = resource.create_table(
            TableName="resource", BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}])
        self.assertEqual(table.table_status, "CREATING")
        self.served.advance("1m")
        table.wait_until_exists()
        table.reload()
        self.assertEqual((table.table_status, table.item_count), ("ACTIVE", 0))
        with table.batch_writer() as batch:
            for n in range(30):
                batch.put_item(Item={"id": "a", "n": n, "price": decimal.Decimal("1.50"), "tags": {"x", "y"}, "raw": b"\x00\x01"})
        found = table.query(KeyConditionExpression=Key("id").eq("a") & Key("n").between(5, 9),
                            FilterExpression=Attr("price").gt(1) & Attr("tags").contains("x"))
        self.assertEqual([item["n"] for item in found["Items"]], [5, 6, 7, 8, 9])
        self.assertEqual(found["Items"][0]["tags"], {"x", "y"})
        self.assertEqual(found["Items"][0]["raw"].value, b"\x00\x01")
        updated = table.update_item(Key={"id": "a", "n": 1}, UpdateExpression="SET #c = if_not_exists(#c, :z) + :one",
                                    ExpressionAttributeNames={"#c": "count"}, ReturnValues="UPDATED_NEW",
                                    ExpressionAttributeValues={":z": 0, ":one": decimal.Decimal("2.5")})
        self.assertEqual(updated["Attributes"], {"count": decimal.Decimal("2.5")})
        got = resource.batch_get_item(RequestItems={"resource": {"Keys": [{"id": "a", "n": n} for n in (1, 2)]}})
        self.assertEqual(sorted(item["n"] for item in got["Responses"]["resource"]), [1, 2])
        self.assertEqual([one.name for one in resource.tables.all() if one.name == "resource"], ["resource"])
        table.delete()
        self.served.advance("1m")
        table.wait_until_not_exists()

    def test_what_the_console_and_workbench_ask_of_a_fresh_table(self):
        dynamodb, arn = self.client(), self.make_table("fresh")["TableArn"]
        self.assertEqual(dynamodb.describe_limits()["AccountMaxReadCapacityUnits"], 80000)
        self.assertTrue(dynamodb.describe_endpoints()["Endpoints"])
        self.assertEqual(dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"], [])
        backups = dynamodb.describe_continuous_backups(TableName="fresh")["ContinuousBackupsDescription"]
        self.assertEqual(backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"], "DISABLED")
        self.assertEqual(dynamodb.describe_time_to_live(TableName="fresh")["TimeToLiveDescription"]["TimeToLiveStatus"], "DISABLED")
        self.assertEqual(dynamodb.describe_contributor_insights(TableName="fresh")["ContributorInsightsStatus"], "DISABLED")
        self.assertEqual(dynamodb.describe_kinesis_streaming_destination(TableName="fresh")["KinesisDataStreamDestinations"], [])
        self.assertEqual(dynamodb.list_backups(TableName="fresh")["BackupSummaries"], [])
        self.assertEqual(dynamodb.list_exports(TableArn=arn)["ExportSummaries"], [])
        self.assertEqual(dynamodb.list_imports(TableArn=arn)["ImportSummaryList"], [])
        self.assertEqual(dynamodb.list_global_tables()["GlobalTables"], [])
        self.assertEqual(dynamodb.list_contributor_insights(TableName="fresh")["ContributorInsightsSummaries"], [])
        self.assertEqual(self.client("dynamodbstreams").list_streams(TableName="fresh")["Streams"], [])
        self.assertEqual(dynamodb.scan(TableName="fresh", Limit=50)["Items"], [])
        self.assertEqual(dynamodb.execute_statement(Statement='SELECT * FROM "fresh"')["Items"], [])
        status, answer = self.send("GetResourcePolicy", json.dumps({"ResourceArn": arn}))
        self.assertEqual((status, answer["__type"].split("#")[1]), (400, "PolicyNotFoundException"))
        with self.assertRaises(self.error) as caught:
            dynamodb.describe_global_table(GlobalTableName="fresh")
        self.assertEqual(caught.exception.response["Error"]["Code"], "GlobalTableNotFoundException")
        replicas = dynamodb.describe_table_replica_auto_scaling(TableName="fresh")["TableAutoScalingDescription"]
        self.assertEqual((replicas["TableName"], replicas["TableStatus"]), ("fresh", "ACTIVE"))

    def test_what_the_console_asks_other_services_about_a_table(self):
        """The services of the policy AmazonDynamoDBReadOnlyAccess that this version has."""
        dynamodb, cloudwatch, scaling = self.client(), self.client("cloudwatch"), self.client("application-autoscaling")
        dynamodb.create_table(TableName="shown", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
                              KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                              AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
        self.served.advance("1m")
        table = {"Namespace": "AWS/DynamoDB", "MetricName": "ConsumedReadCapacityUnits",
                 "Dimensions": [{"Name": "TableName", "Value": "shown"}]}
        now = datetime.datetime.fromisoformat(self.served.control("clock")["now"].replace("Z", "+00:00"))
        data = cloudwatch.get_metric_data(
            StartTime=now - datetime.timedelta(hours=1), EndTime=now,
            MetricDataQueries=[{"Id": "reads", "MetricStat": {"Metric": table, "Period": 60, "Stat": "Sum"}}])
        self.assertEqual([one["Id"] for one in data["MetricDataResults"]], ["reads"])
        self.assertEqual(cloudwatch.get_metric_statistics(
            StartTime=now - datetime.timedelta(hours=1), EndTime=now, Period=60, Statistics=["Sum"], **table)["Datapoints"], [])
        self.assertEqual(cloudwatch.list_metrics(Namespace="AWS/DynamoDB", Dimensions=table["Dimensions"])["Metrics"], [])
        self.assertEqual(cloudwatch.describe_alarms_for_metric(**table)["MetricAlarms"], [])
        self.assertEqual(cloudwatch.describe_alarms(AlarmNamePrefix="TargetTracking-table/shown")["MetricAlarms"], [])
        self.assertEqual(cloudwatch.describe_alarm_history(AlarmName="none")["AlarmHistoryItems"], [])
        about = {"ServiceNamespace": "dynamodb"}
        self.assertEqual(scaling.describe_scalable_targets(ResourceIds=["table/shown"], **about)["ScalableTargets"], [])
        self.assertEqual(scaling.describe_scaling_policies(ResourceId="table/shown", **about)["ScalingPolicies"], [])
        self.assertEqual(scaling.describe_scaling_activities(ResourceId="table/shown", **about)["ScalingActivities"], [])
        scaling.register_scalable_target(ResourceId="table/shown", ScalableDimension="dynamodb:table:ReadCapacityUnits",
                                         MinCapacity=5, MaxCapacity=50, **about)
        targets = scaling.describe_scalable_targets(ResourceIds=["table/shown"], **about)["ScalableTargets"]
        self.assertEqual([(one["MinCapacity"], one["MaxCapacity"]) for one in targets], [(5, 50)])

    def test_what_workbench_does_with_a_model(self):
        """Tables with indexes are committed, filled, looked at and read by its three operation builders."""
        dynamodb = self.client()
        dynamodb.create_table(
            TableName="model", BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "by")],
            GlobalSecondaryIndexes=[{"IndexName": "by-index", "KeySchema": [{"AttributeName": "by", "KeyType": "HASH"}],
                                     "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["n"]}}])
        self.served.advance("1m")
        self.assertIn("model", dynamodb.list_tables(Limit=100)["TableNames"])
        self.assertEqual(dynamodb.describe_table(TableName="model")["Table"]["GlobalSecondaryIndexes"][0]["IndexStatus"], "ACTIVE")
        rows = [{"pk": {"S": "a"}, "sk": {"S": str(n)}, "by": {"S": "x"}, "n": {"N": str(n)}} for n in range(10)]
        left = dynamodb.batch_write_item(RequestItems={"model": [{"PutRequest": {"Item": row}} for row in rows]})["UnprocessedItems"]
        self.assertEqual(left, {})
        page = dynamodb.scan(TableName="model", Limit=4, ReturnConsumedCapacity="TOTAL")
        self.assertEqual((page["Count"], page["LastEvaluatedKey"]), (4, {"pk": {"S": "a"}, "sk": {"S": "3"}}))
        found = dynamodb.query(TableName="model", IndexName="by-index", KeyConditionExpression="#by = :by",
                               FilterExpression="#n > :n", ExpressionAttributeNames={"#by": "by", "#n": "n"},
                               ExpressionAttributeValues={":by": {"S": "x"}, ":n": {"N": "7"}})
        self.assertEqual((found["Count"], found["ScannedCount"]), (2, 10))
        page = dynamodb.execute_statement(Statement="SELECT * FROM \"model\" WHERE pk = 'a'", Limit=3)
        self.assertEqual(len(page["Items"]), 3)
        rest = dynamodb.execute_statement(Statement="SELECT * FROM \"model\" WHERE pk = 'a'", NextToken=page["NextToken"])
        self.assertEqual(len(page["Items"]) + len(rest["Items"]), 10)
        dynamodb.execute_transaction(TransactStatements=[
            {"Statement": "UPDATE \"model\" SET n = 70 WHERE pk = 'a' AND sk = '7'"},
            {"Statement": "DELETE FROM \"model\" WHERE pk = 'a' AND sk = '8'"}])
        done = dynamodb.batch_execute_statement(Statements=[
            {"Statement": "SELECT n FROM \"model\" WHERE pk = 'a' AND sk = '%d'" % n} for n in (7, 8)])["Responses"]
        self.assertEqual([one.get("Item") for one in done], [{"n": {"N": "70"}}, None])

    def test_browsers_may_ask_and_read_the_answer(self):
        origin = {"Origin": "http://localhost:8000"}
        asked = "authorization,content-type,x-amz-date,x-amz-target,x-amz-user-agent,amz-sdk-invocation-id,amz-sdk-request"
        request = urllib.request.Request(self.served.url, method="OPTIONS", headers={
            **origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": asked})
        with urllib.request.urlopen(request) as answer:
            self.assertEqual(answer.status, 200)
            self.assertEqual(answer.read(), b"")
            for name, value in (("origin", "*"), ("methods", "POST"), ("headers", asked)):
                self.assertEqual(answer.headers["Access-Control-Allow-" + name], value)
            self.assertEqual(answer.headers["Access-Control-Max-Age"], "172800")
        for operation, body in (("ListTables", b"{}"), ("DescribeTable", b'{"TableName":"absent"}')):
            request = urllib.request.Request(self.served.url, data=body, headers={
                **origin, "X-Amz-Target": "DynamoDB_20120810." + operation, "Content-Type": "application/x-amz-json-1.0"})
            try:
                answer = urllib.request.urlopen(request)
            except urllib.error.HTTPError as error:
                answer = error
            with answer:
                self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
                exposed = answer.headers["Access-Control-Expose-Headers"].lower()
                for name in ("x-amzn-requestid", "x-amzn-errortype", "x-amz-crc32"):
                    self.assertIn(name, exposed)

    def test_global_tables_reach_another_region(self):
        here, there = self.client(), self.client(region="us-east-1")
        self.make_table("global")
        here.update_table(TableName="global", ReplicaUpdates=[{"Create": {"RegionName": "us-east-1"}}])
        self.served.advance("2m")
        described = here.describe_table(TableName="global")["Table"]
        self.assertEqual([(one["RegionName"], one["ReplicaStatus"]) for one in described["Replicas"]], [("us-east-1", "ACTIVE")])
        here.put_item(TableName="global", Item={"id": {"S": "a"}})
        self.assertNotIn("Item", there.get_item(TableName="global", Key={"id": {"S": "a"}}))
        self.served.advance("2s")
        self.assertIn("Item", there.get_item(TableName="global", Key={"id": {"S": "a"}}))
        there.delete_table(TableName="global")
        self.served.advance("3m")
        self.assertNotIn("Replicas", here.describe_table(TableName="global")["Table"])

    def test_strong_groups_and_their_scaling(self):
        here, there = self.client(region="us-east-2"), self.client(region="us-west-2")
        here.create_table(TableName="strong", BillingMode="PROVISIONED",
                          ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
                          KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                          AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
        self.served.advance("1m")
        here.update_table_replica_auto_scaling(
            TableName="strong", ProvisionedWriteCapacityAutoScalingUpdate={"MinimumUnits": 5, "MaximumUnits": 9})
        described = here.describe_table_replica_auto_scaling(TableName="strong")["TableAutoScalingDescription"]
        writes = described["Replicas"][0]["ReplicaProvisionedWriteCapacityAutoScalingSettings"]
        self.assertEqual((writes["MinimumUnits"], writes["MaximumUnits"]), (5, 9))
        # Debian's boto3 is older than strong consistency.
        region = {"Authorization": "AWS4-HMAC-SHA256 "
                                   "Credential=123456789012/20260101/us-east-2/dynamodb/aws4_request"}
        status, answer = self.send("UpdateTable", json.dumps({
            "TableName": "strong", "MultiRegionConsistency": "STRONG",
            "ReplicaUpdates": [{"Create": {"RegionName": "us-west-2"}}],
            "GlobalTableWitnessUpdates": [{"Create": {"RegionName": "us-east-1"}}]}), **region)
        self.assertEqual((status, answer["TableDescription"]["TableStatus"]), (200, "UPDATING"))
        self.served.advance("2m")
        status, answer = self.send("DescribeTable", json.dumps({"TableName": "strong"}), **region)
        self.assertEqual((answer["Table"]["MultiRegionConsistency"], answer["Table"]["GlobalTableWitnesses"]),
                         ("STRONG", [{"RegionName": "us-east-1", "WitnessStatus": "ACTIVE"}]))
        here.put_item(TableName="strong", Item={"id": {"S": "a"}})
        self.assertIn("Item", there.get_item(TableName="strong", Key={"id": {"S": "a"}}, ConsistentRead=True))

    def test_exports_and_imports_with_the_cli(self):
        def aws(*arguments):
            done = subprocess.run(["aws", "--endpoint-url", self.served.url, "--output", "json", *arguments],
                                  capture_output=True, text=True, timeout=120)
            self.assertEqual(done.returncode, 0, done.stderr)
            return json.loads(done.stdout) if done.stdout else None

        arn, s3 = self.make_table("source")["TableArn"], self.client("s3")
        s3.create_bucket(Bucket="exports", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        self.client().put_item(TableName="source", Item={"id": {"S": "a"}, "n": {"N": "7.50"}})
        aws("dynamodb", "update-continuous-backups", "--table-name", "source",
            "--point-in-time-recovery-specification", "PointInTimeRecoveryEnabled=true")
        begun = aws("dynamodb", "export-table-to-point-in-time", "--table-arn", arn, "--s3-bucket", "exports")
        self.served.advance("15m")
        export = aws("dynamodb", "describe-export", "--export-arn", begun["ExportDescription"]["ExportArn"])["ExportDescription"]
        self.assertEqual((export["ExportStatus"], export["ItemCount"]), ("COMPLETED", 1))
        summary = json.loads(s3.get_object(Bucket="exports", Key=export["ExportManifest"])["Body"].read())
        lines = s3.get_object(Bucket="exports", Key=summary["manifestFilesS3Key"])["Body"].read().decode().splitlines()
        files = [json.loads(line) for line in lines]
        data = b"".join(gzip.decompress(s3.get_object(Bucket="exports", Key=one["dataFileS3Key"])["Body"].read()) for one in files)
        self.assertEqual(json.loads(data), {"Item": {"id": {"S": "a"}, "n": {"N": "7.5"}}})
        begun = aws("dynamodb", "import-table", "--input-format", "DYNAMODB_JSON", "--input-compression-type", "GZIP",
                    "--s3-bucket-source", "S3Bucket=exports,S3KeyPrefix=" + os.path.dirname(export["ExportManifest"]) + "/data/",
                    "--table-creation-parameters", json.dumps({
                        "TableName": "target", "BillingMode": "PAY_PER_REQUEST",
                        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}))["ImportTableDescription"]
        self.served.advance("5m")
        done = aws("dynamodb", "describe-import", "--import-arn", begun["ImportArn"])["ImportTableDescription"]
        self.assertEqual((done["ImportStatus"], done["ImportedItemCount"]), ("COMPLETED", 1))
        self.assertEqual(self.client().get_item(TableName="target", Key={"id": {"S": "a"}})["Item"]["n"], {"N": "7.5"})
        self.assertEqual(len(aws("dynamodb", "list-imports")["ImportSummaryList"]), 1)

    def test_dax_says_that_it_is_not_there(self):
        from botocore import xform_name
        client = self.client("dax")
        shapes = client.meta.service_model
        for operation in shapes.operation_names:
            shape = shapes.operation_model(operation).input_shape
            values = {"string": "x", "integer": 1, "list": ["x"]}
            arguments = {name: values[shape.members[name].type_name] for name in shape.required_members}
            if "Tags" in arguments:
                arguments["Tags"] = [{"Key": "k"}]
            if "ParameterNameValues" in arguments:
                arguments["ParameterNameValues"] = []
            with self.assertRaises(self.error, msg=operation) as caught:
                getattr(client, xform_name(operation))(**arguments)
            answer = caught.exception.response
            self.assertEqual((answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]),
                             ("NotImplemented", 501), operation)
            self.assertIn("dax", answer["Error"]["Message"])
        done = subprocess.run(["/usr/bin/aws", "--endpoint-url", self.served.url, "dax", "describe-clusters"],
                              capture_output=True, text=True, timeout=60, env={**os.environ, "AWS_MAX_ATTEMPTS": "1"})
        self.assertEqual(done.returncode, 254)
        self.assertIn("An error occurred (NotImplemented) when calling the DescribeClusters operation", done.stderr)
        self.assertIn("The service dax is not implemented by this version of Fallstreak.", done.stderr)

    def test_a_client_of_a_dax_cluster_is_told_in_its_own_words(self):
        host, port = self.served.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=20) as connection:
            connection.sendall(b"gJ7yne5G\x00\xf6\xa1iUserAgentfFooBar\x00")
            answer = b"".join(iter(lambda: connection.recv(4096), b""))
        # One code, 3: to try again is of no use. A message; no request id, an error's code, a status.
        message = b"DAX is not implemented by this version of Fallstreak."
        self.assertEqual(answer, b"\x81\x03x" + bytes([len(message)]) + message + b"\x83\xf6nNotImplemented\x19\x01\xf5")

    def test_what_is_too_new_is_refused_by_name(self):
        for operation in ("SearchVectors", "StartBulkPutItems", "DescribeBulkOperation", "ListBulkOperations", "CancelBulkOperation"):
            status, answer = self.send(operation, "{}")
            self.assertEqual((status, answer["__type"].split("#")[-1]), (501, "NotImplemented"), operation)
            self.assertIn(operation, answer["message"])
        for parameter in ("VectorIndexes", "GlobalTableSourceArn", "ResourcePolicy"):
            status, answer = self.send("CreateTable", json.dumps({
                "TableName": "new", "BillingMode": "PAY_PER_REQUEST", parameter: "x" if parameter != "VectorIndexes" else [],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}))
            self.assertEqual((status, answer["__type"].split("#")[-1]), (501, "NotImplemented"), parameter)
            self.assertIn(parameter, answer["message"])

    def test_wrong_json_is_a_serialization_exception_and_changes_nothing(self):
        self.make_table("json")
        item = '{"TableName":"json","Item":%s}'
        cases = ["", "[]", "null", '"x"', "{", "{]", '{"TableName":"json"', "\xff".encode("latin-1"),
                 '{"TableName":5,"Item":{}}', '{"TableName":["json"],"Item":{}}', '{"TableName":{"x":1},"Item":{}}',
                 item % "5", item % '"x"', item % "[]", item % "true", item % '{"id":5}', item % '{"id":"a"}',
                 item % '{"id":[]}', item % '{"id":{"S":5}}', item % '{"id":{"S":true}}', item % '{"id":{"S":["a"]}}',
                 item % '{"id":{"S":{"a":1}}}', item % '{"id":{"S":"a"},"b":{"B":5}}', item % '{"id":{"S":"a"},"b":{"B":"%"}}',
                 item % '{"id":{"S":"a"},"b":{"SS":"a"}}', item % '{"id":{"S":"a"},"b":{"SS":[5]}}',
                 item % '{"id":{"S":"a"},"b":{"L":{}}}', item % '{"id":{"S":"a"},"b":{"L":[5]}}',
                 item % '{"id":{"S":"a"},"b":{"M":[]}}', item % '{"id":{"S":"a"},"b":{"M":{"x":5}}}',
                 item % '{"id":{"S":"a"},"b":{"BOOL":[]}}', item % '{"id":{"S":"a"},"b":{"NULL":{}}}']
        for body in cases:
            status, answer = self.send("PutItem", body)
            self.assertEqual(status, 400, (body, answer))
            self.assertIn(answer["__type"], ("com.amazon.coral.service#SerializationException",
                                             "com.amazon.coral.validate#ValidationException",
                                             "com.amazonaws.dynamodb.v20120810#ValidationException"), (body, answer))
        self.assertEqual(self.client().scan(TableName="json")["Count"], 0)

    def test_sets_hold_no_null(self):
        self.make_table("sets")
        for members, words in (('"SS":["a",null]', "An string set may not have a null string as a member"),
                               ('"NS":["1",null]', "An number set may not have a null string as a member"),
                               ('"BS":[null,"QQ=="]', "Binary sets may not contain null or empty values")):
            status, answer = self.send("PutItem", '{"TableName":"sets","Item":{"id":{"S":"a"},"m":{"M":{"set":{%s}}}}}' % members)
            self.assertEqual((status, answer["message"]), (400, "One or more parameter values were invalid: " + words))
        self.assertEqual(self.client().scan(TableName="sets")["Count"], 0)

    def test_deep_and_doubled_json_neither_breaks_nor_writes(self):
        self.make_table("deep")
        for depth in (33, 100, 1000, 20000):
            value = '{"M":{"n":' * depth + '{"S":"x"}' + "}}" * depth
            status, answer = self.send("PutItem", '{"TableName":"deep","Item":{"id":{"S":"a"},"d":%s}}' % value)
            self.assertEqual(status, 400, (depth, answer))
        for depth in (100, 100000):
            self.assertEqual(self.send("PutItem", "[" * depth)[0], 400)
            self.assertEqual(self.send("PutItem", '{"x":' * depth)[0], 400)
        self.assertEqual(self.client().scan(TableName="deep")["Count"], 0)
        # As AWS's JSON reader does it: of a name that comes twice the last one counts.
        status, answer = self.send("PutItem", '{"TableName":"none","TableName":"deep","Item":{"id":{"S":"a"},"v":{"S":"1"},"v":{"S":"2"}}}')
        self.assertEqual(status, 200, answer)
        self.assertEqual(self.client().get_item(TableName="deep", Key={"id": {"S": "a"}})["Item"]["v"], {"S": "2"})

    def test_both_forms_of_type_and_the_checksum(self):
        status, answer = self.send("DescribeTable", '{"TableName":"absent"}')
        self.assertEqual((status, answer["__type"]), (400, "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"))
        self.assertEqual(answer["message"], "Requested resource not found: Table: absent not found")
        status, answer = self.send("NoSuchThing", "{}")
        self.assertEqual((status, answer["__type"]), (400, "com.amazon.coral.service#UnknownOperationException"))


if __name__ == "__main__":
    unittest.main(verbosity=1, warnings="ignore")
