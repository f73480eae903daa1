"""What the gate costs: calls of boto3 through it against the same calls directly, and its processor time.

`python -m bench.gate` starts moto and a gate, each in a process of its own, as they are in use, and
makes every call both ways in turn, on connections that are kept both ways. Printed are the medians
and their ratio, and the processor time that the gate's process spends on one such call.

The gate is the product's: its deciders with the policies that ship, its journal on a disk, in a home
of its own. A change is looked at before it is made and is on the disk before it is sent.
"""

import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from bench import _proxy
from skywright.clouds.aws.catalogue import Catalogue
from skywright.clouds.aws.effects import Effects
from skywright.gate.replies import Replies
from skywright.gate.server import Configuration, Gate
from skywright.guard.budget import Writes
from skywright.guard.policies import Policies
from skywright.guard.privileges import Privileges
from skywright.journal.chain import Entry, Journal, entry
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.target import Credential, Upstream
from skywright.model.values import Value
from skywright.model.verdict import Principal
from skywright.state.database import open_database
from skywright.state.holding import Holdings
from skywright.state.home import Home
from skywright.state.leases import Leases

ROUNDS = 60
LENGTHS = (10, 100, 1_000, 10_000)
STEPS = (1_000, 10_000)
_WARM = 3
_IMAGE = "ami-12c6146b"
_REGION = "eu-west-1"
_KEY = Credential("AKIAIOSFODNN7EXAMPLE", "none")


def serve(upstream: str) -> None:
    """Run a gate until the end of standard input; answers each line, a JSON request, with a line."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home.locate({"SKYWRIGHT_HOME": folder}).prepare()
        database = open_database(home.database)
        journal = Journal.open(database, home.keys, time.time)
        deciders = (Privileges.load(home.policy), Policies.load(home.policy), Writes(1_000_000))
        configuration = Configuration(
            Catalogue(),
            Effects(),
            deciders,
            journal,
            Replies(database, journal),
            time.time,
            lambda: uuid.uuid4().hex,
        )
        holdings = Holdings(Leases(database), lambda kind, body, run: _note(journal, entry(kind, body, run)))
        with Gate.start(configuration) as gate:
            for line in sys.stdin:
                asked = json.loads(line)
                print(json.dumps(_serve_one(gate, journal, holdings, upstream, asked)), flush=True)
        holdings.close()


def _note(journal: Journal, new: Entry) -> None:
    journal.extend((new,), durable=False)


def _serve_one(
    gate: Gate, journal: Journal, holdings: Holdings, upstream: str, asked: dict[str, Any]
) -> dict[str, Any]:
    if asked["what"] == "usage":
        return {"cpu": time.process_time(), "rest_mb": rest_mb(), "peak_mb": peak_mb()}
    if asked["what"] == "fill":
        filler = entry("run.bench", {"filler": "x" * 600}, "filler")
        count = next(iter(journal.extend((filler,)))).seq
        while count < asked["length"]:
            step = min(500, asked["length"] - count)
            count = journal.extend([filler] * step)[-1].seq
        return {"length": count}
    if asked["what"] == "proxy":
        return {"endpoint": _proxy.start(upstream), "key": _KEY.access_key_id, "secret": "none"}
    program = None
    if asked["what"] == "program":
        steps = tuple(
            Step(f"s{number}", Operation.parse(asked["operation"]), arguments=arguments)
            for number, arguments in enumerate(asked["arguments"])
        )
        program = Program("bench", region=_REGION, steps=steps)
    who = Principal(f"bench-{uuid.uuid4().hex[:8]}", "perform" if program else "guest", "", "sdk", "bench")
    cloud = Upstream(_KEY, upstream, _REGION)
    # Each alone in its account, as far as leases go: what is measured is not waiting.
    leases = holdings.of(who.run, who.run, "") if asked.get("leased", True) else None
    credential = gate.mint(who, cloud, lifetime_seconds=3600, program=program, agreed=True, leases=leases)
    return {
        "endpoint": gate.endpoint,
        "key": credential.access_key_id,
        "secret": credential.secret_access_key,
    }


def peak_mb() -> float:
    """`VmHWM`: unlike the resource usage it does not count what the parent held when it forked."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def rest_mb() -> float:
    """What of the process is in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@dataclass(frozen=True)
class Subject:
    """A gate in a process of its own, and the moto behind it."""

    process: subprocess.Popen[str]
    upstream: str

    def ask(self, **request: object) -> dict[str, Any]:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def direct(self, service: str) -> Any:
        return _client(service, self.upstream, _KEY.access_key_id, _KEY.secret_access_key)

    def gated(self, service: str, **session: object) -> Any:
        there = self.ask(**({"what": "session"} | session))
        return _client(service, there["endpoint"], there["key"], there["secret"])

    def compare(self, name: str, aim: float, ways: tuple[Callable[[], object], ...]) -> None:
        """Both ways in turn, each first as often as the other; one row of the table."""
        for call in ways * _WARM:
            call()
        time.sleep(0.1)
        times: tuple[list[float], list[float]] = ([], [])
        began = self.ask(what="usage")["cpu"]
        for number in range(ROUNDS):
            for which in (number % 2, 1 - number % 2):
                started = time.perf_counter()
                ways[which]()
                times[which].append(time.perf_counter() - started)
        time.sleep(0.1)
        spent = (self.ask(what="usage")["cpu"] - began) / ROUNDS * 1000
        plain, through = (statistics.median(taken) * 1000 for taken in times)
        wanted = f"   (aim: at most ×{aim:.2f})" if aim else ""
        print(
            f"{name:<42} {plain:8.2f} ms {through:8.2f} ms   ×{through / plain:.2f}   {spent:5.2f} ms{wanted}"
        )


def _client(service: str, endpoint: str, key: str, secret: str) -> Any:
    return boto3.client(
        service,
        region_name=_REGION,
        endpoint_url=endpoint,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(retries={"total_max_attempts": 1}),
    )


@contextmanager
def subject() -> Iterator[Subject]:
    """Start both, and end them."""
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    moto = subprocess.Popen([sys.executable, "-m", "bench._moto"], stderr=subprocess.DEVNULL, **pipes)
    assert moto.stdout is not None
    upstream = moto.stdout.readline().strip()
    gate = subprocess.Popen([sys.executable, "-m", "bench.gate", upstream], **pipes)
    try:
        yield Subject(gate, upstream)
    finally:
        gate.communicate()
        moto.kill()
        moto.communicate()


def main() -> None:
    """Print the table."""
    with subject() as there:
        _compare(there)
        usage = there.ask(what="usage")
        print(f"the gate's memory: {usage['rest_mb']:.0f} MB, {usage['peak_mb']:.0f} MB at most (aim: 400)")


def _compare(there: Subject) -> None:
    plain, gated = there.direct("ec2"), there.gated("ec2")
    subnet = plain.describe_subnets()["Subnets"][0]["SubnetId"]
    plain.run_instances(ImageId=_IMAGE, MinCount=30, MaxCount=30, InstanceType="t3.micro", SubnetId=subnet)
    group = plain.create_security_group(GroupName="bench", Description="bench")["GroupId"]
    plain.authorize_security_group_ingress(GroupId=group, IpPermissions=[_permission("first")])
    both = (plain, gated)
    print(f"{'':<42} {'directly':>11} {'by the gate':>11} {'':>7} {'processor'}")
    there.compare("read: 30 VMs described", 1.15, (plain.describe_instances, gated.describe_instances))
    there.compare(
        "read: a group, asked differently", 1.15, tuple(_describe(client, group) for client in both)
    )
    who = tuple(client.get_caller_identity for client in (there.direct("sts"), there.gated("sts")))
    there.compare("read: who am I, again and again", 1.15, who)
    idle = there.gated("sts", what="proxy").get_caller_identity
    there.compare("read: who am I, a proxy that does nothing", 0.0, (who[0], idle))
    there.compare("change: a rule, with before-image", 2.5, tuple(_rule(client, group) for client in both))
    there.compare("change: a tag, with before-image", 2.5, tuple(_tag(client, group) for client in both))
    there.compare("change: a group made", 2.5, tuple(_make(client) for client in both))
    for length in (ROUNDS + _WARM, *STEPS):
        there.compare(
            f"change: a tag, a step of {length}", 2.5, (_tag(plain, group), _step(there, group, length))
        )
    unleased = there.gated("ec2", leased=False)
    print(f"{'':<42} {'no leases':>11} {'leases':>11}")
    there.compare("change: a tag", 0.0, (_tag(unleased, group), _tag(gated, group)))
    there.compare("change: a group made", 0.0, (_make(unleased), _make(gated)))
    print(f"{'':<42} {'directly':>11} {'by the gate':>11}")
    for length in LENGTHS:
        there.ask(what="fill", length=length)
        name = f"change: a tag, {length} records before"
        there.compare(name, 0.0, tuple(_tag(client, group) for client in both))


def _describe(client: Any, group: str) -> Callable[[], object]:
    """Another question each time: the gate's deciders remember what they were asked before."""
    numbers = itertools.count()

    def call() -> object:
        either = {"Name": "group-name", "Values": ["bench", str(next(numbers))]}
        return client.describe_security_groups(GroupIds=[group], Filters=[either])

    return call


