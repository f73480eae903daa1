"""Answers of the cloud to results and errors, by botocore's parsers; values as JSON."""

import base64
import gzip
import zlib
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from botocore.parsers import ResponseParserError, ResponseParserFactory

from skywright.clouds.aws import models
from skywright.clouds.aws.wire import scalars
from skywright.clouds.wire import UNREADABLE, Answer, Understood
from skywright.model.call import CallError
from skywright.model.values import Value


def result(understood: Understood, answer: Answer) -> tuple[Value, CallError | None]:
    """What an answer says. A streamed body is not part of it."""
    operation = models.operation_model(understood.operation)
    output: Any = None if operation is None else operation.output_shape
    headers = {name.lower(): value for name, value in answer.headers.items()}
    try:
        body = _plain_body(answer.body, headers.get("content-encoding", ""))
        parsed: Any = _parser(understood.protocol).parse(
            {"status_code": answer.status, "headers": headers, "body": body}, output
        )
    except (ResponseParserError, ValueError, KeyError, OSError, EOFError, zlib.error) as error:
        why = f"an answer that cannot be read (HTTP {answer.status}, {type(error).__name__})"
        return None, CallError(UNREADABLE, why)
    if answer.status >= 300 or ("Error" in parsed and answer.status >= 300):
        error = parsed.get("Error", {})
        return None, CallError(str(error.get("Code", answer.status)), str(error.get("Message", "")))
    parsed.pop("ResponseMetadata", None)
    if operation is not None and output is not None and operation.has_streaming_output:
        parsed.pop(output.serialization.get("payload", ""), None)
    return _json(parsed), None


@lru_cache(maxsize=8)
def _parser(protocol: str) -> Any:
    factory = ResponseParserFactory()
    factory.set_parser_defaults(timestamp_parser=_timestamp, blob_parser=_blob)
    return factory.create_parser(protocol)


def _timestamp(value: Any) -> str:
    if isinstance(value, datetime):
        return scalars.iso(value)
    return scalars.timestamp(value, "")


def _blob(value: Any) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _plain_body(body: bytes, encoding: str) -> bytes:
    return gzip.decompress(body) if encoding == "gzip" and body else body


def _json(value: object) -> Value:
    if isinstance(value, Mapping):
        entries = cast(Mapping[str, object], value)
        return {str(key): _json(item) for key, item in entries.items()}
    if isinstance(value, list):
        return [_json(item) for item in cast(list[object], value)]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return scalars.iso(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)
