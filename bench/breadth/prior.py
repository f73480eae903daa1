"""Which commands need something that must be there before them. Owns the rule, which is this:

A call needs a prior resource if its operation puts an end to something (Delete…, Deregister…, Release…,
Cancel…, Terminate…), if it goes on from a page's token, or if one of its parameters, at any depth, refers to
a resource. A parameter refers to one if its value is text that is not empty and

- is an identifier by its form: an ARN, or a prefix, a hyphen and hexadecimal digits, as in
  `vol-1234567890abcdef0`, also among others in one text, or with EXAMPLE in place of digits; or
- its name ends in Id or Arn with something before that, or in Bucket, or in the plural of one: so the API's
  models name what refers to something; or
- its name ends in Name or Names, and is that of a kind of thing that can be ended: one of the services has
  an operation to end it that takes this name, and in whose own name is what stands before the ending
  (`KeyName`, which `DeleteKeyPair` takes); or
- it is a Name, Names, PublicIp or PublicIps at the top, and the operation makes nothing.

It does not refer to one if

- it narrows what is looked for, or measures, or labels: whatever is inside Filters, Dimensions or
  MetricData, keys and values of tags, or a client's token;
- it names what the call itself makes: an operation that begins with Create, Allocate, Register, Request,
  Put, Import or Copy, with a name in which the operation's own name has the kind (`CreateKeyPair` and
  `KeyName`);
- it names what every account has: a number of twelve digits (an account), `self`, `amazon`,
  `aws-marketplace`, `default`, `all`, a region, a zone or a group of zones, a service of the cloud
  (`com.amazonaws.…`), an action or a policy of the cloud's own (`arn:aws:automate:…`,
  `ELBSecurityPolicy-…`).

Nothing here is a list of operations: the rule is applied to the models that botocore ships.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import botocore.session

from bench.breadth.examples import SERVICES
from bench.breadth.parsing import Call

_IDENTIFIER = re.compile(
    r"(?:^|[\s,=/(\"'])(?:arn:aws[\w-]*:|[a-z]+(?:-[a-z0-9]+)*-(?=[0-9a-f]*\d)[0-9a-f]{7,}\b)|-[0-9a-f]*EXAMPLE"
)
_REFERENCE = re.compile(r"(?:.(?:Id|Arn)|Bucket)s?$", re.IGNORECASE)
_NAMED = re.compile(r"(.*?)(?:Name|PublicIp)s?$")
_ENDS = re.compile(r"^(?:Delete|Deregister|Release|Cancel|Terminate)(.+)$")
_MAKES = re.compile(r"^(?:Create|Allocate|Register|Request|Put|Import|Copy)(.+)$")
_NARROWING = frozenset({"Filters", "Filter", "Dimensions", "MetricData", "ClientToken"})
_LABELS, _OF_A_LABEL = frozenset({"Tags", "TagSpecifications"}), frozenset({"Key", "Value"})
_TOKENS = frozenset({"StartingToken", "NextToken"})
_EVERYBODYS = re.compile(
    r"\d{12}|self|amazon|aws-marketplace|default|all|[a-z]+\d-az\d|[a-z]{2}-[a-z]+-\d(?:[a-z]|-[a-z]+-\d)?"
    r"|com\.amazonaws\..*|arn:aws:automate:.*|ELBSecurityPolicy-.*"
)


def reference(call: Call) -> str | None:
    """What the call refers to that must be there, as `KeyName=MyKeyPair`; None: nothing."""
    if _ENDS.match(call.operation):
        return f"{call.operation} ends something"
    for path, value in _texts(call.parameters):
        if _refers(call, path, value):
            return f"{'.'.join(path)}={value}"
    return None


def _texts(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text in the parameters with the names that lead to it."""
    if isinstance(value, dict):
        for name, held in value.items():
            yield from _texts(held, (*path, name))
    elif isinstance(value, (list, tuple)):
        for held in value:
            yield from _texts(held, path)
    elif isinstance(value, str):
        yield path, value


def _refers(call: Call, path: tuple[str, ...], value: str) -> bool:
    if not value or not _NARROWING.isdisjoint(path) or _EVERYBODYS.fullmatch(value):
        return False
    if path[-1] in _OF_A_LABEL and not _LABELS.isdisjoint(path):
        return False
    if path[-1] in _TOKENS or _IDENTIFIER.search(value) or _REFERENCE.search(path[-1]):
        return True
    named = _NAMED.match(path[-1])
    return named is not None and _names_a_thing(call, path, named.group(1))


def _names_a_thing(call: Call, path: tuple[str, ...], kind: str) -> bool:
    makes = _MAKES.match(call.operation)
    if not kind:
        return len(path) == 1 and makes is None
    if makes is not None and kind in makes.group(1):
        return False
    return f"{kind}Name" in _names_that_end()


@cache
def _names_that_end() -> frozenset[str]:
    """The names, in the singular, by which the services' operations put an end to a kind of thing."""
    found: set[str] = set()
    for service in SERVICES:
        model = botocore.session.get_session().get_service_model(service)
        for operation in model.operation_names:
            ends = _ENDS.match(operation)
            shape = model.operation_model(operation).input_shape if ends else None
            if ends is not None and shape is not None:
                found |= {f"{kind}Name" for kind in _kinds(shape.members) if kind in ends.group(1)}
    return frozenset(found)


def _kinds(members: Iterable[str]) -> Iterator[str]:
    """What stands before the ending of those members that are names."""
    return (named.group(1) for member in members if (named := _NAMED.match(member)))
