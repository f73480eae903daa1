"""What load, quotas and people cost a call when they are off and when they are on. `python -m
bench.goings_on`

Each way is gone by turns in one process, in processor time, and the quickest quarter counts, so that other
work on the machine weighs little. docs/goings-on.md has the figures.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from skywright_gym.env import Account
from skywright_gym.env.account import ZONE, image
from skywright_gym.physics import load, people, quotas
from skywright_gym.physics.clock import Clock
from skywright_gym.world import World

_TIMES, _MACHINES = 80, 20
_START = 1_800_000_000


def account() -> Account:
    """An account with twenty machines behind a load balancer, of which nothing is on."""
    one = Account(World("123456789012", Clock(scale=0, epoch_seconds=_START)), "bench")
    asked = {"ImageId": image(), "InstanceType": "t3.micro", "MinCount": _MACHINES, "MaxCount": _MACHINES}
    made = one.call("ec2", "RunInstances", {**asked, "Placement": {"AvailabilityZone": ZONE}})["Instances"]
    one.wait(60)
    subnets = one.call("ec2", "DescribeSubnets", {})["Subnets"][:3]
    wanted = {"Name": "front", "Subnets": [subnet["SubnetId"] for subnet in subnets]}
    balancer = one.call("elbv2", "CreateLoadBalancer", wanted)["LoadBalancers"][0]["LoadBalancerArn"]
    wanted = {"Name": "web", "Protocol": "HTTP", "Port": 80, "VpcId": subnets[0]["VpcId"]}
    group = one.call("elbv2", "CreateTargetGroup", wanted)["TargetGroups"][0]["TargetGroupArn"]
    targets = [{"Id": machine["InstanceId"]} for machine in made]
    one.call("elbv2", "RegisterTargets", {"TargetGroupArn": group, "Targets": targets})
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    listener = {"LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": 80, "DefaultActions": forward}
    one.call("elbv2", "CreateListener", listener)
    one.wait(86400)
    return one


def described(one: Account) -> None:
    """All machines are described."""
    one.call("ec2", "DescribeInstances", {})


def disk(one: Account) -> None:
    """A disk is made and deleted."""
    made = one.call("ec2", "CreateVolume", {"Size": 1, "AvailabilityZone": ZONE})["VolumeId"]
    one.wait(10)
    one.call("ec2", "DeleteVolume", {"VolumeId": made})


def measured(one: Account, namespace: str, metric: str, dimension: tuple[str, str]) -> None:
    """An hour of a metric is asked for."""
    now = datetime.fromtimestamp(one.now(), UTC)
    asked: dict[str, Any] = {
        "Namespace": namespace,
        "MetricName": metric,
        "Dimensions": [{"Name": dimension[0], "Value": dimension[1]}],
        "StartTime": now - timedelta(hours=1),
        "EndTime": now,
        "Period": 300,
        "Statistics": ["Average"],
    }
    one.call("cloudwatch", "GetMetricStatistics", asked)


def by_turns(works: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Milliseconds of each: the quickest quarter of so many goes."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(_TIMES):
        for name, work in works.items():
            start = time.process_time()
            work()
            taken[name].append(1000 * (time.process_time() - start))
    return {name: sorted(those)[len(those) // 4] for name, those in taken.items()}


def compare(what: str, on: Callable[[], object], off: Callable[[], object]) -> None:
    """Measure and print a pair."""
    found = by_turns({"on": on, "off": off})
    print(f"{what:55} {found['on']:8.2f} ms {found['off']:8.2f} ms {found['on'] / found['off']:6.3f} times")


def main() -> None:
    """Print a table: on, off, and how they compare."""
    plain, unbounded, crowded, loaded = (account() for _ in range(4))
    quotas.change(unbounded.world, {"enforced": False})
    people.put(crowded.world, {"every_seconds": 1e9})
    balancer = loaded.call("elbv2", "DescribeLoadBalancers", {})["LoadBalancers"][0]["LoadBalancerArn"]
    load.put(loaded.world, {"shape": "daily"}, balancer)
    loaded.wait(3600)
    compare(
        "machines are described; people, none due", partial(described, crowded), partial(described, plain)
    )
    compare("machines are described; load", partial(described, loaded), partial(described, plain))
    compare("a disk is made and deleted; quotas", partial(disk, plain), partial(disk, unbounded))

    def busy(one: Account) -> None:
        told = one.call("ec2", "DescribeInstances", {})["Reservations"]
        machine = told[0]["Instances"][0]["InstanceId"]
        measured(one, "AWS/EC2", "CPUUtilization", ("InstanceId", machine))

    compare("an hour of a machine's processor; load", partial(busy, loaded), partial(busy, plain))
    suffix = balancer.partition(":loadbalancer/")[2]
    asked = partial(measured, loaded, "AWS/ApplicationELB", "TargetResponseTime", ("LoadBalancer", suffix))
    print(f"{'an hour of a load balancer of twenty targets':55} {by_turns({'on': asked})['on']:8.2f} ms")


if __name__ == "__main__":
    main()
