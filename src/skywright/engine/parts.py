"""What the stages work with, handed to them by the composition root. Owns nothing; starts nothing."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from skywright.brains.base import Brain
from skywright.clouds.base import Cloud
from skywright.clouds.calling import Caller
from skywright.clouds.restoring import Descriptions
from skywright.gate.server import Gate
from skywright.guard.base import Decider
from skywright.journal.chain import Journal
from skywright.memory.remembering import Circumstances
from skywright.memory.store import Memory
from skywright.modalities.base import Modality
from skywright.model.target import Credential, Target, Upstream
from skywright.model.values import Value
from skywright.model.verdict import Principal
from skywright.orchestrator.brains import Panel
from skywright.state.accounts import Identity
from skywright.state.expectations import Expectations
from skywright.state.holding import Holdings
from skywright.state.inventories import Inventories
from skywright.state.preferences import Preferences
from skywright.state.results import Results
from skywright.state.runs import Run, Runs
from skywright.state.shelves import Shelves
from skywright.state.twins import Twins


class Progress(Protocol):
    """Somebody who is shown how a run goes on."""

    def stage(self, name: str) -> None:
        """A stage begins."""
        ...

    def say(self, line: str) -> None:
        """Something worth knowing happened in the present stage."""
        ...


class Accounts(Protocol):
    """The accounts behind targets. The gym's and real ones look alike from here."""

    def reach(self, target: Target) -> Upstream:
        """Where the target is and what signs for it, after checking that it is who the user said.

        Raises:
            Refused: It is another account.
            Unavailable: It cannot be reached.
        """
        ...

    def twin(
        self, target: Target, regions: Sequence[str], named: Collection[str] = ()
    ) -> AbstractContextManager[Upstream]:
        """A sandbox filled with a copy of the target, thrown away at the end.

        Args:
            named: ids that will be referred to in it, of things that may not be the target's own.
        """
        ...

    def who(self, target: Target) -> Identity:
        """Who we are there, as the cloud itself says."""
        ...

    def found(self, name: str, number: str, described: Descriptions) -> tuple[Upstream, Sequence[str]]:
        """A new account of the gym with what is there before anything is made; nothing takes time in it.

        Returns:
            Where it is, and a sentence for each thing described that it cannot have.
        """
        ...

    def settle(self, name: str) -> None:
        """From now on things take time in that account, and what it is now is what `ready` makes it again."""
        ...

    def ready(self, name: str) -> bool:
        """Make a twin what it was when it was made; whether there is one of that name."""
        ...

    def builder(self, upstream: Upstream, wishes: Sequence[str]) -> Caller:
        """A caller that makes things of those ids, where the account can have them so."""
        ...

    def remove(self, name: str) -> None:
        """Remove an account of the gym, with all that is in it."""
        ...

    def copy(self, name: str, region: str, others: Descriptions) -> AbstractContextManager[Upstream]:
        """A copy of an account of the gym with more from elsewhere in it, thrown away at the end."""
        ...


@dataclass(frozen=True)
class Parts:
    """Everything concrete that the stages need.

    Attributes:
        find_brain: by its name; raises NotFound.
        panel: the models that may be picked.
        caller: makes a Caller for the gate's address and a session credential.
        clock: seconds since the epoch.
        kept: the folder of what modalities keep of targets from run to run.
        shelves: what is in it as machines that share a database have it in common.
        holdings: the leases of this process's runs.
        circumstances: what memory is held against.
        alarm: is told of what needs a person; never raises.
        results: of runs before, from which brain and modality are picked.
        preferences: of the user whose process this is.
        twins: which accounts of the gym are twins.
        retries: how often a failed attempt is made again, at most.
    """

    clouds: Mapping[str, Cloud]
    find_brain: Callable[[str], Brain]
    panel: Callable[[], Panel]
    modalities: Mapping[str, Modality]
    deciders: Sequence[Decider]
    gate: Gate
    journal: Journal
    runs: Runs
    find_target: Callable[[str], Target]
    accounts: Accounts
    caller: Callable[[str, Credential], Caller]
    clock: Callable[[], float]
    pause: Callable[[float], None]
    progress: Progress
    kept: Path
    shelves: Shelves
    inventories: Inventories
    expectations: Expectations
    holdings: Holdings
    memory: Memory
    circumstances: Circumstances
    results: Results
    preferences: Preferences
    twins: Twins
    alarm: Callable[[Mapping[str, Value]], None] = lambda _event: None
    retries: int = 2

    def cloud(self, run: Run) -> Cloud:
        return self.clouds[run.request.cloud]

    def target(self, run: Run) -> Target:
        return self.find_target(run.request.target)

    def record(self, run: Run, stage: str, **body: Value) -> None:
        """Write a stage of a run into the journal."""
        self.journal.append(f"run.{stage}", body, run=run.id)


def principal(run: Run, kind: str, modality: str = "sdk") -> Principal:
    """On whose behalf the run acts in a session of that kind."""
    return Principal(run.id, kind, run.brain, modality, run.request.target)
