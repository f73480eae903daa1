"""How the cloud takes spot machines back: the notice, the two minutes, the end or the stop, and the way
back.

Owns what befalls a spot machine for its price or for want of capacity. When that is, `pools` says; requests
and launches are in `spot`. A machine that has nothing to fear is not looked at.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.models.instances import InstanceBackend, StateReason

from skywright_gym.aws.behaviour import bus_events, outages, pools, timing
from skywright_gym.aws.behaviour.agenda import Effect, cancel, schedule
from skywright_gym.aws.behaviour.errors import refusal
from skywright_gym.aws.behaviour.rule import Rule, before
from skywright_gym.aws.behaviour.spot_request import SpotRequest
from skywright_gym.physics.fields import Unfit
from skywright_gym.world import World

NOTICE_SECONDS = 120
INTERRUPTIONS = "interruptions"
"""Under what name a machine keeps when the cloud ended its runs, of which the first hour is free."""
TROUBLE = "spot_trouble"
"""Under what name a machine keeps why it has to go."""
ACTION = "spot_action"
"""Under what name a machine keeps the notice, as the real one finds it in its metadata."""
_WATCHED = "spot_watched"
_HORIZON_SECONDS = 48 * 3600
_LIVE = ("pending", "running")
_CODES: Mapping[tuple[str, str], str] = {
    ("terminate", pools.PRICE): "instance-terminated-by-price",
    ("terminate", pools.CAPACITY): "instance-terminated-no-capacity",
    ("stop", pools.PRICE): "instance-stopped-by-price",
    ("stop", pools.CAPACITY): "instance-stopped-no-capacity",
}


def action_of(request: SpotRequest) -> str:
    """Whether the request's machine is stopped or terminated; hibernation counts as a stop."""
    return "terminate" if request.instance_interruption_behavior == "terminate" else "stop"


def code_of(request: SpotRequest, instance: Any) -> str | None:
    """The status of a request whose machine the cloud took back; None if it did not."""
    if instance is None or not _is_taken_back(instance):
        return None
    return _CODES[action_of(request), vars(instance)[TROUBLE]]


def _is_taken_back(instance: Any) -> bool:
    """Whether the two minutes of its last notice are over, and the cloud has ended its run."""
    return TROUBLE in vars(instance) and ACTION not in vars(instance)


def watch(backend: Any, request: SpotRequest, instance: Any, at: float) -> None:
    """Look ahead for a running spot machine, if it has anything to fear."""
    _forget(backend, instance)
    if pools.can_interrupt(_max_price(request), at):
        vars(instance)[_WATCHED] = True
        schedule(backend, "spot.watched", instance.id, at)


def _forget(backend: Any, instance: Any) -> None:
    # Walks over all that is before the region: not for machines that nothing was to befall.
    if vars(instance).pop(_WATCHED, False):
        for kind in ("spot.watched", "spot.noticed"):
            cancel(backend, kind, instance.id)


def _max_price(request: SpotRequest) -> float | None:
    return None if request.spot_price is None else float(request.spot_price)


def _request_of(backend: Any, instance: Any) -> SpotRequest | None:
    held = backend.spot_instance_requests.get(getattr(instance, "spot_instance_request_id", None))
    return held if isinstance(held, SpotRequest) else None


def _found(backend: Any, instance_id: str, states: tuple[str, ...]) -> tuple[Any, SpotRequest] | None:
    instance = backend.get_instance_by_id(instance_id)
    if instance is None or instance.state not in states:
        return None
    request = _request_of(backend, instance)
    return None if request is None else (instance, request)


# ---- what happens when it is due


def _watched(backend: Any, instance_id: str, due: float) -> None:
    found = _found(backend, instance_id, _LIVE)
    if found is None or TROUBLE in vars(found[0]):
        return
    instance, request = found
    end = due + _HORIZON_SECONDS
    kind, zone = instance.instance_type, instance.placement.zone
    trouble = pools.trouble(kind, zone, _max_price(request), (due, end))
    if trouble is None:
        schedule(backend, "spot.watched", instance_id, end)
    else:
        vars(instance)["spot_threat"] = trouble[1]
        schedule(backend, "spot.noticed", instance_id, trouble[0])


def _noticed(backend: Any, instance_id: str, due: float) -> None:
    found = _found(backend, instance_id, _LIVE)
    if found is not None:
        _notice(backend, *found, vars(found[0]).pop("spot_threat", pools.CAPACITY), due)


def _notice(backend: Any, instance: Any, request: SpotRequest, trouble: str, at: float) -> None:
    action = action_of(request)
    vars(instance)[TROUBLE] = trouble
    vars(instance)[ACTION] = {"action": action, "time": at + NOTICE_SECONDS}
    if request.state == "active":
        if action == "stop":
            request.put("active", "marked-for-stop")
        elif trouble == pools.PRICE:
            request.put("active", "marked-for-termination")
        else:
            # At once, though the machine runs on for two minutes.
            state = "open" if request.type == "persistent" else "closed"
            request.put(state, "instance-terminated-no-capacity")
    bus_events.interruption(backend, instance, action, at)
    schedule(backend, "spot.interrupted", instance.id, at + NOTICE_SECONDS)


