"""The signature's arithmetic against botocore's own, and times that are none."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from skywright.clouds.aws.wire import compose, sigv4
from skywright.clouds.wire import Claim, Head
from skywright.errors import Refused

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
NOW = datetime(2026, 11, 27, 16, 0, 30, tzinfo=UTC).timestamp()


def claim(at: str, date: str = "") -> Claim:
    return Claim("AKIAIOSFODNN7EXAMPLE", "eu-west-1", "ec2", date or at[:8], at, ("host",), "0" * 64, "")


@pytest.mark.parametrize(
    "at", ["20261399T000000Z", "20260230T000000Z", "20261127T250000Z", "20261127T160060Z", "00000000T000000Z"]
)
def test_a_time_that_there_is_not(at: str) -> None:
    with pytest.raises(Refused) as refused:
        sigv4.verify(Head("POST", "/", "", {"host": "h"}), claim(at), SECRET, NOW, sigv4.EMPTY)
    assert refused.value.rule == "signature-malformed"


@pytest.mark.parametrize(("at", "rule"), [("20261127T155529Z", "expired"), ("20261127T155531Z", "wrong")])
def test_five_minutes_are_five_minutes(at: str, rule: str) -> None:
    with pytest.raises(Refused) as refused:
        sigv4.verify(Head("POST", "/", "", {"host": "h"}), claim(at), SECRET, NOW, sigv4.EMPTY)
    assert refused.value.rule == f"signature-{rule}"


@pytest.mark.parametrize("path", ["/", "/a/b", "/a%20b/%7E", "//"])
def test_the_signature_is_botocores(path: str) -> None:
    request: Any = AWSRequest("POST", f"http://h{path}?z=1&a=%2F", data=b"x=1")
    SigV4Auth(Credentials("AKIAIOSFODNN7EXAMPLE", SECRET), "ec2", "eu-west-1").add_auth(request)
    headers = {"host": "h", **{name.lower(): value for name, value in request.headers.items()}}
    head = Head("POST", path, "z=1&a=%2F", headers)
    now = datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    sigv4.verify(head, sigv4.read_claim(head), SECRET, now, hashlib.sha256(b"x=1").hexdigest())


@given(st.text(st.characters(codec="utf-8"), max_size=20) | st.from_regex(r"[A-Za-z0-9._~ /+-]*"))
def test_what_needs_no_quoting_is_as_it_would_be_quoted(text: str) -> None:
    assert compose._quoted(text) == quote(text, safe="-._~")
