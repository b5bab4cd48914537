#!/usr/bin/python3
"""dig (Debian's bind9-dnsutils) against the served emulator's DNS."""
import os
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from served import Served  # noqa: E402

PROGRAM = sys.argv.pop(1)


@unittest.skipUnless(shutil.which("dig"), "dig is not installed")
class Dig(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.served = Served(PROGRAM, "--dns-port", "0", "--dns-region", "eu-central-1")
        os.environ.clear()
        os.environ.update(cls.served.environment())
        import boto3
        cls.route53 = boto3.client("route53", endpoint_url=cls.served.url)
        cls.zone = cls.route53.create_hosted_zone(Name="example.com", CallerReference="dig")["HostedZone"]["Id"]

    @classmethod
    def tearDownClass(cls):
        cls.served.__exit__()

    def dig(self, *words):
        done = subprocess.run(["dig", "@127.0.0.1", "-p", str(self.served.dns_port), "+tries=1", "+time=5", *words],
                              capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def put(self, **record):
        self.route53.change_resource_record_sets(HostedZoneId=self.zone, ChangeBatch={
            "Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]})
        self.served.advance("2m")

    def test_every_type_is_read_as_it_was_written(self):
        values = {"A": "192.0.2.1", "AAAA": "2001:db8::1", "MX": "10 mail.example.com.", "TXT": '"v=spf1 -all" "two"',
                  "SRV": "1 2 443 host.example.com.", "CAA": '0 issue "amazon.com"', "PTR": "host.example.com.",
                  "NAPTR": '100 50 "u" "E2U+sip" "" sip.example.com.', "DS": "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118"}
        for kind, value in values.items():
            name = kind.lower() + ".example.com"
            self.put(Name=name, Type=kind, TTL=60, ResourceRecords=[{"Value": value}])
            got = self.dig("+short", name, kind).strip()
            self.assertEqual(got.replace(" ", "") if kind == "DS" else got, value.replace(" ", "") if kind == "DS" else value)
        self.assertIn("awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400", self.dig("+short", "example.com", "SOA"))
        self.assertEqual(len(self.dig("+short", "example.com", "NS").split()), 4)

    def test_status_and_flags(self):
        self.put(Name="www.example.com", Type="CNAME", TTL=300, ResourceRecords=[{"Value": "web.example.com"}])
        self.put(Name="web.example.com", Type="A", TTL=60, ResourceRecords=[{"Value": "192.0.2.7"}])
        answer = self.dig("WwW.eXample.com")
        self.assertIn("status: NOERROR", answer)
        self.assertIn("flags: qr aa rd ra;", answer)
        self.assertEqual(self.dig("+short", "www.example.com").split(), ["web.example.com.", "192.0.2.7"])
        self.assertIn("status: NXDOMAIN", self.dig("nothing.example.com"))
        self.assertIn("status: REFUSED", self.dig("www.example.org"))
        self.assertEqual(self.dig("+short", "+tcp", "web.example.com").strip(), "192.0.2.7")

    def test_the_subnet_of_a_client_is_told_and_heeded(self):
        collection = self.route53.create_cidr_collection(Name="offices", CallerReference="dig")["Collection"]["Id"]
        self.route53.change_cidr_collection(Id=collection, Changes=[
            {"LocationName": "berlin", "Action": "PUT", "CidrList": ["198.51.100.0/24"]}])
        for location, value in (("berlin", "192.0.2.1"), ("*", "192.0.2.2")):
            self.put(Name="office.example.com", Type="A", TTL=60, SetIdentifier=location, ResourceRecords=[{"Value": value}],
                     CidrRoutingConfig={"CollectionId": collection, "LocationName": location})
        self.served.advance("5m")
        answer = self.dig("+subnet=198.51.100.0/24", "office.example.com")
        self.assertIn("192.0.2.1", answer)
        self.assertIn("CLIENT-SUBNET: 198.51.100.0/24/24", answer)
        self.assertEqual(self.dig("+short", "+subnet=203.0.113.0/24", "office.example.com").strip(), "192.0.2.2")
        self.assertEqual(self.dig("+short", "office.example.com").strip(), "192.0.2.2")

    def test_long_answers_are_asked_for_again_over_tcp(self):
        self.put(Name="many.example.com", Type="A", TTL=60,
                 ResourceRecords=[{"Value": f"192.0.2.{number}"} for number in range(100)])
        self.assertEqual(len(self.dig("+short", "many.example.com").split()), 100)

    def test_latency_follows_the_region_of_the_clients(self):
        for region, address in (("us-west-2", "192.0.2.1"), ("eu-west-1", "192.0.2.2")):
            self.put(Name="near.example.com", Type="A", TTL=60, SetIdentifier=region, Region=region,
                     ResourceRecords=[{"Value": address}])
        self.assertEqual(self.dig("+short", "near.example.com").strip(), "192.0.2.2")


if __name__ == "__main__":
    unittest.main(verbosity=1, warnings="ignore")
