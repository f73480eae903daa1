"""Which services sign under which name. Owns the look-up; reads only the first bytes of each model.

Several services may share a signing name (`elasticloadbalancing` is elb and elbv2), and some share
even their API version (rds, neptune, docdb: one endpoint, so the cloud itself cannot tell them apart).
"""

import gzip
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from skywright.clouds.aws import models

_ENOUGH = 8192


@cache
def services_by_signing_name() -> Mapping[str, tuple[str, ...]]:
    """The services of each signing name, the one of the same name first."""
    found: dict[str, list[str]] = {}
    for service in models.service_names():
        name = _signing_name(service)
        found.setdefault(name, []).append(service)
    return {
        name: tuple(sorted(services, key=lambda service: (service != name, service)))
        for name, services in found.items()
    }


def _signing_name(service: str) -> str:
    loader = models.loader()
    version = loader.determine_latest_version(service, "service-2")
    for folder in loader.search_paths:
        path = Path(folder) / service / version / "service-2.json"
        metadata = _metadata(path)
        if metadata is not None:
            return str(metadata.get("signingName") or metadata["endpointPrefix"])
    model = models.service_model(service)
    return service if model is None else str(model.signing_name)


def _metadata(path: Path) -> dict[str, Any] | None:
    """The model's `metadata`, which stands at its beginning; None if it is not to be had that way."""
    zipped = path.with_name(path.name + ".gz")
    if zipped.exists():
        with gzip.open(zipped, "rb") as file:
            start = file.read(_ENOUGH).decode("utf-8", "ignore")
    elif path.exists():
        with path.open("rb") as file:
            start = file.read(_ENOUGH).decode("utf-8", "ignore")
    else:
        return None
    place = start.find('"metadata"')
    if place < 0:
        return None
    try:
        metadata, _ = json.JSONDecoder().raw_decode(start[start.index("{", place) :])
    except ValueError:
        return None
    return metadata
