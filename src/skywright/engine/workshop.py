"""The workshop of a brain: copies of the run's target behind the gate, and the run's record of its exchanges.

Owns which copy an attempt finds. A copy in which something was changed is thrown away: every attempt begins
at the target's present state.
"""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from skywright.brains.base import Tried
from skywright.engine.parts import Parts, principal
from skywright.engine.place import seconds_left, timely
from skywright.engine.twin import opened
from skywright.errors import Malformed, SkywrightError, Unavailable
from skywright.journal.redact import STRUCK
from skywright.modalities.base import Open, Workplace
from skywright.model.call import Trace
from skywright.model.exchange import Exchange, Spent
from skywright.model.program import Program
from skywright.model.target import Credential, Upstream
from skywright.program.interpret import interpret, unmet
from skywright.state.runs import Run

_SESSION_SECONDS = 3600.0
_EXCHANGES = "exchanges.jsonl"
_NOTING = Lock()
"""Held while something is added to what a run's papers say: a process drives one run."""


class Workshop:
    """See `brains.base.Workshop`. Use it as a context manager: what was copied is gone afterwards.

    Args:
        regions: those that the request may be about; a copy of a real account holds no others.
        name: keeps the files of several that work for one run apart.
    """

    def __init__(self, run: Run, parts: Parts, regions: tuple[str, ...], name: str = "") -> None:
        self._run = run
        self._parts = parts
        self._regions = regions
        self._name = name
        self._copy = ExitStack()
        self._twin: Upstream | None = None
        self._tries = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._copy.close()

    @property
    def target(self) -> str:
        return self._run.request.target

    @property
    def modality(self) -> str:
        return self._run.request.modality

    @property
    def languages(self) -> Mapping[str, str]:
        return {
            name: modality.language
            for name, modality in self._parts.modalities.items()
            if isinstance(modality, Open)
        }

    def run(self, modality: str, artefact: str, seconds: float) -> Tried:
        """See `brains.base.Workshop`."""
        hand = self._parts.modalities[modality]
        assert isinstance(hand, Open)  # `languages` has no others
        twin = self._fresh()
        credential = self._credential(modality, twin)
        try:
            attempt = hand.run(artefact, self._place(credential, twin, seconds))
        finally:
            self._parts.gate.revoke(credential)
        self._count()
        trace = self._ended(credential)
        secret = credential.secret_access_key
        error = attempt.error.replace(secret, STRUCK)
        return Tried(attempt.ok, attempt.output.replace(secret, STRUCK), error, trace)

    def perform(self, program: Program) -> Tried:
        """See `brains.base.Workshop`."""
        parts, cloud = timely(self._run, self._parts), self._parts.cloud(self._run)
        credential = self._credential("sdk", self._fresh())
        caller = parts.caller(parts.gate.endpoint, credential)
        try:
            results = interpret(
                program, caller, cloud.catalogue, parts.pause, parts.clock, lambda _line: None
            )
            error = "; ".join(unmet(program, caller, results))
        except Unavailable:
            raise
        except Malformed as flaws:
            error = "; ".join(flaws.findings)
        except SkywrightError as failed:
            error = str(failed)
        finally:
            parts.gate.revoke(credential)
        return Tried(not error, "", error, self._ended(credential))

    def seconds_left(self) -> float:
        """See `brains.base.Workshop`."""
        return seconds_left(self._run, self._parts)

    def spent(self) -> Spent:
        """See `brains.base.Workshop`."""
        kept = self._parts.runs.get(self._run.id).papers.get("spent")
        return Spent(**kept) if kept else Spent()

    def record(self, exchange: Exchange) -> None:
        """The talk goes into the run's folder, what it took into the journal and the run's papers."""
        row = {name: getattr(exchange, name) for name in Exchange.__dataclass_fields__}
        line = json.dumps({**row, "asked": json.loads(exchange.asked)}, ensure_ascii=False) + "\n"
        told = {name: value for name, value in row.items() if name not in ("asked", "said")}
        self._parts.record(self._run, "exchange", **told)
        with _NOTING:  # experts may work side by side
            with (self._parts.runs.folder(self._run.id) / _EXCHANGES).open("a", encoding="utf-8") as out:
                out.write(line)
            spent = self.spent().with_exchange(exchange)
            papers = {name: getattr(spent, name) for name in Spent.__dataclass_fields__}
            self._parts.runs.note(self._run.id, spent=papers)

    def keep(self, name: str, text: str) -> Path:
        """See `brains.base.Workshop`."""
        path = self._folder() / name
        path.write_text(text, encoding="utf-8")
        return path

    def _folder(self) -> Path:
        folder = self._parts.runs.folder(self._run.id) / self._name
        folder.mkdir(exist_ok=True, mode=0o700)
        return folder

    def _count(self) -> None:
        """An artefact that was generated and run is a step, as the paper counts."""
        runs = self._parts.runs
        with _NOTING:
            runs.note(self._run.id, steps=int(runs.get(self._run.id).papers.get("steps", 0)) + 1)

    def _fresh(self) -> Upstream:
        if self._twin is None:
            target = self._parts.target(self._run)
            self._twin = self._copy.enter_context(opened(self._parts, target, self._regions))
        return self._twin

    def _credential(self, modality: str, twin: Upstream) -> Credential:
        who = principal(self._run, "explore", modality)
        return self._parts.gate.mint(who, twin, lifetime_seconds=_SESSION_SECONDS)

    def _place(self, credential: Credential, twin: Upstream, seconds: float) -> Workplace:
        """A new folder for each attempt: nothing is left over from the one before."""
        self._tries += 1
        folder = self._folder() / "tries" / str(self._tries)
        place = Workplace(self._parts.gate.endpoint, credential, twin.region, folder, lambda _line: None)
        return replace(place, timeout_seconds=max(1.0, min(seconds, self.seconds_left())))

    def _ended(self, credential: Credential) -> Trace:
        trace = self._parts.gate.trace(credential)
        if any(call.effect.mutates and call.outcome is not None and call.outcome.ok for call in trace):
            self._copy.close()
            self._copy, self._twin = ExitStack(), None
        return trace
