"""`python -m skywright_gym.rules_page` writes docs/gym-rules.md: what the gym's cloud does, what can be made
to go wrong in it, how long things take, and where each of these is known from. Owns the page's form; rules,
kinds and durations say the rest.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from skywright_gym.aws.behaviour import Rule, rules
from skywright_gym.aws.behaviour.durations import DURATIONS
from skywright_gym.physics.kinds import KINDS

PAGE = Path(__file__).parents[2] / "docs" / "gym-rules.md"
_SOURCES = ("specification", "recording", "assumption")
_ADDRESS = re.compile(r"https://[^\s;,)]+")


def text() -> str:
    """The page, as it is to be."""
    known = rules()
    lines = [
        "# What the gym's cloud does, and how we know",
        "",
        "<!-- Written by `make pages` from the rules themselves: change those. -->",
        "",
        "The gym is moto with these rules laid over it. Each says where it is known from: a *specification*",
        "of the cloud's own, a *recording* of what a real cloud answered, or an *assumption* of ours. What",
        "no rule speaks of is moto's own.",
        "",
        *_counts([rule.provenance for rule in known], [kind.provenance for kind in KINDS.values()]),
        "",
        "## Rules",
        "",
    ]
    for subject, of_subject in _by_subject(known).items():
        lines += [f"### {subject}", ""]
        lines += [
            _entry(f"`{rule.name}` ({', '.join(rule.services)})", rule.statement, rule.provenance)
            for rule in of_subject
        ]
        lines.append("")
    lines += ["## Kinds of fault", "", "How they are set is told in [faults.md](faults.md).", ""]
    lines += [_entry(f"`{kind.name}`", kind.statement, kind.provenance) for kind in KINDS.values()]
    lines += ["", "## How long things take", "", *_durations()]
    return "\n".join(lines) + "\n"


def _durations() -> list[str]:
    """A table of seconds at both paces; the provenance is of the cloud's."""
    lines = [
        "In seconds on the account's clock: at the pace `quick`, which is the default and always an",
        "assumption, and at the pace `cloud` (`skywright gym clock --durations cloud`), which is known from",
        "where it says.",
        "",
        "| while | quick | cloud | known from |",
        "|---|---:|---:|---|",
    ]
    for one in DURATIONS.values():
        lines.append(f"| {one.what} | {one.quick:g} | {one.cloud:g} | {_told(one.provenance)} |")
    return lines


def _counts(of_rules: Sequence[str], of_kinds: Sequence[str]) -> list[str]:
    """A table of how many rules and kinds are known from where: that which their provenance begins with."""
    lines = ["| known from | rules | kinds of fault |", "|---|---:|---:|"]
    for source in _SOURCES:
        lines.append(f"| {source} | {_led_by(source, of_rules)} | {_led_by(source, of_kinds)} |")
    lines.append(f"| all | {len(of_rules)} | {len(of_kinds)} |")
    partly = (
        sum(_is_partly_assumed(one) for one in of_rules),
        sum(_is_partly_assumed(one) for one in of_kinds),
    )
    lines.append(f"| of these, in part an assumption | {partly[0]} | {partly[1]} |")
    return lines


def _led_by(source: str, provenances: Iterable[str]) -> int:
    return sum(one.startswith(f"{source}:") for one in provenances)


def _is_partly_assumed(provenance: str) -> bool:
    return "assumption:" in provenance and not provenance.startswith("assumption:")


def _by_subject(known: Iterable[Rule]) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in known:
        found.setdefault(rule.name.partition(".")[0], []).append(rule)
    return found


def _entry(title: str, statement: str, provenance: str) -> str:
    return f"- {title}: {statement}\\\n  {_told(provenance)}"


def _told(provenance: str) -> str:
    linked = _ADDRESS.sub(lambda found: f"<{found[0]}>", provenance)
    return re.sub(rf"\b({'|'.join(_SOURCES)}):", r"*\1*:", linked)


if __name__ == "__main__":
    PAGE.write_text(text())
