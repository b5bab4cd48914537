#!/usr/bin/env python3
"""Generates C++ from the distilled models: plain structs, constant descriptor tables and a typed client.

    generate.py --models DIR --patches DIR --out DIR [--list] SERVICE ...

For each service it writes api/<service>/<family>.h and .cpp, api/<service>/service.h and .cpp, and client/<service>.h and .cpp.
Output is sorted and stable; --list prints the files that would be written, one a line, for the build.
"""
import argparse
import json
import os
import re
import sys

KEYWORDS = set("""alignas alignof and asm auto bool break case catch char class compl const consteval constexpr constinit
continue co_await co_return co_yield decltype default delete do double else enum explicit export extern false float for
friend goto if inline int long mutable namespace new noexcept not nullptr operator or private protected public register
requires return short signed sizeof static struct switch template this throw true try typedef typeid typename union
unsigned using virtual void volatile wchar_t while xor concept""".split())
# Macros of the C and C++ library headers that the generated headers, or their users, include.
MACROS = set("NULL EOF TRUE FALSE DOMAIN OVERFLOW UNDERFLOW SING PLOSS TLOSS major minor makedev stdin stdout stderr "
             "errno assert signals slots emit INFINITY NAN HUGE BUFSIZ CHECK unix linux".split())
SCALARS = {"boolean": ("bool", "boolean"), "integer": ("std::int32_t", "integer"), "long": ("std::int64_t", "long_"),
           "float": ("float", "float_"), "double": ("double", "double_"), "string": ("std::string", "string"),
           "character": ("std::string", "string"), "blob": ("std::string", "blob"), "timestamp": ("fallstreak::Time", "timestamp")}
TIMESTAMPS = {"iso8601": "iso8601", "rfc822": "http_date", "unixTimestamp": "epoch_seconds"}
LOCATIONS = {"header": "header", "headers": "headers", "querystring": "query", "uri": "uri", "statusCode": "status"}


def identifier(name):
    name = re.sub(r"\W", "_", name)
    return name + "_" if name in KEYWORDS or name in MACROS else name


def snake(name):
    """DescribeDBClusters -> describe_db_clusters, ListObjectsV2 -> list_objects_v2."""
    name = re.sub(r"(V\d+)$", r"_\1", name)
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower().replace("__", "_")


def text(value):
    """A C++ literal. Octal escapes end after three digits, whatever follows; question marks could make trigraphs."""
    plain = "".join(chr(byte) if 32 <= byte < 127 and byte not in (34, 92, 63) else f"\\{byte:03o}"
                    for byte in value.encode("utf-8"))
    return f'"{plain}"'


def upper_first(name):
    return name[:1].upper() + name[1:]


