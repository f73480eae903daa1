"""Random results for a shape: as moto's services give them, and worse."""

import random
from collections import OrderedDict, defaultdict
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum, StrEnum
from typing import Any

from botocore import xform_name

TEXTS = (
    "",
    "plain",
    "<a href='x'>&amp; \"b\"</a>",
    "]]>",
    "&&&",
    "\x00\x01\x1f\x7f",
    "line\nline\r\n\ttab",
    "\u2028 \u00a0 \ufeff",
    "\U0001f600 and \u05d0\u05d1",
    "e\u0301",
    "\ud800",
    "true",
    "None",
    "<RequestId>x</RequestId>",
    "x" * 300,
)
_MOMENTS = (
    datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC),
    datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=timezone(timedelta(hours=-7))),
    datetime(1999, 12, 31, 1, 2, 3, 4000),
    "2024-02-29T23:59:59Z",
    "2024-02-29T23:59:59.123456Z",
    "2024-02-29T23:59:59.000+00:00",
    "2024-02-29",
    0,
    1700000000,
    1700000000.25,
    "1700000000",
    "Thu, 29 Feb 2024 23:59:59 GMT",
)


class Colour(Enum):
    """As services keep their choices."""

    RED = "red & <white>"
    NONE = ""


class Words(StrEnum):
    """The same as text."""

    ONE = "one"


class Spoken:
    """Says something that it is not."""

    def __str__(self) -> str:
        return "<spoken> & heard"


class Bag:
    """Gets all its attributes from outside."""

    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)


class Lazy(Bag):
    """Computes some of its attributes; and one of them gives it another."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self._computed = dict(attributes)

    tags = property(lambda self: vars(self)["_computed"].get("tags"))
    name = property(lambda self: vars(self).setdefault("id", "made on the way") and self.absent)
    state = property(lambda self: vars(self)["_computed"].get("state"))
    status = "of the class"


class Dynamic:
    """Answers for attributes that it has not got."""

    def __init__(self, **attributes: Any) -> None:
        self._held = attributes

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_held"][name]
        except KeyError:
            raise AttributeError(name) from None


class Indexed(Bag):
    """Has its members under keys, though it is no dictionary."""

    def __getitem__(self, key: str) -> Any:
        return vars(self)[key]


class Slotted:
    """Has no dictionary of attributes."""

    __slots__ = ("Name", "id", "name", "state")


class Aliased(Bag):
    """Names what moto is to look for."""

    class Meta:
        serialization_aliases = {"Name": "inner.name", "Tags": "labels"}  # noqa: RUF012


class Results:
    """Makes results, the same for the same seed."""

    def __init__(self, seed: int, changing: bool = True) -> None:
        """`changing` says whether an object may change when it is looked at."""
        self._random = random.Random(seed)
        self._kinds = 14 if changing else 13

    def of(self, shape: Any, depth: int = 0) -> Any:
        """A result of that shape, mostly; now and then of another."""
        chance = self._random.random()
        if chance < 0.01:
            return self._random.choice((None, "", 0, [], {}, "text", [None], Spoken(), Colour.RED))
        make = getattr(self, f"_{shape.type_name}", self._string)
        return make(shape, depth)

    def structure(self, shape: Any, depth: int = 0) -> Any:
        held: dict[str, Any] = {}
        for key, member in shape.members.items():
            chance = self._random.random()
            if chance < (0.35 if depth < 4 else 0.85):
                continue
            held[self._name(key, member, shape)] = None if chance > 0.97 else self.of(member, depth + 1)
        held |= {"unrelated": "x"} if self._random.random() < 0.2 else {}
        return self._held(held, shape)

    _structure = structure

    def _name(self, key: str, member: Any, parent: Any) -> str:
        short = key[len(parent.name) :] if key.lower().startswith(parent.name.lower()) else key
        names = (key, key, xform_name(key), xform_name(key), member.name, xform_name(member.name))
        more = (member.serialization.get("name", key), short, xform_name(short))
        return self._random.choice(names + more)

    def _held(self, held: dict[str, Any], shape: Any) -> Any:
        kind = self._random.randrange(self._kinds)
        if kind < 5:
            return held
        if kind < 8:
            # A class of the shape's own name: its name in front of a member's may be left out.
            return type(shape.name, (Bag,), {})(**held) if kind == 7 else Bag(**held)
        if kind == 8:
            return OrderedDict(held)
        if kind == 9:
            return defaultdict(list, held)
        if kind == 10:
            return Aliased(**(held | {"inner": Bag(name="aliased"), "labels": None}))
        if kind == 11:
            return self._random.choice((Dynamic, Indexed))(**held)
        if kind == 12:
            slotted = Slotted()
            for name in set(Slotted.__slots__) & held.keys():
                setattr(slotted, name, held[name])
            return slotted
        return Lazy(**{k: v for k, v in held.items() if k not in ("tags", "name", "state", "status")})

    def _list(self, shape: Any, depth: int) -> Any:
        made = [self.of(shape.member, depth + 1) for _ in range(self._random.choice((0, 0, 1, 1, 2, 3)))]
        if self._random.random() < 0.05:
            made.append(None)
        return tuple(made) if self._random.random() < 0.1 else made

    def _map(self, shape: Any, depth: int) -> Any:
        keys = [self._random.choice(TEXTS) for _ in range(self._random.choice((0, 1, 2)))]
        made = {key: self.of(shape.value, depth + 1) for key in keys}
        if self._random.random() < 0.05:
            made["null"] = None
        return made

    def _string(self, _shape: Any, _depth: int) -> Any:
        if self._random.random() < 0.1:
            return self._random.choice(
                (7, 1.5, True, Colour.RED, Colour.NONE, Words.ONE, Spoken(), b"raw", [])
            )
        return self._random.choice(TEXTS)

    def _boolean(self, _shape: Any, _depth: int) -> Any:
        return self._random.choice((True, False, "true", "True", "false", 0, 1, "no", ""))

    def _integer(self, _shape: Any, _depth: int) -> Any:
        return self._random.choice((0, -1, 7, 2**40, "12", True, 3.9))

    _long = _integer

    def _float(self, _shape: Any, _depth: int) -> Any:
        return self._random.choice((0, 1.5, -2e300, "2.5", float("inf"), 7))

    _double = _float

    def _blob(self, _shape: Any, _depth: int) -> Any:
        return self._random.choice((b"", b"\x00\xff<&>", "text <&>", "\U0001f600"))

    def _timestamp(self, _shape: Any, _depth: int) -> Any:
        return self._random.choice(_MOMENTS)
