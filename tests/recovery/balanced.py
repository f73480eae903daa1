"""A request that makes many things which hang together, and the counting of what it leaves."""

import json
from pathlib import Path
from typing import Any

from tests.user import Cloud, User

WORDS = "create three VMs named app in the same network behind a load balancer"


def planned(user: User, cloud: Cloud, modality: str = "sdk", words: str = WORDS) -> str:
    """A run that was rehearsed and proven and waits for approval."""
    said = user.do(words, cloud, "--modality", modality)
    assert said.status == 3 and said.json["status"] == "needs_approval", said.err
    return said.json["run"]


def fault(user: User, cloud: Cloud, **asked: Any) -> None:
    """Make something go wrong in the account from now on; a rehearsal before it has not met it."""
    said = user.run("gym", "fault", json.dumps(asked), "--account", cloud.target)
    assert said.status == 0, said.err


def left_behind(cloud: Cloud) -> dict[str, Any]:
    """Everything that the request makes, counted."""
    ec2, elbv2 = cloud.client("ec2"), cloud.client("elbv2")
    instances = cloud.instances()
    groups = ec2.describe_security_groups()["SecurityGroups"]
    balancers = elbv2.describe_load_balancers()["LoadBalancers"]
    target_groups = elbv2.describe_target_groups()["TargetGroups"]
    targets = [
        health["Target"]["Id"]
        for group in target_groups
        for health in elbv2.describe_target_health(TargetGroupArn=group["TargetGroupArn"])[
            "TargetHealthDescriptions"
        ]
    ]
    listeners = [
        listener
        for balancer in balancers
        for listener in elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    ]
    return {
        "names": sorted(
            tag["Value"] for item in instances for tag in item.get("Tags", []) if tag["Key"] == "Name"
        ),
        "instances": len(instances),
        "volumes": len(ec2.describe_volumes()["Volumes"]),
        "groups": len(groups),
        "rules": sum(len(group["IpPermissions"]) for group in groups),
        "balancers": len(balancers),
        "listeners": len(listeners),
        "target groups": len(target_groups),
        "targets": len(targets),
    }


def living(folder: Path) -> list[str]:
    """The command lines of all processes whose environment names the folder: a run's artefacts, say."""
    found: list[str] = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            if str(folder).encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:  # it has ended, or is another user's
            continue
    return found
