"""Who answers the requests that load balancers get, minute by minute, and how well.

Owns the way from a balancer's load to its targets: who was healthy then, what each of them had to do, how
fast it answered and how much it could not. Loads are in `physics/load`, the metrics made of this in `metrics`
and `traffic`. Nothing is stored: what was is derived from when targets were registered and when machines ran.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from moto.elbv2.models import elbv2_backends

from skywright_gym.aws.behaviour import outages, timing
from skywright_gym.aws.behaviour.quotas import vcpus_of
from skywright_gym.aws.behaviour.targets import balancers_of, can_reach
from skywright_gym.physics import load
from skywright_gym.world import World, world_if_any

MINUTE = 60
_BUSIEST = 0.98
"""From here on a queue is at its longest: of an M/M/1 queue it would be endless."""
_PATIENCE_SECONDS = 60.0
"""How long a load balancer waits for an answer, if nobody changes its idle timeout."""
Stretch = tuple[float, float]


@dataclass(frozen=True)
class Target:
    """A target of a group, and when it could be asked and when it answered.

    Attributes:
        processors: how many it has; endless for what is no machine of this account.
        there: when it was registered, running and checked.
        healthy: when it also answered its checks.
    """

    target_id: str
    processors: float
    there: tuple[Stretch, ...]
    healthy: tuple[Stretch, ...]


@dataclass(frozen=True)
class Pool:
    """A target group behind a balancer, and which share of the requests it gets."""

    group: Any
    share: float
    targets: tuple[Target, ...]

    def healthy_at(self, at: float) -> list[Target]:
        """The targets that answer their checks at a moment."""
        return self._stretches[bisect_right(self._edges, at)][0]

    def ill_at(self, at: float) -> int:
        """How many could be asked then, but do not answer their checks."""
        return self._stretches[bisect_right(self._edges, at)][1]

    @cached_property
    def _edges(self) -> list[float]:
        """The moments at which somebody's health changes."""
        return sorted({edge for one in self.targets for ends in (*one.there, *one.healthy) for edge in ends})

    @cached_property
    def _stretches(self) -> list[tuple[list[Target], int]]:
        """Who is healthy, and how many are not, before the first edge and from each edge on."""
        found: list[tuple[list[Target], int]] = []
        for at in (-math.inf, *self._edges):
            healthy = [one for one in self.targets if _within(one.healthy, at)]
            found.append((healthy, sum(_within(one.there, at) for one in self.targets) - len(healthy)))
        return found


@dataclass(frozen=True)
class Front:
    """A load balancer, the loads that it has or had, and the groups behind it."""

    balancer: Any
    loads: tuple[dict[str, Any], ...]
    pools: tuple[Pool, ...]


@dataclass
class Work:
    """What a machine is asked in a minute: requests a second, and what they take of it each second."""

    requests: float = 0.0
    processors: float = 0.0
    bytes_in: float = 0.0
    bytes_out: float = 0.0


@dataclass(frozen=True)
class Answers:
    """How a target answers in a minute: how busy it is (over 1: too much), how fast, how much it cannot."""

    busy: float
    seconds: float
    failing: float


@dataclass(frozen=True)
class Region:
    """What is served in a region; made for one request and asked for many minutes."""

    fronts: tuple[Front, ...]
    _minutes: dict[float, dict[str, Work]] = field(default_factory=dict[float, dict[str, Work]])

    @cached_property
    def processors(self) -> Mapping[str, float]:
        pools = (pool for front in self.fronts for pool in front.pools)
        return {target.target_id: target.processors for pool in pools for target in pool.targets}

    def work(self, target_id: str, at: float) -> Work:
        """What a target is asked in the minute that begins at `at`."""
        if at not in self._minutes:
            self._minutes[at] = self._asked(at)
        return self._minutes[at].get(target_id) or Work()

    def answers(self, target_id: str, request_seconds: float, at: float) -> Answers:
        """How a target answers requests that take it `request_seconds` if it has nothing else to do."""
        busy = self.work(target_id, at).processors / self.processors.get(target_id, math.inf)
        queue = min(busy, _BUSIEST)
        seconds = request_seconds / (1 - queue) * (1 + 10 * max(0.0, busy - _BUSIEST))
        return Answers(busy, min(seconds, _PATIENCE_SECONDS), max(0.0, 1 - 1 / busy) if busy > 1 else 0.0)

    def _asked(self, at: float) -> dict[str, Work]:
        asked: dict[str, Work] = {}
        for front in self.fronts:
            for one in front.loads:
                requests = rate(one, at)
                for pool in front.pools if requests else ():
                    healthy = pool.healthy_at(at)
                    for target in healthy:
                        work = asked.setdefault(target.target_id, Work())
                        _add(work, one, requests * pool.share / len(healthy))
        return asked


