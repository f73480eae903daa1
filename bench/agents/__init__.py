"""Agents that change overlapping things of one account side by side, for minutes: `python -m bench.agents`

Some are killed at random moments and resumed, and their machines' clocks are wrong. With `--database` each
has a machine (a home) of its own, and they share that PostgreSQL. A reader from outside (plain boto3) counts
what is there of what was confirmed; the journal is judged by `skywright state serialisable`.
"""

import argparse
import random
import secrets
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bench.agents.agent import MODALITIES, Agent, Fact
from bench.agents.place import Account, Machine, furnished

_SKEWS = (0.0, -200.0, 200.0)
"""More than leases last, and less than AWS lets a signature be out of date (300 s)."""


@dataclass(frozen=True)
class Verdict:
    """What was found when all had come to their ends.

    Attributes:
        lost: confirmed and not there, or there twice; `unasked`: there, and nobody was told so.
        faults: what the journal's judge found; `left`: leases, and who still waits for any.
    """

    lost: Sequence[Fact]
    unasked: Sequence[Fact]
    faults: Sequence[object]
    left: int
    whole: bool

    @property
    def good(self) -> bool:
        return self.whole and not (self.lost or self.unasked or self.faults or self.left)


def judge(agents: Sequence[Agent], account: Account, machine: Machine) -> Verdict:
    """Compare what is there with what agents were told, and ask the journal."""
    sure = Counter(fact for agent in agents for fact in agent.sure)
    unsure = {fact for agent in agents for fact in agent.unsure}
    places = {account.group, *account.disks}
    own = Counter(fact for fact in account.found() if fact[0] in places or fact[1].startswith("by-"))
    faults = machine.ask("state", "serialisable", "--target", account.name)["faults"]
    held = machine.ask("state", "leases", "--target", account.name)
    return Verdict(
        lost=[fact for fact in sure if own[fact] != 1],
        unasked=sorted(own.keys() - sure.keys() - unsure),
        faults=faults,
        left=len(held["leases"]) + len(held["waiting"]),
        whole=machine.run("journal", "verify").status == 0,
    )


def side_by_side(asked: argparse.Namespace, folder: Path) -> bool:
    """Let so many agents work, print what came of it, and say whether it is as it has to be."""
    more = {"SKYWRIGHT_DATABASE": asked.database} if asked.database else {}
    first = Machine(folder / "home", 0.0, more)
    first.run("gym", "up")
    try:
        account = furnished(first, 3 + asked.agents // 4)
        agents = list(_agents(asked, first, account, folder))
        began = time.monotonic()
        with ThreadPoolExecutor(asked.agents) as pool:
            for working in [pool.submit(agent.work, began + 60 * asked.minutes) for agent in agents]:
                working.result()
        minutes = (time.monotonic() - began) / 60
        _tell_work(agents, minutes)
        verdict = judge(agents, account, first)
    finally:
        first.run("gym", "down")
    _tell_verdict(verdict)
    return verdict.good


def _agents(asked: argparse.Namespace, first: Machine, account: Account, folder: Path) -> Sequence[Agent]:
    chance, modalities = random.Random(asked.seed), asked.modalities.split(",")
    found: list[Agent] = []
    for number in range(asked.agents):
        skew = chance.choice(_SKEWS) if asked.skewed else 0.0
        if asked.database:
            machine = first.beside(folder / f"home-{number}", skew, first.more)
        else:
            machine = Machine(first.home, skew)
        modality, own = modalities[number % len(modalities)], random.Random(chance.random())
        found.append(Agent(number, modality, machine, account, folder, own, asked.killed_every))
    return found


def _tell_work(agents: Sequence[Agent], minutes: float) -> None:
    ended = sum((agent.ended for agent in agents), Counter[str]())
    by_modality = Counter[str]()
    for agent in agents:
        by_modality[agent.modality] += agent.ended["confirmed"]
        for failure in agent.failures:
            print(f"agent {agent.number}: {failure}")
    deadlocks = ended["without end"]
    deadlocks += sum("lease-deadlock" in failure for agent in agents for failure in agent.failures)
    modalities = ", ".join(f"{count} {name}" for name, count in by_modality.items())
    rows = {
        "agents": len(agents),
        "minutes": f"{minutes:.1f}",
        "confirmed": f"{ended['confirmed']} ({modalities})",
        **{name: ended[name] for name in ("refused", "rolled back", "failed", "killed", "resumed")},
        "clocks wrong": sum(agent.machine.skew_seconds != 0 for agent in agents),
        "deadlocks": deadlocks,
    }
    _print(rows)


def _tell_verdict(verdict: Verdict) -> None:
    _print(
        {
            "lost updates": _counted(verdict.lost),
            "there unasked": _counted(verdict.unasked),
            "still waiting": verdict.left,
            "serialisable": "yes" if not verdict.faults else f"no: {verdict.faults}",
            "journal": "whole" if verdict.whole else "damaged",
        }
    )


def _counted(facts: Sequence[Fact]) -> str:
    return f"{len(facts)} {', '.join(f'{what} on {where}' for where, what in facts)}".strip()


def _print(rows: Mapping[str, object]) -> None:
    for name, value in rows.items():
        print(f"{name:15} {value}", flush=True)


def main(words: Sequence[str] = ()) -> None:
    """Read the options, let agents work, and exit with 1 if anything was lost."""
    parser = argparse.ArgumentParser("python -m bench.agents", description=__doc__)
    parser.add_argument("--agents", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument(
        "--modalities", default="sdk,cli", help=f"of {','.join(MODALITIES)}, dealt out by turns"
    )
    parser.add_argument("--killed-every", type=int, default=4, metavar="N", help="about one in N; 0: none")
    parser.add_argument("--skewed", action="store_true", help="clocks 200 s slow or fast, or right")
    parser.add_argument("--database", default="", help="postgresql://…, empty: a machine for each agent")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1000))
    asked = parser.parse_args(list(words))
    print(f"seed {asked.seed}")
    with tempfile.TemporaryDirectory(prefix="agents-") as folder:
        if not side_by_side(asked, Path(folder)):
            raise SystemExit(1)
