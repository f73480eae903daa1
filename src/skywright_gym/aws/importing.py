"""A twin of a real account: its described resources made again in a world, under their own ids.

Owns the order in which that is done and which ids are dictated; it asks for everything by the AWS API
itself, so that what it makes behaves like what anybody else makes. Core EC2 resources only; what is
described but not made is told, never passed over.

Shape taken: region -> `service:Operation` -> that operation's result as botocore parses it (timestamps
as text or left out), all pages merged: `{"eu-west-1": {"ec2:DescribeVpcs": {"Vpcs": [...]}, ...}}`.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import botocore.session
from botocore.serialize import create_serializer
from moto.ec2 import utils as ec2_utils
from moto.ec2.models import ec2_backends
from moto.ec2.models.amis import Ami

from skywright_gym.aws import moto_app
from skywright_gym.aws.refusal import Refusal
from skywright_gym.aws.signature import Request
from skywright_gym.world import World, inside

Described = Mapping[str, Mapping[str, Mapping[str, Any]]]

# What is made, by the operation that describes it; anything else in the input is reported as left out.
_TAKEN = {
    "ec2:DescribeVpcs": "Vpcs",
    "ec2:DescribeSubnets": "Subnets",
    "ec2:DescribeSecurityGroups": "SecurityGroups",
    "ec2:DescribeInternetGateways": "InternetGateways",
    "ec2:DescribeRouteTables": "RouteTables",
    "ec2:DescribeImages": "Images",
    "ec2:DescribeInstances": "Reservations",
    "ec2:DescribeVolumes": "Volumes",
    "ec2:DescribeAddresses": "Addresses",
}

_dictated: ContextVar[dict[str, list[str]] | None] = ContextVar("skywright_gym_dictated_ids", default=None)


def install() -> None:
    """Let moto take ids that are dictated. Once, before the first request."""
    drawn = ec2_utils.random_id

    def random_id(prefix: str = "", size: int = 17) -> str:
        waiting = (_dictated.get() or {}).get(prefix)
        return waiting.pop(0) if waiting else drawn(prefix, size)

    ec2_utils.random_id = random_id


@contextmanager
def _dictating(ids: Mapping[str, list[str]]) -> Generator[None]:
    token = _dictated.set({prefix: list(wanted) for prefix, wanted in ids.items()})
    try:
        yield
    finally:
        _dictated.reset(token)


@dataclass
class Outcome:
    """How many of each were made, and a sentence for everything that was not."""

    made: dict[str, int] = field(default_factory=dict[str, int])
    left_out: list[str] = field(default_factory=list[str])


def run(world: World, described: Described) -> Outcome:
    """Make what is described, in place of whatever EC2 holds in these regions."""
    outcome = Outcome()
    with inside(world):
        for region, answers in described.items():
            _Region(world, region, answers, outcome).run()
    return outcome


class _Region:
    def __init__(
        self, world: World, region: str, answers: Mapping[str, Mapping[str, Any]], outcome: Outcome
    ) -> None:
        self._world = world
        self._region = region
        self._answers = answers
        self._outcome = outcome
        self._backend: Any = ec2_backends[world.account_id][region]
        self._model = botocore.session.get_session().get_service_model("ec2")

    def run(self) -> None:
        for operation, answer in self._answers.items():
            key = _TAKEN.get(operation)
            if key is None or key not in answer:
                self._outcome.left_out.append(f"{self._region} {operation}: the gym cannot import this")
        self._clear()
        self._each("DescribeVpcs", "VpcId", self._vpc)
        self._each("DescribeSubnets", "SubnetId", self._subnet)
        self._each("DescribeSecurityGroups", "GroupId", self._group)
        # Rules refer to groups, so all groups come first.
        self._each("DescribeSecurityGroups", "GroupId", self._rules, count=False)
        self._each("DescribeInternetGateways", "InternetGatewayId", self._gateway)
        self._each("DescribeRouteTables", "RouteTableId", self._route_table)
        self._each("DescribeImages", "ImageId", self._image)
        for reservation in self._listed("DescribeInstances"):
            for instance in reservation.get("Instances", []):
                self._make("instance", instance["InstanceId"], instance, self._instance)
        self._each("DescribeVolumes", "VolumeId", self._volume)
        self._each("DescribeAddresses", "AllocationId", self._address)

    def _clear(self) -> None:
        backend = self._backend
        for held in ("vpcs", "subnets", "groups", "route_tables", "network_acls", "internet_gateways"):
            getattr(backend, held).clear()

    def _listed(self, operation: str) -> list[dict[str, Any]]:
        return self._answers.get(f"ec2:{operation}", {}).get(_TAKEN[f"ec2:{operation}"], [])

    def _each(self, operation: str, key: str, make: Any, *, count: bool = True) -> None:
        for described in self._listed(operation):
            kind = key.removesuffix("Id").lower() if count else ""
            self._make(kind, described.get(key, "?"), described, make)

    def _make(self, kind: str, name: str, described: dict[str, Any], make: Any) -> None:
        try:
            make(described)
        except Refusal as refused:
            self._outcome.left_out.append(f"{self._region} {name}: {refused.message}")
            return
        except (KeyError, IndexError) as missing:
            self._outcome.left_out.append(f"{self._region} {name}: the description lacks {missing}")
            return
        tags = {tag["Key"]: tag["Value"] for tag in described.get("Tags", [])}
        if tags:
            self._backend.create_tags([name], tags)
        if kind:
            self._outcome.made[kind] = self._outcome.made.get(kind, 0) + 1

    def _call(self, operation: str, parameters: dict[str, Any], **ids: list[str]) -> None:
        """One EC2 operation, with the ids that moto is to give. Raises Refusal."""
        model = self._model.operation_model(operation)
        serializer: Any = create_serializer("ec2", include_validation=False)
        body = _form(serializer.serialize_to_request(parameters, model)["body"])
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "host": f"ec2.{self._region}.amazonaws.com",
        }
        headers["authorization"] = f"AWS4-HMAC-SHA256 Credential=x/20000101/{self._region}/ec2/aws4_request"
        request = Request("POST", "/", "", headers, body)
        with _dictating(ids):
            signed = moto_app.Signed(self._world.account_id, "ec2", self._region)
            response = moto_app.answer(request, signed)
        if response.status >= 300:
            text = response.body.decode(errors="replace")
            raise Refusal("Refused", text.partition("<Message>")[2].partition("</Message>")[0] or text[:200])

    def _vpc(self, vpc: dict[str, Any]) -> None:
        vpc_id = vpc["VpcId"]
        main = [t["RouteTableId"] for t in self._listed("DescribeRouteTables") if _is_main(t, vpc_id)]
        group = [
            g["GroupId"]
            for g in self._listed("DescribeSecurityGroups")
            if g.get("VpcId") == vpc_id and g["GroupName"] == "default"
        ]
        self._call("CreateVpc", {"CidrBlock": vpc["CidrBlock"]}, vpc=[vpc_id], rtb=main[:1], sg=group[:1])
        made = self._backend.vpcs[vpc_id]
        if vpc.get("IsDefault"):
            made.is_default = True
            self._backend.default_vpc = made

    def _subnet(self, subnet: dict[str, Any]) -> None:
        parameters = {k: subnet[k] for k in ("VpcId", "CidrBlock", "AvailabilityZone")}
        self._call("CreateSubnet", parameters, subnet=[subnet["SubnetId"]])
        made = self._backend.get_subnet(subnet["SubnetId"])
        made.map_public_ip_on_launch = bool(subnet.get("MapPublicIpOnLaunch"))
        made.default_for_az = bool(subnet.get("DefaultForAz"))

    def _group(self, group: dict[str, Any]) -> None:
        if group["GroupName"] != "default":
            parameters = {k: group[k] for k in ("GroupName", "Description", "VpcId")}
            self._call("CreateSecurityGroup", parameters, sg=[group["GroupId"]])

    def _rules(self, group: dict[str, Any]) -> None:
        made = self._backend.get_security_group_from_id(group["GroupId"])
        made.ingress_rules.clear()
        made.egress_rules.clear()
        ways = (("Ingress", "IpPermissions"), ("Egress", "IpPermissionsEgress"))
        for way, key in ways:
            rules = [_rule(rule) for rule in group.get(key, [])]
            if rules:
                parameters = {"GroupId": group["GroupId"], "IpPermissions": rules}
                self._call(f"AuthorizeSecurityGroup{way}", parameters)

    def _gateway(self, gateway: dict[str, Any]) -> None:
        gateway_id = gateway["InternetGatewayId"]
        self._call("CreateInternetGateway", {}, igw=[gateway_id])
        for attachment in gateway.get("Attachments", []):
            parameters = {"InternetGatewayId": gateway_id, "VpcId": attachment["VpcId"]}
            self._call("AttachInternetGateway", parameters)

    def _route_table(self, table: dict[str, Any]) -> None:
        table_id = table["RouteTableId"]
        if table_id not in self._backend.route_tables:
            self._call("CreateRouteTable", {"VpcId": table["VpcId"]}, rtb=[table_id])
        for association in table.get("Associations", []):
            if association.get("SubnetId"):
                parameters = {"RouteTableId": table_id, "SubnetId": association["SubnetId"]}
                self._call(
                    "AssociateRouteTable", parameters, rtbassoc=[association["RouteTableAssociationId"]]
                )
        for route in table.get("Routes", []):
            if route.get("GatewayId", "local") != "local" and "DestinationCidrBlock" in route:
                wanted = {k: route[k] for k in ("DestinationCidrBlock", "GatewayId")}
                self._call("CreateRoute", {"RouteTableId": table_id, **wanted})
            elif route.get("GatewayId") != "local":
                self._outcome.left_out.append(f"{self._region} {table_id}: a route that is not to a gateway")

    def _image(self, image: dict[str, Any]) -> None:
        if image["ImageId"] in self._backend.amis:
            return
        disks = [d["Ebs"] for d in image.get("BlockDeviceMappings", []) if d.get("Ebs", {}).get("SnapshotId")]
        with _dictating({"snap": [disk["SnapshotId"] for disk in disks][:1]}):
            self._backend.amis[image["ImageId"]] = Ami(
                self._backend,
                image["ImageId"],
                name=image.get("Name"),
                description=image.get("Description"),
                owner_id=image.get("OwnerId"),
                public=bool(image.get("Public")),
                architecture=image.get("Architecture", "x86_64"),
                virtualization_type=image.get("VirtualizationType", "hvm"),
                root_device_type=image.get("RootDeviceType", "ebs"),
                root_device_name=image.get("RootDeviceName", "/dev/xvda"),
                region_name=f"{self._region}a",
            )

    def _instance(self, instance: dict[str, Any]) -> None:
        if instance["State"]["Name"] in ("terminated", "shutting-down"):
            return
        self._image({"ImageId": instance["ImageId"], "Name": f"image of {instance['InstanceId']}"})
        interfaces = sorted(
            instance.get("NetworkInterfaces", []), key=lambda i: i["Attachment"]["DeviceIndex"]
        )
        root = instance.get("RootDeviceName")
        mappings = instance.get("BlockDeviceMappings", [])
        disks = [d["Ebs"]["VolumeId"] for d in mappings if d["DeviceName"] == root]
        parameters: dict[str, Any] = {
            "ImageId": instance["ImageId"],
            "InstanceType": instance["InstanceType"],
            "SubnetId": instance["SubnetId"],
            "SecurityGroupIds": [group["GroupId"] for group in instance.get("SecurityGroups", [])],
            "PrivateIpAddress": instance["PrivateIpAddress"],
            "MinCount": 1,
            "MaxCount": 1,
        }
        if instance.get("KeyName"):
            parameters["KeyName"] = instance["KeyName"]
            if instance["KeyName"] not in self._backend.key_pairs:
                self._call("CreateKeyPair", {"KeyName": instance["KeyName"], "KeyType": "ed25519"})
        interface_ids = [interface["NetworkInterfaceId"] for interface in interfaces][:1]
        self._call("RunInstances", parameters, i=[instance["InstanceId"]], eni=interface_ids, vol=disks)
        if instance["State"]["Name"] in ("stopped", "stopping"):
            self._call("StopInstances", {"InstanceIds": [instance["InstanceId"]], "Force": True})

    def _volume(self, volume: dict[str, Any]) -> None:
        volume_id = volume["VolumeId"]
        if volume_id in self._backend.volumes:
            # The root disk of an instance: made with it, but of the image's size.
            self._backend.volumes[volume_id].size = volume["Size"]
            return
        wanted = {
            k: volume[k] for k in ("AvailabilityZone", "Size", "VolumeType", "Encrypted") if k in volume
        }
        self._call("CreateVolume", wanted, vol=[volume_id])
        for attachment in volume.get("Attachments", []):
            self._backend.volumes[volume_id].status = "available"
            self._backend.attach_volume(volume_id, attachment["InstanceId"], attachment["Device"])

    def _address(self, address: dict[str, Any]) -> None:
        allocation = address["AllocationId"]
        parameters = {"Domain": "vpc", "Address": address["PublicIp"]}
        self._call("AllocateAddress", parameters, eipalloc=[allocation])
        if address.get("NetworkInterfaceId"):
            wanted = {"AllocationId": allocation, "NetworkInterfaceId": address["NetworkInterfaceId"]}
            self._call("AssociateAddress", wanted, eipassoc=[address.get("AssociationId", "")])


def _is_main(table: Mapping[str, Any], vpc_id: str) -> bool:
    return table.get("VpcId") == vpc_id and any(a.get("Main") for a in table.get("Associations", []))


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule as it is described, less what only descriptions have."""
    wanted = {
        k: rule[k]
        for k in ("IpProtocol", "FromPort", "ToPort", "IpRanges", "Ipv6Ranges")
        if rule.get(k) is not None
    }
    pairs = [{"GroupId": pair["GroupId"]} for pair in rule.get("UserIdGroupPairs", [])]
    return wanted | ({"UserIdGroupPairs": pairs} if pairs else {})


def _form(fields: Mapping[str, Any]) -> bytes:
    return urlencode({name: _wire(value) for name, value in fields.items()}).encode()


def _wire(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
