"""How an Auto Scaling group comes to its size: machines that boot and join, machines that drain and go.

Owns a group's machines and its targets. Why it is to have another size is not known here (`scaling_policies`,
or a user); what is told of it is in `scaling_activities`.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup, InstanceState
from moto.ec2.exceptions import EC2ClientError

from skywright_gym.aws.behaviour import outages, scaling_activities, timing
from skywright_gym.aws.behaviour.agenda import Effect, schedule
from skywright_gym.aws.behaviour.instances import watch_closely
from skywright_gym.aws.behaviour.launch_checks import template_of
from skywright_gym.aws.behaviour.rule import Rule, around, computed, instead

_PAGES = "https://docs.aws.amazon.com/autoscaling/ec2/userguide/"
_SERVES, _DRAINED = "instance.serves", "instance.drained"


@dataclass(frozen=True)
class Reason:
    """Why a group gets another size, how long its new machines warm up, and how long it then rests."""

    words: str
    warmup_seconds: float = 0.0
    cooldown_seconds: float | None = None


# ---- what is going on in a group


def is_suspended(group: Any, process: str) -> bool:
    """Whether somebody has suspended a process of the group."""
    return process in group._suspended_processes


def is_cooling(group: Any) -> bool:
    """Whether the last scaling was so recent that a simple policy does nothing."""
    return timing.now() < vars(group).get("cool_at", 0.0)


def warming(group: Any) -> int:
    """How many of the group's machines are too new to count."""
    now, until = timing.now(), vars(group).get("warm_at", {})
    return sum(now < until.get(state.instance.id, 0.0) for state in _active(group))


def resize(group: Any, size: int, reason: Reason) -> None:
    """Give the group another size, and remember why."""
    vars(group)["reason"] = reason
    try:
        group.autoscaling_backend.set_desired_capacity(group.name, size)
    finally:
        del vars(group)["reason"]
    vars(group)["cool_at"] = timing.now() + float(reason.cooldown_seconds or group.default_cooldown)


def _active(group: Any) -> list[Any]:
    """The machines that make up the group's size: those that are there to stay."""
    return [state for state in group.instance_states if vars(state)["lifecycle_state"] == "InService"]


def _set_size(original: Callable[..., None], self: Any, new_capacity: int | None) -> None:
    if (self.mixed_instances_policy or {}).get("LaunchTemplate", {}).get("Overrides"):
        original(self, new_capacity)
        return
    was = vars(self).get("desired_capacity") or 0
    self.desired_capacity = int(self.min_size or 0) if new_capacity is None else new_capacity
    scaling_activities.note_change(self, was, _why(self))
    lacking = int(self.desired_capacity) - len(_active(self))
    if lacking > 0 and not is_suspended(self, "Launch"):
        self.replace_autoscaling_group_instances(lacking, self.get_propagated_tags())
    elif lacking < 0 and not is_suspended(self, "Terminate"):
        for state in _to_go(self, -lacking):
            _let_go(self, state)
    if self.name in self.autoscaling_backend.autoscaling_groups:
        self.autoscaling_backend.update_attached_elbs(self.name)
        self.autoscaling_backend.update_attached_target_groups(self.name)


# ---- machines that come


def _launch(original: Callable[..., None], self: Any, count_needed: int, tags: dict[str, str]) -> None:
    """One after another, each where the group has fewest."""
    for _ in range(count_needed):
        known = len(self.instance_states)
        places, zones = self.vpc_zone_identifier, self.availability_zones
        try:
            self.vpc_zone_identifier, self.availability_zones = _place(self)
            original(self, 1, dict(tags))
        except EC2ClientError as refused:
            if refused.code != "InsufficientInstanceCapacity":
                raise
            scaling_activities.note(
                self, "Launching a new EC2 instance", "Failed", f"{refused.message} Launching failed."
            )
            return
        finally:
            self.vpc_zone_identifier, self.availability_zones = places, zones
        for state in self.instance_states[known:]:
            _begin(self, state.instance)


def _why(group: Any) -> str:
    reason: Reason | None = vars(group).get("reason")
    return reason.words if reason is not None else "user request"


def _place(group: Any) -> tuple[str | None, list[str]]:
    """The subnet and the zone where the group has fewest, of those with room. Raises EC2ClientError."""
    there = Counter(state.availability_zone for state in _active(group))
    named = (group.vpc_zone_identifier or "").split(",")
    subnets = {
        subnet.availability_zone: subnet.id
        for subnet in (group.ec2_backend.get_subnet(one.strip()) for one in reversed(named) if one.strip())
    }
    zones = sorted(subnets or group.availability_zones, key=lambda zone: (there[zone], zone))
    wanted = outages.Wanted(group.instance_type, 1, 1)
    zone = next(
        (one for one in zones if outages.room(group.ec2_backend, one, wanted.instance_type)), zones[0]
    )
    outages.fitting(group.ec2_backend, zone, wanted)
    return subnets.get(zone), [zone]


