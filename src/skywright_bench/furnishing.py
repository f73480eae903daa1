"""How an account is made ready for a task: what is wrong already, what is there, and what then goes wrong."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from skywright.errors import NotFound
from skywright.model.program import Program
from skywright.model.values import Value
from skywright_bench.oracles.conditions import World
from skywright_bench.oracles.intents import Intent
from skywright_bench.task import Task, region_of

_NOTED = ("id", "since", "seen", "met")
"""What the gym notes of a fault beside what was asked for."""


class Owner(Protocol):
    """Who may do everything in an account, and have it fail."""

    def perform(self, program: Program) -> Value:
        """Carry out a program, and give its answer."""
        ...

    def fault(self, asked: Mapping[str, Any]) -> None:
        """Have something wrong in the account; see docs/faults.md."""
        ...

    def lift(self, kind: str) -> Sequence[Mapping[str, Any]]:
        """Take away the faults of a kind; gives what they were, as the gym tells them."""
        ...

    def load(self, asked: Mapping[str, Any]) -> None:
        """Let a load balancer get traffic; see docs/goings-on.md."""
        ...

    def advance(self, seconds: float) -> None:
        """Let so much time pass in the account."""
        ...

    def market(self, asked: Mapping[str, Any]) -> None:
        """Set the spot market from the next full hour on; see docs/physics.md."""
        ...

    def hasten(self, speed: float) -> None:
        """Let the account's time run so much faster than the wall's."""
        ...

    def client(self, service: str, region: str) -> Any:
        """A boto3 client."""
        ...


def furnish(task: Task, intent: Intent, owner: Owner) -> None:
    """Make an account what it is when the task begins.

    Raises:
        NotFound: The incident is about a machine that no set-up made.
    """
    region = region_of(intent)
    for fault in task.faults:
        owner.fault({**fault, "region": region})
    for setup in task.setups:
        owner.perform(setup.fitted(intent))
    world = World({}, {**intent.row, "region": region})
    for load in task.load:
        owner.load(load)
    for incident in task.incident:
        said = {key: world.value(value) for key, value in incident.items()}
        if "market" in said:
            owner.market(said["market"])
            continue
        if "speed" in said:
            owner.hasten(said["speed"])
            continue
        if "instance" in said:
            said["instance"] = _machine(owner, region, str(said["instance"]))
        owner.fault(said)
    if task.passed_hours:
        owner.advance(task.passed_hours * 3600)


@contextmanager
def in_sight(owner: Owner) -> Generator[None]:
    """As long as the block lasts every region answers: what an agent meets does not blind the judge."""
    lifted = owner.lift("region-outage")
    try:
        yield
    finally:
        for fault in lifted:
            owner.fault({field: value for field, value in fault.items() if field not in _NOTED})


def _machine(owner: Owner, region: str, name: str) -> str:
    named = [{"Name": "tag:Name", "Values": [name]}]
    found = owner.client("ec2", region).describe_instances(Filters=named)["Reservations"]
    if not found:
        raise NotFound(f"there is no machine '{name}' for the incident")
    return str(found[0]["Instances"][0]["InstanceId"])
