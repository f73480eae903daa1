"""What moto finds by walking over everything, found directly. Owns short cuts only: each gives the very
answer that moto's own way gives, and leaves to that whatever is not the plain case.

Without them describing machines takes time with the square of their number, since the tags of each are
sought among the tags of all; each machine that is launched looks through all of Amazon's images, and one
of many is found by copying the list of all of them.
"""

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from moto.core import responses
from moto.core.responses import BaseResponse
from moto.ec2.models.amis import AmiBackend
from moto.ec2.models.instances import InstanceBackend
from moto.ec2.models.tags import TagBackend
from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, get_prefix

from skywright_gym.aws import whereabouts

_MARK = "skywright_short_cut"
# A value without anything that a filter gives a meaning to.
_PLAIN = re.compile(r"[\w-]+", re.ASCII)
_REQUEST_ID = "<RequestId>"

Original = Callable[..., Any]


def install() -> None:
    """Lay the short cuts over moto. Once, before the first request; again is harmless."""
    _cut_short(TagBackend, "describe_tags", _tags)
    _cut_short(AmiBackend, "describe_images", _images)
    _cut_short(InstanceBackend, "get_instance", _instance)
    _cut_short(InstanceBackend, "get_instance_by_id", _instance)
    _cut_short(responses, "method_names_from_class", _method_names)
    _cut_short(BaseResponse, "_enrich_response", _enriched)


def _cut_short(owner: Any, name: str, short: Callable[..., Any]) -> None:
    held = vars(owner)[name]
    is_static = isinstance(held, staticmethod)
    original = held.__func__ if is_static else held
    if hasattr(original, _MARK):
        return

    @wraps(original)
    def quick(*arguments: Any, **named: Any) -> Any:
        return short(original, *arguments, **named)

    setattr(quick, _MARK, True)
    setattr(owner, name, staticmethod(quick) if is_static else quick)


def _only(filters: Mapping[str, Any] | None, name: str) -> str | None:
    """The one plain value by which alone is filtered, if it is so."""
    if not filters or list(filters) != [name]:
        return None
    values = filters[name]
    value = values[0] if type(values) is list and len(values) == 1 else values
    return value if isinstance(value, str) and _PLAIN.fullmatch(value) else None


def _tags(original: Original, self: Any, filters: Mapping[str, list[str]] | None = None) -> Any:
    resource = _only(filters, "resource-id")
    if resource is None:
        return original(self, filters)
    kind = EC2_PREFIX_TO_RESOURCE.get(get_prefix(resource), "")
    return [
        {"resource_id": resource, "key": key, "value": value, "resource_type": kind}
        for key, value in self.tags.get(resource, {}).items()
    ]


def _images(original: Original, self: Any, *arguments: Any, **named: Any) -> Any:
    wanted = _only(named.get("filters"), "image-id") if not arguments and len(named) == 1 else None
    if wanted is None:
        return original(self, *arguments, **named)
    image = self.amis.get(wanted)
    return [] if image is None else [image]


def _instance(original: Original, self: Any, instance_id: str) -> Any:
    found = whereabouts.instance_of(self, instance_id)
    # The original knows how to say that there is none.
    return original(self, instance_id) if found is None else found


def _method_names(original: Original, kind: type) -> Any:
    """moto goes through all attributes of a service's class for each request."""
    size = tuple(len(vars(owner)) for owner in kind.__mro__)
    known = _names_known.get(kind)
    if known is None or known[0] != size:
        # A rule may have given the class another operation since.
        known = _names_known[kind] = (size, frozenset(original(kind)))
    return known[1]


_names_known: dict[type, tuple[tuple[int, ...], frozenset[str]]] = {}


def _enriched(original: Original, headers: Any, body: Any) -> Any:
    """moto seeks the place of the request's number in a whole body; it can't be before its first tag."""
    if type(body) is not str:
        return original(headers, body)
    before, tag, after = body.partition(_REQUEST_ID)
    headers, rest = original(headers, tag + after)
    return headers, before + rest
