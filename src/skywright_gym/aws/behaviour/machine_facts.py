"""What can be asked of machines beside what they are: the image that each was made of, and where in the
network one of a type for clusters is. Owns these two answers.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from skywright_gym.aws.behaviour.errors import refusal
from skywright_gym.aws.behaviour.rule import Rule, new

# specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ec2-instance-topology-works.html
_WITH_TOPOLOGY = ("hpc", "p3dn", "p4", "p5", "p6", "g6e", "g7e", "trn")
_AMAZONS = ("amazon", "aws-marketplace")


def _asked_for(response: Any) -> Iterator[Any]:
    """The machines that a request names or filters for."""
    backend, ids = response.ec2_backend, response._get_param("InstanceIds", [])
    known = {i.id for reservation in backend.reservations.values() for i in reservation.instances}
    for one in ids:
        if one not in known:
            raise refusal("InvalidInstanceID.NotFound", f"The instance ID '{one}' does not exist")
    for reservation in backend.all_reservations(filters=response._filters_from_querystring()):
        yield from (instance for instance in reservation.instances if not ids or instance.id in ids)


def _image(backend: Any, image_id: str) -> dict[str, Any]:
    image = backend.amis.get(image_id)
    if image is None:
        return {"ImageId": image_id}
    alias = image.owner_alias
    return {
        "ImageId": image.id,
        "Name": image.name,
        "OwnerId": image.owner_id,
        "State": image.state,
        "ImageOwnerAlias": alias if alias in _AMAZONS else None,
        "CreationDate": f"{image.creation_date:%Y-%m-%dT%H:%M:%S.000Z}",
        "IsPublic": bool(image.is_public),
    }


def _images(self: Any) -> ActionResult:
    self.error_on_dryrun()
    backend = self.ec2_backend
    zones = {zone.name: zone.zone_id for zone in backend.describe_availability_zones()}
    shown = [
        {
            "InstanceId": instance.id,
            "InstanceType": instance.instance_type,
            "LaunchTime": instance.launch_time,
            "AvailabilityZone": instance.placement.zone,
            "ZoneId": zones.get(instance.placement.zone),
            "State": {"Code": instance.state_code, "Name": instance.state},
            "OwnerId": self.current_account,
            "Tags": [{"Key": k, "Value": v} for k, v in backend.tags.get(instance.id, {}).items()],
            "ImageMetadata": _image(backend, instance.image_id),
        }
        for instance in _asked_for(self)
    ]
    return ActionResult({"InstanceImageMetadata": shown})


def _node(*parts: str) -> str:
    return f"nn-{hashlib.sha256('/'.join(parts).encode()).hexdigest()[:17]}"


def _topology(self: Any) -> ActionResult:
    self.error_on_dryrun()
    zones = {zone.name: zone.zone_id for zone in self.ec2_backend.describe_availability_zones()}
    groups = self._get_param("GroupNames", [])
    shown: list[dict[str, Any]] = []
    for instance in _asked_for(self):
        place = instance.placement
        fits = instance.instance_type.startswith(_WITH_TOPOLOGY) and instance.state == "running"
        if not fits or (groups and place.group_name not in groups):
            continue
        # Those of one placement group are near to each other: they share the last node.
        near = place.group_name or instance.id
        nodes = [_node(place.zone), _node(place.zone, near[:3]), _node(place.zone, near)]
        shown.append(
            {
                "InstanceId": instance.id,
                "InstanceType": instance.instance_type,
                "GroupName": place.group_name or None,
                "NetworkNodes": nodes,
                "AvailabilityZone": place.zone,
                "ZoneId": zones.get(place.zone),
            }
        )
    return ActionResult({"Instances": shown})


RULES = (
    Rule(
        "instances.images",
        ("ec2",),
        "Of each machine the image that it was made of is told, whoever owns the image.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/"
        "API_DescribeInstanceImageMetadata.html",
        (new(EC2Response, "describe_instance_image_metadata", _images),),
    ),
    Rule(
        "instances.topology",
        ("ec2",),
        "Of each running machine of a type for clusters the three nodes of the network above it are told; "
        "those of one placement group share the lowest.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/"
        "how-ec2-instance-topology-works.html; assumption: which nodes machines without a group share",
        (new(EC2Response, "describe_instance_topology", _topology),),
    ),
)