class Service:
    def __init__(self, models, patches, name):
        self.name = name
        self.space = name.replace("-", "_")
        folder = os.path.join(models, name)
        self.about = read(os.path.join(folder, "service.json"))
        self.families, self.operations, self.shapes, self.home = self.about["families"], {}, {}, {}
        for family in ["common"] + self.families:
            document = read(os.path.join(folder, family + ".json"))
            for operation, row in document["operations"].items():
                self.operations[operation] = dict(row, family=family)
            for shape, row in document["shapes"].items():
                self.shapes[shape] = row
                self.home[shape] = family
        patch_file = os.path.join(patches, name + ".json")
        self.patch = read(patch_file) if os.path.exists(patch_file) else {}
        for operation, row in self.patch.get("operations", {}).items():
            if operation not in self.operations:
                sys.exit(f"generate: {patch_file} patches {operation}, which has no model")
            added = row.pop("errors", [])
            self.operations[operation].update(row)
            self.add_errors(operation, added)
        for operation in self.operations:
            self.add_errors(operation, self.patch.get("commonErrors", []))
        for shape, row in self.patch.get("shapes", {}).items():
            if shape not in self.shapes:
                sys.exit(f"generate: {patch_file} patches shape {shape}, which has no model")
            self.shapes[shape].update(row)
        self.find_recursion()
        self.tags = {operation: self.tag_name(operation) for operation in self.operations}

    def add_errors(self, operation, codes):
        """Codes that AWS documents and its models do not list (EC2's list none)."""
        listed = self.operations[operation].setdefault("errors", [])
        listed += [code for code in codes if code not in listed]

    # ------------------------------------------------------------------ the graph of structures

    def tag_name(self, operation):
        name = identifier(operation)
        return name + "_" if name in self.shapes else name

    def is_structure(self, shape):
        return self.shapes[shape]["type"] == "structure"

    def direct(self, shape):
        """The structures that lie in a structure itself, neither behind a list nor a map."""
        return [member["shape"] for member in self.shapes[shape].get("members", {}).values()
                if self.is_structure(member["shape"])]

    def reaches(self, start, goal):
        seen, waiting = set(), [start]
        while waiting:
            shape = waiting.pop()
            if shape == goal:
                return True
            if shape not in seen:
                seen.add(shape)
                waiting.extend(self.direct(shape))
        return False

    def peeled(self, shape):
        """What lists and maps hold in the end."""
        while self.shapes[shape]["type"] in ("list", "map"):
            shape = self.element(shape)
        return shape

    def find_recursion(self):
        """Which members are boxed: where a structure lies in itself, because it must be; and the lists and maps of one
        that holds more of itself, because its values (DynamoDB's above all) come in great numbers and use one of many
        members each."""
        self.boxed = set()
        for shape in sorted(self.shapes):
            if not self.is_structure(shape) or self.shapes[shape].get("union"):
                continue
            members = {member: row["shape"] for member, row in self.shapes[shape].get("members", {}).items()}
            holds_itself = shape in map(self.peeled, members.values())
            for member, target in members.items():
                if self.is_structure(target):
                    if self.reaches(target, shape):
                        self.boxed.add((shape, member))
                elif holds_itself and self.shapes[target]["type"] in ("list", "map"):
                    self.boxed.add((shape, member))

    def element(self, shape):
        row = self.shapes[shape]
        return (row["member"] if row["type"] == "list" else row["value"])["shape"]

    def neighbours(self, shape, strict):
        """What must (strict) or should stand before a structure: the structures its members hold."""
        found = []
        for member, row in self.shapes[shape].get("members", {}).items():
            target = row["shape"]
            if self.is_structure(target):
                if (shape, member) not in self.boxed or not strict:
                    found.append(target)
            elif not strict:
                target = self.peeled(target)
                if self.is_structure(target):
                    found.append(target)
        return found

    def ordered(self, family):
        """The family's structures, each after those that it holds; lists of later ones only where there is a cycle."""
        members = sorted(shape for shape in self.shapes if self.is_structure(shape) and self.home[shape] == family)
        done, order = set(), []

        def visit(shape, strict, path):
            if shape in done or shape in path or self.home[shape] != family:
                return
            for other in self.neighbours(shape, False) if not strict else self.neighbours(shape, True):
                visit(other, strict, path | {shape})
            if shape in done:
                return
            for other in self.neighbours(shape, True):
                if other not in done and self.home[other] == family and other != shape:
                    visit(other, True, path | {shape})
            done.add(shape)
            order.append(shape)

        sys.setrecursionlimit(100000)
        for shape in members:
            visit(shape, False, frozenset())
        return order

    # ------------------------------------------------------------------ C++ types

    def cxx_type(self, shape, streaming=False):
        row = self.shapes[shape]
        kind = row["type"]
        if kind == "structure":
            if row.get("document"):
                return "api::Document"
            return f"{self.space}::{identifier(shape)}"
        if kind == "list":
            element = self.cxx_type(row["member"]["shape"])
            if row.get("sparse"):
                return f"std::vector<std::optional<{element}>>"
            return "std::vector<api::Boolean>" if element == "bool" else f"std::vector<{element}>"
        if kind == "map":
            return f"api::Map<{self.cxx_type(row['value']['shape'])}>"
        if kind == "blob" and (streaming or row.get("streaming")):
            return "api::Body"
        return SCALARS[kind][0]

    def kind(self, shape, streaming=False):
        row = self.shapes[shape]
        kind = row["type"]
        if kind == "structure":
            return "document" if row.get("document") else "union_" if row.get("union") else "structure"
        if kind in ("list", "map"):
            return kind
        if kind == "blob" and (streaming or row.get("streaming")):
            return "body"
        return SCALARS[kind][1]

    def is_streaming(self, shape, member):
        row = self.shapes[shape]["members"][member]
        return bool(row.get("streaming")) and self.shapes[row["shape"]]["type"] == "blob"

    def has_event_stream(self, operation):
        for side in ("input", "output"):
            shape = operation.get(side)
            if shape and any(self.shapes[row["shape"]].get("eventstream")
                             for row in self.shapes[shape].get("members", {}).values()):
                return True
        return False

    def request_of(self, name):
        return self.operations[name].get("input") or self.empty_name(name + "Request")

    def has_token(self, name):
        members = self.shapes.get(self.request_of(name), {}).get("members", {})
        return any(target.get("idempotencyToken") for target in members.values())

    def response_of(self, name):
        return self.operations[name].get("output") or self.empty_name(name + "Response")

    def empty_name(self, name):
        """API Gateway has DeleteIntegration and, beside it, the operation DeleteIntegrationResponse."""
        return name + "_" if name in self.shapes or name in self.operations else name

    def empties(self, family):
        """Operations without input or output get an empty structure of their own, so that every operation has both."""
        names = []
        for name, row in sorted(self.operations.items()):
            if row["family"] == family:
                names += [self.empty_name(name + suffix)
                          for side, suffix in (("input", "Request"), ("output", "Response")) if side not in row]
        return names


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


