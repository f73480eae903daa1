"""What each intent comes to in the account: told off from a ledger of what changed."""

from collections.abc import Callable, Mapping
from typing import Any

from skywright_bench.oracles import making
from skywright_bench.oracles.intents import Intent
from skywright_bench.oracles.ledger import Ledger
from skywright_bench.oracles.state import Change, Row

Expected = Callable[[Intent, Ledger], None]


def _vms(intent: Intent, ledger: Ledger) -> list[str]:
    return [ledger.id("vm", name) for name in intent.all("vms")]


def _property(name: str, value: object) -> Expected:
    """All machines of the intent have this property afterwards."""

    def holds(intent: Intent, ledger: Ledger) -> None:
        for vm in _vms(intent, ledger):
            ledger.becomes("vm", vm, name, value)

    return holds


def _resized(intent: Intent, ledger: Ledger) -> None:
    for vm in _vms(intent, ledger):
        found = ledger.turned("vm", vm, ("type",))
        kind = found["type"][1] if found else ledger.rows("vm")[vm]["type"]
        making.sized(intent, ledger, [kind])


def _restarted(intent: Intent, ledger: Ledger) -> None:
    done = ledger.called("ec2:RebootInstances", "InstanceIds") or ledger.called(
        "ec2:StartInstances", "InstanceIds"
    )
    ledger.check(done == sorted(_vms(intent, ledger)), f"restarted {[ledger.name('vm', id) for id in done]}")


def _leaves(ledger: Ledger, vms: list[str], joins: Mapping[str, str] | None = None) -> None:
    """Target groups lose these machines, or get others in their place."""
    for arn, row in ledger.rows("targets").items():
        if set(row["targets"]) & set(vms):
            left = [id for id in row["targets"] if id not in vms]
            new = [joins[id] for id in row["targets"] if joins and id in joins]
            ledger.becomes("targets", arn, "targets", sorted([*left, *new]))


def _deleted(intent: Intent, ledger: Ledger) -> None:
    vms = _vms(intent, ledger)
    _leaves(ledger, vms)
    gone = [change.id for change in ledger.take("vm", lambda c: c.after is None and c.id in vms)]
    ledger.check(sorted(gone) == sorted(vms), f"deleted {[ledger.name('vm', id) for id in gone]}")
    roots = [ledger.root_disk(vm) for vm in vms]
    ledger.take("disk", lambda change: change.after is None and change.id in roots)
    for vm in vms:
        for disk in ledger.data_disks(vm):
            ledger.turned("disk", disk, ("vm", "device"))


def _to_spot(intent: Intent, ledger: Ledger) -> None:
    """Each machine is replaced by a spot machine like it, with its data disks and its place among targets."""
    instead: dict[str, str] = {}
    for vm in _vms(intent, ledger):
        old = ledger.rows("vm")[vm]
        gone = ledger.take("vm", lambda change, vm=vm: change.after is None and change.id == vm)
        ledger.check(bool(gone), f"{old['name']} is still there")
        made = ledger.take("vm", lambda change, old=old: _is_like(change, old))
        if len(made) != 1:
            ledger.miss(f"no spot machine like {old['name']}")
            continue
        instead[vm] = made[0].id
        ledger.take("disk", lambda change, vm=vm: change.id == ledger.root_disk(vm))
        ledger.take("disk", lambda change, new=made[0].id: change.before is None and change.now["vm"] == new)
        for disk in ledger.data_disks(vm):
            ledger.becomes("disk", disk, "vm", made[0].id)
    for image in ledger.made("image"):
        ledger.take("snapshot", lambda change, image=image: change.id in image.now["snapshots"])
    _leaves(ledger, list(instead), instead)
    _priced(intent, ledger)


def _is_like(change: Change, old: Row) -> bool:
    """Whether it is a new spot machine with the properties of the old one."""
    row = change.now
    same = ("name", "type", "subnet", "tags")
    return change.before is None and bool(row["spot"]) and all(row[key] == old[key] for key in same)


