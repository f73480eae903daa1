"""Which uses a request to Cost Explorer means, and by what it puts them together. Owns dimensions, tags and
filter expressions; knows no sums.

Specification: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_Expression.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from skywright_gym.aws.billing.use import Use

Test = Callable[[Use], bool]
Read = Callable[[Use], str]


class Invalid(Exception):
    """A request that Cost Explorer refuses as a ValidationException; the sentence says why."""


def _purchase(use: Use) -> str:
    if not use.instance_type:
        return "NoPurchaseType"
    return "Spot Instances" if use.is_spot else "On Demand Instances"


DIMENSIONS: Mapping[str, Read] = {
    "AZ": lambda use: use.place.zone or "NoAZ",
    "BILLING_ENTITY": lambda _use: "AWS",
    "INSTANCE_TYPE": lambda use: use.instance_type or "NoInstanceType",
    "OPERATION": lambda use: use.sort.operation,
    "PLATFORM": lambda use: "Linux/UNIX" if use.instance_type else "NoPlatform",
    "PURCHASE_TYPE": _purchase,
    "RECORD_TYPE": lambda _use: "Usage",
    "REGION": lambda use: use.place.region,
    "RESOURCE_ID": lambda use: use.place.resource,
    "SERVICE": lambda use: use.sort.service,
    "TENANCY": lambda use: "Shared" if use.instance_type else "NoTenancy",
    "USAGE_TYPE": lambda use: use.sort.usage_type,
}


def dimension(name: Any, account: str) -> Read:
    """How a dimension of a use is read. Raises Invalid."""
    if name == "LINKED_ACCOUNT":
        return lambda _use: account
    if name not in DIMENSIONS:
        raise Invalid(f"Dimension {name} is not supported: the gym knows {', '.join(DIMENSIONS)}")
    return DIMENSIONS[name]


def tag_of(use: Use, key: str) -> str | None:
    """The value of a tag; None: it has none of that key."""
    return next((value for name, value in use.place.tags if name == key), None)


def grouping(definition: Mapping[str, Any], account: str) -> Read:
    """How the key of a use is made for one of GroupBy's definitions. Raises Invalid."""
    key = definition.get("Key")
    match definition.get("Type"):
        case "DIMENSION":
            return dimension(key, account)
        case "TAG":
            return lambda use: f"{key}${tag_of(use, str(key)) or ''}"
        case other:
            raise Invalid(f"Grouping by {other} is not supported: give DIMENSION or TAG")


def test(expression: Mapping[str, Any] | None, account: str) -> Test:
    """Whether a use is meant by a filter. Raises Invalid."""
    if not expression:
        return lambda _use: True
    if len(expression) != 1:
        raise Invalid("Expression must have exactly one root operator")
    ((name, inner),) = expression.items()
    match name:
        case "And":
            tests = [test(one, account) for one in inner]
            return lambda use: all(one(use) for one in tests)
        case "Or":
            tests = [test(one, account) for one in inner]
            return lambda use: any(one(use) for one in tests)
        case "Not":
            negated = test(inner, account)
            return lambda use: not negated(use)
        case "Dimensions":
            read = dimension(inner.get("Key"), account)
            return _matching(inner, read)
        case "Tags":
            key = str(inner.get("Key"))
            return _matching(inner, lambda use: tag_of(use, key))
        case _:
            raise Invalid(f"{name} is not supported in an expression")


def _matching(inner: Mapping[str, Any], read: Callable[[Use], str | None]) -> Test:
    wanted = [str(value) for value in inner.get("Values") or []]
    options = inner.get("MatchOptions") or ["EQUALS"]
    if "ABSENT" in options:
        return lambda use: not read(use)
    compare = next((_COMPARISONS[option] for option in options if option in _COMPARISONS), str.__eq__)
    if "CASE_INSENSITIVE" in options:
        folded = [value.casefold() for value in wanted]
        return lambda use: any(compare((read(use) or "").casefold(), value) for value in folded)
    return lambda use: any(compare(read(use) or "", value) for value in wanted)


_COMPARISONS: Mapping[str, Callable[[str, str], bool]] = {
    "STARTS_WITH": lambda has, value: has.startswith(value),
    "ENDS_WITH": lambda has, value: has.endswith(value),
    "CONTAINS": lambda has, value: value in has,
}
