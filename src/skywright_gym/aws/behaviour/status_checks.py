"""The two status checks of a machine, and the reboot that starts them anew.

Owns what they show; which machine is ill is in `outages`.
"""

from collections.abc import Callable
from typing import Any

from moto.ec2.models.instances import Instance, InstanceBackend

from skywright_gym.aws.behaviour import outages, timing
from skywright_gym.aws.behaviour.errors import incorrect_state
from skywright_gym.aws.behaviour.rule import Rule, before, computed, instead


def _may_reboot(self: Any, instance_ids: list[str]) -> None:
    for instance in self.get_multi_instances_by_id(instance_ids):
        if instance.state not in ("pending", "running"):
            raise incorrect_state(f"Instance '{instance.id}' is not 'running'.")


def _reboot(self: Any) -> None:
    if self.state == "running":
        self.checks_pass_at = timing.due("instance.checks")


def _checks_of(check: str) -> Callable[[Any], dict[str, Any]]:
    return lambda instance: _checks(instance, check)


def _checks(self: Any, check: str) -> dict[str, Any]:
    if self.state != "running":
        return {"Status": "not-applicable"}
    since = outages.ails_since(self, check) if outages.are_set() else None
    if since is not None:
        failed = {"Name": "reachability", "Status": "failed", "ImpairedSince": outages.moment(since)}
        return {"Details": [failed], "Status": "impaired"}
    done = timing.now() >= getattr(self, "checks_pass_at", 0.0)
    detail = {"Name": "reachability", "Status": "passed" if done else "initializing"}
    return {"Details": [detail], "Status": "ok" if done else "initializing"}


RULES = (
    Rule(
        "lifecycle.reboot",
        ("ec2",),
        "A reboot needs a running instance and starts its status checks anew.",
        "assumption: that a reboot of a stopped instance answers IncorrectState",
        (
            before(InstanceBackend, "reboot_instances", _may_reboot),
            instead(Instance, "reboot", _reboot),
        ),
    ),
    Rule(
        "lifecycle.checks",
        ("ec2",),
        "The status checks of an instance are initializing for a while after it began to run, then ok; "
        "impaired while a fault says so.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-system-instance-status-check.html",
        (
            computed(Instance, "instance_status", _checks_of("instance")),
            computed(Instance, "system_status", _checks_of("system")),
        ),
    ),
)
