"""The plain request that the values of a muddled one come to.

One way of saying each thing, which the rules are sure to read. A value is told in its own words; a name in
quotation marks, so that it is nothing but a name.
"""

from collections.abc import Callable, Mapping

from skywright.brains.builtin.intents.marked import LABELS
from skywright.brains.builtin.rewording import existing, making
from skywright.brains.builtin.rewording.existing import of_machines
from skywright.brains.builtin.rewording.reader import Values
from skywright.brains.builtin.rewording.saying import bare

_PASSED_OVER = frozenset({"vm", "prefix", "count", "place"})
_HELD = frozenset(LABELS.values()) - _PASSED_OVER
"""Labels of what must not be passed over."""


def retell(intent: str, said: Values) -> str:
    """The request in plain words; empty where it can't be told from the values what is meant, or where a
    value has no place in it."""
    writer = _WRITERS.get(intent)
    try:
        plain = writer(said) if writer is not None else ""
    except ValueError:  # as many values as there should be are not there
        return ""
    left = {value for label in _HELD & said.said.keys() for value in said.all(label)}
    return plain if all(bare(value) in plain for value in left) else ""


_WRITERS: Mapping[str, Callable[[Values], str]] = {
    "create-machines": making.create,
    "machines-behind-a-load-balancer": making.behind,
    "attach-a-disk": existing.attach,
    "turn-on-detailed-monitoring": of_machines("Turn on detailed monitoring for {}."),
    "standard-to-spot": of_machines("Turn {} into a spot machine."),
    "state-of-machines": of_machines("What is the state of {}?"),
    "addresses-of-machines": of_machines("What is the public address of {}?"),
    "disks-of-machines": of_machines("Which disks do {} have?"),
    "dependency-graph": of_machines("What does {} depend on?"),
    "service-health": existing.health,
    "start-machines": of_machines("Start {}."),
    "stop-machines": of_machines("Stop {}."),
    "restart-machines": of_machines("Restart {}."),
    "change-the-size-of-machines": existing.resize,
    "detach-a-disk": existing.detach,
    "move-a-disk": existing.move,
    "create-a-disk": existing.disk,
    "resize-a-disk": existing.grow,
    "take-snapshots": existing.snapshot,
    "make-an-image": existing.image,
    "open-a-port": existing.open_port,
    "close-a-port": existing.close_port,
    "narrow-a-port": existing.narrow_port,
    "tag-things": existing.tag,
    "remove-tags": existing.untag,
    "set-an-alarm": existing.alarm,
    "CPU-of-machines": existing.metrics,
    "monthly-cost": existing.cost,
    "create-a-network": existing.network,
    "create-a-bucket": existing.bucket,
    "create-a-security-group": existing.group,
    "protect-machines": of_machines("Turn on termination protection for {}."),
    "unprotect-machines": of_machines("Turn off termination protection for {}."),
    "turn-off-detailed-monitoring": of_machines("Turn off detailed monitoring for {}."),
    "rename-a-machine": existing.rename,
    "static-address": of_machines("Give {} a static public address."),
    "load-balancer-for-existing-machines": existing.balance,
    "add-machines-to-a-load-balancer": existing.join,
    "take-machines-out-of-a-load-balancer": existing.leave,
    "console-output": of_machines("Show the console output of {}."),
}
"""What is told again, by intent; what destroys something is not."""
TOLD = frozenset(_WRITERS)
"""Intents that are told again."""
