"""Values for security groups that are asked for by themselves."""

import re
from collections.abc import Mapping
from typing import Any

from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.sources.network import existing_network
from skywright.brains.builtin.sources.traffic import permissions, spans_in_words
from skywright.brains.builtin.words.naming import any_name
from skywright.model.values import Value

Options = Mapping[str, Any]

_ALLOWED = re.compile(r"[A-Za-z0-9 _.:/()#,@\[\]+=&;{}!$*-]{1,255}")


def given_name(filling: Filling, options: Options) -> Value:
    """The name that was said.

    Raises:
        Ask: None was, or it can't be the name of a security group.
        Cannot: There is one of that name in the network.
    """
    facts = filling.facts
    name = any_name(facts.tokens) or next(iter((*facts.names, *facts.mentions)), "")
    if not name:
        raise Ask("name", "What should the security group be called?")
    if not _ALLOWED.fullmatch(name) or name.lower().startswith("sg-"):
        raise Ask("name", f"'{name}' can't be the name of a security group. What should it be called?")
    there = filling.world.rows("ec2:DescribeSecurityGroups", "SecurityGroups", filling.region)
    if any(row["GroupName"] == name and row["VpcId"] == network(filling, options) for row in there):
        raise Cannot(f"there is a security group {name} already")
    return name


def description(filling: Filling, options: Options) -> Value:
    """The text in quotation marks after `description`, or that it was asked for."""
    tokens = filling.facts.tokens
    for at, token in enumerate(tokens):
        if token.kind == "quoted" and any(before.word.startswith("desc") for before in tokens[at - 3 : at]):
            return token.text
    return "Created by request"


def network(filling: Filling, options: Options) -> Value:
    """The network that was named, or the default one.

    Raises:
        Cannot: There is neither.
    """
    found = existing_network(filling) or filling.world.default_network(filling.region)
    if not found:
        raise Cannot(f"{filling.region} has no default network; say which network the group should be in")
    return found


def rules(filling: Filling, options: Options) -> Value:
    """The inbound rules; None if no port was said."""
    ports = filling.facts.ports
    return permissions(filling, ports) if ports else None


def in_words(filling: Filling, options: Options) -> Value:
    """`, open on port 80 and 443`; empty if it lets nobody in."""
    ports = filling.facts.ports
    return f", open on {spans_in_words(filling, ports)}" if ports else ""
