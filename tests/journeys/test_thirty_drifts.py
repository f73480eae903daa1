"""What an outside tool does to an account: found, with its cause as far as that is known, and taken back.

Everything is done by plain boto3 at the gym's own address, as any tool past the gate would. Each household is
a copy of one account, to which everything of a list is done; it is looked at once and taken back by one run.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.journeys.drifts import CHANGES, ENDINGS, GONE_FOR_GOOD, PARTINGS, Kind
from tests.journeys.furnished import REGION, Hands, Known, furnish
from tests.user import Cloud, User

from skywright.app.whole import App
from skywright.cli.progress import Silent
from skywright.engine.drift import Drift, find_drift
from skywright.engine.inventory import refresh
from skywright.model.resource import Inventory
from skywright.model.run import Report, Request, Status
from skywright.model.target import Target

pytestmark = pytest.mark.slow


@dataclass
class Household:
    """An account to which everything of one list was done, and what Skywright made of it."""

    before: Inventory
    found: Drift
    report: Report
    papers: Mapping[str, Any]
    left: Drift
    after: Inventory
    known: Known
    made: dict[str, str] = field(default_factory=dict[str, str])


@pytest.fixture(scope="module")
def app(user: User) -> Iterator[App]:
    with closing(App(Silent(), environment=user.environment)) as whole:
        yield whole


@pytest.fixture(scope="module")
def origin(user: User) -> tuple[Cloud, Known]:
    cloud = user.account()
    services = ("ec2", "elbv2", "cloudwatch", "autoscaling")
    return cloud, furnish(*(cloud.client(service, REGION) for service in services))


def lived_in(app: App, origin: tuple[Cloud, Known], kinds: tuple[Kind, ...]) -> Household:
    """A copy of the account, with everything done to it, found and taken back."""
    cloud, known = origin
    name = f"{cloud.target}-{kinds[0].name.replace(' ', '-')}"
    app.gym.fork(cloud.target, name)
    told = next(one for one in app.gym.status()["accounts"] if one["name"] == name)
    target = Target(name, "gym", name)
    app.targets.add(target)
    refresh(app.parts, target, (REGION,))
    before = app.inventories.at(name)
    hands = Hands(Cloud(name, told["aws"]), known)
    made = {kind.name: kind.makes(hands) for kind in kinds}
    found = find_drift(app.parts, target, (REGION,))
    run = app.engine.begin_revert(Request("revert it", name, approved=True), found.differences)
    report = app.engine.drive(run.id)
    left = find_drift(app.parts, target, (REGION,))
    papers = app.runs.get(run.id).papers
    return Household(before, found, report, papers, left, app.inventories.at(name), known, made)


@pytest.fixture(scope="module")
def changed(app: App, origin: tuple[Cloud, Known]) -> Household:
    return lived_in(app, origin, CHANGES)


@pytest.fixture(scope="module")
def parted(app: App, origin: tuple[Cloud, Known]) -> Household:
    return lived_in(app, origin, PARTINGS)


@pytest.fixture(scope="module")
def ended(app: App, origin: tuple[Cloud, Known]) -> Household:
    return lived_in(app, origin, ENDINGS)


def by_name(kinds: tuple[Kind, ...]) -> Any:
    return pytest.mark.parametrize("kind", kinds, ids=[kind.name for kind in kinds])


def was_told(kind: Kind, household: Household) -> None:
    """That it is found as what it is, once, and by whom as the cloud's own trail has it."""
    id = household.known[kind.of] if kind.of else household.made[kind.name]
    pairs = zip(household.found.differences, household.found.causes, strict=True)
    (one, cause), *more = [pair for pair in pairs if (pair[0].id, pair[0].field) == (id, kind.field)]
    assert not more and one.kind == kind.kind
    assert kind.expected is ... or one.expected == kind.expected
    assert kind.actual is ... or one.actual == kind.actual
    assert "not by way of the gate" in cause
    assert ("by root with Boto3/" in cause) == kind.traced
    sentences = [text for _, text in household.papers["advisories"]]
    assert not kind.lost or any(id in text and kind.lost in text for text in sentences)


@by_name(CHANGES)
def test_what_was_changed_or_made_is_told(kind: Kind, changed: Household) -> None:
    was_told(kind, changed)


def test_what_was_changed_or_made_is_taken_back_to_the_letter(changed: Household) -> None:
    assert changed.report.status is Status.SUCCEEDED, changed.report.error
    assert changed.after == changed.before
    assert changed.left.differences == ()


@by_name(PARTINGS)
def test_what_was_parted_or_stopped_is_told(kind: Kind, parted: Household) -> None:
    was_told(kind, parted)


def test_what_was_parted_or_stopped_is_as_it_was_but_for_the_names_of_the_joints(parted: Household) -> None:
    assert parted.report.status is Status.SUCCEEDED, parted.report.error
    assert parted.left.differences == ()
    anew = {str(new): str(old) for old, new in parted.report.answer["came_back_as"].items()}
    assert set(anew.values()) == {parted.known["mapped"], parted.known["joint"]}
    assert renamed(parted.after, anew) == renamed(parted.before, {})


@by_name(ENDINGS)
def test_what_was_ended_is_told_with_what_does_not_come_back(kind: Kind, ended: Household) -> None:
    was_told(kind, ended)


def test_what_was_ended_is_made_again_if_that_can_be_done(ended: Household) -> None:
    assert ended.report.status is Status.SUCCEEDED, ended.report.error
    assert {one.id for one in ended.left.differences} == {ended.known[name] for name in GONE_FOR_GOOD}
    anew = ended.report.answer["came_back_as"]
    vm = ended.after[anew[ended.known["vm"]]].properties
    was = ended.before[ended.known["vm"]].properties
    assert [tag for tag in vm["Tags"] if not tag["Key"].startswith("skywright:")] == was["Tags"]
    for name in ("SecurityGroups", "SubnetId", "InstanceType", "PrivateIpAddress", "State"):
        assert vm[name] == was[name]
    assert ended.after[ended.known["address"]].properties["InstanceId"] == anew[ended.known["vm"]]
    disks = [mapping["Ebs"]["VolumeId"] for mapping in vm["BlockDeviceMappings"]]  # type: ignore[index, union-attr]
    assert ended.known["data"] in disks
    group = ended.after[anew[ended.known["empty"]]].properties
    assert group["IpPermissions"] == ended.before[ended.known["empty"]].properties["IpPermissions"]
    listener = ended.after[anew[ended.known["listener"]]].properties
    assert listener["LoadBalancerArn"] == anew[ended.known["balancer"]]


def renamed(inventory: Inventory, names: Mapping[str, str]) -> list[str]:
    """The inventory as text, in a fixed order, under other identifiers."""
    lines: list[str] = []
    for one in inventory.values():
        text = repr(one)
        for new, old in names.items():
            text = text.replace(new, old)
        lines.append(text)
    return sorted(lines)
