// The JavaScript SDK v3, as applications use it, against the served emulator.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';

import { ACMClient, AddTagsToCertificateCommand, DescribeCertificateCommand, ListCertificatesCommand, RequestCertificateCommand, waitUntilCertificateValidated } from '@aws-sdk/client-acm';
import { AutoScalingClient, CreateAutoScalingGroupCommand, DeleteAutoScalingGroupCommand, DescribeAutoScalingGroupsCommand, PutScalingPolicyCommand, SetDesiredCapacityCommand } from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient, GetMetricDataCommand, PutMetricAlarmCommand, PutMetricDataCommand, DescribeAlarmsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { ConditionalCheckFailedException, CreateTableCommand, DescribeTableCommand, DynamoDBClient, ListExportsCommand, paginateListTables, TransactionCanceledException, UpdateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, BatchWriteCommand, DeleteCommand, DynamoDBDocumentClient, ExecuteStatementCommand, GetCommand, paginateScan, PutCommand, QueryCommand, ScanCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { CreateLaunchTemplateCommand, DescribeInstancesCommand, DescribeSubnetsCommand, DescribeVpcsCommand, EC2Client, RunInstancesCommand, StopInstancesCommand, TerminateInstancesCommand, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { CreateListenerCommand, CreateLoadBalancerCommand, CreateTargetGroupCommand, DescribeLoadBalancersCommand, DescribeTargetHealthCommand, ElasticLoadBalancingV2Client, ModifyTargetGroupAttributesCommand, waitUntilLoadBalancerAvailable } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand, GetChangeCommand, ListResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { CompleteMultipartUploadCommand, CreateBucketCommand, CreateMultipartUploadCommand, DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand, S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

let server, options, url;

before(async () => {
  server = spawn(process.env.FALLSTREAK, ['serve', '--port', '0', '--clock', 'frozen'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise(resolve => server.stdout.once('data', data => resolve(String(data))));
  url = line.match(/http:\/\/127\.0\.0\.1:\d+/)[0];
  options = { endpoint: url, region: 'eu-central-1', maxAttempts: 1, forcePathStyle: true,
              credentials: { accessKeyId: '123456789012', secretAccessKey: 'test' } };
});
after(() => server.kill());

const advance = async duration => {
  const answer = await fetch(url + '/_fallstreak/clock', { method: 'POST', body: JSON.stringify({ advance: duration }) });
  assert.equal(answer.status, 200);
};
const fails = (name, status) => error => {
  assert.equal(error.name, name);
  assert.equal(error.$metadata.httpStatusCode, status);
  assert.ok(error.$metadata.requestId, 'every answer carries a request id');
  return true;
};

test('sts says who calls', async () => {
  const identity = await new STSClient(options).send(new GetCallerIdentityCommand({}));
  assert.equal(identity.Account, '123456789012');
});

test('ec2 instances live on the virtual clock', async () => {
  const ec2 = new EC2Client(options);
  const made = await ec2.send(new RunInstancesCommand({ ImageId: 'ami-0abcdef1234567890', InstanceType: 't3.micro', MinCount: 2, MaxCount: 2,
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'role', Value: 'web' }] }] }));
  assert.equal(made.Instances[0].State.Name, 'pending');
  await advance('10m');
  const states = [];
  for await (const page of paginateDescribeInstances({ client: ec2, pageSize: 5 }, { Filters: [{ Name: 'tag:role', Values: ['web'] }] })) {
    for (const row of page.Reservations) states.push(...row.Instances.map(one => one.State.Name));
  }
  assert.deepEqual(states, ['running', 'running']);
  await ec2.send(new StopInstancesCommand({ InstanceIds: [made.Instances[0].InstanceId] }));
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: made.Instances.map(one => one.InstanceId) }));
  await assert.rejects(ec2.send(new DescribeInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'] })), fails('InvalidInstanceID.NotFound', 400));
});

