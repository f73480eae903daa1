"""How a disk changes while it is in use: size, type, iops, throughput.

Owns ModifyVolume and its record. Limits by type are in `disks`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from moto.ec2.models.elastic_block_store import EBSBackend, Volume, VolumeModification

from skywright_gym.aws.behaviour import timing
from skywright_gym.aws.behaviour.disks import DISK_TYPES, Disk, check, given_iops, given_throughput
from skywright_gym.aws.behaviour.errors import incorrect_state, invalid_value, refusal
from skywright_gym.aws.behaviour.rule import Rule, around, computed, instead

PAGE = "specification: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modify-volume.html"
ASPECTS = ("size", "volume_type", "iops", "throughput", "multi_attach_enabled")


def _modify(
    self: Any,
    target_size: int | None = None,
    target_volume_type: str | None = None,
    target_iops: int | None = None,
    target_throughput: int | None = None,
    target_multi_attach_enabled: bool | None = None,
) -> None:
    # moto makes the record first and so refuses a change of nothing.
    record = VolumeModification(
        self, target_size, target_volume_type, target_iops, target_throughput, target_multi_attach_enabled
    )
    _check_moment(self)
    kind = target_volume_type or self.volume_type
    size = int(target_size or self.size)
    if size < self.size:
        raise invalid_value("New size cannot be smaller than existing size")
    chosen_iops = target_iops
    if chosen_iops is None and kind in DISK_TYPES and DISK_TYPES[kind].iops is not None:
        chosen_iops = self.iops if self.volume_type == kind else None
    check(Disk(kind, size, chosen_iops, target_throughput))
    kept_throughput = self.throughput if self.volume_type == kind else None
    targets = {
        "size": size,
        "volume_type": kind,
        "iops": given_iops(kind, size, chosen_iops),
        "throughput": given_throughput(kind, target_throughput or kept_throughput),
        "multi_attach_enabled": bool(
            self.multi_attach_enabled if target_multi_attach_enabled is None else target_multi_attach_enabled
        ),
    }
    for aspect in ASPECTS:
        setattr(record, f"original_{aspect}", getattr(self, aspect))
        setattr(record, f"target_{aspect}", targets[aspect])
        setattr(self, aspect, targets[aspect])
    record.original_multi_attach_enabled = bool(record.original_multi_attach_enabled)
    record.start_time = timing.naive_moment()
    vars(record)["started_at"] = timing.now()
    self.modifications.append(record)


def _check_moment(volume: Any) -> None:
    if volume.status not in ("available", "in-use"):
        raise incorrect_state(f"Volume '{volume.id}' is in the '{volume.status}' state.")
    if not volume.modifications:
        return
    last = volume.modifications[-1]
    if last.modification_state != "completed":
        raise refusal(
            "IncorrectModificationState",
            f"Volume {volume.id} is already being modified: cannot modify volume in modification state "
            f"{last.modification_state.upper()}",
        )
    if timing.now() < vars(last)["started_at"] + timing.seconds("volume.cooldown"):
        raise refusal(
            "VolumeModificationRateExceeded",
            "You've reached the maximum modification rate per volume limit. Wait at least 6 hours between "
            "modifications per EBS volume.",
        )


def _elapsed(record: Any) -> float:
    return timing.now() - vars(record).get("started_at", 0.0)


def _state(self: Any) -> str:
    elapsed, modifying = _elapsed(self), timing.seconds("volume.modifying")
    if elapsed < modifying:
        return "modifying"
    return "optimizing" if elapsed < modifying + timing.seconds("volume.optimizing") else "completed"


def _progress(self: Any) -> int:
    whole = timing.seconds("volume.modifying") + timing.seconds("volume.optimizing")
    return 100 if _elapsed(self) >= whole else max(0, int(100 * _elapsed(self) / whole))


def _end_time(self: Any) -> datetime | None:
    return vars(self).get("ended") if self.modification_state == "completed" else None


def _set_end_time(self: Any, value: datetime) -> None:
    vars(self)["ended"] = value


def _latest(original: Callable[..., Any], self: Any, volume_ids: Any = None, filters: Any = None) -> Any:
    for volume in self.describe_volumes(volume_ids):
        if volume_ids and not volume.modifications:
            raise refusal(
                "InvalidVolumeModification.NotFound", f"Modification for volume '{volume.id}' does not exist."
            )
    found = original(self, volume_ids, filters)
    return [record for record in found if record is record.volume.modifications[-1]]


RULES = (
    Rule(
        "volumes.modify",
        ("ec2",),
        "A disk can grow but not shrink, within the limits of its type, and not again until the last change "
        "is completed and six hours have passed; the change is modifying, then optimizing, then completed.",
        PAGE,
        (
            instead(Volume, "modify", _modify),
            computed(VolumeModification, "modification_state", _state),
            computed(VolumeModification, "progress", _progress),
            computed(VolumeModification, "end_time", _end_time, _set_end_time, is_new=True),
            around(EBSBackend, "describe_volumes_modifications", _latest),
        ),
    ),
)
