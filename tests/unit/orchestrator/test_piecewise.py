"""A request of several parts: what becomes of the parts' programs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from skywright.errors import CloudFailed
from skywright.journal.redact import STRUCK
from skywright.model.advice import Beyond, Plan, Question, Unclear, Understanding
from skywright.model.call import Trace
from skywright.model.program import Program
from skywright.model.values import Value
from skywright.orchestrator.piecewise import Done, by_parts
from skywright.program.text import load


def program(name: str, step: str, argument: str) -> Program:
    return load(
        f"skywright: 1\nname: {name}\nregion: us-east-1\nsteps:\n"
        f"- {{id: {step}, do: 'ec2:StopInstances', with: {{InstanceIds: ['{argument}']}}}}\n"
    )


@dataclass
class Stage:
    """Knows what each part means; what is carried out makes what the test says."""

    means: Mapping[str, Understanding]
    makes: Mapping[str, str] = field(default_factory=dict)
    fails: str = ""
    answers: list[Mapping[str, str]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def understand(self, words: str, answers: Mapping[str, str]) -> Understanding:
        self.answers.append(answers)
        return self.means.get(words, Beyond("no"))

    def perform(self, program: Program) -> Done:
        if program.name == self.fails:
            raise CloudFailed("ec2:StopInstances", "InvalidInstanceID.NotFound", "it is not there")
        self.done.append(program.name)
        return Done((), {}, frozenset({self.makes[program.name]} if program.name in self.makes else ()))


def undistilled(trace: Trace, told: Mapping[str, Value]) -> Program:
    raise AssertionError("nothing flows")


def distilled(trace: Trace, told: Mapping[str, Value]) -> Program:
    return program("distilled", "all", "${a.Id}")


def planned(
    stage: Stage, words: str, distil: Callable[..., Program] = undistilled, **answers: str
) -> Understanding | None:
    return by_parts(words, answers, stage, distil)


ONE, TWO = program("one", "stop", "i-1"), program("two", "stop", "i-2")
BOTH = {"stop one": Plan(ONE, "one is stopped"), "stop two": Plan(TWO, "two is stopped")}


def test_the_parts_become_one_program_in_their_order() -> None:
    plan = planned(Stage(BOTH), "stop one, then stop two")
    assert isinstance(plan, Plan)
    assert [step.id for step in plan.program.steps] == ["p1_stop", "p2_stop"]
    assert plan.summary == "1. one is stopped; 2. two is stopped"
    assert plan.program.request == "stop one, then stop two"


def test_what_one_part_makes_and_the_next_names_is_found_again_by_the_calls() -> None:
    plan = planned(Stage(BOTH, makes={"one": "i-2"}), "stop one, then stop two", distilled)
    assert isinstance(plan, Plan) and [step.id for step in plan.program.steps] == ["all"]
    assert plan.program.name == "one, then two"
    other_way_round = planned(Stage(BOTH, makes={"two": "i-1"}), "stop one, then stop two")
    assert isinstance(other_way_round, Plan)


def test_what_the_gate_struck_out_of_a_part_is_never_set_as_if_it_were_a_value() -> None:
    stage = Stage(BOTH, makes={"one": "i-2"})
    said = planned(stage, "stop one, then stop two", lambda *_: program("distilled", "all", STRUCK))
    assert isinstance(said, Beyond) and "secret" in said.reason


def test_a_part_that_nobody_understands_leaves_the_whole_alone() -> None:
    stage = Stage(BOTH)
    assert planned(stage, "stop one, then stop three") is None
    assert planned(Stage(BOTH), "stop one") is None


def test_questions_of_a_part_are_asked_and_answered_under_its_number() -> None:
    unclear = Unclear((Question("size", "How large?"),), "a disk")
    said = planned(Stage({**BOTH, "stop two": unclear}), "stop one, then stop two")
    assert isinstance(said, Unclear) and [one.id for one in said.questions] == ["part2_size"]
    stage = Stage(BOTH)
    planned(stage, "stop one, then stop two", part2_size="8", size="9", part1_zone="a")
    assert stage.answers == [{"zone": "a"}, {"size": "8"}]


def test_a_part_that_fails_in_the_copy_is_named() -> None:
    said = planned(Stage(BOTH, fails="two"), "stop one, then stop two")
    assert isinstance(said, Beyond)
    assert said.reason.startswith("part 2 of the request, 'stop two', fails in a copy: ec2:StopInstances")
