"""Which of the strings in a trace identify things, where each came from, and where it was sent.

Owns the rule by which data flow is found: a string first seen in an answer and never sent before,
that its shape says is an identifier, comes from that answer. Must not know any service.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from skywright.model.shape import Shape
from skywright.model.values import Value, texts, with_texts
from skywright.program.references import Reference, write

_IDENTIFIES = re.compile(r".*(Id|ID|Arn|ARN|Ids|Arns|Account)")
_NAMES = re.compile(r".*(Name|Url|URL|Endpoint|Address|Ip|Handle|Alias|Version|Location)")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_LEAST_WITHIN = 8
"""The shortest identifier that is looked for inside longer texts."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A string in an answer.

    Attributes:
        path: JMESPath to it from the answer's top.
        name: of the member that it is the value, or an element, of.
    """

    path: str
    name: str
    value: str
    shape: Shape | None


@dataclass(frozen=True, slots=True)
class Origin:
    """The answer (by its call's number) that a string came from, and where in it."""

    call: int
    path: str


@dataclass
class Flow:
    """What is known so far, reading a trace from its beginning."""

    origins: dict[str, Origin] = field(default_factory=dict[str, Origin])
    _known: set[str] = field(default_factory=set[str])
    _said: list[str] = field(default_factory=list[str])

    def there(self, value: Value) -> None:
        """What the value says was there before anything was done: no answer tells it first."""
        self._known |= set(texts(value))

    def sent(self, arguments: Value, region: str) -> None:
        """A request was sent: what it says was not made by a later answer."""
        self._known.add(region)
        for text in texts(arguments):
            if text not in self.origins:
                self._known.add(text)
                if len(text) > _LEAST_WITHIN:
                    self._said.append(text)

    def answered(self, call: int, result: Value, shape: Shape) -> None:
        """An answer came."""
        for leaf in leaves(result, shape):
            if leaf.value in self._known or leaf.value in self.origins or not identifies(leaf):
                continue
            if self._was_said(leaf.value):
                self._known.add(leaf.value)
            else:
                self.origins[leaf.value] = Origin(call, leaf.path)

    def _was_said(self, value: str) -> bool:
        """Whether it stood as a word in a longer text that was sent, such as a policy."""
        word = re.compile(rf"(?<![\w-]){re.escape(value)}(?![\w-])")
        return any(value in text and word.search(text) for text in self._said)

    def refer(self, value: Value, names: Mapping[int, str], used: set[int]) -> Value:
        """The value with what came from earlier answers replaced by references.

        Args:
            names: of the steps that the calls have become, by the calls' numbers.
            used: takes the numbers of the calls that are referred to.
        """
        return with_texts(value, lambda text: write(self._parts(text, names, used)))

    def _parts(self, text: str, names: Mapping[int, str], used: set[int]) -> list[str | Reference]:
        found = self._reference(text, names, used)
        if found is not None:
            return [found]
        parts: list[str | Reference] = []
        at = 0
        for start, end in self._within(text, names):
            reference = self._reference(text[start:end], names, used)
            if reference is not None and start >= at:
                parts += [text[at:start], reference]
                at = end
        return [*parts, text[at:]]

    def _within(self, text: str, names: Mapping[int, str]) -> Iterator[tuple[int, int]]:
        """Where identifiers stand in a longer text as whole words, the longest at each place first."""
        if len(text) <= _LEAST_WITHIN:
            return
        spans: list[tuple[int, int]] = []
        for known, origin in self.origins.items():
            if len(known) < _LEAST_WITHIN or origin.call not in names:
                continue
            start = text.find(known)
            while start >= 0:
                end = start + len(known)
                if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
                    spans.append((start, -end))
                start = text.find(known, end)
        for start, end in sorted(spans):
            yield start, -end

    def _reference(self, text: str, names: Mapping[int, str], used: set[int]) -> Reference | None:
        origin = self.origins.get(text)
        if origin is None or origin.call not in names:
            return None
        used.add(origin.call)
        name, bracket, index = names[origin.call].partition("[")
        if not bracket:
            return Reference(name, origin.path)
        joint = "" if origin.path.startswith("[") else "."
        return Reference(name, f"[{index}{joint}{origin.path}")


def identifies(leaf: Leaf) -> bool:
    """Whether a string in an answer tells one thing from all others, rather than saying how it is.

    An enumeration never does. A member named …Id, …Arn or …Account does if its value has a digit, or is
    an ARN; one named …Name, …Url and the like only if the value looks generated or is made of parts:
    `default`, `available`, `0.0.0.0/0` and the keys of attributes are constants.
    """
    value = leaf.value
    if (leaf.shape is not None and leaf.shape.choices) or len(value) < 4 or len(value) > 2048:
        return False
    if value.startswith("arn:"):
        return True
    digits = any(mark.isdigit() for mark in value)
    if not digits or ("/" in value and value.rpartition("/")[2].isdigit() and "://" not in value):
        return False  # a CIDR, or a word
    if _IDENTIFIES.fullmatch(leaf.name):
        return True
    return (bool(_NAMES.fullmatch(leaf.name)) and not value.replace(".", "").isdigit()) or _address(leaf)


def leaves(value: Value, shape: Shape | None, path: str = "", name: str = "") -> Iterator[Leaf]:
    """Every string in an answer, in the answer's order."""
    if isinstance(value, str):
        yield Leaf(path, name, value, shape)
    elif shape is not None and shape.kind == "string":
        return  # a client read a text for its user, which programs get as it was sent
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            below = None if shape is None else shape.members.get(key) or shape.item
            word = key if _PLAIN.fullmatch(key) else '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'
            yield from leaves(inner, below, f"{path}.{word}" if path else word, key)
    elif isinstance(value, Sequence):
        item = None if shape is None else shape.item
        for number, inner in enumerate(value):
            yield from leaves(inner, item, f"{path}[{number}]", name)


def _address(leaf: Leaf) -> bool:
    """An address that the cloud gave out, such as an elastic one."""
    return leaf.name.endswith(("Ip", "IpAddress")) and leaf.value.count(".") == 3
