"""What the gate asks of leases: that nothing is changed without one, and nothing sent after it is lost.

Owns when that is asked, and how long a client waits. Who may have a lease is not known here. What a call
concerns is leased before it is looked at, and the lease is asked for again when the change is about to be
sent: first in the store, then, in the moment of sending, whether the time is over until which it is surely
    good.
"""

import asyncio
from collections.abc import Collection
from typing import Final, Protocol

from skywright.clouds.base import Effects
from skywright.errors import Refused
from skywright.model.call import Call
from skywright.model.lease import Blocked, Mode, Wanted

PATIENCE_SECONDS: Final = 20.0
"""How long a change waits for a lease that another has. Clients mostly give up after 60 s."""

_LOOK_SECONDS: Final = 0.2


class Holding(Protocol):
    """The leases of one session. Where a method asks the store, it may be called in any thread."""

    @property
    def near(self) -> bool:
        """Whether to `insist` takes no longer than to change threads."""
        ...

    def lacks(self, wanted: Wanted) -> Wanted:
        """What of it was not given yet; from memory."""
        ...

    def try_take(self, wanted: Wanted, ticket: int = 0) -> Blocked | None:
        """Take all of it, or say who is in the way; asks the store.

        Raises:
            Refused: One of them was lost to another.
        """
        ...

    def leave(self, ticket: int) -> None:
        """Wait no more; tells the store."""
        ...

    def appeared(self, resources: Collection[str]) -> None:
        """Take write leases on what was just made; tells the store."""
        ...

    def rely(self, wanted: Wanted) -> None:
        """Count a change under way that needs all of it; in memory."""
        ...

    def done(self, wanted: Wanted, sent: bool) -> bool:
        """Count it out again; in memory.

        Args:
            sent: whether anything may have been changed.

        Returns:
            Whether there is something that is kept from others for nothing, to `give_back`.
        """
        ...

    def give_back(self) -> None:
        """Give back what is kept from others for nothing; tells the store."""
        ...

    def insist(self, wanted: Wanted) -> None:
        """See in the store that all of it is held now.

        Raises:
            Refused: It is not.
        """
        ...

    def in_time(self, wanted: Wanted) -> None:
        """See that the leases are surely still good; from memory.

        Raises:
            Refused: They may have lapsed.
        """
        ...

    def fence(self, wanted: Wanted) -> int:
        """The greatest fencing number of these leases; from memory."""
        ...


def wanted_for(effects: Effects, call: Call) -> Wanted:
    """The leases that a change needs: to write what it changes, to read what else it names."""
    changed, named = effects.concerned(call.operation, call.arguments, sent=True)
    return dict.fromkeys(named, Mode.READ) | dict.fromkeys(changed, Mode.WRITE)


async def admit(holding: Holding, wanted: Wanted) -> None:
    """Have the leases taken that are not held yet; waits a while for those of others.

    Raises:
        Refused: Another has one of them; the reason says who and since when.
    """
    lacking = holding.lacks(wanted)
    if not lacking:
        return
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE_SECONDS
    blocked = await asyncio.to_thread(holding.try_take, lacking)
    while blocked is not None:
        if blocked.hopeless:
            raise Refused("lease-deadlock", f"{blocked.says}, and waits for what this session has")
        if loop.time() >= until:
            await asyncio.to_thread(holding.leave, blocked.ticket)
            raise Refused("lease-held", f"{blocked.says}; waited for {PATIENCE_SECONDS:g} s")
        await asyncio.sleep(_LOOK_SECONDS)
        blocked = await asyncio.to_thread(holding.try_take, lacking, blocked.ticket)


async def insist(holding: Holding, wanted: Wanted) -> None:
    """See that the leases are held, as late as that can be seen.

    Raises:
        Refused: One is not.
    """
    if holding.near:
        holding.insist(wanted)
    else:
        await asyncio.to_thread(holding.insist, wanted)
    holding.in_time(wanted)


async def keep(holding: Holding, effects: Effects, call: Call) -> None:
    """Lease what a change has made."""
    made = [id for id, _ in effects.made(call)]
    if made:
        await asyncio.to_thread(holding.appeared, made)