# ---------------------------------------------------------------------- headers

HEADER = "// Generated by tools/modelgen from emulator/api/models; do not edit.\n"


def write_structures(service, family, out):
    order = service.ordered(family)
    lines = [HEADER + "#pragma once\n", '#include "api/shape.h"']
    if family != "common":
        lines.append(f'#include "api/{service.name}/common.h"')
    lines.append(f"\nnamespace fallstreak::api::{service.space} {{\n")
    lines += [f"struct {identifier(shape)};" for shape in sorted(order) if not service.shapes[shape].get("document")]
    lines.append("")
    for shape in order:
        if not service.shapes[shape].get("document"):
            lines += structure(service, shape)
    for empty in service.empties(family):
        lines.append(f"struct {empty} {{\n  bool operator==(const {empty}&) const = default;\n}};\n")
    for name, row in sorted(service.operations.items()):
        if row["family"] == family:
            lines += tag(service, name)
    lines.append(f"}}  // namespace fallstreak::api::{service.space}\n")
    lines.append("namespace fallstreak::api {")
    for shape in sorted(order) + service.empties(family):
        if not service.shapes.get(shape, {}).get("document"):
            lines.append(f"template <>\nconst Shape& shape_of<{service.space}::{identifier(shape)}>();")
    lines.append("}  // namespace fallstreak::api")
    emit(os.path.join(out, "api", service.name, family + ".h"), lines)


def member_name(shape, member):
    name = identifier(member)
    return name + "_" if name == identifier(shape) else name


def structure(service, shape):
    row, name = service.shapes[shape], identifier(shape)
    members = row.get("members", {})
    if row.get("union"):
        types = [service.cxx_type(member["shape"]) for member in members.values()]
        lines = [f"struct {name} : api::Union<{', '.join(types)}> {{"]
        for index, (member, kind) in enumerate(zip(members, types), 1):
            own = member_name(shape, member)
            own = own + "_" if own == "value" else own
            lines.append(f"  [[nodiscard]] const {kind}* {own}() const {{ return std::get_if<{index}>(&value); }}")
            lines.append(f"  static {name} {own}({kind} given) {{\n    {name} made;\n"
                         f"    made.value.template emplace<{index}>(std::move(given));\n    return made;\n  }}")
        lines.append(f"  bool operator==(const {name}&) const = default;\n}};\n")
        return lines
    lines = [f"struct {name} {{"]
    for member, target in members.items():
        kind = service.cxx_type(target["shape"], service.is_streaming(shape, member))
        holder = "api::Box" if (shape, member) in service.boxed else "std::optional"
        lines.append(f"  {holder}<{kind}> {member_name(shape, member)};")
    lines.append(f"  bool operator==(const {name}&) const = default;\n}};\n")
    return lines


def tag(service, name):
    page = f"{service.about['documentation']}{name}.html" if service.about["documentation"] else ""
    return ([f"/// {page}"] if page else []) + [
        f"struct {service.tags[name]} {{",
        f"  using Request = {service.space}::{identifier(service.request_of(name))};",
        f"  using Response = {service.space}::{identifier(service.response_of(name))};",
        "  static const api::Operation& operation();",
        # A client that has nothing to fill in need not copy the request: known when it is compiled.
        f"  static constexpr bool kHasToken = {'true' if service.has_token(name) else 'false'};", "};\n"]


# ---------------------------------------------------------------------- tables

