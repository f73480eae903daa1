"""Finding the operation that some words mean, in the documentation that is on this machine.

Three searches (names with what the API says instead; names and summaries; everything) are fused by
reciprocal ranks, as Cormack, Clarke and Buettcher (SIGIR 2009) do it; what comes out on top is told apart by
what was learnt (`asked`, `learnt`). Owns the order of these; nothing here leaves the machine.
"""

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from functools import cache
from math import exp, log
from pathlib import Path
from typing import Final, TypeVar

from skywright.clouds.aws import models
from skywright.clouds.aws.docs import index, learnt
from skywright.clouds.aws.docs.asked import Asked, figures
from skywright.clouds.aws.docs.index import Entry
from skywright.clouds.aws.docs.learnt import Learnt
from skywright.clouds.aws.docs.pages import read
from skywright.clouds.documented import Found
from skywright.errors import Unavailable
from skywright.model.operation import Operation

_CANDIDATES: Final = 200
_SMOOTHING: Final = 20
_EACH: Final = 150
_NAMES: Final = (1, 1, 1, 1, 1, 1)
_NEAR: Final = (4, 1, 2, 1, 1, 1)
_WHOLE: Final = (8, 1, 5, 1, 1, 2)
"""Weights of the index's fields in each of the searches."""

Run = Sequence[int]
_T = TypeVar("_T")


class Documentation:
    """What botocore's models, their examples and the AWS CLI's say of every operation.

    Args:
        folder: where the index is kept; it is made on first use, which takes some ten seconds.
        services: of which it is made; empty: of all.
    """

    def __init__(self, folder: Path, services: Sequence[str] = ()) -> None:
        self._path = folder / index.file_name()
        self._services = services

    def search(self, text: str, most: int = 20, services: Collection[str] = ()) -> Sequence[Found]:
        """The operations that the words most likely mean, the likeliest first.

        Args:
            services: only of these; empty: of all.

        Raises:
            Unavailable: The index cannot be written or read.
        """
        return self._asked(lambda database: ranked(database, text, services)[:most])

    def called(self) -> Mapping[str, frozenset[str]]:
        """The words that each service is called by, in lower case.

        Raises:
            Unavailable: The index cannot be written or read.
        """
        return self._asked(index.called)

    def named(self, text: str) -> frozenset[str]:
        """The services that the text names.

        Raises:
            Unavailable: The index cannot be written or read.
        """
        return self._asked(lambda database: index.named(database, text))

    def _asked(self, ask: Callable[[sqlite3.Connection], _T]) -> _T:
        if not self._path.exists():
            self._make()
        try:
            return self._opened(ask)
        except sqlite3.DatabaseError:
            # A damaged index is no loss: it is made again.
            self._make()
        try:
            return self._opened(ask)
        except sqlite3.Error as error:
            raise Unavailable(
                f"the index of the documentation, {self._path}, cannot be read: {error}"
            ) from error

    def _make(self) -> None:
        index.make(self._path, read(self._services or models.service_names()))

    def _opened(self, ask: Callable[[sqlite3.Connection], _T]) -> _T:
        with closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)) as database:
            return ask(database)


def ranked(database: sqlite3.Connection, text: str, services: Collection[str] = ()) -> Sequence[Found]:
    """Every candidate of an open index, with how likely it is what is meant among them."""
    rarity = rarity_in(database)
    asked = Asked.of(text, rarity)
    known = learnt.load()
    scored = {
        entry: sum(weight * figure for weight, figure in zip(known.weights, row, strict=True))
        for entry, row in candidates(database, asked, rarity, known, services).items()
    }
    highest = max(scored.values(), default=0.0)
    shares = {entry: exp(score - highest) for entry, score in scored.items()}
    whole = sum(shares.values())
    found = [
        Found(Operation(entry.service, entry.name), round(share / whole, 6))
        for entry, share in shares.items()
    ]
    return sorted(found, key=lambda one: (-one.score, one.operation))


def candidates(
    database: sqlite3.Connection,
    asked: Asked,
    rarity: Callable[[str], float],
    known: Learnt,
    services: Collection[str] = (),
) -> Mapping[Entry, tuple[float, ...]]:
    """What the searches find, with its figures."""
    if not asked.said:
        return {}
    runs = _runs(database, asked, services)
    fused: dict[int, float] = {}
    for run in runs:
        for rank, number in enumerate(run):
            fused[number] = fused.get(number, 0.0) + 1 / (_SMOOTHING + rank)
    best = sorted(fused, key=lambda number: -fused[number])[:_CANDIDATES]
    entries = index.entries(database, best)
    near, whole = ({number: 1 / (1 + rank / 10) for rank, number in enumerate(run)} for run in runs[1:])
    return {
        entries[number]: figures(
            asked, entries[number], (near.get(number, 0.0), whole.get(number, 0.0)), rarity, known
        )
        for number in best
    }


def rarity_in(database: sqlite3.Connection) -> Callable[[str], float]:
    """How much a stem tells: the inverse of how many pages have it."""
    (pages,) = database.execute("SELECT count(*) FROM operations").fetchone()

    @cache
    def rarity(term: str) -> float:
        row = database.execute("SELECT doc FROM words WHERE term = ?", (term,)).fetchone()
        return log(1 + pages / (1 + (row[0] if row else 0)))

    return rarity


def _runs(database: sqlite3.Connection, asked: Asked, services: Collection[str]) -> tuple[Run, Run, Run]:
    said, meant = _any(asked.said), _any((*asked.said, *asked.meant))
    queries = ((f"{{name}} : {meant}", _NAMES), (f"{{name summary}} : {said}", _NEAR), (said, _WHOLE))
    first, second, third = (
        tuple(index.found(database, query, weights, _EACH, services)) for query, weights in queries
    )
    return first, second, third


def _any(stems: Sequence[str]) -> str:
    quoted = [f'"{term}"' for term in stems]
    return f"({' OR '.join(quoted)})"
