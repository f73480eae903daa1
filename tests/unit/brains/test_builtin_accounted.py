"""What was said and does not come back in the program is noticed."""

import pytest

from skywright.brains.builtin.accounted import forgotten
from skywright.brains.builtin.words import lexicon
from skywright.brains.builtin.words.mending import mend
from skywright.brains.builtin.words.reader import read
from skywright.brains.builtin.words.tokens import clean, tokenise
from skywright.brains.builtin.world import Machine
from skywright.model.operation import Operation
from skywright.model.program import Parameter, Program, Step

WORDS = lexicon.load()


def program(**values):
    step = Step("vm", Operation("ec2", "RunInstances"), arguments={})
    parameters = tuple(Parameter(name, "string", value) for name, value in values.items())
    return Program("create machines", (step,), region="us-east-1", parameters=parameters)


def left(text: str, **values):
    facts = read(mend(tokenise(clean(text)), [], WORDS), WORDS, ())
    return forgotten(facts, program(**values), [])


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("create a vm with a 70 GB disk", {"size": 30}),
        ("create a t3.large", {"type": "t3.micro"}),
        ("create a vm with tag env=prod", {}),
        ('create a vm named "a b"', {"name": "vm-1"}),
        ("open port 8443 on it", {"port": 80}),
    ],
)
def test_what_is_nowhere_in_the_program_is_forgotten(text, values):
    assert left(text, **values)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("create a vm with a 70 GB disk", {"size": 70}),
        ("create a t3.large", {"type": "t3.large"}),
        ('create a vm named "a\nb"', {"name": "a\nb"}),
        ('create a vm named "é\u2028\\"', {"name": "é\u2028\\"}),
    ],
)
def test_what_comes_back_is_accounted_for(text, values):
    assert left(text, **values) == []


def test_names_stand_for_what_they_name() -> None:
    facts = read(mend(tokenise('detach "db-data" from "db-1"'), [], WORDS), WORDS, ())
    row = {"SecurityGroups": [{"GroupId": "sg-1"}], "BlockDeviceMappings": []}
    machine = Machine("i-1", "db-1", "us-east-1", "running", row)
    assert forgotten(facts, program(disk="vol-1", vm="i-1"), [machine]) == ["db-data"]
    assert forgotten(facts, program(disk="vol-1", vm="i-1"), [machine], {"db-data": "vol-1"}) == []
    assert forgotten(facts, program(disk="vol-1", group="sg-1"), [machine], {"db-data": "vol-1"}) == []
    assert forgotten(facts, program(disk="vol-1"), [machine], {"db-data": "vol-1"}) == ["db-1"]
