"""What `skywright state` costs at an account of 10,000 things: whole commands, as somebody runs them.

The account is one of a gym of its own: machines, each with a disk and an interface. Seconds are those of the
processor, the gym's own included, so that they say the same on a machine that others use; beside them stands
how long it took by the clock. Each is told as a ratio to a floor of the same run: for the commands that look,
the same reads made of the gym with nothing in between and nothing kept; for the others, `skywright
--version`, which only starts.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench._control import Control
from bench.twin import account, furnish
from skywright.clouds.aws.cloud import aws

THINGS = 10_000
QUESTIONS = (
    "SELECT type, count(*), sum(usd_month) FROM resources GROUP BY type",
    "SELECT id FROM resources WHERE json_extract(properties, '$.Placement.AvailabilityZone') = 'eu-west-1a'",
    "SELECT r.id FROM resources r JOIN dependencies d USING (id) WHERE d.needs LIKE 'subnet-%' LIMIT 10",
)


class Home:
    """A home of its own, in which commands are run as by a user."""

    def __init__(self, folder: Path) -> None:
        self.path = folder
        self._environment = os.environ | {"SKYWRIGHT_HOME": str(folder)}

    def run(self, *words: str) -> Mapping[str, Any]:
        """Run a command; gives what it said as JSON."""
        command = [sys.executable, "-m", "skywright", *words]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=True)
        return json.loads(done.stdout) if "--json" in words else {}


@contextmanager
def home() -> Generator[Home]:
    """A home whose gym runs."""
    with tempfile.TemporaryDirectory() as folder:
        one = Home(Path(folder))
        one.run("gym", "up")
        try:
            yield one
        finally:
            one.run("gym", "down")


@dataclass(frozen=True)
class Taken:
    """Seconds of the processor, and by the clock."""

    processor: float
    clock: float


class Meter:
    """Counts this process, its children and the gym's."""

    def __init__(self, gym: int) -> None:
        self._stat = Path(f"/proc/{gym}/stat")

    def of(self, work: Callable[[], Any]) -> Taken:
        """What some work takes."""
        began, started = self._processor(), time.perf_counter()
        work()
        return Taken(self._processor() - began, time.perf_counter() - started)

    def _processor(self) -> float:
        fields = self._stat.read_text().rpartition(")")[2].split()
        ours = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        used = sum(one.ru_utime + one.ru_stime for one in ours)
        return used + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def told(what: str, taken: Taken, floor: Taken, than: str) -> None:
    """Print a row."""
    ratio = taken.processor / floor.processor
    seconds = f"{taken.processor:7.2f} s ({taken.clock:.1f} s by the clock)"
    print(f"{what:<48} {seconds:<32} ×{ratio:<6.2f} {than}", flush=True)


def measure(one: Home) -> None:
    """Print the table."""
    gym = Control.of(one.path / "gym")
    meter, hand = Meter(gym.pid), account(gym, "many")({})
    furnish(hand, THINGS)
    one.run("target", "add", "many", "--gym", "many")
    surveying = aws().surveying
    regions = surveying.regions(hand, "us-east-1")
    surveying.survey(hand, regions[:1])  # what is loaded the first time is nobody's cost
    reading = meter.of(lambda: surveying.survey(hand, regions))
    than = f"reading {len(regions)} regions ({reading.processor:.1f} s)"
    rows = (
        ("refresh, the first", "refresh"),
        ("refresh, nothing new", "refresh"),
        ("drift, the look included", "drift"),
    )
    for what, command in rows:
        words = ("state", command, "--target", "many", "--json")
        told(what, meter.of(partial(one.run, *words)), reading, than)
    start = meter.of(lambda: one.run("--version"))
    than = f"starting ({start.processor:.2f} s)"
    for number, question in enumerate(QUESTIONS, 1):
        words = ("state", "query", question, "--target", "many", "--json")
        told(f"question {number} in SQL", meter.of(partial(one.run, *words)), start, than)


def main() -> None:
    """Print the figures."""
    with home() as one:
        measure(one)


if __name__ == "__main__":
    main()
