"""Tags, machine types and encryption put into the arguments of operations that make things.

Owns where each has its place, as the API models tell it; `_SEVERAL` and `_CALLED` are from the reference of
EC2's `TagSpecification`. Must not know whose wish it is.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.models import input_shape, item, members, operation_model
from skywright.clouds.aws.nouns import noun_of
from skywright.clouds.aws.template import has_reference
from skywright.clouds.calling import Caller
from skywright.model.operation import Effect, Operation
from skywright.model.values import Arguments, Value, texts

_SEVERAL: Final[Mapping[str, tuple[str, ...]]] = {
    "RunInstances": ("instance", "volume"),
    "CreateImage": ("image", "snapshot"),
    "CopyImage": ("image", "snapshot"),
}
_CALLED: Final[Mapping[str, str]] = {"Address": "elastic-ip", "NatGateway": "natgateway"}
_PAIRS: Final = (("Key", "Value"), ("key", "value"), ("TagKey", "TagValue"))
_ENCRYPTED: Final = ("Encrypted", "StorageEncrypted")
_DATA = re.compile(r"(?:i|vol|snap)-[0-9a-f]{8,17}")
_ARM = re.compile(r"(?:[a-z]+\d+g[a-z]*(?:-[a-z0-9]+)?|a1)\.", re.I)
"""Families of AWS's own processors have a `g` behind their number (EC2's naming conventions), and `a1`."""
_MAKES_MACHINES: Final = "ec2:RunInstances"
_ROOT: Final = "/dev/xvda"

Rows = list[dict[str, Any]]


class Shaping:
    """See `clouds.base.Shaping`."""

    def tagged(self, operation: Operation, arguments: Arguments, tags: Mapping[str, str]) -> Arguments | None:
        if effect(operation) is not Effect.CREATE:
            return None
        taken = members(input_shape(cast("Any", operation_model(operation))))
        if "TagSpecifications" in taken:
            types = _resource_types(operation, item(taken["TagSpecifications"]))
            if types:
                return _specified(arguments, types, tags)
        for name in ("Tags", "tags", "TagList"):
            if name in taken and (given := _listed(taken[name], arguments.get(name), tags)) is not None:
                return {**arguments, name: given}
        return None

    def sized(self, operation: Operation, arguments: Arguments, size: str) -> Arguments | None:
        now = self.size(operation, arguments)
        if not now:
            return None
        return (
            {**arguments, "InstanceType": size}
            if bool(_ARM.match(now)) == bool(_ARM.match(size))
            else arguments
        )

    def encrypted(
        self, operation: Operation, arguments: Arguments, look: Caller, region: str
    ) -> Arguments | None:
        if effect(operation) is not Effect.CREATE:
            return None
        if str(operation) == _MAKES_MACHINES:
            return _disks_encrypted(arguments, look, region)
        taken = members(input_shape(cast("Any", operation_model(operation))))
        flag = next((name for name in _ENCRYPTED if name in taken), None)
        return {**arguments, flag: True} if flag else None

    def size(self, operation: Operation, arguments: Arguments) -> str:
        return str(arguments.get("InstanceType", "")) if str(operation) == _MAKES_MACHINES else ""

    def names(self, operation: Operation, arguments: Arguments) -> Sequence[str]:
        if str(operation) != _MAKES_MACHINES:
            return ()
        rows = _rows(arguments.get("TagSpecifications"))
        tags = [
            tag for row in rows if row.get("ResourceType") == "instance" for tag in _rows(row.get("Tags"))
        ]
        return [str(tag["Value"]) for tag in tags if tag.get("Key") == "Name" and "Value" in tag]

    def is_free(self, operation: Operation, arguments: Arguments) -> bool:
        held = any(_DATA.fullmatch(text) for text in texts(arguments))
        return effect(operation) is Effect.CREATE and not held


def _resource_types(operation: Operation, specification: Any) -> tuple[str, ...]:
    """What EC2 calls the things that the operation makes, where tags are put on them."""
    choices = getattr(members(specification).get("ResourceType"), "enum", ())
    if operation.name in _SEVERAL:
        return _SEVERAL[operation.name]
    noun = noun_of(operation)
    for one in (noun, noun.removesuffix("s"), noun.removesuffix("es")):
        name = _CALLED.get(one) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", one).lower()
        if name in choices:
            return (name,)
    return ()


def _specified(arguments: Arguments, types: Sequence[str], tags: Mapping[str, str]) -> Arguments:
    rows = [dict(row) for row in _rows(arguments.get("TagSpecifications"))]
    for row in rows:
        row["Tags"] = _pairs(row.get("Tags"), tags)
    there = {row.get("ResourceType") for row in rows}
    rows += [{"ResourceType": type, "Tags": _pairs(None, tags)} for type in types if type not in there]
    return {**arguments, "TagSpecifications": rows}


def _listed(shape: Any, given: Value, tags: Mapping[str, str]) -> Value:
    """Tags in the form that a member has: a map, or pairs of key and value; None: it has neither."""
    if shape.type_name == "map":
        return {**tags, **(cast("Mapping[str, Value]", given) if isinstance(given, Mapping) else {})}
    inner = set(members(item(shape))) if shape.type_name == "list" else set[str]()
    pair = next((pair for pair in _PAIRS if set(pair) <= inner), None)
    return _pairs(given, tags, pair) if pair else None


def _pairs(given: Value, tags: Mapping[str, str], pair: tuple[str, str] = _PAIRS[0]) -> list[Value]:
    rows, (name, text) = _rows(given), pair
    there = {row.get(name) for row in rows}
    return [*rows, *({name: key, text: value} for key, value in tags.items() if key not in there)]


def _disks_encrypted(arguments: Arguments, look: Caller, region: str) -> Arguments:
    """Every disk that is asked for, and the one that the machine starts from, which comes by itself."""
    rows = [dict(row) for row in _rows(arguments.get("BlockDeviceMappings"))]
    root = _root_device(arguments, look, region)
    if root not in {row.get("DeviceName") for row in rows}:
        rows.insert(0, {"DeviceName": root, "Ebs": {}})
    for row in rows:
        if isinstance(row.get("Ebs"), Mapping):
            row["Ebs"] = {**row["Ebs"], "Encrypted": True}
    return {**arguments, "BlockDeviceMappings": rows}


def _root_device(arguments: Arguments, look: Caller, region: str) -> str:
    image = str(arguments.get("ImageId", ""))
    if not image or has_reference(image):
        return _ROOT
    found = look.call(Operation("ec2", "DescribeImages"), {"ImageIds": [image]}, region)
    rows = _rows(found.get("Images"))
    return str(rows[0].get("RootDeviceName") or _ROOT) if rows else _ROOT


def _rows(value: Value) -> Rows:
    items = value if isinstance(value, list | tuple) else ()
    return [dict(cast("Mapping[str, Any]", each)) for each in items if isinstance(each, Mapping)]
