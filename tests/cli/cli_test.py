#!/usr/bin/env python3
"""The program as a person uses it: what it prints, writes and exits with."""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.request
import xml.etree.ElementTree

PROGRAM, ROOT = sys.argv.pop(1), sys.argv.pop(1)
SCENARIO = os.path.join(ROOT, "scenarios", "library", "az-failover.yaml")
STACK = os.path.join(ROOT, "fixtures", "stacks", "shop.yaml")


def fallstreak(*words, **options):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    environment.update(HOME="/nonexistent")
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=300, env=environment, **options)


class Run(unittest.TestCase):
    def report(self, *words):
        with tempfile.TemporaryDirectory() as folder:
            done = fallstreak("run", SCENARIO, "--out", folder, *words)
            with open(os.path.join(folder, "report.json"), encoding="utf-8") as file:
                report = json.load(file)
            with open(os.path.join(folder, "report.html"), encoding="utf-8") as file:
                page = file.read()
            suite = xml.etree.ElementTree.parse(os.path.join(folder, "junit.xml")).getroot()
        return done, report, page, suite

    def test_the_az_failover_passes_and_reports(self):
        done, report, page, suite = self.report()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(report["verdict"], "passed")
        self.assertEqual(report["virtual_seconds"], 4500)
        self.assertGreater(report["requests"], 4_000_000)
        self.assertTrue(all(one["held"] for one in report["expectations"]))
        for key in ("scenario", "seed", "hash", "wall_seconds", "events"):
            self.assertIn(key, report)
        for one in report["expectations"]:
            self.assertEqual({"text", "held", "observed", "at"} - set(one), set())
        self.assertIn("az-power", done.stdout)
        self.assertIn("<svg", page)
        self.assertIsNone(re.search(r"""(src|href)=["']?https?://""", page), "the page loads nothing from anywhere")
        self.assertEqual(suite.get("failures", "0"), "0")
        again = self.report()[1]
        self.assertEqual(again["hash"], report["hash"], "the same seed gives the same run")
        other = self.report("--seed", "2")[1]
        self.assertNotEqual(other["hash"], report["hash"])

    def test_the_group_confined_to_one_zone_misses_and_says_which_expectation_and_when(self):
        done, report, _, suite = self.report("--variant", "one-zone")
        self.assertEqual(done.returncode, 99, done.stdout + done.stderr)
        self.assertEqual(report["verdict"], "missed")
        missed = [one for one in report["expectations"] if not one["held"]]
        self.assertTrue(missed)
        self.assertTrue(all(one["observed"] for one in missed))
        self.assertTrue(any(one["at"] for one in missed))
        for one in missed:
            self.assertIn(one["text"], done.stdout)
        self.assertGreater(int(suite.get("failures", "0")) + sum(int(s.get("failures", "0")) for s in suite), 0)

    def test_a_bad_file_is_refused_with_places_and_suggestions(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            with open(SCENARIO, encoding="utf-8") as good:
                file.write(good.read().replace("grace: 240s", "graze: 240s"))
            file.flush()
            done = fallstreak("run", file.name)
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr, r":\d+:\d+: .*`graze`.*did you mean `grace`")
        self.assertEqual(fallstreak("run", "/nonexistent.yaml").returncode, 1)
        self.assertEqual(fallstreak("run", SCENARIO, "--variant", "none-such").returncode, 1)

    def test_explain_shows_every_default_and_its_source(self):
        done = fallstreak("explain", SCENARIO)
        self.assertEqual(done.returncode, 0)
        self.assertIn("AWS:", done.stdout)


