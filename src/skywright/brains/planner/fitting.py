"""Whether an order is for an operation, and what it says of its arguments: every word must find its place.

A word is a verb, what the operation is about, a service, a member or a slot, a word that binds, or a value. A
value belongs to what was named right before it (`table orders`), or is known by its form (an address for
mail). One word without a place, and the operation does not fit: nothing that was said is left out. Asks no
cloud.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from skywright.brains.planner.graph import noun
from skywright.brains.planner.names import parts, singular, thing, unit
from skywright.brains.planner.reading import Order, Word, data, verbs
from skywright.clouds.documented import Convention, Form, Slot
from skywright.model.shape import Shape, Signature
from skywright.model.values import Value

_VAGUE: Final = frozenset(
    {
        "policy",
        "configuration",
        "config",
        "attribute",
        "attributes",
        "setting",
        "v2",
        "status",
        "entry",
        "value",
        "by",
    }
)
"""What need not be said of what an operation is about."""
_RANGE: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}")
_TAG: Final = re.compile(r"([\w.:/-]+)=([\w.:/@+-]*)")


@dataclass(frozen=True, slots=True)
class Given:
    """A value as it was said.

    Attributes:
        article: the word before what it names: `a` for what may have to be made, `the` for what is there.
    """

    text: str
    article: str = ""


@dataclass
class Fitting:
    """What an order says of an operation's arguments.

    Attributes:
        members: by member, what was said.
        slots: by the name of a slot, what was said.
        refers: whether something is referred to as `it`.
        tags: as `key=value`.
    """

    signature: Signature
    members: dict[str, Given] = field(default_factory=dict[str, Given])
    slots: dict[str, str] = field(default_factory=dict[str, str])
    forms: dict[str, Form] = field(default_factory=dict[str, Form])
    tags: dict[str, str] = field(default_factory=dict[str, str])
    refers: bool = False
    articles: dict[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])


Role = tuple[str, ...] | Slot
"""What was named last: the words of it, or a slot."""


def fit(
    order: Order,
    signature: Signature,
    convention: Convention,
    called: frozenset[str],
    it: tuple[str, ...] = (),
) -> Fitting | None:
    """How the order fits the operation; None if it does not.

    Args:
        called: the words that its service is called by.
        it: the words for what `it` means.
    """
    verb, *_ = re.findall(r"[A-Z][a-z0-9]*", signature.operation.name) or [""]
    if verb not in verbs()[order.verb] or convention.declines:
        return None
    walk = _Walk(order, signature, convention, called, it)
    return walk.fitting if walk.all_placed() else None


class _Walk:
    """From one word to the next."""

    def __init__(
        self,
        order: Order,
        signature: Signature,
        convention: Convention,
        called: frozenset[str],
        it: tuple[str, ...],
    ) -> None:
        self._it = it
        self._words = order.words
        self._convention = convention
        self._called = called
        self._noun = noun(signature.operation)
        self._things = _things(signature.input, self._noun)
        self._role: Role | None = None
        self._naming = False
        self._article = ""
        self._said: set[str] = {singular(order.verb)}
        self.fitting = Fitting(signature)

    def all_placed(self) -> bool:
        """Whether every word has its place, and what the operation is about was said."""
        at = 0
        while at < len(self._words):
            taken = self._phrase(at) or self._value(at)
            if not taken:
                return False
            at += taken
        return all(part in self._said | self._called | _VAGUE for part in self._noun)

    def _phrase(self, at: int) -> int:
        """How many words from here on name something, or only bind; 0: it is a value."""
        word = self._words[at]
        if not word.plain or (self._naming and word.kind != "mark"):
            return 0
        for length in range(min(4, len(self._words) - at), 0, -1):
            said = tuple(singular(each.plain) for each in self._words[at : at + length])
            role = self._named(said)
            if role is not None:
                self._role = role
                self._said.update(said)
                if isinstance(role, tuple):
                    self.fitting.articles[role] = self._article
                self._article = ""
                return length
        if word.plain in data("refers") and not self._determines(at):
            self.fitting.refers = True
            self._said.update(self._it)
            return 1 if self._it else 0
        if word.plain in data("naming"):
            self._naming = True
            return 1
        if word.plain in ("tagged", "tag", "tags", "labelled", "labeled"):
            return 1
        if word.plain in data("binds"):
            self._article = word.plain if word.plain in ("a", "an", "the", "new") else self._article
            self._said.add(word.plain)
            return 1
        if word.plain in self._called or singular(word.plain) in self._called:
            self._said.add(word.plain)
            return 1
        return 0

    def _determines(self, at: int) -> bool:
        """`this queue`: the word after it says what is meant."""
        return at + 1 < len(self._words) and self._named((singular(self._words[at + 1].plain),)) is not None

    def _named(self, said: tuple[str, ...]) -> Role | None:
        for slot in self._convention.slots:
            if said in {tuple(singular(word) for word in phrase) for phrase in slot.phrases}:
                return slot
        if said in {tuple(map(singular, phrase)) for phrase in self._convention.known_as}:
            self._said.update(self._noun)
            return self._noun
        if (
            said in self._things
            or (said and said == self._noun[: len(said)])
            or said == self._noun[-len(said) :]
        ):
            return said
        return None

    def _value(self, at: int) -> int:
        """How many words from here on are a value with a place; 0: none is."""
        word = self._words[at]
        if word.kind == "number":
            return self._number(at)
        if found := _TAG.fullmatch(word.text):
            self.fitting.tags[found[1]] = found[2]
            return 1
        if (
            word.plain
            and (word.plain in data("never_names") or word.plain in data("binds"))
            and not self._naming
        ):
            return 0
        named, self._naming = self._naming, False
        return 1 if self._place(word, named) else 0

    def _place(self, word: Word, named: bool) -> bool:
        if _RANGE.fullmatch(word.text):
            return self._range(word.text)
        for form in self._convention.forms:
            if re.fullmatch(form.like, word.text) and form.member not in self.fitting.members:
                self.fitting.members[form.member] = Given(word.text)
                self.fitting.forms[form.member] = form
                return True
        if isinstance(self._role, Slot):
            return self._put_slot(self._role, word.text)
        if self._role is None:
            return False
        for member in self._members(self._role):
            if member not in self.fitting.members:
                self.fitting.members[member] = Given(word.text, self.fitting.articles.get(self._role, ""))
                self._role = None
                return True
        if named and self._role == self._noun and "TagSpecifications" in self.fitting.signature.input.members:
            # What has no name of its own is called by a tag.
            return self.fitting.tags.setdefault("Name", word.text) == word.text
        return False

    def _range(self, text: str) -> bool:
        """A range of addresses belongs to the one member for such."""
        takes = [name for name in self.fitting.signature.input.members if "cidr" in parts(name)]
        fits = [name for name in takes if "v6" not in name.lower()]
        if len(fits) != 1 or fits[0] in self.fitting.members:
            return False
        self.fitting.members[fits[0]] = Given(text)
        return True

    def _put_slot(self, slot: Slot, text: str) -> bool:
        if slot.name in self.fitting.slots:
            return False
        self.fitting.slots[slot.name] = text
        self._role = None
        return True

    def _members(self, role: tuple[str, ...]) -> Iterator[str]:
        """The members that a value after these words may be for, the likeliest first."""
        yield from self._things.get(role, ())
        if role in (self._noun, self._noun[-len(role) :], self._noun[: len(role)]):
            yield from self._things.get(self._noun, ())
            yield from self._things.get((), ())

    def _number(self, at: int) -> int:
        """A number belongs to what follows it (`2 shards`), or to what was named before it."""
        after = self._words[at + 1].plain if at + 1 < len(self._words) else ""
        text = self._words[at].text
        shape = self.fitting.signature.input
        if time := unit(after):
            fits = [
                name for name in shape.members if name.lower().endswith(f"in{time}s") or name.lower() == time
            ]
            fits = [name for name in fits if set(thing(name)[0]) <= self._said]
            if len(fits) != 1:
                return 0
            self.fitting.members[fits[0]] = Given(text)
            return 2
        for length in (2, 1):
            words = tuple(singular(word.plain) for word in self._words[at + 1 : at + 1 + length])
            for member in self._things.get(words, ()) if words else ():
                if thing(member)[1] == "count" and shape.members[member].kind == "integer":
                    self.fitting.members[member] = Given(text)
                    self._said.update(words)
                    return 1 + len(words)
        for member in self._members(self._role) if isinstance(self._role, tuple) else ():
            if shape.members[member].kind in ("integer", "number") and member not in self.fitting.members:
                self.fitting.members[member] = Given(text)
                return 1
        return 0


def value_of(shape: Shape, said: str) -> Value:
    """A value of that type out of what was said; None if it can be none."""
    match shape.kind:
        case "string":
            chosen = [choice for choice in shape.choices if choice.lower() == said.lower()]
            return (chosen[0] if chosen else None) if shape.choices else said
        case "integer":
            return int(said) if re.fullmatch(r"\d{1,18}", said) else None
        case "number":
            return float(said) if re.fullmatch(r"\d{1,18}(\.\d+)?", said) else None
        case "list":
            inner = value_of(shape.item, said) if shape.item is not None else None
            return None if inner is None else [inner]
        case _:
            return None


def _things(input: Shape, about: tuple[str, ...]) -> Mapping[tuple[str, ...], Sequence[str]]:
    """The members by what they are about: names come before identifiers, since people say names.

    Those about nothing said (`Name`) are about what the operation is about. What must never be recorded has
    no place: words are.
    """
    found: dict[tuple[str, ...], list[str]] = {}
    order = {"name": 0, "plain": 1, "id": 2, "count": 3, "unit": 4}
    for member in sorted(input.members, key=lambda name: order[thing(name)[1]]):
        shape = input.members[member]
        if shape.kind in ("string", "integer", "number", "list") and not shape.sensitive:
            found.setdefault(thing(member)[0], []).append(member)
            if thing(member)[0] in (about[:1], about[-1:]) and len(about) > 1:
                found.setdefault(about, []).append(member)
    return found
