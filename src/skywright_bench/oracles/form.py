"""How a task's file says what is to come of it. Owns the form of its rows and what is said of mistakes.

`expect` rows say what becomes of things: what changes, goes, comes, and what may. `answer` rows say what is
to be told. Both choose things by conditions (see `conditions`) on the properties in `closely.PROPERTIES`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from skywright_bench.oracles.closely import PROPERTIES
from skywright_bench.oracles.conditions import NAMING, WORDS, Conditions

DEMANDS: Mapping[str, str] = {
    "changes": "to",
    "goes": "",
    "comes": "with",
    "may_change": "",
    "may_go": "",
    "may_come": "",
    "now": "is",
}
"""What a row of `expect` may begin with, and under which key it says what must be true then."""


@dataclass(frozen=True, slots=True)
class End:
    """One row of `expect`.

    Attributes:
        verb: one of `DEMANDS`.
        where: which things: as they were before, or for `comes`, `may_come` and `now` as they are afterwards.
        demand: what they must be afterwards.
        also: properties that may be otherwise too.
        count: how many things; None if any number but none.
    """

    verb: str
    kind: str
    where: Conditions = field(default_factory=dict[str, Any])
    demand: Conditions = field(default_factory=dict[str, Any])
    also: tuple[str, ...] = ()
    count: int | str | None = None


@dataclass(frozen=True, slots=True)
class Tell:
    """One row of `answer`.

    Attributes:
        key: under which key of the answer.
        kind, where: of which things, as they are then; no kind if it is not of things.
        tell: what is to be told of each besides its identifier: the answer's key, and the property there.
        extreme: `greatest` or `smallest`, and the property by which the things are chosen.
        values: what is to be told if it is not of things.
        counts: whether their number is to be told, not which they are.
    """

    key: str
    kind: str = ""
    where: Conditions = field(default_factory=dict[str, Any])
    tell: Mapping[str, str] = field(default_factory=dict[str, str])
    extreme: tuple[str, str] | None = None
    values: tuple[Any, ...] = ()
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to come of a task."""

    ends: tuple[End, ...]
    tells: tuple[Tell, ...]


def wanted(expect: Any, answer: Any) -> tuple[Wanted, list[str]]:
    """The rows of a task's file, and what is wrong with them."""
    problems: list[str] = []
    ends = [_end(row, f"expect {n}", problems) for n, row in _numbered(expect, "expect", problems)]
    tells = [_tell(row, f"answer {n}", problems) for n, row in _numbered(answer, "answer", problems)]
    found = Wanted(
        tuple(end for end in ends if end is not None), tuple(tell for tell in tells if tell is not None)
    )
    return found, problems


def _numbered(rows: Any, what: str, problems: list[str]) -> Iterable[tuple[int, Mapping[str, Any]]]:
    if rows is None:
        return
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        problems.append(f"'{what}' is no list of rows")
        return
    for number, row in enumerate(cast("Sequence[Any]", rows), 1):
        if isinstance(row, Mapping):
            yield number, cast("Mapping[str, Any]", row)
        else:
            problems.append(f"{what} {number}: that is no row of keys and values")


def _end(row: Mapping[str, Any], at: str, problems: list[str]) -> End | None:
    verbs = [verb for verb in DEMANDS if verb in row]
    if len(verbs) != 1:
        problems.append(f"{at}: it needs just one of {', '.join(DEMANDS)}")
        return None
    (verb,) = verbs
    demand = DEMANDS[verb]
    allowed = {verb, "where", "count"} | ({demand} if demand else set())
    allowed |= {"also"} if verb in ("changes", "may_change") else set()
    problems += [f"{at}: unknown key '{key}'" for key in sorted(row.keys() - allowed)]
    kind = str(row[verb])
    end = End(
        verb,
        kind,
        _table(row.get("where"), f"{at}: where", problems),
        _table(row.get(demand), f"{at}: {demand}", problems) if demand else {},
        tuple(map(str, row.get("also") or ())),
        row.get("count"),
    )
    if verb == "changes" and not end.demand:
        problems.append(f"{at}: it does not say what to change 'to'")
    if verb == "may_change" and not end.also:
        problems.append(f"{at}: it does not say which properties, under 'also'")
    problems += _unknown(at, kind, [*end.where, *end.demand, *end.also])
    return end


def _tell(row: Mapping[str, Any], at: str, problems: list[str]) -> Tell | None:
    allowed = {"key", "of", "counts", "where", "tell", "greatest", "smallest", "is"}
    problems += [f"{at}: unknown key '{key}'" for key in sorted(row.keys() - allowed)]
    sources = [key for key in ("of", "counts", "is") if key in row]
    if "key" not in row or len(sources) != 1:
        problems.append(f"{at}: it needs 'key', and just one of of, counts, is")
        return None
    if "is" in row:
        said = row["is"]
        return Tell(str(row["key"]), values=tuple(said) if isinstance(said, list) else (said,))
    kind = str(row[sources[0]])
    extremes = [(word, str(row[word])) for word in ("greatest", "smallest") if word in row]
    where = _table(row.get("where"), f"{at}: where", problems)
    tell = {str(key): str(value) for key, value in (row.get("tell") or {}).items()}
    problems += _unknown(at, kind, [*where, *tell.values(), *(property for _, property in extremes)])
    return Tell(str(row["key"]), kind, where, tell, next(iter(extremes), None), (), "counts" in row)


def _table(said: Any, at: str, problems: list[str]) -> Conditions:
    if said is None:
        return {}
    if not isinstance(said, Mapping):
        problems.append(f"{at}: that is no table of properties")
        return {}
    table = cast("Mapping[str, Any]", said)
    for property, value in table.items():
        if not isinstance(value, Mapping):
            continue
        words = [str(word) for word in cast("Mapping[Any, Any]", value)]
        if len(words) != 1 or words[0] not in WORDS:
            problems.append(f"{at}: {property} has {words}; there is one of {', '.join(WORDS)}")
            continue
        ((_, other),) = cast("Mapping[Any, Any]", value).items()
        for one in cast("list[Any]", other if isinstance(other, list) else [other]):
            if words[0] in NAMING and str(one).partition(" ")[0] not in PROPERTIES:
                problems.append(f"{at}: {property} names '{one}', which is no kind and name")
    return table


def _unknown(at: str, kind: str, properties: Iterable[str]) -> list[str]:
    known = PROPERTIES.get(kind)
    if known is None:
        return [f"{at}: there is no kind '{kind}'; there is {', '.join(PROPERTIES)}"]
    names = dict.fromkeys(property.partition(".")[0] for property in properties)
    return [f"{at}: a {kind} has no '{name}'" for name in names if name not in known]
