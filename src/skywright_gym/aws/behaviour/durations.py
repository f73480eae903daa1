"""How long the cloud takes for what it does, and how we know. Owns the table; knows no resource and no
time.

There are two paces: `quick`, so that a rehearsal does not wait for a kettle, and `cloud`, about as long as
the real cloud takes. Which one a world goes by is in its `extras["durations"]`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

QUICK, CLOUD, NONE = "quick", "cloud", "none"
PACES = (QUICK, CLOUD)

_BOOT = (
    "recording: https://www.daemonology.net/blog/2021-08-12-EC2-boot-time-benchmarking.html (4.9 s, 2021-08; "
    "others measured up to 17 s)"
)
_EC2 = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide"
_EBS = "https://docs.aws.amazon.com/ebs/latest/userguide"
_ELB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application"


@dataclass(frozen=True, slots=True)
class Duration:
    """Seconds at each pace. `provenance` is of the cloud's figure; the quick one is always an assumption."""

    what: str
    quick: float
    cloud: float
    provenance: str


DURATIONS: Mapping[str, Duration] = MappingProxyType(
    {
        "instance.pending": Duration("a machine is pending before it runs", 2.0, 5.0, _BOOT),
        "instance.stopping": Duration("a machine is stopping", 2.0, 40.0, "assumption: under a minute"),
        "instance.shutting-down": Duration(
            "a machine is shutting down", 2.0, 40.0, "assumption: under a minute"
        ),
        "instance.gone": Duration(
            "a terminated machine is still shown",
            3600.0,
            3600.0,
            f"specification: {_EC2}/terminating-instances.html (about an hour)",
        ),
        "instance.checks": Duration(
            "status checks are initializing",
            10.0,
            120.0,
            f"specification: {_EC2}/monitoring-system-instance-status-check.html (each minute); "
            "assumption: the second one passes",
        ),
        "instance.monitoring": Duration(
            "detailed monitoring is being switched", 1.0, 5.0, "assumption: some seconds"
        ),
        "volume.creating": Duration("a disk is being created", 0.5, 5.0, "assumption: some seconds"),
        "volume.attaching": Duration("a disk is being attached", 0.5, 4.0, "assumption: some seconds"),
        "volume.detaching": Duration("a disk is being detached", 1.0, 6.0, "assumption: some seconds"),
        "volume.modifying": Duration("a disk is being changed", 1.0, 20.0, "assumption: under a minute"),
        "volume.optimizing": Duration(
            "a changed disk is being optimised",
            5.0,
            1800.0,
            f"specification: {_EBS}/monitoring-volume-modifications.html (minutes to a day, by size and "
            "use); assumption: one length for all disks",
        ),
        "volume.cooldown": Duration(
            "before a disk may be changed again",
            6 * 3600.0,
            6 * 3600.0,
            f"specification: {_EBS}/modify-volume-requirements.html (six hours)",
        ),
        "snapshot.pending": Duration(
            "a snapshot is pending", 2.0, 120.0, "assumption: minutes, whatever the disk's size"
        ),
        "image.pending": Duration("an image is pending", 3.0, 180.0, "assumption: minutes"),
        "loadbalancer.provisioning": Duration(
            "a load balancer is being provisioned", 2.0, 150.0, "assumption: two to three minutes"
        ),
        "loadbalancer.interfaces": Duration(
            "a deleted load balancer's interfaces are still there", 2.0, 60.0, "assumption: about a minute"
        ),
        "target.initial": Duration(
            "a target is initial before it is healthy",
            2.0,
            150.0,
            f"specification: {_ELB}/target-group-health-checks.html (five checks, 30 seconds apart)",
        ),
        "target.draining": Duration(
            "a target is draining",
            5.0,
            300.0,
            f"specification: {_ELB}/edit-target-group-attributes.html (300 seconds unless changed)",
        ),
        "spot.evaluation": Duration(
            "a spot request is being evaluated", 0.5, 3.0, "assumption: some seconds"
        ),
        "token.remembered": Duration(
            "a client token is remembered",
            24 * 3600.0,
            24 * 3600.0,
            "specification: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html",
        ),
    }
)

FIXED = frozenset({"token.remembered"})
"""Periods that the cloud promises by the clock, not by how long work takes: never scaled."""
