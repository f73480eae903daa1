"""Which operation of a REST service a request is for. One answer or none: ambiguity is refused.

An operation fits if its method and path match, every fixed part of its query is there, everything
that it requires in query and headers is there, and it knows every query key and `x-amz-` header
that came. Of those that fit, the one that says most about the request wins.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.model import OperationModel, ServiceModel

from skywright.clouds.aws.wire.forms import decoded
from skywright.errors import Refused

_LABEL = re.compile(r"\{([^}+]+)(\+?)\}")

TRANSPORT_HEADERS = frozenset(
    {
        "x-amz-date",
        "x-amz-content-sha256",
        "x-amz-user-agent",
        "x-amz-decoded-content-length",
        "x-amz-trailer",
        "x-amzn-trace-id",
        "x-amz-api-version",
        "x-amz-glacier-version",
        "x-amz-sha256-tree-hash",
    }
)
"""Headers that say how a request is sent, not what it asks."""

CHECKSUM = "x-amz-checksum-"
"""Begins the headers with a body's checksum; the signature covers the body, and ours gets one of its own."""

_CONDITIONS = frozenset({"range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since"})

Query = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Route:
    """One operation's place in the URL space."""

    operation: OperationModel
    method: str
    path: re.Pattern[str]
    labels: tuple[str, ...]
    literals: int
    fixed: Mapping[str, str]
    query_keys: frozenset[str]
    required_query: frozenset[str]
    open_query: bool
    headers: frozenset[str]
    prefixes: tuple[str, ...]
    required_headers: frozenset[str]

    @property
    def weight(self) -> tuple[int, int, int]:
        return (self.literals, len(self.fixed), len(self.required_query) + len(self.required_headers))


@dataclass(frozen=True)
class Found:
    """A route with what the path said."""

    route: Route
    labels: Mapping[str, str] = field(default_factory=dict[str, str])


def routes_of(model: ServiceModel) -> tuple[Route, ...]:
    """Every operation's route, in the order of the model."""
    names: Any = model.operation_names
    operations = (model.operation_model(name) for name in names)
    return tuple(_route(operation) for operation in operations if not _elsewhere(operation))


def _elsewhere(operation: OperationModel) -> bool:
    """Whether the operation is served, and signed for, at an endpoint apart (S3's directory buckets)."""
    parameters: Any = operation.static_context_parameters
    express = any(row.name == "UseS3ExpressControlEndpoint" for row in parameters)
    return express and operation.http["requestUri"] == "/"


def _route(operation: OperationModel) -> Route:
    path, _, query = operation.http["requestUri"].partition("?")
    pattern, labels, literals, end = "", [], 0, 0
    for label in _LABEL.finditer(path):
        pattern += re.escape(path[end : label.start()]) + (r"(.+)" if label[2] else r"([^/]+)")
        labels.append(label[1])
        end = label.end()
    pattern += re.escape(path[end:])
    literals = len(re.sub(_LABEL, "", path).replace("/", ""))
    shape: Any = operation.input_shape
    members: dict[str, Any] = {} if shape is None else dict(shape.members)
    required = set() if shape is None else set(shape.required_members)

    def named(location: str, among: Any = members) -> frozenset[str]:
        return frozenset(
            member.serialization.get("name", name)
            for name, member in members.items()
            if name in among
            and member.serialization.get("location") == location
            and not (location == "querystring" and member.type_name == "map")
        )

    fixed = {name: value for name, _, value in (part.partition("=") for part in query.split("&") if part)}
    return Route(
        operation=operation,
        method=str(operation.http.get("method", "POST")),
        path=re.compile(pattern.rstrip("/") + "/?" if path != "/" else "/"),
        labels=tuple(labels),
        literals=literals,
        fixed=fixed,
        query_keys=named("querystring"),
        required_query=named("querystring", required),
        open_query=any(
            member.serialization.get("location") == "querystring" and member.type_name == "map"
            for member in members.values()
        ),
        headers=frozenset(name.lower() for name in named("header")),
        prefixes=tuple(name.lower() for name in named("headers")),
        required_headers=frozenset(name.lower() for name in named("header", required)),
    )


def find(
    routes: Sequence[Route], method: str, path: str, query: Query, headers: Mapping[str, str]
) -> Found | None:
    """The operation that the request is for; None if there is none.

    Raises:
        Refused: Two operations fit equally well.
    """
    fitting = [found for route in routes if (found := _fits(route, method, path, query, headers))]
    if not fitting:
        return None
    best = max(found.route.weight for found in fitting)
    first, *others = [found for found in fitting if found.route.weight == best]
    # Some models hold an operation twice, the older name deprecated (GetBucketLifecycle).
    living = [found for found in (first, *others) if not found.route.operation.deprecated] or [first]
    if len(living) > 1:
        names = " and ".join(str(found.route.operation.name) for found in living)
        raise Refused("ambiguous-operation", f"the request could be {names}")
    return living[0]


def _fits(route: Route, method: str, path: str, query: Query, headers: Mapping[str, str]) -> Found | None:
    if route.method != method:
        return None
    match = route.path.fullmatch(path)
    if match is None:
        return None
    keys = {name for name, _ in query}
    values = dict(query)
    if any(name not in keys or (value and values[name] != value) for name, value in route.fixed.items()):
        return None
    if not route.required_query <= keys or not route.required_headers <= headers.keys():
        return None
    if not route.open_query and not keys <= route.query_keys | route.fixed.keys() | {"x-id"}:
        return None
    if "x-id" in values and "x-id" not in route.fixed and values["x-id"] != route.operation.name:
        return None
    for name in headers:
        if name.startswith("x-amz") and not _knows(route, name):
            return None
        if name in _CONDITIONS and name not in route.headers:
            return None
    labels = {
        label: decoded(text, plus=False) for label, text in zip(route.labels, match.groups(), strict=True)
    }
    return Found(route, labels)


def _knows(route: Route, name: str) -> bool:
    return (
        name in route.headers
        or name in TRANSPORT_HEADERS
        or name.startswith(CHECKSUM)
        or name.startswith(route.prefixes or ("\0",))
    )
