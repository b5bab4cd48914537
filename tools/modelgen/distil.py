#!/usr/bin/env python3
"""Distils AWS's published service models (botocore's service-2.json) into the models that are committed here.

Keeps the facts (operations, members, wire names, locations, constraints, errors, pagination) and drops the prose.

    distil.py --botocore DIR --out DIR [--services services.json] [--all SERVICE ...]

--botocore is the folder that holds botocore's `data` (Debian: python3-botocore, or a newer one from pip).
With --all the named services are distilled whole, in families of FAMILY_SIZE operations each.
"""
import argparse
import gzip
import json
import os
import re
import sys

FAMILY_SIZE = 60  # operations a family, where no family is named
KEEP_SHAPE = ["min", "max", "pattern", "enum", "flattened", "sensitive", "union", "exception", "event",
              "eventstream", "document", "streaming", "timestampFormat", "payload", "required", "sparse",
              "locationName"]
KEEP_MEMBER = ["locationName", "location", "queryName", "flattened", "xmlAttribute", "streaming", "jsonvalue",
               "idempotencyToken", "timestampFormat", "hostLabel", "eventpayload", "eventheader"]
# What each protocol string of botocore stands for; several SDK generations speak several protocols to one service.
PROTOCOLS = {"smithy-rpc-v2-cbor": "rpc_v2_cbor", "query": "query", "ec2": "ec2",
             "rest-json": "rest_json", "rest-xml": "rest_xml"}


def load(folder, service, kind):
    base = os.path.join(folder, "data", service)
    for version in sorted(os.listdir(base), reverse=True):
        for suffix, opener in ((".json", open), (".json.gz", gzip.open)):
            path = os.path.join(base, version, kind + suffix)
            if os.path.exists(path):
                with opener(path, "rt", encoding="utf-8") as file:
                    return json.load(file)
    return None


def distil_member(member):
    kept = {"shape": member["shape"]}
    kept.update({key: member[key] for key in KEEP_MEMBER if key in member})
    if "xmlNamespace" in member:
        kept["xmlNamespace"] = namespace(member["xmlNamespace"])
    return kept


def namespace(value):
    return value if isinstance(value, dict) else {"uri": value}


def distil_shape(shape):
    kept = {"type": shape["type"]}
    kept.update({key: shape[key] for key in KEEP_SHAPE if key in shape})
    if "xmlNamespace" in shape:
        kept["xmlNamespace"] = namespace(shape["xmlNamespace"])
    error = shape.get("error")
    if shape.get("exception") or error:
        error = error or {}
        kept["error"] = {"code": error.get("code"), "status": error.get("httpStatusCode"),
                         "senderFault": error.get("senderFault", not shape.get("fault", False))}
        kept["error"] = {key: value for key, value in kept["error"].items() if value is not None}
        kept.pop("exception", None)
    if "members" in shape:
        kept["members"] = {name: distil_member(member) for name, member in shape["members"].items()}
    for part in ("member", "key", "value"):
        if part in shape:
            kept[part] = {key: shape[part][key] for key in ("shape", "locationName") if key in shape[part]}
    return kept


def listed(value):
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def distil_acceptor(acceptor):
    """What api/waiter.h can say, or None: a few waiters compute with JMESPath."""
    kept = {"then": acceptor["state"], "expected": acceptor["expected"]}
    path = acceptor.get("argument", "")
    counted = re.fullmatch(r"length\(([\w.\[\]]+)\) > `0`", path)
    if counted and acceptor["matcher"] == "path" and acceptor["expected"] is True:
        return dict(kept, matches="some", path=counted.group(1), expected="")
    if isinstance(acceptor["expected"], bool):
        return None  # any error, or no error
    if acceptor["matcher"] in ("status", "error"):
        return dict(kept, matches=acceptor["matcher"], expected=str(acceptor["expected"]))
    plain = re.fullmatch(r"\w+(\[\])?(\.\w+(\[\])?)*", path) and isinstance(acceptor["expected"], str)
    kinds = {"path": "value", "pathAll": "all", "pathAny": "any"}
    return dict(kept, matches=kinds[acceptor["matcher"]], path=path) if plain else None


def distil_waiters(waiters, operation):
    kept = {}
    for name, waiter in sorted(waiters.items()):
        acceptors = [distil_acceptor(acceptor) for acceptor in waiter["acceptors"]]
        if waiter["operation"] == operation and None not in acceptors:
            kept[name] = {"delay": waiter["delay"], "attempts": waiter["maxAttempts"], "acceptors": acceptors}
    return kept


