"""The agent's loop with pages and deciders of its own."""

from collections.abc import Callable, Sequence

from skywright.modalities.web import tree
from skywright.modalities.web.actions import Action, Answer, Click, GiveUp, StaleReference, Wait
from skywright.modalities.web.goal import Change, Goal
from skywright.modalities.web.loop import Loop, Step
from skywright.modalities.web.observation import Observation, observe

GOAL = Change("something", ("page",), ("do",))


class Page:
    """A page that never changes, unless it is told to."""

    def __init__(self, changes: bool = False) -> None:
        self.looks = 0
        self.noted: list[str] = []
        self._changes = changes

    def look(self) -> Observation:
        self.looks += 1
        words = self.looks if self._changes else "same"
        troubles, self.noted = tuple(self.noted), []
        return observe("/", "", tree.read(f'- main:\n  - button "{words}" [ref=e1]\n'), troubles)

    def act(self, action: Action) -> None:
        if isinstance(action, Click) and action.ref == "gone":
            raise StaleReference("it is gone")

    def note(self, trouble: str) -> None:
        self.noted.append(trouble)


class Says:
    """Decides by a function of what is seen and of how often it was asked."""

    def __init__(self, say: Callable[[Observation, int], Action]) -> None:
        self.seen: list[Observation] = []
        self._say = say

    def decide(self, seen: Observation, goal: Goal, history: Sequence[Step]) -> Action:
        assert goal is GOAL and len(history) == len(self.seen)
        self.seen.append(seen)
        return self._say(seen, len(self.seen))


def test_it_ends_with_an_answer() -> None:
    lines: list[str] = []
    decider = Says(lambda seen, times: Answer("x", "all well") if times == 2 else Click("e1", "Do"))
    outcome = Loop(Page(), decider, lines.append).reach(GOAL)
    assert (outcome.answer, outcome.error, len(outcome.steps)) == ("x", "", 2)
    assert lines == ['1. click "Do"', "2. answer: all well"]


def test_an_answer_that_is_not_the_last_is_no_step() -> None:
    loop = Loop(Page(), Says(lambda seen, times: Answer("x")), print)
    assert loop.reach(GOAL, last=False).answer == "x"
    assert loop.made == 0


def test_giving_up_says_why() -> None:
    outcome = Loop(Page(), Says(lambda seen, times: GiveUp("no way")), lambda line: None).reach(GOAL)
    assert outcome.error == "no way"


def test_what_went_wrong_is_seen_next() -> None:
    decider = Says(lambda seen, times: Answer() if seen.troubles else Click("gone", "Gone"))
    outcome = Loop(Page(), decider, lambda line: None).reach(GOAL)
    assert decider.seen[1].troubles == ("stale reference: it is gone",)
    assert outcome.steps[0].trouble == "stale reference: it is gone"


def test_a_fruitless_action_is_nudged_against_then_stopped() -> None:
    decider = Says(lambda seen, times: Click("e1", "Do"))
    outcome = Loop(Page(), decider, lambda line: None).reach(GOAL)
    assert [bool(seen.troubles) for seen in decider.seen] == [False, False, True, True]
    assert "do something else" in decider.seen[2].troubles[0]
    assert outcome.error.startswith("stopped: 'click \"Do\"' has been done 4 times")


def test_the_same_on_a_page_that_changes_and_waiting_are_not_fruitless() -> None:
    for action in (Click("e1", "Next"), Wait(1)):
        page = Page(changes=isinstance(action, Click))
        decider = Says(lambda seen, times, action=action: Answer() if times == 8 else action)
        assert Loop(page, decider, lambda line: None).reach(GOAL).error == ""


def test_steps_are_bounded() -> None:
    loop = Loop(Page(changes=True), Says(lambda seen, times: Click("e1", "On")), lambda line: None, most=7)
    assert loop.reach(GOAL).error == "stopped: 7 steps were not enough"
    assert loop.made == 7
