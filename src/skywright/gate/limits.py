"""How long and how much: what one client, or a cloud that does not behave, may cost the gate.

Owns the bounds and their keeping. Knows neither HTTP nor any cloud.
"""

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from skywright.errors import Refused

Piece = TypeVar("Piece", bytes, bytearray)


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of a gate.

    Attributes:
        connections: of clients at once; further ones are closed.
        idle_seconds: how long a connection may be without a whole request head.
        grace_seconds: how long a body, or an answer on its way to a client, may take however short it is.
        bytes_a_second: what it has to bring, on the average, beyond that time.
        silence_seconds: how long the cloud may be silent; some operations take their time.
        body_bytes: the longest body that is read whole; longer ones have to be of an operation that streams.
        held_bytes: of all bodies that are held at once.
        answer_bytes: the longest answer that is read whole.
    """

    connections: int = 256
    idle_seconds: float = 60.0
    grace_seconds: float = 60.0
    bytes_a_second: float = 16_384.0
    silence_seconds: float = 120.0
    body_bytes: int = 64 * 1024 * 1024
    held_bytes: int = 160 * 1024 * 1024
    answer_bytes: int = 64 * 1024 * 1024

    def from_client(self) -> "Pace":
        """The pace that a body has to keep."""
        return Pace(self.grace_seconds, self.bytes_a_second)

    def from_cloud(self) -> "Pace":
        """The pace that an answer has to keep."""
        return Pace(self.silence_seconds, self.bytes_a_second)


class TooSlow(Exception):
    """What was waited for did not keep its pace."""


class Pace:
    """Waits for one body's pieces, as long as it keeps its pace. What is done between them does not count.

    Being fast for long earns nobody more than the time that there was at the beginning.
    """

    def __init__(self, grace_seconds: float, bytes_a_second: float) -> None:
        self._left = self._most = grace_seconds
        self._rate = bytes_a_second

    async def of(self, piece: Awaitable[Piece]) -> Piece:
        """The next piece.

        Raises:
            TooSlow: It did not come in time.
        """
        began = time.monotonic()
        try:
            async with asyncio.timeout(max(self._left, 0.0)):
                found = await piece
        except TimeoutError as error:
            raise TooSlow(f"it came at less than {self._rate / 1024:.0f} KiB a second") from error
        left = self._left + len(found) / self._rate - (time.monotonic() - began)
        self._left = min(left, self._most)
        return found


class Held:
    """Counts the bytes of bodies that are in memory. Used inside one event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._now = 0

    def take(self, count: int) -> None:
        """Count bytes in; whoever took them gives them back.

        Raises:
            Refused: It would be too many at once; they are not counted.
        """
        if self._now + count > self._most:
            raise Refused("too-much-at-once", f"the bodies of requests under way exceed {self._most} bytes")
        self._now += count

    def give_back(self, count: int) -> None:
        self._now -= count
