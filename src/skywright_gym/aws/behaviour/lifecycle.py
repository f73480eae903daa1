"""How an instance lives: pending, running, stopping, stopped, shutting-down, terminated, gone.

Owns the states of instances and what happens when one becomes another. Disks, addresses and images have
modules of their own; what a terminated instance leaves behind is moto's own clean-up, run when it is due.
"""

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.instances import Instance, InstanceBackend, InstanceState, StateReason
from moto.ec2.responses import EC2Response

from skywright_gym.aws import whereabouts
from skywright_gym.aws.behaviour import timing
from skywright_gym.aws.behaviour.agenda import Effect, cancel, schedule
from skywright_gym.aws.behaviour.errors import incorrect_instance_state, incorrect_state, unsupported
from skywright_gym.aws.behaviour.rule import Rule, around, before, instead
from skywright_gym.aws.billing import ledger, meters

CODES: Mapping[str, int] = {
    "pending": 0,
    "running": 16,
    "shutting-down": 32,
    "terminated": 48,
    "stopping": 64,
    "stopped": 80,
}
LIFECYCLE_PAGE = (
    "specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html"
)

# moto's own clean-up of an instance, kept under a name of ours because the rule takes its place.
_terminate_now: Callable[[Instance], InstanceState] = Instance.terminate


def set_state(instance: Any, name: str) -> None:
    """Put the instance into the named state."""
    instance._state = InstanceState(name, CODES[name])


def find(backend: Any, instance_id: str) -> Any | None:
    """The instance, also when it is terminated; None when unknown."""
    return backend.get_instance_by_id(instance_id)


# ---- what happens when it is due


def _running(backend: Any, instance_id: str, due: float) -> None:
    instance = find(backend, instance_id)
    if instance is not None and instance.state == "pending":
        set_state(instance, "running")
        instance.running_since = due
        vars(instance).setdefault("ran", []).append([due, None])
        vars(instance).setdefault("ran_as", []).append(
            (instance.instance_type, _has_own_address(backend, instance))
        )
        schedule(backend, "spot.follow", instance_id, due)
        instance.checks_pass_at = due + timing.seconds("instance.checks")


def _stopped(backend: Any, instance_id: str, due: float) -> None:
    instance = find(backend, instance_id)
    if instance is not None and instance.state == "stopping":
        for nic in instance.nics.values():
            nic.stop()
        set_state(instance, "stopped")
        schedule(backend, "spot.follow", instance_id, due)


def _terminated(backend: Any, instance_id: str, due: float) -> None:
    instance = find(backend, instance_id)
    if instance is None or instance.state != "shutting-down":
        return
    reason, state_reason = instance._reason, instance.state_reason
    _terminate_now(instance)
    set_state(instance, "terminated")
    instance._reason, instance.state_reason = reason, state_reason
    schedule(backend, "spot.follow", instance_id, due)
    for address in backend.addresses:
        if address.instance is instance:
            address.instance = address.eni = address.association_id = None
    schedule(backend, "instance.gone", instance_id, due + timing.seconds("instance.gone"))


def _has_own_address(backend: Any, instance: Any) -> bool:
    """Whether it has a public address that is nobody's Elastic IP address, which costs by itself."""
    shown = instance.public_ip
    return bool(shown) and all(address.public_ip != shown for address in backend.addresses)


def _gone(backend: Any, instance_id: str, due: float) -> None:
    reservation = whereabouts.reservation_of(backend, instance_id)
    if reservation is None:
        return
    ledger.note(meters.machine(backend, find(backend, instance_id), due))
    reservation.instances = [i for i in reservation.instances if i.id != instance_id]
    if not reservation.instances:
        backend.reservations.pop(reservation.id)


EFFECTS: Mapping[str, Effect] = {
    "instance.running": _running,
    "instance.stopped": _stopped,
    "instance.terminated": _terminated,
    "instance.gone": _gone,
}


# ---- what moto does at once and the cloud does not


def _begin(original: Callable[..., None], self: Any, *args: Any, **kwargs: Any) -> None:
    original(self, *args, **kwargs)
    set_state(self, "pending")
    self.launch_time = timing.naive_moment()
    schedule(self.ec2_backend, "instance.running", self.id, timing.due("instance.pending"))


def _start(self: Any) -> InstanceState:
    previous = copy(self._state)
    if previous.name != "stopped":
        return previous
    for nic in self.nics.values():
        nic.start()
    set_state(self, "pending")
    self._reason, self.state_reason = "", StateReason()
    self.launch_time = timing.naive_moment()
    schedule(self.ec2_backend, "instance.running", self.id, timing.due("instance.pending"))
    return previous


def _stop(self: Any) -> InstanceState:
    previous = copy(self._state)
    if previous.name != "running":
        return previous
    set_state(self, "stopping")
    _end_stretch(self)
    _blame_the_user(self, "Client.UserInitiatedShutdown")
    schedule(self.ec2_backend, "instance.stopped", self.id, timing.due("instance.stopping"))
    return previous


def _terminate(self: Any) -> InstanceState:
    previous = copy(self._state)
    if previous.name in ("shutting-down", "terminated"):
        return previous
    for kind in ("instance.running", "instance.stopped"):
        cancel(self.ec2_backend, kind, self.id)
    set_state(self, "shutting-down")
    _end_stretch(self)
    _blame_the_user(self, "Client.UserInitiatedShutdown")
    schedule(self.ec2_backend, "instance.terminated", self.id, timing.due("instance.shutting-down"))
    return previous


