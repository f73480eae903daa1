"""One agent: changes what others change too, again and again, is killed now and then and goes on.

Owns what an agent does and what it was told came of it; whether that is so is judged by `judge`.
"""

import itertools
import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bench.agents.place import REGION, Account, Machine, Said

MODALITIES = ("sdk", "cli", "iac", "web")
_IN_WORDS = ("iac", "web")
"""What is asked of these is asked in words: their expert makes the calls."""

_TRIES = 20
_ASK_AGAIN = re.compile(r"proof-stale|lease-held")
_ENDED = {0: "confirmed", 4: "refused", 5: "rolled back", None: "without end"}
_SURELY_NOT = (4, 5)
_LINES = 12
"""About so many a command says of what it is doing."""

Fact = tuple[str, str]
"""Where, and what is to be there."""


@dataclass
class Agent:
    """One agent.

    Attributes:
        killed_every: about one command in so many is killed; 0: none.
        sure: what was confirmed; `unsure`: what may be there or not.
        ended: how its commands ended, by kind.
    """

    number: int
    modality: str
    machine: Machine
    account: Account
    folder: Path
    chance: random.Random
    killed_every: int
    sure: list[Fact] = field(default_factory=list[Fact])
    unsure: set[Fact] = field(default_factory=set[Fact])
    ended: Counter[str] = field(default_factory=Counter[str])
    failures: list[str] = field(default_factory=list[str])

    def work(self, until: float) -> None:
        """Do one thing after the other until that moment (`time.monotonic`), one at least."""
        round = 0
        while not round or time.monotonic() < until:
            words, facts = self._errand(round)
            status = self._done(words)
            if status == 0:
                self.sure.extend(facts)
            elif status not in _SURELY_NOT:
                self.unsure.update(facts)
            round += 1

    def _errand(self, round: int) -> tuple[tuple[str, ...], list[Fact]]:
        mark, port = f"{self.number}x{round}", 10_000 + 100 * self.number + round
        options = ("--target", self.account.name, "--yes", "--json", "--modality", self.modality)
        if self.modality in _IN_WORDS:
            if round % 2:
                asked = f"Open port {port} on web-1 from 10.0.0.0/16"
                return ("do", asked, *options), [(self.account.group, str(port))]
            return ("do", f"tag web-1 with by-{mark}=yes", *options), [(self.account.machine, f"by-{mark}")]
        disks = self.chance.sample(list(self.account.disks), 2)
        file = self.folder / f"{mark}.yaml"
        file.write_text(_program(disks, self.account.group, mark, port))
        facts = [*((disk, mark) for disk in disks), (self.account.group, str(port))]
        return ("apply", str(file), *options), facts

    def _done(self, words: tuple[str, ...]) -> int | None:
        """Give a command, and again as long as others were quicker; gives the status of the last."""
        for _ in range(_TRIES):
            said = self._said(words)
            self.ended[_ENDED.get(said.status, "failed")] += 1
            if said.status not in (0, 4) or "lease-deadlock" in said.out:
                self.failures.append(f"{self.modality} {words[1]}: {(said.out or said.err).strip()[-600:]}")
            if said.status != 4 or not _ASK_AGAIN.search(said.out):
                break
        return said.status

    def _said(self, words: tuple[str, ...]) -> Said:
        if self.killed_every and not self.chance.randrange(self.killed_every):
            return self._killed(words)
        return self.machine.run(*words)

    def _killed(self, words: tuple[str, ...]) -> Said:
        """Give a command, kill it at any moment of its life, and have the run go on, if it had begun."""
        known = self._runs(words)
        process = self.machine.start(*words)
        # By what it says, not by time: how long a stage takes depends on what else the machine does.
        lines = self.chance.randint(1, _LINES)
        if sum(1 for _ in itertools.islice(process.stderr or (), lines)) < lines:
            return self.machine.wait(process)
        time.sleep(self.chance.uniform(0.0, 1.0))
        process.kill()
        self.machine.wait(process)
        self.ended["killed"] += 1
        mine = [run for run in self._runs(words) if run not in known]
        if not mine:
            return self.machine.run(*words)
        self.ended["resumed"] += 1
        return self.machine.run("runs", "resume", mine[0], "--json")

    def _runs(self, words: tuple[str, ...]) -> list[str]:
        """Those for these words."""
        asked = words[1] if words[0] == "do" else f"apply {Path(words[1]).name}"
        return [row["run"] for row in self.machine.ask("runs")["runs"] if row["request"] == asked]


def _program(disks: list[str], group: str, mark: str, port: int) -> str:
    """Read the logs of the disks, then append to each and to the group's rules: time to get in between."""
    reads: list[dict[str, Any]] = []
    writes: list[dict[str, Any]] = []
    for at, disk in enumerate(disks):
        logs = [{"Name": "resource-id", "Values": [disk]}, {"Name": "key", "Values": ["log"]}]
        added = {"Key": "log", "Value": f"${{now{at}.Tags[0].Value}}{mark}."}
        reads.append({"id": f"now{at}", "do": "ec2:DescribeTags", "with": {"Filters": logs}})
        tags = {"Resources": [disk], "Tags": [added]}
        writes.append({"id": f"add{at}", "do": "ec2:CreateTags", "with": tags})
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}
    opened = {"GroupId": group, "IpPermissions": [rule]}
    writes.append({"id": "open", "do": "ec2:AuthorizeSecurityGroupIngress", "with": opened})
    head = {"skywright": 1, "name": f"append {mark}", "region": REGION}
    return yaml.safe_dump({**head, "steps": [*reads, *writes]})
