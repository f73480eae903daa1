"""Deadlines and budgets are kept: a run ends with a status and a sentence, and nothing is half done."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from tests import clients

from skywright.app.whole import App
from skywright.brains.base import Context
from skywright.cli.progress import Silent
from skywright.engine.life import Engine
from skywright.errors import Usage
from skywright.model.advice import Plan
from skywright.model.run import Report, Request, Status
from skywright.program.text import load

pytestmark = pytest.mark.slow

NEVER = """
skywright: 1
name: a group, and then a wait for ever
region: us-east-1
steps:
- id: made
  do: ec2:CreateSecurityGroup
  with: {GroupName: half-done, Description: d}
- id: never
  do: ec2:DescribeSecurityGroups
  with: {GroupIds: ["${made.GroupId}"]}
  until: "SecurityGroups[0].GroupName == 'another'"
"""
DEAR = """
skywright: 1
name: a machine
region: us-east-1
steps:
- id: vm
  do: ec2:RunInstances
  with: {ImageId: ami-12c6146b, InstanceType: m5.large, MinCount: 1, MaxCount: 1}
"""


@dataclass
class Planned:
    """A brain that has one plan."""

    text: str
    name: str = "builtin"

    def understand(self, words: str, context: Context) -> Plan:
        return Plan(load(self.text), "as it is")


@dataclass
class Hasty(Silent):
    """Once the program is to be performed, only so many seconds are left, however slow all was before."""

    app: App
    deadline: float
    left: float
    began: float = field(default_factory=time.time)
    late: float = 0.0
    seen: set[str] = field(default_factory=set)

    def clock(self) -> float:
        return time.time() + self.late

    def stage(self, name: str) -> None:
        if name == "perform":
            self.late = self.deadline - self.left - (time.time() - self.began)

    def say(self, line: str) -> None:
        if line == "-- never":
            self.seen |= there(self.app)[0]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    home = str(tmp_path_factory.mktemp("home"))
    app = App(Silent(), environment={**os.environ, "SKYWRIGHT_HOME": home})
    app.gym.up()
    try:
        yield app
    finally:
        app.gym.down()
        app.close()


def there(app: App) -> tuple[set[str], int]:
    """The names of security groups, and how many machines there are."""
    account = app.gym.account("default")
    keys = (account.credential.access_key_id, account.credential.secret_access_key)
    ec2: Any = clients.client("ec2", "us-east-1", account.endpoint, keys)
    groups = ec2.describe_security_groups()["SecurityGroups"]
    return {str(one["GroupName"]) for one in groups}, len(ec2.describe_instances()["Reservations"])


def asked(app: App, text: str, **request: Any) -> Report:
    """A request for which the brain has that plan, rehearsed and all."""
    app.__dict__["builtin"] = Planned(text)
    begun = app.engine.begin(app.check(Request("do it", modality="sdk", approved=True, **request)))
    return app.engine.drive(begun.id)


def test_a_deadline_in_the_middle_of_the_rehearsal_ends_it_and_nothing_is_changed(app: App) -> None:
    before, began = there(app), time.monotonic()
    told = asked(app, NEVER, deadline_seconds=6.0)
    assert (told.status, told.error) == (Status.FAILED, "the deadline of 6 s has passed")
    assert there(app) == before and time.monotonic() - began < 40


def test_a_deadline_in_the_middle_of_performing_takes_back_what_was_done(app: App) -> None:
    before = there(app)
    request = Request("apply it", modality="sdk", approved=True, deadline_seconds=1000.0)
    hasty = Hasty(app, 1000.0, left=15.0)
    engine = Engine(replace(app.parts, progress=hasty, clock=hasty.clock), app.home.engine_url, lambda: "r-x")
    told = engine.drive(engine.begin_with(app.check(request), load(NEVER), "apply it").id)
    assert (told.status, told.error) == (Status.ROLLED_BACK, "the deadline of 1000 s has passed"), told.error
    assert "half-done" in hasty.seen
    assert there(app) == before
    assert told.resources == ()


def test_a_deadline_that_is_over_before_anything_begins(app: App) -> None:
    told = asked(app, DEAR, deadline_seconds=0.0)
    assert (told.status, told.error) == (Status.FAILED, "the deadline of 0 s has passed")


def test_a_budget_is_not_waived_by_the_same_breath_but_by_a_person(app: App) -> None:
    before = there(app)
    told = asked(app, DEAR, budget_usd_month=1.0)
    assert told.status is Status.NEEDS_APPROVAL and there(app) == before
    app.engine.approve(told.run)
    assert app.engine.drive(told.run).status is Status.SUCCEEDED
    assert there(app)[1] == before[1] + 1
    assert asked(app, DEAR, budget_usd_month=1000.0).status is Status.SUCCEEDED


@pytest.mark.parametrize("most", [{"deadline_seconds": float("nan")}, {"budget_usd_month": -1.0}])
def test_what_is_no_bound_is_told(app: App, most: dict[str, float]) -> None:
    with pytest.raises(Usage, match="is a number from 0 on"):
        app.check(Request("do it", **most))  # type: ignore[arg-type]