def write_tables(service, family, out):
    shapes = sorted(shape for shape in service.shapes if service.home[shape] == family)
    lines = [HEADER, f'#include "api/{service.name}/{family}.h"', "", "#include <cstddef>", "",
             f'#include "api/{service.name}/shapes.h"', f"\nnamespace fallstreak::api::{service.space}::shapes {{"]
    lines.append("namespace {")
    for shape in shapes:
        lines += member_table(service, shape)
        values = service.shapes[shape].get("enum")
        if values:
            lines.append(f"constexpr std::string_view {identifier(shape)}_values[] = {{"
                         + ", ".join(text(value) for value in values) + "};")
    lines.append("}  // namespace")
    for shape in shapes:
        lines.append(shape_table(service, shape))
        if shape in service_streaming(service):
            lines.append(shape_table(service, shape, streaming=True))
    for empty in service.empties(family):
        lines.append(f"constinit const api::Shape {empty}{{.kind = api::Kind::structure, .name = {text(empty)}, "
                     f".ops = &scalar_ops<{service.space}::{empty}>}};")
    lines.append(f"}}  // namespace fallstreak::api::{service.space}::shapes\n")
    lines.append("namespace fallstreak::api {")
    for shape in shapes + service.empties(family):
        row = service.shapes.get(shape, {"type": "structure"})
        if row["type"] == "structure" and not row.get("document"):
            name = f"{service.space}::{identifier(shape)}"
            lines.append(f"template <>\nconst Shape& shape_of<{name}>() {{ return {service.space}::shapes::{identifier(shape)}; }}")
    lines.append("}  // namespace fallstreak::api\n")
    names = sorted(name for name, row in service.operations.items() if row["family"] == family)
    if names:
        lines.append(f"namespace fallstreak::api::{service.space} {{\nnamespace operations {{")
        for name in names:
            lines += operation_table(service, name)
        lines.append("}  // namespace operations")
        for name in names:
            lines.append(f"const api::Operation& {service.tags[name]}::operation() {{ return operations::{identifier(name)}; }}")
        lines.append(f"}}  // namespace fallstreak::api::{service.space}")
    emit(os.path.join(out, "api", service.name, family + ".cpp"), lines)


def service_streaming(service):
    """Blob shapes that are streamed by a member's word, not by their own: they need a descriptor of their own."""
    if not hasattr(service, "streaming"):
        service.streaming = {member["shape"] for shape in service.shapes for member in
                             service.shapes[shape].get("members", {}).values()
                             if member.get("streaming") and service.shapes[member["shape"]]["type"] == "blob"}
    return service.streaming


def member_table(service, shape):
    row = service.shapes[shape]
    members = row.get("members", {})
    if not members or row.get("document"):
        return []
    name, lines = identifier(shape), []
    lines.append(f"constexpr api::Member {name}_members[] = {{")
    for index, (member, target) in enumerate(members.items()):
        streaming = service.is_streaming(shape, member)
        kind = service.cxx_type(target["shape"], streaming)
        wire = target.get("locationName", member)
        if row.get("union"):
            holder, offset = f"union_holder<{service.space}::{name}, {index}>", "0"
        else:
            template = "box_holder" if (shape, member) in service.boxed else "optional_holder"
            holder, offset = f"{template}<{kind}>", f"offsetof({service.space}::{name}, {member_name(shape, member)})"
        described = "&" + identifier(target["shape"]) + ("_streamed" if streaming else "")
        fields = [text(member), text(wire), text(ec2_name(member, target)), described, f"&{holder}", offset]
        flags = []
        if "location" in target:
            flags.append(f".location = api::Location::{LOCATIONS[target['location']]}")
        if "timestampFormat" in target:
            flags.append(f".timestamp_format = api::TimestampFormat::{TIMESTAMPS[target['timestampFormat']]}")
        for flag, on in (("required", member in row.get("required", [])), ("flattened", target.get("flattened")),
                         ("xml_attribute", target.get("xmlAttribute")), ("payload", row.get("payload") == member),
                         ("idempotency_token", target.get("idempotencyToken")), ("host_label", target.get("hostLabel"))):
            if on:
                flags.append(f".{flag} = true")
        flags += namespace_fields(target)
        # Positional and designated initialisers do not mix, so the leading fields are named too.
        keys = [".name", ".wire", ".ec2", ".shape", ".holder", ".offset"]
        lines.append("    {" + ", ".join([f"{key} = {value}" for key, value in zip(keys, fields)] + flags) + "},")
    lines.append("};")
    return lines


