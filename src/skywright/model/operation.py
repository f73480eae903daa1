"""Operations: the typed calls that a cloud offers, and what each does to the world."""

from dataclasses import dataclass
from enum import StrEnum

from skywright.errors import Usage


class Effect(StrEnum):
    """What an operation does to resources. `UNKNOWN` is treated as the worst of them."""

    READ = "read"
    CREATE = "create"
    CHANGE = "change"
    ATTACH = "attach"
    DETACH = "detach"
    DESTROY = "destroy"
    UNKNOWN = "unknown"

    @property
    def mutates(self) -> bool:
        """Whether the cloud may be different afterwards."""
        return self is not Effect.READ


class Undoability(StrEnum):
    """How well an operation can be taken back."""

    EXACT = "exact"
    EQUIVALENT = "equivalent"
    """The same configuration comes back under another identifier."""
    LOSSY = "lossy"
    """Something, such as memory, an address or data, does not come back."""
    NONE = "none"


@dataclass(frozen=True, slots=True, order=True)
class Operation:
    """One typed API call that a cloud offers.

    Attributes:
        service: the service's name in the API models, such as `ec2` or `elbv2`.
        name: the operation's name there, such as `RunInstances`.
    """

    service: str
    name: str

    def __str__(self) -> str:
        return f"{self.service}:{self.name}"

    @staticmethod
    def parse(text: str) -> "Operation":
        """Read `service:Name`.

        Raises:
            Usage: The text is not of that form.
        """
        service, colon, name = text.partition(":")
        if not (service and colon and name):
            raise Usage(f"'{text}' is not an operation; write SERVICE:NAME, such as ec2:RunInstances")
        return Operation(service, name)
