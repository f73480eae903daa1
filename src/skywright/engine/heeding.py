"""What a user prefers, heeded: put into what a brain made of a request, shown, proposed, and kept if agreed.

Owns when: before a brain is asked (a request without the preferences in it, and the region where things go)
and after (`preferences.applying`). A program that was given as it is written is left as it is.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from skywright.brains.base import Context
from skywright.engine.answering import rows_of
from skywright.engine.parts import Parts
from skywright.errors import Usage
from skywright.model.advice import Advisory, Beyond, Concern, Plan, Question, Unclear, Understanding
from skywright.model.preference import Kind, Preference
from skywright.model.program import Program
from skywright.model.run import Status
from skywright.preferences.applying import apply, astray, names, reworded
from skywright.preferences.reading import Said, part, read, without_marker
from skywright.program.expand import instances
from skywright.state.runs import Run

REMEMBER: Final = "remember"
"""The question whether a preference is to be kept, where a request says nothing else."""
_YES: Final = ("yes", "y")
_NO: Final = ("no", "n")
_REGION: Final = "region"
_MOST_REGIONS: Final = 12
_OFTEN: Final = ("us", "eu")
"""Where most people have things; offered before the rest of the world."""
_ASKED: Final[Mapping[str, str]] = {
    _REGION: "{} by default",
    "type": "use {} by default",
    "tags": "always tag {}",
}
"""The preference that an answer to a question is, if it says that it holds from now on."""


@dataclass(frozen=True, slots=True)
class Heeded:
    """A request and what is preferred with it.

    Attributes:
        words: the request without the preferences that it says.
        preferences: those that are kept, and those that it says in place of their like.
        said: those that it says; they count for this request, and are proposed to be kept.
    """

    words: str
    preferences: tuple[Preference, ...]
    said: tuple[Said, ...]
    answers: Mapping[str, str]

    @property
    def text(self) -> str:
        """All that was said of what is to be done."""
        return " ".join((self.words, *self.answers.values()))

    def of(self, run: Run) -> Run:
        """The run as if only the rest had been asked for."""
        return replace(run, request=replace(run.request, words=self.words))

    def region(self, otherwise: str) -> str:
        """Where things go that nothing is said of."""
        preferred = [each.wish.value for each in self.preferences if each.wish.kind is Kind.REGION]
        return preferred[-1] if preferred else otherwise


def heeded(run: Run, parts: Parts) -> Heeded:
    """The request, and what its user prefers of its target."""
    request, regions = run.request, parts.cloud(run).regions
    parted = part(request.words, regions)
    by_kind = {(each.wish.kind, each.wish.key): each for each in parts.preferences.all(request.target)}
    for said in parted.said:
        for wish in said.wishes:
            by_kind[wish.kind, wish.key] = Preference(0, "", request.target, wish, said.words, run.created)
    return Heeded(parted.rest, tuple(by_kind.values()), parted.said, request.answers)


def with_preferences(
    understanding: Understanding, heeded: Heeded, context: Context
) -> tuple[Understanding, dict[str, Any]]:
    """What a brain understood, with what is preferred; and papers about that.

    Raises:
        CloudFailed: What machines start from could not be looked at.
    """
    papers: dict[str, Any] = {
        "proposed": [[said.words, [str(wish) for wish in said.wishes]] for said in heeded.said]
    }
    if not isinstance(understanding, Plan):
        return understanding, {**papers, "understood": _first(understanding)}
    program, cloud = understanding.program, context.cloud
    if wrong := astray(program, heeded.preferences, heeded.text, cloud):
        if _REGION in heeded.answers:
            said = heeded.answers[_REGION]
            return Beyond(f"with '{said}' it would still go there, though {wrong[0]}"), papers
        asked = _elsewhere(wrong, heeded, cloud.regions, understanding.summary)
        return asked, {**papers, "understood": understanding.summary}
    applied = apply(program, heeded.preferences, heeded.text, cloud, context.look)
    used = [*_of_places(applied.program, heeded, context), *applied.used]
    notes = [*_said_though(applied.program, heeded), *applied.notes]
    summary = reworded(understanding.summary, applied.reworded)
    noted = (Advisory(Concern.ASSUMPTION, f"{note}.") for note in notes)
    plan = replace(
        understanding,
        program=applied.program,
        summary=summary,
        advisories=(*understanding.advisories, *noted),
    )
    papers["preferred"] = [[each.id, str(each.wish)] for each in used]
    return plan, {**papers, "understood": _understood(plan, used)}


def keep_if_agreed(run: Run, parts: Parts, heeded: Heeded) -> Run:
    """A request that only says what is always wanted: it is kept, once that was agreed to."""
    answer = run.request.answers.get(REMEMBER, "").lower()
    told = "; ".join(str(wish) for said in heeded.said for wish in said.wishes)
    if answer and answer not in (*_YES, *_NO):
        return parts.runs.ask_again(run.id, f"'{answer}' is neither yes nor no; nothing was kept")
    if not answer:
        question = f"Keep as what you prefer for target '{run.request.target}': {told}?"
        return parts.runs.note(
            run.id,
            status=Status.NEEDS_INPUT,
            summary=f"to be kept: {told}",
            understood=f"to be kept: {told}",
            questions=rows_of([Question(REMEMBER, question, (_YES[0], _NO[0]))]),
        )
    if answer in _NO:
        return parts.runs.note(run.id, status=Status.SUCCEEDED, summary="nothing was kept", asked=None)
    kept = [
        parts.preferences.add(run.request.target, wish, said.words)
        for said in heeded.said
        for wish in said.wishes
    ]
    summary = "kept: " + "; ".join(str(each) for each in kept)
    return parts.runs.note(run.id, status=Status.SUCCEEDED, summary=summary, understood=summary, asked=None)


def plain_answers(
    answers: Mapping[str, str], regions: Collection[str]
) -> tuple[dict[str, str], list[list[Any]]]:
    """Answers without `always` or `from now on`, and what these propose to keep, as papers keep it."""
    plain: dict[str, str] = {}
    found: list[list[Any]] = []
    for id, answer in answers.items():
        value = without_marker(answer) if id in _ASKED else answer
        plain[id] = value
        if id not in _ASKED or value == answer.strip():
            continue
        words = _ASKED[id].format(value)
        try:
            found.append([words, [str(wish) for wish in read(words, regions)]])
        except Usage:
            continue  # it is a good answer all the same
    return plain, found


def _first(understanding: Understanding) -> str:
    return understanding.summary if isinstance(understanding, Unclear) else ""


def _understood(plan: Plan, used: list[Preference]) -> str:
    """What is going to be done, where, and what of it is because it is preferred."""
    regions = sorted({one.region for one in instances(plan.program)} - {""})
    unsaid = [region for region in regions if not names(plan.summary, region)]
    where = f", in {', '.join(unsaid)}" if unsaid else ""
    preferred = f"; as you prefer: {'; '.join(map(str, used))}" if used else ""
    return f"{plan.summary}{where}{preferred}"


def _of_places(program: Program, heeded: Heeded, context: Context) -> list[Preference]:
    """The preference for a region, if things go there because of it."""
    regions = {one.region for one in instances(program)}
    return [
        each
        for each in heeded.preferences
        if each.wish.kind is Kind.REGION
        and context.region == each.wish.value
        and regions == {each.wish.value}
        and not names(heeded.text, each.wish.value)
    ]


def _said_though(program: Program, heeded: Heeded) -> list[str]:
    """The regions that the request names though nothing was ever to be made there."""
    regions = {one.region for one in instances(program)}
    return [
        f"the request names {each.wish.key}, so preference {each.id} ({each.wish}) is not used"
        for each in heeded.preferences
        if each.id
        and each.wish.kind is Kind.NEVER_REGION
        and each.wish.key in regions
        and names(heeded.text, each.wish.key)
    ]


def _elsewhere(
    wrong: tuple[Preference, ...], heeded: Heeded, regions: frozenset[str], summary: str
) -> Unclear:
    """The question where to, the nearest regions first, and last the one that was not to be."""
    never = {each.wish.key for each in heeded.preferences if each.wish.kind is Kind.NEVER_REGION}
    here = wrong[0].wish.key
    order = {**dict.fromkeys(_OFTEN, 1), here.partition("-")[0]: 0}
    others = sorted(regions - never, key=lambda region: (order.get(region.partition("-")[0], 2), region))
    choices = (*others[:_MOST_REGIONS], here)
    details = (*("" for _ in others[:_MOST_REGIONS]), "only this time")
    return Unclear((Question(_REGION, f"As you prefer, {wrong[0]}. Where then?", choices, details),), summary)
