"""From a program to a saved plan that holds what the program names and nothing else.

Owns the rounds of planning. What is gone from the cloud is forgotten, what was changed there by hand is taken
over, and only then is there a plan; one that still holds more than the request is refused.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from skywright.errors import CloudFailed, Refused
from skywright.modalities.base import Workplace
from skywright.modalities.iac import plan as plans
from skywright.modalities.iac.failure import why
from skywright.modalities.iac.plan import Change, Plan
from skywright.modalities.iac.session import Command, Session
from skywright.modalities.iac.workspace import PLAN, Pending, Workspace
from skywright.program.emit.hcl.configuration import Configuration, Resource
from skywright.program.emit.hcl.nodes import Node
from skywright.program.emit.hcl.render import Files, files
from skywright.program.emit.hcl.wanted import Wanted

_ROUNDS = 6
_PROGRESS = re.compile(r"\S+: \w[\w ]+(?:\.\.\.| after )")


@dataclass
class Planner:
    """Plans in one workspace."""

    session: Session
    workspace: Workspace

    @property
    def workplace(self) -> Workplace:
        return self.session.workplace

    def plan(self, pending: Pending) -> tuple[Pending, Plan]:
        """A saved plan for what is pending, taken over what the cloud says.

        Raises:
            CloudFailed: Terraform failed.
            Refused: It would do more than the request names.
        """
        self._forget(pending)
        pending = self._brought_in(pending)
        for _ in range(_ROUNDS):
            written = files(pending.configuration, self.workspace.region)
            self.workspace.write(written)
            targets = _targets(pending, written)
            if not targets:
                return replace(pending, plan=""), Plan(())
            found = self._planned(targets)
            settled = Judgement(pending.configuration, pending.wanted, written, self.workplace.say).settled(
                found
            )
            if settled is None:
                return replace(pending, plan=self.workspace.plan_digest()), found
            self._untaint(found)
            pending = replace(pending, configuration=settled)
        raise Refused("iac-plan", "Terraform's plan does not come to what the request names and nothing else")

    def apply(self, pending: Pending) -> tuple[bool, str, str]:
        """Apply the saved plan: whether it went through, why not, and what was printed."""
        written = files(pending.configuration, self.workspace.region)
        words = ("apply", "-input=false", "-no-color", "-lock-timeout=10s", PLAN)
        commands = [self._command(*words)]
        passing = [one for one in pending.configuration.managed() if one.passing]
        if passing:
            places = [written.addresses[one.key] for one in passing]
            commands.append(
                self._command("state", "rm", *places, output=Path(self.workplace.folder / "rm.txt"))
            )
        ended = self.session.run(commands, self._say)
        ok = ended.status == 0 and not ended.timed_out
        return ok, "" if ok else why(ended, self.workplace), ended.output

    def _say(self, line: str) -> None:
        """Of what an apply prints, what becomes of the resources."""
        if _PROGRESS.match(line):
            self.workplace.say(line)

    def _command(self, *words: str, output: Path | None = None) -> Command:
        return Command((f"-chdir={self.workspace.folder}", *words), output)

    def _planned(self, targets: list[str]) -> Plan:
        told, shown = self.workplace.folder / "plan.txt", self.workplace.folder / "plan.json"
        chosen = [f"-target={target}" for target in targets]
        words = ("plan", "-input=false", "-no-color", "-lock-timeout=10s", f"-out={PLAN}", *chosen)
        self._run([self._command(*words, output=told), self._command("show", "-json", PLAN, output=shown)])
        found = plans.read(shown)
        shown.unlink(missing_ok=True)
        return found

    def _run(self, commands: list[Command]) -> None:
        ended = self.session.run(commands)
        if ended.status or ended.timed_out:
            raise CloudFailed("terraform", "PlanFailed", why(ended, self.workplace))

    def _forget(self, pending: Pending) -> None:
        held = self.workspace.state().held
        gone = [address for address in pending.forgotten if address in held]
        if gone:
            self._run([self._command("state", "rm", *gone, output=self.workplace.folder / "forget.txt")])

    def bring_in(self, pending: Pending) -> Pending:
        """What of the configuration was made elsewhere, brought into the state at once, before any plan.

        Raises:
            CloudFailed: Terraform failed.
        """
        strange = [one for one in pending.configuration.managed() if one.imported]
        if not strange:
            return pending
        written = self._imported(pending.configuration, strange)
        here = pending.configuration.copy()
        for one in strange:
            here.put(replace(one, imported="", address=written.addresses[one.key]))
        return replace(pending, configuration=here)

    def _imported(self, configuration: Configuration, strange: Sequence[Resource]) -> Files:
        """Import resources by Terraform's own command; the files as they stood for that."""
        written = files(_without_imports(configuration), self.workspace.region)
        self.workspace.write(written)
        words = ("import", "-input=false", "-no-color")
        told = self.workplace.folder / "import.txt"
        self._run(
            [self._command(*words, written.addresses[one.key], one.imported, output=told) for one in strange]
        )
        return written

    def _untaint(self, found: Plan) -> None:
        """What was made and not waited for to its end is as good as made."""
        tainted = [one.address for one in found.changes if one.tainted]
        if tainted:
            told = self.workplace.folder / "untaint.txt"
            self._run([self._command("untaint", place, output=told) for place in tainted])

    def _brought_in(self, pending: Pending) -> Pending:
        """What is to be removed and was made elsewhere is brought into the state first."""
        strange = [one for one in pending.wanted.removed.values() if one.imported]
        if not strange:
            return pending
        before = pending.configuration.copy()
        for one in strange:
            before.put(one)
        written = self._imported(before, strange)
        here = {
            key: replace(one, imported="", address=written.addresses[key]) if one.imported else one
            for key, one in pending.wanted.removed.items()
        }
        for one in here.values():
            self.workspace.settled.put(one)
        return replace(pending, wanted=replace(pending.wanted, removed=here))


