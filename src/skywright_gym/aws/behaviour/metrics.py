"""Measurements of machines and disks in CloudWatch.

Owns which metrics exist for which resource and when there is a value. Their course is in `series`, alarms in
`alarms`. Nothing is stored: values are computed for the stretch of time that a request asks for.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend, MetricDatum
from moto.ec2.models import ec2_backends

from skywright_gym.aws.behaviour import outages, serving, timing, traffic
from skywright_gym.aws.behaviour.rule import Rule, around
from skywright_gym.aws.behaviour.series import BURSTABLE, DISK, MACHINE, Course, value_at

BASIC_SECONDS, DETAILED_SECONDS = 300, 60
Stretch = tuple[float, float | None]


@dataclass(frozen=True)
class Source:
    """Something that measures: by which name CloudWatch knows it, its metrics, and when it was at work.

    `machine` is moto's own, if it is one. It measures as itself, and as one of a group.
    """

    namespace: str
    dimension: str
    named: str
    resource_id: str
    courses: Mapping[str, Course]
    step_seconds: int
    stretches: tuple[Stretch, ...]
    machine: Any = None


def sources(account_id: str, region: str) -> Iterator[Source]:
    """Everything in a region that measures something, also what no longer runs."""
    backend: Any = ec2_backends[account_id].get(region)
    if backend is None:
        return
    for reservation in backend.reservations.values():
        for instance in reservation.instances:
            burstable = instance.instance_type.startswith("t")
            courses = {**MACHINE, **BURSTABLE} if burstable else MACHINE
            detailed = instance.monitoring_state in ("enabled", "disabling")
            step = DETAILED_SECONDS if detailed else BASIC_SECONDS
            ran = tuple((start, end) for start, end in vars(instance).get("ran", []))
            for dimension, named in _names(instance) if ran else ():
                yield Source("AWS/EC2", dimension, named, instance.id, courses, step, ran, instance)
    for volume in backend.volumes.values():
        if volume.attachment is not None:
            since = vars(volume.attachment).get("attached_at", timing.now())
            stretches = ((since, None),)
            yield Source("AWS/EBS", "VolumeId", volume.id, volume.id, DISK, BASIC_SECONDS, stretches)


def _names(instance: Any) -> Iterator[tuple[str, str]]:
    yield "InstanceId", instance.id
    group = getattr(instance, "autoscaling_group", None)
    if group is not None:
        yield "AutoScalingGroupName", group.name


@dataclass(frozen=True)
class Asked:
    """What a request wants to see: a metric of a namespace, of some resources, in a stretch of time."""

    namespace: str
    metric: str
    dimensions: tuple[tuple[str, str], ...]
    start: float
    end: float


def _fits(source: Source, asked: Asked) -> bool:
    return (
        source.namespace == asked.namespace
        and asked.metric in source.courses
        # Nothing named means everything, each once.
        and (bool(asked.dimensions) or source.named == source.resource_id)
        and all(d == (source.dimension, source.named) for d in asked.dimensions)
    )


def _step(source: Source, metric: str) -> int:
    # Status checks are measured each minute, whatever the monitoring.
    return DETAILED_SECONDS if metric.startswith("StatusCheck") else source.step_seconds


def _moments(source: Source, metric: str, start: float, end: float) -> Iterator[float]:
    step, latest = _step(source, metric), timing.now()
    for began, ended in source.stretches:
        first = max(began, start)
        at = first - first % step
        last = min(end, latest - step, latest if ended is None else ended)
        while at <= last:
            if at >= start and at < end:
                yield at
            at += step


def _datum(source: Source, metric: str, at: float, served: serving.Region | None = None) -> MetricDatum:
    course = source.courses[metric]
    value = value_at(source.resource_id, metric, course, at)
    if served is not None and source.machine is not None:
        value += traffic.with_traffic(served, source.resource_id, metric, (at, _step(source, metric)))
        value = round(min(value, 100.0) if course.unit == "Percent" else value, 4)
    if metric.startswith("StatusCheckFailed") and outages.are_set():
        value = outages.failed_checks(source.machine, metric, at)
    moment = datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
    dimensions = [{"Name": source.dimension, "Value": source.named}]
    made: Any = MetricDatum(source.namespace, metric, value, dimensions, moment, course.unit)
    return made


def _all(original: Callable[..., list[Any]], self: Any) -> list[Any]:
    found = original(self)
    asked: list[Asked] | None = vars(self).get("asked")
    known = sources(self.account_id, self.region_name)
    if asked is None:
        # A listing: each metric once.
        return found + [_datum(s, metric, s.stretches[0][0]) for s in known for metric in s.courses]
    served = serving.region_of(self.account_id, self.region_name) if serving.are_loads_set() else None
    for source in known:
        for one in asked:
            if _fits(source, one):
                moments = _moments(source, one.metric, one.start, one.end)
                found = found + [_datum(source, one.metric, at, served) for at in moments]
    return found


def _pairs(dimensions: Any) -> tuple[tuple[str, str], ...]:
    return tuple((d["Name"], d["Value"]) for d in dimensions or [])


def _asking(self: Any, asked: list[Asked], call: Callable[[], Any]) -> Any:
    # Handed on by the object, for the length of the call: moto asks for all values without saying which.
    self.asked = asked
    try:
        return call()
    finally:
        del self.asked


def _statistics(
    original: Callable[..., Any],
    self: Any,
    namespace: str,
    metric_name: str,
    start_time: datetime,
    end_time: datetime,
    *args: Any,
    **kwargs: Any,
) -> Any:
    dimensions = kwargs.get("dimensions") or (args[2] if len(args) > 2 else [])
    asked = Asked(
        namespace, metric_name, _pairs(dimensions), timing.epoch(start_time), timing.epoch(end_time)
    )
    return _asking(
        self,
        [asked],
        lambda: original(self, namespace, metric_name, start_time, end_time, *args, **kwargs),
    )


def _data(
    original: Callable[..., Any],
    self: Any,
    queries: list[dict[str, Any]],
    start_time: datetime,
    end_time: datetime,
    **kwargs: Any,
) -> Any:
    asked: dict[Asked, None] = {}
    for query in queries:
        if "MetricStat" in query:
            metric = query["MetricStat"]["Metric"]
            pairs = _pairs(metric.get("Dimensions"))
            start, end = timing.epoch(start_time), timing.epoch(end_time)
            asked[Asked(metric["Namespace"], metric["MetricName"], pairs, start, end)] = None
    return _asking(self, list(asked), lambda: original(self, queries, start_time, end_time, **kwargs))


RULES = (
    Rule(
        "metrics.series",
        ("cloudwatch",),
        "Running instances and attached volumes have metrics, one value each five minutes, or each minute "
        "with detailed monitoring; the newest value is that of the last whole period.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/"
        "viewing_metrics_with_cloudwatch.html; assumption: the values, by which a machine without load idles",
        (
            around(CloudWatchBackend, "get_all_metrics", _all),
            around(CloudWatchBackend, "get_metric_statistics", _statistics),
            around(CloudWatchBackend, "get_metric_data", _data),
        ),
    ),
)
