"""Values of botocore's that JSON does not have."""

import io
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from botocore.response import StreamingBody

from skywright_gym.plain import NotPlain, plain


def test_times_are_told_in_utc_whatever_zone_they_came_in() -> None:
    there = datetime(2026, 1, 2, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert plain(there, 0) == "2026-01-01T23:30:00Z"
    assert plain(datetime(2026, 1, 2, tzinfo=UTC), 0) == "2026-01-02T00:00:00Z"
    assert plain(date(2026, 1, 2), 0) == "2026-01-02"


def test_bytes_are_base64_as_far_as_they_are_passed_on() -> None:
    assert plain(b"\x00\xff", 0) == "AP8="
    assert plain(StreamingBody(io.BytesIO(b"abc"), 3), 3) == "YWJj"
    with pytest.raises(NotPlain, match="longer than the 2 bytes"):
        plain(StreamingBody(io.BytesIO(b"abc"), 3), 2)
    with pytest.raises(NotPlain, match="stream of events"):
        plain(iter(()), 9)
