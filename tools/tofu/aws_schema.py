#!/usr/bin/env python3
"""Writes the published schema of Terraform's AWS provider, in the form of `terraform providers schema -json`.

    aws_schema.py WHEEL OUTPUT

The provider itself comes only from registries of its makers. Its schema is published a second time, on PyPI: the
bindings of CDK Terrain are generated from it, one TypeScript class for each resource and block. Beside every member
stands whether it is required, optional or computed, and how it is written to HCL. This reads that back.
"""

import base64
import io
import json
import re
import sys
import tarfile
import zipfile

SOURCE_MAP = re.compile(r"sourceMappingURL=data:application/json;base64,(\S+)")
CLASS = re.compile(r"^export class (\w+) extends cdktn\.(\w+)", re.M)
VERSION = re.compile(r"providerVersion: '([^']+)'")
RESOURCE_TYPE = re.compile(r'tfResourceType = "([^"]+)"')
# What a member is, then how it is stored and how it is read.
MEMBER = re.compile(
    r"  // (\w+) - computed: (\w+), optional: (\w+), required: (\w+)\n"
    r"(?:  private _\w+(?:\?: [^;]+| = new (\w+)\(this, \"\w+\"(?:, (true|false))?\));[^\n]*\n)?"
    r"  public get \w+\(\) \{\n    return ([^\n]*);\n"
)
# How it is written: `name: { value: …, isBlock: …, type: …, storageClassType: … }`.
WRITTEN = re.compile(
    r"^ +(\w+): \{\n +value: [^\n]*\n +isBlock: (\w+),\n +type: \"(\w+)\",\n +storageClassType: \"(\w+)\",\n",
    re.M,
)
SCALARS = {"string": "string", "number": "number", "boolean": "bool", "any": "dynamic"}
LISTS = {"stringList": "string", "numberList": "number", "booleanList": "bool"}
MAPS = {"stringMap": "string", "numberMap": "number", "booleanMap": "bool", "anyMap": "dynamic"}
READ = {
    "getStringAttribute": "string",
    "getNumberAttribute": "number",
    "getBooleanAttribute": "bool",
    "getListAttribute": ["list", "string"],
    "getNumberListAttribute": ["list", "number"],
    "getAnyMapAttribute": ["map", "dynamic"],
    "getStringMapAttribute": ["map", "string"],
    "StringMap": ["map", "string"],
    "StringMapList": ["list", ["map", "string"]],
    "NumberMap": ["map", "number"],
    "BooleanMap": ["map", "bool"],
    "AnyMap": ["map", "dynamic"],
}