def _without_imports(configuration: Configuration) -> Configuration:
    """Only what has to be there for an import: blocks, and nothing that is to be brought in besides."""
    kept = {key: replace(one, imported="") for key, one in configuration.resources.items()}
    return Configuration(kept, {}, configuration.serial)


def _targets(pending: Pending, written: Files) -> list[str]:
    """The addresses that a plan is about: what is touched, what moves and what goes."""
    places = [written.addresses[key] for key in pending.wanted.touched if key in written.addresses]
    for one in pending.configuration.managed():
        if one.address and one.address != written.addresses[one.key]:
            places += [one.address, written.addresses[one.key]]
    places += [one.address for one in pending.wanted.removed.values() if one.address]
    return sorted(dict.fromkeys(places))


@dataclass
class Judgement:
    """What of a plan the request did not name, and the configuration that plans without it."""

    configuration: Configuration
    wanted: Wanted
    written: Files
    say: Callable[[str], None]

    def settled(self, plan: Plan) -> Configuration | None:
        """The configuration to plan again with; None if the plan is what was asked for.

        Raises:
            Refused: It holds something else, and no other configuration would not.
        """
        keys = {address: key for key, address in self.written.addresses.items()}
        again = self.configuration.copy()
        strange = False
        for change in plan.changes:
            key = keys.get(change.address)
            one = None if key is None else again.resources.get(key)
            if one is None:
                self._insist_on_removal(change)
            elif change.tainted:
                strange = True
            elif not self._asked_for(one, change):
                strange = True
                self._adapt(again, one, change)
        return again if strange else None

    def _insist_on_removal(self, change: Change) -> None:
        gone = {one.address for one in self.wanted.removed.values()}
        if change.kind != "delete" or not {change.address, change.was} & gone:
            raise Refused(
                "iac-plan",
                f"Terraform would {_verb(change)} {change.address}, which the request does not name",
            )

    def _asked_for(self, one: Resource, change: Change) -> bool:
        if change.kind == "create":
            return one.key in self.wanted.made or one.key in self.wanted.replaced
        if change.kind == "replace":
            return one.key in self.wanted.replaced
        if change.kind == "delete":
            return change.deposed and one.key in self.wanted.replaced
        if one.key in self.wanted.made:
            return True
        return not self._excess(one, change)

    def _excess(self, one: Resource, change: Change) -> set[str]:
        named = self.wanted.changed.get(one.key, set()) | {"tags_all"}
        return {name for name in change.names - named if not self._within(one, change, name)}

    def _within(self, one: Resource, change: Change, name: str) -> bool:
        """Whether all that becomes otherwise of a map are keys that the request names."""
        before, after = (side.get(name) or {} for side in (change.before, change.after))
        keys = self.wanted.keys(one.key, name)
        return bool(keys) and all(before.get(key) == after.get(key) for key in {*before, *after} - keys)

    def _adapt(self, again: Configuration, one: Resource, change: Change) -> None:
        """Forget what is gone; take over what is otherwise than the configuration says."""
        if change.kind == "create" and one.address:
            self.say(f"forgotten: {change.address} ({one.id}) is no longer in the cloud")
            again.drop(one.key)
            return
        named = self.wanted.changed.get(one.key, set())
        reasons = set(change.because) if change.kind == "replace" else self._excess(one, change)
        if change.kind == "delete" or not reasons or reasons & named:
            told = sorted(reasons) if change.kind != "delete" else []
            because = f" for {', '.join(told)}" if told else ""
            raise Refused(
                "iac-plan",
                f"Terraform would {_verb(change)} {change.address}{because}, which the request does not name",
            )
        there = {name: self._with_named(one, name, change.before.get(name)) for name in reasons}
        again.put(again.linked(_taken_over(one, reasons, there)))
        if not one.imported:
            self.say(f"taken over as it is: {', '.join(sorted(reasons))} of {change.address}")

    def _with_named(self, one: Resource, name: str, there: Node) -> Node:
        """What is there, but for the keys of a map that the request names: these as it wants them."""
        keys, said = self.wanted.keys(one.key, name), one.arguments.get(name) or {}
        if not keys:
            return there
        kept = {key: value for key, value in (there or {}).items() if key not in keys}
        return kept | {key: said[key] for key in keys & said.keys()}


def _taken_over(one: Resource, names: set[str], before: Mapping[str, Node]) -> Resource:
    """The resource said as it is; where it is said so already, Terraform is to leave that alone.

    Of user data, for one, a state has no more than a digest.
    """
    arguments, ignored = dict(one.arguments), set(one.ignored)
    for name in names:
        value = before.get(name)
        sayable = isinstance(value, str | int | float | bool) or _plain_list(value) or _plain_map(value)
        if arguments.get(name) == (value if sayable else None):
            ignored.add(name)
        if sayable and name not in ignored:
            arguments[name] = value
        else:
            arguments.pop(name, None)
    return replace(one, arguments=arguments, ignored=tuple(sorted(ignored)))


def _plain_list(value: Node) -> bool:
    return isinstance(value, list) and all(isinstance(item, str | int | float) for item in value)


def _plain_map(value: Node) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def _verb(change: Change) -> str:
    return {"create": "create", "update": "change", "replace": "replace", "delete": "destroy"}[change.kind]
