"""Measurements of load balancers in CloudWatch, and what traffic adds to those of machines.

Owns which metrics a load balancer has and how they come from who answered what (`serving`). Values are made
for the stretch of time that a request asks for.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend, MetricDatum

from skywright_gym.aws.behaviour import serving, timing
from skywright_gym.aws.behaviour.rule import Rule, around
from skywright_gym.aws.behaviour.serving import MINUTE, Front, Pool, Region

NAMESPACE = "AWS/ApplicationELB"
_PACKET_BYTES = 1400
_UNITS = {
    "RequestCount": "Count",
    "RequestCountPerTarget": "None",
    "TargetResponseTime": "Seconds",
    "HTTPCode_Target_2XX_Count": "Count",
    "HTTPCode_Target_5XX_Count": "Count",
    "HTTPCode_ELB_5XX_Count": "Count",
    "HealthyHostCount": "Count",
    "UnHealthyHostCount": "Count",
}
_OF_BALANCERS = frozenset(_UNITS) - {"HealthyHostCount", "UnHealthyHostCount", "RequestCountPerTarget"}
_OF_ANSWERS = frozenset({"TargetResponseTime", "HTTPCode_Target_2XX_Count", "HTTPCode_Target_5XX_Count"})
_OF_GROUPS = frozenset(_UNITS) - {"HTTPCode_ELB_5XX_Count"}
Dimensions = frozenset[tuple[str, str]]


# ---- machines


def with_traffic(region: Region, machine_id: str, metric: str, stretch: tuple[float, float]) -> float:
    """What its requests add to a metric of a machine in a stretch of time."""
    if metric not in _OF_MACHINES:
        return 0.0
    start, step = stretch
    works = [region.work(machine_id, start + n * MINUTE) for n in range(round(step / MINUTE))]
    processors = region.processors.get(machine_id, 1.0)
    # What it cannot do is not answered, but it came.
    done = [min(1.0, processors / work.processors) if work.processors else 0.0 for work in works]
    return _OF_MACHINES[metric](list(zip(works, done, strict=True)), processors)


_Works = list[tuple[serving.Work, float]]


def _cpu(works: _Works, processors: float) -> float:
    return 100 * sum(min(1.0, work.processors / processors) for work, _ in works) / len(works)


def _bytes_in(works: _Works, _processors: float) -> float:
    return MINUTE * sum(work.bytes_in for work, _ in works)


def _bytes_out(works: _Works, _processors: float) -> float:
    return MINUTE * sum(work.bytes_out * done for work, done in works)


_OF_MACHINES: dict[str, Callable[[_Works, float], float]] = {
    "CPUUtilization": _cpu,
    "NetworkIn": _bytes_in,
    "NetworkOut": _bytes_out,
    "NetworkPacketsIn": lambda works, processors: _bytes_in(works, processors) / _PACKET_BYTES,
    "NetworkPacketsOut": lambda works, processors: _bytes_out(works, processors) / _PACKET_BYTES,
}


# ---- load balancers


def _suffix(arn: str) -> str:
    name = arn.rpartition(":")[2]
    return name.removeprefix("loadbalancer/")


def _series(region: Region) -> Iterator[tuple[Dimensions, frozenset[str], Front, tuple[Pool, ...]]]:
    """What has metrics: the dimensions, the names, and whose they are."""
    for front in region.fronts:
        if front.balancer.type != "application":
            continue
        balancer = ("LoadBalancer", _suffix(front.balancer.arn))
        yield frozenset({balancer}), _OF_BALANCERS, front, front.pools
        for pool in front.pools:
            group = ("TargetGroup", _suffix(pool.group.arn))
            yield frozenset({balancer, group}), _OF_GROUPS, front, (pool,)
            yield frozenset({group}), frozenset({"RequestCountPerTarget"}), front, (pool,)


@dataclass
class Tally:
    """What became of the requests of a minute, and how many targets there were."""

    well: int = 0
    ill: int = 0
    count: float = 0.0
    lost: float = 0.0
    answered: float = 0.0
    failed: float = 0.0
    waited_seconds: float = 0.0


def _tally(region: Region | None, front: Front, pools: tuple[Pool, ...], at: float) -> Tally:
    """What became of the requests of the minute that begins at `at`; without a region, not how well."""
    tally = Tally(sum(len(pool.healthy_at(at)) for pool in pools), sum(pool.ill_at(at) for pool in pools))
    for one in front.loads:
        requests = MINUTE * serving.rate(one, at)
        for pool in pools if requests else ():
            _add(tally, region, pool, (requests * pool.share, one["request_ms"] / 1000, at))
    return tally


def _add(tally: Tally, region: Region | None, pool: Pool, asked: tuple[float, float, float]) -> None:
    """Add what a group makes of so many requests, that take so long, in the minute that begins then."""
    requests, seconds, at = asked
    targets = pool.healthy_at(at)
    if not targets:
        tally.lost += requests
        # Where nobody is well, the ill are asked; where there is nobody, nobody.
        tally.count += requests if pool.ill_at(at) else 0.0
        return
    tally.count += requests
    tally.answered += requests
    if region is None:
        return
    for target in targets:
        answers = region.answers(target.target_id, seconds, at)
        tally.failed += requests / len(targets) * answers.failing
        tally.waited_seconds += requests / len(targets) * answers.seconds


def _per_target(tally: Tally) -> float | None:
    there = tally.well + tally.ill
    return round(tally.count / there, 3) or None if there else None


# What has no value is not reported.
_VALUES: dict[str, Callable[[Tally], float | None]] = {
    "RequestCount": lambda tally: round(tally.count) or None,
    "RequestCountPerTarget": _per_target,
    "TargetResponseTime": lambda tally: (
        round(tally.waited_seconds / tally.answered, 6) if round(tally.answered) else None
    ),
    "HTTPCode_Target_2XX_Count": lambda tally: round(tally.answered) - round(tally.failed) or None,
    "HTTPCode_Target_5XX_Count": lambda tally: round(tally.failed) or None,
    "HTTPCode_ELB_5XX_Count": lambda tally: round(tally.lost) or None,
    "HealthyHostCount": lambda tally: tally.well if tally.well + tally.ill else None,
    "UnHealthyHostCount": lambda tally: tally.ill if tally.well + tally.ill else None,
}


def _data(account_id: str, region_name: str, asked: list[Any] | None) -> Iterator[Any]:
    if asked is not None and all(one.namespace != NAMESPACE for one in asked):
        return
    region = serving.region_of(account_id, region_name)
    now = timing.now()
    for dimensions, names, front, pools in _series(region):
        if asked is None:
            # A listing: each metric once.
            yield from (_datum(metric, dimensions, 0.0, now - now % MINUTE) for metric in sorted(names))
            continue
        for one in asked:
            if (
                one.namespace != NAMESPACE
                or one.metric not in names
                or dimensions != frozenset(one.dimensions)
            ):
                continue
            since = vars(front.balancer).get("active_at", 0.0)
            for at in serving.minutes(max(one.start, since), min(one.end + MINUTE, now)):
                of = region if one.metric in _OF_ANSWERS else None
                value = _VALUES[one.metric](_tally(of, front, pools, at))
                if value is not None:
                    yield _datum(one.metric, dimensions, value, at)


def _datum(metric: str, dimensions: Dimensions, value: float, at: float) -> Any:
    moment = datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
    named = [{"Name": name, "Value": text} for name, text in sorted(dimensions)]
    made: Any = MetricDatum(NAMESPACE, metric, value, named, moment, _UNITS[metric])
    return made


def _all(original: Callable[..., list[Any]], self: Any) -> list[Any]:
    return original(self) + list(_data(self.account_id, self.region_name, vars(self).get("asked")))


RULES = (
    Rule(
        "traffic.metrics",
        ("cloudwatch",),
        "An application load balancer has metrics, one value each minute: of its requests, how fast and how "
        "well they were answered, and how many targets are healthy; a count of nothing has no value.",
        "specification: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/"
        "load-balancer-cloudwatch-metrics.html; assumption: requests go to the listeners' default actions by "
        "their weights and to all healthy targets alike, and groups and sizes were always what they are",
        (around(CloudWatchBackend, "get_all_metrics", _all),),
    ),
)