test('s3 objects with the default checksums of current SDKs', async () => {
  const s3 = new S3Client(options);
  await s3.send(new CreateBucketCommand({ Bucket: 'js-bucket', CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }));
  await s3.send(new PutObjectCommand({ Bucket: 'js-bucket', Key: 'a b/ü.txt', Body: 'hello', Metadata: { owner: 'me' } }));
  const got = await s3.send(new GetObjectCommand({ Bucket: 'js-bucket', Key: 'a b/ü.txt' }));
  assert.equal(await got.Body.transformToString(), 'hello');
  assert.deepEqual(got.Metadata, { owner: 'me' });
  for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'SHA1', 'SHA256']) {
    await s3.send(new PutObjectCommand({ Bucket: 'js-bucket', Key: ChecksumAlgorithm, Body: 'checked', ChecksumAlgorithm }));
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'js-bucket', Key: ChecksumAlgorithm, ChecksumMode: 'ENABLED' }));
    assert.ok(head['Checksum' + ChecksumAlgorithm]);
  }
  const upload = await s3.send(new CreateMultipartUploadCommand({ Bucket: 'js-bucket', Key: 'big' }));
  const part = await s3.send(new UploadPartCommand({ Bucket: 'js-bucket', Key: 'big', UploadId: upload.UploadId, PartNumber: 1, Body: Buffer.alloc(5 << 20, 7) }));
  await s3.send(new CompleteMultipartUploadCommand({ Bucket: 'js-bucket', Key: 'big', UploadId: upload.UploadId,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 }] } }));
  const listed = await s3.send(new ListObjectsV2Command({ Bucket: 'js-bucket', Delimiter: '/' }));
  assert.equal(listed.CommonPrefixes[0].Prefix, 'a b/');
  await s3.send(new DeleteObjectCommand({ Bucket: 'js-bucket', Key: 'big' }));
  await assert.rejects(s3.send(new GetObjectCommand({ Bucket: 'js-bucket', Key: 'big' })),
    error => error instanceof NoSuchKey && fails('NoSuchKey', 404)(error));
});

test('dynamodb through the document client', async () => {
  const client = new DynamoDBClient(options);
  await client.send(new CreateTableCommand({ TableName: 'js-table', BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }, { AttributeName: 'n', KeyType: 'RANGE' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }, { AttributeName: 'n', AttributeType: 'N' }] }));
  await advance('1m');
  assert.equal((await client.send(new DescribeTableCommand({ TableName: 'js-table' }))).Table.TableStatus, 'ACTIVE');
  const documents = DynamoDBDocumentClient.from(client);
  for (let n = 0; n < 5; ++n) await documents.send(new PutCommand({ TableName: 'js-table', Item: { id: 'a', n, deep: { list: [1, 'two', true, null] } } }));
  const got = await documents.send(new GetCommand({ TableName: 'js-table', Key: { id: 'a', n: 3 } }));
  assert.deepEqual(got.Item, { id: 'a', n: 3, deep: { list: [1, 'two', true, null] } });
  const found = await documents.send(new QueryCommand({ TableName: 'js-table', KeyConditionExpression: 'id = :id AND n > :n', ExpressionAttributeValues: { ':id': 'a', ':n': 2 } }));
  assert.deepEqual(found.Items.map(item => item.n), [3, 4]);
  const updated = await documents.send(new UpdateCommand({ TableName: 'js-table', Key: { id: 'a', n: 3 }, UpdateExpression: 'ADD seen :one', ExpressionAttributeValues: { ':one': 1 }, ReturnValues: 'ALL_NEW' }));
  assert.equal(updated.Attributes.seen, 1);
  await assert.rejects(documents.send(new PutCommand({ TableName: 'js-table', Item: { id: 'a', n: 3 }, ConditionExpression: 'attribute_not_exists(id)' })),
    error => error instanceof ConditionalCheckFailedException && fails('ConditionalCheckFailedException', 400)(error));
  await documents.send(new DeleteCommand({ TableName: 'js-table', Key: { id: 'a', n: 3 } }));
  assert.equal((await documents.send(new ScanCommand({ TableName: 'js-table' }))).Count, 4);
});

