"""A program is performed only if what it names is as it was when it was proven."""

import pytest

from skywright.engine.fresh import insist_on, relied_on
from skywright.errors import Refused
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.resource import Resource
from skywright.model.values import Value

STOP = Step("stop", Operation("ec2", "StopInstances"), arguments={"InstanceIds": ["i-1"]})
PROGRAM = Program("p", (STOP,), region="us-east-1")


CODES = {"pending": 0, "running": 16, "stopped": 80}


def seen(state: str, id: str = "i-1") -> dict[str, str]:
    properties: dict[str, Value] = {"State": {"Code": CODES[state], "Name": state}}
    there = {one: Resource(one, "ec2:instance", "us-east-1", properties=properties) for one in (id, "i-2")}
    return relied_on(PROGRAM, there)


def test_only_what_the_program_names_counts() -> None:
    assert set(seen("running")) == {"i-1"}


def test_what_becomes_by_itself_is_no_change() -> None:
    insist_on(seen("pending"), seen("running"))


@pytest.mark.parametrize(
    ("now", "says"), [(("stopped", "i-1"), "i-1 changed"), (("running", "i-3"), "i-1 is gone")]
)
def test_what_changed_or_is_gone_is_named(now: tuple[str, str], says: str) -> None:
    with pytest.raises(Refused, match=says):
        insist_on(seen("running"), seen(*now))
