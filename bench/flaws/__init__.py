"""How many flawed programs are refused for the right reason, and how many sound ones are refused.

`python -m bench.flaws` prints both rates by kind of flaw, and of what an outsider wrote. A flaw
counts as found only if the obligation that it is against is not proven, and says why.
"""

from collections import Counter

from bench.flaws.generator import flaws, sound
from bench.flaws.outside import cases
from bench.flaws.prover import Prover, account, misjudged, problem


def main() -> None:
    prover = Prover(account())
    found: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for flaw in flaws():
        wrong = problem(flaw, prover.prove(flaw.text, flaw.budget))
        found[flaw.kind] += 1
        right[flaw.kind] += not wrong
        if wrong:
            print(f"  missed: {flaw.kind}: {wrong}")
    for kind, number in found.items():
        print(f"{right[kind]:>4} of {number:<4} {kind}")
    refused = [name for name, text in sound() if not prover.prove(text, 500.0).ok]
    print(f"{right.total()} of {found.total()} flawed programs refused for the right reason")
    print(f"{len(refused)} of {len([*sound()])} sound programs refused: {', '.join(refused) or 'none'}")
    _outside(Prover({}))


def _outside(prover: Prover) -> None:
    count: Counter[str] = Counter()
    for case in cases():
        wrong = misjudged(case, prover)
        count[case.level] += 1
        count[f"{case.level}, as it should be"] += not wrong
        if wrong:
            print(f"  misjudged: {case.name}: {wrong}")
    print(
        "of what an outsider wrote:", "; ".join(f"{name}: {number}" for name, number in sorted(count.items()))
    )
