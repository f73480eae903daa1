"""What strangers reach: through routes, network ACLs, groups and load balancers, to machines.

Owns the path that a packet takes, and which ports are closed to strangers. What cannot be told counts as
open: a route whose table is known later, a machine that may get a public address, an ACL that nobody read (a
network's default one, which lets everything in unless somebody changed it, is not read).
Not followed: what a machine passes on by itself, peered networks, prefix lists, and rules of groups whose
ids only a read in the course of the program tells.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from skywright.clouds.aws.future.forwarding import leads
from skywright.clouds.aws.future.world import (
    ACL,
    BALANCER,
    GATEWAY,
    MACHINE,
    ROUTES,
    SUBNET,
    TARGETS,
    Thing,
    World,
    groups_of,
    ids,
    listed,
    named,
)
from skywright.clouds.aws.reach import is_public
from skywright.clouds.aws.rules import Rule
from skywright.clouds.future import Breach, Planned

CLOSED: Final[Mapping[int, str]] = {
    22: "SSH", 3389: "remote desktop", 23: "Telnet", 135: "Windows RPC", 445: "Windows file sharing",
    2375: "Docker", 2376: "Docker", 2379: "etcd", 5900: "VNC", 5985: "WinRM", 5986: "WinRM",
    10250: "Kubernetes", 1433: "SQL Server", 1521: "Oracle",
    2049: "NFS", 3306: "MySQL", 5432: "PostgreSQL", 6379: "Redis", 9200: "Elasticsearch", 11211: "memcached",
    27017: "MongoDB",
}  # fmt: skip
"""Ports that strangers must not reach, as in `network.public-ssh`, `-rdp`, `-administration`, `-database`."""

_OPENS: Final = frozenset(
    {
        "RunInstances", "AuthorizeSecurityGroupIngress", "CreateRoute", "ReplaceRoute", "AssociateRouteTable",
        "AttachInternetGateway", "ModifySubnetAttribute", "ModifyInstanceAttribute", "AssociateAddress",
        "CreateNetworkAclEntry", "ReplaceNetworkAclEntry", "DeleteNetworkAclEntry",
        "ReplaceNetworkAclAssociation", "CreateListener", "RegisterTargets", "ModifyListener", "CreateRule",
        "ModifyRule", "CreateLoadBalancer",
    }
)  # fmt: skip
_CLOSES: Final = (
    "Revoke",
    "Delete",
    "Detach",
    "Terminate",
    "Deregister",
    "Disassociate",
    "Replace",
    "Modify",
)


@dataclass(frozen=True, slots=True)
class _Way:
    """A way for strangers: to which port of which machine, through a load balancer (empty: directly)."""

    machine: str
    port: int
    through: str = ""


class Reach:
    """What strangers reach, and what they did not reach before."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._opened = False
        self._known = frozenset(way for way, _ in self._ways()) if world.looked else frozenset[_Way]()

    def before(self, step: Planned) -> Iterator[Breach]:
        """Look before a step that may close what was open for a while."""
        if self._opened and step.operation.name.startswith(_CLOSES):
            yield from self.now()
        self._opened = self._opened or step.operation.name in _OPENS

    def now(self) -> Iterator[Breach]:
        """The ways that the program opened."""
        if not self._opened:
            return
        self._opened = False
        for way, step in self._ways():
            if way in self._known:
                continue
            through = f" through {named(way.through)}" if way.through else ""
            says = f"strangers reach port {way.port} ({CLOSED[way.port]}) of {named(way.machine)}{through}"
            yield Breach("reach", step, says)

    def _ways(self) -> Iterator[tuple[_Way, str]]:
        """Every way, with the last step that made or changed what it leads through."""
        routed = _Routed(self._world)
        open_to: dict[tuple[str, ...], frozenset[int]] = {}
        for machine in self._world.all(MACHINE):
            groups = tuple(groups_of(machine.properties))
            if groups not in open_to:
                rules = [rule for group in groups for rule in self._world.rules.get(group, ())]
                open_to[groups] = frozenset(
                    port for port in CLOSED if any(_admits(rule, port) for rule in rules)
                )
            for port in open_to[groups]:
                if routed.leads_to(machine) and routed.lets_in(machine, port):
                    parts = [machine, *map(self._world.things.get, groups), *routed.parts(machine)]
                    yield _Way(machine.id, port), self._world.last(parts)
        yield from self._through_balancers()

    def _through_balancers(self) -> Iterator[tuple[_Way, str]]:
        for listener, name in leads(self._world):
            group = self._world.find(name, TARGETS)
            balancer = self._world.find(listener.get("LoadBalancerArn"), BALANCER)
            if group is None or balancer is None or balancer.get("Scheme") == "internal":
                continue
            if self._open(balancer, listener):
                yield from self._to_targets(balancer, listener, group)

    def _to_targets(self, balancer: Thing, listener: Thing, group: Thing) -> Iterator[tuple[_Way, str]]:
        fronts = {*ids(balancer.properties.get("SecurityGroups"))}
        for target in listed(group.properties.get("Targets")):
            port = target.get("Port") or group.properties.get("Port")
            machine = self._world.find(target.get("Id"), MACHINE)
            if machine is None or not isinstance(port, int) or port not in CLOSED:
                continue
            rules = [rule for id in groups_of(machine.properties) for rule in self._world.rules.get(id, ())]
            if any(
                _covers(rule, port) and (rule.source != "group" or rule.where in fronts) for rule in rules
            ):
                last = self._world.last((balancer, listener, group, machine))
                yield _Way(machine.id, port, balancer.id), last

    def _open(self, balancer: Thing, listener: Thing) -> bool:
        """Whether strangers get as far as the listener; one without groups of its own admits everybody."""
        groups = ids(balancer.properties.get("SecurityGroups"))
        port = listener.properties.get("Port")
        rules = [rule for group in groups for rule in self._world.rules.get(group, ())]
        return not groups or not isinstance(port, int) or any(_admits(rule, port) for rule in rules)


