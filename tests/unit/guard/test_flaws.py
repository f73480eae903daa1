"""Programs with planted flaws are refused for the right reason; sound ones are not."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

import pytest
from bench.flaws.generator import Flaw, flaws, sound
from bench.flaws.outside import Case, cases
from bench.flaws.prover import Prover, account, misjudged, problem

from skywright.errors import Malformed
from skywright.guard.evidence import Evidence
from skywright.guard.policies import Policies

PROVER = Prover(account())
UNSEEN = Prover({})
OUTSIDE = list(cases())
FLAWS = list(flaws())
SEEN = Counter[str]()
SOME = [flaw for flaw in FLAWS if SEEN.update([flaw.kind]) or SEEN[flaw.kind] <= 2]


def test_there_are_many() -> None:
    assert len(FLAWS) >= 100
    assert len({flaw.text for flaw in FLAWS}) > 100
    assert {flaw.obligation.partition(".")[0] for flaw in FLAWS} == {
        "types", "privileges", "policies", "invariants", "freshness",
    }  # fmt: skip


@pytest.mark.parametrize("flaw", SOME, ids=lambda flaw: flaw.kind)
def test_flaw(flaw: Flaw) -> None:
    assert problem(flaw, PROVER.prove(flaw.text, flaw.budget)) == ""


@pytest.mark.slow
def test_every_flaw() -> None:
    found = {flaw.kind: problem(flaw, PROVER.prove(flaw.text, flaw.budget)) for flaw in FLAWS}
    assert {kind: why for kind, why in found.items() if why} == {}


def test_an_outsider_wrote_many() -> None:
    levels = Counter(case.level for case in OUTSIDE)
    assert levels["refused"] >= 150 and levels["sound"] >= 40 and levels["passed"] == 0
    assert len({case.text for case in OUTSIDE}) == len(OUTSIDE)


@pytest.mark.parametrize("case", OUTSIDE[::6], ids=lambda case: case.name)
def test_case_of_an_outsider(case: Case) -> None:
    assert misjudged(case, UNSEEN) == ""


@pytest.mark.slow
def test_every_case_of_an_outsider() -> None:
    found = {case.name: misjudged(case, UNSEEN) for case in OUTSIDE}
    assert {name: why for name, why in found.items() if why} == {}


@pytest.mark.parametrize("cases", [OUTSIDE[::12], pytest.param(OUTSIDE, marks=pytest.mark.slow)])
def test_whoever_is_not_asked_would_have_said_nothing(cases: Sequence[Case]) -> None:
    policies = Policies.load()
    for evidence in filter(None, map(gathered, cases)):
        inputs = [policies._input(proposal) for _, proposal in evidence.proposals]
        things = [policies._input_of(thing) for _, thing in evidence.left]
        for rego, asked in ((policies._rego, inputs), (policies._of_things, things)):
            assert rego.ask_all(asked) == [rego.ask_whole(input) for input in asked]


def gathered(case: Case) -> Evidence | None:
    with suppress(Malformed):
        return UNSEEN.judge(case.text, case.budget)[0]
    return None


@pytest.mark.parametrize(("name", "text"), list(sound()))
def test_sound(name: str, text: str) -> None:
    certificate = PROVER.prove(text, 500.0)
    assert [each for each in certificate.obligations if each.verdict != "proven"] == []


def test_a_counter_example_names_step_line_and_values() -> None:
    text = dict(sound())["network"].replace("FromPort: 443", "FromPort: 20")
    said = {each.id: each for each in PROVER.prove(text).obligations}["policies"]
    assert said.why.startswith("step open (line ")
    assert "port 22 (SSH) to 0.0.0.0/0 (rule network.public-ssh)" in said.why
