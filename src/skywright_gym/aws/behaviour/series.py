"""What machines and disks measure: a number for any moment, the same whenever it is asked for.

Owns the metrics, their units and their course; knows no resources. assumption: the figures; names, units and
periods are those of https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from skywright_gym.aws.behaviour.prices import fraction

DAY_SECONDS = 86400


@dataclass(frozen=True)
class Course:
    """A metric: its unit, its usual range, and how far it jumps from one moment to the next."""

    unit: str
    least: float
    most: float
    jump: float = 0.2


MACHINE: Mapping[str, Course] = MappingProxyType(
    {
        # What a machine that nobody asks for anything is busy with; what it is asked for comes on top.
        "CPUUtilization": Course("Percent", 0.5, 6),
        "NetworkIn": Course("Bytes", 20_000, 4_000_000),
        "NetworkOut": Course("Bytes", 15_000, 6_000_000),
        "NetworkPacketsIn": Course("Count", 100, 9_000),
        "NetworkPacketsOut": Course("Count", 100, 9_000),
        "EBSReadBytes": Course("Bytes", 0, 2_000_000, 0.6),
        "EBSWriteBytes": Course("Bytes", 10_000, 5_000_000, 0.6),
        "EBSReadOps": Course("Count", 0, 300, 0.6),
        "EBSWriteOps": Course("Count", 5, 600, 0.6),
        "StatusCheckFailed": Course("Count", 0, 0),
        "StatusCheckFailed_Instance": Course("Count", 0, 0),
        "StatusCheckFailed_System": Course("Count", 0, 0),
    }
)
BURSTABLE: Mapping[str, Course] = MappingProxyType(
    {"CPUCreditBalance": Course("Count", 60, 288, 0.02), "CPUCreditUsage": Course("Count", 0, 3)}
)
DISK: Mapping[str, Course] = MappingProxyType(
    {
        "VolumeReadBytes": Course("Bytes", 0, 2_000_000, 0.6),
        "VolumeWriteBytes": Course("Bytes", 10_000, 5_000_000, 0.6),
        "VolumeReadOps": Course("Count", 0, 300, 0.6),
        "VolumeWriteOps": Course("Count", 5, 600, 0.6),
        "VolumeIdleTime": Course("Seconds", 200, 299),
        "VolumeQueueLength": Course("Count", 0, 0.4),
    }
)


def value_at(resource_id: str, metric: str, course: Course, at: float) -> float:
    """What the resource measures at `at` (seconds since the epoch)."""
    level = 0.15 + 0.5 * fraction(resource_id, metric)
    day = 0.15 * math.sin(2 * math.pi * (at / DAY_SECONDS - 0.35))
    noise = course.jump * (fraction(resource_id, metric, int(at)) - 0.5)
    share = min(1.0, max(0.0, level + day + noise))
    return round(course.least + share * (course.most - course.least), 4)
