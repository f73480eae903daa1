"""A recording is a file that says what it is, and that is read back as it was written."""

from typing import Any

import pytest

from skywright.errors import Malformed
from skywright.model.call import Call, CallError, Outcome
from skywright.model.operation import Effect, Operation
from skywright.model.verdict import Decision, Principal, Verdict
from skywright.recordings.form import dump, load, record

NOBODY = Principal("run", "guest", "guest", "guest", "gym")


def call(decision: Decision = Decision.ALLOW, outcome: Outcome | None = None) -> Call:
    return Call(
        "1",
        NOBODY,
        Operation("ec2", "DescribeVpcs"),
        Effect.READ,
        "eu-west-1",
        {"VpcIds": ["vpc-1"]},
        1_790_000_000.0,
        Verdict(decision, "any", ""),
        outcome=outcome,
    )


ANSWERED = Outcome(200, {"Vpcs": [{"VpcId": "vpc-1"}]}, None, 0.25)
REFUSED = Outcome(400, None, CallError("InvalidVpcID.NotFound", "no such vpc"), 0.1)


def test_what_is_written_is_read_back() -> None:
    written = record((call(outcome=ANSWERED), call(outcome=REFUSED)), "aws", "111122223333", "eu-west-1")
    assert written.date == "2026-09-21T14:13:20Z" and len(written.exchanges) == 2
    assert load(dump(written), "a file") == written


def test_what_never_reached_the_account_is_left_out() -> None:
    trace = (call(Decision.DENY), call(), call(outcome=Outcome(0, None, REFUSED.error, 0)))
    assert record(trace, "gym", "", "eu-west-1").exchanges == ()


HEADER = '{"format": "skywright-recording", "version": 1, "source": "gym"}\n'
ROW = '{"service": "ec2", "operation": "DescribeVpcs", "region": "r", "at": 1, "request": {}, "status": 200'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "line 1: a recording begins with"),
        ('{"format": "other"}', "line 1: a recording begins with"),
        ("[1]", "line 1"),
        (HEADER.replace("1", "7"), "version 7 is not known"),
        (HEADER.replace("gym", "moon"), "neither gym nor aws"),
        (HEADER + "{", "line 2: not JSON"),
        (HEADER + "[]", "line 2: not a JSON object"),
        (HEADER + ROW + ', "seconds": 1}', "line 2: an exchange has either a response or an error"),
        (HEADER + ROW + ', "response": {}}', "line 2: seconds is missing"),
        (HEADER + ROW.replace("200", "true") + ', "response": {}, "seconds": 1}', "status is not a number"),
    ],
)
def test_what_is_no_recording_is_refused_with_its_line(text: str, sentence: Any) -> None:
    with pytest.raises(Malformed) as error:
        load(text, "session.jsonl")
    assert sentence in str(error.value) and "session.jsonl" in str(error.value)
