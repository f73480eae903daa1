"""How many virtual processors may run at once, by family of machine.

Owns the quotas of on-demand and spot machines and counting against them. A world may lower or raise one in
`extras["vcpu_quotas"]`, by the bucket's name.
"""

from collections.abc import Mapping
from typing import Any

from moto.ec2.models.instance_types import INSTANCE_TYPES

from skywright_gym.aws.behaviour import timing
from skywright_gym.aws.behaviour.errors import refusal

# specification: the buckets, https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html
# assumption: the figures, those of an account in use for some time.
_BUCKETS: Mapping[str, int] = {
    "standard": 640,
    "f": 64,
    "g": 64,
    "p": 64,
    "inf": 64,
    "x": 128,
    "u": 448,
    "dl": 96,
    "trn": 128,
    "hpc": 192,
}
_STANDARD = frozenset("acdhimrtz")

UNBOUNDED: Mapping[str, int] = dict.fromkeys(_BUCKETS, 10**9)
"""For a world of which the quotas are not known."""


def bucket_of(instance_type: str) -> str:
    """The quota that a type counts against, such as `standard` for `m5.large`."""
    family = instance_type.split(".")[0].lower()
    for bucket in ("inf", "trn", "hpc", "dl"):
        if family.startswith(bucket):
            return bucket
    if family.startswith("u-") or family.startswith("u7"):
        return "u"
    if family.startswith("vt"):
        return "g"
    return "standard" if family[:1] in _STANDARD else family[:1]


def vcpus_of(instance_type: str) -> int:
    """The virtual processors of a type; 1 for one that nobody knows."""
    known = INSTANCE_TYPES.get(instance_type)
    return int(known["VCpuInfo"]["DefaultVCpus"]) if known else 1


def check_vcpus(backend: Any, instance_type: str, count: int, spot: bool) -> None:
    """Refuse `count` more machines of a type if they exceed the region's quota.

    Raises:
        EC2ClientError: VcpuLimitExceeded, or MaxSpotInstanceCountExceeded for spot.
    """
    bucket = bucket_of(instance_type)
    most = timing.world_extra("vcpu_quotas", {}).get(bucket, _BUCKETS.get(bucket, 64))
    in_use = sum(
        vcpus_of(instance.instance_type)
        for reservation in backend.reservations.values()
        for instance in reservation.instances
        if instance.state in ("pending", "running")
        and bucket_of(instance.instance_type) == bucket
        and (instance.lifecycle == "spot") is spot
    )
    if in_use + count * vcpus_of(instance_type) <= most:
        return
    if spot:
        raise refusal("MaxSpotInstanceCountExceeded", "Max spot instance count exceeded")
    raise refusal(
        "VcpuLimitExceeded",
        f"You have requested more vCPU capacity than your current vCPU limit of {most} allows for the "
        "instance bucket that the specified instance type belongs to. Please visit "
        "http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.",
    )
