"""A case for an expert without a cloud: what attempts come to is said by the test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skywright.brains.base import Context, Tried
from skywright.brains.model.case import Case, Docs
from skywright.brains.model.talk import Reply, Said
from skywright.clouds.aws.cloud import aws
from skywright.model.call import Call, CallError, Outcome
from skywright.model.exchange import Exchange, Spent
from skywright.model.operation import Operation
from skywright.model.program import Program
from skywright.model.resource import Resource
from skywright.model.verdict import Decision, Principal, Verdict

CLOUD = aws()
WEB = Resource("i-0aaaaaaaaaaaaaaa1", "ec2:instance", "us-east-1", ("vol-0aaaaaaaaaaaaaaa1",), name="web-1")
DISK = Resource("vol-0aaaaaaaaaaaaaaa1", "ec2:volume", "us-east-1", properties={"Size": 8})
OTHER = Resource("i-0bbbbbbbbbbbbbbb2", "ec2:instance", "us-east-1", name="bystander")
THERE = {one.id: one for one in (WEB, DISK, OTHER)}


def call(operation: str, arguments: Mapping[str, Any], result: Any = None, code: str = "") -> Call:
    """A call that was answered, or refused by the cloud with that code."""
    what = Operation.parse(operation)
    error = CallError(code, f"no {what.name}") if code else None
    return Call(
        id="c",
        principal=Principal("r", "explore", "b", "cli", "t"),
        operation=what,
        effect=CLOUD.effects.effect(what),
        region="us-east-1",
        arguments=arguments,
        at=0.0,
        verdict=Verdict(Decision.ALLOW, "test"),
        outcome=Outcome(400 if code else 200, None if code else result or {}, error, 0.0),
    )


@dataclass
class Workshop:
    """Tries nothing: gives what it was told to give, the last for ever."""

    outcomes: Sequence[Tried]
    modality: str = "cli"
    target: str = "t"
    languages: Mapping[str, str] = field(default_factory=lambda: {"cli": "bash", "sdk": "python"})
    again: Tried = field(default_factory=lambda: Tried(True))
    ran: list[tuple[str, str]] = field(default_factory=list)
    performed: list[Program] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)

    def run(self, modality: str, artefact: str, seconds: float) -> Tried:
        self.ran.append((modality, artefact))
        return self.outcomes[min(len(self.ran), len(self.outcomes)) - 1]

    def perform(self, program: Program) -> Tried:
        self.performed.append(program)
        return self.again

    def seconds_left(self) -> float:
        return 60.0

    def spent(self) -> Spent:
        return Spent()

    def record(self, exchange: Exchange) -> None:
        raise AssertionError(exchange)

    def keep(self, name: str, text: str) -> Path:
        self.kept[name] = text
        return Path("/kept") / name


class Model:
    """Says these one after the other, the last for ever."""

    def __init__(self, *replies: str) -> None:
        self.replies = replies
        self.heard: list[list[Said]] = []

    def reply(self, talk: Sequence[Said], seconds: float) -> Reply:
        self.heard.append(list(talk))
        return Reply(self.replies[min(len(self.heard), len(self.replies)) - 1])

    def told(self, number: int) -> str:
        """What it was told last before that reply, from 0."""
        return self.heard[number][-1].text


def case(request: str, workshop: Workshop, docs: Docs | None = None, **options: Any) -> Case:
    """That request, with two machines and a disk there."""
    nobody: Any = None
    context = Context(CLOUD, nobody, "us-east-1", options.pop("answers", {}), workshop)
    return Case(request, context, workshop, THERE, "ec2:instance web-1", docs, **options)


def block(language: str, code: str) -> str:
    """A reply with one block."""
    return f"I think.\n\n```{language}\n{code}\n```"
