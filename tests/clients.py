"""boto3's clients for the tests: one of each, since a large service's takes ten milliseconds to make."""

import json
from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config


def client(
    service: str,
    region: str,
    endpoint: str | None = None,
    keys: tuple[str, str] = ("testing", "testing"),
    **settings: Any,
) -> Any:
    """A client, perhaps one that others have had.

    Args:
        endpoint: None is the cloud itself, which moto stands for in this process.
        settings: as botocore's `Config` has them.
    """
    return _made(service, region, endpoint, keys, json.dumps(settings, sort_keys=True))


@lru_cache(maxsize=64)
def _made(service: str, region: str, endpoint: str | None, keys: tuple[str, str], settings: str) -> Any:
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=keys[0],
        aws_secret_access_key=keys[1],
        config=Config(**json.loads(settings)),
    )
