"""Preferences put into a program, whichever brain it comes from.

Owns what a request says itself, which comes before any preference. A preference only adds, or chooses where
the request leaves a choice; the program is proven and agreed to afterwards like any other.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from skywright.clouds.base import Cloud, Shaping
from skywright.clouds.calling import Caller
from skywright.model.operation import Effect, Operation
from skywright.model.preference import Kind, Preference
from skywright.model.program import Program, Step
from skywright.model.values import Value
from skywright.preferences.working import Working
from skywright.program.expand import instances
from skywright.program.references import parse

_SAYS_SIZE = re.compile(
    r"\b[a-z][a-z0-9-]*\.(?:nano|micro|small|medium|large|\d*xlarge|metal)\b"
    r"|\b(?:nano|micro|tiny|small\w*|cheap\w*|little|medium|large\w*|\d*xlarge|big\w*|huge|beefy|powerful)\b"
    r"(?!(?: \w+)? (?:disks?|volumes?|drives?|networks?|subnets?)\b)"
    r"|\b(?:cores?|v?cpus?|ram|memory|gpu|graviton|arm(?:64)?|optimi[sz]ed|general[- ]purpose)\b"
    r"|\bidentical\b|\bsame (?:size|type|kind|specs?)\b"
    r"|(?<!'d )(?<!would )\blike (?:the |our |my )?(?:vm|machine|server|instance|[\w-]*\d)",
    re.I,
)
"""Whatever may be said of a machine's size: to use a preference beside it would be worse than not to."""
_SAYS_PLAIN = re.compile(
    r"\bun-?encrypted\b|\bno encryption\b|\b(?:not?|without|n't)(?: \w+){0,4} encrypt(?:ed|ion)?\b", re.I
)
_SAYS_UNTAGGED = re.compile(r"\buntagged\b|\b(?:no|without)(?: \w+){0,2} tags?\b", re.I)
_NAMING: Final = r"(?:named?|names|call(?:ed)?(?: (?:it|them))?|prefix)\s*[:=]?\s+[\"']?"


@dataclass
class Applied:
    """What came of it.

    Attributes:
        used: those that made a difference, or would have if the program had not been so anyway.
        notes: what was not done, and why; a sentence each.
        reworded: values that a summary may speak of, and what stands in their place now.
    """

    program: Program
    used: list[Preference] = field(default_factory=list[Preference])
    notes: list[str] = field(default_factory=list[str])
    reworded: dict[str, str] = field(default_factory=dict[str, str])


def apply(
    program: Program, preferences: Sequence[Preference], said: str, cloud: Cloud, look: Caller
) -> Applied:
    """The program as these are preferred.

    Args:
        program: type-checked, with a region.
        said: the request and all answers.

    Raises:
        CloudFailed: What machines start from could not be looked at.
    """
    if cloud.shaping is None or not preferences:
        return Applied(program)
    return _Applying(program, said, cloud, cloud.shaping, look).all(preferences)


def astray(
    program: Program, preferences: Sequence[Preference], said: str, cloud: Cloud
) -> tuple[Preference, ...]:
    """The preferences that nothing is made in a region, of regions in which the program makes something that
    could be elsewhere and that the request does not name.
    """
    shaping = cloud.shaping
    if shaping is None:
        return ()
    regions = {
        one.region
        for one in instances(program)
        if one.step.operation is not None and shaping.is_free(one.step.operation, one.arguments)
    }
    never = [each for each in preferences if each.wish.kind is Kind.NEVER_REGION and each.wish.key in regions]
    return tuple(each for each in never if not names(said, each.wish.key))


