"""Targets of load balancers, and whether they are healthy.

Owns registration and health. That something answers on a target that can be reached is assumed.
"""

from collections.abc import Callable
from typing import Any

from moto.elbv2.exceptions import ELBClientError, ResourceInUseError
from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, FakeTargetGroup

from skywright_gym.aws.behaviour import outages, timing
from skywright_gym.aws.behaviour.rule import Rule, around, before

HEALTH_PAGE = (
    "specification: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/"
    "target-group-health-checks.html"
)


def _check_targets(self: Any, targets: list[dict[str, Any]]) -> None:
    if self.target_type != "instance":
        return
    for target in targets:
        instance = self.ec2_backend.get_instance_by_id(target["Id"])
        if instance is None:
            raise ELBClientError("InvalidTarget", f"The instance ID '{target['Id']}' is not valid")
        if instance.state != "running":
            raise ELBClientError(
                "InvalidTarget",
                f"The following targets are not in a running state and cannot be registered: '{instance.id}'",
            )
        if instance.vpc_id != self.vpc_id:
            raise ELBClientError(
                "InvalidTarget",
                f"The following targets are not in the target group VPC '{self.vpc_id}': '{instance.id}'",
            )


def _register(original: Callable[..., None], self: Any, targets: list[dict[str, Any]]) -> None:
    kept = {t["Id"]: self.targets[t["Id"]].get("since") for t in targets if t["Id"] in self.targets}
    original(self, targets)
    for target in targets:
        self.targets[target["Id"]]["since"] = kept.get(target["Id"]) or timing.now()


def _deregister(original: Callable[..., None], self: Any, targets: list[dict[str, Any]]) -> None:
    original(self, targets)
    for target in targets:
        self.deregistered_targets[target["Id"]]["left"] = timing.now()


def balancers_of(backend: Any, group: Any) -> list[Any]:
    """The load balancers of which a listener or a rule forwards to the group."""
    found: list[Any] = []
    for balancer in backend.load_balancers.values():
        actions = [
            action
            for listener in balancer.listeners.values()
            for rule in listener.rules.values()
            for action in rule.actions
        ]
        if any(group.arn in backend._get_target_group_arns_from(action_data=a.data) for a in actions):
            found.append(balancer)
    return found


def can_reach(group: Any, target: dict[str, Any], instance: Any, balancers: list[Any]) -> bool:
    """Whether the groups of the machine let the load balancers through to the target's port."""
    port = int(target.get("Port") or group.port or 0)
    sources = {g for balancer in balancers for g in balancer.security_groups or []}
    for security_group in instance.security_groups:
        if security_group.name == "default" and security_group.id in sources:
            return True  # a default group lets its own members through; moto's does not say so
        for rule in security_group.ingress_rules:
            ends: tuple[Any, Any] = (rule.from_port, rule.to_port)
            if rule.ip_protocol != "-1" and not int(ends[0]) <= port <= int(ends[1]):
                continue
            if rule.ip_range or (rule.source_group or {}).get("GroupId") in sources:
                return True
    # A network load balancer may have no groups; then only address ranges count.
    return False


def _judge(backend: Any, group: Any, target: dict[str, Any]) -> tuple[str, str | None, str | None]:
    balancers = balancers_of(backend, group)
    if not balancers:
        return (
            "unused",
            "Target.NotInUse",
            "Target group is not configured to receive traffic from the load balancer",
        )
    instance = backend.ec2_backend.get_instance_by_id(target["Id"])
    if instance is not None:
        if instance.state != "running":
            return "unused", "Target.InvalidState", f"Target is in the {instance.state} state"
        zones = {s.availability_zone for balancer in balancers for s in balancer.subnets}
        if instance.placement.zone not in zones:
            return (
                "unused",
                "Target.NotInUse",
                "Target is in an Availability Zone that is not enabled for the load balancer",
            )
    began = max(
        target.get("since", 0.0), vars(instance).get("running_since", 0.0) if instance is not None else 0.0
    )
    checked_at = began + timing.seconds("target.initial")
    active = any(balancer.state == "active" for balancer in balancers)
    if not active or timing.now() < checked_at:
        return "initial", "Elb.RegistrationInProgress", "Target registration is in progress"
    if instance is not None and not (
        outages.is_well(instance) and can_reach(group, target, instance, balancers)
    ):
        return "unhealthy", "Target.Timeout", "Request timed out"
    return "healthy", None, None


def _describe(
    original: Callable[..., list[Any]], self: Any, target_group_arn: str, targets: list[dict[str, Any]]
) -> list[Any]:
    found = original(self, target_group_arn, targets)
    group = self.target_groups[target_group_arn]
    for balancer in self.load_balancers.values():
        balancer.activate()
    answers = [_health(self, group, status) for status in found]
    if not targets:
        answers += [
            FakeHealthStatus(
                t["Id"],
                t["Port"],
                group.health_check_port,
                "draining",
                "Target.DeregistrationInProgress",
                "Target deregistration is in progress",
            )
            for t in group.deregistered_targets.values()
            if timing.now() < t.get("left", 0.0) + timing.seconds("target.draining")
            and balancers_of(self, group)
        ]
    return answers


def _health(backend: Any, group: Any, status: Any) -> Any:
    target = group.targets.get(status.instance_id)
    if target is None:
        return status
    state, reason, description = _judge(backend, group, target)
    return FakeHealthStatus(
        status.instance_id, status.port, group.health_check_port, state, reason, description
    )


def _check_group_delete(self: Any, target_group_arn: str) -> None:
    if target_group_arn in self.target_groups and self._any_listener_using(target_group_arn):
        raise ResourceInUseError(
            f"Target group '{target_group_arn}' is currently in use by a listener or a rule"
        )


RULES = (
    Rule(
        "targets.register",
        ("elbv2",),
        "Only running instances of the target group's network can be registered (InvalidTarget).",
        "specification: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html",
        (
            around(FakeTargetGroup, "register", _register),
            before(FakeTargetGroup, "register", _check_targets),
            around(FakeTargetGroup, "deregister", _deregister),
        ),
    ),
    Rule(
        "targets.health",
        ("elbv2",),
        "A target is initial and then healthy; unhealthy when the groups let no traffic through or a fault "
        "has the machine or its zone fail; unused when "
        "no listener forwards to it, its zone is not enabled or it does not run; draining after it was "
        "deregistered.",
        HEALTH_PAGE + "; assumption: something answers on every target that can be reached",
        (around(ELBv2Backend, "describe_target_health", _describe),),
    ),
    Rule(
        "targets.in-use",
        ("elbv2",),
        "A target group that a listener or a rule forwards to cannot be deleted (ResourceInUse).",
        "specification: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html",
        (before(ELBv2Backend, "delete_target_group", _check_group_delete),),
    ),
)
