"""Single values put into words. Owns what moto makes of each simple type; knows nothing of structures.

The rules are those of `_serialize_type_*` in moto's `core/serialize.py`.
"""

import base64
import re
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import Any

from moto.core.model import Shape
from moto.core.serialize import TimestampSerializer

Convert = Callable[[Any], Any]

# Such a text says the whole of its time, so that it means the same at every reading.
_WHOLE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|\+00:00)", re.ASCII)


def in_xml(shape: Shape, default_format: str) -> Convert:
    """What turns a value of a simple shape into the text of its element."""
    if shape.type_name == "timestamp":
        moment = _timestamp(shape, default_format)
        return lambda value: str(moment(value))
    return _XML[shape.type_name]


def in_json(shape: Shape, default_format: str) -> Convert:
    """What turns a value of a simple shape into what `json.dumps` is given."""
    if shape.type_name == "timestamp":
        return _timestamp(shape, default_format)
    return _JSON[shape.type_name]


def _blob(value: Any) -> str:
    raw = value.encode() if isinstance(value, str) else value
    return base64.b64encode(raw).strip().decode()


def _xml_boolean(value: Any) -> str:
    return "true" if value is True or str(value).lower() == "true" else "false"


def _json_string(value: Any) -> Any:
    if isinstance(value, Enum):
        value = value.value
    # Compared as moto does it: what equals an empty list or dictionary is left as it is.
    return str(value) if value not in [None, {}, []] else value


def _timestamp(shape: Shape, default_format: str) -> Convert:
    wanted = shape.serialization.get("timestampFormat", default_format)

    def moment(value: Any) -> Any:
        if type(value) is str and _WHOLE_TIME.fullmatch(value):
            return _moment_of_text(value, wanted)
        return _moment(value, wanted)

    return moment


def _moment(value: Any, wanted: str) -> Any:
    return TimestampSerializer(wanted)._convert_timestamp_to_str(value, wanted)  # pyright: ignore[reportPrivateUsage]


@lru_cache(maxsize=4096)
def _moment_of_text(value: str, wanted: str) -> Any:
    return _moment(value, wanted)


_XML: dict[str, Convert] = {
    "string": str,
    "blob": _blob,
    "boolean": _xml_boolean,
    "integer": lambda value: str(int(value)),
    "long": lambda value: str(int(value)),
    "float": lambda value: str(float(value)),
    "double": lambda value: str(float(value)),
}
_JSON: dict[str, Convert] = {
    "string": _json_string,
    "blob": _blob,
    "boolean": lambda value: value,
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
}
SIMPLE = frozenset({*_XML, "timestamp"})
"""The types of simple shapes that are put into words here."""
