"""Every task that says in rows what is to come of it: its cheat passes, and nobody else does.

Who does nothing fails; who does it and stops somebody else's machine besides fails for that alone; and each
wrong end that the task's file describes is caught. Where the answer is what an account measures, it is that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import pytest
from bench.exam.account import Account
from tests.unit.gym.oracles.begun import SETTLING_SECONDS, Begun, Owner, grounds

from skywright.model.values import Value
from skywright_bench.furnishing import in_sight
from skywright_bench.library import prompts, tasks
from skywright_bench.oracles.closely import look_closely
from skywright_bench.oracles.form import Wanted
from skywright_bench.oracles.intents import Intent
from skywright_bench.oracles.judge import Case, verdict
from skywright_bench.oracles.state import State
from skywright_bench.task import HOME_REGION, Task, Wrong, fitted
from skywright_gym.world import inside

BY_ROWS = {task.id: task for task in tasks().values() if task.wanted is not None}
EACH = [pytest.param(id, marks=[pytest.mark.slow] if number % 8 else []) for number, id in enumerate(BY_ROWS)]
"""All of them; each eighth is quick, being one of many alike."""
HOUR = 3600
IDLE: Any = {"vms": [], "dependencies": [], "events": []}


@pytest.fixture(scope="module")
def begun() -> Iterator[Begun]:
    with grounds() as found:
        yield found
    _looks.clear()
    _cheated.clear()


@dataclass
class Trial:
    """One task as its first prompt means it."""

    task: Task
    begun: Begun

    @property
    def intent(self) -> Intent:
        return self.task.meant(_first_params()[self.task.id])

    def before(self) -> State:
        account = self.begun.original(self.task, self.intent)
        if id(account) not in _looks:
            _looks[id(account)] = self._look(Owner(account))
        return _looks[id(account)]

    def cheated(self) -> tuple[Account, State, Value]:
        """The account after the cheat, a look at it, and the cheat's answer."""
        if self.task.id not in _cheated:
            owner = Owner(self.begun.account(self.task, self.intent))
            with inside(owner.account.world):
                told = owner.perform(fitted(self.task.cheat, self.intent))
                owner.account.wait(SETTLING_SECONDS)
            _cheated[self.task.id] = owner.account, self._look(owner), told
        return _cheated[self.task.id]

    def judged(self, wrong: Wrong) -> list[str]:
        """What the oracle finds wrong with a wrong end."""
        account, after, told = self.cheated() if wrong.after_cheat else (None, self.before(), None)
        begin = account or self.begun.original(self.task, self.intent)
        owner = Owner(begin.copy())
        with inside(owner.account.world):
            told = owner.perform(fitted(wrong.program, self.intent)) or told
            owner.account.wait(SETTLING_SECONDS)
        return self.verdict(self._look(owner) if wrong.program.steps else after, told)

    def verdict(self, after: State, told: object) -> list[str]:
        reader = self.begun.empty
        case = Case(self.intent, self.before(), after, told, HOME_REGION, self.task.wanted)
        return verdict(case, reader)

    def _look(self, owner: Owner) -> State:
        with inside(owner.account.world), in_sight(owner):
            return look_closely(owner, self.task.regions(self.intent))


_looks: dict[int, State] = {}
_cheated: dict[str, tuple[Account, State, Value]] = {}


@lru_cache(maxsize=1)
def _first_params() -> dict[str, Any]:
    return {prompt.task: prompt.params for prompt in reversed(prompts(None))}


@pytest.mark.parametrize("id", EACH)
def test_the_cheat_passes(begun: Begun, id: str) -> None:
    trial = Trial(BY_ROWS[id], begun)
    _, after, told = trial.cheated()
    assert trial.verdict(after, told) == []


@pytest.mark.parametrize("id", EACH)
def test_the_idle_do_not(begun: Begun, id: str) -> None:
    trial = Trial(BY_ROWS[id], begun)
    for told in (None, {}, IDLE, {tell.key: [] for tell in _wanted(trial.task).tells}):
        assert trial.verdict(trial.before(), told)


@pytest.mark.parametrize("id", EACH)
def test_the_careless_fail_for_what_nobody_asked(begun: Begun, id: str) -> None:
    trial = Trial(BY_ROWS[id], begun)
    _, after, told = trial.cheated()
    bystander = next(key for key, row in after.items() if key[0] == "vm" and row["name"] == "bystander")
    stopped = {**after, bystander: {**after[bystander], "state": "stopped"}}
    found = trial.verdict(stopped, told)
    assert any(problem.startswith("not asked for: vm bystander") for problem in found)


WRONG = {f"{id}: {end.says}": (task, end) for id, task in BY_ROWS.items() for end in task.wrong}


@pytest.mark.slow
@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_end_is_caught(begun: Begun, what: str) -> None:
    task, end = WRONG[what]
    assert Trial(task, begun).judged(end)


def test_every_task_has_a_wrong_end_of_its_own() -> None:
    assert [id for id, task in BY_ROWS.items() if not task.wrong] == []


def _wanted(task: Task) -> Wanted:
    assert task.wanted is not None
    return task.wanted


# ---- answers that the account measures: CloudWatch and the bill say so, and by far