def ec2_name(member, target):
    if "queryName" in target:
        return target["queryName"]
    return upper_first(target.get("locationName", member))


def namespace_fields(row):
    given = row.get("xmlNamespace")
    if not given:
        return []
    fields = [f".xml_namespace_prefix = {text(given['prefix'])}"] if given.get("prefix") else []
    return fields + [f".xml_namespace = {text(given['uri'])}"]


def shape_table(service, shape, streaming=False):
    row, name = service.shapes[shape], identifier(shape)
    kind, cxx = service.kind(shape, streaming), service.cxx_type(shape, streaming)
    fields = [f".kind = api::Kind::{kind}", f".name = {text(shape)}"]
    if kind == "list":
        element = row["member"]["shape"]
        inner = cxx[len("std::vector<"):-1]
        fields.append(f".ops = &list_ops<{inner}>")
        fields += [f".element = &{identifier(element)}"]
        if row.get("sparse"):
            fields.append(f".sparse = &optional_holder<{service.cxx_type(element)}>")
        if "locationName" in row["member"]:
            fields += [f".element_name = {text(row['member']['locationName'])}", ".element_named = true"]
    elif kind == "map":
        fields.append(f".ops = &map_ops<{service.cxx_type(row['value']['shape'])}>")
        fields += [f".element = &{identifier(row['value']['shape'])}", f".key = &{identifier(row['key']['shape'])}",
                   f".element_name = {text(row['value'].get('locationName', 'value'))}"]
        if "locationName" in row["key"]:
            fields.append(f".key_name = {text(row['key']['locationName'])}")
    else:
        fields.append(f".ops = &scalar_ops<{cxx}>")
        if kind in ("structure", "union_") and row.get("members"):
            fields.append(f".members = {name}_members")
    if row.get("flattened"):
        fields.append(".flattened = true")
    for bound in ("min", "max"):
        if bound in row:
            fields.append(f".{bound} = {bound_literal(row[bound])}")
    if "pattern" in row:
        fields.append(f".pattern = {text(row['pattern'])}")
    if row.get("enum"):
        fields.append(f".values = {name}_values")
    for flag, on in (("sensitive", row.get("sensitive")), ("is_error", "error" in row),
                     ("event_stream", row.get("eventstream"))):
        if on:
            fields.append(f".{flag} = true")
    if "timestampFormat" in row:
        fields.append(f".timestamp_format = api::TimestampFormat::{TIMESTAMPS[row['timestampFormat']]}")
    fields += namespace_fields(row)
    suffix = "_streamed" if streaming else ""
    # In the order of Shape's fields, as C++ wants it.
    order = ["kind", "name", "ops", "members", "element", "key", "sparse", "element_name", "key_name", "element_named",
             "flattened", "min", "max", "pattern", "values", "sensitive", "is_error", "event_stream", "timestamp_format",
             "xml_namespace_prefix", "xml_namespace"]
    fields.sort(key=lambda field: order.index(field[1:].split(" ")[0]))
    return f"constinit const api::Shape {name}{suffix}{{{', '.join(fields)}}};"


def bound_literal(value):
    value = int(value)
    return "INT64_MIN" if value <= -2**63 else "INT64_MAX" if value >= 2**63 - 1 else str(value)


def error_row(service, error):
    if error not in service.shapes:  # EC2's: a bare code, from the patches
        status = service.patch.get("errorStatus", {}).get(error, 400)
        return f"{{{text(error)}, {{}}, {status}, {'true' if status < 500 else 'false'}, nullptr}}"
    about = service.shapes[error].get("error", {})
    sender = about.get("senderFault", True)
    status = about.get("status", 400 if sender else 500)
    return (f"{{{text(about.get('code', error))}, {text(error)}, {status}, {'true' if sender else 'false'}, "
            f"&shapes::{identifier(error)}}}")


