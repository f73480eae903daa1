"""Values for load balancers: those to be made, and those that exist."""

import re
from collections.abc import Mapping
from typing import Any

from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.sources.traffic import sources_of_traffic
from skywright.brains.builtin.words.vocabulary import pattern
from skywright.brains.builtin.world import Machine, Row
from skywright.model.advice import Concern
from skywright.model.values import Value


def listener_port(filling: Filling, options: Mapping[str, Any]) -> Value:
    """Where the load balancer listens: 80 unless another port was said."""
    facts = filling.facts
    port = facts.outside or next((port for port in facts.ports if port != facts.inside), None)
    port = port or (facts.inside if _is_network(filling) else None) or 80  # TCP goes through as it comes in
    if port == 443 and not _certificate(filling):
        filling.note(
            Concern.ASSUMPTION,
            (
                "No certificate was named, so the listener on port 443 speaks plain HTTP; "
                "name one by its ARN to have HTTPS."
            ),
        )
    return port


def target_port(filling: Filling, options: Mapping[str, Any]) -> Value:
    """Where the machines are spoken to: as said, or else 80."""
    facts = filling.facts
    if facts.inside is not None:
        return facts.inside
    return 80 if filling.values.get("listener_port") == 443 else filling.values.get("listener_port")


def _certificate(filling: Filling) -> str:
    return next((id for id in filling.facts.ids if ":acm:" in id or ":server-certificate/" in id), "")


def certificate(filling: Filling, options: Mapping[str, Any]) -> Value:
    return _certificate(filling) or None


def listener_protocol(filling: Filling, options: Mapping[str, Any]) -> Value:
    return "TCP" if _is_network(filling) else "HTTPS" if _certificate(filling) else "HTTP"


def target_protocol(filling: Filling, options: Mapping[str, Any]) -> Value:
    return "TCP" if _is_network(filling) else "HTTP"


def balancer_kind(filling: Filling, options: Mapping[str, Any]) -> Value:
    return "network" if _is_network(filling) else "application"


def _is_network(filling: Filling) -> bool:
    return bool(
        re.search(
            r"\b(?:nlb|network \)? ?load ?balancer|layer 4|l4|tcp load ?balancer)\b", filling.facts.words
        )
    )


def scheme(filling: Filling, options: Mapping[str, Any]) -> Value:
    inside = pattern("inside_only").search(filling.facts.words)
    inside = inside or re.search(r"\b(?:public|internet|outside)\b", filling.spared_words)
    return "internal" if inside else "internet-facing"


def balancer_source(filling: Filling, options: Mapping[str, Any]) -> Value:
    """From where the load balancer may be reached."""
    if scheme(filling, options) == "internal":
        rows = [
            row
            for row in filling.world.networks(filling.region)
            if row["VpcId"] == filling.values.get("network")
        ]
        return [str(rows[0]["CidrBlock"])] if rows else [str(filling.values["new_network"])]
    return list(sources_of_traffic(filling))


def balancer_name(filling: Filling, options: Mapping[str, Any]) -> Value:
    """A free name that a load balancer or target group may have: letters, digits and hyphens, at most 32."""
    stem = _said_name(filling)[: 32 - len(str(options.get("suffix", "")))] or str(
        options.get("default", "balancer")
    )
    if stem.startswith("internal-"):
        stem = stem.removeprefix("internal-") or "balancer"
    stem = f"{stem}{options.get('suffix', '')}"
    used = {str(row["LoadBalancerName"]) for row in filling.world.balancers(filling.region)}
    used |= {str(row["TargetGroupName"]) for row in filling.world.target_groups(filling.region)}
    return next(
        name for name in [stem, *(f"{stem[:28]}-{number}" for number in range(2, 1000))] if name not in used
    )


def _said_name(filling: Filling) -> str:
    """The name that was given, or one that merely stands behind the word: `alb front-1`."""
    named = filling.facts.balancer
    if not named:
        words = " ".join(token.text for token in filling.facts.tokens)
        match = re.search(r"\b(?:balancer|lb|alb|nlb|elb) ([A-Za-z0-9][\w-]*[\w])", words, re.I)
        named = match[1] if match and "-" in match[1] and match[1] not in filling.facts.names[1:] else ""
    return re.sub(r"[^A-Za-z0-9-]+", "-", named).strip("-")


