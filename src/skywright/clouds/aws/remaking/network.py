"""Networks made again: what comes with one is found, the rest is made, and rules and routes one by one."""

from collections.abc import Mapping, Sequence
from typing import Any

from skywright.clouds.aws.remaking.draft import Draft, Recipe, Scene, chosen, described, ec2, tag, tagged
from skywright.clouds.aws.template import find
from skywright.model.resource import Resource
from skywright.model.values import Value

_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
_WAYS = (
    "NatGatewayId",
    "NetworkInterfaceId",
    "InstanceId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "EgressOnlyInternetGatewayId",
    "GatewayId",
)
_ENTRY = ("CidrBlock", "Ipv6CidrBlock", "IcmpTypeCode", "PortRange")
_RULE = ("IpProtocol", "FromPort", "ToPort")
_SOURCES = ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
_ALL: Mapping[str, Value] = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
_DEFAULT_RULE = 32767
_DONE = ("InvalidPermission.Duplicate", "InvalidPermission.NotFound")


def is_main(table: Resource) -> bool:
    """Whether a route table is its network's main one."""
    return bool(find("Associations[?Main]", described(table)))


def is_default(group: Resource) -> bool:
    """Whether a security group came with its network."""
    return described(group).get("GroupName") == "default"


def vpc(resource: Resource, scene: Scene) -> Recipe:
    """A network; its main route table and its default group come with it."""
    its = described(resource)
    comes = [table for table in scene.of("ec2:route-table") if is_main(table)]
    comes += [group for group in scene.of("ec2:security-group") if is_default(group)]
    own = [one for one in comes if described(one).get("VpcId") == resource.id]
    also = [one.id for one in own] + list(find("CidrBlockAssociationSet[].AssociationId", its) or ())
    also += [
        each["RouteTableAssociationId"]
        for one in own
        for each in described(one).get("Associations") or ()
        if each.get("Main")
    ]
    wanted = chosen(its, "CidrBlock", "InstanceTenancy") | tagged(resource)
    drafts = [ec2("CreateVpc", wanted, {resource.id: "Vpc.VpcId"}, also=tuple(also))]
    if resource.id in scene.given:
        drafts = []
    drafts += [
        ec2("ModifyVpcAttribute", {"VpcId": resource.id, name: {"Value": its[name]}})
        for name, usual in (("EnableDnsSupport", True), ("EnableDnsHostnames", False))
        if its.get(name, usual) != usual
    ]
    others = [
        block["CidrBlock"]
        for block in its.get("CidrBlockAssociationSet") or ()
        if block.get("CidrBlock") not in (None, its["CidrBlock"])
    ]
    drafts += [ec2("AssociateVpcCidrBlock", {"VpcId": resource.id, "CidrBlock": each}) for each in others]
    return tuple(drafts), ()


def route_table(resource: Resource, scene: Scene) -> Recipe:
    """A route table with its routes and subnets; a main one is found, not made."""
    its = described(resource)
    drafts: list[Draft] = []
    if is_main(resource):
        if resource.id not in scene.given:
            filters = [
                {"Name": "vpc-id", "Values": [its["VpcId"]]},
                {"Name": "association.main", "Values": ["true"]},
            ]
            gives = {resource.id: "RouteTables[0].RouteTableId"}
            drafts.append(ec2("DescribeRouteTables", {"Filters": filters}, gives))
        drafts += tag(resource)
    else:
        wanted = {"VpcId": its["VpcId"], **tagged(resource)}
        drafts.append(ec2("CreateRouteTable", wanted, {resource.id: "RouteTable.RouteTableId"}))
    for association in its.get("Associations") or ():
        if association.get("SubnetId"):
            wanted = {"RouteTableId": resource.id, "SubnetId": association["SubnetId"]}
            gives = {
                str(id): "AssociationId" for id in chosen(association, "RouteTableAssociationId").values()
            }
            drafts.append(ec2("AssociateRouteTable", wanted, gives))
    lacking: list[str] = []
    for route in its.get("Routes") or ():
        draft = _route(resource.id, route)
        if isinstance(draft, Draft):
            drafts.append(draft)
        elif draft:
            lacking.append(draft)
    return tuple(drafts), tuple(lacking)


def _route(table: str, route: Mapping[str, Any]) -> Draft | str:
    """The call that makes a route; a sentence if there is none, empty if none is needed."""
    if route.get("GatewayId") == "local" or route.get("Origin") == "EnableVgwRoutePropagation":
        return ""
    where = next((name for name in _DESTINATIONS if route.get(name)), "")
    way = next((name for name in _WAYS if route.get(name)), "")
    if not where or not way or str(route[way]).startswith(("vgw-", "vpce-")):
        return f"its route to {route.get(where, 'somewhere')}: it leads by what is not made again"
    return ec2("CreateRoute", {"RouteTableId": table, where: route[where], way: route[way]})


