#!/usr/bin/python3
"""botocore and curl (Debian's) as they run on an instance: IMDS, and credentials from it."""
import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from served import Served  # noqa: E402

PROGRAM = sys.argv.pop(1)


class InstanceMetadata(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # Strict: the credentials are proven by signatures.
        cls.served = Served(PROGRAM, "--auth", "strict", "--metadata-port", "0")
        cls.addClassCleanup(cls.served.__exit__)
        os.environ.clear()
        os.environ.update(cls.served.environment())
        import boto3
        cls.ec2 = boto3.client("ec2", endpoint_url=cls.served.url)

    def run_instance(self, tokens):
        instance = self.ec2.run_instances(
            ImageId="ami-0abcdef1234567890", InstanceType="t3.micro", MinCount=1, MaxCount=1,
            IamInstanceProfile={"Name": "web"}, MetadataOptions={"HttpTokens": tokens})["Instances"][0]["InstanceId"]
        self.served.advance("1m")
        return instance

    def curl(self, *words):
        done = subprocess.run(["curl", "-sS", "--max-time", "20", *words], capture_output=True, text=True, check=True)
        return done.stdout

    def test_botocore_lives_on_the_credentials_of_the_instance(self):
        import botocore.session
        instance = self.run_instance("required")
        kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("AWS_") and name != "AWS_CONFIG_FILE"
                and name != "AWS_SHARED_CREDENTIALS_FILE"}
        os.environ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = self.served.metadata_url + instance
        try:
            session = botocore.session.get_session()
            credentials = session.get_credentials()
            self.assertEqual(credentials.method, "iam-role")
            self.assertTrue(credentials.access_key.startswith("ASIA"))
            sts = session.create_client("sts", region_name="eu-central-1", endpoint_url=self.served.url)
            self.assertEqual(sts.get_caller_identity()["Account"], "123456789012")
            ec2 = session.create_client("ec2", region_name="eu-central-1", endpoint_url=self.served.url)
            seen = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
            self.assertEqual(seen["IamInstanceProfile"]["Arn"], "arn:aws:iam::123456789012:instance-profile/web")
            region = botocore.utils.InstanceMetadataRegionFetcher(
                base_url=os.environ["AWS_EC2_METADATA_SERVICE_ENDPOINT"]).retrieve_region()
            self.assertEqual(region, "eu-central-1")
        finally:
            del os.environ["AWS_EC2_METADATA_SERVICE_ENDPOINT"]
            os.environ.update(kept)

    def test_curl_as_the_documentation_has_it(self):
        instance = self.run_instance("required")
        base = self.served.metadata_url + instance
        refused = self.curl("-o", os.devnull, "-w", "%{http_code}", base + "/latest/meta-data/instance-id")
        self.assertEqual(refused, "401")
        token = self.curl("-X", "PUT", base + "/latest/api/token", "-H", "X-aws-ec2-metadata-token-ttl-seconds: 21600")
        with_token = ["-H", "X-aws-ec2-metadata-token: " + token]
        self.assertEqual(self.curl(*with_token, base + "/latest/meta-data/instance-id"), instance)
        document = json.loads(self.curl(*with_token, base + "/latest/dynamic/instance-identity/document"))
        self.assertEqual(document["instanceId"], instance)

    def test_version_one_works_where_it_may(self):
        instance = self.run_instance("optional")
        self.assertEqual(self.curl(self.served.metadata_url + instance + "/latest/meta-data/instance-id"), instance)


if __name__ == "__main__":
    unittest.main(verbosity=1, warnings="ignore")
