"""Values for questions about the whole: dependencies, health, cost, load balancers; and names of buckets."""

import re
from collections.abc import Mapping
from typing import Any

from skywright.brains.builtin.asking import Ask
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.targets import unknown_names
from skywright.brains.builtin.world import Machine, Row
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.resource import Resource
from skywright.model.values import Value

Options = Mapping[str, Any]


def dependencies(filling: Filling, options: Options) -> Value:
    """Everything in the region, or what the named machines hang together with, each with what it needs."""
    named = [machine.id for machine in filling.named_here()]
    if not named and unknown_names(filling.facts):
        named = [machine.id for machine in filling.machines]  # moves to the region where they are
    elif not named and not filling.said_region:
        filling.region = next(filling.world.everywhere(), filling.region)
    inventory = filling.world.context.cloud.read_inventory(filling.world.context.look, [filling.region])
    resources = {resource.id: resource for resource in inventory.values()}
    needs = {id: resource.depends_on for id, resource in resources.items()}
    served = {resource.id: _targets(resource) for resource in resources.values()}
    wanted = _reach(needs, [*named, *_fronts(needs, served, named)]) if named else set(resources)
    return [
        {
            "id": resource.id,
            "type": resource.type,
            "name": resource.name or None,
            "depends_on": [*resource.depends_on, *served[resource.id]],
        }
        for resource in sorted(resources.values(), key=lambda resource: (resource.type, resource.id))
        if resource.id in wanted and (resource.depends_on or resource.name or resource.type != "ec2:snapshot")
    ]


def _targets(resource: Resource) -> list[str]:
    """The machines that a target group sends traffic to."""
    rows: Any = resource.properties.get("Targets") or []
    return sorted({str(row["Id"]) for row in rows}) if resource.type == "elbv2:targetgroup" else []


def _fronts(
    needs: Mapping[str, tuple[str, ...]], served: Mapping[str, list[str]], named: list[str]
) -> list[str]:
    """The target groups that the machines are in, and the load balancers that lead to these."""
    groups = [id for id, machines in served.items() if set(machines) & set(named)]
    return [*groups, *(id for id, needed in needs.items() if set(needed) & set(groups))]


def _reach(needs: Mapping[str, tuple[str, ...]], roots: list[str]) -> set[str]:
    """What the roots need, directly or not, and what directly needs them."""
    seen = set(roots) | {id for id, needed in needs.items() if set(needed) & set(roots)}
    waiting = list(seen)
    while waiting:
        for id in needs.get(waiting.pop(), ()):
            if id not in seen:
                seen.add(id)
                waiting.append(id)
    return seen


def health_machines(filling: Filling, options: Options) -> Value:
    return [machine.id for machine in filling.named_here()] or None


def _priced(filling: Filling) -> list[Machine]:
    return filling.machines


def priced(filling: Filling, options: Options) -> Value:
    volumes = {str(row["VolumeId"]): row for row in filling.world.volumes(filling.region)}
    return [
        {
            "id": machine.id,
            "name": machine.name or None,
            "type": machine.type,
            "usd_month": _machine_price(filling, machine),
            "disks_usd_month": round(
                sum(_disk_price(filling, volumes[id]) for id in machine.disks if id in volumes), 2
            ),
        }
        for machine in _priced(filling)
    ]


def total(filling: Filling, options: Options) -> Value:
    rows: Any = filling.values["machines"]
    return round(sum(float(row["usd_month"]) + float(row["disks_usd_month"]) for row in rows), 2)


def _machine_price(filling: Filling, machine: Machine) -> float:
    """A stopped machine costs nothing but its disks."""
    if machine.state not in ("running", "pending"):
        return 0.0
    arguments: dict[str, Value] = {"InstanceType": machine.type, "MinCount": 1, "MaxCount": 1}
    if machine.spot:
        arguments["InstanceMarketOptions"] = {"MarketType": "spot"}
    return _price(filling, "RunInstances", arguments)


def _disk_price(filling: Filling, row: Row) -> float:
    arguments: dict[str, Value] = {
        "Size": row["Size"],
        "VolumeType": row["VolumeType"],
        "AvailabilityZone": row["AvailabilityZone"],
    }
    return _price(filling, "CreateVolume", arguments)


def _price(filling: Filling, operation: str, arguments: dict[str, Value]) -> float:
    step = Step("priced", Operation("ec2", operation), arguments=arguments)
    program = Program("price", (step,), region=filling.region)
    return round(filling.world.context.cloud.prices.usd_month(program), 2)


def bucket_name(filling: Filling, options: Options) -> Value:
    facts = filling.facts
    given = [*facts.names, *(token.text for token in facts.tokens if token.kind in ("name", "quoted"))]
    if not given:
        raise Ask("name", "What should the bucket be called? Names of buckets are unique in the world.")
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", given[0]):
        raise Ask(
            "name",
            (
                f"'{given[0]}' can't be a bucket's name: 3 to 63 small letters, digits, "
                f"dots and hyphens. What should it be called?"
            ),
        )
    return given[0]


def bucket_place(filling: Filling, options: Options) -> Value:
    return None if filling.region == "us-east-1" else filling.region
