"""What botocore gives as JSON has it: times are ISO 8601 in UTC, bytes are base64. Knows no operation."""

import base64
from datetime import UTC, date, datetime
from typing import Any

from botocore.response import StreamingBody


class NotPlain(ValueError):
    """A value that JSON cannot hold; the sentence says why."""


def plain(value: Any, most_bytes: int) -> str:
    """A value that is no list, object, number or text itself.

    Args:
        most_bytes: of a streamed body, which is read to its end.

    Raises:
        NotPlain: It is longer, or a stream of events.
    """
    match value:
        case datetime():
            # AWS means UTC, whatever zone the parser wrote it in.
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case bytes() | bytearray():
            return base64.b64encode(value).decode()
        case StreamingBody():
            data: bytes = value.read(most_bytes + 1)
            if len(data) > most_bytes:
                value.close()
                raise NotPlain(f"the answer is longer than the {most_bytes} bytes that are passed on")
            return base64.b64encode(data).decode()
        case _:
            raise NotPlain("the answer is a stream of events, which is not passed on")
