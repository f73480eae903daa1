"""Whether two answers say the same: up to identifiers, moments, addresses and what each account had before.

Owns what is compared and how identifiers of the one account are known for those of the other. What is
compared is told in docs/recordings.md. Knows shapes, no service.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from skywright.journal.redact import STRUCK
from skywright.model.shape import Shape
from skywright.model.values import Value, texts, with_texts
from skywright.program.identify import Leaf, identifies, leaves

ABSENT: Final = "(absent)"
"""What is told in place of a value that is not there."""
_ID: Final = re.compile(r"[a-z]{1,12}(-[a-z]{1,12})*-[0-9a-f]{8,17}")
_GENERATED: Final = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|([0-9a-f]{2}:){5}[0-9a-f]{2}|[0-9a-f]{8,}|[A-Z0-9]{16,}|\d+"
)
_ADDRESS: Final = re.compile(r".*(Ip|Address|DnsName|DNSName|Hostname|Endpoint|Token|Marker|ETag)")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)")
_NUMBER: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")
_LEAST_WITHIN = 8
"""The shortest identifier that is looked for inside longer texts."""
_MOST_ALIGNED = 300
"""Longer lists are compared in the order in which they came."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two answers differ: JMESPath from the top, and both values there."""

    path: str
    expected: Value
    got: Value


@dataclass
class Translation:
    """Which identifiers of the gym's stand for which of the recorded account's, as far as they are known."""

    names: dict[str, str] = field(default_factory=dict[str, str])
    made: set[str] = field(default_factory=set[str])
    _back: dict[str, str] = field(default_factory=dict[str, str])

    def learn(self, theirs: str, ours: str) -> bool:
        """Take one for the other; false if either is known to be something else."""
        known = self.names.setdefault(theirs, ours), self._back.setdefault(ours, theirs)
        return known == (ours, theirs)

    def note(self, value: Value) -> None:
        """What a change answered: what it names was made in the session, and was not there before."""
        self.made |= set(texts(value))

    def there(self, value: Value) -> Value:
        """What the recorded account was sent, as it has to be sent to the gym."""
        return with_texts(value, lambda text: self.names.get(text) or self._within(text))

    def _within(self, text: str) -> str:
        if len(text) <= _LEAST_WITHIN:
            return text
        for theirs in sorted(self.names, key=len, reverse=True):
            if len(theirs) >= _LEAST_WITHIN and theirs in text:
                text = re.sub(rf"(?<!\w){re.escape(theirs)}(?!\w)", self.names[theirs], text)
        return text


def differences(expected: Value, got: Value, shape: Shape, translation: Translation) -> list[Difference]:
    """Where the gym's answer differs from the recorded one; learns what their identifiers are on the way."""
    return list(_Comparison(translation).compare("", "", (expected, got), shape))


