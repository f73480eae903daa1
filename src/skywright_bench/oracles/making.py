"""What intents come to that make machines, load balancers and disks, or do something to disks."""

from collections.abc import Mapping, Sequence
from typing import Any

from skywright_bench.oracles.intents import Intent
from skywright_bench.oracles.ledger import Ledger
from skywright_bench.oracles.state import Change


def machines(intent: Intent, ledger: Ledger) -> None:
    """So many new machines, as they were described, with nothing beside what they need."""
    made = ledger.made("vm")
    count = int(intent.row.get("count") or 1)
    ledger.check(len(made) == count, f"{len(made)} machines, not {count}")
    rows = [change.now for change in made]
    ledger.check(all(row["state"] in ("pending", "running") for row in rows), "not all of them run")
    _named(intent, ledger, rows)
    _placed(intent, ledger, rows)
    sized(intent, ledger, sorted({row["type"] for row in rows}))
    spot = bool(intent.row.get("spot"))
    ledger.check(all(row["spot"] is spot for row in rows), f"not all have spot={spot}")
    if intent.row.get("monitoring") is not None:
        ledger.check(all(row["monitored"] is bool(intent.row["monitoring"]) for row in rows), "monitoring")
    tags = {str(key): str(value) for key, value in (intent.row.get("tags") or {}).items()}
    ledger.check(all(row["tags"] == tags for row in rows), f"not all have the tags {tags}")
    _disks(intent, ledger, made)
    if intent.row.get("existing_lb"):
        joined(intent, ledger, made)
    elif intent.row.get("behind_lb"):
        balancer(intent, ledger, [change.id for change in made])
    elif intent.all("open_ports"):
        _open(intent, ledger, rows)
    if intent.get("new_network"):
        _new_network(intent, ledger, rows)


def _named(intent: Intent, ledger: Ledger, rows: Sequence[Mapping[str, Any]]) -> None:
    names = intent.row.get("names")
    given = sorted(row["name"] for row in rows)
    if names:
        ledger.check(given == sorted(names), f"they are called {given}, not {names}")
    prefix = str(intent.row.get("prefix") or "").rstrip("-*")
    ledger.check(all(name.startswith(prefix) for name in given), f"they are called {given}")
    taken = {row["name"] for row in ledger.rows("vm").values()}
    ledger.check(not names or bool(set(names) & taken) or not set(given) & taken, f"{given} exist already")


def _placed(intent: Intent, ledger: Ledger, rows: Sequence[Mapping[str, Any]]) -> None:
    region = intent.row.get("region") or ledger.region
    regions = sorted({row["region"] for row in rows})
    ledger.check(not rows or regions == [region], f"they are in {regions}, not {region}")
    zone = intent.get("zone")
    zones = sorted({row["zone"] for row in rows})
    ledger.check(zone is None or zones == [zone], f"they are in {zones}, not {zone}")
    if intent.get("spread"):
        ledger.check(len(zones) >= min(len(rows), 2), f"all in {zones}")
    networks = {row["network"] for row in rows}
    ledger.check(len(networks) < 2 or intent.row.get("same_network") is False, "in several networks")


def _disks(intent: Intent, ledger: Ledger, made: Sequence[Change]) -> None:
    """Each machine's own disk of the size that was said, and further ones if some were asked for."""
    root, sizes = intent.get("root_gb"), sorted(int(size) for size in intent.all("data_gb"))
    for change in made:
        held = ledger.take("disk", lambda c, id=change.id: c.before is None and c.now["vm"] == id)
        at_root = [c.now["size"] for c in held if c.now["device"] == change.now["root"]]
        others = sorted(c.now["size"] for c in held if c.now["device"] != change.now["root"])
        either = intent.row.get("disk_gb") and at_root == sizes and not others
        fits = (others == sizes and root in (None, *at_root)) or either
        ledger.check(bool(fits), f"disks of {at_root} and {others} GB, not {root} and {sizes}")


