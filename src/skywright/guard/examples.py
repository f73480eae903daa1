"""What rules have to catch and to let pass, as examples say it; and whether they do. Knows no rule.

A file of examples is a list of `{rule, caught, passed}`; an example is a proposal (`operation`, `effect`,
`region`, `arguments`, `facts`, `kind`), or a thing (`type`, `region`, `properties`); it may set what
`config.yaml` sets (`config`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Final, Literal, cast

import yaml

from skywright.errors import Malformed, Usage
from skywright.guard.config import Config
from skywright.guard.policies import FAILED, Judgement, Policies
from skywright.guard.sources import Source, read_sources
from skywright.model import yaml_text
from skywright.model.operation import Effect, Operation
from skywright.model.resource import Resource
from skywright.model.verdict import Principal, Proposal

FOLDER: Final = "examples"
_WANTED: Final[tuple[Literal["caught", "passed"], ...]] = ("caught", "passed")
_OF_THING: Final = frozenset({"type", "region", "properties", "config"})
_MEMBERS: Final = frozenset({"operation", "effect", "region", "arguments", "facts", "kind", "config"})


@dataclass(frozen=True, slots=True)
class Example:
    """One proposal, or one thing as a program would leave it, that a rule has to catch or to let pass."""

    rule: str
    wanted: Literal["caught", "passed"]
    number: int
    given: Proposal | Resource
    config: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def __str__(self) -> str:
        return f"{self.rule} {self.wanted} {self.number}"

    def problem(self, policies: Policies) -> str:
        """What is wrong with the rule, in one sentence; empty if nothing is."""
        if self.config:
            policies = policies.under(Config.of(self.config))
        given = self.given
        judged = policies.judge(given) if isinstance(given, Proposal) else policies.judge_things([given])[0]
        said = _rulings(judged)
        if FAILED in said:
            return said[FAILED]
        if self.wanted == "caught" and self.rule not in said:
            others = f"; {', '.join(sorted(said))} did" if said else ""
            return f"the rule does not catch it{others}"
        if self.wanted == "passed" and self.rule in said:
            return f"the rule catches it: {said[self.rule]}"
        return ""


def examples(folder: Path | None = None) -> tuple[Example, ...]:
    """The shipped examples, and those in `examples/*.yaml` of the folder.

    Raises:
        Malformed: A file is not of that form.
    """
    shipped = sorted(
        (resources.files("skywright.guard") / "policies" / FOLDER).iterdir(), key=lambda f: f.name
    )
    sources = [Source(file.name, file.read_text("utf-8")) for file in shipped if file.name.endswith(".yaml")]
    own = read_sources(folder / FOLDER, "*.yaml") if folder else []
    return tuple(example for source in (*sources, *own) for example in _read(source))


def unproven(policies: Policies, given: tuple[Example, ...]) -> tuple[str, ...]:
    """The rules that lack an example of what they catch, or of what they let pass."""
    there = {(example.rule, example.wanted) for example in given}
    return tuple(
        rule.id for rule in policies.rules() if any((rule.id, wanted) not in there for wanted in _WANTED)
    )


def _rulings(judgement: Judgement) -> dict[str, str]:
    every = (*judgement.warnings, *judgement.escalations, *judgement.denials)
    return {ruling.rule: ruling.says for ruling in every}


def _read(source: Source) -> Iterator[Example]:
    try:
        entries: object = yaml_text.load(source.text)
    except yaml.YAMLError as error:
        raise Malformed(source.name, ("it is not YAML",)) from error
    if not isinstance(entries, list):
        raise Malformed(source.name, ("it has to be a list of `{rule, caught, passed}`",))
    for entry in cast("list[Any]", entries):
        if not isinstance(entry, dict) or not isinstance(entry.get("rule"), str):
            raise Malformed(source.name, ("every entry has to name its rule",))
        for wanted in _WANTED:
            for number, given in enumerate(entry.get(wanted) or ()):
                yield _example(source, entry["rule"], wanted, number, given)


def _example(
    source: Source, rule: str, wanted: Literal["caught", "passed"], number: int, given: Any
) -> Example:
    where = f"{rule}, {wanted} {number}"
    if isinstance(given, dict) and "type" in given and not set(given) - _OF_THING:
        region = str(given.get("region", "eu-west-1"))
        thing = Resource("step:x", str(given["type"]), region, properties=given.get("properties") or {})
        return Example(rule, wanted, number, thing, given.get("config") or {})
    if not isinstance(given, dict) or set(given) - _MEMBERS or "operation" not in given:
        raise Malformed(
            source.name, (f"{where}: it has to hold an operation, and {', '.join(sorted(_MEMBERS))} at most",)
        )
    try:
        proposal = Proposal(
            principal=Principal("example", given.get("kind", "perform"), "builtin", "cli", "gym"),
            operation=Operation.parse(str(given["operation"])),
            effect=Effect(given.get("effect", "change")),
            region=str(given.get("region", "eu-west-1")),
            arguments=given.get("arguments") or {},
            facts=given.get("facts") or {},
        )
    except (ValueError, Usage) as error:
        raise Malformed(source.name, (f"{where}: {error}",)) from error
    return Example(rule, wanted, number, proposal, given.get("config") or {})
