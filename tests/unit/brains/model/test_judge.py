"""What is noticed of an attempt by comparing words and calls."""

from typing import Any

import pytest
from tests.unit.brains.model.case import CLOUD, DISK, OTHER, THERE, WEB, call

from skywright.brains.model import judge


@pytest.mark.parametrize(
    ("words", "asks"),
    [
        ("Which machines are running?", True),
        ("List the disks that nobody uses.", True),
        ("Tell me what web-1 needs", True),
        ("What can be opened in a browser?", True),
        ("Create a VM named web-1", False),
        ("Could you create a VM named web-1?", False),
        ("can you pls also delete web-1?", False),
        ("Could you tell me which are stopped?", True),
        ("Why did web-1 stop?", True),
        ("web-1 does not boot, what is wrong?", True),
        ("Is it possible to create a VM?", False),
        ("new box, ok?", False),
        ("Give me an update on web-1", True),
        ("List the disks and delete the idle ones", False),
        ("How many are there? Stop them.", False),
        ("Could you tell me which are idle", False),
        ("web-1 needs a bigger disk", False),
    ],
)
def test_who_only_asks(words: str, asks: bool) -> None:
    assert judge.only_asks(words) is asks


@pytest.mark.parametrize(
    ("words", "orders"),
    [
        ("I want the list of stopped machines", False),
        ("new box please", False),
        ("Something is wrong with web-1; find out why it stopped", False),
        ("please stop web-1", True),
        ("would you resize web-1?", True),
        ("web-1 has to go: terminate it", True),
    ],
)
def test_who_orders(words: str, orders: bool) -> None:
    assert judge.orders(words) is orders


def attach(machine: str, disk: str = DISK.id) -> Any:
    return call("ec2:AttachVolume", {"InstanceId": machine, "VolumeId": disk, "Device": "/dev/sdf"})


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        ("Attach a disk to web-1", ()),
        ("Attach a disk to bystander", ("bystander",)),
        ("Attach a 100 GB disk to web-1", ("100 GB",)),
        ("Attach a disk to web-1 and tag it 'billing'", ("billing",)),
        ("Attach a disk to web-1 named data-9", ("data-9",)),
        (f"Attach {DISK.id} to {WEB.id}", ()),
        ("Make web-1 an m5.2xlarge in 10.7.0.0/16", ("m5.2xlarge", "10.7.0.0/16")),
        ("Attach a disk to web-1's machine, it's urgent and doesn't wait", ()),
        ("Attach the disk named in the ticket to web-1", ()),
    ],
)
def test_what_is_said_literally_has_to_be_done(words: str, missing: tuple[str, ...]) -> None:
    assert judge.overlooked(words, (attach(WEB.id),), THERE) == missing


def end(id: str) -> Any:
    return call("ec2:TerminateInstances", {"InstanceIds": [id]})


def stop(id: str) -> Any:
    return call("ec2:StopInstances", {"InstanceIds": [id]})


@pytest.mark.parametrize(
    ("words", "done", "says"),
    [
        ("Delete web-1", end(WEB.id), ""),
        ("Delete web-1", end(OTHER.id), "changes bystander"),
        ("Create a VM", end(OTHER.id), "ends bystander"),
        ("Which machines are there?", stop(OTHER.id), "the request only asks"),
        ("Stop web-1", stop(OTHER.id), "changes bystander, which the request does not name"),
        ("Stop all machines but web-1", stop(OTHER.id), ""),
        ("Stop the machine", stop(OTHER.id), ""),
        (
            "Enlarge the disk of web-1 to 20 GB",
            call("ec2:ModifyVolume", {"VolumeId": DISK.id, "Size": 20}),
            "",
        ),
    ],
)
def test_what_cannot_be_meant(words: str, done: Any, says: str) -> None:
    found = judge.astray(words, (done,), THERE, CLOUD.effects)
    assert says in found if says else not found


def test_what_was_refused_is_no_change() -> None:
    refused = call("ec2:TerminateInstances", {"InstanceIds": [OTHER.id]}, code="UnauthorizedOperation")
    assert not judge.changes((refused,)) and not judge.astray("Create a VM", (refused,), THERE, CLOUD.effects)
    assert judge.refusals((refused,)) == [
        ("ec2:TerminateInstances", "UnauthorizedOperation", "no TerminateInstances")
    ]


@pytest.mark.parametrize(
    ("answer", "strange"),
    [
        ({"vms": [{"id": "i-0cccccccccccccc03", "state": "running"}]}, ()),
        ({"vms": [{"id": "i-0dddddddddddddd04"}]}, ("i-0dddddddddddddd04",)),
        ({"vms": [{"id": WEB.id, "size_gb": 8, "on": True}]}, ()),
        ({"name": "the-balancer"}, ()),
        ({"why": "because nothing listens there"}, ()),
        ({"public_ip": "203.0.113.9"}, ("203.0.113.9",)),
    ],
)
def test_an_answer_says_what_was_seen(answer: dict[str, Any], strange: tuple[str, ...]) -> None:
    seen = {
        "Reservations": [
            {"Instances": [{"InstanceId": "i-0cccccccccccccc03", "State": {"Name": "running"}}]}
        ],
        "Arn": "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/the-balancer/1",
    }
    trace = (call("ec2:DescribeInstances", {}, seen),)
    assert judge.unseen("Which machines are there?", answer, trace, THERE) == strange
