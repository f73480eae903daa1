"""Ways back that a template cannot say, for networks and load balancers. Otherwise as `special.py`."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from skywright.clouds.aws.back import NOT_READ, Back, Ways, ec2
from skywright.clouds.aws.rules import Rule, given_rules, permission, rules_of_group
from skywright.clouds.aws.special import result_of
from skywright.clouds.aws.template import find
from skywright.model.call import Call
from skywright.model.operation import Operation

_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


def _group_rules(call: Call) -> Ways:
    """Both ways: what was authorized anew is revoked, what was there and revoked is authorized."""
    group = find("SecurityGroups[0]", call.before)
    if not group:
        return NOT_READ
    name = call.operation.name
    egress = name.endswith("Egress")
    given = given_rules(call.arguments)
    ids: list[str] = find("SecurityGroupRuleIds", call.arguments) or []
    if ids:
        found = find("RevokedSecurityGroupRules", result_of(call) or {})
        if not found:
            return "which rules were revoked by their ids was not answered"
        given = tuple(Rule.described(rule) for rule in found)
    before = frozenset(rule.bare() for rule in rules_of_group(group, egress))
    direction = "Egress" if egress else "Ingress"
    if name.startswith("Authorize"):
        changed = [rule for rule in given if rule.bare() not in before]
        back, done = f"RevokeSecurityGroup{direction}", "InvalidPermission.NotFound"
    else:
        changed = [rule for rule in given if rule.bare() in before]
        back, done = f"AuthorizeSecurityGroup{direction}", "InvalidPermission.Duplicate"
        described = {rule.bare(): rule for rule in rules_of_group(group, egress)}
        changed = [described[rule.bare()] for rule in changed]
    if not changed:
        return []
    arguments = {"GroupId": group["GroupId"], "IpPermissions": [permission(rule) for rule in changed]}
    return [Back(ec2(back), arguments, tolerate=(done,))]


def _route(call: Call) -> Ways:
    table = find("RouteTables[0]", call.before)
    if not table:
        return NOT_READ
    for route in table.get("Routes", ()):
        if not any(
            call.arguments.get(name) and call.arguments[name] == route.get(name) for name in _DESTINATIONS
        ):
            continue
        targets = {
            name: value for name, value in route.items() if name.endswith("Id") and name not in _DESTINATIONS
        }
        # A route to an instance is described with its interface as well; the API takes one of them.
        if "NetworkInterfaceId" in targets:
            targets.pop("InstanceId", None)
        targets = {name: value for name, value in targets.items() if not name.endswith("OwnerId")}
        place = {name: route[name] for name in _DESTINATIONS if route.get(name)}
        writer = "CreateRoute" if call.operation.name == "DeleteRoute" else "ReplaceRoute"
        arguments = {"RouteTableId": table["RouteTableId"], **place, **targets}
        return [Back(ec2(writer), arguments, tolerate=("RouteAlreadyExists",))]
    return "the route was not there before"


def _route_table_association(call: Call) -> Ways:
    table = find("RouteTables[0]", call.before)
    wanted = call.arguments.get("AssociationId")
    for association in find("Associations", table or {}) or ():
        if association.get("RouteTableAssociationId") == wanted:
            place = {name: association[name] for name in ("SubnetId", "GatewayId") if association.get(name)}
            return [Back(ec2("AssociateRouteTable"), {"RouteTableId": table["RouteTableId"], **place})]
    return NOT_READ


def _address(call: Call) -> Ways:
    """To where it was, or to nowhere if it was nowhere."""
    before = find("Addresses[0]", call.before)
    if not before:
        return NOT_READ
    where = {name: before[name] for name in ("NetworkInterfaceId", "PrivateIpAddress") if before.get(name)}
    if before.get("AssociationId"):
        arguments = {"AllocationId": before["AllocationId"], "AllowReassociation": True, **where}
        return [Back(call.operation, arguments)]
    association = find("AssociationId", result_of(call) or {})
    if not association:
        return "the answer names no association"
    gone = ("InvalidAssociationID.NotFound",)
    return [Back(ec2("DisassociateAddress"), {"AssociationId": association}, tolerate=gone)]


def _attributes(call: Call) -> Ways:
    before: dict[str, str] = {
        each["Key"]: each.get("Value", "") for each in find("Attributes", call.before) or ()
    }
    keys: list[str] = find("Attributes[].Key", call.arguments) or []
    if not set(keys) <= before.keys():
        return "how the attributes were before was not read"
    kept = {name: value for name, value in call.arguments.items() if name.endswith("Arn")}
    attributes = [{"Key": key, "Value": before[key]} for key in keys]
    return [Back(call.operation, {**kept, "Attributes": attributes})]


def _targets(call: Call) -> Ways:
    described: list[dict[str, Any]] | None = find("TargetHealthDescriptions[].Target", call.before)
    if described is None:
        return NOT_READ
    register = call.operation.name == "RegisterTargets"
    changed: list[dict[str, Any]] = []
    for target in find("Targets", call.arguments) or ():
        there = [each for each in described if _same_target(target, each)]
        if register and not there:
            changed.append(dict(target))
        if not register:
            changed += there
    if not changed:
        return []
    back = Operation("elbv2", "DeregisterTargets" if register else "RegisterTargets")
    arguments = {"TargetGroupArn": call.arguments.get("TargetGroupArn"), "Targets": changed}
    gone = ("TargetGroupNotFound", "InvalidTarget") if register else ()
    return [Back(back, arguments, tolerate=gone)]


def _same_target(given: Mapping[str, Any], described: Mapping[str, Any]) -> bool:
    """A target given without a port means it on the group's own port, or on all of them."""
    return given.get("Id") == described.get("Id") and given.get("Port") in (None, described.get("Port"))


WAYS: Mapping[str, Callable[[Call], Ways]] = MappingProxyType(
    {
        "group_rules": _group_rules,
        "route": _route,
        "route_table_association": _route_table_association,
        "address": _address,
        "attributes": _attributes,
        "targets": _targets,
    }
)
