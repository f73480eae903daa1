"""Sitting an exam: each prompt is put to the brain, its plan carried out on a copy, and the result judged."""

import argparse
import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.exam.account import OTHER_REGION, REGION, Account, Looking, opened
from bench.exam.judge import Grade, Outcome, judge
from skywright.brains.base import Context
from skywright.brains.builtin.brain import Builtin
from skywright.clouds.aws.cloud import aws
from skywright.clouds.base import Cloud
from skywright.errors import SkywrightError
from skywright.model.advice import Plan, Understanding
from skywright.program.interpret import answer, interpret
from skywright_bench.oracles.state import State, changes, look
from skywright_gym.world import inside

EXAMPLE = Path(__file__).parent / "example.json"
GRADES: Sequence[Grade] = ("right", "asked or declined", "wrong action", "wrong answer")


@dataclass(frozen=True)
class Result:
    """How one row went."""

    row: Mapping[str, Any]
    grade: Grade
    why: str
    seconds: float


@dataclass(frozen=True)
class _Room:
    """Where an exam is sat."""

    account: Account
    looking: Looking
    brain: Builtin
    cloud: Cloud
    before: State


def main(arguments: Sequence[str] = ()) -> None:
    """Sit the exam in the file that is named, and print how it went."""
    parser = argparse.ArgumentParser(prog="python -m bench.exam", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--verbose", action="store_true", help="every failure, with what was done instead")
    given = parser.parse_args(list(arguments))
    results = sit(json.loads(given.file.read_text("utf-8")))
    for line in report(results, given.verbose):
        print(line)


def sit(rows: Sequence[Mapping[str, Any]]) -> list[Result]:
    """Every row's result."""
    with opened() as account:
        with inside(account.world):
            before = look(account, (REGION, OTHER_REGION))
        room = _Room(account, Looking(account), Builtin(), aws(), before)
        return [_sat(row, room) for row in rows]


def report(results: Sequence[Result], verbose: bool) -> list[str]:
    """The lines to be printed: a table by task, the whole, and the failures."""
    tasks = sorted({str(result.row["task"]) for result in results})
    width = max(len(task) for task in [*tasks, "all"])
    lines = [f"{'':{width}}  rows  " + "  ".join(GRADES)]
    for task in [*tasks, "all"]:
        counted = Counter(result.grade for result in results if task in ("all", result.row["task"]))
        shown = "  ".join(f"{counted[grade]:>{len(grade)}}" for grade in GRADES)
        lines.append(f"{task:{width}}  {sum(counted.values()):>4}  {shown}")
    total, seconds = len(results), sorted(result.seconds for result in results)
    shares = [f"{grade} {sum(r.grade == grade for r in results) / total:.1%}" for grade in GRADES]
    lines += [", ".join(shares), f"understanding: {1000 * seconds[total // 2]:.0f} ms a prompt (median)"]
    for result in results if verbose else ():
        if result.grade != "right":
            row = result.row
            lines += [f"\n{row['id']} [{result.grade}] {row['prompt']}", f"    meant {row['intent']}"]
            lines += [f"    {result.why}"]
    return lines


def _sat(row: Mapping[str, Any], room: _Room) -> Result:
    context = Context(room.cloud, room.looking, REGION)
    started = time.perf_counter()
    understood = room.brain.understand(str(row["prompt"]), context)
    seconds = time.perf_counter() - started
    grade, why = judge(row["intent"], _done(understood, room))
    return Result(row, grade, why, seconds)


def _done(understood: Understanding, room: _Room) -> Outcome:
    """What became of a copy of the account."""
    if not isinstance(understood, Plan):
        return Outcome(None, str(understood))
    copy = room.account.copy()
    told: Mapping[str, Any] = {}
    failure = ""
    try:
        results = interpret(
            understood.program, copy, room.cloud.catalogue, copy.wait, copy.now, lambda _: None
        )
        told = answer(understood.program, results)
    except SkywrightError as failed:
        failure = f"failed: {failed}"
    before, after = _looks(copy, room)
    said = f"{understood.program.name}: {understood.summary}"
    return Outcome(understood.program, said, copy.calls, changes(before, after), told, failure, before)


def _looks(copy: Account, room: _Room) -> tuple[State, State]:
    """The account before and after; where nothing was called that changes anything, nothing has changed."""
    if not copy.calls:
        return room.before, room.before
    elsewhere = {region for _, _, region in copy.calls if region} - {REGION, OTHER_REGION}
    with inside(room.account.world):
        before = {**room.before, **look(room.account, elsewhere)}
    copy.wait(60)  # whatever is still under way comes to its end
    with inside(copy.world):
        return before, look(copy, {REGION, OTHER_REGION, *elsewhere})
