"""What the protocols differ in where an answer's body is concerned."""

from collections.abc import Mapping
from dataclasses import dataclass

from moto.core.serialize import (
    EC2Serializer,
    JSONSerializer,
    QuerySerializer,
    ResponseSerializer,
    RestJSONSerializer,
    RestXMLSerializer,
    S3Serializer,
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one of moto's serializers writes.

    Args:
        is_json: JSON; else XML.
        is_rest: Some members are headers, and others are not written at all.
        short_empty: `<a/>` for an element without content; else `<a></a>`.
        skips_null_entries: A map's entry without a value is left out.
    """

    is_json: bool = False
    is_rest: bool = False
    short_empty: bool = True
    skips_null_entries: bool = False


# By the very class: one that is derived from these writes otherwise in some way.
DIALECTS: Mapping[type[ResponseSerializer], Dialect] = {
    EC2Serializer: Dialect(skips_null_entries=True),
    QuerySerializer: Dialect(skips_null_entries=True),
    RestXMLSerializer: Dialect(is_rest=True, short_empty=False),
    S3Serializer: Dialect(is_rest=True),
    JSONSerializer: Dialect(is_json=True),
    RestJSONSerializer: Dialect(is_json=True, is_rest=True),
}
