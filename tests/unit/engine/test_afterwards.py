"""What is written of each change once a run has acted."""

from types import SimpleNamespace
from typing import Any

import pytest

from skywright.clouds.aws.cloud import aws
from skywright.engine import afterwards
from skywright.errors import Unavailable
from skywright.model.call import Call, Outcome
from skywright.model.operation import Effect, Operation
from skywright.model.verdict import Decision, Principal, Verdict


def monitored() -> Call:
    return Call(
        id="c-1",
        principal=Principal("r-1", "perform", "builtin", "sdk", "gym"),
        operation=Operation("ec2", "MonitorInstances"),
        effect=Effect.CHANGE,
        region="us-east-1",
        arguments={"InstanceIds": ["i-1"]},
        at=0.0,
        verdict=Verdict(Decision.ALLOW, "x"),
        before={
            "Reservations": [{"Instances": [{"InstanceId": "i-1", "Monitoring": {"State": "disabled"}}]}]
        },
        outcome=Outcome(200, {"InstanceMonitorings": []}, None, 0.1),
    )


def test_a_cloud_that_cannot_be_reached_any_more_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(_: object) -> None:
        raise Unavailable("the gym is gone")

    written: list[dict[str, Any]] = []
    parts = SimpleNamespace(
        journal=SimpleNamespace(read=lambda *_: ()),
        accounts=SimpleNamespace(reach=unreachable),
        target=lambda _: None,
        cloud=lambda _: aws(),
        record=lambda _run, _stage, **body: written.append(body),
    )
    monkeypatch.setattr(afterwards, "calls", lambda _, run: (monitored(),) if run == "r-1" else ())
    afterwards.note_changes(SimpleNamespace(id="r-1"), parts)  # type: ignore[arg-type]
    (body,) = written
    assert body["call"] == "c-1" and body["before"] == monitored().before and body["after"] is None
    assert body["undo"]["steps"][0]["do"] == "ec2:UnmonitorInstances"