def _tag(client: Any, group: str) -> Callable[[], object]:
    numbers = itertools.count()
    return lambda: client.create_tags(Resources=[group], Tags=[{"Key": "a", "Value": str(next(numbers))}])


def _permission(description: str) -> dict[str, Any]:
    ranges = [{"CidrIp": "10.0.0.0/8", "Description": description}]
    return {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": ranges}


def _rule(client: Any, group: str) -> Callable[[], object]:
    """The same description again and again: it always changes, and the group does not grow."""
    texts = itertools.count()
    return lambda: client.update_security_group_rule_descriptions_ingress(
        GroupId=group, IpPermissions=[_permission(str(next(texts)))]
    )


def _step(there: Subject, group: str, length: int) -> Callable[[], object]:
    """A tag after the other, each a step of a program of that length that the session is bound to."""
    arguments: list[dict[str, Value]] = [
        {"Resources": [group], "Tags": [{"Key": "a", "Value": str(number)}]} for number in range(length)
    ]
    client = there.gated("ec2", what="program", operation="ec2:CreateTags", arguments=arguments)
    following = iter(arguments)
    return lambda: client.create_tags(**next(following))


def _make(client: Any) -> Callable[[], object]:
    names = itertools.count()
    prefix = uuid.uuid4().hex[:8]
    return lambda: client.create_security_group(GroupName=f"{prefix}-{next(names)}", Description="bench")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        serve(sys.argv[1])
    else:
        main()
