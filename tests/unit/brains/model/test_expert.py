"""The loop of an expert: what counts, what is fed back, and how it ends."""

from types import SimpleNamespace
from typing import Any

import pytest
from tests.unit.brains.model.case import CLOUD, OTHER, WEB, Model, Workshop, block, call, case

from skywright.brains.base import Tried
from skywright.brains.model.brain import BuiltinFirst, Modelled
from skywright.brains.model.case import Case
from skywright.brains.model.expert import Expert, Stuck
from skywright.brains.model.providers import Wanted
from skywright.brains.model.settings import Settings
from skywright.brains.model.talk import ModelFailed
from skywright.errors import Unavailable
from skywright.model.advice import Beyond, Concern, Plan, Unclear
from skywright.model.operation import Operation

STOP = Tried(True, "stopped", trace=(call("ec2:StopInstances", {"InstanceIds": [WEB.id]}),))
FAILED = Tried(False, "", "An error occurred (Odd)")
LOOK = Tried(True, WEB.id, trace=(call("ec2:DescribeInstances", {}, {"Reservations": [{"OwnerId": "1"}]}),))
DONE = block("done", "{}")


def expert(case: Case, model: Model, language: str = "bash") -> Expert:
    modality = {"bash": "cli", "python": "sdk"}.get(language, "")
    return Expert(case, model, language, modality, "p:m", lambda _: None)


def test_what_succeeded_and_can_be_repeated_is_the_plan() -> None:
    workshop = Workshop([FAILED, STOP])
    model = Model(block("bash", "one"), block("bash", "two"), DONE)
    plan = expert(case("Stop web-1", workshop), model).work()
    assert isinstance(plan, Plan) and plan.advisories == ()
    assert [str(step.operation) for step in plan.program.steps] == ["ec2:StopInstances"]
    assert (plan.program.request, plan.program.source) == ("Stop web-1", "p:m")
    assert workshop.ran == [("cli", "one"), ("cli", "two")] and workshop.performed == [workshop.performed[0]]
    assert "It failed: An error occurred (Odd)" in model.told(1)
    assert "In the copy it changed: ec2:StopInstances" in model.told(2)


def test_what_cannot_be_repeated_is_no_plan() -> None:
    workshop = Workshop([STOP], again=Tried(False, error="step stop: no"))
    model = Model(block("bash", "one"), DONE, DONE, DONE)
    with pytest.raises(Stuck):
        expert(case("Stop web-1", workshop), model).work()
    assert "failed when it was done once more: step stop: no" in model.told(2)


def test_a_claim_counts_for_nothing() -> None:
    model = Model(DONE, DONE, DONE, DONE)
    with pytest.raises(Stuck, match="the same was tried again"):
        expert(case("Stop web-1", Workshop([])), model).work()
    assert "Nothing of yours has succeeded yet" in model.told(1)


def test_who_repeats_what_succeeded_is_done() -> None:
    plan = expert(case("Stop web-1", Workshop([STOP])), Model(block("bash", "one"))).work()
    assert isinstance(plan, Plan)


def test_a_change_that_was_asked_for_is_insisted_on() -> None:
    model = Model(block("bash", "look"), block("done", f'{{"vms": [{{"id": "{WEB.id}"}}]}}'))
    with pytest.raises(Stuck):
        expert(case("Stop web-1", Workshop([LOOK])), model).work()
    assert "wants something changed" in model.told(2)


def test_what_was_overlooked_is_said_once_and_shown_to_the_user() -> None:
    model = Model(block("bash", "one"), DONE)
    plan = expert(case("Stop web-1 with 100 GB", Workshop([STOP])), model).work()
    assert "the request says '100 GB'" in model.told(1)
    assert isinstance(plan, Plan)
    (advisory,) = plan.advisories
    assert advisory.concern is Concern.ASSUMPTION and "'100 GB'" in advisory.text


def test_what_strays_is_never_a_plan() -> None:
    stray = Tried(True, trace=(call("ec2:StopInstances", {"InstanceIds": [OTHER.id]}),))
    model = Model(block("bash", "one"), DONE, DONE, DONE)
    one = expert(case("Stop web-1", Workshop([stray])), model)
    with pytest.raises(Stuck):
        one.work()
    assert "That is not what was asked for" in model.told(1) and one.made[-1].stray


def test_questions_and_refusals_end_it() -> None:
    asked = expert(case("Stop it", Workshop([])), Model(block("ask", '{"which": "Which?"}'))).work()
    assert isinstance(asked, Unclear) and asked.questions[0].id == "which"
    no = expert(case("Stop it", Workshop([])), Model(block("cannot", "it is not there"))).work()
    assert isinstance(no, Beyond) and "it is not there" in no.reason


def test_there_are_only_so_many_attempts() -> None:
    workshop = Workshop([Tried(False, error=f"error {name}") for name in "abcdef"])
    model = Model(*(block("bash", name) for name in "abcdef"))
    with pytest.raises(Stuck, match="3 attempts were not enough"):
        expert(case("Stop web-1", workshop, attempts=3), model).work()
    assert len(workshop.ran) == 3


