#!/usr/bin/env python3
"""The rules of this code base that a machine can check: who may include whom, and which calls are banned.

    tidy.py [ROOT]     prints `file:line: what is wrong` and exits 1 when anything is
"""
import os
import re
import sys

# Who may include whom. A folder may always include itself and `base`. The longest prefix that fits decides.
LAYERS = {
    "emulator/base": [],
    "emulator/api": [],
    "emulator/protocols": ["api"],
    "emulator/world": ["api"],
    "emulator/faults": ["api", "world"],
    "emulator/dispatch": ["api", "world", "faults"],
    "emulator/dataplane": ["api", "world"],
    # Decisions about capacity as pure functions, for all services that scale something.
    "emulator/scaling": [],
    "emulator/services": ["api", "world", "faults", "dispatch", "scaling"],
    # What Route 53's name servers know, for the pure function that answers: the resolver and TestDNSAnswer ask it.
    "emulator/services/route53/answering.h": ["dataplane/dns", "world"],
    "emulator/services/route53/answering.cpp": ["dispatch", "dataplane/dns", "world", "services/route53"],
    "emulator/services/route53/test_dns_answer.cpp": ["api", "world", "dispatch", "dataplane/dns", "services/route53"],
    # EC2 says what reaches a load balancer's targets, by the functions that explain it.
    "emulator/services/ec2/target_paths.cpp": ["api", "world", "dispatch", "services/ec2", "dataplane/reachability"],
    "emulator/client": ["api", "protocols", "dispatch"],
    "emulator/front": ["api", "protocols", "world", "faults", "dispatch", "dataplane", "client", "cloud.h",
                       "secrets.h", "reachability.h", "resolver.h", "instance_metadata.h", "dynamodb_realism.h"],
    "emulator/testing": ["api", "world", "faults", "dispatch", "client", "cloud.h"],
    "emulator/cloud.h": ["api", "world", "faults", "dispatch", "client"],
    "emulator/secrets.h": ["cloud.h"],
    "emulator/secrets.cpp": ["dispatch", "services/acm/serving.h", "services/elbv2/serving.h", "secrets.h"],
    "emulator/instance_metadata.h": ["dispatch", "cloud.h"],
    "emulator/instance_metadata.cpp": ["dispatch", "world", "services/autoscaling/target_lifecycle.h",
                                       "services/ec2/instance_metadata.h", "instance_metadata.h"],
    "emulator/dynamodb_realism.h": ["dispatch", "cloud.h"],
    "emulator/dynamodb_realism.cpp": ["dispatch", "world", "services/dynamodb/realism.h", "dynamodb_realism.h"],
    "emulator/reachability.h": ["api", "client", "dataplane", "cloud.h"],
    "emulator/reachability.cpp": ["api", "client", "reachability.h"],
    "emulator/resolver.h": ["dataplane", "world", "cloud.h"],
    "emulator/resolver.cpp": ["dataplane", "world", "services/route53/answering.h", "resolver.h"],
    "emulator/cloud.cpp": ["api", "world", "faults", "dispatch", "client", "services/services.h", "cloud.h"],
    # It must work against real AWS, so it never sees a world, a service or the in-process transport.
    "provisioner": ["api", "protocols", "client"],
    "scenarios": ["api", "client", "faults", "dispatch", "dataplane", "cloud.h", "reachability.h", "resolver.h",
                  "dynamodb_realism.h", "provisioner"],
    "tools/cli": ["api", "client", "faults", "dispatch", "front", "world", "cloud.h", "provisioner", "scenarios",
                  "dynamodb_realism.h", "services/services.h"],
}
TOPS = ["api", "protocols", "world", "faults", "dispatch", "scaling", "services", "dataplane", "client", "front", "testing",
        "secrets.h", "instance_metadata.h", "dynamodb_realism.h", "cloud.h", "reachability.h", "resolver.h", "provisioner", "scenarios", "tools"]

