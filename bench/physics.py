"""What bills and the spot market cost a call, and what it takes to be told a bill. `python -m
bench.physics`

Each way is gone by turns in one process, in processor time, and the quickest quarter counts, so that other
work on the machine weighs little. docs/physics.md has the figures.
"""

import time
from collections.abc import Callable
from functools import partial

from skywright_gym.aws.behaviour import spot_market
from skywright_gym.aws.billing import ledger, statement
from skywright_gym.env import Account
from skywright_gym.env.account import ZONE, image
from skywright_gym.physics.clock import Clock
from skywright_gym.world import World

_TIMES, _MACHINES = 60, 300
_DAY = 86400


def account(billed: bool) -> Account:
    """An account at a moment of 2027, with or without bills."""
    made = Account(World("123456789012", Clock(scale=0, epoch_seconds=1_800_000_000)), "bench")
    made.world.extras[ledger.SWITCH] = billed
    return made


def launch(one: Account, count: int, **more: object) -> list[str]:
    """Machines that run."""
    place = {"AvailabilityZone": ZONE}
    asked = {"ImageId": image(), "InstanceType": "t2.nano", "MinCount": count, "MaxCount": count}
    made = one.call("ec2", "RunInstances", {**asked, "Placement": place, **more})["Instances"]
    one.wait(60)
    return [machine["InstanceId"] for machine in made]


def machine_s_life(one: Account) -> None:
    """A machine is launched, terminated, and gone from the account; its disk with it."""
    one.call("ec2", "TerminateInstances", {"InstanceIds": launch(one, 1)})
    one.wait(4000)
    one.call("ec2", "DescribeVpcs", {})


def disk_s_life(one: Account) -> None:
    """A disk is made and deleted."""
    made = one.call("ec2", "CreateVolume", {"Size": 1, "AvailabilityZone": ZONE})["VolumeId"]
    one.wait(10)
    one.call("ec2", "DeleteVolume", {"VolumeId": made})


def described(one: Account) -> None:
    """All machines are described."""
    one.call("ec2", "DescribeInstances", {})


def by_turns(works: dict[str, Callable[[], object]], times: int) -> dict[str, float]:
    """Milliseconds of each: the quickest quarter of so many goes."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(times):
        for name, work in works.items():
            start = time.process_time()
            work()
            taken[name].append(1000 * (time.process_time() - start))
    return {name: sorted(those)[len(those) // 4] for name, those in taken.items()}


def compare(what: str, found: dict[str, float]) -> None:
    """Print a pair."""
    print(f"{what:40} {found['on']:8.2f} ms {found['on'] / found['off']:6.3f} times")


def calls() -> None:
    """With bills against without."""
    accounts = {"on": account(True), "off": account(False)}
    for one in accounts.values():
        launch(one, 20)
    for work in (machine_s_life, disk_s_life, described):
        found = by_turns({name: partial(work, one) for name, one in accounts.items()}, _TIMES)
        name = f"{work.__name__.replace('_s_', 's ').replace('_', ' ')}, bills on / off"
        compare(name, found)


def markets() -> None:
    """Spot machines that have something to fear against such as have not."""
    spot = {"InstanceMarketOptions": {"MarketType": "spot"}}
    accounts = {"on": account(True), "off": account(True)}
    with accounts["on"].turn() as world:
        spot_market.change(world, {"reclaims_month": 1})
    for one in accounts.values():
        one.wait(3600)
        launch(one, 20, **spot)

    def life(one: Account) -> None:
        one.call("ec2", "TerminateInstances", {"InstanceIds": launch(one, 1, **spot)})
        one.wait(60)

    found = by_turns({name: partial(life, one) for name, one in accounts.items()}, _TIMES)
    compare("spot machine, with reclaims / without", found)


def telling() -> None:
    """Being told the bill of many machines."""
    one = account(True)
    for _ in range(_MACHINES // 50):
        launch(one, 50)
    one.wait(3 * _DAY)

    def asked() -> None:
        with one.turn() as world:
            statement.told(world)

    print(f"{f'bill of {_MACHINES} machines and disks':40} {by_turns({'': asked}, 10)['']:8.2f} ms")
    period = {"Start": "2027-01-01", "End": "2027-02-01"}
    daily = {"TimePeriod": period, "Granularity": "DAILY", "Metrics": ["UnblendedCost"]}
    told = by_turns({"": lambda: one.call("ce", "GetCostAndUsage", daily)}, 10)[""]
    print(f"{'the same by Cost Explorer, day by day':40} {told:8.2f} ms")


def main() -> None:
    """Print the figures."""
    calls()
    markets()
    telling()


if __name__ == "__main__":
    main()
