"""When what is due is carried out: before any operation that could see it.

Owns the one hook into moto's dispatch. Knows the effects only by their table.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from moto.autoscaling.responses import AutoScalingResponse
from moto.cloudwatch.responses import CloudWatchResponse
from moto.ec2.models import ec2_backends
from moto.ec2.responses import EC2Response
from moto.elbv2.responses import ELBV2Response
from moto.logs.responses import LogsResponse
from moto.sqs.responses import SQSResponse

from skywright_gym.aws.behaviour import (
    alarm_watch,
    images,
    instances,
    interruptions,
    lifecycle,
    loadbalancers,
    scaling_groups,
    snapshots,
    spot,
    timing,
    volumes,
)
from skywright_gym.aws.behaviour.agenda import Effect, settle
from skywright_gym.aws.behaviour.rule import Rule, around

EFFECTS: Mapping[str, Effect] = {
    **lifecycle.EFFECTS,
    **volumes.EFFECTS,
    **snapshots.EFFECTS,
    **images.EFFECTS,
    **loadbalancers.EFFECTS,
    **instances.EFFECTS,
    **scaling_groups.EFFECTS,
    **spot.EFFECTS,
    **interruptions.EFFECTS,
    "spot.follow": spot.follow_instance,
}


def settle_region(account_id: str, region: str) -> None:
    """Carry out what is due in one region of one account; a region never used is left alone."""
    backend: Any = ec2_backends[account_id].get(region)
    watched = alarm_watch.watched(account_id, region)
    if backend is None and watched:
        backend = ec2_backends[account_id][region]
    if backend is not None:
        watch = partial(alarm_watch.go_on, account_id, region) if watched else None
        settle(backend, EFFECTS, timing.now(), watch)


def settle_all(account_id: str) -> None:
    """Carry out what is due in every region of one account that was ever used."""
    for region in list(ec2_backends[account_id]):
        settle_region(account_id, region)


def _settle_first(original: Callable[..., Any], self: Any) -> Any:
    settle_region(self.current_account, self.region)
    return original(self)


RULES = (
    Rule(
        "lifecycle.lazily",
        ("ec2", "elbv2", "cloudwatch", "autoscaling", "logs", "sqs"),
        "Time passes between two requests: whatever was under way and is over by now has happened.",
        "assumption: what falls due is seen by every later request (the real cloud is sometimes later)",
        tuple(
            around(response, "call_action", _settle_first)
            for response in (
                EC2Response,
                ELBV2Response,
                CloudWatchResponse,
                AutoScalingResponse,
                # Where what happens is told of.
                LogsResponse,
                SQSResponse,
            )
        ),
    ),
)