class Serve(unittest.TestCase):
    def start(self, *words):
        process = subprocess.Popen([PROGRAM, "serve", "--port", "0", *words], stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        url = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline()).group(0)
        return process, url

    def call(self, url, target, body):
        request = urllib.request.Request(url, data=json.dumps(body).encode(), headers={
            "X-Amz-Target": "DynamoDB_20120810." + target, "Content-Type": "application/x-amz-json-1.0",
            "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/dynamodb/aws4_request, "
                             "SignedHeaders=host, Signature=0"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def test_what_was_acknowledged_survives_being_killed(self):
        with tempfile.TemporaryDirectory() as folder:
            process, url = self.start("--data-dir", folder, "--timing", "instant")
            self.call(url, "CreateTable", {
                "TableName": "kept", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]})
            for number in range(50):
                self.call(url, "PutItem", {"TableName": "kept", "Item": {"id": {"S": str(number)}}})
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=20)
            process, url = self.start("--data-dir", folder)
            self.assertEqual(self.call(url, "Scan", {"TableName": "kept"})["Count"], 50)

    def control(self, url, method, path, body=None, fork=None):
        request = urllib.request.Request(url + "/_fallstreak/" + path, method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"x-fallstreak-fork": fork} if fork else {})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def kill_and_start(self, process, folder, *words):
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=20)
        return self.start("--data-dir", folder, *words)

    def test_what_the_control_api_acknowledged_survives_being_killed(self):
        dark = {"id": "dark", "kind": "az-power", "zone": "us-east-1a"}
        with tempfile.TemporaryDirectory() as folder:
            process, url = self.start("--data-dir", folder, "--history")
            self.control(url, "POST", "clock", {"freeze": True})
            process, url = self.kill_and_start(process, folder, "--history")
            frozen = self.control(url, "GET", "clock")
            self.assertTrue(frozen["frozen"])

            later = self.control(url, "POST", "clock", {"advance": "5h"})["now"]
            process, url = self.kill_and_start(process, folder, "--history")
            self.assertEqual(self.control(url, "GET", "clock")["now"], later)
            self.assertGreater(later, frozen["now"])

            self.control(url, "POST", "faults", dark)
            self.control(url, "POST", "forks", {"name": "what-if"})
            self.control(url, "POST", "clock", {"advance": "2h"}, fork="what-if")
            self.control(url, "POST", "forks", {"name": "gone"})
            self.control(url, "DELETE", "forks/gone")
            process, url = self.kill_and_start(process, folder, "--history")
            self.assertEqual([one["id"] for one in self.control(url, "GET", "faults")["faults"]], ["dark"])
            self.assertEqual(self.control(url, "GET", "forks")["forks"], ["what-if"])
            fork = self.control(url, "GET", "clock", fork="what-if")
            self.assertTrue(fork["frozen"])
            self.assertGreater(fork["now"], later)
            self.assertEqual(len(self.control(url, "GET", "faults", fork="what-if")["faults"]), 1)

            self.control(url, "POST", "snapshots", {"name": "with-fault"})
            self.control(url, "DELETE", "faults/dark")
            process, url = self.kill_and_start(process, folder, "--history")
            self.assertEqual(self.control(url, "GET", "faults")["faults"], [])

            self.control(url, "POST", "faults", dark)
            self.control(url, "POST", "clock", {"advance": "1h"})
            self.control(url, "POST", "rewind", {"to": later})
            process, url = self.kill_and_start(process, folder)
            self.assertEqual(self.control(url, "GET", "clock")["now"], later)

            self.control(url, "POST", "faults", dict(dark, id="other"))
            self.control(url, "POST", "reset")
            process, url = self.kill_and_start(process, folder)
            self.assertEqual(self.control(url, "GET", "faults")["faults"], [])
            self.assertFalse(self.control(*self.kill_and_start(process, folder, "--clock", "60x")[1:], "GET", "clock")["frozen"])

    def test_the_same_manifest_is_planned_applied_and_destroyed(self):
        process, url = self.start("--clock", "2000x")
        planned = fallstreak("plan", STACK, "--endpoint-url", url)
        self.assertEqual(planned.returncode, 0, planned.stderr)
        self.assertIn("+ create  web (auto-scaling-group)", planned.stdout)
        self.assertIn("Plan: 12 to create", planned.stdout)
        applied = fallstreak("apply", STACK, "--endpoint-url", url)
        self.assertEqual(applied.returncode, 0, applied.stderr)
        self.assertIn("Nothing to do", fallstreak("apply", STACK, "--endpoint-url", url).stdout)
        self.assertIn("ready", fallstreak("status", STACK, "--endpoint-url", url).stdout)
        self.assertEqual(fallstreak("destroy", STACK, "--endpoint-url", url).returncode, 0)

    def test_it_stops_when_asked(self):
        process, _ = self.start()
        process.terminate()
        self.assertEqual(process.wait(timeout=20), 0)


class Program(unittest.TestCase):
    def test_every_verb_has_help(self):
        listed = fallstreak("--help")
        self.assertEqual(listed.returncode, 0)
        for verb in ("run", "explain", "serve", "plan", "apply", "status", "destroy", "coverage", "completion"):
            self.assertIn(verb, listed.stdout)
            self.assertEqual(fallstreak(verb, "--help").returncode, 0)

    def test_coverage_lists_what_is_there_and_what_has_no_effect(self):
        coverage = json.loads(fallstreak("coverage", "--json").stdout)
        services = {one["id"]: one for one in coverage["services"]}
        self.assertEqual(set(services), {"acm", "application-autoscaling", "arc-zonal-shift", "autoscaling", "cloudwatch", "dynamodb", "dynamodbstreams", "ec2", "elbv2", "route53", "s3", "service-quotas", "sts"})
        names = {one["name"]: one for one in services["ec2"]["operations"]}
        self.assertTrue(names["RunInstances"]["implemented"])
        self.assertFalse(names["CreateVpnGateway"]["implemented"])
        self.assertIn("RunInstances", fallstreak("coverage").stdout)

    def test_completion_is_a_script_that_bash_accepts(self):
        script = fallstreak("completion", "bash").stdout
        done = subprocess.run(["bash", "-c", script + "\nCOMP_WORDS=(fallstreak ru); COMP_CWORD=1; _fallstreak; echo ${COMPREPLY[@]}"],
                              capture_output=True, text=True)
        self.assertEqual(done.stdout.split(), ["run"], done.stderr)

    def test_a_wrong_command_line_is_refused(self):
        self.assertEqual(fallstreak().returncode, 1)
        self.assertEqual(fallstreak("fly").returncode, 1)
        self.assertEqual(fallstreak("serve", "--auth", "maybe").returncode, 1)


if __name__ == "__main__":
    unittest.main(verbosity=1)