def recover(instance: Any) -> None:
    """Begin a running machine anew on another host, where it keeps all that it is."""
    _end_stretch(instance)
    set_state(instance, "pending")
    schedule(instance.ec2_backend, "instance.running", instance.id, timing.due("instance.pending"))


def _end_stretch(instance: Any) -> None:
    # When it ran, for what is measured while it runs.
    ran = vars(instance).get("ran")
    if ran and ran[-1][1] is None:
        ran[-1][1] = timing.now()


def _blame_the_user(instance: Any, code: str) -> None:
    at = timing.naive_moment().strftime("%Y-%m-%d %H:%M:%S GMT")
    instance._reason = f"User initiated ({at})"
    instance.state_reason = StateReason(f"{code}: User initiated shutdown", code)


def _may_start(self: Any, instance_ids: list[str]) -> None:
    for instance in self.get_multi_instances_by_id(instance_ids):
        if instance.state in ("stopping", "shutting-down", "terminated"):
            raise incorrect_instance_state(
                f"The instance '{instance.id}' is not in a state from which it can be started."
            )


def _may_stop(self: Any, instance_ids: list[str]) -> None:
    for instance in self.get_multi_instances_by_id(instance_ids):
        if instance.state in ("pending", "shutting-down", "terminated"):
            raise incorrect_instance_state(
                f"This instance '{instance.id}' is not in a state from which it can be stopped."
            )
        if instance.lifecycle == "spot" and getattr(instance, "spot_type", "one-time") != "persistent":
            raise unsupported(
                f"You can't stop the Spot Instance '{instance.id}' because it is associated with a "
                "one-time Spot Instance request. You can only stop Spot Instances associated with "
                "persistent Spot Instance requests."
            )


def _may_terminate_all(self: Any, instance_ids: list[str]) -> None:
    # moto refuses at the first protected one, having terminated those before it; the cloud refuses all.
    for instance in self.get_multi_instances_by_id(instance_ids):
        if instance.disable_api_termination is True and instance.state not in ("shutting-down", "terminated"):
            raise unsupported_termination(instance.id)


def unsupported_termination(instance_id: str) -> Exception:
    """The refusal to terminate a protected instance."""
    error = incorrect_state(
        f"The instance '{instance_id}' may not be terminated. Modify its 'disableApiTermination' "
        "instance attribute and try again."
    )
    error.code = "OperationNotPermitted"
    return error


def _changes(instances: list[tuple[Any, InstanceState]]) -> list[dict[str, Any]]:
    return [
        {"InstanceId": i.id, "CurrentState": copy(i._state), "PreviousState": previous}
        for i, previous in instances
    ]


def _answer_change(method: str, key: str) -> Callable[[Callable[..., Any], Any], Any]:
    def answer(_original: Callable[..., Any], self: Any) -> ActionResult:
        self.error_on_dryrun()
        changed = getattr(self.ec2_backend, method)(self._get_param("InstanceIds", []))
        return ActionResult({key: _changes(changed)})

    return answer


def _answer_terminate(original: Callable[..., Any], self: Any) -> ActionResult:
    result: Any = original(self).result
    for change in result["TerminatingInstances"]:
        instance = find(self.ec2_backend, change["InstanceId"])
        if instance is not None:
            change["CurrentState"] = copy(instance._state)
    return ActionResult(result)


def _keep_elastic_address(original: Callable[..., None], self: NetworkInterface) -> None:
    if not any(address.public_ip == self.public_ip for address in self.ec2_backend.addresses):
        original(self)


RULES = (
    Rule(
        "lifecycle.launch",
        ("ec2",),
        "A launched instance is pending at first and running some seconds later.",
        LIFECYCLE_PAGE,
        (around(Instance, "__init__", _begin),),
    ),
    Rule(
        "lifecycle.start-stop",
        ("ec2",),
        "Stopping goes by way of stopping and starting by way of pending; neither is possible from a state "
        "that does not lead there (IncorrectInstanceState), and all named instances are refused together.",
        LIFECYCLE_PAGE,
        (
            instead(Instance, "start", _start),
            instead(Instance, "stop", _stop),
            before(InstanceBackend, "start_instances", _may_start),
            before(InstanceBackend, "stop_instances", _may_stop),
            around(EC2Response, "start_instances", _answer_change("start_instances", "StartingInstances")),
            around(EC2Response, "stop_instances", _answer_change("stop_instances", "StoppingInstances")),
        ),
    ),
    Rule(
        "lifecycle.terminate",
        ("ec2",),
        "A terminated instance shuts down first, holds its disks, interfaces and groups until then, stays "
        "visible as terminated for about an hour and is then gone; a protected one is refused.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/terminating-instances.html",
        (
            instead(Instance, "terminate", _terminate),
            before(InstanceBackend, "terminate_instances", _may_terminate_all),
            around(EC2Response, "terminate_instances", _answer_terminate),
        ),
    ),
    Rule(
        "lifecycle.address",
        ("ec2",),
        "A public address that came with the launch is released on stop and another given on start; an "
        "Elastic IP address stays.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
        (
            around(NetworkInterface, "check_auto_public_ip", _keep_elastic_address),
            around(NetworkInterface, "stop", _keep_elastic_address),
        ),
    ),
)