def _open(intent: Intent, ledger: Ledger, rows: Sequence[Mapping[str, Any]]) -> None:
    source = intent.get("source") or "0.0.0.0/0"
    wanted = sorted((int(port), int(port), source) for port in intent.all("open_ports"))
    groups = {change.id: change.now["rules"] for change in ledger.made("group")}
    for row in rows:
        rules = sorted(rule for id in row["groups"] for rule in groups.get(id, []))
        ledger.check(rules == wanted, f"they admit {rules}, not {wanted}")


def _new_network(intent: Intent, ledger: Ledger, rows: Sequence[Mapping[str, Any]]) -> None:
    networks = ledger.made("network")
    ledger.check(len(networks) == 1, f"{len(networks)} new networks")
    for change in networks:
        ledger.check(all(row["network"] == change.id for row in rows), "they are not in the new network")
        ledger.take("subnet", lambda c, id=change.id: c.now.get("network") == id)
        ledger.take("gateway", lambda c, id=change.id: id in c.now.get("networks", []))
        ledger.take("group", lambda c, id=change.id: c.now.get("network") == id)


def balancer(intent: Intent, ledger: Ledger, vms: Sequence[str]) -> None:
    """One new load balancer that listens where it was said and whose targets are these machines."""
    made, groups = ledger.made("lb"), ledger.made("targets")
    ledger.check(
        len(made) == 1 and len(groups) == 1, f"{len(made)} load balancers, {len(groups)} target groups"
    )
    secured = ledger.made("group")
    if len(made) != 1 or len(groups) != 1:
        return
    front, back = made[0].now, groups[0].now
    outside = int(intent.get("lb_port") or 80)
    inside = int(intent.row.get("target_port") or (80 if outside == 443 else outside))
    ledger.check(front["ports"] == [outside], f"it listens on {front['ports']}, not {outside}")
    ledger.check(back["port"] == inside, f"it sends to {back['port']}, not {inside}")
    ledger.check(back["targets"] == sorted(vms), "its targets are other machines")
    ledger.check(front["forwards"] == [groups[0].id], "it forwards to something else")
    wanted = "internal" if intent.row.get("internal") or intent.row.get("scheme") == "internal" else None
    ledger.check(front["scheme"] == (wanted or "internet-facing"), f"it is {front['scheme']}")
    kind = intent.row.get("lb_type")
    ledger.check(kind in (None, front["type"]), f"it is of the type {front['type']}, not {kind}")
    name = intent.row.get("lb_name")
    ledger.check(name in (None, front["name"]), f"it is called {front['name']}, not {name}")
    path = intent.get("health_path")
    ledger.check(path in (None, back["path"]), f"its health check is {back['path']}, not {path}")
    source = intent.get("source") or ("0.0.0.0/0" if wanted is None else None)
    rules = [rule for c in secured if c.id in front["groups"] for rule in c.now["rules"]]
    admitted = source is None or rules == [(outside, outside, source)]
    ledger.check(admitted, f"it admits {rules}, not {source}")


def joined(intent: Intent, ledger: Ledger, made: Sequence[Change]) -> None:
    """The new machines are further targets of a load balancer that exists."""
    for arn in ledger.groups_of(ledger.id("lb", intent.get("lb"))):
        now = ledger.rows("targets")[arn]["targets"]
        ledger.becomes("targets", arn, "targets", sorted([*now, *(change.id for change in made)]))
    ledger.made("group")


def sized(intent: Intent, ledger: Ledger, types: Sequence[str]) -> None:
    """The type that was named, or one that has what was described and not twice as much."""
    kind = intent.get("size")
    ledger.check(kind is None or list(types) == [kind], f"the type is {list(types)}, not {kind}")
    for at, least, most in ((0, "min_vcpus", "max_vcpus"), (1, "min_memory_gb", "max_memory_gb")):
        low = intent.get(least)
        if low is None:
            continue
        for type in types:
            has, high = ledger.capacity(type)[at], float(intent.get(most) or 2 * low - 1)
            ledger.check(low <= has <= max(low, high), f"{type} has {has}, not {low}")


