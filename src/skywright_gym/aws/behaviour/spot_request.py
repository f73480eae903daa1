"""The record of one spot request.

Owns what a request shows and the words of its states. What happens to requests is in `spot`.
"""

from collections.abc import Mapping
from typing import Any

from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.utils import random_spot_request_id

from skywright_gym.aws.behaviour import timing

_TOO_DEAR = "the Spot price exceeded your maximum price."
_NONE_LEFT = "there is no Spot capacity available that matches your request."
# specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html
MESSAGES: Mapping[str, str] = {
    "pending-evaluation": "Your Spot request has been submitted for review, and is pending evaluation.",
    "fulfilled": "Your Spot request is fulfilled.",
    "instance-terminated-by-user": "Your Spot instance was terminated by user.",
    "instance-stopped-by-user": "Your Spot instance was stopped by user.",
    "instance-terminated-by-price": f"Your Spot instance was terminated because {_TOO_DEAR}",
    "instance-terminated-no-capacity": f"Your Spot instance was terminated because {_NONE_LEFT}",
    "instance-stopped-by-price": f"Your Spot instance was stopped because {_TOO_DEAR}",
    "instance-stopped-no-capacity": f"Your Spot instance was stopped because {_NONE_LEFT}",
    "marked-for-termination": "Your Spot instance is marked for termination.",
    "marked-for-stop": "Your Spot instance is marked for stop.",
    "request-canceled-and-instance-running": "Your Spot request is canceled, your instance is running.",
    "canceled-before-fulfillment": "Your Spot request is canceled before it was fulfilled.",
    "price-too-low": "Your Spot request price is lower than the minimum required fulfillment price.",
    "capacity-not-available": "There is no Spot capacity available that matches your request.",
    "bad-parameters": "Your Spot request failed due to bad parameters.",
}


class SpotRequest(TaggedEC2Resource):
    """A request for one spot machine, with all that is needed to launch it, and to launch it again."""

    def __init__(self, ec2_backend: Any, options: Mapping[str, Any], launch: dict[str, Any]) -> None:
        self.ec2_backend = ec2_backend
        self.id = random_spot_request_id()
        self.spot_instance_request_id = self.id
        self.type: str = options.get("SpotInstanceType") or "one-time"
        self.instance_interruption_behavior: str = options.get("InstanceInterruptionBehavior") or "terminate"
        self.valid_until = options.get("ValidUntil")
        self.spot_price: str | None = options.get("MaxPrice") or None  # Terraform sends an empty one
        self.launch = launch
        self.product_description = "Linux/UNIX"
        self.create_time = timing.naive_moment()
        self.instance_id: str | None = None
        self.launched_availability_zone: str | None = None
        self.put("open", "pending-evaluation")

    def put(self, state: str, code: str) -> None:
        """Put the request into a state, for a reason of the published codes."""
        self.state = state
        self.status = {"Code": code, "Message": MESSAGES[code], "UpdateTime": timing.naive_moment()}

    @property
    def launch_specification(self) -> dict[str, Any]:
        launch, backend = self.launch, self.ec2_backend
        groups = [backend.get_security_group_from_id(g) for g in launch.get("security_group_ids", [])]
        shown: dict[str, Any] = {
            "ImageId": launch["image_id"],
            "InstanceType": launch["instance_type"],
            "SecurityGroups": [{"GroupId": g.id, "GroupName": g.name} for g in groups if g is not None],
            "Monitoring": {"Enabled": launch.get("monitoring_state") == "enabled"},
        }
        if launch.get("key_name"):
            shown["KeyName"] = launch["key_name"]
        if launch.get("subnet_id"):
            shown["SubnetId"] = launch["subnet_id"]
        if launch.get("placement"):
            shown["Placement"] = {"AvailabilityZone": launch["placement"]}
        return shown

    def get_filter_value(self, filter_name: str, method_name: str | None = None) -> Any:
        known: dict[str, Any] = {
            "state": self.state,
            "spot-instance-request-id": self.id,
            "instance-id": self.instance_id or "",
            "status-code": self.status["Code"],
            "launch.instance-type": self.launch["instance_type"],
            "launch.image-id": self.launch["image_id"],
        }
        if filter_name in known:
            return known[filter_name]
        return super().get_filter_value(filter_name, method_name)
