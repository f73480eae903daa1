"""Who looks at a whole account waits where he asks too often."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from skywright.engine.patient import Patient
from skywright.errors import CloudFailed
from skywright.model.operation import Operation

READ = Operation("ec2", "DescribeVolumes")


@dataclass
class Busy:
    """A cloud that refuses so often before it answers."""

    refuses: int
    code: str = "RequestLimitExceeded"
    asked: int = 0
    waited: list[float] = field(default_factory=list[float])

    def call(self, operation: Operation, arguments: Mapping[str, Any], region: str) -> dict[str, Any]:
        self.asked += 1
        if self.asked <= self.refuses:
            raise CloudFailed(str(operation), self.code, "")
        return {"Volumes": []}

    def patient(self) -> Patient:
        return Patient(self, self.waited.append, lambda: 0.5)


@pytest.mark.parametrize("code", ["Throttling", "ThrottlingException", "RequestLimitExceeded", "SlowDown"])
def test_it_is_asked_again_more_and_more_slowly(code: str) -> None:
    busy = Busy(3, code)
    assert busy.patient().call(READ, {}, "eu-west-1") == {"Volumes": []}
    assert busy.waited == [0.75, 1.5, 3.0]


def test_it_ends_some_time() -> None:
    busy = Busy(100)
    with pytest.raises(CloudFailed):
        busy.patient().call(READ, {}, "eu-west-1")
    assert (busy.asked, len(busy.waited)) == (6, 5)


@pytest.mark.parametrize("code", ["UnauthorizedOperation", "AccessDenied", "LimitExceededException"])
def test_what_does_not_pass_is_told_at_once(code: str) -> None:
    busy = Busy(1, code)
    with pytest.raises(CloudFailed):
        busy.patient().call(READ, {}, "eu-west-1")
    assert (busy.asked, busy.waited) == (1, [])
