"""Fleets that are to go: of those that are named, some can and some cannot. Owns these answers, no fleet."""

from collections.abc import Callable, Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from skywright_gym.aws.behaviour.rule import Rule, around


def _each_by_itself(
    parameter: str, held: str, code: str, told: tuple[str, str, str]
) -> Callable[..., ActionResult]:
    """Carry it out for those that are there, and say of each other one that it is not."""
    successful, unsuccessful, member = told

    def answer(original: Callable[..., Any], self: Any) -> ActionResult:
        asked: list[str] = self._get_param(parameter, [])
        there: Mapping[str, Any] = getattr(self.ec2_backend, held)
        missing = [name for name in asked if name not in there]
        if not missing:
            return original(self)
        refused = [
            {member: name, "Error": {"Code": code, "Message": f"The fleet '{name}' does not exist"}}
            for name in missing
        ]
        present = [name for name in asked if name in there]
        result: dict[str, Any] = {successful: []}
        if present:
            self.params = {**self.params, parameter: present}
            answered: Any = original(self)
            result = dict(answered.result)
        return ActionResult({**result, unsuccessful: refused})

    return answer


RULES = (
    Rule(
        "fleets.each",
        ("ec2",),
        "Of fleets and spot fleet requests that are to go, each that does not exist is told with an error "
        "of its own, and the others go.",
        "specification: "
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFleetErrorItem.html and "
        "API_CancelSpotFleetRequestsErrorItem.html; assumption: the wording",
        (
            around(
                EC2Response,
                "delete_fleets",
                _each_by_itself(
                    "FleetIds",
                    "fleets",
                    "fleetIdDoesNotExist",
                    ("SuccessfulFleetDeletions", "UnsuccessfulFleetDeletions", "FleetId"),
                ),
            ),
            around(
                EC2Response,
                "cancel_spot_fleet_requests",
                _each_by_itself(
                    "SpotFleetRequestIds",
                    "spot_fleet_requests",
                    "fleetRequestIdDoesNotExist",
                    ("SuccessfulFleetRequests", "UnsuccessfulFleetRequests", "SpotFleetRequestId"),
                ),
            ),
        ),
    ),
)