@dataclass(frozen=True)
class _Comparison:
    translation: Translation

    def compare(
        self, path: str, name: str, pair: tuple[Value, Value], shape: Shape | None
    ) -> Iterator[Difference]:
        expected, got = pair
        if isinstance(expected, Mapping) and isinstance(got, Mapping):
            yield from self._objects(path, expected, got, shape)
        elif _is_list(expected) and _is_list(got):
            assert isinstance(expected, Sequence) and isinstance(got, Sequence)
            yield from self._lists(path, name, (expected, got), None if shape is None else shape.item)
        elif not self._alike(Leaf(path, name, str(expected), shape), expected, got):
            yield Difference(path, expected, got)

    def _objects(
        self, path: str, expected: Mapping[str, Value], got: Mapping[str, Value], shape: Shape | None
    ) -> Iterator[Difference]:
        for key in sorted({*expected, *got}):
            inner = f"{path}.{key}" if path else key
            theirs, ours = expected.get(key), got.get(key)
            if _is_empty(theirs) and _is_empty(ours):
                continue
            if key not in expected or key not in got:
                if not self._was_there_before(theirs if key in expected else ours, inner, shape):
                    yield Difference(inner, expected.get(key, ABSENT), got.get(key, ABSENT))
                continue
            below = None if shape is None else shape.members.get(key) or shape.item
            yield from self.compare(inner, key, (theirs, ours), below)

    def _lists(
        self, path: str, name: str, pair: tuple[Sequence[Value], Sequence[Value]], shape: Shape | None
    ) -> Iterator[Difference]:
        expected, got = pair
        pairs, lost, extra = self._aligned(expected, got)
        for number, other in pairs:
            yield from self.compare(f"{path}[{number}]", name, (expected[number], got[other]), shape)
        for number in lost:
            if not self._was_there_before(expected[number], name, shape):
                yield Difference(f"{path}[{number}]", expected[number], ABSENT)
        for other in extra:
            if not self._was_there_before(got[other], name, shape):
                yield Difference(f"{path}[{other}]", ABSENT, got[other])

    def _aligned(
        self, expected: Sequence[Value], got: Sequence[Value]
    ) -> tuple[list[tuple[int, int]], list[int], list[int]]:
        """Which elements stand for each other: those with most in common; clouds tell lists in any order."""
        if max(len(expected), len(got)) > _MOST_ALIGNED:
            both = min(len(expected), len(got))
            return [(n, n) for n in range(both)], [*range(both, len(expected))], [*range(both, len(got))]
        theirs = [self._said(self.translation.there(one)) for one in expected]
        ours = [self._said(one) for one in got]
        known = set(self.translation.names.values())
        scores = sorted(
            (
                (-sum(10 if word in known else 1 for _, word in mine & yours), n != m, n, m)
                for n, mine in enumerate(theirs)
                for m, yours in enumerate(ours)
            ),
        )
        pairs: dict[int, int] = {}
        for _score, _apart, number, other in scores:
            if number not in pairs and other not in pairs.values():
                pairs[number] = other
        left = [number for number in range(len(expected)) if number not in pairs]
        return sorted(pairs.items()), left, [m for m in range(len(got)) if m not in pairs.values()]

    def _said(self, value: Value) -> set[tuple[str, str]]:
        plain = re.compile(r"\[\d+\]")
        if not isinstance(value, Mapping | list):
            return {("", str(value))}
        return {(plain.sub("", path), word) for path, word in _scalars(value)}

    def _was_there_before(self, value: Value, name: str, shape: Shape | None) -> bool:
        """Whether it names something, and nothing that was made in the session."""
        named = {leaf.value for leaf in leaves(value, shape, name=name) if _names(leaf)}
        made = self.translation.made
        return (
            bool(named) and not named & made and not any(one in word for one in _long(made) for word in named)
        )

    def _alike(self, leaf: Leaf, expected: Value, got: Value) -> bool:
        if _is_empty(expected) and _is_empty(got):
            return True
        if expected == STRUCK or (leaf.shape is not None and leaf.shape.kind == "timestamp"):
            return not _is_empty(got)
        if _MOMENT.fullmatch(leaf.value):
            return _MOMENT.fullmatch(str(got)) is not None
        if isinstance(expected, str) and isinstance(got, str):
            return self._same_text(leaf, expected, got)
        return type(expected) is type(got) and expected == got

    def _same_text(self, leaf: Leaf, expected: str, got: str) -> bool:
        if self.translation.there(expected) == got:
            return not _names(leaf) or self.translation.learn(expected, got)
        if _names(leaf):
            return _form(expected) == _form(got) and self.translation.learn(expected, got)
        if _ADDRESS.fullmatch(leaf.name):
            return _form(expected) == _form(got)
        return _NUMBER.sub("#", self._translated(expected)) == _NUMBER.sub("#", got)

    def _translated(self, text: str) -> str:
        return str(self.translation.there(text))


def _is_list(value: Value) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_empty(value: Value) -> bool:
    return value is None or value in ("", [], {})


def _names(leaf: Leaf) -> bool:
    """Whether a text in an answer is what this account calls something, and another calls otherwise."""
    return bool(_ID.fullmatch(leaf.value)) or identifies(leaf)


def _form(text: str) -> str:
    """What is left of an identifier without what was generated of it."""
    return _GENERATED.sub("#", text)


def _long(words: Iterable[str]) -> Iterator[str]:
    return (word for word in words if _ID.fullmatch(word))


def _scalars(value: Value, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _scalars(inner, f"{path}.{name}")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _scalars(inner, f"{path}[0]")
    elif value is not None:
        yield path, str(value)