def _begin(group: Any, instance: Any) -> None:
    backend = group.ec2_backend
    if _is_watched_closely(group):
        watch_closely(backend, instance)
    boots = timing.due("instance.pending")
    schedule(backend, _SERVES, instance.id, boots)
    reason: Reason | None = vars(group).get("reason")
    if reason is not None:
        vars(group).setdefault("warm_at", {})[instance.id] = boots + reason.warmup_seconds
    scaling_activities.note(group, f"Launching a new EC2 instance: {instance.id}", "Successful")


def _is_watched_closely(group: Any) -> bool:
    if group.launch_config is not None:
        return bool(group.launch_config.instance_monitoring_enabled)
    named = {"LaunchTemplateId": group.ec2_launch_template.id, "Version": group.launch_template_version}
    said = template_of(group.ec2_backend, named).get("Monitoring") or {}
    return str(said.get("Enabled", "")).lower() == "true"


def _serves(backend: Any, instance_id: str, _due: float) -> None:
    """A machine of a group runs by now: it joins the group's targets."""
    instance = backend.get_instance_by_id(instance_id)
    group = getattr(instance, "autoscaling_group", None)
    if group is not None and group.name in group.autoscaling_backend.autoscaling_groups:
        group.autoscaling_backend.update_attached_target_groups(group.name)


def _register(_original: Callable[..., None], self: Any, group_name: str) -> None:
    group = self.autoscaling_groups[group_name]
    if is_suspended(group, "AddToLoadBalancer"):
        return
    running = [state.instance.id for state in _active(group) if state.instance.state == "running"]
    for arn in group.target_group_arns or []:
        target_group = self.elbv2_backend.target_groups.get(arn)
        if target_group is not None:
            new = [{"Id": one} for one in running if one not in target_group.targets]
            if new:
                target_group.register(new)


# ---- machines that go


def _to_go(group: Any, count: int) -> list[Any]:
    """Who goes: of the zone with most machines the one that was launched first, unless it is protected."""
    staying = [state for state in _active(group) if not state.protected_from_scale_in]
    found: list[Any] = []
    for _ in range(min(count, len(staying))):
        there = Counter(state.availability_zone for state in staying)
        first = min(staying, key=lambda state: _oldest_of_the_fullest(state, there, group))
        staying.remove(first)
        found.append(first)
    return found


def _oldest_of_the_fullest(state: Any, there: Counter[str], group: Any) -> tuple[int, Any, str]:
    newest_first = group.termination_policies[:1] == ["NewestInstance"]
    launched = state.instance.launch_time.timestamp()
    return -there[state.availability_zone], -launched if newest_first else launched, state.instance.id


def _let_go(group: Any, state: Any) -> None:
    """Take a machine out of the group's targets, and end it once its last requests are answered."""
    machine_id = state.instance.id
    vars(state)["lifecycle_state"] = "Terminating"
    drains = False
    for arn in group.target_group_arns or []:
        target_group = group.autoscaling_backend.elbv2_backend.target_groups.get(arn)
        if target_group is not None and machine_id in target_group.targets:
            target_group.deregister([{"Id": machine_id}])
            drains = True
    scaling_activities.note(group, f"Terminating EC2 instance: {machine_id}", "Successful")
    if drains:
        schedule(group.ec2_backend, _DRAINED, machine_id, timing.due("target.draining"))
    else:
        _end(group.ec2_backend, machine_id)


def _drained(backend: Any, instance_id: str, _due: float) -> None:
    if backend.get_instance_by_id(instance_id) is not None:
        _end(backend, instance_id)


def _end(backend: Any, instance_id: str) -> None:
    instance = backend.get_instance_by_id(instance_id)
    group = getattr(instance, "autoscaling_group", None)
    if group is not None:
        group.instance_states = [state for state in group.instance_states if state.instance is not instance]
    if instance.disable_api_termination is True:
        # Such protection is against users, not against the group.
        instance.disable_api_termination = False
    backend.terminate_instances([instance_id])


EFFECTS: Mapping[str, Effect] = {_SERVES: _serves, _DRAINED: _drained}


# ---- what is told of it


def _state(state: Any) -> str:
    kept: str = vars(state).get("lifecycle_state", "InService")
    return "Pending" if kept == "InService" and state.instance.state == "pending" else kept


def _set_state(state: Any, value: str) -> None:
    vars(state)["lifecycle_state"] = value


RULES = (
    Rule(
        "scaling.machines",
        ("autoscaling", "ec2", "elbv2"),
        "A group spreads its machines over its zones; each is Pending until it runs, then InService and a "
        "target of the group's target groups. One too many leaves them first and is Terminating while it "
        "drains; that is the oldest of the zone that has most, unless it is protected.",
        f"specification: {_PAGES}ec2-auto-scaling-lifecycle.html and "
        "ec2-auto-scaling-termination-policies.html; assumption: of the termination policies "
        "NewestInstance alone is told from the default, and machines that fail their checks are not "
        "replaced",
        (
            computed(InstanceState, "lifecycle_state", _state, _set_state, is_new=True),
            instead(FakeAutoScalingGroup, "active_instances", _active),
            around(FakeAutoScalingGroup, "set_desired_capacity", _set_size),
            around(FakeAutoScalingGroup, "replace_autoscaling_group_instances", _launch),
            around(AutoScalingBackend, "update_attached_target_groups", _register),
        ),
    ),
)