def health_path(filling: Filling, options: Mapping[str, Any]) -> Value:
    """What the load balancer asks the machines for; None leaves it to the cloud's own `/`."""
    return filling.facts.path or None


def outward(filling: Filling, options: Mapping[str, Any]) -> Value:
    """Whether the load balancer can be reached from the internet."""
    return filling.values.get("scheme") != "internal" or None


def source_rules(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The addresses that the load balancer admits, as `IpRanges`."""
    found = balancer_source(filling, options)
    return [{"CidrIp": str(cidr)} for cidr in found] if isinstance(found, list) else None


def _balancer(filling: Filling) -> Row:
    """The load balancer that is named, or the only one."""
    rows = filling.world.balancers(filling.region)
    if not rows:
        raise Cannot(f"there is no load balancer in {filling.region}")
    spoken = {token.text.lower() for token in filling.facts.tokens}
    named = [
        row
        for row in rows
        if str(row["LoadBalancerName"]).lower() in spoken or row["LoadBalancerArn"] in filling.facts.ids
    ]
    if len(named or rows) > 1:
        raise Ask(
            "load_balancer", "Which load balancer?", tuple(str(row["LoadBalancerName"]) for row in rows)
        )
    return (named or rows)[0]


def balancer(filling: Filling, options: Mapping[str, Any]) -> Value:
    return str(_balancer(filling)["LoadBalancerArn"])


def _groups(filling: Filling) -> list[Row]:
    arn = str(_balancer(filling)["LoadBalancerArn"])
    return [
        row
        for row in filling.world.target_groups(filling.region)
        if arn in (row.get("LoadBalancerArns") or [])
    ]


def balancer_groups(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The target groups that only this load balancer uses."""
    rows = [row for row in _groups(filling) if len(row["LoadBalancerArns"]) == 1]
    return [
        {"key": f"{number}", "arn": str(row["TargetGroupArn"])} for number, row in enumerate(rows, start=1)
    ]


def one_target_group(filling: Filling, options: Mapping[str, Any]) -> Value:
    rows = _groups(filling)
    if not rows:
        raise Cannot("the load balancer has no target group")
    if len(rows) > 1:
        raise Ask("target_group", "Which target group?", tuple(str(row["TargetGroupName"]) for row in rows))
    return str(rows[0]["TargetGroupArn"])


def _peers(filling: Filling) -> list[Machine]:
    """The machines that the load balancer has already.

    Raises:
        Cannot: It has none, so that nothing says what new ones should be like.
    """
    held = filling.world.registered(filling.region, str(filling.values["group"]))
    peers = [machine for machine in filling.world.machines(filling.region) if machine.id in held]
    if not peers:
        raise Cannot("the load balancer has no machines yet after which new ones could be placed")
    return peers


def peer_subnets(filling: Filling, options: Mapping[str, Any]) -> Value:
    """For each new machine a subnet of those that are there, in turn."""
    subnets = list(dict.fromkeys(machine.subnet for machine in _peers(filling)))
    return [subnets[at % len(subnets)] for at in range(int(str(filling.values["count"])))]


def peer_groups(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The security groups that all machines there have, so that the load balancer can reach new ones."""
    peers = _peers(filling)
    shared = set(peers[0].groups).intersection(*(machine.groups for machine in peers))
    return [id for id in peers[0].groups if id in shared] or peers[0].groups


def as_targets(filling: Filling, options: Mapping[str, Any]) -> Value:
    down = [machine.label for machine in filling.machines if machine.state not in ("running", "pending")]
    if down:
        raise Cannot(
            f"{', '.join(down)} does not run, and only running machines can be targets; start it first"
        )
    return [{"Id": machine.id} for machine in filling.machines]


def target_groups(filling: Filling, options: Mapping[str, Any]) -> Value:
    return [
        {
            "key": f"{number}",
            "arn": str(row["TargetGroupArn"]),
            "name": str(row["TargetGroupName"]),
            "port": row.get("Port"),
        }
        for number, row in enumerate(filling.world.target_groups(filling.region), start=1)
    ]


def present_name(filling: Filling, options: Mapping[str, Any]) -> Value:
    return str(_balancer(filling)["LoadBalancerName"])
