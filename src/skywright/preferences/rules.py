"""The forms in which a preference can be said, each for a kind of wish (docs/preferences.md).

A text fits one whole or not at all.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from skywright.model.preference import Kind, Wish

_REGION = r"[a-z]{2}(?:-[a-z]+)+-\d"
_SIZE = r"[a-z][a-z0-9-]*\.(?:nano|micro|small|medium|large|\d*xlarge|metal(?:-\d+xl)?)"
_MACHINES = r"(?:vms?|machines?|servers?|instances?)"
_OURS = r"(?:(?:all|every|each|our|my|the|new) )*"
_DISKS = rf"{_OURS}(?:disks?|volumes?|drives?)"
_PAIR = r"[\w.:/@+-]{1,128}=(?:\"[^\"]{0,256}\"|[\w.:/@+-]{0,255}[\w/@+-])"
_AND = r"(?:\s*,\s*(?:and\s+)?|\s+(?:and|or)\s+)"
_THINGS = (
    rf"(?:everything|anything|all|things|resources|all resources|{_OURS}{_MACHINES}"
    r"|what (?:we|i|you) (?:make|create))"
)
_PUT = r"(?:make|create|put|launch|start|deploy|run|go|use|work)"


def _rule(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.I)


def _prefix(name: str) -> str:
    return rf"[\"']?(?P<{name}>[A-Za-z0-9][\w.-]{{0,30}})[\"']?"


_TAG = _rule(
    rf"(?:tag|label)(?: {_THINGS})?(?: (?:with|as))?(?: the)?(?: tags?)? (?P<pairs>{_PAIR}(?:{_AND}{_PAIR})*)"
    rf"(?: (?:on|to) {_THINGS})?"
)
_NEVER = _rule(
    rf"(?:(?:never|don't(?: ever)?|do not(?: ever)?) (?:{_PUT}\s+)?(?:{_THINGS}\s+)?|nothing |avoid )"
    rf"(?:(?:in|to|into)\s+)?(?:the )?(?:regions? )?(?P<regions>{_REGION}(?:{_AND}{_REGION})*)"
)
_PLACE = _rule(
    rf"(?:(?:(?:use|work|stay|go|make|create|put)(?: {_THINGS})?|(?:the|our|my) (?:default )?region is"
    rf"|default region(?: is)?|default to)\s+)?(?:in\s+)?(?:the )?(?:region )?(?P<region>{_REGION})"
)
_TYPE = _rule(
    r"(?:(?:use|make|take|choose|(?:the |our |my )?default (?:size|type)(?: is)?"
    rf"|{_MACHINES} (?:are|should be|must be))\s+)?"
    rf"(?:an? )?(?P<size>{_SIZE})(?: (?:for|as) {_OURS}{_MACHINES}| {_MACHINES})?"
)
_ENCRYPT = _rule(
    rf"encrypt {_DISKS}",
    rf"{_DISKS} (?:are|should|must|have to)(?: always)?(?: be)?(?: always)? encrypted",
    rf"(?:make|create|use) encrypted {_DISKS}",
)
_NAMES = _rule(
    rf"(?:name|call) {_OURS}{_MACHINES} with (?:the |a )?prefix {_prefix('prefix')}",
    rf"prefix (?:the )?(?:names of {_MACHINES}|{_MACHINES}(?: names?)?) with {_prefix('other')}",
    rf"names of {_MACHINES} (?:always )?(?:begin|start) with {_prefix('third')}",
)


def wishes(core: str) -> tuple[Wish, ...] | None:
    """The wishes that a text is, without the words around it; None: it has none of the forms."""
    for pattern, made in _RULES:
        if (found := pattern.fullmatch(core)) is not None:
            return made(found)
    return None


def _tags(found: re.Match[str]) -> tuple[Wish, ...]:
    pairs = [pair.partition("=") for pair in re.findall(_PAIR, found["pairs"])]
    return tuple(Wish(Kind.TAG, key, value.strip('"')) for key, _, value in pairs)


def _never(found: re.Match[str]) -> tuple[Wish, ...]:
    return tuple(
        Wish(Kind.NEVER_REGION, each.lower()) for each in re.findall(_REGION, found["regions"], re.I)
    )


_RULES: Final[Sequence[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[Wish, ...]]]]] = (
    (_TAG, _tags),
    (_NEVER, _never),
    (_PLACE, lambda found: (Wish(Kind.REGION, "", found["region"].lower()),)),
    (_TYPE, lambda found: (Wish(Kind.SIZE, "", found["size"].lower()),)),
    (_ENCRYPT, lambda found: (Wish(Kind.ENCRYPTED),)),
    (_NAMES, lambda found: (Wish(Kind.PREFIX, "", found["prefix"] or found["other"] or found["third"]),)),
)
