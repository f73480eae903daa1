"""The plain request for what exists: that it is changed, or that something is told of it."""

import re
from collections.abc import Callable, Sequence

from skywright.brains.builtin.rewording.reader import Values
from skywright.brains.builtin.rewording.saying import (
    at_most_one,
    bare,
    listed,
    listening,
    named,
    place,
    quoted,
    tags,
)
from skywright.brains.builtin.words.vocabulary import table

_ROOT = re.compile(r"\b(?:root|system|boot|primary|main) ?(?:disk|drive|volume|device|partition)?\b", re.I)
_WHEN = re.compile(r"\b(?:today|yesterday|(?:this|last|past) (?:week|month|day|night))\b", re.I)
_EVERY = re.compile(r"\b(?:all|each|every|both|incl\w*)\b", re.I)
_INSTEAD = re.compile(r"\b(?:swap\w*|replac\w+|instead|exchang\w+|rather than)\b", re.I)
_BELOW = re.compile(r"\b(?:below|under|beneath|less|drops?|falls?|lower|idle|idling|bored)\b", re.I)
_NO_RESTART = re.compile(r"no-?reboot|(?:without|no|not|n't|don't) (?:a )?(?:re-?boot|restart)", re.I)
_SPREAD = re.compile(
    r"\b(?:different|separate|each|every|own|distinct|three|two) (?:\w+ )?(?:zones?|azs?)\b", re.I
)
_DISK_ID = re.compile(r"/dev/|vol-")


def of_machines(text: str) -> Callable[[Values], str]:
    """A writer of a text with the machines in it."""
    return lambda said: text.format(machines(said))


def machines(said: Values) -> str:
    """The machines that are named.

    Raises:
        ValueError: None is.
    """
    if not (names := said.all("vm")):
        raise ValueError(names)
    return listed(names)


def attach(said: Values) -> str:
    """A new disk for a machine."""
    [machine], [size] = said.all("vm"), said.all("gb")
    kind = "".join(f" {kind}" for kind in at_most_one(said, "disk_type"))
    count = "".join(f"{count} " for count in at_most_one(said, "count"))
    return f"Attach {count or 'a '}new {size}{kind} disk{'s' if count else ''} to {quoted(machine)}."


def resize(said: Values) -> str:
    """Another size for machines."""
    [size] = said.all("size")
    return f"Change the size of {machines(said)} to {size}."


def detach(said: Values) -> str:
    """A disk off its machine."""
    disk, vm = at_most_one(said, "disk"), at_most_one(said, "vm")
    if not disk:
        return f"Detach the data disk of {machines(said)}."
    return f"Detach {_disk(disk[0])}{''.join(f' from {quoted(one)}' for one in vm)}."


def move(said: Values) -> str:
    """A disk from one machine to another."""
    vm, [to] = at_most_one(said, "vm"), said.all("to_vm")
    disk = at_most_one(said, "disk")
    what = _disk(disk[0]) if disk else "the data disk"
    return f"Move {what}{''.join(f' from {quoted(one)}' for one in vm)} to {quoted(to)}."


def grow(said: Values) -> str:
    """A disk made larger: to a size, by a size, or twice."""
    what = _one_disk(said)
    if gb := at_most_one(said, "gb"):
        return f"Make {what} {gb[0]}."
    if more := at_most_one(said, "more_gb"):
        return f"Make {what} {more[0]} larger."
    if re.search(r"\b(?:twice|doubl\w+|two times|2x)\b", said.text, re.I):
        return f"Make {what} twice as large."
    raise ValueError(what)


def snapshot(said: Values) -> str:
    """Snapshots of a disk, or of all those of machines."""
    if said.all("disk"):
        return f"Take a snapshot of {_one_disk(said)}{_named(said)}."
    root = _ROOT.search(said.text) and not _EVERY.search(said.text)
    return f"Take a snapshot of {'the root disk' if root else 'all disks'} of {machines(said)}{_named(said)}."


def image(said: Values) -> str:
    """An image of one machine."""
    [machine] = said.all("vm")
    calm = " without restarting it" if _NO_RESTART.search(said.text) else ""
    return f"Make an image of {quoted(machine)}{_named(said)}{calm}."


def open_port(said: Values) -> str:
    """Traffic let in on ports, from everywhere or from some addresses."""
    return f"Open {_ports(said)} on {machines(said)}{_sources(said)}."


def close_port(said: Values) -> str:
    """It is let in no more; who may still reach it can't be told here."""
    if said.all("range"):
        raise ValueError(said)
    return f"Close {_ports(said)} on {machines(said)}."


def narrow_port(said: Values) -> str:
    """A port for some addresses only."""
    if _INSTEAD.search(said.text):  # which of the addresses goes can't be told here
        raise ValueError(said)
    [source] = said.all("range")
    return f"Allow {_ports(said)} on {machines(said)} only from {source}."


def tag(said: Values) -> str:
    """Tags put on machines."""
    if not (pairs := tags(said)):
        raise ValueError(said)
    return f"Tag {machines(said)} with {' and '.join(f'{key}={_value(value)}' for key, value in pairs)}."


