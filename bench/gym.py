"""The gym's forks and resets, against making the same again and against moto's own reset.

All times but moto's own reset are of requests to the control interface and the account's endpoint, so
they hold HTTP, pickling and opening a port. A resource is a machine, its disk or its network interface.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from bench._control import Control

SIZES = (10, 100, 1_000, 10_000)
_PER_MACHINE = 3
# One core each, and as many to a region as the cloud grants.
_PER_REGION, _PER_CALL = 600, 100
_REGIONS = ("eu-west-1", "eu-central-1", "us-east-1", "us-east-2", "us-west-2", "ap-southeast-2")

# What moto itself needs to reset after its default images were loaded, in a process of its own.
_MOTO_RESET = """
import time
from moto.core.base_backend import BackendDict
from moto.ec2.models import ec2_backends
ec2_backends["123456789012"]["eu-west-1"]
started = time.perf_counter()
BackendDict.reset()
ec2_backends["123456789012"]["eu-west-1"]
print(time.perf_counter() - started)
"""


def _ec2(account: dict[str, Any], region: str) -> Any:
    aws = account["aws"]
    return boto3.client(
        "ec2",
        region_name=region,
        endpoint_url=aws["endpoint"],
        aws_access_key_id=aws["access_key_id"],
        aws_secret_access_key=aws["secret_access_key"],
        config=Config(read_timeout=300, retries={"total_max_attempts": 1}),
    )


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _fill(gym: Control, resources: int) -> float:
    """Make an account `r-N` with that many resources; the seconds it took."""
    account = gym.ask("POST", "/accounts", {"name": f"r-{resources}"})
    left, seconds = -(-resources // _PER_MACHINE), 0.0
    for region in _REGIONS:
        ec2 = _ec2(account, region)
        images = ec2.describe_images(Owners=["amazon"], Filters=[{"Name": "name", "Values": ["al2023*x86*"]}])
        image = images["Images"][0]["ImageId"]
        for _ in range(_PER_REGION // _PER_CALL):
            count = min(left, _PER_CALL)
            left -= count
            if count:
                request = {"ImageId": image, "InstanceType": "t2.nano", "MinCount": count, "MaxCount": count}
                seconds += _timed(lambda request=request, ec2=ec2: ec2.run_instances(**request))
    return seconds


def _measure(gym: Control) -> list[tuple[str, float, str]]:
    figures: list[tuple[str, float, str]] = []
    forks: dict[int, float] = {}
    for size in SIZES:
        made = _fill(gym, size)
        forks[size] = _fork(gym, f"r-{size}")
        figures.append((f"fork of {size} resources", forks[size] * 1000, "ms"))
        figures.append((f"making {size} resources again / fork", made / forks[size], "times"))
    figures.append(("fork growth, 1,000 to 10,000", forks[10_000] / forks[1_000], "times"))
    resets = [_timed(lambda: gym.ask("POST", "/accounts/r-1000/reset")) for _ in range(5)]
    reset = statistics.median(resets)
    moto = float(
        subprocess.run([sys.executable, "-c", _MOTO_RESET], capture_output=True, text=True, check=True).stdout
    )
    figures.append(("reset of 1,000 resources", reset * 1000, "ms"))
    figures.append(("moto's own reset / reset", moto / reset, "times"))
    return figures


def _fork(gym: Control, origin: str) -> float:
    taken: list[float] = []
    for number in range(5):
        name = f"{origin}-{number}"
        taken.append(_timed(lambda name=name: gym.ask("POST", f"/accounts/{origin}/fork", {"name": name})))
        gym.ask("DELETE", f"/accounts/{name}")
    return statistics.median(taken)


def run() -> list[tuple[str, float, str]]:
    """(what, figure, unit) of each measurement."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "skywright_gym", "serve", "--home", folder, "--detach"]
        started = _timed(lambda: subprocess.run(command, check=True))
        gym = Control.of(Path(folder))
        try:
            figures = [("gym up", started * 1000, "ms"), *_measure(gym)]
            status = Path(f"/proc/{gym.pid}/status")
            if status.exists():
                resident_kb = int(status.read_text().partition("VmRSS:")[2].split()[0])
                figures.append(("gym's memory after all that", resident_kb / 1024, "MB"))
        finally:
            gym.ask("POST", "/down")
            while (Path(folder) / "gym.json").exists():
                time.sleep(0.05)
        return figures


def main() -> None:
    """Print the figures."""
    for what, figure, unit in run():
        print(f"{what:45} {figure:10.1f} {unit}")


if __name__ == "__main__":
    main()