def attached(intent: Intent, ledger: Ledger) -> None:
    """A new disk, or one that was free, is at the machine."""
    vms = [ledger.id("vm", name) for name in intent.all("vms")]
    if name := intent.get("existing"):
        found = ledger.turned("disk", ledger.id("disk", name), ("vm", "device"))
        ledger.check(bool(found) and [found["vm"][1]] == vms, f"{name} is not there")
        return
    made = ledger.made("disk")
    sizes = intent.all("size_gb") * int(intent.row.get("count") or 1)
    got = sorted((c.now["vm"], c.now["size"]) for c in made)
    wanted = sorted((vm, int(size)) for vm in vms for size in sizes)
    ledger.check(got == wanted, f"disks of {[size for _, size in got]} GB, or at other machines")
    for change in made:
        _like(intent, ledger, change)


def _like(intent: Intent, ledger: Ledger, change: Change) -> None:
    row = change.now
    kind = intent.row.get("type")
    ledger.check(kind in (None, row["type"]), f"it is {row['type']}, not {kind}")
    iops = intent.row.get("iops")
    ledger.check(iops in (None, row["iops"]) or row["type"] == "gp3", f"it has {row['iops']} iops")
    name = intent.row.get("disk_name") or (intent.row.get("name") if intent.kind == "create_disk" else None)
    ledger.check(name in (None, row["name"]), f"it is called {row['name']}, not {name}")
    beyond = row["type"] == "gp3" and row["iops"] not in (None, iops)
    ledger.check(not beyond, f"it has {row['iops']} iops that nobody asked for")
    encrypted = bool(intent.row.get("encrypted"))
    ledger.check(row["encrypted"] is encrypted, f"encrypted is {row['encrypted']}")


def disk(intent: Intent, ledger: Ledger) -> None:
    """A new disk that is attached to nothing."""
    made = ledger.made("disk")
    count = int(intent.row.get("count") or 1)
    sizes = [change.now["size"] for change in made]
    ledger.check(sizes == [int(intent.get("size_gb"))] * count, f"disks of {sizes} GB")
    for change in made:
        row = change.now
        ledger.check(not row["vm"], "it is attached")
        ledger.check(
            row["region"] == (intent.row.get("region") or ledger.region), f"it is in {row['region']}"
        )
        ledger.check(intent.get("zone") in (None, row["zone"]), f"it is in {row['zone']}")
        _like(intent, ledger, change)


def deleted_disk(intent: Intent, ledger: Ledger) -> None:
    for id in _meant(intent, ledger):
        gone = ledger.take("disk", lambda change, id=id: change.after is None and change.id == id)
        ledger.check(bool(gone), "it is still there")


def detached(intent: Intent, ledger: Ledger) -> None:
    for id in _meant(intent, ledger):
        found = ledger.turned("disk", id, ("vm", "device"))
        ledger.check(bool(found) and not found["vm"][1], "it is still attached")


def moved(intent: Intent, ledger: Ledger) -> None:
    for id in _meant(intent, ledger):
        found = ledger.turned("disk", id, ("vm", "device"))
        to = ledger.id("vm", intent.get("to"))
        ledger.check(bool(found) and found["vm"][1] == to, "it is not at the other machine")


def grown(intent: Intent, ledger: Ledger) -> None:
    """Size and type are as they were said, and otherwise what they were."""
    for id in _meant(intent, ledger):
        row = ledger.rows("disk")[id]
        found = ledger.turned("disk", id, ("size", "type", "iops"))
        for field, property in (("size_gb", "size"), ("type", "type")):
            now = found[property][1] if property in found else row[property]
            wanted = intent.row.get(field) or row[property]
            ledger.check(now == wanted, f"its {property} is {now}, not {wanted}")


def _meant(intent: Intent, ledger: Ledger) -> list[str]:
    """The disks that are named, or else the machine's data disk, or else its only one."""
    named = [ledger.disk(str(name)) for name in intent.all("disks")]
    if named:
        return named
    holder = ledger.id("vm", str(intent.row.get("from") or intent.row["vm"]))
    return ledger.data_disks(holder) or [ledger.root_disk(holder)]
