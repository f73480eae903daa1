"""Prompts with what was meant marked in place: what values and orders are learnt from.

A line is `TASK<TAB>TEXT`, where `[label:words]` stands around the words that say a value. People of many
kinds wrote them, each by itself; `none` are messages after which nothing may be done, `other` ask for
something else. 13 to 22 are former exams, whose values were marked by what their authors said they meant;
they measure nothing any more. 23 to 27 are of what is asked for next to the eleven tasks.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "marked_prompts"
INTENTS: Mapping[str, str] = {
    "one-vm": "create-machines",
    "n-vms": "create-machines",
    "behind-lb": "machines-behind-a-load-balancer",
    "attach-disk": "attach-a-disk",
    "monitoring": "turn-on-detailed-monitoring",
    "to-spot": "standard-to-spot",
    "vm-status": "state-of-machines",
    "public-address": "addresses-of-machines",
    "disks": "disks-of-machines",
    "dependencies": "dependency-graph",
    "health": "service-health",
    "start": "start-machines",
    "stop": "stop-machines",
    "restart": "restart-machines",
    "delete": "delete-machines",
    "resize": "change-the-size-of-machines",
    "detach-disk": "detach-a-disk",
    "delete-disk": "delete-a-disk",
    "grow-disk": "resize-a-disk",
    "create-disk": "create-a-disk",
    "move-disk": "move-a-disk",
    "open-port": "open-a-port",
    "close-port": "close-a-port",
    "narrow-port": "narrow-a-port",
    "tag": "tag-things",
    "untag": "remove-tags",
    "snapshot": "take-snapshots",
    "image": "make-an-image",
    "alarm": "set-an-alarm",
    "metrics": "CPU-of-machines",
    "cost": "monthly-cost",
    "list": "state-of-machines",
    "network": "create-a-network",
    "bucket": "create-a-bucket",
    "group": "create-a-security-group",
    "protect": "protect-machines",
    "unprotect": "unprotect-machines",
    "rename": "rename-a-machine",
    "static-ip": "static-address",
    "lb-existing": "load-balancer-for-existing-machines",
    "lb-join": "add-machines-to-a-load-balancer",
    "lb-leave": "take-machines-out-of-a-load-balancer",
}
"""The intent of each task; `none` and `other` are of no one."""
NONE, OTHER = "none", "other"
_MAKING = frozenset({"one-vm", "n-vms", "behind-lb"})
LABELS: Mapping[str, str] = {
    "vm": "vm",
    "prefix": "prefix",
    "count": "count",
    "size": "size",
    "place": "place",
    "zone": "zone",
    "root_gb": "gb",
    "disk_gb": "gb",
    "disk_type": "disk_type",
    "lb_name": "lb_name",
    "lb_port": "lb_port",
    "target_port": "target_port",
    "tag_key": "tag_key",
    "tag_value": "tag_value",
    "disk": "disk",
    "more_gb": "more_gb",
    "port": "port",
    "source": "range",
    "cidr": "range",
    "subnet_cidr": "range",
    "subnets": "count",
    "group_name": "named",
    "percent": "percent",
    "minutes": "span",
    "hours": "span",
    "alarm_name": "named",
    "image_name": "named",
    "net_name": "named",
    "bucket": "named",
    "new_name": "named",
    "to_vm": "to_vm",
}
"""What each label is learnt as: which disk is meant, or what it is that has a name, follows from the task."""
_MARK = re.compile(rf"\[({'|'.join(LABELS)}):((?:[^\[\]]|\[[^\[\]]*\])+)\]")


@dataclass(frozen=True, slots=True)
class Marked:
    """A prompt as it was typed.

    Attributes:
        spans: (label, first character, last character + 1) of each value.
    """

    task: str
    text: str
    spans: tuple[tuple[str, int, int], ...]

    @property
    def makes(self) -> bool:
        """Whether the machines that it names are still to be made."""
        return self.task in _MAKING

    @property
    def machines(self) -> list[str]:
        """The names of machines in it."""
        return [self.text[first:last] for label, first, last in self.spans if label == "vm"]


def parse(line: str) -> Marked:
    """Read one line.

    Raises:
        ValueError: There is no task.
    """
    task, said = line.rstrip("\n").split("\t", 1)
    text, at = "", 0
    spans: list[tuple[str, int, int]] = []
    for mark in _MARK.finditer(said):
        text += said[at : mark.start()]
        spans.append((LABELS[mark[1]], len(text), len(text) + len(mark[2])))
        text += mark[2]
        at = mark.end()
    return Marked(task.strip(), text + said[at:], tuple(spans))


def prompts(folder: Path = FOLDER) -> Iterator[Marked]:
    """Every prompt of the folder's files."""
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            if line.strip():
                yield parse(line)
