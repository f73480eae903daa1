"""Snapshots: their states, their sizes, whose they are, and that what an image uses stays.

Images, and copies of either, are in `images`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.elastic_block_store import EBSBackend, Snapshot
from moto.ec2.responses import EC2Response

from skywright_gym.aws.behaviour import timing
from skywright_gym.aws.behaviour.agenda import Effect, schedule
from skywright_gym.aws.behaviour.errors import incorrect_state, refusal
from skywright_gym.aws.behaviour.rule import Rule, around, before, computed, new

STOCK_ROOT_GIB = 8


def _completed(backend: Any, snapshot_id: str, _due: float) -> None:
    snapshot = backend.snapshots.get(snapshot_id)
    if snapshot is not None and snapshot.status == "pending":
        snapshot.status = "completed"


EFFECTS: Mapping[str, Effect] = {"snapshot.completed": _completed}


def _begin_snapshot(original: Callable[..., None], self: Any, *args: Any, **kwargs: Any) -> None:
    original(self, *args, **kwargs)
    self.size_gib = self.volume.size
    if self.owner_id == self.ec2_backend.account_id:
        self.start_time = timing.naive_moment()
        self.started_at = timing.now()
        self.status = "pending"
        schedule(self.ec2_backend, "snapshot.completed", self.id, timing.due("snapshot.pending"))
    elif self.from_ami:
        self.size_gib = STOCK_ROOT_GIB


def _snapshot_size(self: Any) -> int:
    return vars(self).get("size_gib") or self.volume.size


def _snapshot_progress(self: Any) -> str:
    if self.status == "completed":
        return "100%"
    part = (timing.now() - vars(self).get("started_at", 0.0)) / (timing.seconds("snapshot.pending") or 1.0)
    return f"{min(99, max(0, int(100 * part)))}%"


def _check_snapshot_source(self: Any) -> None:
    volume = self.ec2_backend.get_volume(self._get_param("VolumeId"))
    if volume.status == "creating":
        raise incorrect_state(f"Volume '{volume.id}' is in the 'creating' state.")


def _check_snapshot_unused(self: Any, snapshot_id: str) -> None:
    for image in self.amis.values():
        for disk in vars(image).get("disks", []):
            if disk["Ebs"].get("SnapshotId") == snapshot_id:
                raise refusal(
                    "InvalidSnapshot.InUse",
                    f"The snapshot {snapshot_id} is currently in use by {image.id}",
                )


def _reset_snapshot_attribute(self: Any) -> ActionResult:
    self.error_on_dryrun()
    snapshot = self.ec2_backend.get_snapshot(self._get_param("SnapshotId"))
    snapshot.create_volume_permission_groups.clear()
    snapshot.create_volume_permission_userids.clear()
    return ActionResult(None)


def _of_owners(original: Callable[..., Any], self: Any) -> ActionResult:
    found = original(self).result["Snapshots"]
    owners = set(self._get_param("OwnerIds", []))
    if owners:
        account = self.ec2_backend.account_id
        found = [
            snapshot
            for snapshot in found
            if {snapshot.owner_id, "self" if snapshot.owner_id == account else "amazon"} & owners
        ]
    return ActionResult({"Snapshots": found})


RULES = (
    Rule(
        "snapshots.owners",
        ("ec2",),
        "DescribeSnapshots shows only the named owners' snapshots; Amazon's are not one's own.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html",
        (around(EC2Response, "describe_snapshots", _of_owners),),
    ),
    Rule(
        "snapshots.states",
        ("ec2",),
        "A snapshot is pending, with progress, before it is completed, and keeps the size of its volume.",
        "specification: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-creating-snapshot.html",
        (
            around(Snapshot, "__init__", _begin_snapshot),
            computed(Snapshot, "volume_size", _snapshot_size),
            computed(Snapshot, "progress", _snapshot_progress),
            before(EC2Response, "create_snapshot", _check_snapshot_source),
            new(EC2Response, "reset_snapshot_attribute", _reset_snapshot_attribute),
        ),
    ),
    Rule(
        "snapshots.in-use",
        ("ec2",),
        "A snapshot that an image uses cannot be deleted (InvalidSnapshot.InUse).",
        "specification: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-deleting-snapshot.html",
        (before(EBSBackend, "delete_snapshot", _check_snapshot_unused),),
    ),
)
