"""What a battle's results file tells of brains and modalities. Pure.

A battle gives the same prompts to every modality. So where another modality of the same brain came through,
the failure is the modality's; where none did, it is the brain's, which understood the same words each time.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, cast

from skywright.errors import Malformed
from skywright.model.result import BATTLE, MONITORING, PROVISIONING, UPDATE, Cell, Result

_KINDS: Final = {"provisioning": PROVISIONING, "monitoring": MONITORING, "diagnosis": MONITORING}
_OTHERS: Final = ("bare", "script", "command", "program")
"""Who fights in battles and is no brain of Skywright's."""
_ITS_OWN: Final = ("rolled_back", "crashed", "timed out")
"""How a run says that it began to act and did not come through."""
_NOBODYS: Final = "infrastructure"
_MOST: Final = 1e12
"""No trial takes so many seconds, steps or dollars."""


def results_of(told: object, source: str) -> tuple[Result, ...]:
    """The results of the trials in a battle's file, those of Skywright's own brains.

    Raises:
        Malformed: It is no such file.
    """
    trials = told.get("trials") if isinstance(told, Mapping) else None  # type: ignore[union-attr]
    if not isinstance(trials, list):
        raise Malformed(source, ("it is no battle's results: there is no list 'trials' in it",))
    rows = [_row(row, number, source) for number, row in enumerate(cast("list[object]", trials), 1)]
    ours = [row for row in rows if row["brain"].partition(":")[0] not in _OTHERS and row["cause"] != _NOBODYS]
    tried: dict[object, set[str]] = {}
    for row in ours:
        tried.setdefault(_same(row), set()).add(row["modality"])
    came_through = {_same(row) for row in ours if row["success"]}
    return tuple(_result(row, came_through, len(tried[_same(row)])) for row in ours)


def cells_of(results: Sequence[Result], source: str = BATTLE) -> tuple[Cell, ...]:
    """Their sums."""
    groups: dict[tuple[str, str, str, str], list[Result]] = {}
    for one in results:
        groups.setdefault((one.brain, one.modality, one.kind, one.size), []).append(one)
    return tuple(
        Cell(
            source,
            *key,
            len(some),
            sum(one.fault == "brain" for one in some),
            sum(one.fault == "modality" for one in some),
            round(sum(one.seconds for one in some if one.fault != "brain"), 2),
            sum(one.steps for one in some if one.fault != "brain"),
            round(sum(one.seconds for one in some), 2),
            round(sum(one.usd for one in some), 6),
        )
        for key, some in sorted(groups.items())
    )


def _result(row: Mapping[str, Any], came_through: Collection[object], modalities: int) -> Result:
    return Result(
        row["brain"],
        row["modality"],
        _KINDS.get(row["stage"], UPDATE),
        row.get("size") or "",
        "" if row["success"] else _fault(row, came_through, modalities),
        float(row["seconds"]),
        float(row["steps"] or 0),
        float(row["llm_usd"] or 0),
    )


def _fault(row: Mapping[str, Any], came_through: Collection[object], modalities: int) -> str:
    if modalities > 1:
        return "modality" if _same(row) in came_through else "brain"
    acted = row["status"] in _ITS_OWN or row["cause"] in _ITS_OWN
    return "modality" if acted and row["steps"] else "brain"


def _same(row: Mapping[str, Any]) -> object:
    return row["brain"], row["task"], row["prompt"]


_COLUMNS: Final[Mapping[str, type | tuple[type, ...]]] = {
    "brain": str,
    "modality": str,
    "stage": str,
    "task": str,
    "prompt": str,
    "status": str,
    "cause": str,
    "success": bool,
    "seconds": (int, float),
    "steps": (int, float, type(None)),
    "llm_usd": (int, float, type(None)),
}


def _row(row: object, number: int, source: str) -> Mapping[str, Any]:
    if not isinstance(row, Mapping):
        raise Malformed(source, (f"trial {number} is no object",))
    found = cast("Mapping[str, Any]", row)
    wrong = [
        f"trial {number}: '{name}' is missing or of another form"
        for name, kind in _COLUMNS.items()
        if not isinstance(found.get(name, found), kind) or _absurd(found.get(name))
    ]
    if wrong:
        raise Malformed(source, tuple(wrong[:1]))
    return found


def _absurd(value: object) -> bool:
    return isinstance(value, int | float) and not 0 <= value <= _MOST