def untag(said: Values) -> str:
    """Tags taken off machines."""
    keys = said.all("tag_key")
    if not keys or said.all("tag_value"):
        raise ValueError(said)
    return f"Remove the tag{'s' if len(keys) > 1 else ''} {listed(keys)} from {machines(said)}."


def alarm(said: Values) -> str:
    """An alarm on the CPU of machines."""
    percent = "".join(
        f" {'below' if _BELOW.search(said.text) else 'above'} {figure}"
        for figure in at_most_one(said, "percent")
    )
    span = "".join(f" for {span}" for span in at_most_one(said, "span"))
    return f"Set an alarm{_named(said)} on the CPU of {machines(said)}{percent}{span}."


def metrics(said: Values) -> str:
    """How busy machines were."""
    span = "".join(f" in the last {span}" for span in at_most_one(said, "span"))
    said_when = "" if span else "".join(f" {when[0]}" for when in [_WHEN.search(said.text)] if when)
    return f"What was the CPU load of {machines(said)}{span}{said_when}?"


def cost(said: Values) -> str:
    """What machines, or all of them, cost a month."""
    whose = machines(said) if said.all("vm") else "all machines"
    return f"What do {whose} cost a month{place(said)}?"


def rename(said: Values) -> str:
    """Another name for a machine."""
    [machine], [new] = said.all("vm"), said.all("named")
    return f"Rename {quoted(machine)} to {quoted(new)}."


def network(said: Values) -> str:
    """A new network, with its ranges and subnets."""
    ranges = said.all("range")
    within = f" with the range{'s' if len(ranges) > 1 else ''} {' and '.join(ranges)}" if ranges else ""
    parts = "".join(f" and {count} subnets" for count in at_most_one(said, "count"))
    spread = ", each subnet in a different zone" if _SPREAD.search(said.text) else ""
    return f"Create a network{_named(said)}{within}{parts}{place(said)}{spread}."


def group(said: Values) -> str:
    """A new security group, with the ports that it lets in."""
    if not said.all("named") or len(set(said.all("range"))) > 1 < len(said.all("port")):
        raise ValueError(said)
    ports = f" that opens {_ports(said)}" if said.all("port") else ""
    return f"Create a security group{_named(said)}{ports}{_sources(said)}{place(said)}."


def bucket(said: Values) -> str:
    """A new bucket."""
    if not said.all("named"):
        raise ValueError(said)
    return f"Create a bucket{_named(said)}{place(said)}."


def disk(said: Values) -> str:
    """A new disk that hangs on nothing."""
    [size] = said.all("gb")
    kind = "".join(f" {kind}" for kind in at_most_one(said, "disk_type"))
    return f"Create a {size}{kind} disk{named(said, 'disk')}{place(said)}, not attached to anything."


def balance(said: Values) -> str:
    """A new load balancer in front of machines."""
    return f"Create a load balancer{named(said, 'lb_name')} in front of {machines(said)}{listening(said)}."


def join(said: Values) -> str:
    """Machines into a load balancer."""
    return f"Add {machines(said)} to the load balancer{_balancer(said)}."


def leave(said: Values) -> str:
    """Machines out of a load balancer."""
    return f"Take {machines(said)} out of the load balancer{_balancer(said)}."


def health(said: Values) -> str:
    """Incidents of the cloud."""
    return f"Are there any AWS incidents or maintenance{place(said)} now?"


def _balancer(said: Values) -> str:
    return "".join(f" {quoted(one)}" for one in at_most_one(said, "lb_name"))


def _named(said: Values) -> str:
    return named(said, "named")


def _sources(said: Values) -> str:
    return f" from {' and '.join(ranges)}" if (ranges := said.all("range")) else ""


def _disk(given: str) -> str:
    return f"the disk {given}" if _DISK_ID.match(given) else f"the disk {quoted(given)}"


def _one_disk(said: Values) -> str:
    disk, vm = at_most_one(said, "disk"), at_most_one(said, "vm")
    if disk:
        return _disk(disk[0]) + (f" of {quoted(vm[0])}" if vm and disk[0].startswith("/dev/") else "")
    if not vm:
        raise ValueError(said)
    return f"the {'root ' if _ROOT.search(said.text) else ''}disk of {quoted(vm[0])}"


def _ports(said: Values) -> str:
    numbers = table("protocols")
    given = {str(numbers.get(bare(port).lower(), bare(port))): bare(port) for port in said.all("port")}
    ports: Sequence[str] = list(given.values())  # `ssh, that's 22` is one
    if not ports:
        raise ValueError(said)
    kind = "UDP " if re.search(r"\budp\b", said.text, re.I) else ""
    many = len(ports) > 1 or not ports[0].isalnum()
    return f"{kind}port{'s' if many else ''} {' and '.join(ports)}"


def _value(value: str) -> str:
    return value if re.fullmatch(r"[\w.@:/+-]+", value) else quoted(value)
