"""Subscriptions to measurements of the network between regions and zones. Owns which there are; the
measurements themselves are not offered.
"""

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from skywright_gym.aws.behaviour.keeping import Kept
from skywright_gym.aws.behaviour.rule import Rule, new

_kept = Kept("network_subscriptions", list[dict[str, Any]])
_NAMES = ("Source", "Destination", "Metric", "Statistic")


def _change(present: bool) -> Callable[[Any], ActionResult]:
    def answer(self: Any) -> ActionResult:
        self.error_on_dryrun()
        asked = {name: value for name in _NAMES if (value := self._get_param(name)) is not None}
        kept = _kept(self.ec2_backend)
        if present and asked not in kept:
            kept.append(asked)
        if not present and asked in kept:
            kept.remove(asked)
        return ActionResult({"Output": True})

    return answer


def _describe(self: Any) -> ActionResult:
    self.error_on_dryrun()
    return ActionResult(
        {"Subscriptions": [{**one, "Period": "five-minutes"} for one in _kept(self.ec2_backend)]}
    )


RULES = (
    Rule(
        "settings.subscriptions",
        ("ec2",),
        "Measurements of the network between regions are subscribed to for a region, and the "
        "subscriptions shown.",
        "specification: https://docs.aws.amazon.com/network-manager/latest/infrastructure-performance/"
        "nmip-subscriptions-cw.html; assumption: that nothing is measured here",
        (
            new(EC2Response, "enable_aws_network_performance_metric_subscription", _change(present=True)),
            new(EC2Response, "disable_aws_network_performance_metric_subscription", _change(present=False)),
            new(EC2Response, "describe_aws_network_performance_metric_subscriptions", _describe),
        ),
    ),
)
