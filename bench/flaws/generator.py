"""Flawed programs, each made from a sound one by changing one thing. Proves nothing."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from skywright.model import yaml_text

REGION = "eu-west-1"
Rows = dict[str, Any]


@dataclass(frozen=True)
class Flaw:
    """A flawed program: against which obligation it is, and a word of the reason that has to be given."""

    kind: str
    text: str
    obligation: str
    says: str
    budget: float | None = None


def sound() -> Iterator[tuple[str, str]]:
    """The sound programs by name."""
    return ((name, _text(_rows(name))) for name in _sound())


def flaws() -> Iterator[Flaw]:
    """Every flawed program."""
    for family in (
        _types, _lifetimes, _privileges, _policies, _reach, _ranges, _copies, _health, _cost, _freshness,
    ):  # fmt: skip
        yield from family()


@cache
def _sound() -> Rows:
    return yaml_text.load((resources.files("bench.flaws") / "sound.yaml").read_text("utf-8"))


def _rows(name: str) -> Rows:
    return {"skywright": 1, "name": name, "region": REGION, **deepcopy(_sound()[name])}


def _text(rows: Rows) -> str:
    return yaml_text.dump(rows)


def _step(rows: Rows, id: str) -> Rows:
    return next(step for step in rows["steps"] if step["id"] == id)


def _changed(name: str, change: Callable[[Rows], object]) -> str:
    rows = _rows(name)
    change(rows)
    return _text(rows)


def _with(name: str, id: str, **arguments: Any) -> str:
    """A sound program with other arguments of one step."""
    return _changed(name, lambda rows: _step(rows, id)["with"].update(deepcopy(arguments)))


def _plus(name: str, *steps: Rows) -> str:
    """A sound program with more steps at its end."""
    return _changed(name, lambda rows: rows["steps"].extend(deepcopy(steps)))


def _moved(name: str, at: int, to: int) -> str:
    return _changed(name, lambda rows: rows["steps"].insert(to, rows["steps"].pop(at)))


def _without(name: str, at: int) -> str:
    return _changed(name, lambda rows: rows["steps"].pop(at))


def _do(operation: str, **arguments: Any) -> Rows:
    return {"id": operation.partition(":")[2], "do": operation, "with": arguments}


def _wait(waiter: str, **arguments: Any) -> Rows:
    return {"id": "wait", "wait": waiter, "with": arguments}


def _types() -> Iterator[Flaw]:
    for name in _sound():
        for step in [step for step in _rows(name)["steps"] if "do" in step]:
            id, first = step["id"], next(iter(step["with"]))
            wrong = _with(name, id, Colour="red")
            yield Flaw("an argument that there is not", wrong, "types", "Colour")
            wrong = _changed(name, lambda rows, id=id: _step(rows, id).update(do="ec2:MakeEverything"))
            yield Flaw("an operation that there is not", wrong, "types", "MakeEverything")
            yield Flaw(
                "a reference to nothing", _with(name, id, **{first: "${nobody.Id}"}), "types", "nobody"
            )
    yield Flaw("a reference to a later step", _moved("network", 2, 0), "types", "vpc")
    for limits, says in (({"value": 9}, "must be"), ({"value": 0}, "must be"), ({"minimum": 5}, "minimum")):
        wrong = _changed("network", lambda rows, limits=limits: rows["parameters"]["count"].update(limits))
        yield Flaw("a parameter out of its range", wrong, "types", says)


def _lifetimes() -> Iterator[Flaw]:
    end = _do("ec2:TerminateInstances", InstanceIds=["i-plain"])
    for later in (
        _do("ec2:StartInstances", InstanceIds=["i-plain"]),
        _do("ec2:CreateTags", Resources=["i-plain"], Tags=[{"Key": "a", "Value": "b"}]),
        _do("ec2:ModifyInstanceAttribute", InstanceId="i-plain", InstanceType={"Value": "t3.small"}),
        _do("ec2:AttachVolume", InstanceId="i-plain", VolumeId="vol-bare", Device="/dev/sdf"),
        _do("elbv2:RegisterTargets", TargetGroupArn="tg-1", Targets=[{"Id": "i-plain"}]),
        _wait("ec2:instance_running", InstanceIds=["i-plain"]),
    ):
        yield Flaw("use after the end", _plus("balanced", end, later), "types.lifetimes", "i-plain")
    for early in (
        _do("ec2:DeleteSubnet", SubnetId="${left.Subnet.SubnetId}"),
        _do("ec2:DeleteSecurityGroup", GroupId="${group.GroupId}"),
        _do("ec2:DeleteVpc", VpcId="${vpc.Vpc.VpcId}"),
    ):
        yield Flaw("an end while it is needed", _plus("network", early), "types.lifetimes", "still needed")
    for state, why in (("stopped", "running"), ("terminated", "nothing ends it")):
        never = _wait(f"ec2:instance_{state}", InstanceIds=["i-plain"])
        yield Flaw("a wait that cannot end", _plus("balanced", never), "types.lifetimes", why)
    yield Flaw("a wait that cannot end", _without("resize", 0), "types.lifetimes", "running")


def _privileges() -> Iterator[Flaw]:
    for name in ("network", "disks", "rolling"):
        for step in (
            _do("iam:CreateUser", UserName="x"),
            _do("iam:DeleteRole", RoleName="x"),
            _do("cloudtrail:StopLogging", Name="trail"),
            _do("organizations:LeaveOrganization"),
            _do("ssm:SendCommand", DocumentName="AWS-RunShellScript", InstanceIds=["i-0123abcd"]),
            _do("events:PutRule", Name="r", ScheduleExpression="rate(1 day)"),
            _do("kms:ScheduleKeyDeletion", KeyId="k"),
        ):
            yield Flaw("what is not permitted", _plus(name, step), "privileges", str(step["do"]))


def _policies() -> Iterator[Flaw]:
    for where in ("0.0.0.0/0", "::/0", "0.0.0.0/1", "8.0.0.0/6"):
        ranges = {"Ipv6Ranges": [{"CidrIpv6": where}]} if ":" in where else {"IpRanges": [{"CidrIp": where}]}
        for first, last in ((22, 22), (3389, 3389), (5432, 5432), (0, 65535), (20, 30), (27017, 27017)):
            permission = {"IpProtocol": "tcp", "FromPort": first, "ToPort": last, **ranges}
            wrong = _with("network", "open", IpPermissions=[permission])
            yield Flaw("a closed port opened to strangers", wrong, "policies", "it opens")
    everybody = {"Add": [{"Group": "all"}]}
    for step, says in (
        (_do("s3:PutBucketAcl", Bucket="b", ACL="public-read"), "strangers"),
        (
            _do("ec2:ModifySnapshotAttribute", SnapshotId="snap-1", CreateVolumePermission=everybody),
            "everybody",
        ),
        (_do("ec2:ModifyImageAttribute", ImageId="ami-1", LaunchPermission=everybody), "everybody"),
        (_do("ec2:TerminateInstances", InstanceIds=["i-kept"]), "protected"),
        (_do("ec2:ModifyInstanceAttribute", InstanceId="i-plain", UserData={"Value": "eA=="}), "next start"),
    ):
        yield Flaw("what a policy forbids", _plus("disks", step), "policies", says)
    secret = _with("balanced", "vm", UserData="-----BEGIN RSA PRIVATE KEY-----")
    yield Flaw("a secret in user data", secret, "policies", "secret")
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "data-residency", "Value": "eu"}]}]
    rows = yaml_text.load(_with("network", "vm", TagSpecifications=tags)) | {"region": "us-east-1"}
    yield Flaw("data out of their place", _text(rows), "policies", "us-east-1")


def _reach() -> Iterator[Flaw]:
    for name in ("balanced", "rolling"):
        wrong = _with(name, "vm", SecurityGroupIds=["sg-web", "sg-open"])
        yield Flaw("a machine in a group that is open", wrong, "invariants.reach", "port 22")
    move = _do("ec2:ModifyInstanceAttribute", InstanceId="i-plain", Groups=["sg-open"])
    yield Flaw("a machine moved into an open group", _plus("disks", move), "invariants.reach", "port 22")
    for port in (22, 3306, 5432):
        rows = yaml_text.load(_with("balanced", "vm", SecurityGroupIds=["sg-inner"]))
        _step(rows, "targets")["with"] |= {"Port": port, "Protocol": "TCP"}
        yield Flaw("a load balancer in front of a closed port", _text(rows), "invariants.reach", "through")


def _ranges() -> Iterator[Flaw]:
    for range, says in (
        ("10.0.0.0/24", "overlaps"), ("10.0.0.128/25", "overlaps"), ("10.0.0.0/23", "overlaps"),
        ("10.9.0.0/24", "outside"), ("10.0.0.0/15", "overlaps"), ("192.168.0.0/24", "outside"),
    ):  # fmt: skip
        yield Flaw(
            "ranges that collide", _with("network", "right", CidrBlock=range), "invariants.ranges", says
        )
    there = _do("ec2:CreateSubnet", VpcId="vpc-1", CidrBlock="10.1.1.0/25")
    yield Flaw("a range on one that is there", _plus("balanced", there), "invariants.ranges", "overlaps")


def _copies() -> Iterator[Flaw]:
    yield Flaw("a disk without a copy", _without("disks", 3), "invariants.copies", "vol-old")
    yield Flaw("a copy that comes too late", _moved("disks", 3, 4), "invariants.copies", "vol-old")
    yield Flaw(
        "a copy of another", _with("disks", "copy", VolumeId="vol-bare"), "invariants.copies", "vol-old"
    )
    bare = _do("ec2:DeleteVolume", VolumeId="vol-bare")
    yield Flaw("a disk without a copy", _plus("rolling", bare), "invariants.copies", "vol-bare")


def _health() -> Iterator[Flaw]:
    yield Flaw("nobody joins", _without("rolling", 2), "invariants.health", "tg-1")
    yield Flaw("the last one leaves first", _moved("rolling", 3, 0), "invariants.health", "tg-1")
    for operation in ("ec2:StopInstances", "ec2:TerminateInstances", "ec2:RebootInstances"):
        for name in ("disks", "network", "resize"):
            wrong = _plus(name, _do(operation, InstanceIds=["i-web"]) | {"id": "away"})
            yield Flaw("the last target away", wrong, "invariants.health", "tg-1")


def _cost() -> Iterator[Flaw]:
    for most, budget in ((40, 100.0), (4000, 1000.0)):
        rows = _rows("network")
        rows["parameters"]["count"]["maximum"] = most
        says = f"count = {most}"
        yield Flaw("dear at the end of a parameter's range", _text(rows), "invariants.cost", says, budget)
    for type in ("m5.24xlarge", "p3.16xlarge"):
        wrong = _with("network", "vm", InstanceType=type)
        yield Flaw("over the budget", wrong, "invariants.cost", "budget", 50.0)
    spot = _with("network", "vm", InstanceType="m5.xlarge", InstanceMarketOptions={"MarketType": "spot"})
    yield Flaw("dear if spot prices rise", spot, "invariants.cost", "budget", 300.0)


def _freshness() -> Iterator[Flaw]:
    for old, new in (("i-plain", "i-ghost"), ("subnet-1", "subnet-gone"), ("vol-old", "vol-gone")):
        for _, text in sound():
            if old in text:
                yield Flaw("what it names is not there", text.replace(old, new), "freshness", new)
