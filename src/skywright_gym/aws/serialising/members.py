"""Where the members of a structure are in an object of moto's. Owns how that is found out, and remembers
it for all objects of the same make; knows nothing of what becomes of the values.

moto asks of each value, again and again, under which of up to ten names an object may hold a member: its
own name, the name of its shape, the same without the object's or the structure's name in front, and each
of these in snake case. The names are still moto's own to say; here it is asked once for all objects of
one class that hold the same attributes. Whatever is not a plain object or a plain dictionary is left to
moto's own search.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import GetSetDescriptorType
from typing import Any

from moto.core.constants import MISSING
from moto.core.model import OperationModel, Shape
from moto.core.serialize import AttributePickerContext, XFormedAttributePicker

# Makes of object that are remembered for one structure: more come only of dictionaries with free keys.
_MOST_MAKES = 64

Picker = XFormedAttributePicker
Write = Callable[[Any, Picker], Any]


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a structure, at one place of one operation's answer.

    Args:
        key: Its name in the structure.
        shape: Its shape, which knows its parent as moto's names need it.
        name: Under which it is written.
        path: Where it is, as moto's transformers name it; ends with the key.
        write: Puts its value, never None, into words.
    """

    key: str
    shape: Shape
    name: str
    path: str
    write: Write


@dataclass(frozen=True, slots=True)
class Step:
    """Where a member is in objects of one make.

    Args:
        key: The attribute or the dictionary's key, if there is but one and it is certainly there.
        chain: Else the attributes to try in turn.
        transformer: The path of moto's transformer that changes the value, if one does.
        position: The member's among the structure's.
        name: As in the member.
        write: As in the member.
    """

    key: str | None
    chain: tuple[str, ...]
    transformer: str | None
    position: int
    name: str
    write: Write


class Structure:
    """The members of one structure, and where they are in each make of object that was seen so far."""

    def __init__(
        self, members: Callable[[], tuple[Member, ...]], operation: OperationModel, paths: tuple[str, ...]
    ) -> None:
        """`members` is asked once, at the first value: shapes may hold themselves."""
        self._make_members = members
        self._members: tuple[Member, ...] | None = None
        self._operation = operation
        self._paths = paths
        # None for a class whose objects only moto's own search understands.
        self._steps: dict[type, dict[tuple[Any, ...], tuple[Step, ...] | None] | None] = {}

    def present(self, value: Any, picker: Picker) -> Iterator[tuple[Step | Member, Any]]:
        """The members that the value has, in order, with their values; none of these is None.

        One at a time, as moto does it: writing one may change what is found under the next.
        """
        kind = type(value)
        if kind not in self._steps:
            self._steps[kind] = {} if kind is dict or _is_plain(kind) else None
        known = self._steps[kind]
        if known is None:
            yield from self._searched(value, picker)
            return
        fields = value if kind is dict else value.__dict__
        make = tuple(fields)
        if make not in known:
            if len(known) >= _MOST_MAKES:
                known = self._steps[kind] = {}
            known[make] = self._learn(value, kind, fields, picker)
        steps = known[make]
        if steps is None:
            yield from self._searched(value, picker)
            return
        for step in steps:
            held = fields.get(step.key) if step.key is not None else _first(value, step.chain)
            if step.transformer is not None:
                held = picker.response_transformers[step.transformer](held)
            if held is not None:
                yield step, held
            # A property may give its object another attribute, which a later member may be found in.
            if len(fields) != len(make):
                yield from self._searched(value, picker, step.position + 1)
                return

    def members(self) -> tuple[Member, ...]:
        if self._members is None:
            self._members = self._make_members()
        return self._members

    def _searched(self, value: Any, picker: Picker, first: int = 0) -> Iterator[tuple[Member, Any]]:
        """As `present`, by moto's own search; from the `first` member on."""
        for member in self.members()[first:]:
            held = picker(self._asked(value, member))
            if held is not None:
                yield member, held

    def _asked(self, value: Any, member: Member) -> AttributePickerContext:
        return AttributePickerContext(
            obj=value,
            key=member.key,
            shape=member.shape,
            operation_model=self._operation,
            service_model=self._operation.service_model,
            key_path=member.path.removesuffix(f".{member.key}"),
        )

    def _learn(
        self, value: Any, kind: type, fields: Mapping[Any, Any], picker: Picker
    ) -> tuple[Step, ...] | None:
        """None if only moto's own search will do."""
        shared = frozenset[str]() if kind is dict else _class_attributes(kind)
        if kind is not dict and ("__getitem__" in fields or "Meta" in fields):
            return None
        steps: list[Step] = []
        for position, member in enumerate(self.members()):
            names = tuple(picker.get_possible_keys(self._asked(value, member)))
            if any("." in name for name in names):
                return None
            chain = _chain(names, shared, fields)
            transformer = next((path for path in self._paths if member.path.endswith(path)), None)
            if chain or transformer is not None:
                certain = len(chain) == 1 and chain[0] not in shared
                key = chain[0] if certain else None
                steps.append(Step(key, chain, transformer, position, member.name, member.write))
        return tuple(steps)


def _is_plain(kind: type) -> bool:
    """Whether looking among the object's own attributes and in its class is all that `getattr` does."""
    own = kind.__mro__[:-1]
    special = ("__getattribute__", "__getattr__", "__getitem__", "__class__", "Meta")
    if any(name in vars(owner) for owner in own for name in special):
        return False
    return any(isinstance(vars(owner).get("__dict__"), GetSetDescriptorType) for owner in own)


def _class_attributes(kind: type) -> frozenset[str]:
    return frozenset(name for owner in kind.__mro__ for name in vars(owner))


def _chain(names: tuple[str, ...], shared: frozenset[str], fields: Mapping[Any, Any]) -> tuple[str, ...]:
    """Of the possible names those that can hold something, up to the first that certainly does."""
    chain: list[str] = []
    for name in names:
        if name in shared:
            chain.append(name)
        elif name in fields:
            chain.append(name)
            break
    return tuple(dict.fromkeys(chain))


def _first(value: Any, chain: tuple[str, ...]) -> Any:
    for name in chain:
        held = getattr(value, name, MISSING)
        if held is not MISSING:
            return held
    return None
