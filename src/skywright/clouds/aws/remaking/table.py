"""What `data/remaking.yaml` says of making things again, read into calls. Owns that file's format."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from skywright.clouds.aws import tables
from skywright.clouds.aws.back import taken_by
from skywright.clouds.aws.models import input_shape, members, operation_model
from skywright.clouds.aws.remaking import derived, machines, network
from skywright.clouds.aws.remaking.draft import Draft, Recipe, Scene, tagged, tags_of
from skywright.clouds.aws.template import filled, find
from skywright.model.operation import Operation
from skywright.model.resource import Resource
from skywright.model.values import Arguments, Value

_BY: Mapping[str, Callable[[Resource, Scene], Recipe]] = {
    "vpc": network.vpc,
    "route_table": network.route_table,
    "security_group": network.security_group,
    "network_acl": network.network_acl,
    "network_interface": network.network_interface,
    "elastic_ip": network.elastic_ip,
    "instance": machines.instance,
    "volume": machines.volume,
    "snapshot": machines.snapshot,
    "image": machines.image,
    "key_pair": machines.key_pair,
    "spot_request": machines.spot_request,
}


@cache
def rows() -> Mapping[str, Mapping[str, Any]]:
    """What is known of each type, in the order in which they are made."""
    return tables.read("remaking")["making"]


@cache
def order() -> Mapping[str, int]:
    """The place of each type in that order."""
    return {type: place for place, type in enumerate(rows())}


def recipe(resource: Resource, scene: Scene) -> Recipe:
    """How a thing is made again, and what of it is not."""
    row = rows().get(resource.type)
    if row is None:
        return derived.recipe(resource)
    if "by" in row:
        return _BY[row["by"]](resource, scene)
    if "none" in row:
        return (), (row["none"],)
    scope = {**resource.properties, "region": resource.region, "leaf": _leaf(resource.id)}
    drafts = tuple(draft for step in row["steps"] for draft in _drafts(resource, step, scope))
    return drafts, tuple(row.get("lacks", ()))


def stands_in(type: str) -> bool:
    """Whether what is made again is another thing, good only where the first is not missed, as in a copy."""
    return bool(rows().get(type, {}).get("stands_in"))


def _leaf(id: str) -> str:
    return id.replace(":", "/").rpartition("/")[2]


def _drafts(resource: Resource, step: Mapping[str, Any], scope: Mapping[str, Value]) -> Iterator[Draft]:
    if "if" in step and not find(step["if"], scope):
        return
    for item in find(step["each"], scope) or () if "each" in step else (None,):
        yield _draft(resource, step, {**scope, "item": item})


def _draft(resource: Resource, step: Mapping[str, Any], scope: Mapping[str, Value]) -> Draft:
    operation = Operation.parse(step["call"])
    gives = {
        id: path for where, path in step.get("gives", {}).items() if isinstance(id := find(where, scope), str)
    }
    arguments: dict[str, Value] = {
        name: value for name, value in filled(step.get("arguments", {}), scope).items() if value != {}
    }
    if step.get("take"):
        taken = taken_by(operation, resource.properties)
        dropped = step.get("drop", ())
        arguments = {**{name: taken[name] for name in taken if name not in dropped}, **arguments}
    if gives or step.get("take"):
        arguments = with_tags(operation, arguments, resource)
    also = tuple(find(step["also"], scope) or ()) if "also" in step else ()
    return Draft(operation, arguments, gives, also, step.get("until", ""), bool(step.get("last")))


def with_tags(operation: Operation, arguments: Arguments, resource: Resource) -> dict[str, Value]:
    """The arguments of what makes a thing, with the thing's tags if it takes any."""
    model = operation_model(operation)
    taken = members(None if model is None else input_shape(model))
    given = {name: value for name, value in arguments.items() if name != "Tags"}
    if "TagSpecifications" in taken and operation.service == "ec2":
        return {**given, **tagged(resource)}
    tags = tags_of(resource.properties) if "Tags" in taken else []
    if tags and operation.service == "autoscaling":
        return {**given, "Tags": tags}
    plain = [{"Key": tag["Key"], "Value": tag.get("Value", "")} for tag in tags]
    return {**given, **({"Tags": plain} if plain else {})}