def region_of(account_id: str, region: str) -> Region:
    """What is served in a region at present and was before."""
    backend: Any = elbv2_backends[account_id].get(region)
    if backend is None:
        return Region(())
    world = world_if_any()
    return Region(tuple(_front(backend, one, world) for one in backend.load_balancers.values()))


def are_loads_set() -> bool:
    """Whether any load balancer of this world ever had a load."""
    world = world_if_any()
    return world is not None and load.are_set(world)


def rate(one: Mapping[str, Any], at: float) -> float:
    """How many requests a second a load brings in the minute that begins at `at`, on the average."""
    return load.rate(one, at + MINUTE / 2)


def minutes(start: float, end: float) -> Iterator[float]:
    """When the whole minutes begin that lie from `start` to `end`."""
    at = math.ceil(start / MINUTE) * MINUTE
    while at + MINUTE <= end:
        yield float(at)
        at += MINUTE


def _add(work: Work, one: Mapping[str, Any], requests: float) -> None:
    work.requests += requests
    work.processors += requests * one["request_ms"] / 1000
    work.bytes_in += requests * one["request_bytes"]
    work.bytes_out += requests * one["answer_bytes"]


def _within(stretches: tuple[Stretch, ...], at: float) -> bool:
    return any(start <= at < end for start, end in stretches)


# ---- who is behind a balancer


def _front(backend: Any, balancer: Any, world: World | None) -> Front:
    loads = load.of(world, balancer.arn) if world is not None else []
    weights = _weights(balancer)
    all_of_them = sum(weights.values()) or 1
    pools = (
        Pool(group, weights.get(group.arn, 0.0) / all_of_them, tuple(_targets(backend, group)))
        for group in backend.target_groups.values()
        if group.arn in weights or balancer in balancers_of(backend, group)
    )
    return Front(balancer, tuple(loads), tuple(pools))


def _weights(balancer: Any) -> dict[str, float]:
    """Target groups that the listeners forward to if no rule says otherwise."""
    found: dict[str, float] = {}
    for listener in balancer.listeners.values():
        for action in listener.default_actions:
            forward = action.data.get("ForwardConfig", {}).get("TargetGroups", [])
            if "TargetGroupArn" in action.data:
                forward = [{"TargetGroupArn": action.data["TargetGroupArn"]}]
            for one in forward:
                arn = one["TargetGroupArn"]
                found[arn] = found.get(arn, 0.0) + float(one.get("Weight", 1))
    return found


def _targets(backend: Any, group: Any) -> Iterator[Target]:
    balancers = balancers_of(backend, group)
    left = {**group.terminated_targets, **group.deregistered_targets}
    for target_id, target in {**left, **group.targets}.items():
        until = math.inf if target_id in group.targets else target.get("left", math.inf)
        found = _target(backend, group, target, until, balancers)
        if found is not None:
            yield found


def _target(
    backend: Any, group: Any, target: dict[str, Any], until: float, balancers: list[Any]
) -> Target | None:
    machine = backend.ec2_backend.get_instance_by_id(target["Id"])
    if machine is None and group.target_type == "instance":
        return None  # terminated long since
    checked = timing.seconds("target.initial")
    since = max(target.get("since", 0.0), min((vars(b).get("active_at", 0.0) for b in balancers), default=0))
    ran = [(0.0, None)] if machine is None else vars(machine).get("ran", [])
    there = [(max(began, since) + checked, min(until, ended or math.inf)) for began, ended in ran]
    there = [(start, end) for start, end in there if start < end]
    if machine is None:
        return Target(target["Id"], math.inf, tuple(there), tuple(there))
    zones = {subnet.availability_zone for balancer in balancers for subnet in balancer.subnets}
    if machine.placement.zone not in zones:
        there = []
    ails = [outages.ails_since(machine, check) for check in ("instance", "system")]
    well_until = min((at for at in ails if at is not None), default=math.inf)
    healthy = [(start, min(end, well_until)) for start, end in there if start < well_until]
    if not can_reach(group, target, machine, balancers):
        healthy = []
    return Target(machine.id, vcpus_of(machine.instance_type), tuple(there), tuple(healthy))
