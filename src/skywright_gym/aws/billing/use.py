"""One thing that costs while it is there. Owns how much of it falls into a stretch of time, and what that
costs; knows no resource of moto's and no shape of an answer.

Source of the rules: EC2's on-demand pricing page (by the second, at least a minute), AWS's whitepaper on
spot machines (the price that is in force, by the second) and EBS's pricing page (a gigabyte-month is as
long as the calendar's month).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

HOUR_SECONDS = 3600
SpotPrice = Callable[[str, str, float], float]
"""USD an hour of a type in a zone at a moment."""


@dataclass(frozen=True, slots=True)
class Sort:
    """What it is that costs, as bills name it; `per` is the period that its price is for."""

    service: str
    usage_type: str
    operation: str
    unit: str
    per: Literal["hour", "month"]


@dataclass(frozen=True, slots=True)
class Place:
    """Whose it is: the thing's id, where it is, and its tags."""

    resource: str
    region: str
    zone: str = ""
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """Something that is there from `began` to `ended` (None: still), in seconds since the epoch.

    Attributes:
        amount: how many units at a time: machines, gigabytes.
        usd: of all of it, for its sort's period; of no account if it is on the spot market.
        instance_type: if it is a machine.
    """

    sort: Sort
    place: Place
    began: float
    ended: float | None
    amount: float
    usd: float
    instance_type: str = ""
    is_spot: bool = False

    def quantity(self, start: float, end: float) -> float:
        """How many unit-hours or unit-months fall between two moments."""
        return self.amount * sum(share for _, share in self._shares(start, end))

    def cost(self, start: float, end: float, spot_price: SpotPrice) -> float:
        """What falls between two moments, in USD."""
        if not self.is_spot:
            return self.usd * sum(share for _, share in self._shares(start, end))
        return sum(
            share * spot_price(self.instance_type, self.place.zone, at)
            for at, share in self._shares(start, end)
        )

    def _shares(self, start: float, end: float) -> Iterator[tuple[float, float]]:
        """Parts that are priced alike: from when its price is, and how many of its periods it is."""
        first = max(start, self.began)
        last = end if self.ended is None else min(end, self.ended)
        if self.is_spot:
            yield from _hours(first, last)
        elif self.sort.per == "hour":
            if last > first:
                yield first, (last - first) / HOUR_SECONDS
        else:
            yield from _months(first, last)


def _hours(first: float, last: float) -> Iterator[tuple[float, float]]:
    while first < last:
        ends = first - first % HOUR_SECONDS + HOUR_SECONDS
        yield first, (min(last, ends) - first) / HOUR_SECONDS
        first = ends


def _months(first: float, last: float) -> Iterator[tuple[float, float]]:
    while first < last:
        begins, ends = month_of(first)
        yield first, (min(last, ends) - first) / (ends - begins)
        first = ends


def month_of(moment: float) -> tuple[float, float]:
    """The calendar's month in UTC that a moment is in: when it begins and when the next one does."""
    day = datetime.fromtimestamp(moment, UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1)
    return day.timestamp(), following.timestamp()
