"""How many virtual processors may run at once, by family of machine.

Owns counting machines, on demand and spot, against their quotas, of which `physics/quotas` has the values.
The families of a quota: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html.
"""

from typing import Any

from moto.ec2.models.instance_types import INSTANCE_TYPES

from skywright_gym.aws.behaviour.errors import refusal
from skywright_gym.physics import quotas
from skywright_gym.world import world_if_any

_STANDARD = frozenset("acdhimrtz")
# assumption: what no quota is known for, such as spot machines of families that have none.
_OTHERS = 64


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
    world = world_if_any()
    if not quotas.are_enforced(world):
        return
    bucket = bucket_of(instance_type)
    quota = (quotas.SPOT if spot else quotas.ON_DEMAND).get(bucket)
    most = _OTHERS if quota is None else round(quotas.value(world, backend.region_name, quota))
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
