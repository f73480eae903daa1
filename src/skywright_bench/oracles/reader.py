"""How an oracle looks at an account: plain boto3, and nothing of what any agent says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Call = tuple[str, Mapping[str, Any], str]
"""Operation (`ec2:RunInstances`), arguments and region."""
Capacity = Callable[[str], tuple[int, float]]
"""Cores, and gigabytes of memory, of a type of machine."""


class Reader(Protocol):
    """An account as its owner sees it."""

    def client(self, service: str, region: str) -> Any:
        """A boto3 client."""
        ...


def capacity(reader: Reader, region: str) -> Capacity:
    """What types of machines have, as the cloud itself tells."""
    known: dict[str, tuple[int, float]] = {}

    def of(kind: str) -> tuple[int, float]:
        if kind not in known:
            asked = reader.client("ec2", region).describe_instance_types(InstanceTypes=[kind])
            (row,) = asked["InstanceTypes"]
            known[kind] = row["VCpuInfo"]["DefaultVCpus"], row["MemoryInfo"]["SizeInMiB"] / 1024
        return known[kind]

    return of


@dataclass
class Once:
    """A reader for one look at an account: what was asked already is not asked again."""

    reader: Reader
    seen: dict[str, Any] = field(default_factory=dict[str, Any])

    def client(self, service: str, region: str) -> Any:
        """Something that is asked as a boto3 client is."""
        return _Asker(self.reader.client(service, region), f"{service} {region}", self.seen)


@dataclass
class _Asker:
    client: Any
    of: str
    seen: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        def ask(**arguments: Any) -> Any:
            key = f"{self.of} {name} {sorted(arguments.items())}"
            if key not in self.seen:
                self.seen[key] = getattr(self.client, name)(**arguments)
            return self.seen[key]

        return ask
