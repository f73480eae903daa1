"""What the people of a world do by hand, and that they do it when their turn has come.

Owns the choice of a change by a turn's chance, and carrying it out as a user of the account with a key of
their own; when the turns are is in `physics/people`. Faults do not meet these calls. assumption: what people
do.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends

from skywright_gym.aws import moto_app
from skywright_gym.aws.behaviour import timing
from skywright_gym.aws.behaviour.settling import settle_region
from skywright_gym.aws.moto_app import Signed
from skywright_gym.aws.refusal import Refusal
from skywright_gym.aws.signature import Request
from skywright_gym.physics import people
from skywright_gym.world import World

_PORTS = (22, 3306, 5432, 8080, 8443)
_WORDS: Mapping[str, tuple[str, ...]] = {
    "owner": people.NAMES,
    "team": ("search", "shop", "billing"),
    "note": ("please-keep", "ask-me-first", "temporary"),
}


@dataclass(frozen=True)
class Change:
    """Something that somebody does: the call, and what it makes of what, for the log."""

    operation: str
    form: dict[str, Any]
    resource: str
    field: str
    was: Any
    becomes: Any


# ---- their turns


def catch_up(world: World) -> bool:
    """Let the turns that have come be made, each at its moment; whether there was any. Works in the world."""
    if not people.are_due(world):
        return False
    for turn in people.turns(world):
        with timing.standing_at(turn.at):
            _make(world, turn)
    return True


def _make(world: World, turn: people.Turn) -> None:
    chance = turn.chance
    who = chance.choice(people.NAMES)
    places = [(region, machines) for region, machines in _machines(world) if machines]
    if not places:
        return
    region, machines = chance.choice(places)
    backend: Any = ec2_backends[world.account_id][region]
    for kind in chance.sample(turn.kinds, len(turn.kinds)):
        chosen = _CHOICES[kind](backend, machines, chance, f"{who}-{turn.number}")
        if chosen is not None:
            _carry_out(world, turn.number, (who, region), chosen)
            return


def _machines(world: World) -> Iterator[tuple[str, list[Any]]]:
    """The machines that are running or stopped, by region, oldest first."""
    of_regions: Any = ec2_backends[world.account_id]
    for region in sorted(of_regions):
        settle_region(world.account_id, region)
        reservations = of_regions[region].reservations.values()
        there = (machine for reservation in reservations for machine in reservation.instances)
        yield region, [machine for machine in there if machine.state in ("running", "stopped")]


def _carry_out(world: World, number: int, who: tuple[str, str], chosen: Change) -> None:
    name, region = who
    key_id, arn = _user(world, name)
    scope = f"{world.clock.utc():%Y%m%d}/{region}/ec2/aws4_request"
    headers = {
        "host": f"ec2.{region}.amazonaws.com",
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
        # Not proven: this is from inside. It says whose key it is.
        "authorization": f"AWS4-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders=host, Signature=0",
    }
    form = {"Action": chosen.operation, "Version": "2016-11-15", **chosen.form}
    request = Request("POST", "/", "", headers, urlencode(form).encode())
    try:
        answer = moto_app.answer(request, Signed(world.account_id, "ec2", region))
        error = None if answer.status < 400 else _between("Code", answer.body) or "Unknown"
        made = _between("instanceId", answer.body) if chosen.operation == "RunInstances" else ""
    except Refusal as refused:
        error, made = refused.code, ""
    people.note(
        world,
        {
            "number": number,
            "at": timing.told(world.clock.now()),
            "epoch_seconds": world.clock.now(),
            "principal": arn,
            "region": region,
            "operation": f"ec2:{chosen.operation}",
            "resource": made or chosen.resource,
            "field": chosen.field,
            "was": chosen.was,
            "becomes": chosen.becomes,
            "error": error,
        },
    )


def _between(tag: str, body: bytes) -> str:
    found = re.search(rf"<{tag}>([^<]*)</{tag}>".encode(), body)
    return found[1].decode() if found else ""


def _user(world: World, name: str) -> tuple[str, str]:
    """The key and the ARN of a user of the account, who is made if need be."""
    backend: Any = iam_backends[world.account_id]["aws"]
    user = backend.users.get(name) or backend.create_user("us-east-1", name)
    key = next(iter(user.access_keys), None) or backend.create_access_key(name)
    return key.access_key_id, user.arn


# ---- what they do


def _tag(backend: Any, machines: list[Any], chance: random.Random, _who: str) -> Change | None:
    machine = chance.choice(machines)
    disks = [one.volume.id for one in machine.block_device_mapping.values() if hasattr(one, "volume")]
    resource = chance.choice([machine.id, machine.id, *disks])
    key = chance.choice(sorted(_WORDS))
    was = backend.tags.get(resource, {}).get(key)
    value = chance.choice([word for word in _WORDS[key] if word != was])
    form = {"ResourceId.1": resource, "Tag.1.Key": key, "Tag.1.Value": value}
    return Change("CreateTags", form, resource, f"tags.{key}", was, value)


def _rule(_backend: Any, machines: list[Any], chance: random.Random, _who: str) -> Change | None:
    groups = {group.id: group for machine in machines for group in machine.security_groups}
    if not groups:
        return None
    group, port = groups[chance.choice([*groups])], chance.choice(_PORTS)
    source = chance.choice(("0.0.0.0/0", f"203.0.113.{chance.randrange(1, 255)}/32"))
    form = {
        "GroupId": group.id,
        "IpPermissions.1.IpProtocol": "tcp",
        "IpPermissions.1.FromPort": port,
        "IpPermissions.1.ToPort": port,
        "IpPermissions.1.IpRanges.1.CidrIp": source,
    }
    rule = f"tcp {port} from {source}"
    return Change("AuthorizeSecurityGroupIngress", form, group.id, "ingress", None, rule)


def _stop(_backend: Any, machines: list[Any], chance: random.Random, _who: str) -> Change | None:
    # The cloud does not let one stop a spot machine of a one-time request.
    running = [one.id for one in machines if one.state == "running" and one.lifecycle != "spot"]
    if not running:
        return None
    machine = chance.choice(running)
    return Change("StopInstances", {"InstanceId.1": machine}, machine, "state", "running", "stopped")


def _resize(backend: Any, machines: list[Any], chance: random.Random, _who: str) -> Change | None:
    attached = (
        mapping.volume_id for machine in machines for mapping in machine.block_device_mapping.values()
    )
    # Once changed, a disk is left alone for six hours.
    disks = [one for one in attached if one in backend.volumes and not backend.volumes[one].modifications]
    if not disks:
        return None
    disk = backend.volumes[chance.choice(disks)]
    size = disk.size + chance.choice((1, 2, 5, 10))
    return Change("ModifyVolume", {"VolumeId": disk.id, "Size": size}, disk.id, "size", disk.size, size)


def _launch(_backend: Any, machines: list[Any], chance: random.Random, who: str) -> Change | None:
    like = chance.choice(machines)
    form = {
        "ImageId": like.image_id,
        "InstanceType": like.instance_type,
        "MinCount": 1,
        "MaxCount": 1,
        "SubnetId": like.subnet_id,
        "TagSpecification.1.ResourceType": "instance",
        "TagSpecification.1.Tag.1.Key": "Name",
        "TagSpecification.1.Tag.1.Value": f"test-{who}",
    }
    return Change("RunInstances", form, "", "state", None, "running")


_CHOICES: Mapping[str, Callable[[Any, list[Any], random.Random, str], Change | None]] = {
    "tag": _tag,
    "rule": _rule,
    "stop": _stop,
    "resize": _resize,
    "launch": _launch,
}
