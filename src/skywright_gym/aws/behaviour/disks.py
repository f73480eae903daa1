"""What a disk may be: sizes, operations per second and throughput by type.

Owns the table and its checks; knows no volume. Source of all figures:
https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from skywright_gym.aws.behaviour.errors import invalid_combination, invalid_value


@dataclass(frozen=True)
class DiskType:
    """Limits of one type: sizes in GiB, iops per second, throughput in MiB/s; None: cannot be chosen."""

    least_gib: int
    most_gib: int
    iops: tuple[int, int] | None = None
    iops_per_gib: int = 0
    default_iops: int | None = None
    throughput: tuple[int, int] | None = None


DISK_TYPES: Mapping[str, DiskType] = MappingProxyType(
    {
        "gp3": DiskType(1, 65536, (3000, 80000), 500, 3000, (125, 2000)),
        "gp2": DiskType(1, 16384),
        "io1": DiskType(4, 16384, (100, 64000), 50),
        "io2": DiskType(4, 65536, (100, 256000), 1000),
        "st1": DiskType(125, 16384),
        "sc1": DiskType(125, 16384),
        "standard": DiskType(1, 1024),
    }
)


@dataclass(frozen=True)
class Disk:
    """What somebody asks of a disk."""

    kind: str
    gib: int
    iops: int | None = None
    throughput: int | None = None


def check(disk: Disk) -> None:
    """Refuse what no disk of that type can be.

    Raises:
        EC2ClientError: UnknownVolumeType, InvalidParameterValue or InvalidParameterCombination.
    """
    limits = DISK_TYPES.get(disk.kind)
    if limits is None:
        raise invalid_value(f"Value ({disk.kind}) for parameter volumeType is invalid. Unknown volume type.")
    if disk.gib < limits.least_gib:
        raise invalid_value(
            f"Volume of {disk.gib}GiB is too small for volume type {disk.kind}; "
            f"minimum is {limits.least_gib}GiB."
        )
    if disk.gib > limits.most_gib:
        raise invalid_value(
            f"Volume of {disk.gib}GiB is too large for volume type {disk.kind}; "
            f"maximum is {limits.most_gib}GiB."
        )
    _check_iops(disk, limits)
    _check_throughput(disk, limits)


def _check_iops(disk: Disk, limits: DiskType) -> None:
    if limits.iops is None:
        if disk.iops is not None:
            raise invalid_combination(f"The parameter iops is not supported for {disk.kind} volumes.")
        return
    if disk.iops is None:
        if limits.default_iops is None:
            raise invalid_combination(f"The parameter iops must be specified for {disk.kind} volumes.")
        return
    least, most = limits.iops
    if disk.iops < least:
        raise invalid_value(f"Volume iops of {disk.iops} is too low; minimum is {least}.")
    if disk.iops > most:
        raise invalid_value(f"Volume iops of {disk.iops} is too high; maximum is {most}.")
    if disk.iops > max(least, limits.iops_per_gib * disk.gib):
        raise invalid_value(
            f"Iops to volume size ratio of {disk.iops / disk.gib:.6f} is too high; "
            f"maximum is {limits.iops_per_gib}."
        )


def _check_throughput(disk: Disk, limits: DiskType) -> None:
    if disk.throughput is None:
        return
    if limits.throughput is None:
        raise invalid_combination(f"The parameter throughput is not supported for {disk.kind} volumes.")
    least, most = limits.throughput
    if not least <= disk.throughput <= most:
        raise invalid_value(
            f"Throughput of {disk.throughput} MiB/s is out of range; it must be between {least} and {most}."
        )


def given_iops(kind: str, gib: int, iops: int | None) -> int | None:
    """The operations per second that the disk has: chosen, or those that its type gives."""
    if kind == "gp2":
        return max(100, min(16000, 3 * gib))
    if iops is None:
        return DISK_TYPES[kind].default_iops if kind in DISK_TYPES else None
    return iops


def given_throughput(kind: str, throughput: int | None) -> int | None:
    """The throughput that the disk has, in MiB/s; None where the type does not say."""
    return (throughput or 125) if kind == "gp3" else None
