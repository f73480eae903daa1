"""When a request is served from memory, and when the other brain is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from tests.unit.memory.test_generalise import BEFORE, SUBNET, WEB_1, WEB_2, Answers, known, make, step

from skywright.brains.base import Context, NoProgram, Tried
from skywright.clouds.aws.cloud import aws
from skywright.clouds.base import Cloud
from skywright.memory.entry import Entry, Evidence, Outcome
from skywright.memory.remembering import Circumstances, Lastly, Remembering
from skywright.memory.store import Memory
from skywright.model.advice import Beyond, Plan, Question, Recalled, Unclear, Understanding
from skywright.model.call import Call, Trace
from skywright.model.call import Outcome as CallOutcome
from skywright.model.operation import Effect
from skywright.model.program import Program
from skywright.model.verdict import Decision, Principal, Verdict
from skywright.program.resolving import Scope, resolve
from skywright.state.database import open_database

MAKES = known("Create a VM named web-9", make("web-9"))
STOPS = known("Stop web-1", step("stop", "StopInstances", InstanceIds=[WEB_1]), touched=(WEB_1,))
EFFECTS = {
    "RunInstances": Effect.CREATE,
    "StopInstances": Effect.CHANGE,
    "TerminateInstances": Effect.DESTROY,
}


@dataclass
class Asked:
    """A brain that knows nothing, and how often it was asked."""

    often: int = 0
    precedent: str = ""
    name: str = "test:model"
    says: Understanding = field(default_factory=lambda: Beyond("never heard of it"))

    def understand(self, words: str, context: Context) -> Understanding:
        del words
        self.often += 1
        self.precedent = context.precedent
        return self.says


@dataclass
class Copy:
    """A workshop in which programs work, or do not."""

    error: str = ""
    modality: str = "auto"
    target: str = "gym"
    performed: list[Program] = field(default_factory=list[Program])

    def perform(self, program: Program) -> Tried:
        self.performed.append(program)
        return Tried(not self.error, "", self.error, tuple(self._calls(program)))

    def _calls(self, program: Program) -> Trace:
        who, allowed = Principal("r", "explore", "b", "sdk", "gym"), Verdict(Decision.ALLOW, "all", "")
        return tuple(
            Call(
                id=each.id,
                principal=who,
                operation=each.operation,
                effect=EFFECTS[each.operation.name],
                region="us-east-1",
                arguments={
                    name: resolve(value, Scope(program.values())) for name, value in each.arguments.items()
                },
                at=0.0,
                verdict=allowed,
                outcome=CallOutcome(200, {}, None, 0.0),
            )
            for each in program.steps
            if each.operation is not None
        )


@dataclass
class House:
    memory: Memory
    cloud: Cloud
    policies: str = "policies-1"
    asked: Asked = field(default_factory=Asked)
    copy: Copy = field(default_factory=Copy)
    said: list[str] = field(default_factory=list[str])
    inventory: Mapping[str, Any] = field(default_factory=lambda: BEFORE)

    @property
    def brain(self) -> Remembering:
        around = Circumstances(lambda: 1e9, lambda: str(len(self.copy.performed)), self.policies)
        return Remembering(self.asked, self.memory, around, self.said.append)

    def worked(self, entry: Entry, outcome: Outcome = "worked", **more: Any) -> None:
        present = self.brain.circumstances.present(entry, self.cloud.catalogue)
        values = {
            "target": "gym",
            "modality": "cli",
            "api": present.api,
            "policies": present.policies,
            **more,
        }
        self.memory.keep(entry, Evidence(f"r-{len(self.memory.all())}", 1e9, outcome, **values))

    def plan(self, words: str, region: str = "us-east-1", **answers: str) -> Plan | None:
        """What is planned from memory; None: the other brain was asked."""
        found = self.brain.understand(words, self.context(region, answers))
        return found if isinstance(found, Plan) else None

    def context(self, region: str = "us-east-1", answers: Mapping[str, str] | None = None) -> Context:
        cloud = replace(self.cloud, read_inventory=lambda look, regions: self.inventory)
        return Context(cloud, Answers(), region, answers or {}, self.copy)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Cloud:
    return aws(tmp_path_factory.mktemp("docs"))


@pytest.fixture
def house(tmp_path: Path, cloud: Cloud) -> House:
    return House(Memory(open_database(tmp_path / "memory.db")), cloud)


def test_what_worked_is_planned_again_and_says_so(house: House) -> None:
    house.worked(MAKES)
    plan = house.plan("launch a server called db-1")
    assert plan is not None and house.asked.often == 0
    assert plan.program.values() == {"name": "db-1"} and plan.recalled == Recalled(MAKES.id, True)
    assert MAKES.id in plan.advisories[0].text and "worked once" in plan.advisories[0].text
    assert MAKES.id in plan.summary


@pytest.mark.parametrize(
    "words",
    [
        "Delete a VM named db-1",
        "Create two VMs named db-1",
        "Create a VM named db-1 and open port 22",
        "Don't create a VM named db-1",
        "Create a VM named db-1 in eu-west-1",
        "Create a VM named db-1 like web-1",
        "Create a big VM named db-1",
    ],
)
def test_other_words_are_the_models(house: House, words: str) -> None:
    house.worked(MAKES)
    assert house.plan(words) is None and house.asked.often == 1 and not house.copy.performed


def test_another_region_another_modality_and_answers_are_the_models(house: House) -> None:
    house.worked(MAKES)
    assert house.plan("Create a VM named db-1", region="eu-west-1") is None
    assert house.plan("Create a VM named db-1", how_many="three") is None
    house.copy.modality = "web"
    assert house.plan("Create a VM named db-1") is None
    house.copy.modality = "cli"
    assert house.plan("Create a VM named db-1") is not None


def test_what_names_things_of_one_account_is_not_used_in_another(house: House) -> None:
    tied = known("Create a VM named web-9", make("web-9", SubnetId=SUBNET))
    house.worked(tied, target="production")
    assert house.plan("Create a VM named db-1") is None
    house.copy.target = "production"
    assert house.plan("Create a VM named db-1") is not None


def test_other_rules_or_another_api_end_the_trust(house: House) -> None:
    house.worked(MAKES)
    house.policies = "policies-2"
    assert house.plan("Create a VM named db-1") is None and "outdated" in house.said[-1]
    house.memory.forget([MAKES.id])
    house.worked(MAKES, api="other shapes")
    assert house.plan("Create a VM named db-1") is None and "outdated" in house.said[-1]


def test_what_does_not_work_in_a_copy_is_the_models_and_decays(house: House) -> None:
    house.worked(MAKES)
    house.copy.error = "InsufficientInstanceCapacity"
    assert house.plan("Create a VM named db-1") is None and house.asked.often == 1
    assert house.plan("Create a VM named db-2") is None
    assert [one.outcome for one in house.memory.get(MAKES.id).evidence].count("did not fit") == 2
    house.copy.error = ""
    assert house.plan("Create a VM named db-3") is None and "failing" in house.said[-1]


def test_a_thing_is_found_by_its_name_and_nothing_else_is_touched(house: House) -> None:
    house.worked(STOPS)
    plan = house.plan("Stop web-2")
    assert plan is not None and plan.program.values() == {"thing": WEB_2}
    assert house.plan("Stop web-7") is None


def test_what_changes_more_than_is_named_is_not_planned(house: House) -> None:
    program = STOPS.program.replace("- ${thing}", f"- ${{thing}}\n    - {WEB_2}")
    assert program != STOPS.program
    house.worked(replace(STOPS, program=program))
    assert house.plan("Stop web-1") is None
    assert "StopInstances changes web-2" in house.said[-1]


def test_what_came_from_elsewhere_is_told_apart(house: House) -> None:
    house.memory.keep(replace(MAKES, origin="theirs.json"))
    plan = house.plan("Create a VM named db-1")
    assert plan is not None and plan.recalled == Recalled(MAKES.id, False)
    assert "theirs.json and has not worked here yet" in plan.advisories[0].text


def test_a_second_thing_of_a_name_is_told(house: House) -> None:
    house.worked(MAKES)
    plan = house.plan("Create a VM named web-1")
    assert plan is not None
    assert "there is already something named web-1; another is made" in [one.text for one in plan.advisories]


def test_what_cannot_be_read_stands_in_nobodys_way(house: House) -> None:
    house.worked(MAKES)
    house.memory.forget([MAKES.id])
    house.memory.keep(replace(MAKES, program="steps: ["))
    assert house.plan("Create a VM named db-1") is None and house.asked.often == 1


def test_the_model_is_shown_what_comes_near_if_it_is_trusted(house: House) -> None:
    house.worked(MAKES)
    house.plan("Create a VM named db-1 and open port 22")
    assert house.asked.precedent == MAKES.program
    house.policies = "policies-2"
    house.plan("Create a VM named db-1 and open port 22")
    assert house.asked.precedent == ""


def test_a_brain_with_a_library_is_asked_first_and_memory_where_it_has_no_program(house: House) -> None:
    house.worked(MAKES)
    house.asked.says = NoProgram("there is no program for that")
    plan = Lastly(house.asked, lambda: house.brain).understand("Create a VM named db-1", house.context())
    assert isinstance(plan, Plan) and plan.recalled == Recalled(MAKES.id, True)
    other = Lastly(house.asked, lambda: house.brain).understand("Delete a VM named db-1", house.context())
    assert other is house.asked.says and house.asked.often == 2


@pytest.mark.parametrize(
    "says",
    [
        Plan(Program("stop", (), region="us-east-1"), "stop db-1"),
        Unclear((Question("vm", "Which machine?"),), "a machine"),
        Beyond("that does not ask me to do it now"),
    ],
)
def test_what_such_a_brain_plans_asks_or_declines_is_its_own(house: House, says: Understanding) -> None:
    house.worked(MAKES)
    house.asked.says = says
    brain = Lastly(house.asked, lambda: house.brain)
    assert brain.understand("Create a VM named db-1", house.context()) is says
    assert not house.copy.performed


def test_without_memory_such_a_brain_is_alone(house: House) -> None:
    house.worked(MAKES)
    house.asked.says = NoProgram("there is no program for that")
    said = Lastly(house.asked, lambda: None).understand("Create a VM named db-1", house.context())
    assert said is house.asked.says and not house.copy.performed
