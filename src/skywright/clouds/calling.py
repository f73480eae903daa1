"""How a cloud's operations are looked up, called and waited for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from skywright.model.operation import Operation
from skywright.model.shape import Signature
from skywright.model.values import Arguments, Value


@dataclass(frozen=True, slots=True)
class Acceptor:
    """One rule of a waiter: `state` is entered when `matcher` sees `expected` (as in botocore's waiters)."""

    state: str
    matcher: str
    argument: str
    expected: Value


@dataclass(frozen=True, slots=True)
class Waiter:
    """A state to wait for: a reading operation and what its answers mean."""

    name: str
    operation: Operation
    acceptors: tuple[Acceptor, ...]
    delay_seconds: float
    attempts: int


class Catalogue(Protocol):
    """Which operations and waiters a cloud offers, and their types."""

    def services(self) -> Sequence[str]: ...

    def operations(self, service: str) -> Sequence[str]: ...

    def signature(self, operation: Operation) -> Signature:
        """The operation's types and effect.

        Raises:
            NotFound: No such operation; the sentence names the nearest that exists.
        """
        ...

    def waiters(self, service: str) -> Sequence[Waiter]:
        """Every waiter of a service; empty if it has none.

        Raises:
            NotFound: No such service.
        """
        ...

    def waiter(self, name: Operation) -> Waiter:
        """The waiter of that service and name (`ec2:instance_running`).

        Raises:
            NotFound: As above.
        """
        ...


class Caller(Protocol):
    """Somebody through whom operations can be called: always by way of a gate."""

    def call(self, operation: Operation, arguments: Arguments, region: str) -> dict[str, Value]:
        """Perform one operation, all pages merged, and give its result as JSON values.

        Raises:
            CloudFailed: The cloud, or the gate, refused or failed it.
        """
        ...
