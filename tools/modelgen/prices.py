#!/usr/bin/env python3
"""Compiles the price lists of fixtures/catalogue into a C++ table.

    prices.py --fixtures DIR --out FILE
"""
import argparse
import json
import os


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fixtures", required=True)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()

    def read(name):
        with open(os.path.join(arguments.fixtures, name), encoding="utf-8") as file:
            return json.load(file)

    prices, types = read("prices.json"), read("instance_types.json")
    rows = [(row["region"], row["item"], row["usd"], row["source"]) for row in prices["prices"]]
    rows += [(row["region"], "ec2." + row["item"], row["usd"], row["source"]) for row in prices["instance_prices"]]
    rows += [("us-east-1", "ec2." + row["name"], row["usd_per_hour"], "AWS price list, 2025")
             for row in types["instance_types"] if "usd_per_hour" in row]
    lines = ['#include "scenarios/run/prices.h"', "", "namespace fallstreak::scenarios {", "namespace {",
             "constexpr Price kPrices[] = {"]
    lines += [f'    {{"{region}", "{item}", {usd!r}, "{source}"}},' for region, item, usd, source in sorted(rows)]
    lines += ["};", "}  // namespace", "std::span<const Price> prices() { return kPrices; }",
              "}  // namespace fallstreak::scenarios", ""]
    os.makedirs(os.path.dirname(arguments.out), exist_ok=True)
    with open(arguments.out, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))


if __name__ == "__main__":
    main()
