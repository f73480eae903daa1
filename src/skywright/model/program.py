"""Programs: parameters, steps with data flow between them, expectations, undo.

A string in a step's arguments may hold references `${name.path}`: `name` is a parameter, an
earlier step or, inside a repeated step, `index` (from 0) or `number` (from 1); `path` is
JMESPath into its value. A string that is one reference alone has the type of what it refers
to; otherwise the value is written into the text. `$${` stands for `${`. The result of a
repeated step is the list of its results; `[index]` in a path there means this repetition's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from skywright.model.operation import Operation
from skywright.model.values import Arguments, Value

ParameterType = Literal["string", "integer", "number", "boolean", "list"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that the request decided and that may be another the next time.

    Attributes:
        value: what it is this time; None means that it has to be given.
        minimum, maximum: of a number, or of a string's or list's length.
    """

    name: str
    type: ParameterType
    value: Value = None
    description: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    pattern: str | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Inverse:
    """One operation of a step's undo. Its references see the step's own result as `result`."""

    operation: Operation
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class Alternative:
    """What a step is changed into when it fails in a way that was foreseen: declared, and proven beforehand.

    Attributes:
        on: error codes; `TimedOut` for a step that waits.
        arguments: in place of the step's own of these names; null leaves one out.
        values: of the program's parameters, in place of theirs.
        wait_seconds: how long to wait before the step is tried again.
    """

    on: tuple[str, ...]
    arguments: Arguments = field(default_factory=dict[str, Value])
    values: Arguments = field(default_factory=dict[str, Value])
    wait_seconds: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One operation, or one wait, of a program.

    Exactly one of `operation` and `waiter` is set.

    Attributes:
        waiter: the API model's name for a state to wait for, such as `ec2:instance_running`.
        until: JMESPath over the result; the (reading) operation is repeated until it is true.
        repeat: how often: a number, or a reference to one; None means once, with a plain result.
        when: a reference to a parameter, optionally negated with `!`; the step is left out if false.
        region: empty means the program's.
        tolerate: error codes that mean the step's work is already done.
        undo: empty means derived from the operation; see `irreversible`.
        irreversible: why there is no way back; empty means that there is one.
        alternatives: what may be done if it fails, in the order in which they are tried.
    """

    id: str
    operation: Operation | None = None
    waiter: Operation | None = None
    arguments: Arguments = field(default_factory=dict[str, Value])
    until: str | None = None
    timeout_seconds: float = 600.0
    repeat: int | str | None = None
    when: str | None = None
    region: str = ""
    tolerate: tuple[str, ...] = ()
    undo: tuple[Inverse, ...] = ()
    irreversible: str = ""
    alternatives: tuple[Alternative, ...] = ()
    note: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must be true of the cloud afterwards: JMESPath `that` over the result of a reading operation."""

    says: str
    read: Operation
    arguments: Arguments
    that: str
    region: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Program:
    """What is to be done, whole: reviewed, proven and then performed exactly.

    Attributes:
        request: the words that it came from.
        region: the region of every step that names none; may be a reference to a parameter.
        answer: what the user asked to know: plain keys, with references into the steps' results.
        source: what made it: `builtin`, a model's name, `distilled`, `hand`, `undo of RUN`.
    """

    name: str
    steps: tuple[Step, ...]
    cloud: str = "aws"
    region: str = ""
    request: str = ""
    parameters: tuple[Parameter, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    answer: Mapping[str, Value] = field(default_factory=dict[str, Value])
    source: str = "hand"

    def values(self) -> dict[str, Value]:
        """The parameters' present values by name."""
        return {parameter.name: parameter.value for parameter in self.parameters}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing wrong with a program, at a line of its file (0: made in memory) and a place in it."""

    line: int
    place: str
    problem: str

    def __str__(self) -> str:
        where = f"line {self.line}, {self.place}" if self.line else self.place
        return f"{where}: {self.problem}"
