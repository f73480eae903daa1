"""Which brain is asked, in what order, and which of several plans is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from skywright.clouds.aws.cloud import aws
from skywright.model.advice import Advisory, Beyond, Concern, Plan, Question, Unclear, Understanding
from skywright.orchestrator.brains import Panel, Said, best, understood
from skywright.program.text import load

CLOUD = aws()
NO = Beyond("no")


def plan(name: str, *operations: str, assumes: int = 0) -> Plan:
    steps = "".join(f"- {{id: s{n}, do: '{one}', with: {{}}}}\n" for n, one in enumerate(operations))
    program = load(f"skywright: 1\nname: {name}\nregion: us-east-1\nsteps:\n{steps}")
    return Plan(program, name, (Advisory(Concern.ASSUMPTION, "assumed"),) * assumes)


@dataclass
class Desk:
    """Brains that say what the test has them say; the first of those that may be picked is."""

    says: Mapping[str, Understanding]
    picks: Sequence[Sequence[str]] = ()
    asked: list[Sequence[str]] = field(default_factory=list)
    offered: list[Sequence[str]] = field(default_factory=list)
    out: list[str] = field(default_factory=list)

    def ask(self, brains: Sequence[str]) -> Sequence[Said]:
        self.asked.append(list(brains))
        return [Said(name, self.says[name]) for name in brains]

    def pick(self, brains: Sequence[str], found: Plan | None) -> Sequence[str]:
        self.offered.append(list(brains))
        return self.picks[len(self.offered) - 1] if self.picks else brains[:1]

    def rule_out(self, brain: str, why: str) -> None:
        self.out.append(brain)


LOOK = plan("look", "ec2:DescribeInstances")
TWO = Panel((("ollama:a", ""), ("ollama:b", "")))


def test_without_models_builtin_decides() -> None:
    assert understood(Panel(), Desk({"builtin": NO}), CLOUD) == Said("builtin", NO)


def test_a_question_is_the_users_and_no_model_is_asked() -> None:
    unclear = Unclear((Question("size", "How large?"),))
    desk = Desk({"builtin": unclear})
    assert understood(TWO, desk, CLOUD) == Said("builtin", unclear)
    assert desk.offered == []


def test_what_builtin_understands_it_may_lose_to_a_model_and_gets_back_if_that_has_nothing() -> None:
    desk = Desk({"builtin": LOOK, "ollama:a": NO, "ollama:b": NO}, [["ollama:a"], ["builtin"]])
    assert understood(TWO, desk, CLOUD) == Said("builtin", LOOK)
    assert desk.offered == [["builtin", "ollama:a", "ollama:b"], ["builtin", "ollama:b"]]
    assert desk.out == ["ollama:a"]


def test_if_builtin_comes_first_its_plan_is_taken_and_no_model_is_credited_with_it() -> None:
    desk = Desk({"builtin": LOOK})
    first = Panel((("ollama:a", ""),), builtin_first=True)
    assert understood(first, desk, CLOUD) == Said("builtin", LOOK)
    assert desk.asked == [["builtin"]] and desk.offered == []


def test_what_builtin_does_not_understand_goes_from_model_to_model() -> None:
    desk = Desk({"builtin": NO, "ollama:a": NO, "ollama:b": LOOK})
    assert understood(TWO, desk, CLOUD) == Said("ollama:b", LOOK)
    assert desk.asked == [["builtin"], ["ollama:a"], ["ollama:b"]]


def test_if_nobody_has_a_plan_the_last_word_is_told() -> None:
    last = Beyond("the model gave up")
    desk = Desk({"builtin": NO, "ollama:a": NO, "ollama:b": last})
    assert understood(TWO, desk, CLOUD) == Said("ollama:b", last)


def test_a_model_that_cannot_be_had_is_not_offered() -> None:
    desk = Desk({"builtin": NO, "ollama:b": LOOK})
    panel = Panel((("ollama:a", "needs a key"), ("ollama:b", "")))
    assert understood(panel, desk, CLOUD).brain == "ollama:b"


def test_of_several_side_by_side_the_plan_is_kept_that_changes_least() -> None:
    more = plan("more", "ec2:RunInstances", "ec2:CreateTags")
    desk = Desk(
        {"builtin": NO, "ollama:a": more, "ollama:b": plan("less", "ec2:RunInstances")},
        [["ollama:a", "ollama:b"]],
    )
    assert understood(TWO, desk, CLOUD).brain == "ollama:b"


def test_less_left_open_beats_fewer_changes_and_nothing_destroyed_beats_both_equal() -> None:
    half = Said("a", plan("half", "ec2:CreateTags", assumes=1))
    whole = Said("b", plan("whole", "ec2:CreateTags", "ec2:CreateVolume"))
    ends = Said("c", plan("ends", "ec2:TerminateInstances"))
    assert best([half, whole, ends], CLOUD) == whole
    assert best([Said("d", NO)], CLOUD) is None
