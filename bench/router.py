"""The router against fixed choices, on recorded cells: `python -m bench.router`

Each request is of a kind as often as in the battles whose results ship; whether a modality carries it out and
how long that takes, is drawn from what those battles recorded of it. The second world is made up: in it one
modality begins to fail half-way. docs/orchestrator.md has the figures.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from skywright.model.result import OWN, Result
from skywright.orchestrator import route
from skywright.orchestrator.battles import cells_of
from skywright.orchestrator.route import Option, Situation
from skywright.orchestrator.table import Table, shipped
from skywright.state.results import NEWEST

REQUESTS, SEEDS = 200, 20
SECOND_USD = 0.002
"""As the router has it."""
OPTIONS = (Option("cli"), Option("sdk"), Option("iac", faithful=False), Option("web", faithful=False))
NAMES = tuple(option.name for option in OPTIONS)


@dataclass(frozen=True)
class Truth:
    """How it is with a modality: its chance, and the seconds that it takes on average."""

    chance: float
    seconds: float

    @property
    def worth(self) -> float:
        return self.chance - SECOND_USD * self.seconds


World = Callable[[int, str, str], Truth]
"""By the number of the request, its kind and the modality."""
Policy = Callable[[Table, str, random.Random], str]


def recorded() -> tuple[Mapping[tuple[str, str], Truth], Mapping[str, int]]:
    """What the battles say of each kind and modality, and how often each kind came."""
    truths: dict[tuple[str, str], Truth] = {}
    often: dict[str, int] = {}
    for cell in shipped():
        came = cell.trials - cell.by_brain
        often[cell.kind] = often.get(cell.kind, 0) + cell.trials
        truths[cell.kind, cell.modality] = Truth((came - cell.by_modality) / came, cell.seconds / came)
    return truths, often


def routed(table: Table, kind: str, chance: random.Random) -> str:
    return route.modality("auto", OPTIONS, Situation(kind), "builtin", table, chance).name


def always(name: str) -> Policy:
    return lambda _table, _kind, _chance: name


def lived(
    world: World, often: Mapping[str, int], policy: Policy, seed: int, know: bool
) -> tuple[float, float]:
    """Regret a request in cents beside the best choice each time, and the share that succeeded."""
    drawn, pick = random.Random(f"world {seed}"), random.Random(f"policy {seed}")
    results: list[Result] = []
    regret, won = 0.0, 0
    kinds = drawn.choices(list(often), list(often.values()), k=REQUESTS)
    for number, kind in enumerate(kinds):
        table = Table((*(shipped() if know else ()), *cells_of(newest(results), OWN)))
        name = policy(table, kind, pick)
        truth = world(number, kind, name)
        best = max(world(number, kind, other).worth for other in NAMES)
        ok = drawn.random() < truth.chance
        regret, won = regret + best - truth.worth, won + ok
        results.append(Result("builtin", name, kind, "", "" if ok else "modality", truth.seconds))
    return 100 * regret / REQUESTS, won / REQUESTS


def newest(results: Sequence[Result]) -> list[Result]:
    """Those that count, as the home's database has it."""
    kept: list[Result] = []
    seen: Counter[tuple[str, str]] = Counter()
    for one in reversed(results):
        seen[one.kind, one.modality] += 1
        if seen[one.kind, one.modality] <= NEWEST:
            kept.append(one)
    return kept


def main() -> None:
    """Print the figures."""
    truths, often = recorded()

    def as_recorded(_number: int, kind: str, name: str) -> Truth:
        return truths[kind, name]

    def sdk_fails(number: int, kind: str, name: str) -> Truth:
        failing = name == "sdk" and number >= REQUESTS // 2
        return Truth(0.2, truths[kind, name].seconds) if failing else truths[kind, name]

    policies: dict[str, tuple[Policy, bool]] = {
        **{f"always {name}": (always(name), True) for name in NAMES},
        "router, with what ships": (routed, True),
        "router, knowing nothing": (routed, False),
    }
    for title, world in (("as recorded", as_recorded), ("made up: sdk fails from half-way", sdk_fails)):
        print(f"{title}; {REQUESTS} requests, mean of {SEEDS} seeds")
        for name, (policy, know) in policies.items():
            runs = [lived(world, often, policy, seed, know) for seed in range(SEEDS)]
            regret, won = (sum(run[part] for run in runs) / SEEDS for part in (0, 1))
            print(f"  {name:<26} regret {regret:6.2f} cents a request, {won:6.1%} succeeded")


if __name__ == "__main__":
    main()
