"""What a twin costs: reading an account, making it and copying it, for more and more things.

The account is one of the gym, and its twin is made there too: the seconds are those of a program of calls,
one after the other, over HTTP. Every figure is a ratio to reading the account's inventory in the same run.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench._control import Control
from skywright.clouds.aws.clients import Client
from skywright.clouds.aws.cloud import aws
from skywright.clouds.restoring import Remaking
from skywright.engine.twin import carry_out
from skywright.model.operation import Operation
from skywright.model.target import Credential
from skywright.state.gym import WISHES

SIZES = (10, 100, 1_000)
REGION = "eu-west-1"
_PER_MACHINE = 3
"""A machine, its disk and its interface are three resources."""


@contextmanager
def running() -> Generator[Control]:
    """A gym of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "skywright_gym", "serve", "--home", folder, "--detach"]
        subprocess.run(command, check=True)
        gym = Control.of(Path(folder))
        try:
            yield gym
        finally:
            gym.ask("POST", "/down")
            while (Path(folder) / "gym.json").exists():
                time.sleep(0.05)


def account(gym: Control, name: str, number: str | None = None) -> Callable[[dict[str, str]], Client]:
    """A new account in which nothing takes time; gives clients for it, with the headers given."""
    told = gym.ask("POST", "/accounts", {"name": name} | ({"account_id": number} if number else {}))["aws"]
    gym.ask("POST", f"/accounts/{name}/clock", {"durations": "none"})
    gym.ask("POST", f"/accounts/{name}/quotas", {"enforced": False})
    credential = Credential(told["access_key_id"], told["secret_access_key"])
    return lambda headers: Client(told["endpoint"], credential, headers)


def furnish(client: Client, resources: int) -> None:
    """So many, in machines with a disk and an interface each."""
    names = {"Owners": ["amazon"], "Filters": [{"Name": "name", "Values": ["al2023*x86*"]}]}
    found: Any = client.call(Operation("ec2", "DescribeImages"), names, REGION)
    image, left = found["Images"][0]["ImageId"], resources // _PER_MACHINE
    while left:
        count = min(left, 100)
        wanted = {"ImageId": image, "InstanceType": "t3.nano", "MinCount": count, "MaxCount": count}
        client.call(Operation("ec2", "RunInstances"), wanted, REGION)
        left -= count


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long it took, and what came of it."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def measure(gym: Control, remaking: Remaking, size: int) -> None:
    """Print a row."""
    source = account(gym, f"source-{size}")
    look = source({})
    furnish(look, size)
    known = aws().surveying
    known.survey(look, [REGION])  # what is loaded the first time is nobody's cost
    remaking.survey(look, [REGION])
    inventory = seconds(lambda: known.survey(look, [REGION]))[0]
    reading, survey = seconds(lambda: remaking.survey(look, [REGION]))
    founded = remaking.founded(look, survey.resources, [REGION])
    planning, remade = seconds(lambda: remaking.remake(survey.resources, founded.ids))
    name, number = f"twin-of-{size}", _number(gym, f"source-{size}")
    hand = account(gym, name, number)
    gym.ask("POST", f"/accounts/{name}/import", {"resources": founded.described})
    making, made = seconds(
        lambda: carry_out(
            remade,
            lambda ids: hand({WISHES: " ".join(ids)} if ids else {}),
            time.sleep,
            time.monotonic,
        )
    )
    assert not made.failed, made.failed
    copying = seconds(lambda: gym.ask("POST", f"/accounts/{name}/fork", {"name": f"{name}-copy"}))[0]
    figures = (("read", reading), ("program", planning), ("make", making), ("copy", copying))
    told = "  ".join(f"{what} {each:7.3f} s ×{each / inventory:<7.2f}" for what, each in figures)
    things = len(survey.resources)
    print(
        f"{things:>5} resources, {len(remade.program.steps):>5} steps: inventory {inventory:6.3f} s  {told}"
    )


def _number(gym: Control, name: str) -> str:
    accounts = gym.ask("GET", "/status")["accounts"]
    return next(each["aws"]["account_id"] for each in accounts if each["name"] == name)


def main() -> None:
    """Print the table."""
    remaking = aws().remaking
    assert remaking is not None
    with running() as gym:
        for size in SIZES:
            measure(gym, remaking, size)


if __name__ == "__main__":
    main()
