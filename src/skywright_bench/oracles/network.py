"""What a network's things are to each other: ways out, addresses, and who is let in, in words.

A part of the closer look (`closely`). Judges nothing.
"""

from collections.abc import Mapping
from typing import Any

from skywright_bench.oracles.reader import Reader
from skywright_bench.oracles.state import Row, State, named, of_kind

_EVERYWHERE = frozenset({"0.0.0.0/0", "::/0"})

Rows = list[tuple[str, str, dict[str, Any]]]
"""What is to be added to things: the kind and the identifier of each, and its properties."""


def look(account: Reader, region: str, here: State) -> Rows:
    """Of addresses, route tables, subnets, gateways, security groups and what else leads into networks.

    Args:
        here: what was seen of the region already.
    """
    return [
        *_addresses(account, region),
        *_routes(account, region),
        *_subnets(account, region),
        *_nats(account, region),
        *_ways_in(account, region),
        *_groups(account, region, here),
    ]


def _addresses(account: Reader, region: str) -> Rows:
    rows = account.client("ec2", region).describe_addresses()["Addresses"]
    return [
        ("address", row["AllocationId"], {"ip": row["PublicIp"], "used": bool(row.get("AssociationId"))})
        for row in rows
    ]


def _routes(account: Reader, region: str) -> Rows:
    found: Rows = []
    for row in account.client("ec2", region).describe_route_tables()["RouteTables"]:
        ways = {_destination(route): _way(route) for route in row["Routes"]}
        held = row["Associations"]
        table = {
            **named(row),
            "network": row["VpcId"],
            "main": any(one.get("Main") for one in held),
            "subnets": sorted(one["SubnetId"] for one in held if one.get("SubnetId")),
            "default": ways.get("0.0.0.0/0", ""),
            "routes": sorted(f"{where} to {way}" for where, way in ways.items()),
        }
        found.append(("routes", row["RouteTableId"], table))
    return found


def _destination(route: Row) -> str:
    return str(route.get("DestinationCidrBlock") or route.get("DestinationIpv6CidrBlock") or "?")


def _way(route: Row) -> str:
    keys = ("GatewayId", "NatGatewayId", "InstanceId", "NetworkInterfaceId", "VpcPeeringConnectionId")
    return next((str(route[key]) for key in keys if route.get(key)), "nowhere")


def _subnets(account: Reader, region: str) -> Rows:
    """Subnets, and whether the internet is reached from them by their own table, or else the main one."""
    ec2 = account.client("ec2", region)
    tables = _routes(account, region)
    gateways = {
        row["InternetGatewayId"]: {one["VpcId"] for one in row.get("Attachments") or []}
        for row in ec2.describe_internet_gateways()["InternetGateways"]
    }
    filters = {
        one["SubnetId"]: sorted(_filter(entry) for entry in row["Entries"])
        for row in ec2.describe_network_acls()["NetworkAcls"]
        for one in row["Associations"]
    }
    found: Rows = []
    for row in ec2.describe_subnets()["Subnets"]:
        own = [table for _, _, table in tables if row["SubnetId"] in table["subnets"]]
        main = [table for _, _, table in tables if table["main"] and table["network"] == row["VpcId"]]
        way = (own or main or [{"default": ""}])[0]["default"]
        subnet = {
            "internet": row["VpcId"] in gateways.get(way, ()),
            "gives_addresses": bool(row.get("MapPublicIpOnLaunch")),
            "filters": filters.get(row["SubnetId"], []),
        }
        found.append(("subnet", row["SubnetId"], subnet))
    for row in ec2.describe_internet_gateways()["InternetGateways"]:
        found.append(("gateway", row["InternetGatewayId"], named(row)))
    return found


def _filter(entry: Row) -> str:
    """An entry of a network's access list, in words."""
    way, ports = "out" if entry["Egress"] else "in", entry.get("PortRange") or {}
    where = entry.get("CidrBlock") or entry.get("Ipv6CidrBlock")
    span = f"{ports.get('From', '')}-{ports.get('To', '')}"
    return f"{entry['RuleNumber']} {way} {entry['RuleAction']} {entry['Protocol']} {span} {where}"


def _ways_in(account: Reader, region: str) -> Rows:
    """Other networks and services that a network is tied to, and keys with which machines are entered."""
    ec2 = account.client("ec2", region)
    found: Rows = []
    for row in ec2.describe_vpc_peering_connections()["VpcPeeringConnections"]:
        sides = [row[side]["VpcId"] for side in ("RequesterVpcInfo", "AccepterVpcInfo")]
        found.append(("peering", row["VpcPeeringConnectionId"], {**named(row), "networks": sorted(sides)}))
    for row in ec2.describe_vpc_endpoints()["VpcEndpoints"]:
        endpoint = {**named(row), "network": row["VpcId"], "service": row["ServiceName"]}
        found.append(("endpoint", row["VpcEndpointId"], endpoint))
    for row in ec2.describe_key_pairs()["KeyPairs"]:
        found.append(
            (
                "key_pair",
                f"{region} {row['KeyName']}",
                {"name": row["KeyName"], "print": row["KeyFingerprint"]},
            )
        )
    return found


def _nats(account: Reader, region: str) -> Rows:
    rows = account.client("ec2", region).describe_nat_gateways()["NatGateways"]
    return [
        ("nat", row["NatGatewayId"], {**named(row), "subnet": row["SubnetId"], "state": row["State"]})
        for row in rows
        if row["State"] not in ("deleted", "deleting")
    ]


def _groups(account: Reader, region: str, here: State) -> Rows:
    """Security groups with their rules in words, `443 from 0.0.0.0/0` or `5432 from group shop-app`."""
    rows = account.client("ec2", region).describe_security_groups()["SecurityGroups"]
    names = {row["GroupId"]: row["GroupName"] for row in rows}
    borne = {
        group for kind in ("vm", "lb") for thing in of_kind(here, kind).values() for group in thing["groups"]
    }
    found: Rows = []
    for row in rows:
        rules = sorted(rule for item in row["IpPermissions"] for rule in _in_words(item, names))
        group = {
            "tags": named(row)["tags"],
            "rules": rules,
            "egress": sorted(rule for item in row["IpPermissionsEgress"] for rule in _in_words(item, names)),
            "open": any(rule.rpartition(" ")[2] in _EVERYWHERE for rule in rules),
            "used": row["GroupId"] in borne,
        }
        found.append(("group", row["GroupId"], group))
    return found


def _in_words(item: Row, names: Mapping[str, str]) -> list[str]:
    """A permission as texts, one for each source; TCP goes without saying."""
    protocol, first, last = item["IpProtocol"], item.get("FromPort"), item.get("ToPort")
    ports = "all" if protocol == "-1" else str(first) if first == last else f"{first}-{last}"
    said = ports if protocol in ("tcp", "-1") else f"{protocol} {ports}"
    sources = [part["CidrIp"] for part in item.get("IpRanges") or []]
    sources += [part["CidrIpv6"] for part in item.get("Ipv6Ranges") or []]
    sources += [part["PrefixListId"] for part in item.get("PrefixListIds") or []]
    groups = [part["GroupId"] for part in item.get("UserIdGroupPairs") or []]
    sources += [f"group {names.get(id, id)}" for id in groups]
    return [f"{said} from {source}" for source in sources]