def _priced(intent: Intent, ledger: Ledger) -> None:
    most = intent.get("max_price")
    asked = [arguments for said, arguments, _ in ledger.calls if said == "ec2:RunInstances"]
    if most is None:
        return
    for arguments in asked:
        options: Any = arguments.get("InstanceMarketOptions") or {}
        price = options.get("SpotOptions", {}).get("MaxPrice")
        ledger.check(price is not None and float(price) == float(most), f"for at most {price}, not {most}")


def _renamed(intent: Intent, ledger: Ledger) -> None:
    ledger.becomes("vm", ledger.id("vm", intent.row["vm"]), "name", intent.get("new_name"))


def _things(intent: Intent, ledger: Ledger) -> list[tuple[str, str]]:
    """Kind and identifier of the machines and disks."""
    machines = [("vm", ledger.id("vm", name)) for name in intent.all("vms")]
    return machines + [("disk", ledger.id("disk", name)) for name in intent.all("disks")]


def _tagged(intent: Intent, ledger: Ledger) -> None:
    for kind, id in _things(intent, ledger):
        before = ledger.before[kind, id]["tags"]
        ledger.becomes(kind, id, "tags", {**before, **intent.row["tags"]})


def _untagged(intent: Intent, ledger: Ledger) -> None:
    for kind, id in _things(intent, ledger):
        left = {k: v for k, v in ledger.before[kind, id]["tags"].items() if k not in intent.row["keys"]}
        ledger.becomes(kind, id, "tags", left)


def _protected(on: bool) -> Expected:
    return _property("protected", on)


def _in_group(ledger: Ledger, vm: str) -> list[str]:
    """The security groups that a machine has now."""
    found = ledger.turned("vm", vm, ("groups",))
    return found["groups"][1] if found else list(ledger.rows("vm")[vm]["groups"])


def _opened(intent: Intent, ledger: Ledger) -> None:
    """The ports are open on these machines, in groups that no other machine has."""
    vms = _vms(intent, ledger)
    source = intent.get("source") or "0.0.0.0/0"
    wanted = sorted((int(port), int(port), str(source)) for port in intent.all("port"))
    made = {change.id: change.now["rules"] for change in ledger.made("group")}
    for vm in vms:
        old = ledger.rows("vm")[vm]["groups"]
        now = _in_group(ledger, vm)
        ledger.check(set(old) <= set(now), f"{ledger.name('vm', vm)} lost a group")
        rules = sorted(rule for id in now for rule in made.get(id, []))
        ledger.check(rules == wanted, f"{ledger.name('vm', vm)} admits {rules}, not {wanted}")


def _closed(intent: Intent, ledger: Ledger) -> None:
    """No rule of the machine's groups admits the port; other rules are as they were."""
    for vm in _vms(intent, ledger):
        for group in ledger.rows("vm")[vm]["groups"]:
            found = ledger.turned("group", group, ("rules",))
            before = ledger.rows("group")[group]["rules"]
            left = [rule for rule in before if (rule[0], rule[1]) != (intent.get("port"),) * 2]
            ledger.check((found["rules"][1] if found else before) == left, "other rules were closed, or none")


def _balanced(intent: Intent, ledger: Ledger) -> None:
    """Existing machines are the targets of a new load balancer."""
    vms = _vms(intent, ledger)
    making.balancer(intent, ledger, vms)
    for vm in vms:
        _in_group(ledger, vm)


def _joined(intent: Intent, ledger: Ledger) -> None:
    _members(intent, ledger, set(_vms(intent, ledger)), set())


def _left(intent: Intent, ledger: Ledger) -> None:
    _members(intent, ledger, set(), set(_vms(intent, ledger)))


def _members(intent: Intent, ledger: Ledger, join: set[str], leave: set[str]) -> None:
    for arn in ledger.groups_of(ledger.id("lb", intent.get("lb") or "shop-lb")):
        now = set(ledger.rows("targets")[arn]["targets"])
        ledger.becomes("targets", arn, "targets", sorted((now | join) - leave))
    for vm in join:
        _in_group(ledger, vm)
    for change in ledger.take("group", lambda change: True):
        ledger.check(change.after is not None, "a security group is gone")


