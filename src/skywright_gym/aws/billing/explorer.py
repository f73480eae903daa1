"""Cost Explorer's answers. Owns their shapes and the periods that they speak of; what things cost is in
`bill`.

Specification: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html
and its neighbours. assumption: what was used a second ago is known already (the cloud is up to a day late),
every tag is a cost allocation tag, and a forecast is what it would cost if nothing changed from now on.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from skywright_gym.aws.billing.bill import Settle, Sum, summed, uses
from skywright_gym.aws.billing.selecting import Invalid, dimension, grouping, tag_of, test
from skywright_gym.aws.billing.use import Use, month_of
from skywright_gym.world import World

_COSTS = frozenset({"AmortizedCost", "BlendedCost", "NetAmortizedCost", "NetUnblendedCost", "UnblendedCost"})
_METRICS = _COSTS | {"NormalizedUsageAmount", "UsageQuantity"}
_STEP_SECONDS = {"DAILY": 86400, "HOURLY": 3600}
_MOST_SECONDS = {"DAILY": 1200 * 86400, "HOURLY": 14 * 86400, "MONTHLY": 100 * 366 * 86400}
Period = tuple[float, float]


def cost_and_usage(world: World, settle: Settle, asked: Mapping[str, Any]) -> dict[str, Any]:
    """GetCostAndUsage, and with RESOURCE_ID among its groups GetCostAndUsageWithResources. Raises Invalid."""
    granularity, account = _granularity(asked), world.account_id
    metrics = _metrics(asked.get("Metrics"))
    definitions: list[Mapping[str, Any]] = asked.get("GroupBy") or []
    if len(definitions) > 2:
        raise Invalid("GroupBy can have at most two definitions")
    reads = [grouping(definition, account) for definition in definitions]
    is_meant = test(asked.get("Filter"), account)
    periods = list(_periods(asked, granularity))
    now, found = world.clock.now(), [use for use in uses(world, settle) if is_meant(use)]
    this_month = month_of(now)[0]
    rows: list[dict[str, Any]] = []
    for start, end in periods:
        sums = summed(found, start, min(end, now), lambda use: tuple(read(use) for read in reads))
        groups = [
            {"Keys": list(key), "Metrics": _told(one, metrics)} for key, one in sorted(sums.items()) if reads
        ]
        rows.append(
            {
                "TimePeriod": _period_told(start, end, granularity),
                "Total": {} if reads else _told(sums.get((), Sum()), metrics),
                "Groups": groups,
                "Estimated": end > this_month,
            }
        )
    answer: dict[str, Any] = {"ResultsByTime": rows, "DimensionValueAttributes": []}
    if definitions:
        answer["GroupDefinitions"] = [dict(definition) for definition in definitions]
    return answer


def forecast(world: World, settle: Settle, asked: Mapping[str, Any]) -> dict[str, Any]:
    """GetCostForecast. Raises Invalid."""
    granularity = _granularity(asked)
    if str(asked.get("Metric", "")).replace("_", "").casefold() not in {one.casefold() for one in _COSTS}:
        raise Invalid(f"{asked.get('Metric')} is not a valid metric for a forecast of costs")
    periods = list(_periods(asked, granularity))
    now = world.clock.now()
    if periods[0][0] < now - now % 86400:
        raise Invalid("Start date must not be in the past")
    is_meant = test(asked.get("Filter"), world.account_id)
    found = [use for use in uses(world, settle) if is_meant(use)]
    rows: list[dict[str, Any]] = []
    total = 0.0
    for start, end in periods:
        usd = sum(one.usd for one in summed(found, start, end, lambda _use: ()).values())
        total += usd
        amount = _amount(usd)
        rows.append({"TimePeriod": _period_told(start, end, granularity), "MeanValue": amount})
        if asked.get("PredictionIntervalLevel"):
            rows[-1] |= {"PredictionIntervalLowerBound": amount, "PredictionIntervalUpperBound": amount}
    return {"Total": {"Amount": _amount(total), "Unit": "USD"}, "ForecastResultsByTime": rows}


def dimension_values(world: World, settle: Settle, asked: Mapping[str, Any]) -> dict[str, Any]:
    """GetDimensionValues. Raises Invalid."""
    read = dimension(asked.get("Dimension"), world.account_id)
    values = _searched({read(use) for use in _used(world, settle, asked)}, asked)
    rows = [{"Value": value, "Attributes": {}} for value in values]
    return {"DimensionValues": rows, "ReturnSize": len(rows), "TotalSize": len(rows)}


def tags(world: World, settle: Settle, asked: Mapping[str, Any]) -> dict[str, Any]:
    """GetTags: the keys, or the values of one of them. Raises Invalid."""
    found, key = _used(world, settle, asked), asked.get("TagKey")
    if key is None:
        held = {name for use in found for name, _ in use.place.tags}
    else:
        held = {tag_of(use, str(key)) or "" for use in found}
    values = _searched(held, asked)
    return {"Tags": values, "ReturnSize": len(values), "TotalSize": len(values)}


def _used(world: World, settle: Settle, asked: Mapping[str, Any]) -> Iterator[Use]:
    start, end = _span(asked)
    is_meant = test(asked.get("Filter"), world.account_id)
    for use in uses(world, settle):
        if is_meant(use) and use.quantity(start, min(end, world.clock.now())):
            yield use


def _searched(values: set[str], asked: Mapping[str, Any]) -> list[str]:
    wanted = str(asked.get("SearchString") or "").casefold()
    return sorted(value for value in values if wanted in value.casefold())


# ---- periods


def _granularity(asked: Mapping[str, Any]) -> str:
    granularity = asked.get("Granularity")
    if granularity not in ("DAILY", "HOURLY", "MONTHLY"):
        raise Invalid(f"{granularity} is not a valid granularity: give DAILY, HOURLY or MONTHLY")
    return granularity


def _span(asked: Mapping[str, Any]) -> Period:
    given = asked.get("TimePeriod") or {}
    start, end = _moment(given.get("Start")), _moment(given.get("End"))
    if start >= end:
        raise Invalid("Start date (and hour) should be before end date (and hour)")
    return start, end


def _moment(text: Any) -> float:
    try:
        if len(str(text)) == 10:
            day = date.fromisoformat(str(text))
            return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise Invalid(f"{text} is no date: give yyyy-MM-dd, or yyyy-MM-ddThh:mm:ssZ for hours") from None
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()


def _periods(asked: Mapping[str, Any], granularity: str) -> Iterator[Period]:
    start, end = _span(asked)
    if end - start > _MOST_SECONDS[granularity]:
        most = _MOST_SECONDS[granularity] // 86400
        raise Invalid(f"the time period is too long: at granularity {granularity} at most {most} days")
    while start < end:
        step = _STEP_SECONDS.get(granularity)
        following = month_of(start)[1] if step is None else start - start % step + step
        yield start, min(following, end)
        start = following


def _period_told(start: float, end: float, granularity: str) -> dict[str, str]:
    form = "%Y-%m-%dT%H:%M:%SZ" if granularity == "HOURLY" else "%Y-%m-%d"
    last = datetime.fromtimestamp(end, UTC)
    if granularity != "HOURLY" and end % 86400:
        last += timedelta(days=1)
    return {"Start": datetime.fromtimestamp(start, UTC).strftime(form), "End": last.strftime(form)}


# ---- figures


def _metrics(asked: Any) -> list[str]:
    """The names of the metrics that are asked for, which may be written as constants are."""
    if not asked:
        raise Invalid("Metrics must name at least one metric")
    known = {name.casefold(): name for name in _METRICS}
    names = [str(name) for name in asked]
    for name in names:
        if name.replace("_", "").casefold() not in known:
            raise Invalid(f"{name} is not a valid metric")
    return [known[name.replace("_", "").casefold()] for name in names]


def _told(one: Sum, metrics: list[str]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name in metrics:
        if name in _COSTS:
            told[name] = {"Amount": _amount(one.usd), "Unit": "USD"}
        else:
            told[name] = {"Amount": _amount(one.quantity), "Unit": one.unit or "N/A"}
    return told


def _amount(value: float) -> str:
    return f"{value:.10f}".rstrip("0").rstrip(".") or "0"