test('dynamodb transactions, batches, statements and replicas', async () => {
  const client = new DynamoDBClient(options);
  await client.send(new CreateTableCommand({ TableName: 'js-many', BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }] }));
  await advance('1m');
  await waitUntilTableExists({ client, maxWaitTime: 30 }, { TableName: 'js-many' });
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const put = id => ({ PutRequest: { Item: { id, set: new Set(['x', 'y']), bytes: new Uint8Array([0, 1]), none: undefined } } });
  const written = await documents.send(new BatchWriteCommand({ RequestItems: { 'js-many': Array.from({ length: 25 }, (_, n) => put('k' + n)) } }));
  assert.deepEqual(written.UnprocessedItems, {});
  const read = await documents.send(new BatchGetCommand({ RequestItems: { 'js-many': { Keys: [{ id: 'k1' }, { id: 'none' }] } } }));
  assert.deepEqual(read.Responses['js-many'], [{ id: 'k1', set: new Set(['x', 'y']), bytes: new Uint8Array([0, 1]) }]);
  let pages = 0, items = 0;
  for await (const page of paginateScan({ client: documents, pageSize: 10 }, { TableName: 'js-many' })) { ++pages; items += page.Count; }
  assert.deepEqual([pages, items], [3, 25]);
  await assert.rejects(documents.send(new TransactWriteCommand({ TransactItems: [
    { Put: { TableName: 'js-many', Item: { id: 'new' } } },
    { ConditionCheck: { TableName: 'js-many', Key: { id: 'k1' }, ConditionExpression: 'attribute_not_exists(id)' } }] })),
    error => error instanceof TransactionCanceledException && error.CancellationReasons.map(one => one.Code).join() === 'None,ConditionalCheckFailed');
  const found = await documents.send(new ExecuteStatementCommand({ Statement: 'SELECT id FROM "js-many" WHERE id IN [?, ?]', Parameters: ['k1', 'k2'] }));
  assert.deepEqual(found.Items.map(item => item.id).sort(), ['k1', 'k2']);
  const names = [];
  for await (const page of paginateListTables({ client, pageSize: 1 }, {})) names.push(...page.TableNames);
  assert.ok(names.includes('js-many'));
  assert.deepEqual((await client.send(new ListExportsCommand({}))).ExportSummaries, []);
  await client.send(new UpdateTableCommand({ TableName: 'js-many', ReplicaUpdates: [{ Create: { RegionName: 'us-east-1' } }] }));
  await advance('15m');
  const there = DynamoDBDocumentClient.from(new DynamoDBClient({ ...options, region: 'us-east-1' }));
  assert.equal((await there.send(new GetCommand({ TableName: 'js-many', Key: { id: 'k1' } }))).Item.id, 'k1');
});

test('elbv2 and auto scaling answer and refuse as AWS does', async () => {
  const elbv2 = new ElasticLoadBalancingV2Client(options);
  assert.deepEqual((await elbv2.send(new DescribeLoadBalancersCommand({}))).LoadBalancers, []);
  await assert.rejects(elbv2.send(new DescribeLoadBalancersCommand({ Names: ['none'] })), error => error.$metadata.httpStatusCode === 400);
  await assert.rejects(elbv2.send(new CreateLoadBalancerCommand({ Name: 'x', Subnets: ['subnet-0123456789abcdef0'] })), error => error.$metadata.httpStatusCode === 400);
  const autoscaling = new AutoScalingClient(options);
  assert.deepEqual((await autoscaling.send(new DescribeAutoScalingGroupsCommand({}))).AutoScalingGroups, []);
  await assert.rejects(autoscaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: 'none', DesiredCapacity: 1 })), fails('ValidationError', 400));
});

test('cloudwatch speaks the protocol of current SDKs', async () => {
  const cloudwatch = new CloudWatchClient(options);
  const now = new Date((await (await fetch(url + '/_fallstreak/clock')).json()).now);
  await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Js', MetricData: [{ MetricName: 'M', Value: 4, Timestamp: now }] }));
  await advance('2m');
  const got = await cloudwatch.send(new GetMetricDataCommand({ StartTime: new Date(now - 300000), EndTime: new Date(+now + 300000),
    MetricDataQueries: [{ Id: 'm', MetricStat: { Metric: { Namespace: 'Js', MetricName: 'M' }, Period: 60, Stat: 'Sum' } }] }));
  assert.deepEqual(got.MetricDataResults[0].Values, [4]);
  await cloudwatch.send(new PutMetricAlarmCommand({ AlarmName: 'a', Namespace: 'Js', MetricName: 'M', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' }));
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'a', StateValue: 'ALARM', StateReason: 'test' }));
  assert.equal((await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['a'] }))).MetricAlarms[0].StateValue, 'ALARM');
  await assert.rejects(cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'OK', StateReason: 'test' })),
    error => error.$metadata.httpStatusCode === 404);
});