def operation_table(service, name):
    row, own, lines = service.operations[name], identifier(name), []
    errors = row.get("errors", [])
    lines.append("namespace {")
    if errors:
        lines.append(f"constexpr api::Error {own}_errors[] = {{" + ", ".join(error_row(service, error) for error in errors) + "};")
    page = row.get("pagination")
    if page:
        for key in ("inputTokens", "outputTokens", "resultKeys"):
            if page[key]:
                lines.append(f"constexpr std::string_view {own}_{key}[] = {{" + ", ".join(map(text, page[key])) + "};")
        parts = [f"{own}_{key}" if page[key] else "{}" for key in ("inputTokens", "outputTokens", "resultKeys")]
        lines.append(f"constexpr api::Pagination {own}_pagination{{{', '.join(parts)}, {text(page['limitKey'])}, "
                     f"{text(page['moreResults'])}}};")
    lines.append("}  // namespace")
    documentation = f"{service.about['documentation']}{name}.html" if service.about["documentation"] else ""
    fields = [text(name), "&kService", f"&shapes::{identifier(service.request_of(name))}",
              f"&shapes::{identifier(service.response_of(name))}", f"{own}_errors" if errors else "{}",
              text(row["http"]["method"]), text(row["http"]["requestUri"]), str(row["http"].get("responseCode", 200)),
              text(row.get("resultWrapper", "")), text(row.get("inputRoot", "")), text(row.get("inputNamespace", "")),
              text(documentation), f"&{own}_pagination" if page else "nullptr", text(row.get("checksumMember", "")),
              "true" if row.get("checksumRequired") else "false",
              "true" if service.has_event_stream(row) else "false"]
    lines.append(f"constinit const api::Operation {own}{{{', '.join(fields)}}};")
    return lines


def write_shapes_header(service, out):
    lines = [HEADER + "#pragma once\n", '#include "api/shape.h"', f'#include "api/{service.name}/service.h"', "",
             f"namespace fallstreak::api::{service.space}::shapes {{"]
    for shape in sorted(service.shapes):
        lines.append(f"extern const api::Shape {identifier(shape)};")
        if shape in service_streaming(service):
            lines.append(f"extern const api::Shape {identifier(shape)}_streamed;")
    for family in ["common"] + service.families:
        lines += [f"extern const api::Shape {empty};" for empty in service.empties(family)]
    lines.append(f"}}  // namespace fallstreak::api::{service.space}::shapes")
    lines.append(f"\nnamespace fallstreak::api::{service.space}::operations {{")
    lines += [f"extern const api::Operation {identifier(name)};" for name in sorted(service.operations)]
    lines.append(f"}}  // namespace fallstreak::api::{service.space}::operations")
    emit(os.path.join(out, "api", service.name, "shapes.h"), lines)


def write_service(service, out):
    about = service.about
    emit(os.path.join(out, "api", service.name, "service.h"), [
        HEADER + "#pragma once\n", '#include "api/shape.h"', f"\nnamespace fallstreak::api::{service.space} {{",
        "/// The whole service: protocols, names, operations.", "extern const api::Service kService;",
        f"}}  // namespace fallstreak::api::{service.space}"])
    names = sorted(service.operations)
    lines = [HEADER, f'#include "api/{service.name}/service.h"', f'#include "api/{service.name}/shapes.h"',
             f"\nnamespace fallstreak::api::{service.space} {{\nnamespace {{",
             "constexpr api::Protocol kProtocols[] = {" + ", ".join(f"api::Protocol::{p}" for p in about["protocols"]) + "};",
             "constexpr const api::Operation* kOperations[] = {" + ", ".join(f"&operations::{identifier(n)}" for n in names) + "};",
             "constexpr std::string_view kOperationNames[] = {" + ", ".join(text(n) for n in about["operations"]) + "};",
             "}  // namespace", "constinit const api::Service kService{"]
    # AWS: RPC v2 CBOR's path names the service's shape, which is the target prefix of its JSON form.
    fields = [about["id"], about["serviceId"], about["signingName"], about["endpointPrefix"], about["apiVersion"],
              about["xmlNamespace"], about["targetPrefix"], about["targetPrefix"]]
    lines.append("    " + ", ".join(text(field) for field in fields) + f", {'true' if about['queryCompatible'] else 'false'}, "
                 "kProtocols, kOperations, kOperationNames};")
    lines.append(f"}}  // namespace fallstreak::api::{service.space}")
    emit(os.path.join(out, "api", service.name, "service.cpp"), lines)


def waiters_of(service):
    return {name: (operation, row) for operation in sorted(service.operations)
            for name, row in sorted(service.operations[operation].get("waiters", {}).items())}