class _Routed:
    """Which subnets lie open to the internet, by the routes and the ACLs as they are now."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tables: dict[str, Thing] = {}
        self._main: dict[str, Thing] = {}
        for table in world.all(ROUTES):
            for association in listed(table.properties.get("Associations")):
                if association.get("SubnetId"):
                    self._tables[str(association["SubnetId"])] = table
                elif association.get("Main"):
                    self._main[table.get("VpcId")] = table
        attached = [
            (str(attachment.get("VpcId")), gateway)
            for gateway in world.all(GATEWAY)
            for attachment in listed(gateway.properties.get("Attachments"))
        ]
        self._gateways = dict(attached)
        self._acls: dict[str, Thing] = {}
        self._default: dict[str, Thing] = {}
        for acl in world.all(ACL):
            for association in listed(acl.properties.get("Associations")):
                self._acls[str(association.get("SubnetId"))] = acl
            if acl.properties.get("IsDefault"):
                self._default[acl.get("VpcId")] = acl

    def leads_to(self, machine: Thing) -> bool:
        """Whether the machine has, or may have, a public address, and a route leads to the internet."""
        if _hidden(machine.properties):
            return False
        subnet = self._world.find(_subnet_of(machine), SUBNET)
        if subnet is None:
            # Without one it stands in a default network, whose subnets give public addresses.
            return True
        asked = "PublicIpAddress" in machine.properties or _asks_for_address(machine.properties)
        if not asked and not machine.step:
            return False
        if not asked and subnet.properties.get("MapPublicIpOnLaunch") in (False, None):
            return False
        vpc = subnet.get("VpcId")
        gateway = self._gateways.get(vpc)
        if gateway is not None and gateway.properties.get("routed"):
            return True
        table = self._tables.get(subnet.id) or self._main.get(vpc)
        routes = listed(table.properties.get("Routes")) if table else []
        return any(_is_open(route) for route in routes)

    def parts(self, machine: Thing) -> tuple[Thing | None, ...]:
        """What the way to a machine leads through, besides its groups."""
        subnet = self._world.find(_subnet_of(machine), SUBNET)
        if subnet is None:
            return ()
        vpc = subnet.get("VpcId")
        return subnet, self._tables.get(subnet.id) or self._main.get(vpc), self._gateways.get(vpc)

    def lets_in(self, machine: Thing, port: int) -> bool:
        """What the subnet's ACL says of strangers at a port, by either kind of address."""
        subnet = self._world.find(_subnet_of(machine), SUBNET)
        acl = subnet and (self._acls.get(subnet.id) or self._default.get(subnet.get("VpcId")))
        if not acl:
            return True
        entries = [each for each in listed(acl.properties.get("Entries")) if not each.get("Egress")]
        fitting = [each for each in sorted(entries, key=_number) if _is_about(each, port)]
        return _allows(fitting, "CidrBlock", "0.0.0.0/0") or _allows(fitting, "Ipv6CidrBlock", "::/0")


def _allows(entries: Sequence[Mapping[str, Any]], member: str, everybody: str) -> bool:
    """Whether some strangers get through: the first entry about everybody decides for the rest of them."""
    for entry in entries:
        block, allows = str(entry.get(member, "")), entry.get("RuleAction") != "deny"
        if block == everybody or (allows and block and is_public(block) is True):
            return allows
    return False


def _is_about(entry: Mapping[str, Any], port: int) -> bool:
    """Whether an entry of an ACL is about a TCP port; what is not understood counts as about it."""
    protocol, range = str(entry.get("Protocol", "-1")), entry.get("PortRange")
    if protocol == "-1" or not isinstance(range, Mapping):
        return protocol in ("-1", "6", "tcp")
    return protocol in ("6", "tcp") and range.get("From", 0) <= port <= range.get("To", 65535)


def _number(entry: Mapping[str, Any]) -> int:
    number = entry.get("RuleNumber")
    return number if isinstance(number, int) else 0


def _is_open(route: Mapping[str, Any]) -> bool:
    wide = route.get("DestinationCidrBlock") == "0.0.0.0/0" or route.get("DestinationIpv6CidrBlock") == "::/0"
    gateway = route.get("GatewayId")
    return wide and isinstance(gateway, str) and gateway != "local"


def _subnet_of(machine: Thing) -> str:
    inner = [str(each.get("SubnetId", "")) for each in listed(machine.properties.get("NetworkInterfaces"))]
    return machine.get("SubnetId") or next(iter(inner), "")


def _hidden(properties: Mapping[str, Any]) -> bool:
    asked = [each.get("AssociatePublicIpAddress") for each in listed(properties.get("NetworkInterfaces"))]
    return bool(asked) and all(each is False for each in asked) and "PublicIpAddress" not in properties


def _asks_for_address(properties: Mapping[str, Any]) -> bool:
    interfaces = listed(properties.get("NetworkInterfaces"))
    return any(each.get("AssociatePublicIpAddress") not in (False, None) for each in interfaces)


def _admits(rule: Rule, port: int) -> bool:
    """Whether a rule lets strangers in at a port."""
    return rule.source in ("cidr", "cidr6") and is_public(rule.where) is True and _covers(rule, port)


def _covers(rule: Rule, port: int) -> bool:
    if rule.protocol == "-1":
        return True
    first, last = rule.first, rule.last
    if not isinstance(first, int) or not isinstance(last, int):
        return rule.protocol == "tcp"
    return rule.protocol == "tcp" and first <= port <= last
