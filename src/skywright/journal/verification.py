"""Finding what was done to a chain of records. Owns the reasoning; knows neither database nor files."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from skywright.journal.keys import Head, Keys
from skywright.journal.record import Stored

_NEAR: Final = 1000
"""How far from its place a moved record is looked for, where its forerunner is gone."""


class Damage(StrEnum):
    """What was done to a record."""

    CHANGED = "changed"
    REMOVED = "removed"
    REORDERED = "reordered"
    INSERTED = "inserted"
    FOREIGN_KEY = "foreign_key"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the journal, at the record of that number."""

    seq: int
    damage: Damage
    says: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of verifying: how many records there are, and every problem found."""

    records: int
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems


def examine(rows: Callable[[], Iterable[Stored]], keys: Keys, heads: tuple[Head | None, ...]) -> Verification:
    """Check records, and that none has been cut off behind them.

    Args:
        rows: gives the records in the order of their numbers; called again if some are damaged.
        heads: what was remembered of the newest record, in each place where it is kept.
    """
    examination = _Examination(keys, heads)
    for row in rows():
        examination.take(row)
    examination.finish()
    if examination.broken:
        examination.explain(rows)
    return Verification(examination.count, tuple(sorted(examination.problems, key=lambda found: found.seq)))


class _Examination:
    """One pass over the chain. `broken` holds records whose genuine digest is not that of their content."""

    def __init__(self, keys: Keys, heads: tuple[Head | None, ...]) -> None:
        self._keys = keys
        self._heads = heads
        self.count = 0
        self.problems: list[Problem] = []
        self.broken: dict[str, Stored] = {}
        self._seq = 0
        self._digest = keys.fingerprint
        self._sound = True

    def take(self, row: Stored) -> None:
        self.count += 1
        if row.seq != self._seq + 1:
            self._add(self._seq + 1, Damage.REMOVED, _missing(self._seq + 1, row.seq - 1))
            self._sound = False
        follows = row.previous == self._digest or not self._sound
        self._sound = False
        if not self._keys.signed(row.digest, row.signature):
            self._add(
                row.seq,
                Damage.FOREIGN_KEY,
                f"record {row.seq} is not signed with this journal's key: changed, or put there by another",
            )
        elif not row.intact_as(row.seq):
            self.broken[row.digest] = row
        elif not follows:
            self._add(
                row.seq, Damage.INSERTED, f"record {row.seq} does not belong after record {row.seq - 1}"
            )
        else:
            self._sound = True
            if any(head and head.seq == row.seq and head.digest != row.digest for head in self._heads):
                self._add(row.seq, Damage.CHANGED, f"record {row.seq} is not the one that was written last")
        self._seq, self._digest = row.seq, row.digest

    def finish(self) -> None:
        if self.count and None in self._heads:
            says = "the note of the newest record, kept to find a cut tail, has been removed"
            self._add(self._seq, Damage.REMOVED, says)
        newest = max((head.seq for head in self._heads if head), default=0)
        if newest > self._seq:
            self._add(self._seq + 1, Damage.REMOVED, _missing(self._seq + 1, newest) + ", cut off at the end")

    def explain(self, rows: Callable[[], Iterable[Stored]]) -> None:
        """Tell records that were moved from records that were changed, by whom they say they follow."""
        wanted = {row.previous for row in self.broken.values()} - self.broken.keys()
        written = {row.digest: row.seq for row in rows() if row.digest in wanted}
        written[self._keys.fingerprint] = 0
        for row in self.broken.values():
            was = self._number(row, written)
            if was and was != row.seq and row.intact_as(was):
                says = f"record {row.seq} stands in the wrong place: it was written as record {was}"
                self._add(row.seq, Damage.REORDERED, says)
            else:
                self._add(row.seq, Damage.CHANGED, f"record {row.seq} was changed after it was written")

    def _number(self, row: Stored, written: dict[str, int]) -> int | None:
        """The number under which the record was written; None if that cannot be told."""
        trail = [row]
        while trail[-1].previous not in written:
            forerunner = self.broken.get(trail[-1].previous)
            if forerunner is None or len(trail) > len(self.broken):
                break
            trail.append(forerunner)
        number = written.get(trail[-1].previous)
        if number is None:
            # The forerunner is gone: what number makes sense of the record, then?
            near = range(max(1, trail[-1].seq - _NEAR), trail[-1].seq + _NEAR)
            number = next((seq - 1 for seq in near if trail[-1].intact_as(seq)), None)
        if number is None:
            return None
        for passed in reversed(trail):
            number += 1
            written[passed.digest] = number
        return number

    def _add(self, seq: int, damage: Damage, says: str) -> None:
        self.problems.append(Problem(seq, damage, says))


def _missing(first: int, last: int) -> str:
    return f"record {first} is missing" if first == last else f"records {first} to {last} are missing"
