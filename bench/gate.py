"""What the gate costs: calls of boto3 through it against the same calls directly, and its memory at rest.

`python -m bench.gate` starts a moto server and a gate, each in a process of its own, as they are in
use, and makes every call both ways in turn. Printed are the medians and their ratio. The journal of
the gate is a real one on a disk; a change is written to it twice before the client has its answer.
"""

import itertools
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import sqlalchemy as sa
from botocore.config import Config

from skywright.clouds.aws.catalogue import Catalogue
from skywright.clouds.aws.effects import Effects
from skywright.gate.replies import Replies
from skywright.gate.server import Configuration, Gate
from skywright.journal.chain import Journal
from skywright.model.target import Credential, Upstream
from skywright.model.verdict import Decision, Principal, Proposal, Verdict

ROUNDS = 60
_IMAGE = "ami-12c6146b"
_ALLOW = Verdict(Decision.ALLOW, "bench")


class Allow:
    """Lets everything through."""

    def decide(self, proposal: Proposal) -> Verdict:
        return _ALLOW


def serve(upstream: str) -> None:
    """Run a gate until the end of standard input; prints address, credential and process id."""
    with tempfile.TemporaryDirectory() as folder:
        engine = sa.create_engine(f"sqlite:///{folder}/gate.db")
        journal = Journal.open(engine, Path(folder) / "keys", time.time)
        configuration = Configuration(
            Catalogue(), Effects(), (Allow(),), journal, Replies(engine), time.time, lambda: uuid.uuid4().hex
        )
        with Gate.start(configuration) as gate:
            who = Principal("bench", "guest", "", "sdk", "bench")
            cloud = Upstream(Credential("AKIAIOSFODNN7EXAMPLE", "none"), upstream, "eu-west-1")
            credential = gate.mint(who, cloud, lifetime_seconds=3600)
            print(
                json.dumps(
                    {
                        "endpoint": gate.endpoint,
                        "key": credential.access_key_id,
                        "secret": credential.secret_access_key,
                    }
                ),
                flush=True,
            )
            for _ in sys.stdin:
                print(json.dumps({"peak_mb": peak_mb(), "rest_mb": rest_mb()}), flush=True)


def peak_mb() -> float:
    """`VmHWM`: unlike the resource usage it does not count what the parent held when it forked."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def rest_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def compare(name: str, aim: float, direct: Callable[[], object], gated: Callable[[], object]) -> None:
    """Both ways in turn, and one row of the table."""
    times: tuple[list[float], list[float]] = ([], [])
    for call in (direct, gated) * 3:
        call()
    for _ in range(ROUNDS):
        for taken, call in zip(times, (direct, gated), strict=True):
            started = time.perf_counter()
            call()
            taken.append(time.perf_counter() - started)
    plain, through = (statistics.median(taken) * 1000 for taken in times)
    print(
        f"{name:<34} {plain:8.2f} ms {through:8.2f} ms   ×{through / plain:.2f}   (aim: at most ×{aim:.2f})"
    )


def main() -> None:
    """Print the table."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    upstream = f"http://127.0.0.1:{port}"
    moto = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    gate = subprocess.Popen(
        [sys.executable, "-m", "bench.gate", upstream],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        _wait(upstream)
        assert gate.stdout is not None and gate.stdin is not None
        there = json.loads(gate.stdout.readline())
        _measure(upstream, there)
        gate.stdin.write("\n")
        gate.stdin.flush()
        memory = json.loads(gate.stdout.readline())
        rest, peak = memory["rest_mb"], memory["peak_mb"]
        print(f"the gate's memory: {rest:.0f} MB at rest, {peak:.0f} MB at most (aim: 400)")
    finally:
        for process in (gate, moto):
            process.send_signal(signal.SIGKILL)
            process.wait()


def _wait(address: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{address}/moto-api/", timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise SystemExit("moto did not start")


def _measure(upstream: str, there: dict[str, str]) -> None:
    def clients(service: str) -> tuple[Any, Any]:
        settings = Config(retries={"total_max_attempts": 1})
        return (
            boto3.client(
                service,
                region_name="eu-west-1",
                endpoint_url=upstream,
                aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
                aws_secret_access_key="none",
                config=settings,
            ),
            boto3.client(
                service,
                region_name="eu-west-1",
                endpoint_url=there["endpoint"],
                aws_access_key_id=there["key"],
                aws_secret_access_key=there["secret"],
                config=settings,
            ),
        )

    plain, gated = clients("ec2")
    subnet = plain.describe_subnets()["Subnets"][0]["SubnetId"]
    plain.run_instances(ImageId=_IMAGE, MinCount=30, MaxCount=30, InstanceType="t3.micro", SubnetId=subnet)
    group = plain.create_security_group(GroupName="bench", Description="bench")["GroupId"]
    plain.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        ],
    )
    print(f"{'':<34} {'directly':>11} {'by the gate':>11}")
    compare("read: 30 VMs described", 1.15, plain.describe_instances, gated.describe_instances)
    compare("read: one group described", 1.15, *(_describe(client, group) for client in (plain, gated)))
    compare("read: who am I (sts)", 1.15, *(client.get_caller_identity for client in clients("sts")))
    compare("change: a rule, with before-image", 2.5, *(_rule(client, group) for client in (plain, gated)))
    compare("change: a tag, with before-image", 2.5, *(_tag(client, group) for client in (plain, gated)))
    compare("change: a group made", 2.5, *(_make(client) for client in (plain, gated)))


def _describe(client: Any, group: str) -> Callable[[], object]:
    return lambda: client.describe_security_groups(GroupIds=[group])


def _tag(client: Any, group: str) -> Callable[[], object]:
    return lambda: client.create_tags(Resources=[group], Tags=[{"Key": "a", "Value": "b"}])


def _rule(client: Any, group: str) -> Callable[[], object]:
    """The same description again and again: it always changes, and the group does not grow."""
    texts = itertools.count()
    rule: dict[str, Any] = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}

    def call() -> object:
        ranges = [{"CidrIp": "10.0.0.0/8", "Description": str(next(texts))}]
        return client.update_security_group_rule_descriptions_ingress(
            GroupId=group, IpPermissions=[rule | {"IpRanges": ranges}]
        )

    return call


def _make(client: Any) -> Callable[[], object]:
    names = itertools.count()
    prefix = uuid.uuid4().hex[:8]
    return lambda: client.create_security_group(GroupName=f"{prefix}-{next(names)}", Description="bench")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        serve(sys.argv[1])
    else:
        main()