@pytest.fixture
def account(begun: Begun, request: pytest.FixtureRequest) -> Iterator[Account]:
    """The account in which the task of the test's param begins."""
    task = tasks()[request.param]
    account = begun.original(task, task.meant({}))
    with inside(account.world):
        yield account


def of(id: str) -> Any:
    return pytest.mark.parametrize("account", [id], indirect=True)


def now(account: Account) -> datetime:
    return datetime.fromtimestamp(account.now(), UTC)


def measured(
    account: Account, metric: str, of_what: tuple[str, str], **how: Any
) -> list[tuple[datetime, float]]:
    stat = how.get("stat", "Average")
    found = account.client("cloudwatch", HOME_REGION).get_metric_statistics(
        Namespace=how.get("namespace", "AWS/ApplicationELB"),
        MetricName=metric,
        Dimensions=[{"Name": of_what[0], "Value": of_what[1]}],
        StartTime=now(account) - timedelta(hours=how.get("hours", 1)),
        EndTime=now(account),
        Period=how.get("period", 300),
        Statistics=[stat],
    )["Datapoints"]
    return [(row["Timestamp"], row[stat]) for row in found]


def balancer(account: Account, name: str) -> tuple[str, str]:
    rows = account.client("elbv2", HOME_REGION).describe_load_balancers(Names=[name])["LoadBalancers"]
    return "LoadBalancer", rows[0]["LoadBalancerArn"].partition(":loadbalancer/")[2]


@of("overloaded-machine")
def test_one_machine_alone_is_busy(account: Account) -> None:
    rows = account.client("ec2", HOME_REGION).describe_instances()["Reservations"]
    machines = {
        tag["Value"]: one["InstanceId"] for r in rows for one in r["Instances"] for tag in one["Tags"]
    }
    busy = {
        name: max(v for _, v in measured(account, "CPUUtilization", ("InstanceId", id), namespace="AWS/EC2"))
        for name, id in machines.items()
        if name.startswith(("api", "docs"))
    }
    assert busy.pop("api-3") > 85 and max(busy.values()) < 60, busy


@of("failing-balancer")
def test_one_balancer_alone_has_errors(account: Account) -> None:
    failed = "HTTPCode_Target_5XX_Count"
    assert sum(v for _, v in measured(account, failed, balancer(account, "docs"), stat="Sum")) > 10_000
    assert measured(account, failed, balancer(account, "api"), stat="Sum") == []


@of("hours-since-peak")
def test_the_crowd_was_there_five_hours_ago(account: Account) -> None:
    asked = {"stat": "Sum", "period": 60, "hours": 9}
    counted = measured(account, "RequestCount", balancer(account, "api"), **asked)
    ago = (now(account) - max(counted, key=lambda one: one[1])[0]).total_seconds() / HOUR
    # Half an hour is left for whoever is slow to ask.
    assert 4.5 <= ago <= 5.0


@of("alarm-that-rang")
def test_one_alarm_rang_and_is_quiet_again(account: Account) -> None:
    client = account.client("cloudwatch", HOME_REGION)
    states = {one["StateValue"] for one in client.describe_alarms()["MetricAlarms"]}
    history = client.describe_alarm_history(HistoryItemType="StateUpdate")["AlarmHistoryItems"]
    rang = {one["AlarmName"] for one in history if one["HistorySummary"].endswith("to ALARM")}
    assert rang == {"api-3-busy"} and states == {"OK"}


def spent(account: Account, **group: str) -> list[tuple[str, float]]:
    """What the last week cost, dearest first."""
    day = now(account).date()
    rows = account.client("ce", "us-east-1").get_cost_and_usage(
        TimePeriod={"Start": str(day - timedelta(days=7)), "End": str(day)},
        Granularity="DAILY",
        Metrics=["UnblendedCost"],
        GroupBy=[group],
    )["ResultsByTime"]
    total: dict[str, float] = {}
    for one in (one for row in rows for one in row["Groups"]):
        key = one["Keys"][0]
        total[key] = total.get(key, 0.0) + float(one["Metrics"]["UnblendedCost"]["Amount"])
    return sorted(total.items(), key=lambda item: -item[1])


@of("dearest-service")
def test_gateways_cost_most(account: Account) -> None:
    first, second, *_ = spent(account, Type="DIMENSION", Key="SERVICE")
    assert first[0] == "EC2 - Other" and first[1] > 1.5 * second[1]


@of("dearest-team")
def test_the_large_machine_costs_most(account: Account) -> None:
    rows = [row for row in spent(account, Type="TAG", Key="team") if row[0] != "team$"]
    assert [name for name, _ in rows] == ["team$finance", "team$search", "team$storefront"]
    assert rows[0][1] > 1.5 * rows[1][1]


@of("exceeded-budget")
def test_one_budget_is_exceeded_by_far(account: Account) -> None:
    number = account.client("sts", HOME_REGION).get_caller_identity()["Account"]
    rows = account.client("budgets", "us-east-1").describe_budgets(AccountId=number)["Budgets"]
    shares = {
        row["BudgetName"]: float(row["CalculatedSpend"]["ActualSpend"]["Amount"])
        / float(row["BudgetLimit"]["Amount"])
        for row in rows
    }
    assert shares.pop("machines") > 1.5 and max(shares.values()) < 0.5
