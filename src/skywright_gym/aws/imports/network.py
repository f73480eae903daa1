"""Networks made again: VPCs, subnets, groups with their rules, gateways, routes, addresses, interfaces."""

from collections.abc import Mapping
from typing import Any

from skywright_gym.aws.imports.hand import Hand, Row
from skywright_gym.aws.refusal import Refusal


def vpc(hand: Hand, row: Row) -> None:
    vpc_id = row["VpcId"]
    tables = hand.rows("ec2:DescribeRouteTables", "RouteTables")
    main = [table["RouteTableId"] for table in tables if _is_main(table, vpc_id)]
    group = [
        each["GroupId"]
        for each in hand.rows("ec2:DescribeSecurityGroups", "SecurityGroups")
        if each.get("VpcId") == vpc_id and each["GroupName"] == "default"
    ]
    hand.ask("ec2:CreateVpc", {"CidrBlock": row["CidrBlock"]}, vpc=[vpc_id], rtb=main[:1], sg=group[:1])
    if row.get("IsDefault"):
        hand.ec2.vpcs[vpc_id].is_default = True
        hand.ec2.default_vpc = hand.ec2.vpcs[vpc_id]
    hand.tag(vpc_id, row)


def subnet(hand: Hand, row: Row) -> None:
    parameters = {key: row[key] for key in ("VpcId", "CidrBlock", "AvailabilityZone")}
    hand.ask("ec2:CreateSubnet", parameters, subnet=[row["SubnetId"]])
    made = hand.ec2.get_subnet(row["SubnetId"])
    made.map_public_ip_on_launch = bool(row.get("MapPublicIpOnLaunch"))
    made.default_for_az = bool(row.get("DefaultForAz"))
    hand.tag(row["SubnetId"], row)


def group(hand: Hand, row: Row) -> None:
    if row["GroupName"] != "default":
        parameters = {key: row[key] for key in ("GroupName", "Description", "VpcId")}
        hand.ask("ec2:CreateSecurityGroup", parameters, sg=[row["GroupId"]])
    elif hand.ec2.get_security_group_from_id(row["GroupId"]) is None:
        raise Refusal("InvalidGroup.NotFound", "its network was not made")
    hand.tag(row["GroupId"], row)


def rules(hand: Hand, row: Row) -> None:
    """The rules of a group; they refer to groups, so all groups come first."""
    made = hand.ec2.get_security_group_from_id(row["GroupId"])
    if made is None:
        return  # told when it was not made
    made.ingress_rules.clear()
    made.egress_rules.clear()
    for way, key in (("Ingress", "IpPermissions"), ("Egress", "IpPermissionsEgress")):
        told = [_rule(each) for each in row.get(key, [])]
        if told:
            parameters = {"GroupId": row["GroupId"], "IpPermissions": told}
            hand.ask(f"ec2:AuthorizeSecurityGroup{way}", parameters)


def gateway(hand: Hand, row: Row) -> None:
    gateway_id = row["InternetGatewayId"]
    hand.ask("ec2:CreateInternetGateway", {}, igw=[gateway_id])
    for attachment in row.get("Attachments", []):
        parameters = {"InternetGatewayId": gateway_id, "VpcId": attachment["VpcId"]}
        hand.ask("ec2:AttachInternetGateway", parameters)
    hand.tag(gateway_id, row)


def nat_gateway(hand: Hand, row: Row) -> None:
    if row.get("State") in ("deleted", "deleting", "failed"):
        return
    parameters: dict[str, Any] = {"SubnetId": row["SubnetId"]}
    if row.get("ConnectivityType"):
        parameters["ConnectivityType"] = row["ConnectivityType"]
    allocations = [a["AllocationId"] for a in row.get("NatGatewayAddresses", []) if a.get("AllocationId")]
    if allocations:
        parameters["AllocationId"] = allocations[0]
    hand.ask("ec2:CreateNatGateway", parameters, nat=[row["NatGatewayId"]])
    hand.tag(row["NatGatewayId"], row)