def _unbalanced(intent: Intent, ledger: Ledger) -> None:
    lb = ledger.id("lb", intent.get("lb"))
    gone = ledger.take("lb", lambda change: change.after is None and change.id == lb)
    ledger.check(bool(gone), "the load balancer is still there")
    groups = ledger.groups_of(lb)
    ledger.take("targets", lambda change: change.after is None and change.id in groups)


def _snapped(intent: Intent, ledger: Ledger) -> None:
    wanted = [ledger.disk(str(name)) for name in intent.all("disks")]
    if not wanted:
        wanted = [id for vm in _vms(intent, ledger) for id in ledger.disks_of(vm)]
    made = sorted(change.now["disk"] for change in ledger.made("snapshot"))
    ledger.check(
        made == sorted(wanted), f"{len(made)} snapshots of {[ledger.name('disk', id) for id in made]}"
    )


def _imaged(intent: Intent, ledger: Ledger) -> None:
    made = ledger.made("image")
    ledger.check(sorted(c.now["vm"] for c in made) == sorted(_vms(intent, ledger)), "not the image asked for")
    for change in made:
        ledger.take("snapshot", lambda snap, change=change: snap.id in change.now["snapshots"])
        named = intent.row.get("name")
        ledger.check(named in (None, change.now["name"]), f"the image is called {change.now['name']}")


def _alarmed(intent: Intent, ledger: Ledger) -> None:
    made = ledger.made("alarm")
    watched = sorted(vm for change in made for vm in change.now["vms"])
    ledger.check(watched == sorted(_vms(intent, ledger)), "the alarm watches other machines")
    threshold, above = intent.get("threshold"), intent.row.get("comparison") != "below"
    for change in made:
        ledger.check(threshold in (None, change.now["threshold"]), f"at {change.now['threshold']}")
        ledger.check(("Greater" in change.now["operator"]) is above, change.now["operator"])
        ledger.check(change.now["metric"] == "CPUUtilization", "it watches something else")


def _given_address(intent: Intent, ledger: Ledger) -> None:
    held = sorted(change.now["vm"] for change in ledger.made("address"))
    ledger.check(held == sorted(_vms(intent, ledger)), "other machines have the addresses")


def _bucket(intent: Intent, ledger: Ledger) -> None:
    made = [change.id for change in ledger.made("bucket")]
    ledger.check(made == intent.all("name"), f"made {made}")


def _network(intent: Intent, ledger: Ledger) -> None:
    made = ledger.made("network")
    ledger.check(len(made) == 1, f"{len(made)} networks")
    for change in made:
        for property in ("range", "name", "region"):
            wanted = intent.get(property)
            ledger.check(wanted in (None, change.now[property]), f"its {property} is {change.now[property]}")
        ledger.take("subnet", lambda subnet, id=change.id: subnet.now.get("network") == id)
        ledger.take("group", lambda group, id=change.id: group.now.get("network") == id)


EXPECTED: Mapping[str, Expected] = {
    "create_vms": making.machines,
    "create_lb": _balanced,
    "attach_disk": making.attached,
    "create_disk": making.disk,
    "delete_disk": making.deleted_disk,
    "detach_disk": making.detached,
    "move_disk": making.moved,
    "resize_disk": making.grown,
    "resize_vm": _resized,
    "start_vms": _property("state", "running"),
    "stop_vms": _property("state", "stopped"),
    "restart_vms": _restarted,
    "delete_vms": _deleted,
    "enable_monitoring": _property("monitored", True),
    "disable_monitoring": _property("monitored", False),
    "to_spot": _to_spot,
    "rename_vm": _renamed,
    "tag": _tagged,
    "untag": _untagged,
    "protect": _protected(True),
    "unprotect": _protected(False),
    "open_port": _opened,
    "close_port": _closed,
    "join_lb": _joined,
    "leave_lb": _left,
    "delete_lb": _unbalanced,
    "snapshot": _snapped,
    "image": _imaged,
    "alarm": _alarmed,
    "static_address": _given_address,
    "create_bucket": _bucket,
    "create_network": _network,
}
"""By the kind of the intent."""