def security_group(resource: Resource, scene: Scene) -> Recipe:
    """A group with its rules; one that came with its network is found, and what it began with taken away."""
    its = described(resource)
    drafts: list[Draft] = []
    if is_default(resource):
        if resource.id not in scene.given:
            filters = [
                {"Name": "vpc-id", "Values": [its["VpcId"]]},
                {"Name": "group-name", "Values": ["default"]},
            ]
            gives = {resource.id: "SecurityGroups[0].GroupId"}
            drafts.append(ec2("DescribeSecurityGroups", {"Filters": filters}, gives))
        drafts += tag(resource)
    else:
        wanted = chosen(its, "GroupName", "Description", "VpcId") | tagged(resource)
        drafts.append(ec2("CreateSecurityGroup", wanted, {resource.id: "GroupId"}))
    inward = [_itself(resource.id)] if is_default(resource) else []
    for way, key, before in (
        ("Ingress", "IpPermissions", inward),
        ("Egress", "IpPermissionsEgress", [dict(_ALL)]),
    ):
        after = [rule for each in its.get(key) or () for rule in _apart(each)]
        gone = [rule for rule in before if rule not in after]
        new = [rule for rule in after if rule not in before]
        for verb, rules in (("Revoke", gone), ("Authorize", new)):
            if rules:
                wanted = {"GroupId": resource.id, "IpPermissions": rules}
                drafts.append(ec2(f"{verb}SecurityGroup{way}", wanted, tolerate=_DONE))
    return tuple(drafts), ()


def _itself(group: str) -> dict[str, Value]:
    return {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}


def _apart(rule: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A described rule as rules of one source each, without what only descriptions have."""
    said = {name: rule[name] for name in _RULE if rule.get(name) is not None}
    found: list[dict[str, Any]] = []
    for name in _SOURCES:
        for source in rule.get(name) or ():
            kept = {"GroupId", "Description"} if name == "UserIdGroupPairs" else set(source)
            found.append({**said, name: [{key: source[key] for key in source if key in kept}]})
    return found


def network_acl(resource: Resource, _scene: Scene) -> Recipe:
    """A list that is nobody's default, its entries, and the subnets that it guards."""
    its = described(resource)
    drafts = [
        ec2(
            "CreateNetworkAcl",
            {"VpcId": its["VpcId"], **tagged(resource)},
            {resource.id: "NetworkAcl.NetworkAclId"},
        )
    ]
    names = ("RuleNumber", "Protocol", "RuleAction", "Egress", *_ENTRY)
    for entry in its.get("Entries") or ():
        if entry.get("RuleNumber") != _DEFAULT_RULE:
            drafts.append(
                ec2("CreateNetworkAclEntry", {"NetworkAclId": resource.id, **chosen(entry, *names)})
            )
    for each in its.get("Associations") or ():
        drafts += _guarding(resource.id, each["SubnetId"])
    return tuple(drafts), ()


def _guarding(acl: str, subnet: str) -> tuple[Draft, ...]:
    """A list in place of whichever guards the subnet now."""
    present = f"association of {subnet}"
    filters = [{"Name": "association.subnet-id", "Values": [subnet]}]
    its = f"NetworkAcls[0].Associations[?SubnetId=='{subnet}'] | [0].NetworkAclAssociationId"
    return (
        ec2("DescribeNetworkAcls", {"Filters": filters}, {present: its}),
        ec2("ReplaceNetworkAclAssociation", {"AssociationId": present, "NetworkAclId": acl}),
    )


def network_interface(resource: Resource, _scene: Scene) -> Recipe:
    """An interface of somebody's own making; machines, gateways and balancers bring theirs along."""
    its = described(resource)
    attachment: Mapping[str, Any] = its.get("Attachment") or {}
    kind = its.get("InterfaceType") or "interface"
    if its.get("RequesterManaged") or kind != "interface" or attachment.get("DeviceIndex") == 0:
        return (), ()
    wanted = chosen(its, "SubnetId", "Description", "PrivateIpAddress") | tagged(resource)
    groups: Sequence[Mapping[str, str]] = its.get("Groups") or ()
    wanted["Groups"] = [group["GroupId"] for group in groups]
    drafts = [
        ec2("CreateNetworkInterface", wanted, {resource.id: "NetworkInterface.NetworkInterfaceId"}),
    ]
    if its.get("SourceDestCheck") is False:
        arguments = {"NetworkInterfaceId": resource.id, "SourceDestCheck": {"Value": False}}
        drafts.append(ec2("ModifyNetworkInterfaceAttribute", arguments))
    if attachment.get("InstanceId"):
        joined = chosen(attachment, "InstanceId", "DeviceIndex") | {"NetworkInterfaceId": resource.id}
        gives = {str(id): "AttachmentId" for id in chosen(attachment, "AttachmentId").values()}
        drafts.append(ec2("AttachNetworkInterface", joined, gives))
    return tuple(drafts), ()


def elastic_ip(resource: Resource, scene: Scene) -> Recipe:
    """An address, and what it is associated with unless that takes it by itself."""
    its = described(resource)
    # That it is the same address is asked for; the cloud grants it to whom it was last.
    wanted = {"Domain": "vpc", "Address": its["PublicIp"], **tagged(resource)}
    drafts = [ec2("AllocateAddress", wanted, {resource.id: "AllocationId"})]
    gateways = scene.of("ec2:natgateway")
    held = {each.get("AllocationId") for one in gateways for each in described(one)["NatGatewayAddresses"]}
    interface = its.get("NetworkInterfaceId")
    if its.get("AssociationId") and interface and resource.id not in held:
        # By the machine where it can be: then the address is told to be the machine's.
        by = {"InstanceId": its["InstanceId"]} if _is_first(interface, its, scene) else {}
        wanted = {"AllocationId": resource.id, **(by or {"NetworkInterfaceId": interface})}
        drafts.append(ec2("AssociateAddress", wanted, also=(its["AssociationId"],)))
    return tuple(drafts), ()


def _is_first(interface: str, address: Mapping[str, Any], scene: Scene) -> bool:
    """Whether an address is on the first interface of a machine."""
    known = scene.wanted.get(interface)
    attachment: Mapping[str, Any] = {} if known is None else described(known).get("Attachment") or {}
    return bool(address.get("InstanceId")) and attachment.get("DeviceIndex") == 0