def route_table(hand: Hand, row: Row) -> None:
    table_id = row["RouteTableId"]
    if table_id not in hand.ec2.route_tables:
        hand.ask("ec2:CreateRouteTable", {"VpcId": row["VpcId"]}, rtb=[table_id])
    for association in row.get("Associations", []):
        if association.get("SubnetId"):
            parameters = {"RouteTableId": table_id, "SubnetId": association["SubnetId"]}
            named = [association["RouteTableAssociationId"]]
            hand.ask("ec2:AssociateRouteTable", parameters, rtbassoc=named)
    for route in row.get("Routes", []):
        _route(hand, table_id, route)
    hand.tag(table_id, row)


def _route(hand: Hand, table_id: str, route: Row) -> None:
    if route.get("GatewayId") == "local":
        return
    way = next((key for key in ("GatewayId", "NatGatewayId") if route.get(key)), None)
    if way is None or not route.get("DestinationCidrBlock"):
        hand.leave_out(table_id, "a route that is neither to an internet gateway nor to a NAT gateway")
        return
    wanted = {key: route[key] for key in ("DestinationCidrBlock", way)}
    hand.ask("ec2:CreateRoute", {"RouteTableId": table_id, **wanted})


def address(hand: Hand, row: Row) -> None:
    """An address of one's own, not associated yet."""
    parameters = {"Domain": "vpc", "Address": row["PublicIp"]}
    hand.ask("ec2:AllocateAddress", parameters, eipalloc=[row["AllocationId"]])
    hand.tag(row["AllocationId"], row)


def association(hand: Hand, row: Row) -> None:
    """What an address is associated with, if that is an interface that was made."""
    interface_id = row.get("NetworkInterfaceId")
    if not interface_id or interface_id not in hand.ec2.enis:
        return
    named = [row["AssociationId"]] if row.get("AssociationId") else []
    wanted = {"AllocationId": row["AllocationId"], "NetworkInterfaceId": interface_id}
    hand.ask("ec2:AssociateAddress", wanted, eipassoc=named)


def interface(hand: Hand, row: Row) -> None:
    """An interface of the account's own making; machines and load balancers bring theirs along."""
    attachment = row.get("Attachment") or {}
    interface_id = row["NetworkInterfaceId"]
    if row.get("RequesterManaged") or row.get("InterfaceType", "interface") != "interface":
        return
    if interface_id in hand.ec2.enis or attachment.get("DeviceIndex") == 0:
        return
    parameters: dict[str, Any] = {
        "SubnetId": row["SubnetId"],
        "Description": row.get("Description") or "",
        "Groups": [each["GroupId"] for each in row.get("Groups", [])],
    }
    if row.get("PrivateIpAddress"):
        parameters["PrivateIpAddress"] = row["PrivateIpAddress"]
    hand.ask("ec2:CreateNetworkInterface", parameters, eni=[interface_id])
    hand.tag(interface_id, {"Tags": row.get("TagSet")})
    if attachment.get("InstanceId"):
        wanted = {
            "NetworkInterfaceId": interface_id,
            "InstanceId": attachment["InstanceId"],
            "DeviceIndex": attachment["DeviceIndex"],
        }
        named = [attachment["AttachmentId"]] if attachment.get("AttachmentId") else []
        hand.ask("ec2:AttachNetworkInterface", wanted, eni_attach=named)


def _is_main(table: Mapping[str, Any], vpc_id: str) -> bool:
    return table.get("VpcId") == vpc_id and any(each.get("Main") for each in table.get("Associations", []))


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule as it is described, less what only descriptions have."""
    names = ("IpProtocol", "FromPort", "ToPort", "IpRanges", "Ipv6Ranges", "PrefixListIds")
    wanted = {key: rule[key] for key in names if rule.get(key) not in (None, [])}
    pairs = [{"GroupId": pair["GroupId"]} for pair in rule.get("UserIdGroupPairs", [])]
    return wanted | ({"UserIdGroupPairs": pairs} if pairs else {})
