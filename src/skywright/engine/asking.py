"""The brains of a run: which are asked, side by side if several are, and what was picked for good."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace

from skywright.brains.base import Context, OneByOne
from skywright.brains.builtin.cutting import cut
from skywright.engine.evidence import gather
from skywright.engine.look import reader
from skywright.engine.parts import Parts
from skywright.engine.routing import chance, measured, seconds_to_go, table
from skywright.engine.staging import Stage
from skywright.engine.workshop import Workshop
from skywright.errors import CloudFailed, Refused, Unavailable
from skywright.model.advice import Beyond, Plan, Unclear, Understanding
from skywright.orchestrator import route
from skywright.orchestrator.brains import AUTO, BUILTIN, Panel, Said, understood
from skywright.orchestrator.piecewise import by_parts
from skywright.orchestrator.route import Option, Situation
from skywright.state.runs import Run


def understand(run: Run, parts: Parts, context: Context, regions: tuple[str, ...]) -> Understanding:
    """What the run's brain makes of its words; where that is left open, the brain that is picked.

    Raises:
        CloudFailed: The target could not be looked at.
        Refused: A model wants something else than what was asked for.
        NotFound, Usage, Unavailable: The brain cannot be had.
    """
    if run.request.brain != AUTO:
        said = parts.find_brain(run.request.brain).understand(run.request.words, context)
        return _by_parts(run, parts, context, regions, said)
    panel = parts.panel()
    for name, obstacle in panel.models:
        if obstacle:
            parts.progress.say(f"{name} is not asked: {obstacle}")
    said = understood(panel, _Desk(run, parts, context, regions, panel), parts.cloud(run))
    parts.runs.note(run.id, brain=said.brain)
    return said.understanding


def _by_parts(
    run: Run, parts: Parts, context: Context, regions: tuple[str, ...], said: Understanding
) -> Understanding:
    """What a brain said, or, if it could not take all of it as one thing, one plan for its parts.

    Raises:
        CloudFailed, Unavailable: There is no copy to be had.
    """
    if not isinstance(said, OneByOne | Unclear) or len(cut(run.request.words)) < 2:
        return said
    parts.progress.say("several things are asked for; each is planned where those before it are done")
    with Stage(run, parts, parts.find_brain(BUILTIN), context.region, regions) as stage:
        whole = by_parts(run.request.words, context.answers, stage, stage.distil)
    # What the whole leaves open is asked of the whole, unless every part by itself is plain.
    return whole if isinstance(whole, Plan) or (whole and isinstance(said, OneByOne)) else said


@dataclass(frozen=True, slots=True)
class _Desk:
    """See `orchestrator.brains.Desk`."""

    run: Run
    parts: Parts
    context: Context
    regions: tuple[str, ...]
    panel: Panel

    def ask(self, brains: Sequence[str]) -> Sequence[Said]:
        words = self.run.request.words
        if list(brains) == [BUILTIN]:
            said = self._brain(BUILTIN)(words, self.context)
            return [Said(BUILTIN, _by_parts(self.run, self.parts, self.context, self.regions, said))]
        if len(brains) < 2:
            return [Said(name, self._brain(name)(words, self.context)) for name in brains]
        with suppress(Unavailable):
            # The index of the documentation is made at first use, and not to be made several times at once.
            if (documentation := self.context.cloud.documentation) is not None:
                documentation.search(words, 1)
        with ThreadPoolExecutor(len(brains)) as side_by_side:
            return list(side_by_side.map(self._apart, brains, range(1, len(brains) + 1)))

    def pick(self, brains: Sequence[str], found: Plan | None) -> Sequence[str]:
        run = self.parts.runs.get(self.run.id)
        among = ",".join(brains)
        picks: dict[str, list[str]] = run.papers.get("picks", {})
        if among in picks:
            return picks[among]
        situation = self._situation(run, found)
        drawn = chance(run, f"brain {among}")
        choice = route.brain([Option(name) for name in brains], situation, table(self.parts), drawn)
        ranked = sorted(choice.weighed, key=lambda one: (one.name != choice.name, -one.worth))
        picked = [one.name for one in ranked[: self.panel.side_by_side]]
        self.parts.progress.say(f"brain {choice.why}")
        self.parts.record(run, "routed", what="brain", picked=picked, **choice.to_json())
        routed = {"kind": situation.kind, "size": situation.size}
        self.parts.runs.note(run.id, picks={**picks, among: picked}, brain_why=choice.why, routed=routed)
        return picked

    def rule_out(self, brain: str, why: str) -> None:
        self.parts.progress.say(f"not by {brain}: {why}")
        out = self.parts.runs.get(self.run.id).papers.get("brains_out", [])
        self.parts.runs.note(self.run.id, brains_out=list(dict.fromkeys((*out, brain))))

    def _apart(self, name: str, number: int) -> Said:
        """One of several, in copies of its own; that one of them fails is nothing to the others."""
        try:
            with ExitStack() as sessions:
                upstream = self.parts.accounts.reach(self.parts.target(self.run))
                look = reader(self.run, self.parts, upstream, sessions)  # a connection is nobody else's
                workshop = Workshop(self.run, self.parts, self.regions, f"expert-{number}")
                context = replace(self.context, look=look, workshop=sessions.enter_context(workshop))
                return Said(name, self._brain(name)(self.run.request.words, context))
        except (Refused, CloudFailed) as error:
            return Said(name, Beyond(str(error)))

    def _brain(self, name: str) -> Callable[[str, Context], Understanding]:
        def ask(words: str, context: Context) -> Understanding:
            try:
                return self.parts.find_brain(name).understand(words, context)
            except Unavailable as error:
                return Beyond(str(error))

        return ask

    def _situation(self, run: Run, found: Plan | None) -> Situation:
        spent = float(run.papers.get("spent", {}).get("usd", 0.0))
        most = self.panel.usd_most
        left = None if most is None else max(0.0, most - spent)
        until = seconds_to_go(run, self.parts)
        if found is None:
            return Situation(seconds_left=until, usd_left=left)
        evidence = gather(run, found.program, self.parts.cloud(run), "sdk", {})
        counted = measured(run, self.parts, found.program, evidence, {}, found.advisories)
        return Situation(counted.kind, counted.size, until, left)
