"""Modality `iac`: the program as a Terraform configuration, planned, shown, and applied as planned.

What it makes is kept in a workspace of the target's, so that a later request edits the configuration that
made the thing. Terraform makes calls of its own, so the modality is not faithful. Knows no other modality.
"""

import hashlib
import os
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

from skywright.clouds.calling import Caller, Catalogue
from skywright.errors import Refused, Unavailable
from skywright.modalities.base import Attempt, Foresight, Workplace, Written
from skywright.modalities.iac import foreign, reading
from skywright.modalities.iac import plan as plans
from skywright.modalities.iac import state as states
from skywright.modalities.iac import tool as tools
from skywright.modalities.iac.adopting import adopt
from skywright.modalities.iac.planning import Planner
from skywright.modalities.iac.present import Presence
from skywright.modalities.iac.session import attached
from skywright.modalities.iac.workspace import PLAN, STATE, Pending, Workspace, opened
from skywright.modalities.iac.writing import written
from skywright.model.operation import Operation
from skywright.model.program import Program
from skywright.model.target import Credential
from skywright.program.emit import Inexpressible
from skywright.program.emit.hcl import emit
from skywright.program.emit.hcl.configuration import Configuration
from skywright.program.emit.hcl.draft import detach
from skywright.program.emit.hcl.edits import edit
from skywright.program.emit.hcl.render import files
from skywright.program.emit.hcl.table import exports
from skywright.program.emit.hcl.typenames import EXPORTS
from skywright.program.expand import specialise
from skywright.program.resolving import Scope, resolve
from skywright.program.text import dump

Connects = Callable[[str, Credential], Caller]

_STALE = "Saved plan is stale"
"""How Terraform says that the state is not the one any more for which a plan was made."""