test('elbv2 forwards to a mixed group of auto scaling', async () => {
  const ec2 = new EC2Client(options);
  const elbv2 = new ElasticLoadBalancingV2Client(options);
  const autoscaling = new AutoScalingClient(options);
  const vpc = (await ec2.send(new DescribeVpcsCommand({}))).Vpcs[0].VpcId;
  const subnets = (await ec2.send(new DescribeSubnetsCommand({}))).Subnets.map(one => one.SubnetId);
  const balancer = (await elbv2.send(new CreateLoadBalancerCommand({ Name: 'js', Subnets: subnets }))).LoadBalancers[0].LoadBalancerArn;
  const group = (await elbv2.send(new CreateTargetGroupCommand({ Name: 'js', Protocol: 'HTTP', Port: 80, VpcId: vpc }))).TargetGroups[0].TargetGroupArn;
  await elbv2.send(new CreateListenerCommand({ LoadBalancerArn: balancer, Protocol: 'HTTP', Port: 80, DefaultActions: [{ Type: 'forward', TargetGroupArn: group }] }));
  await elbv2.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: group, Attributes: [
    { Key: 'load_balancing.algorithm.type', Value: 'weighted_random' }, { Key: 'load_balancing.algorithm.anomaly_mitigation', Value: 'on' }] }));
  await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: 'js-web', LaunchTemplateData: { ImageId: 'ami-0abcdef1234567890' } }));
  await autoscaling.send(new CreateAutoScalingGroupCommand({ AutoScalingGroupName: 'js', MinSize: 2, MaxSize: 4, TargetGroupARNs: [group],
    VPCZoneIdentifier: subnets.join(','), MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification: { LaunchTemplateName: 'js-web', Version: '$Latest' },
      Overrides: [{ InstanceRequirements: { VCpuCount: { Min: 2, Max: 2 }, MemoryMiB: { Min: 8192 } } }] } } }));
  const policy = await autoscaling.send(new PutScalingPolicyCommand({ AutoScalingGroupName: 'js', PolicyName: 'cpu', PolicyType: 'TargetTrackingScaling',
    TargetTrackingConfiguration: { PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' }, TargetValue: 50 } }));
  assert.equal(policy.Alarms.length, 2);
  await advance('10m');
  await waitUntilLoadBalancerAvailable({ client: elbv2, maxWaitTime: 60 }, { LoadBalancerArns: [balancer] });
  const made = (await autoscaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['js'] }))).AutoScalingGroups[0];
  assert.deepEqual(made.Instances.map(one => one.LifecycleState), ['InService', 'InService']);
  const health = await elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn: group, Include: ['AnomalyDetection'] }));
  assert.deepEqual(health.TargetHealthDescriptions.map(one => one.AnomalyDetection.Result), ['normal', 'normal']);
  await autoscaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: 'js', ForceDelete: true }));
});

test('route 53 answers what acm validates', async () => {
  const route53 = new Route53Client(options);
  const acm = new ACMClient(options);
  const zone = (await route53.send(new CreateHostedZoneCommand({ Name: 'js.example', CallerReference: 'js' }))).HostedZone.Id;
  const { CertificateArn } = await acm.send(new RequestCertificateCommand({ DomainName: 'shop.js.example', ValidationMethod: 'DNS' }));
  await advance('1m');
  const asked = (await acm.send(new DescribeCertificateCommand({ CertificateArn }))).Certificate;
  const record = asked.DomainValidationOptions[0].ResourceRecord;
  const change = await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zone, ChangeBatch: { Changes: [{ Action: 'UPSERT',
    ResourceRecordSet: { Name: record.Name, Type: record.Type, TTL: 300, ResourceRecords: [{ Value: record.Value }] } }] } }));
  await advance('20m');
  assert.equal((await route53.send(new GetChangeCommand({ Id: change.ChangeInfo.Id }))).ChangeInfo.Status, 'INSYNC');
  assert.equal((await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: zone }))).ResourceRecordSets.length, 3);
  await waitUntilCertificateValidated({ client: acm, maxWaitTime: 120 }, { CertificateArn });
  await acm.send(new AddTagsToCertificateCommand({ CertificateArn, Tags: [{ Key: 'for', Value: 'js' }] }));
  assert.equal((await acm.send(new ListCertificatesCommand({ CertificateStatuses: ['ISSUED'] }))).CertificateSummaryList.length, 1);
  await assert.rejects(acm.send(new DescribeCertificateCommand({ CertificateArn: CertificateArn.slice(0, -1) + 'x' })), fails('ResourceNotFoundException', 400));
});
