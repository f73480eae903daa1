"""Which labels of a request are doubted: those that contradict what is there, or one another.

The reader labels each word as is likeliest by the words around it. What can't be is likeliest no more: a
machine that does not exist beside one that does, two sizes of one thing. Then the next likeliest counts,
if the reader was in doubt; if it was sure, nothing is put right here, and the request is not told again.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from skywright.brains.builtin.rewording.reader import Values

_SURE = 0.8
"""What is likelier than this is not doubted."""
_ADDED = 0.2
"""What was passed over is added only if it is likelier than this."""
_NAMED = 0.02
"""A word that is a machine's name is taken for one even if it is no likelier than this."""
_ONE_OF = frozenset({"count", "size", "gb", "place", "zone", "disk_type", "lb_name"})
"""Labels of what is said once of everything that is asked for."""


def existing(said: Values, there: Collection[str]) -> Values:
    """The same of the machines that exist, without words that were hardly thought to be names.

    Args:
        there: the names of what exists, in small letters.
    """
    named = said.all("vm")
    known = [name for name in named if name.lower() in there]
    doubtful = all(said.odds_of("vm", name) < _SURE for name in named if name not in known)
    if named and doubtful and len(known) < len(named):
        if known:
            return _with(said, "vm", known)
        named = []
    if named:
        return said
    passed_over = [name for name, odds in said.names.items() if odds >= _NAMED and name.lower() in there]
    return _with(said, "vm", passed_over) if len(passed_over) == 1 else said


def readings(said: Values) -> Iterator[Values]:
    """What the request may say, likeliest first: as it was read, each thing once, with a word more."""
    yield said
    single = said
    for label in sorted(label for label in _ONE_OF if said.all(label)):
        single = _with(single, label, _likeliest(said, label))
    if single != said:
        yield single
    for label, word in _passed_over(said.spare):
        yield _with(single, label, [*single.said.get(label, ()), word])


def _likeliest(said: Values, label: str) -> Sequence[str]:
    """The likeliest of several, if the others are doubtful."""
    values = said.all(label)
    best = max(values, key=lambda value: said.odds_of(label, value))
    others = (value for value in values if value != best)
    return [best] if all(said.odds_of(label, value) < _SURE for value in others) else values


def _passed_over(spare: Mapping[tuple[str, str], float]) -> list[tuple[str, str]]:
    likely = [one for one in spare if spare[one] >= _ADDED]
    return sorted(likely, key=lambda one: -spare[one])[:2]


def _with(said: Values, label: str, values: Sequence[str]) -> Values:
    return replace(said, said={**said.said, label: values})