class Iac:
    """Performs programs with Terraform or OpenTofu.

    Args:
        connects: makes a caller for an address and a credential.
        providers: where a provider that had to be fetched is kept.
    """

    name = "iac"
    faithful = False
    language = "hcl"

    def __init__(self, catalogue: Catalogue, connects: Connects, providers: Path) -> None:
        self._catalogue = catalogue
        self._connects = connects
        self._providers = providers

    def obstacle(self, program: Program) -> str:
        """See `modalities.base.Modality`. What only a workspace can bring in is not told."""
        try:
            tools.executable()
            emit(program, self._catalogue)
        except (Inexpressible, Unavailable) as problem:
            return str(problem)
        return ""

    def foresee(self, program: Program, workplace: Workplace) -> Foresight:
        """See `modalities.base.Modality`.

        Raises:
            Inexpressible: Terraform has no words for it; the sentence says which modality has.
            Corrupt: The workspace is damaged, or somebody else's.
            Refused: Terraform would do more than the request names.
        """
        tool = self._tool(workplace)
        with self._opened(program, workplace) as workspace:
            pending = self._edited(program, workspace, workplace)
            with attached(tool, workplace) as session:
                pending, plan = Planner(session, workspace).plan(pending)
            workspace.keep(pending)
        return Foresight(plans.advisories(plan), plans.shown(plan))

    def perform(self, program: Program, workplace: Workplace) -> Attempt:
        """See `modalities.base.Modality`.

        Raises:
            Inexpressible, Corrupt, Refused: As for `foresee`; nothing was done.
        """
        tool = self._tool(workplace)
        if not self._changes(program):
            return reading.perform(program, tool, workplace)
        with self._opened(program, workplace) as workspace:
            pending = self._due(program, workspace, workplace)
            with attached(tool, workplace) as session:
                return self._applied(pending, Planner(session, workspace))

    def run(self, artefact: str, workplace: Workplace) -> Attempt:
        """See `modalities.base.Open`. It is the whole of a folder's configuration."""
        return foreign.run(artefact, self._tool(workplace), workplace)

    def _due(self, program: Program, workspace: Workspace, workplace: Workplace) -> Pending:
        """What was foreseen and shown; where nothing was for this program, what is yet to be planned."""
        pending = workspace.pending
        if pending is None or pending.digest != _digest(program):
            return self._edited(program, workspace, workplace)
        if pending.plan and not pending.begun and pending.plan != workspace.plan_digest():
            raise Refused("iac-plan", "the saved plan is no longer the one that was shown")
        return pending

    def _applied(self, pending: Pending, planner: Planner) -> Attempt:
        """Apply what is due; if that was begun already, or is stale, plan what is left of it."""
        workspace = planner.workspace
        if pending.begun:
            pending, _ = planner.plan(_gone_on_with(pending, workspace))
        elif not pending.plan:
            pending, _ = planner.plan(pending)
        text = files(pending.configuration, workspace.region).whole
        if not pending.plan:
            return Attempt(True, text, "nothing is to be changed")
        workspace.keep(replace(pending, begun=True))
        ok, error, output = planner.apply(pending)
        if not ok and _STALE in error:
            pending, _ = planner.plan(_gone_on_with(pending, workspace))
            ok, error, output = planner.apply(pending)
        if ok:
            workspace.settle(workspace.absorb(pending))
            (workspace.folder / PLAN).unlink(missing_ok=True)
        return Attempt(ok, text, output, error)

    def holds(self, folder: Path) -> Mapping[str, str]:
        """What is in the states of the workspaces there, by id and by ARN: `terraform:` and the workspace.

        Raises:
            Corrupt: A state is damaged.
        """
        found: dict[str, str] = {}
        for state in sorted(folder.glob(f"*/{STATE}")):
            for one in states.read(state).held.values():
                found |= dict.fromkeys((one.id, one.arn), f"terraform:{state.parent.name}")
        found.pop("", None)
        return found

    def adopt(self, ids: Collection[str], workplace: Workplace) -> None:
        """See `modalities.base.adopted_by`."""
        tool, look = self._tool(workplace), self._connects(workplace.endpoint, workplace.credential)
        with (
            self._opened_in(workplace.region, workplace) as workspace,
            attached(tool, workplace) as session,
        ):
            adopt(Planner(session, workspace), Presence(look, workspace.region), ids)

    def write_down(self, ids: Collection[str], workplace: Workplace) -> Written:
        """See `modalities.base.written_by`."""
        tool, look = self._tool(workplace), self._connects(workplace.endpoint, workplace.credential)
        with (
            self._opened_in(workplace.region, workplace) as workspace,
            attached(tool, workplace, tables=EXPORTS) as session,
        ):
            presence = Presence(look, workspace.region, exports()["resources"])
            return written(Planner(session, workspace), presence, ids)

    def _edited(self, program: Program, workspace: Workspace, workplace: Workplace) -> Pending:
        pending = workspace.pending
        before = workspace.absorb(pending if pending is not None and pending.begun else None)
        workspace.settled, workspace.pending = before, None
        caller = self._connects(workplace.endpoint, workplace.credential)
        look = Presence(caller, workspace.region)
        forgotten = _forget(before, look, workplace)
        configuration, wanted = edit(program, self._catalogue, before, look)
        return Pending(_digest(program), configuration, wanted, forgotten=forgotten)

    def _opened(self, program: Program, workplace: Workplace) -> AbstractContextManager[Workspace]:
        return self._opened_in(_region(program) or workplace.region, workplace)

    @contextmanager
    def _opened_in(self, region: str, workplace: Workplace) -> Generator[Workspace]:
        assert workplace.kept is not None  # the engine gives every modality a place
        caller = self._connects(workplace.endpoint, workplace.credential)
        who = caller.call(Operation("sts", "GetCallerIdentity"), {}, region)
        account = str(who.get("Account", ""))
        with (
            workplace.shelf.borrowed(workplace.kept / region),
            opened(workplace.kept, region, account) as found,
        ):
            yield found

    def _tool(self, workplace: Workplace) -> tools.Tool:
        return tools.find(workplace, self._providers, os.environ)

    def _changes(self, program: Program) -> bool:
        steps = (step.operation for step in program.steps if step.operation is not None)
        return any(self._catalogue.signature(one).effect.mutates for one in steps)


def _forget(configuration: Configuration, look: Presence, workplace: Workplace) -> tuple[str, ...]:
    """Take out what is gone from the cloud, with what is bound to it; the addresses that they had."""
    forgotten: list[str] = []
    for one in look.gone(configuration):
        for gone in detach(configuration, one) if one.key in configuration.resources else ():
            if not gone.data:
                workplace.say(f"forgotten: {gone.address} ({gone.id}) is no longer in the cloud")
                forgotten.append(gone.address)
    return tuple(forgotten)


def _gone_on_with(pending: Pending, workspace: Workspace) -> Pending:
    """What is pending, as the state knows it after an apply that was cut off, and what of it is over."""
    there = workspace.absorb(pending)
    found = pending.configuration.copy()
    over: list[str] = []
    for key, one in list(found.resources.items()):
        held = there.resources.get(key)
        if held is None or not held.address:
            continue
        if one.passing:
            del found.resources[key]
            over.append(held.address)
        else:
            found.put(replace(one, address=held.address, imported=""))
    return replace(pending, configuration=found, forgotten=(*pending.forgotten, *over))


def _region(program: Program) -> str:
    special = specialise(program)
    return str(resolve(special.region, Scope(special.values())))


def _digest(program: Program) -> str:
    return hashlib.sha256(dump(program).encode()).hexdigest()