def distil_operation(model, pagination, waiters, name):
    operation = model["operations"][name]
    kept = {"http": {key: operation["http"][key] for key in ("method", "requestUri", "responseCode")
                     if key in operation["http"]}}
    for side in ("input", "output"):
        if side in operation:
            kept[side] = operation[side]["shape"]
    source = operation.get("input", {})
    if "locationName" in source:
        kept["inputRoot"] = source["locationName"]
    if "xmlNamespace" in source:
        kept["inputNamespace"] = namespace(source["xmlNamespace"])["uri"]
    if "resultWrapper" in operation.get("output", {}):
        kept["resultWrapper"] = operation["output"]["resultWrapper"]
    if operation.get("errors"):
        kept["errors"] = sorted(error["shape"] for error in operation["errors"])
    checksum = operation.get("httpChecksum", {})
    if "requestAlgorithmMember" in checksum:
        kept["checksumMember"] = checksum["requestAlgorithmMember"]
    if checksum.get("requestChecksumRequired") or operation.get("httpChecksumRequired"):
        kept["checksumRequired"] = True
    page = pagination.get(name)
    if page:
        kept["pagination"] = {"inputTokens": listed(page.get("input_token")),
                              "outputTokens": listed(page.get("output_token")),
                              "resultKeys": listed(page.get("result_key")),
                              "limitKey": page.get("limit_key", ""), "moreResults": page.get("more_results", "")}
    waits = distil_waiters(waiters, name)
    if waits:
        kept["waiters"] = waits
    return kept


def references(shape):
    for member in shape.get("members", {}).values():
        yield member["shape"]
    for part in ("member", "key", "value"):
        if part in shape:
            yield shape[part]["shape"]


def closure(model, roots):
    seen, waiting = set(), list(roots)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(references(model["shapes"][name]))
    return seen


def roots_of(operation):
    return [operation[side] for side in ("input", "output") if side in operation] + operation.get("errors", [])


def protocols_of(metadata):
    names = []
    for protocol in metadata.get("protocols") or [metadata["protocol"]]:
        if protocol == "json":
            names.append("json_1_0" if metadata.get("jsonVersion") == "1.0" else "json_1_1")
        else:
            names.append(PROTOCOLS[protocol])
    return names


def drop_superseded(operations):
    """S3's GetBucketLifecycle is GetBucketLifecycleConfiguration's deprecated twin: the same request on the wire."""
    current = {(row["http"]["method"], row["http"]["requestUri"]) for row in operations.values()
               if not row.get("deprecated")}
    for name in sorted(operations):
        row = operations[name]
        key = (row["http"]["method"], row["http"]["requestUri"])
        if row.get("deprecated") and key[1] != "/" and key in current:
            del operations[name]


def distil(folder, service, entry, out):
    model = load(folder, service, "service-2")
    if model is None:
        sys.exit(f"distil: {folder} has no model of {service}")
    drop_superseded(model["operations"])
    pagination = (load(folder, service, "paginators-1") or {}).get("pagination", {})
    waiters = (load(folder, service, "waiters-2") or {}).get("waiters", {})
    metadata = model["metadata"]
    families = entry.get("families")
    if families is None:
        names = sorted(model["operations"])
        families = {f"part{index // FAMILY_SIZE}": names[index:index + FAMILY_SIZE]
                    for index in range(0, len(names), FAMILY_SIZE)}

    users = {}
    for family, names in families.items():
        operations = [distil_operation(model, pagination, waiters, name) for name in names]
        for shape in closure(model, [root for operation in operations for root in roots_of(operation)]):
            users.setdefault(shape, set()).add(family)
    home = {shape: next(iter(used)) if len(used) == 1 else "common" for shape, used in users.items()}

    target = os.path.join(out, service)
    os.makedirs(target, exist_ok=True)
    write(os.path.join(target, "service.json"), {
        "id": service, "serviceId": metadata.get("serviceId", service),
        "signingName": metadata.get("signingName", metadata["endpointPrefix"]),
        "endpointPrefix": metadata["endpointPrefix"], "apiVersion": metadata["apiVersion"],
        "xmlNamespace": metadata.get("xmlNamespace", ""), "targetPrefix": metadata.get("targetPrefix", ""),
        "queryCompatible": "awsQueryCompatible" in metadata, "protocols": protocols_of(metadata),
        "client": entry.get("client", service.replace("-", " ").title().replace(" ", "")),
        "documentation": entry.get("documentation", ""), "families": list(families),
        "operations": sorted(model["operations"])})
    for family in list(families) + ["common"]:
        document = {"operations": {name: distil_operation(model, pagination, waiters, name)
                                   for name in sorted(families.get(family, []))},
                    "shapes": {shape: distil_shape(model["shapes"][shape])
                               for shape in sorted(home) if home[shape] == family}}
        write(os.path.join(target, family + ".json"), document)


def write(path, document):
    """One member or operation a line: reviewable differences at a third of the size of an indented document."""
    with open(path, "w", encoding="utf-8") as file:
        file.write("{\n")
        for position, (key, value) in enumerate(document.items()):
            comma = "," if position + 1 < len(document) else ""
            if isinstance(value, dict) and value:
                rows = ",\n".join(f"    {json.dumps(name)}: {json.dumps(row, ensure_ascii=False)}"
                                  for name, row in value.items())
                file.write(f"  {json.dumps(key)}: {{\n{rows}\n  }}{comma}\n")
            else:
                file.write(f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}{comma}\n")
        file.write("}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--botocore", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--services", default=os.path.join(os.path.dirname(__file__), "services.json"))
    parser.add_argument("--all", nargs="+", metavar="SERVICE")
    arguments = parser.parse_args()
    if arguments.all:
        wanted = {service: {} for service in arguments.all}
    else:
        with open(arguments.services, encoding="utf-8") as file:
            wanted = json.load(file)
    for service, entry in wanted.items():
        distil(arguments.botocore, service, entry, arguments.out)


if __name__ == "__main__":
    main()
