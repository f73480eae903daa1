"""The table of operations and resources, and the language that its expressions are in.

Owns `terraform.yaml` and `exports.yaml` beside this file. Knows no program.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, cast

import jmespath
from jmespath import functions

from skywright.model import yaml_text
from skywright.program.emit.hcl.nodes import Node, plain, without_empty

_ROOT_DEVICES = ("/dev/xvda", "/dev/sda1", "/dev/sda")
"""Under which a machine's first disk is attached, in Amazon's and most others' images."""

_EBS = {
    "VolumeSize": "volume_size",
    "VolumeType": "volume_type",
    "Iops": "iops",
    "Throughput": "throughput",
    "Encrypted": "encrypted",
    "KmsKeyId": "kms_key_id",
    "SnapshotId": "snapshot_id",
    "DeleteOnTermination": "delete_on_termination",
}
_SOURCES = (
    ("IpRanges", "CidrIp", "cidr_ipv4"),
    ("Ipv6Ranges", "CidrIpv6", "cidr_ipv6"),
    ("PrefixListIds", "PrefixListId", "prefix_list_id"),
    ("UserIdGroupPairs", "GroupId", "group"),
)


@cache
def table() -> Mapping[str, Any]:
    """The whole table."""
    return _read("terraform.yaml")


@cache
def exports() -> Mapping[str, Any]:
    """What an account is written down with: the table's `resources`, and those that only this needs."""
    more, known = _read("exports.yaml"), table()["resources"]
    names = dict.fromkeys((*known, *more["resources"]))
    rows = {name: {**known.get(name, {}), **more["resources"].get(name, {})} for name in names}
    return {**more, "resources": rows}


def _read(name: str) -> Mapping[str, Any]:
    text = resources.files("skywright.program.emit.hcl").joinpath(name).read_text(encoding="utf-8")
    return cast("Mapping[str, Any]", yaml_text.load(text))


def searched(expression: str, value: Node) -> Node:
    """An expression applied to a value; what is empty stays."""
    return _compiled(expression).search(value, options=_OPTIONS)


def evaluated(expression: str, value: Node) -> Node:
    """An expression of the table applied to arguments or to a result; what is empty is left out."""
    return without_empty(searched(expression, value))


@cache
def blocks() -> frozenset[str]:
    """The arguments that are written as blocks."""
    return frozenset(table()["blocks"])


@cache
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


class _Functions(functions.Functions):
    """The table's own functions; jmespath finds them by their names."""

    @functions.signature({"types": []})
    def _func_plain(self, value: Node) -> Node:
        return plain(value)

    @functions.signature({"types": []}, {"types": ["string"]})
    def _func_tags(self, specifications: Node, kind: str) -> Node:
        found: dict[str, Node] = {}
        for one in _listed(specifications):
            if plain(one.get("ResourceType")) == kind:
                found |= _pairs(one.get("Tags"))
        return found

    @functions.signature({"types": []})
    def _func_pairs(self, pairs: Node) -> Node:
        return _pairs(pairs)

    @functions.signature({"types": []})
    def _func_listed(self, tags: Node) -> Node:
        return [{"Key": key, "Value": value} for key, value in (tags or {}).items()]

    @functions.signature({"types": []})
    def _func_filled(self, text: Node) -> Node:
        return text or None

    @functions.signature({"types": []}, {"types": ["string"]})
    def _func_tail(self, text: Node, mark: str) -> Node:
        found = plain(text)
        return found.rpartition(mark)[2] if isinstance(found, str) else found

    @functions.signature({"types": []}, {"types": ["string"]}, {"types": ["string"]})
    def _func_within(self, outer: Node, inner: str, name: str) -> Node:
        return [{**each, name: one.get(name)} for one in _listed(outer) for each in _listed(one.get(inner))]

    @functions.signature({"types": []})
    def _func_json(self, document: Node) -> Node:
        found = json.loads(document) if isinstance(document, str) else document
        return None if found is None else {"$json": found}

    @functions.signature({"types": []})
    def _func_rules(self, permissions: Node) -> Node:
        found: list[Node] = []
        for permission in _listed(permissions):
            rule = {
                "ip_protocol": permission.get("IpProtocol"),
                "from_port": permission.get("FromPort"),
                "to_port": permission.get("ToPort"),
            }
            for member, inner, name in _SOURCES:
                for source in _listed(permission.get(member)):
                    found.append({**rule, name: source.get(inner), "description": source.get("Description")})
        return found

    @functions.signature({"types": []}, {"types": ["string"]})
    def _func_disks(self, mappings: Node, which: str) -> Node:
        return [_disk(one, which) for one in _listed(mappings) if _kind_of_disk(one) == which]


_OPTIONS = jmespath.Options(custom_functions=_Functions())


def _listed(value: Node) -> Sequence[Any]:
    return value if isinstance(value, list) else []


def _pairs(value: Node) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for one in _listed(value):
        key = plain(one.get("Key", one.get("Name")))
        if not str(key).startswith(("skywright:", "aws:")):
            found[str(key)] = one.get("Value", "")
    return found


def _kind_of_disk(mapping: Node) -> str:
    if mapping.get("NoDevice") is not None:
        return "none"
    return "root" if plain(mapping.get("DeviceName")) in _ROOT_DEVICES else "data"


def _disk(mapping: Node, which: str) -> Node:
    device = mapping.get("DeviceName")
    if which == "none":
        return {"device_name": device, "no_device": True}
    ebs = mapping.get("Ebs") or {}
    found = {name: ebs.get(member) for member, name in _EBS.items()}
    return found if which == "root" else {"device_name": device, **found}
