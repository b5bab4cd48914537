#!/usr/bin/python3
"""curl (Debian's) speaks HTTP/2 with a live load balancer."""
import http.server
import os
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from served import Served  # noqa: E402

PROGRAM = sys.argv.pop(1)


class Workload(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer(self.path.encode())

    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Http2(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.served = Served(PROGRAM, "--load-balancers")
        cls.addClassCleanup(cls.served.__exit__)
        os.environ.clear()
        os.environ.update(cls.served.environment())
        import boto3
        cls.target = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Workload)
        cls.addClassCleanup(cls.target.shutdown)
        threading.Thread(target=cls.target.serve_forever, daemon=True).start()
        ec2, elbv2, acm = (boto3.client(name, endpoint_url=cls.served.url) for name in ("ec2", "elbv2", "acm"))
        vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]][:2]
        # The certificate is of the machine's time, which the cloud's has not left yet.
        cls.served.advance("1m")
        with tempfile.TemporaryDirectory() as folder:
            key, certificate = os.path.join(folder, "key"), os.path.join(folder, "certificate")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
                            "-subj", "/CN=shop.example", "-addext", "subjectAltName=DNS:shop.example"],
                           check=True, capture_output=True)
            with open(key, "rb") as private, open(certificate, "rb") as public:
                arn = acm.import_certificate(Certificate=public.read(), PrivateKey=private.read())["CertificateArn"]
        balancer = elbv2.create_load_balancer(Name="web", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
        cls.served.advance("5m")
        group = elbv2.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc,
                                          TargetType="ip")["TargetGroups"][0]["TargetGroupArn"]
        elbv2.register_targets(TargetGroupArn=group, Targets=[
            {"Id": "127.0.0.1", "Port": cls.target.server_port, "AvailabilityZone": "all"}])
        elbv2.create_listener(LoadBalancerArn=balancer, Protocol="HTTPS", Port=443, Certificates=[{"CertificateArn": arn}],
                              DefaultActions=[{"Type": "forward", "TargetGroupArn": group}])
        shown = cls.served.control("load-balancers")["load_balancers"][0]["listeners"][0]["address"]
        cls.port = shown.rsplit(":", 1)[1]

    def curl(self, *words, data=None):
        base = ["curl", "-sS", "--insecure", "--max-time", "60", "--resolve", f"shop.example:{self.port}:127.0.0.1"]
        return subprocess.run([*base, *words], input=data, capture_output=True, check=True).stdout

    def url(self, path):
        return f"https://shop.example:{self.port}{path}"

    def test_it_is_chosen_when_it_is_offered(self):
        self.assertEqual(self.curl("--http2", "-w", " %{http_version}", self.url("/a?b")), b"/a?b 2")
        self.assertEqual(self.curl("--http1.1", "-w", " %{http_version}", self.url("/a")), b"/a 1.1")

    def test_many_at_once_share_a_connection(self):
        urls = [self.url(f"/{number}") for number in range(50)]
        got = self.curl("--http2", "--parallel", *urls).decode().split("/")
        self.assertEqual(sorted(got[1:]), sorted(str(number) for number in range(50)))

    def test_bodies_go_both_ways(self):
        body = os.urandom(2_000_000)
        self.assertEqual(self.curl("--http2", "--data-binary", "@-", self.url("/"), data=body), body)


if __name__ == "__main__":
    unittest.main(verbosity=1, warnings="ignore")
