"""How the gym stands many machines: describing and launching them, against moto as it comes.

Both serve over HTTP in processes of their own and are asked the same: moto by `bench._moto`, the gym by its
own front, with its rules. The seconds are those until the last byte of the answer is there; what a client
then makes of it costs the same either way, and is a row of its own. Every ratio is of one run, each way in
turn. moto's time grows with the square of the machines if they have tags, so it is asked up to 1,000.
"""

import http.client
import itertools
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from bench._control import Control

BOTH = (10, 100, 1_000)
GYM_ONLY = 10_000
_PER_CALL = 100
_ROUNDS = 3
# A region for every size, so that one answer holds exactly so many.
_REGIONS = {10: "eu-west-1", 100: "eu-central-1", 1_000: "us-east-1", 10_000: "us-west-2"}


@dataclass(frozen=True)
class Cloud:
    """One endpoint, its key, and the process behind it."""

    endpoint: str
    key: str
    secret: str
    pid: int

    def client(self, region: str) -> Any:
        return boto3.client(
            "ec2",
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id=self.key,
            aws_secret_access_key=self.secret,
            config=Config(read_timeout=600, retries={"total_max_attempts": 1}),
        )

    def describe(self, region: str) -> tuple[float, bytes]:
        """Seconds until all machines are told, and the answer."""
        form = urlencode({"Action": "DescribeInstances", "Version": "2016-11-15", "MaxResults": "1000"})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        request = AWSRequest("POST", f"{self.endpoint}/", data=form.encode(), headers=kind)
        SigV4Auth(Credentials(self.key, self.secret), "ec2", region).add_auth(request)
        connection = http.client.HTTPConnection(urlsplit(self.endpoint).netloc, timeout=600)
        started = time.perf_counter()
        connection.request("POST", "/", form.encode(), dict(request.headers.items()))
        body = connection.getresponse().read()
        taken = time.perf_counter() - started
        connection.close()
        return taken, body

    def memory_kb(self) -> int:
        return int(Path(f"/proc/{self.pid}/status").read_text().partition("VmRSS:")[2].split()[0])


def launch(cloud: Cloud, machines: int) -> tuple[float, float]:
    """Launch so many with a tag each; the seconds of a hundred, and the kilobytes of one."""
    region = _REGIONS[machines]
    ec2 = cloud.client(region)
    names = [{"Name": "name", "Values": ["al2023*x86*", "amzn2-ami-hvm*"]}]
    image = ec2.describe_images(Owners=["amazon"], Filters=names)["Images"][0]["ImageId"]
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    before, started, left = cloud.memory_kb(), time.perf_counter(), machines
    for number in itertools.count():
        count = min(left, _PER_CALL)
        if not count:
            break
        tags = [{"Key": "Name", "Value": f"web-{number} & <co>"}]
        ec2.run_instances(
            ImageId=image,
            InstanceType="t2.nano",
            SubnetId=subnet,
            MinCount=count,
            MaxCount=count,
            TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
        )
        left -= count
    seconds = time.perf_counter() - started
    return seconds / machines * 100, (cloud.memory_kb() - before) / machines


def describe(machines: int, *clouds: Cloud) -> list[float]:
    """The median seconds of each."""
    taken: list[list[float]] = [[] for _ in clouds]
    for _ in range(_ROUNDS):
        for times, cloud in zip(taken, clouds, strict=True):
            seconds, body = cloud.describe(_REGIONS[machines])
            assert body.count(b"<instanceId>") >= machines, body[:300]
            times.append(seconds)
    return [statistics.median(times) for times in taken]


def _parsed(cloud: Cloud, machines: int) -> float:
    """Seconds of boto3 for the same, its own reading included."""
    ec2 = cloud.client(_REGIONS[machines])
    started = time.perf_counter()
    ec2.describe_instances(MaxResults=1000)
    return time.perf_counter() - started


@contextmanager
def moto() -> Iterator[Cloud]:
    """moto as it comes."""
    command = [sys.executable, "-m", "bench._moto"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        yield Cloud(process.stdout.readline().strip(), "AKIAIOSFODNN7EXAMPLE", "none", process.pid)
    finally:
        process.kill()
        process.communicate()


@contextmanager
def gym() -> Iterator[Cloud]:
    """The gym, with an account of as many machines as one likes: what is imported has no quotas."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "skywright_gym", "serve", "--home", folder, "--detach"], check=True
        )
        gym = Control.of(Path(folder))
        try:
            aws = gym.ask("POST", "/accounts", {"name": "many"})["aws"]
            resources = {region: _network(region) for region in _REGIONS.values()}
            gym.ask("POST", "/accounts/many/import", {"resources": resources})
            yield Cloud(aws["endpoint"], aws["access_key_id"], aws["secret_access_key"], gym.pid)
        finally:
            gym.ask("POST", "/down")
            while (Path(folder) / "gym.json").exists():
                time.sleep(0.05)


def _network(region: str) -> dict[str, Any]:
    vpc, subnet = f"vpc-{region.replace('-', '')}", f"subnet-{region.replace('-', '')}"
    placed = {"VpcId": vpc, "CidrBlock": "172.31.0.0/16", "IsDefault": True}
    zone = {"SubnetId": subnet, "AvailabilityZone": f"{region}a", "DefaultForAz": True}
    return {
        "ec2:DescribeVpcs": {"Vpcs": [placed]},
        "ec2:DescribeSubnets": {"Subnets": [placed | zone]},
    }


def _compare(stock: Cloud, ours: Cloud) -> None:
    print(f"{'':<34} {'moto':>11} {'the gym':>11}")
    seconds: dict[int, list[float]] = {}
    for machines in BOTH:
        made = [launch(cloud, machines) for cloud in (stock, ours)]
        seconds[machines] = describe(machines, stock, ours)
        _row(f"describing {machines} machines", *seconds[machines])
    _row("launching 100 of 1,000", *(each[0] for each in made))
    _row("1,000 described and read by boto3", *(_parsed(cloud, 1_000) for cloud in (stock, ours)))
    print(f"{'memory of a machine, of 1,000':<34} {made[0][1]:8.1f} kB {made[1][1]:8.1f} kB")
    growth = [seconds[1_000][n] / seconds[100][n] for n in range(2)]
    print(f"{'growth, 100 to 1,000 machines':<34} {growth[0]:8.1f}  × {growth[1]:8.1f}  ×   (10 is linear)")


def _row(what: str, moto_seconds: float, gym_seconds: float) -> None:
    ratio = moto_seconds / gym_seconds
    print(f"{what:<34} {moto_seconds * 1000:8.1f} ms {gym_seconds * 1000:8.1f} ms   ×{ratio:.1f} as fast")


def main() -> None:
    """Print the table."""
    with gym() as ours:
        with moto() as stock:
            _compare(stock, ours)
        thousand = describe(1_000, ours)[0]
        launched, memory_kb = launch(ours, GYM_ONLY)
        many = describe(GYM_ONLY, ours)[0]
        print(f"{'describing 10,000 machines':<34} {'':>11} {many * 1000:8.1f} ms")
        print(f"{'launching 100 of 10,000':<34} {'':>11} {launched * 1000:8.1f} ms")
        print(f"{'memory of a machine, of 10,000':<34} {'':>11} {memory_kb:8.1f} kB")
        print(f"{'growth, 1,000 to 10,000 machines':<34} {'':>11} {many / thousand:8.1f}  ×   (10 is linear)")


if __name__ == "__main__":
    main()