def test_a_long_talk_loses_its_middle_and_keeps_request_and_turns() -> None:
    workshop = Workshop([Tried(False, "x" * 3000, f"error {number}") for number in range(6)])
    model = Model(*(block("bash", str(number)) for number in range(6)))
    with pytest.raises(Stuck):
        expert(case("Stop web-1", workshop, attempts=6, context_tokens=4000), model).work()
    last = model.heard[-1]
    assert len(last) < 12 and sum(len(said.text) for said in last) < 4000 * 3 + 3000
    assert "Stop web-1" in last[1].text and [said.role for said in last[2:4]] == ["assistant", "user"]


PROGRAM = f"""\
skywright: 1
name: stop
steps:
- id: stop
  do: ec2:StopInstances
  with: {{InstanceIds: [{WEB.id}]}}
"""


def test_a_program_is_checked_before_anything_is_called() -> None:
    workshop = Workshop([], again=STOP)
    model = Model(block("yaml", PROGRAM.replace("StopInstances", "StopInstance")), block("yaml", PROGRAM))
    plan = expert(case("Stop web-1", workshop), model, "yaml").work()
    assert isinstance(plan, Plan) and plan.program.region == "us-east-1" and len(workshop.performed) == 1
    assert "StopInstances" in model.told(1)  # the nearest that there is


class Docs:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def search(self, text: str, most: int) -> Any:
        self.asked.append(text)
        return [SimpleNamespace(operation=Operation("ec2", "StopInstances"), score=0.9)]


def test_documentation_is_shown_and_can_be_searched() -> None:
    model, docs = Model(block("search", "halt a machine"), block("bash", "one"), DONE), Docs()
    expert(case("Stop web-1", Workshop([STOP]), docs), model).work()
    says = "ec2:StopInstances: Stops an Amazon EBS-backed instance. takes InstanceIds (required): list"
    assert says in model.told(0) and says in model.told(1)
    assert docs.asked == ["Stop web-1", "halt a machine"]


def test_the_cause_and_the_form_of_what_was_refused_are_said() -> None:
    refused = call("ec2:AttachVolume", {}, code="InvalidVolume.ZoneMismatch")
    model = Model(block("bash", "aws ec2 attach-volumes"), block("cannot", "no"))
    expert(case("Attach a disk", Workshop([Tried(False, "", "it failed", (refused,))])), model).work()
    told = model.told(1)
    assert "ec2:AttachVolume was refused: InvalidVolume.ZoneMismatch" in told and "availability zones" in told
    assert "ec2:AttachVolume takes Device (required): string" in told
    assert "There is no `aws ec2 attach-volumes`; there is attach-volume" in told


def test_an_identifier_that_was_made_up_is_noticed() -> None:
    code = f"aws ec2 run-instances --image-id ami-0abcdef1234567890 --subnet-id subnet-xxxxxxxx # {WEB.id}"
    model = Model(block("bash", code), block("cannot", "no"))
    expert(case("Create a VM", Workshop([FAILED])), model).work()
    assert "You made up ami-0abcdef1234567890, subnet-xxxxxxxx; look" in model.told(1)


class Failing(Model):
    """Says what it is given to say, and then nothing more."""

    def reply(self, talk: Any, seconds: float) -> Any:
        if len(self.heard) == len(self.replies):
            raise ModelFailed("gone")
        return super().reply(talk, seconds)


def understood(request: str, workshop: Workshop, model: Model) -> Any:
    brain = Modelled([Wanted("p", "m")], Settings(), lambda _: None, connecting=lambda _: model)
    return brain._experts(case(request, workshop), model, [])


def test_what_succeeded_is_not_lost_if_the_model_falls_silent() -> None:
    plan = understood("Stop web-1", Workshop([STOP]), Failing(block("bash", "one")))
    assert isinstance(plan, Plan) and "did not say whether" in plan.advisories[0].text
    with pytest.raises(ModelFailed):
        understood("Stop web-1 with 100 GB", Workshop([STOP]), Failing(block("bash", "one")))


def test_another_language_is_tried_and_then_a_person() -> None:
    workshop = Workshop([FAILED], languages={"cli": "bash", "sdk": "python"}, modality="auto")
    model = Model(
        *(block("bash", "x"), block("bash", "x"), block("bash", "x")),
        *(block("python", "y"), block("python", "y"), block("python", "y")),
    )
    with pytest.raises(Stuck):
        understood("Stop web-1", workshop, model)
    assert workshop.ran == [("cli", "x")] * 3 + [("sdk", "y")] * 3


class Builtin:
    name = "builtin"

    def understand(self, words: str, context: Any) -> Any:
        return Plan(CLOUD, "x") if "sure" in words else Beyond("no")  # type: ignore[arg-type]


class Other:
    name = "p:m"

    def understand(self, words: str, context: Any) -> Any:
        return Unclear(())


def test_builtin_first_asks_the_model_only_where_builtin_has_no_plan() -> None:
    both, nobody = BuiltinFirst(Builtin(), Other()), case("", Workshop([])).context
    assert both.name == "p:m" and isinstance(both.understand("sure", nobody), Plan)
    assert isinstance(both.understand("what?", nobody), Unclear)


def test_a_model_without_a_workshop_does_nothing() -> None:
    brain = Modelled([Wanted("p", "m")], Settings(), lambda _: None)
    context = case("", Workshop([])).context
    with pytest.raises(Unavailable, match="needs a copy"):
        brain.understand("Stop web-1", type(context)(context.cloud, context.look, context.region))