# What is banned, why, and the only files that may do it.
BANNED = [
    (r"\bsystem_clock\b", "time comes from the world's clock", ["emulator/front/pacer", "provisioner/aws/wall_clock"]),
    (r"\bsteady_clock\b|\bclock_gettime\b|\bgettimeofday\b|\btime\(nullptr\)|\bstd::time\(",
     "time comes from the world's clock",
     ["emulator/front/", "provisioner/aws/wall_clock", "tools/cli/stopwatch", "tools/bench/", "tests/front/"]),
    (r"\bsleep_for\b|\bsleep_until\b|\busleep\(|\bnanosleep\(", "nothing sleeps", ["provisioner/aws/wall_clock"]),
    (r"\brandom_device\b|\bstd::rand\b|\bsrand\(|\bstd::\w+_distribution\b",
     "randomness is keyed by the world's seed", []),
    # Its numbers are the standard's, so a seeded test may use it; worlds and scenarios have their own streams.
    (r"\bmt19937", "randomness is keyed by the world's seed", ["tests/", "tools/bench/"]),
    (r"\bgetenv\b", "the environment is read in one place", ["provisioner/aws/environment"]),
    (r"for \([^;]* : \*\w+\(", "what a temporary holds is gone before the loop begins", []),
    (r"std::regex", "std::regex overflows the stack on long input", []),
    (r"\bTODO\b|\bFIXME\b", "file an issue", []),
]
UNORDERED = re.compile(r"\bstd::unordered_(map|set|multimap|multiset)\b")
WALKED = "looked up, never walked"  # what the declaration of an unordered container must promise
CO_AWAIT = re.compile(r"\bco_await\b.*[{\[]|\bswitch\b.*\bco_await\b")
LONGEST_FILE = 600


def layer_of(path):
    fits = [prefix for prefix in LAYERS if path == prefix or path.startswith(prefix + "/")]
    return max(fits, key=len) if fits else None


def check_include(path, number, line, problems):
    found = re.match(r'#include "([^"]+)"', line)
    layer = layer_of(path)
    if not found or layer is None:
        return
    target = found.group(1)
    top = target.split("/")[0]
    if top not in TOPS:
        return
    own = layer.removeprefix("emulator/")
    if target == own or target.startswith(own + "/"):
        if layer == "emulator/services":
            check_service(path, number, target, problems)
    elif not any(target == allowed or target.startswith(allowed + "/") for allowed in LAYERS[layer]):
        problems.append(f"{path}:{number}: {layer} must not include {target}")


def check_service(path, number, target, problems):
    """A service never includes another service's folder: it calls it as AWS would."""
    mine, theirs = path.split("/")[2], target.split("/")[1]
    if not mine.endswith((".h", ".cpp")) and theirs != mine:
        problems.append(f"{path}:{number}: service {mine} must not include {target}")


def check_file(root, path, problems):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        lines = file.read().split("\n")
    if len(lines) > LONGEST_FILE:
        problems.append(f"{path}:1: {len(lines)} lines; a file stays under {LONGEST_FILE}")
    for number, line in enumerate(lines, 1):
        check_include(path, number, line, problems)
        code = line.split("//")[0]
        for pattern, why, allowed in BANNED:
            searched = line if "TODO" in pattern else code
            if re.search(pattern, searched) and not any(path.startswith(prefix) for prefix in allowed):
                problems.append(f"{path}:{number}: {why}")
        if UNORDERED.search(code) and WALKED not in line:
            problems.append(f"{path}:{number}: an unordered container must promise `// {WALKED}`")
        if CO_AWAIT.search(code):
            problems.append(f"{path}:{number}: g++ 12 miscompiles braces, captures and switch beside co_await")


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "..", "..")
    problems, files = [], 0
    for top in ("emulator", "provisioner", "scenarios", "tests", "tools"):
        for folder, folders, names in os.walk(os.path.join(root, top)):
            folders.sort()
            for name in sorted(names):
                if name.endswith((".h", ".cpp")):
                    files += 1
                    check_file(root, os.path.relpath(os.path.join(folder, name), root), problems)
    print("\n".join(problems + [f"tidy: {files} files, {len(problems)} problems"]))
    sys.exit(1 if problems or files == 0 else 0)


if __name__ == "__main__":
    main()
