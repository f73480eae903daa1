"""What a question should have been told: which program answers it, and about which machines."""

from collections.abc import Mapping
from typing import Any

from bench.exam.account import REGION, capacity
from skywright.model.program import Program
from skywright_bench.oracles.ledger import Ledger
from skywright_bench.oracles.state import State

_ANSWERED_BY: Mapping[str, tuple[str, ...]] = {
    "public_addresses": ("addresses of machines", "state of machines"),
    "vm_status": ("state of machines", "addresses of machines"),
    "list_vms": ("state of machines", "addresses of machines"),
    "disks": ("disks of machines",),
    "all_disks": ("all disks",),
    "service_health": ("service health",),
    "dependency_graph": ("dependency graph",),
    "cost": ("monthly cost",),
    "metrics": ("CPU of machines",),
    "console": ("console output",),
    "alarms": ("show alarms",),
    "load_balancers": ("load balancers and their targets",),
    "lb_targets": ("load balancers and their targets",),
}


def wrong(intent: Mapping[str, Any], program: Program, told: Mapping[str, Any], before: State) -> str:
    """What is wrong with an answer; empty if nothing is."""
    about = str(intent["about"])
    answered_by = _ANSWERED_BY[about]
    if about == "disks" and intent.get("scope"):
        return _other_disks(intent, told, before)
    if intent.get("checks"):
        answered_by = (*answered_by, *_ANSWERED_BY["service_health"])
    if program.name not in answered_by:
        return f"answered by '{program.name}'"
    region = intent.get("region") or REGION
    if about in ("service_health", "all_disks", "cost") or intent.get("scope"):
        return "" if program.region == region else f"told of {program.region}, not {region}"
    if about == "dependency_graph":
        return _unnamed(intent, told)
    return _other_machines(intent, told, region, before)


def _unnamed(intent: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    wanted = {*(intent.get("must_name") or ()), *([intent["root"]] if intent.get("root") else ())}
    missing = wanted - {str(row.get("name")) for row in told.get("dependencies") or ()}
    return f"does not tell of {sorted(missing)}" if missing else ""


def _other_disks(intent: Mapping[str, Any], told: Mapping[str, Any], before: State) -> str:
    """Whether other disks are told of than those of the intent, however they are told."""
    rows = [
        *(told.get("disks") or ()),
        *(told.get("unattached") or ()),
        *(disk for vm in told.get("vms") or () for disk in vm.get("disks") or ()),
    ]
    ledger = Ledger(before, [], REGION, capacity)
    wanted = {ledger.disk(str(name)) for name in intent["disks"]}
    missing, more = wanted - {row["id"] for row in rows}, {row["id"] for row in rows} - wanted
    return f"{len(missing)} disks are not told of, {len(more)} are too many" if missing or more else ""


def _other_machines(intent: Mapping[str, Any], told: Mapping[str, Any], region: str, before: State) -> str:
    """Whether other machines are told of than those meant; with none named, all of the region or of all."""
    rows = told.get("vms")
    if not isinstance(rows, list):
        return ""
    given = sorted(str(row["id"]) for row in rows)
    named = {row["name"]: id for (kind, id), row in before.items() if kind == "vm"}
    here = [id for (kind, id), row in before.items() if kind == "vm" and row["region"] == region]
    wanted = intent.get("vms") or ([intent["vm"]] if intent.get("vm") else None)
    right = [sorted(named[name] for name in wanted)] if wanted else [sorted(here), sorted(named.values())]
    return "" if given in right else f"told of {[name for name, id in named.items() if id in given]}"
