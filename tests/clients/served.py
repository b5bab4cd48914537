"""A served emulator for tests with real clients: frozen clock, any free port, gone with the test."""
import json
import os
import re
import subprocess
import tempfile
import urllib.request


class Served:
    def __init__(self, program, *arguments):
        self.home = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen([program, "serve", "--port", "0", "--clock", "frozen", *arguments],
                                        stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if not found:
            raise RuntimeError(f"the server said {line!r}")
        self.url = found.group(0)
        self.dns_port = None
        self.metadata_url = None
        if "--dns-port" in arguments:
            self.dns_port = int(re.search(r"127\.0\.0\.1:(\d+)", self.process.stdout.readline()).group(1))
        if "--metadata-port" in arguments:
            self.metadata_url = re.search(r"http://127\.0\.0\.1:\d+/", self.process.stdout.readline()).group(0)

    def control(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + "/_fallstreak/" + path, data=data,
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def advance(self, duration):
        return self.control("clock", {"advance": duration})

    def environment(self):
        """Nothing of the machine's own AWS settings reaches a client."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        kept.update(AWS_ACCESS_KEY_ID="123456789012", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="eu-central-1",
                    AWS_CONFIG_FILE=os.path.join(self.home.name, "none"), AWS_EC2_METADATA_DISABLED="true",
                    AWS_SHARED_CREDENTIALS_FILE=os.path.join(self.home.name, "none"), AWS_PAGER="", HOME=self.home.name)
        return kept

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.home.cleanup()
