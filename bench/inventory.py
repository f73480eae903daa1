"""What is known of a large account: how long a look at it takes, once it is known, and how much it holds.

The accounts are made up: machines with disks and interfaces in subnets, as descriptions of AWS's own size.
Seconds are those of the processor; beside each stands how many times as long it takes as reading the same
inventory's JSON and nothing else, in the same run. A refresh, which reads a cloud, is not in it.
"""

import json
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from skywright.clouds.aws.inventory import Surveying
from skywright.clouds.aws.standing import usd_month
from skywright.model.resource import Inventory, Resource, Survey
from skywright.state.database import open_database
from skywright.state.drift import compare
from skywright.state.expectations import Expectations, Expected
from skywright.state.graph import dependents, graph
from skywright.state.inventories import Inventories, text_of
from skywright.state.query import ask
from skywright.state.views import Views

T = TypeVar("T")
STORED, SYNTHETIC = 10_000, 100_000
_CHANGED = 100
_QUESTION = "SELECT type, count(*), sum(usd_month) FROM resources GROUP BY type"
_REGION = "eu-west-1"


def account(size: int) -> Inventory:
    """So many resources; a tenth of the machines' number are subnets, of one network."""
    return {one.id: one for one in _made(size)}


def _made(size: int) -> Iterator[Resource]:
    yield Resource("vpc-0", "ec2:vpc", _REGION, properties={"VpcId": "vpc-0", "CidrBlock": "10.0.0.0/8"})
    machines, subnets = size // 3, max(1, size // 30)
    for number in range(subnets):
        id = f"subnet-{number:017x}"
        yield Resource(id, "ec2:subnet", _REGION, ("vpc-0",), properties={"SubnetId": id, "VpcId": "vpc-0"})
    for number in range(machines):
        yield from _machine(number, f"subnet-{number % subnets:017x}")


def _machine(number: int, subnet: str) -> Iterator[Resource]:
    vm, disk, card = (f"{prefix}-{number:017x}" for prefix in ("i", "vol", "eni"))
    tags = [{"Key": "Name", "Value": f"web-{number}"}, {"Key": "team", "Value": f"t{number % 20}"}]
    described: dict[str, Any] = {
        "InstanceId": vm,
        "InstanceType": "t3.micro",
        "State": {"Code": 16, "Name": "running"},
        "SubnetId": subnet,
        "VpcId": "vpc-0",
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": disk, "Status": "attached"}}],
        "NetworkInterfaces": [
            {"NetworkInterfaceId": card, "SubnetId": subnet, "Groups": [{"GroupId": "sg-0"}]}
        ],
        "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled", "State": "applied"},
        "Tags": tags,
    }
    yield Resource(
        vm,
        "ec2:instance",
        _REGION,
        ("vpc-0", subnet, disk, card),
        name=f"web-{number}",
        properties=described,
    )
    attached = [{"InstanceId": vm, "Device": "/dev/xvda", "State": "attached"}]
    yield Resource(
        disk, "ec2:volume", _REGION, properties={"VolumeId": disk, "Size": 8, "Attachments": attached}
    )
    yield Resource(
        card,
        "ec2:network-interface",
        _REGION,
        ("vpc-0", subnet),
        properties={"NetworkInterfaceId": card, "SubnetId": subnet, "Status": "in-use"},
    )


def changed(inventory: Inventory) -> Inventory:
    """The same account, of which a hundred machines are of another type."""
    found = dict(inventory)
    for id in [id for id, one in inventory.items() if one.type == "ec2:instance"][:_CHANGED]:
        one = inventory[id]
        other = {**one.properties, "InstanceType": "t3.large"}
        found[id] = Resource(id, one.type, one.region, one.depends_on, name=one.name, properties=other)
    return found


def main() -> None:
    """Print the figures."""
    _stored()
    _synthetic()


def _stored() -> None:
    inventory = account(STORED)
    floor = _floor(inventory)
    with TemporaryDirectory() as folder:
        engine = open_database(Path(folder) / "home.db")
        inventories, expectations = Inventories(engine, time.time), Expectations(engine, time.time)
        survey = Survey(changed(inventory), frozenset((one.type, _REGION) for one in inventory.values()))
        expectations.welcome("t", Survey(inventory, survey.covered))
        _told("kept for the first time", floor, len(inventory), lambda: inventories.renew("t", survey))
        _told("kept again, nothing new", floor, len(inventory), lambda: inventories.renew("t", survey))
        _told("read", floor, len(inventory), lambda: inventories.at("t"))
        _told(
            "drift, all of it read from the disk",
            floor,
            len(inventory),
            lambda: compare(expectations.of("t"), Survey(inventories.at("t"), survey.covered), {}, 0.0),
        )
        views = Views(Path(folder), inventories, usd_month, "bench")
        _told("laid out for questions in SQL", floor, len(inventory), lambda: views.of("t").close())
        inventories.renew("t", Survey(inventory, survey.covered))
        _told("a hundred laid out again", floor, len(inventory), lambda: views.of("t").close())
        _told("a question in SQL", floor, len(inventory), lambda: ask(views.of("t"), _QUESTION))
        engine.dispose()


def _synthetic() -> None:
    tracemalloc.start()
    inventory = account(SYNTHETIC)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    floor = _floor(inventory)
    expected = {id: Expected(one, 0.0, "made up") for id, one in inventory.items()}
    survey = Survey(changed(inventory), frozenset((one.type, _REGION) for one in inventory.values()))
    differences = _told("compared", floor, len(inventory), lambda: compare(expected, survey, {}, 0.0))
    assert len(differences) == _CHANGED
    surveying = Surveying()
    found = _told(
        "the graph of it",
        floor,
        len(inventory),
        lambda: graph(inventory, surveying.containers, surveying.parts),
    )
    hit = _told("all that needs the network", floor, len(inventory), lambda: dependents(found, "vpc-0"))
    assert len(hit) > len(inventory) // 2
    print(f"{len(inventory):>9,} resources hold {held / 2**20:.0f} MiB")


def _floor(inventory: Inventory) -> float:
    texts = [text_of(one) for one in inventory.values()]
    began = time.process_time()
    for text in texts:
        json.loads(text)
    return time.process_time() - began


def _told(what: str, floor: float, size: int, work: Callable[[], T]) -> T:
    began = time.process_time()
    result = work()
    seconds = time.process_time() - began
    print(f"{size:>9,} resources, {what}: {seconds:.3f} s, {seconds / floor:.1f} × reading their JSON")
    return result


if __name__ == "__main__":
    main()