def write_waiters(service, out):
    space, waiters = f"namespace fallstreak::api::{service.space}::waiters", waiters_of(service)
    header = [HEADER + "#pragma once\n", '#include "api/waiter.h"', f"\n{space} {{"]
    header += [f"extern const api::Waiter {identifier(name)};" for name in sorted(waiters)]
    emit(os.path.join(out, "api", service.name, "waiters.h"), header + [f"}}  // {space}"])
    lines = [HEADER, f'#include "api/{service.name}/waiters.h"', f'#include "api/{service.name}/shapes.h"', f"\n{space} {{"]
    for name, (operation, row) in sorted(waiters.items()):
        own = identifier(name)
        lines.append(f"namespace {{\nconstexpr api::Acceptor {own}_acceptors[] = {{")
        for accepts in row["acceptors"]:
            lines.append(f"    {{api::Acceptor::Matches::{accepts['matches']}, {text(accepts.get('path', ''))}, "
                         f"{text(accepts['expected'])}, api::Acceptor::Then::{accepts['then']}}},")
        lines.append(f"}};\n}}  // namespace\nconstinit const api::Waiter {own}{{{text(name)}, "
                     f"&operations::{identifier(operation)}, {row['delay']}, {row['attempts']}, {own}_acceptors}};")
    emit(os.path.join(out, "api", service.name, "waiters.cpp"), lines + [f"}}  // {space}"])


def write_client(service, out):
    """Bodies are apart from the declarations: whoever includes the client pays only for what is called."""
    name = service.about["client"]
    header = [HEADER + "#pragma once\n"]
    header += [f'#include "api/{service.name}/{family}.h"' for family in service.families]
    header += ['#include "client/transport.h"', "\nnamespace fallstreak::client {",
               f"\n/// Typed calls to {service.about['serviceId']} over any Transport. Each gives the response or AWS's error.",
               f"class {name} {{", " public:", f"  explicit {name}(Transport& transport) : transport_(&transport) {{}}\n"]
    bodies = [HEADER, f'#include "client/{service.name}.h"', f'\n#include "api/{service.name}/waiters.h"',
              '#include "client/call.h"', "\nnamespace fallstreak::client {\n"]
    for operation in sorted(service.operations):
        tag_name = f"api::{service.space}::{service.tags[operation]}"
        result, own = f"Outcome<{tag_name}::Response>", identifier(snake(operation))
        header.append(f"  {result} {own}(const {tag_name}::Request& request = {{}});")
        bodies.append(f"{result} {name}::{own}(const {tag_name}::Request& request) {{\n"
                      f"  return call<{tag_name}>(*transport_, request);\n}}")
    for waiter, (operation, _) in sorted(waiters_of(service).items()):
        request, own = f"const api::{service.space}::{service.tags[operation]}::Request& request", f"wait_until_{snake(waiter)}"
        header.append(f"  Outcome<void> {own}({request} = {{}});")
        bodies.append(f"Outcome<void> {name}::{own}({request}) {{\n"
                      f"  return wait_until(*transport_, api::{service.space}::waiters::{identifier(waiter)}, &request);\n}}")
    header += ["\n private:", "  Transport* transport_;", "};", "\n}  // namespace fallstreak::client"]
    emit(os.path.join(out, "client", service.name + ".h"), header)
    emit(os.path.join(out, "client", service.name + ".cpp"), bodies + ["\n}  // namespace fallstreak::client"])


def emit(path, lines):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    content = "\n".join(lines) + "\n"
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            if file.read() == content:
                return  # keep the time stamp: nothing that includes it need be rebuilt
    with open(path, "w", encoding="utf-8") as file:
        file.write(content)


def outputs(models, name):
    families = ["common"] + read(os.path.join(models, name, "service.json"))["families"]
    return ([f"api/{name}/{family}.{suffix}" for family in families for suffix in ("h", "cpp")]
            + [f"api/{name}/{file}" for file in ("shapes.h", "service.h", "service.cpp", "waiters.h", "waiters.cpp")]
            + [f"client/{name}.{suffix}" for suffix in ("h", "cpp")])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", required=True)
    parser.add_argument("--patches", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("services", nargs="+", metavar="SERVICE")
    arguments = parser.parse_args()
    for name in arguments.services:
        if arguments.list:
            print("\n".join(outputs(arguments.models, name)))
            continue
        service = Service(arguments.models, arguments.patches, name)
        for family in ["common"] + service.families:
            write_structures(service, family, arguments.out)
            write_tables(service, family, arguments.out)
        write_shapes_header(service, arguments.out)
        write_service(service, arguments.out)
        write_waiters(service, arguments.out)
        write_client(service, arguments.out)


if __name__ == "__main__":
    main()
