"""What budgets say: how much of each is spent, how much will be, and which of its notifications have
struck. Owns the periods of budgets and their filters; what things cost is in `bill`.

Specification: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html
and API_budgets_Notification.html. assumption: a forecast is what it would come to if nothing changed from
now on, and nobody is written to: a notification that has struck is seen by its state.
"""

import operator
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from skywright_gym.aws.billing import bill
from skywright_gym.aws.billing.bill import Settle
from skywright_gym.aws.billing.selecting import DIMENSIONS, Invalid, Test, tag_of, test
from skywright_gym.aws.billing.use import Use, month_of
from skywright_gym.world import World

_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "EQUAL_TO": operator.eq,
    "GREATER_THAN": operator.gt,
    "LESS_THAN": operator.lt,
}
_FILTERS = {
    "AZ": "AZ",
    "InstanceType": "INSTANCE_TYPE",
    "Operation": "OPERATION",
    "PurchaseType": "PURCHASE_TYPE",
    "Region": "REGION",
    "Service": "SERVICE",
    "UsageType": "USAGE_TYPE",
}
_USER_TAG = "user:"


def period(budget: Mapping[str, Any], now: float) -> tuple[float, float]:
    """When the budget's present period began and when it ends."""
    month, _ = month_of(now)
    at = datetime.fromtimestamp(month, UTC)
    match budget.get("TimeUnit"):
        case "DAILY":
            day = now - now % 86400
            return day, day + 86400
        case "QUARTERLY":
            months, first = 3, at.replace(month=(at.month - 1) // 3 * 3 + 1)
        case "ANNUALLY":
            months, first = 12, at.replace(month=1)
        case _:
            months, first = 1, at
    end = first.timestamp()
    for _ in range(months):
        end = month_of(end)[1]
    return first.timestamp(), end


def spent(world: World, settle: Settle, budget: Mapping[str, Any]) -> tuple[float, float]:
    """USD spent in the present period, and what it will be at its end if nothing changes."""
    now = world.clock.now()
    start, end = period(budget, now)
    is_meant = _meant(budget, world.account_id)
    found = [use for use in bill.uses(world, settle) if is_meant(use)]
    actual = bill.total_usd(found, start, now)
    return actual, actual + bill.total_usd(found, now, end)


def told(spending: tuple[float, float]) -> dict[str, Any]:
    """A budget's CalculatedSpend."""
    amounts = [{"Amount": f"{usd:.3f}", "Unit": "USD"} for usd in spending]
    return {"ActualSpend": amounts[0], "ForecastedSpend": amounts[1]}


def state(budget: Mapping[str, Any], notification: Mapping[str, Any], spending: tuple[float, float]) -> str:
    """OK or ALARM, as the notification's threshold says."""
    limit = float((budget.get("BudgetLimit") or {}).get("Amount") or 0)
    value = spending[0] if notification.get("NotificationType") == "ACTUAL" else spending[1]
    threshold = float(notification.get("Threshold") or 0)
    if notification.get("ThresholdType", "PERCENTAGE") == "PERCENTAGE":
        threshold = limit * threshold / 100
    compare = _COMPARISONS.get(str(notification.get("ComparisonOperator")), operator.gt)
    return "ALARM" if compare(value, threshold) else "OK"


def _meant(budget: Mapping[str, Any], account: str) -> Test:
    tests: list[Test] = []
    try:
        tests.append(test(budget.get("FilterExpression"), account))
    except Invalid:
        tests.append(_none)
    for name, values in (budget.get("CostFilters") or {}).items():
        tests.append(_filter(name, [str(value) for value in values]))
    return lambda use: all(one(use) for one in tests)


def _none(_use: Use) -> bool:
    return False


def _filter(name: str, values: list[str]) -> Test:
    if name == "TagKeyValue":
        wanted = [value.removeprefix(_USER_TAG).partition("$") for value in values]
        return lambda use: any(tag_of(use, key) == value for key, _, value in wanted)
    if name not in _FILTERS:
        return lambda _use: True
    read = DIMENSIONS[_FILTERS[name]]
    return lambda use: read(use) in values