class Module:
    """The classes of one resource, and how each struct is written."""

    def __init__(self, text):
        self.bodies = {}
        starts = list(CLASS.finditer(text))
        for start, end in zip(starts, [m.start() for m in starts[1:]] + [len(text)]):
            self.bodies[start.group(1)] = text[start.start() : end]
            if start.group(2) in ("TerraformResource", "TerraformDataSource", "TerraformProvider"):
                self.root = start.group(1)
        self.written = {}
        for found in re.finditer(r"^export function (\w+)ToHclTerraform\(.*?^}", text, re.M | re.S):
            self.written[found.group(1).lower()] = written_in(found.group(0))

    def block(self, name):
        """A configurable class as the schema of a block."""
        body = self.bodies[name]
        hcl = body[body.find("synthesizeHclAttributes") :] if name == self.root else ""
        written = written_in(hcl) if hcl else self.written.get(struct_of(name).lower(), {})
        attributes, blocks = {}, {}
        for member, computed, optional, required, inner, wraps, getter in MEMBER.findall(body):
            is_block, kind, storage = written.get(member, ("false", "", ""))
            flags = {flag: True for flag, on in (("computed", computed), ("optional", optional), ("required", required)) if on == "true"}
            if is_block == "true" and inner:
                blocks[member] = self.nested(inner, kind, flags)
            elif is_block == "true":
                blocks[member] = {"block": self.write_only(storage.removesuffix("List")), "nesting_mode": kind}
            else:
                attributes[member] = {"type": self.type_of(kind, storage, inner, wraps, getter), **flags}
        return {"attributes": attributes, "block_types": blocks}

    def write_only(self, struct):
        """A block of the provider's own configuration: nobody reads it, so only the way it is written is known."""
        attributes, blocks = {}, {}
        for member, (is_block, kind, storage) in self.written[struct.lower()].items():
            if is_block == "true":
                blocks[member] = {"block": self.write_only(storage.removesuffix("List")), "nesting_mode": kind}
            else:
                attributes[member] = {"type": written_type(kind, storage), "optional": True}
        return {"attributes": attributes, "block_types": blocks}

    def nested(self, inner, kind, flags):
        element = element_of(inner)
        nested = {"block": self.block(element), "nesting_mode": "single" if kind == "struct" else kind}
        if kind != "struct" and inner == element:
            nested["max_items"] = 1
        if "required" in flags and kind != "struct":
            nested["min_items"] = 1
        return nested

    def type_of(self, kind, storage, inner, wraps, getter):
        if inner and inner not in READ:
            if inner.endswith("Map"):
                return ["map", self.object_of(inner.removesuffix("Map") + "OutputReference")]
            item = self.object_of(element_of(inner))
            return item if inner.endswith("OutputReference") and kind in ("", "struct") else ["set" if wraps == "true" or kind == "set" else "list", item]
        if storage:
            return written_type(kind, storage)
        read = inner or re.search(r"\.(get\w+)\(|$", getter).group(1)
        type_ = READ[read]
        return ["set", type_[1]] if "Fn.tolist" in getter or kind == "set" else type_

    def object_of(self, name):
        """A class that is only read, or written as an attribute, as an object type."""
        block = self.block(name)
        fields = {key: value["type"] for key, value in block["attributes"].items()}
        for key, nested in block["block_types"].items():
            inner = ["object", {k: v["type"] for k, v in nested["block"]["attributes"].items()}]
            fields[key] = inner if nested["nesting_mode"] == "single" else [nested["nesting_mode"], inner]
        return ["object", fields]


def written_type(kind, storage):
    if storage in MAPS:
        return ["map", MAPS[storage]]
    return [kind, LISTS[storage]] if storage in LISTS else SCALARS[storage]


def written_in(text):
    return {name: (block, kind, storage) for name, block, kind, storage in WRITTEN.findall(text)}


def struct_of(name):
    return name.removesuffix("OutputReference")


def element_of(name):
    return name if name.endswith("OutputReference") else name.removesuffix("List") + "OutputReference"


def sources(wheel):
    """Folder and TypeScript text of every module in the package."""
    with zipfile.ZipFile(wheel) as package:
        inner = next(name for name in package.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(package.read(inner))) as archive:
            for member in archive:
                match = re.fullmatch(r"package/lib/([\w-]+)/index\.js", member.name)
                if match:
                    text = archive.extractfile(member).read().decode()
                    found = SOURCE_MAP.search(text)
                    if found and "tfResourceType" in text:
                        yield match.group(1), json.loads(base64.b64decode(found.group(1)))["sourcesContent"][0]


def main(wheel, output):
    schemas = {"provider": {}, "resource_schemas": {}, "data_source_schemas": {}}
    version, unread = "", []
    for folder, text in sources(wheel):
        name = RESOURCE_TYPE.search(text).group(1)
        try:
            module = Module(text)
            schema = {"version": 0, "block": module.block(module.root)}
        except (AttributeError, KeyError):
            schema = None
        # Classes of the largest resources are spread over several files, and some nest without an end.
        if schema is None or '"dynamic"' in json.dumps(schema):
            unread.append(name)
            continue
        if folder == "provider":
            schemas["provider"] = schema
            version = VERSION.search(text).group(1)
        else:
            schemas["data_source_schemas" if folder.startswith("data-aws") else "resource_schemas"][name] = schema
    if not version:
        sys.exit("error: the package holds no provider")
    with open(output, "w", encoding="utf-8") as file:
        json.dump({"version": version, "unread": sorted(set(unread)), **schemas}, file, sort_keys=True)
    print(f"aws {version}: {len(schemas['resource_schemas'])} resources, {len(unread)} not read", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
