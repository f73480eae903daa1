"""Which services sign under which name. Owns the look-up; reads only the first bytes of each model.

Several services may share a signing name (`elasticloadbalancing` is elb and elbv2), and some share
even their API version (rds, neptune, docdb: one endpoint, so the cloud itself cannot tell them apart).
"""

import json
import os
import zlib
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from skywright.clouds.aws import models

_ENOUGH: Final = 3072
"""Bytes of a model's file, compressed or not, that hold its `metadata` in every model that ships."""

_MOST: Final = 4096
_ZIPPED: Final = 16 + zlib.MAX_WBITS
_DECODER: Final = json.JSONDecoder()


@cache
def services_by_signing_name() -> Mapping[str, tuple[str, ...]]:
    """The services of each signing name, the one of the same name first."""
    found: dict[str, list[str]] = {}
    for service, path in sorted(_newest().items()):
        metadata = _metadata(path)
        if metadata is None:
            model = models.service_model(service)
            name = service if model is None else str(model.signing_name)
        else:
            name = str(metadata.get("signingName") or metadata["endpointPrefix"])
        found.setdefault(name, []).append(service)
    return {
        name: tuple(sorted(services, key=lambda service: (service != name, service)))
        for name, services in found.items()
    }


def _newest() -> Mapping[str, str]:
    """The file of each service's newest model, without `.gz`; of equal ones, the one that botocore reads."""
    newest: dict[str, tuple[str, str]] = {}
    for folder in models.loader().search_paths:
        for service in _names_in(folder):
            place = f"{folder}/{service}"
            for version in sorted(_names_in(place), reverse=True):
                path = f"{place}/{version}/service-2.json"
                if os.path.exists(f"{path}.gz") or os.path.exists(path):
                    if service not in newest or version > newest[service][0]:
                        newest[service] = (version, path)
                    break
    return {service: path for service, (_, path) in newest.items()}


def _names_in(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _metadata(path: str) -> dict[str, Any] | None:
    """The model's `metadata`, which stands at its beginning; None if it is not to be had that way."""
    start = _start(path)
    place = start.find('"metadata"')
    if place < 0:
        return None
    try:
        metadata, _ = _DECODER.raw_decode(start[start.index("{", place) :])
    except ValueError:
        return None
    return metadata


def _start(path: str) -> str:
    """The first letters of a model; opened by hand, for there are hundreds and the first request waits."""
    try:
        if os.path.exists(path):
            return _read(path).decode("utf-8", "ignore")
        return zlib.decompressobj(_ZIPPED).decompress(_read(f"{path}.gz"), _MOST).decode("utf-8", "ignore")
    except (OSError, zlib.error):
        return ""


def _read(path: str) -> bytes:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(handle, _ENOUGH)
    finally:
        os.close(handle)
