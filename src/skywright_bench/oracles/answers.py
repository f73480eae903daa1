"""What was told, held against what is there: read from the cloud by boto3 in the same minute."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from skywright_bench.oracles.intents import Intent
from skywright_bench.oracles.reader import Reader

Told = Mapping[str, Any]
Compared = Callable[[Intent, Told, Reader, str], str]
"""What is wrong with an answer about a region; empty if nothing is."""


def wrong(intent: Intent, told: object, reader: Reader, region: str) -> str:
    """What is wrong with an answer; empty if nothing is.

    Args:
        told: the answer as JSON, in the keys that the command line promises.
        region: where what was asked about is.
    """
    if not isinstance(told, Mapping):
        return "told nothing"
    return COMPARED[str(intent.row["about"])](intent, told, reader, region)


def _rows(told: Told, key: str) -> list[Mapping[str, Any]]:
    rows: Any = told.get(key)
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        return []
    return [row for row in rows if isinstance(row, Mapping)]


def _machines(intent: Intent, reader: Reader, region: str) -> dict[str, Any]:
    """The machines that were asked about, by identifier."""
    wanted = set(intent.all("vms"))
    found = reader.client("ec2", region).describe_instances(
        Filters=[{"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]}]
    )
    rows = [row for reservation in found["Reservations"] for row in reservation["Instances"]]
    names = {row["InstanceId"]: _name(row) for row in rows}
    return {
        row["InstanceId"]: row
        for row in rows
        if not wanted or names[row["InstanceId"]] in wanted or row["InstanceId"] in wanted
    }


def _name(row: Mapping[str, Any]) -> str:
    return next((tag["Value"] for tag in row.get("Tags") or [] if tag["Key"] == "Name"), "")


def _of_machines(
    intent: Intent, told: Told, reader: Reader, region: str, fields: Mapping[str, Callable[[Any], Any]]
) -> str:
    """Whether just these machines were told of, each with these properties."""
    machines, rows = _machines(intent, reader, region), _rows(told, "vms")
    given = sorted(str(row.get("id")) for row in rows)
    if given != sorted(machines):
        return f"told of {given}, not of {sorted(machines)}"
    for row in rows:
        for field, actual in fields.items():
            is_so = actual(machines[str(row["id"])])
            if row.get(field) != is_so:
                return f"told that {field} of {row['id']} is {row.get(field)!r}; it is {is_so!r}"
    return ""


def _state(intent: Intent, told: Told, reader: Reader, region: str) -> str:
    return _of_machines(intent, told, reader, region, {"state": lambda row: row["State"]["Name"]})


def _address(intent: Intent, told: Told, reader: Reader, region: str) -> str:
    return _of_machines(intent, told, reader, region, {"public_ip": lambda row: row.get("PublicIpAddress")})


def _disks(intent: Intent, told: Told, reader: Reader, region: str) -> str:
    if missed := _of_machines(intent, told, reader, region, {}):
        return missed
    held = reader.client("ec2", region).describe_volumes()["Volumes"]
    for row in _rows(told, "vms"):
        given = {(disk.get("id"), disk.get("size_gb"), disk.get("type")) for disk in _rows(row, "disks")}
        there = {
            (disk["VolumeId"], disk["Size"], disk["VolumeType"])
            for disk in held
            if any(one["InstanceId"] == row["id"] for one in disk["Attachments"])
        }
        if given != there:
            return f"told of the disks {sorted(map(str, given))}; they are {sorted(map(str, there))}"
    return ""


def _dependencies(intent: Intent, told: Told, reader: Reader, region: str) -> str:
    """Each machine's subnet, security groups and disks must be among what it depends on, and no machine."""
    given = {str(row.get("id")): set(row.get("depends_on") or ()) for row in _rows(told, "dependencies")}
    for id, row in _machines(intent, reader, region).items():
        needed = {row["SubnetId"], *(group["GroupId"] for group in row["SecurityGroups"])}
        needed |= {disk["Ebs"]["VolumeId"] for disk in row["BlockDeviceMappings"]}
        if id not in given:
            return f"does not tell of {id}"
        if missing := needed - given[id]:
            return f"does not tell that {id} depends on {sorted(missing)}"
        machines = {one for one in given[id] if str(one).startswith("i-")}
        if machines:
            return f"tells that {id} depends on {sorted(machines)}"
    return ""


def _health(intent: Intent, told: Told, reader: Reader, region: str) -> str:
    """Every event that is open or upcoming there is told of, and none that is not there."""
    asked = {"filter": {"eventStatusCodes": ["open", "upcoming"]}}
    events = reader.client("health", "us-east-1").describe_events(**asked)["events"]
    given = {str(row.get("id")) for row in _rows(told, "events")}
    missing = {event["arn"] for event in events if event["region"] == region} - given
    unreal = given - {event["arn"] for event in events}
    return f"does not tell of {sorted(missing)}, tells of {sorted(unreal)}" if missing or unreal else ""


COMPARED: Mapping[str, Compared] = {
    "vm_status": _state,
    "public_addresses": _address,
    "disks": _disks,
    "dependency_graph": _dependencies,
    "service_health": _health,
}
"""By what the question is about."""