def _interrupted(backend: Any, instance_id: str, due: float) -> None:
    instance = backend.get_instance_by_id(instance_id)
    if instance is None or vars(instance).pop(ACTION, None) is None:
        return
    request = _request_of(backend, instance)
    if request is None or instance.state not in _LIVE:
        # Its user was quicker.
        vars(instance).pop(TROUBLE, None)
        return
    vars(instance).setdefault(INTERRUPTIONS, []).append(due)
    if action_of(request) == "stop":
        instance.stop()
        code = "Server.SpotInstanceShutdown"
        schedule(backend, "spot.resumed", instance_id, pools.next_period(due))
    else:
        instance.terminate()
        code = "Server.SpotInstanceTermination"
    at = timing.naive_moment().strftime("%Y-%m-%d %H:%M:%S GMT")
    instance._reason = f"Service initiated ({at})"
    instance.state_reason = StateReason(f"{code}: Spot Instance interruption", code)


def _resumed(backend: Any, instance_id: str, due: float) -> None:
    found = _found(backend, instance_id, ("stopping", "stopped"))
    if found is None or found[1].state != "disabled":
        return
    instance, request = found
    kind, zone, most = instance.instance_type, instance.placement.zone, _max_price(request)
    fits = most is None or pools.usd_hour(kind, zone, due) <= most
    if (
        instance.state != "stopped"
        or not fits
        or pools.is_out(kind, zone, due)
        or not (outages.room(backend, zone, kind))
    ):
        schedule(backend, "spot.resumed", instance_id, pools.next_period(due))
        return
    vars(instance).pop(TROUBLE, None)
    instance.start()
    request.put("active", "fulfilled")


EFFECTS: Mapping[str, Effect] = {
    "spot.watched": _watched,
    "spot.noticed": _noticed,
    "spot.interrupted": _interrupted,
    "spot.resumed": _resumed,
}


# ---- by hand


def _machines(world: World) -> Iterator[tuple[Any, Any, SpotRequest]]:
    """All spot machines that run, with their back ends and requests."""
    for backend in list(ec2_backends[world.account_id].values()):
        for request in list(backend.spot_instance_requests.values()):
            if isinstance(request, SpotRequest) and request.instance_id:
                instance = backend.get_instance_by_id(request.instance_id)
                if instance is not None and instance.state in _LIVE:
                    yield backend, instance, request


def watch_all(world: World) -> None:
    """Look ahead anew for every machine that has had no notice, since the market was changed."""
    for backend, instance, request in _machines(world):
        if TROUBLE not in vars(instance):
            watch(backend, request, instance, world.clock.now())


def interrupt(world: World, instance_id: str) -> None:
    """Give a spot machine its notice now, for want of capacity. Raises Unfit."""
    for backend, instance, request in _machines(world):
        if instance.id == instance_id:
            if TROUBLE in vars(instance):
                raise Unfit(f"{instance_id} has its notice already")
            _forget(backend, instance)
            _notice(backend, instance, request, pools.CAPACITY, world.clock.now())
            return
    raise Unfit(f"there is no running spot machine {instance_id!r}")


def notices(world: World) -> list[dict[str, Any]]:
    """The machines that have a notice: what will be done and when, as their metadata would say, and why."""
    return [
        {
            "instance": instance.id,
            "region": backend.region_name,
            "action": vars(instance)[ACTION]["action"],
            "time": timing.told(vars(instance)[ACTION]["time"]),
            "reason": vars(instance)[TROUBLE],
        }
        for backend, instance, _request in _machines(world)
        if ACTION in vars(instance)
    ]


def _may_start(self: Any, instance_ids: list[str]) -> None:
    for instance in self.get_multi_instances_by_id(instance_ids):
        if _is_taken_back(instance) and instance.state in ("stopping", "stopped"):
            raise refusal(
                "IncorrectSpotRequestState",
                f"You can't start the Spot Instance '{instance.id}' because the associated Spot Instance "
                "request is not in an appropriate state to support start.",
            )


RULES = (
    Rule(
        "spot.interruptions",
        ("ec2",),
        "A spot machine gets two minutes' notice when its price passes the request's maximum or its pool has "
        "nothing left (marked-for-termination, marked-for-stop, or instance-terminated-no-capacity at once), "
        "then the cloud terminates or stops it; what it stopped it alone starts again, when price and "
        "capacity allow that. The notice is an event on the account's bus.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/"
        "spot-instances-request-status-lifecycle.html and "
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html; "
        "assumption: when either is the case, which a seed decides, and that a pool's machines go at once",
        (before(InstanceBackend, "start_instances", _may_start),),
    ),
)
