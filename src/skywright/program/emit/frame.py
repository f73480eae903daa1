"""What every form of a program shares: names that are free, values known beforehand, words made harmless.

Owns no syntax of any language. A program is specialised before it comes here, so everything that
parameters and the index of a repetition decide is known; only results of steps are not.
"""

import base64
import binascii
import keyword
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from skywright.errors import SkywrightError
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.values import Value
from skywright.program.references import Reference, parse, references
from skywright.program.resolving import Scope, lookup, resolve


class Inexpressible(SkywrightError):
    """The program says something that this form has no safe words for; another modality may have."""


ENCODED_BY_CLIENTS: frozenset[tuple[Operation, str]] = frozenset(
    {
        (Operation("ec2", "RunInstances"), "UserData"),
        (Operation("autoscaling", "CreateLaunchConfiguration"), "UserData"),
    }
)
"""Strings that are base64 on the wire, and that `aws` and boto3 both encode by themselves.

Source: `base64_encode_user_data` in botocore/handlers.py.
"""


@dataclass
class Names:
    """Hands out names that are valid and unlike each other; `taken` are those that mean something already."""

    taken: set[str] = field(default_factory=set[str])

    def name(self, wish: str) -> str:
        """The wish, or what is nearest to it and free."""
        base = re.sub(r"\W", "_", wish, flags=re.ASCII).strip("_") or "value"
        base = f"_{base}" if base[0].isdigit() else base
        found, number = base, 2
        while found in self.taken or keyword.iskeyword(found):
            found, number = f"{base}_{number}", number + 1
        self.taken.add(found)
        return found


@dataclass(frozen=True)
class Known:
    """What can be said of a program's references before it runs.

    Attributes:
        repeats: how often each repeated step is done; a plain step is not there.
    """

    values: Mapping[str, Value]
    steps: frozenset[str]
    repeats: Mapping[str, int]

    @staticmethod
    def of(program: Program) -> "Known":
        return Known(
            values=program.values(),
            steps=frozenset(step.id for step in program.steps),
            repeats={step.id: int(step.repeat) for step in program.steps if step.repeat is not None},
        )

    def of_step(self, reference: Reference) -> bool:
        """Whether the reference is to a step's result, so that its value is not known yet."""
        return reference.name in self.steps

    def left_out(self, reference: Reference) -> bool:
        """Whether the reference is to a step that is not done this time."""
        return not self.of_step(reference) and reference.name not in {*self.values, "index", "number"}

    def static(self, value: Value) -> bool:
        """Whether the value is known beforehand, if need be for each repetition by itself."""
        return not any(self.of_step(reference) for reference in references(value))

    def each(self, value: Value, repeat: int | None) -> list[Value]:
        """What a static value is in each repetition: one value if the step is not repeated."""
        if repeat is None:
            return [resolve(value, Scope(self.values))]
        return [resolve(value, Scope(self.values, index)) for index in range(repeat)]

    def look_up(self, reference: Reference, index: int | None = None) -> Value:
        return lookup(reference, Scope(self.values, index), nulls=False)


def depends_on_index(value: Value) -> bool:
    return any(
        reference.name in ("index", "number") or "[index]" in reference.path
        for reference in references(value)
    )


def varies(text: str) -> bool:
    """Whether a string holds any reference."""
    return any(isinstance(part, Reference) for part in parse(text))


def answered(value: Value, known: Known) -> Value:
    """What a program wants to know, with null where it refers to a step that is not done this time."""
    if isinstance(value, Mapping):
        return {key: answered(inner, known) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [answered(inner, known) for inner in value]
    return None if any(known.left_out(reference) for reference in references(value)) else value


def plain(text: str) -> str:
    """A string without references, its escapes taken out."""
    return "".join(part for part in parse(text) if isinstance(part, str))


def decoded(value: str) -> str | None:
    """The text that a base64 string stands for; None if it is not the base64 of a text."""
    try:
        text = base64.b64decode(value, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    return text if text and base64.b64encode(text.encode()).decode() == value else None


def comment(text: str, width: int = 96) -> list[str]:
    """Somebody's words as comment lines: nothing in them can end the line or steer a terminal."""
    words = "".join(letter if letter.isprintable() else " " for letter in text).split()
    lines: list[str] = []
    line = ""
    for word in words:
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [f"# {line}" for line in [*lines, line] if line]


def regions(program: Program, steps: Iterable[Step]) -> tuple[str, dict[str, str]]:
    """The program's own region, and by step id the region of those steps that go elsewhere."""
    scope = Scope(program.values())
    home = str(resolve(program.region, scope)) if program.region else ""
    away = {
        step.id: region
        for step in steps
        if step.region and (region := str(resolve(step.region, scope))) != home
    }
    return home, away