def names(said: str, word: str) -> bool:
    """Whether a word, as it stands, is among what was said."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", said, re.I) is not None


class _Applying:
    def __init__(self, program: Program, said: str, cloud: Cloud, shaping: Shaping, look: Caller) -> None:
        self._working = Working(program)
        self._applied = Applied(program)
        self._region = program.region
        self._said = said
        self._cloud = cloud
        self._shaping = shaping
        self._look = look

    def all(self, preferences: Sequence[Preference]) -> Applied:
        for each in preferences:
            match each.wish.kind:
                case Kind.TAG:
                    self._tag(each)
                case Kind.SIZE:
                    self._size(each)
                case Kind.ENCRYPTED:
                    self._encrypt(each)
                case Kind.PREFIX:
                    self._prefix(each)
                case Kind.REGION | Kind.NEVER_REGION:
                    pass  # where it goes was settled before there was a program
        self._applied.program = self._working.program()
        return self._applied

    def _creations(self) -> Iterator[tuple[Step, Operation]]:
        for step in self._working.steps():
            operation = step.operation
            if operation is not None and self._cloud.effects.effect(operation) is Effect.CREATE:
                yield step, operation

    def _tag(self, preferred: Preference) -> None:
        wish = preferred.wish
        if self._set_aside(_SAYS_UNTAGGED, preferred, "the request wants no tags"):
            return
        bare: list[str] = []
        for step, operation in self._creations():
            given = self._working.read(step)
            tagged = self._shaping.tagged(operation, given, {_literal(wish.key): _literal(wish.value)})
            if tagged is None:
                bare.append(str(operation))
                continue
            if tagged == given and not _carries(given, wish.key, wish.value):
                self._note(
                    f"{step.id} has another '{wish.key}' already, so {_of(preferred)} is not used there"
                )
                continue
            self._working.write(step, tagged)
            self._use(preferred)
        if bare and preferred in self._applied.used:
            listed = ", ".join(dict.fromkeys(bare))
            self._note(
                f"what {listed} makes takes no tags when it is made, so {_of(preferred)} is not used there"
            )

    def _size(self, preferred: Preference) -> None:
        size = preferred.wish.value
        for step, operation in self._creations():
            given = self._working.read(step)
            now = self._shaping.size(operation, given)
            if not now or now == size:
                if now:
                    self._use(preferred)
                continue
            if self._set_aside(_SAYS_SIZE, preferred, "the request says its own size"):
                return
            if "${" in now:
                self._note(f"the size is only known later, so {_of(preferred)} is not used")
                continue
            sized = self._shaping.sized(operation, given, size)
            if sized is None or sized == given:
                self._note(f"{size} needs another image than {now}, so {_of(preferred)} is not used")
                continue
            self._working.write(step, sized)
            self._applied.reworded[now] = size
            self._use(preferred)

    def _encrypt(self, preferred: Preference) -> None:
        for step, operation in self._creations():
            given = self._working.read(step)
            encrypted = self._shaping.encrypted(operation, given, self._look, step.region or self._region)
            if encrypted is None:
                continue
            if self._set_aside(_SAYS_PLAIN, preferred, "the request wants it unencrypted"):
                return
            self._working.write(step, encrypted)
            self._use(preferred)

    def _prefix(self, preferred: Preference) -> None:
        prefix = preferred.wish.value
        for step, operation in self._creations():
            for template in self._shaping.names(operation, step.arguments):
                self._rename(template, prefix, preferred)

    def _rename(self, template: str, prefix: str, preferred: Preference) -> None:
        first = parse(template)[0]
        if isinstance(first, str):
            self._working.reword(template, self._renamed(template, prefix, preferred))
            return
        value = self._working.value(first.name)
        held = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []
        before = [each for each in held if isinstance(each, str)]
        if not before or len(before) != len(held) or len(parse(template)) > 1:
            self._note(f"the names are only known later, so {_of(preferred)} is not used")
            return
        after: list[Value] = [self._renamed(each, prefix, preferred) for each in before]
        self._working.set(first.name, after[0] if isinstance(value, str) else after)

    def _renamed(self, name: str, prefix: str, preferred: Preference) -> str:
        if name.startswith(prefix):
            self._use(preferred)
            return name
        base = re.sub(r"[-_]?\d+$", "", name)
        given = names(self._said, name) or (
            base and re.search(rf"\b{_NAMING}{re.escape(base)}(?![\w-])", self._said, re.I)
        )
        if given:
            self._note(f"the request gives the name {name}, so {_of(preferred)} is not used")
            return name
        self._applied.reworded[name] = prefix + name
        self._use(preferred)
        return prefix + name

    def _set_aside(self, says: re.Pattern[str], preferred: Preference, because: str) -> bool:
        if not says.search(self._said):
            return False
        if any(True for _ in self._creations()):
            self._note(f"{because}, so {_of(preferred)} is not used")
        return True

    def _use(self, preferred: Preference) -> None:
        if preferred not in self._applied.used:
            self._applied.used.append(preferred)

    def _note(self, sentence: str) -> None:
        if sentence not in self._applied.notes:
            self._applied.notes.append(sentence)


def reworded(summary: str, other: Mapping[str, str]) -> str:
    """A summary with what stands in place of some values now."""
    if not other:
        return summary
    words = "|".join(re.escape(word) for word in sorted(other, key=len, reverse=True))
    return re.sub(rf"(?<![\w-])(?:{words})(?![\w-])", lambda found: other[found[0]], summary)


def _of(preferred: Preference) -> str:
    return f"preference {preferred.id} ({preferred.wish})" if preferred.id else f"'{preferred.wish}'"


def _carries(value: Value, key: str, text: str) -> bool:
    """Whether a tag is among arguments, as a pair or in a map."""
    if isinstance(value, Mapping):
        held = [each for each in value.values() if isinstance(each, str)]
        return (
            value.get(key) == text
            or {key, text} <= {*held}
            or any(_carries(each, key, text) for each in value.values())
        )
    return isinstance(value, list | tuple) and any(_carries(each, key, text) for each in value)


def _literal(text: str) -> str:
    return text.replace("${", "$${")
