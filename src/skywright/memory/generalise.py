"""From a program that worked to one that works for other values: what came from the request is a parameter.

Owns when a value is one. It is, only if everything in the program that it stands for is found: what is left
of it in any other form, or a place that may have it by chance, keeps the value as it is, and then memory
serves only requests that say the same. What the program changes and the request does not name cannot be
generalised at all: nobody could say what it would be the next time.
"""

import base64
import binascii
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Final

from skywright.brains.model.observe import beside
from skywright.clouds.base import Catalogue
from skywright.gate.secrecy import strike_marked
from skywright.journal.redact import STRUCK, redact, redact_text
from skywright.memory import counts
from skywright.memory.entry import Entry, Slot
from skywright.memory.lookups import Reads, lookups
from skywright.memory.words import LONGEST, NUMBER, PLACE, Mention, Said, of_the_moment, read
from skywright.model.program import Expectation, Parameter, Program, Step
from skywright.model.resource import Inventory, Resource
from skywright.model.values import Value, texts, with_texts
from skywright.program.references import Reference, parse, write
from skywright.program.text import dump, load, rows_of

_LEAST_WITHIN: Final = 3
"""The shortest value that is looked for inside longer texts."""
_OF_ONE_ACCOUNT: Final = re.compile(r"\barn:aws|\b(?!ami-)[a-z]{1,12}-[0-9a-f]{8,17}\b|\b\d{12}\b")
_ENCODED: Final = re.compile(r"[A-Za-z0-9+/\s]{16,}={0,2}")


@dataclass(frozen=True, slots=True)
class Worked:
    """What a run did.

    Attributes:
        region: where it acted when the words named no place.
        before: what was there before it.
        touched: ids of what it changed or ended.
        reads: whether an operation only reads.
        results: of the program's steps.
    """

    words: str
    program: Program
    region: str
    before: Inventory
    reads: Reads
    touched: frozenset[str] = frozenset()
    results: Mapping[str, Value] = field(default_factory=dict[str, Value])


def generalised(worked: Worked) -> Entry | None:
    """An entry for memory; None if the program says too little of why it does what it does."""
    if len(worked.words) > LONGEST or of_the_moment(worked.words):
        return None
    said = read(worked.words)
    program, slots = _parametrised(worked.program, said, worked.before)
    named = _named(said, worked.before)
    literal = {text for text in _literals(program) if text in worked.before}
    there = worked.touched & worked.before.keys()
    if there - named - (beside(named, worked.before) - literal):
        return None
    steps = tuple(replace(step, note="") for step in program.steps)
    plain = replace(program, steps=steps, request=worked.words, source="memory")
    entry = Entry(
        id="",
        cloud=program.cloud,
        region=worked.region,
        request=worked.words,
        shape=said.shape,
        program=dump(plain),
        slots=slots,
        lookups=lookups(program, worked.results, worked.reads),
        relied=tuple(sorted(literal)),
    )
    return identified(entry)


def program_of(entry: Entry) -> Program:
    """An entry's program.

    Raises:
        Malformed: The text is none.
    """
    return load(entry.program, f"memory {entry.id}")


def identified(entry: Entry) -> Entry:
    """The entry under its own name: the same program for the same kind of request has the same."""
    free, mentions = {slot.mention for slot in entry.slots}, read(entry.request).mentions
    fixed = [each.text for at, each in enumerate(mentions) if at not in free]
    open_ = {slot.parameter for slot in entry.slots}
    program = program_of(entry)
    blank = [replace(each, value=None) if each.name in open_ else each for each in program.parameters]
    same = replace(program, name="", request="", source="", parameters=tuple(blank))
    said = [entry.cloud, entry.region, entry.shape, fixed, [asdict(slot) for slot in entry.slots], dump(same)]
    digest = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:10]
    return replace(entry, id=f"m-{digest}")


def meant(mention: Mention, inventory: Inventory, type: str = "") -> Resource | None:
    """The one thing that a mention names, by id or by name; None if there is none or there are several."""
    found = [
        one
        for one in inventory.values()
        if mention.text in (one.id, one.name) and (not type or one.type == type)
    ]
    return found[0] if len(found) == 1 else None


def holds_secret(words: str, program: Program, catalogue: Catalogue) -> bool:
    """Whether it may not be remembered: something in it looks like a secret, or the models call it one."""
    rows = rows_of(replace(program, request="", name=""))
    if redact_text(words) != words or redact(rows) != rows or any(STRUCK in text for text in texts(rows)):
        return True
    values = program.values()

    def known(text: str) -> Value:
        """What only refers to what other steps give is not in the program."""
        parts = parse(text)
        given = any(isinstance(part, str) or part.name in values for part in parts)
        return text if given else None

    for step in program.steps:
        if step.operation is not None:
            arguments = with_texts(dict(step.arguments), known)
            if strike_marked(arguments, catalogue.signature(step.operation).input) != arguments:
                return True
    return False


