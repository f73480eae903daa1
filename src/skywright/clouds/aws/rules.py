"""Rules of security groups, in every form in which AWS takes and gives them.

Owns the forms: `IpPermissions` with their lists of ranges, the old top-level members
(`IpProtocol`, `FromPort`, `ToPort`, `CidrIp`), `SecurityGroupRules` to modify, and what is
described. Must not judge what a rule means for anybody's safety.

Source: Amazon EC2 API reference, IpPermission, AuthorizeSecurityGroupIngress, SecurityGroupRule.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from skywright.model.values import Value

Source = Literal["cidr", "cidr6", "prefix_list", "group", "nothing"]

_LISTS: tuple[tuple[str, str, Source], ...] = (
    ("IpRanges", "CidrIp", "cidr"),
    ("Ipv6Ranges", "CidrIpv6", "cidr6"),
    ("PrefixListIds", "PrefixListId", "prefix_list"),
    ("UserIdGroupPairs", "GroupId", "group"),
)
_PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "all": "-1"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a protocol, its ports and one source (or destination).

    Attributes:
        first, last: as given; None where the protocol has no ports or they were left out.
        where: a CIDR, or the id of a prefix list or a group (its name if only that was given).
        pair: of a group: the whole pair, as AWS takes it.
    """

    protocol: str
    first: Value
    last: Value
    source: Source
    where: str
    description: str = ""
    pair: tuple[tuple[str, str], ...] = ()

    @staticmethod
    def described(rule: Mapping[str, Any]) -> "Rule":
        """From a `SecurityGroupRule`, or from what a change of one asks for."""
        protocol, first, last = _ports(rule)
        source, where = _single_source(rule)
        pair = (("GroupId", where),) if source == "group" else ()
        return Rule(protocol, first, last, source, where, str(rule.get("Description", "")), pair)

    def bare(self) -> "Rule":
        """Without what does not count when two rules are compared."""
        return replace(self, description="", pair=())


def given_rules(arguments: Mapping[str, Any]) -> tuple[Rule, ...]:
    """Every rule that the arguments of an authorization, a revocation or a change hold."""
    found: list[Rule] = []
    for permission in _items(arguments.get("IpPermissions")):
        found += _of_permission(permission)
    if any(name in arguments for name in ("IpProtocol", "CidrIp", "FromPort", "SourceSecurityGroupName")):
        found.append(Rule.described(arguments))
    for changed in _items(arguments.get("SecurityGroupRules")):
        rule = changed.get("SecurityGroupRule")
        if isinstance(rule, Mapping):
            found.append(Rule.described(rule))
    return tuple(found)


def rules_of_group(group: Mapping[str, Any], egress: bool) -> tuple[Rule, ...]:
    """Every rule of a described security group, one way."""
    found: list[Rule] = []
    for permission in _items(group.get("IpPermissionsEgress" if egress else "IpPermissions")):
        found += _of_permission(permission)
    return tuple(found)


def permission(rule: Rule) -> dict[str, Value]:
    """The rule as an `IpPermission`."""
    made: dict[str, Value] = {"IpProtocol": rule.protocol}
    if rule.protocol != "-1" and rule.first is not None:
        made |= {"FromPort": rule.first, "ToPort": rule.last}
    for list_name, member, source in _LISTS:
        if source == rule.source:
            entry: dict[str, Value] = dict(rule.pair) if rule.pair else {member: rule.where}
            made[list_name] = [{**entry, "Description": rule.description} if rule.description else entry]
    return made


def _of_permission(given: Mapping[str, Any]) -> Iterator[Rule]:
    protocol, first, last = _ports(given)
    nothing = True
    for list_name, member, source in _LISTS:
        for entry in _items(given.get(list_name)):
            nothing = False
            where = str(entry.get(member) or entry.get("GroupName") or "")
            description = str(entry.get("Description", "") or "")
            pair = tuple((key, str(entry[key])) for key in ("GroupId", "UserId") if entry.get(key))
            yield Rule(protocol, first, last, source, where, description, pair if source == "group" else ())
    if nothing:
        yield Rule(protocol, first, last, "nothing", "")


def _ports(given: Mapping[str, Any]) -> tuple[str, Value, Value]:
    protocol = str(given.get("IpProtocol", "-1")).lower()
    protocol = _PROTOCOLS.get(protocol, protocol)
    if protocol == "-1":
        return protocol, None, None
    return protocol, given.get("FromPort"), given.get("ToPort")


def _single_source(given: Mapping[str, Any]) -> tuple[Source, str]:
    for member, source in (
        ("CidrIp", "cidr"),
        ("CidrIpv4", "cidr"),
        ("CidrIpv6", "cidr6"),
        ("PrefixListId", "prefix_list"),
        ("ReferencedGroupId", "group"),
        ("SourceSecurityGroupName", "group"),
    ):
        if given.get(member):
            return source, str(given[member])  # type: ignore[return-value]
    referenced = given.get("ReferencedGroupInfo")
    if isinstance(referenced, Mapping) and referenced.get("GroupId"):
        return "group", str(referenced["GroupId"])
    return "nothing", ""


def _items(value: Any) -> Sequence[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, (list, tuple)) else ()