def tied(program: Program) -> bool:
    """Whether the program names things of one account as they are called there; images are anybody's."""
    return any(_OF_ONE_ACCOUNT.search(text) for text in _literals(program))


def _named(said: Said, inventory: Inventory) -> frozenset[str]:
    found = (meant(mention, inventory) for mention in said.mentions)
    return frozenset(one.id for one in found if one is not None)


def _parametrised(program: Program, said: Said, before: Inventory) -> tuple[Program, tuple[Slot, ...]]:
    often = Counter(mention.text.lower() for mention in said.mentions)
    slots: list[Slot] = []
    for at, mention in enumerate(said.mentions):
        if often[mention.text.lower()] > 1 or mention.kind == PLACE:
            continue
        if mention.kind == NUMBER:
            found = counts.parametrised(program, int(mention.text)) if _plain_number(mention) else None
            if found is not None:
                program, name = found
                slots.append(Slot(name, at, "number"))
            continue
        other, fresh = _with_text(program, mention, at, before)
        if fresh and not _remains(other, mention.text):
            program, slots = other, [*slots, *fresh]
    return program, tuple(slots)


def _plain_number(mention: Mention) -> bool:
    return mention.text.isdigit() and len(mention.text) < 7


def _with_text(program: Program, mention: Mention, at: int, before: Inventory) -> tuple[Program, list[Slot]]:
    """The program with parameters for what the mention says, and for the id of what it names."""
    slots: list[Slot] = []
    thing = meant(mention, before)
    if thing is not None and thing.id != mention.text and thing.id in set(_literals(program)):
        program, name = _swapped(program, thing.id, "thing")
        slots.append(Slot(name, at, "resource", thing.type))
    given = any(each.value == mention.text for each in program.parameters)
    if given or any(_places(text, mention.text) for text in _literals(program)):
        program, name = _swapped(program, mention.text, mention.kind.partition(":")[0])
        own = thing is not None and thing.id == mention.text
        slots.append(
            Slot(name, at, "resource" if own else "text", thing.type if own and thing is not None else "")
        )
    return program, slots


def _swapped(program: Program, value: str, name: str) -> tuple[Program, str]:
    """The program with a parameter wherever the value stands."""
    taken = {each.name for each in program.parameters if each.value == value}
    parameter = min(taken) if taken else counts.free_name(program, name)

    def swap(text: str) -> Value:
        parts: list[str | Reference] = []
        for part in parse(text):
            parts += [part] if isinstance(part, Reference) else _split(part, value, parameter)
        return write(parts)

    made = () if taken else (Parameter(parameter, "string", value),)
    return replace(
        program,
        parameters=(*program.parameters, *made),
        steps=tuple(_step(step, swap) for step in program.steps),
        expectations=tuple(_expectation(one, swap) for one in program.expectations),
        answer={key: with_texts(told, swap) for key, told in program.answer.items()},
    ), parameter


def _step(step: Step, swap: counts.Swap) -> Step:
    return replace(step, arguments={name: with_texts(value, swap) for name, value in step.arguments.items()})


def _expectation(one: Expectation, swap: counts.Swap) -> Expectation:
    return replace(one, arguments={name: with_texts(value, swap) for name, value in one.arguments.items()})


def _split(text: str, value: str, parameter: str) -> Iterator[str | Reference]:
    at = 0
    for start in _places(text, value):
        yield from (text[at:start], Reference(parameter))
        at = start + len(value)
    yield text[at:]


def _places(text: str, value: str) -> Sequence[int]:
    """Where the value stands in a text as a word; a short one only if it is the whole text."""
    if text == value:
        return [0]
    if len(value) < _LEAST_WITHIN:
        return []
    return [found.start() for found in re.finditer(rf"(?<![\w.]){re.escape(value)}(?![\w.])", text)]


def _literals(program: Program) -> Iterator[str]:
    """What stands in the program's arguments and answer as it is, apart from references."""
    held: list[Value] = [dict(step.arguments) for step in program.steps]
    held += [dict(one.arguments) for one in program.expectations]
    held.append(dict(program.answer))
    for text in texts(held):
        yield from (part for part in parse(text) if isinstance(part, str) and part)


def _remains(program: Program, value: str) -> bool:
    """Whether something of the value is still in the program, in whatever spelling or encoding."""
    held = [*_literals(program)]
    held += [text for step in program.steps for text in (step.until or "", step.id)]
    held += [text for one in program.expectations for text in (one.that, one.says)]
    held += [key for step in program.steps for key in _keys(dict(step.arguments))]
    held += [each.value for each in program.parameters if isinstance(each.value, str) and each.value != value]
    needle = re.sub(r"[\W_]", "", value).lower()
    return any(needle in re.sub(r"[\W_]", "", text).lower() for one in held for text in (one, _decoded(one)))


def _keys(value: Value) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield key
            yield from _keys(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _keys(inner)


def _decoded(text: str) -> str:
    if not _ENCODED.fullmatch(text):
        return ""
    try:
        return base64.b64decode(text, validate=False).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
