"""Who may have a lease and who has to wait. Pure; the tables are the store's.

All that is wanted is given at once or not at all, so nobody who takes all leases beforehand ever holds one
while waiting for another. Such claims are given in the order in which they came where they are at odds. Who
holds some already (a guest takes them as it writes) goes before those who only wait: they may be waiting
for it. If two such hold what the other wants, the one who closes the circle is told so.
"""

from collections.abc import Iterator, Sequence

from skywright.model.lease import Claim, Lease, Waiting, Wanted


def obstacles(
    claim: Claim, ticket: int, holds: bool, leases: Sequence[Lease], waiting: Sequence[Waiting]
) -> Iterator[Lease | Waiting]:
    """What stands between a claim and its leases, leases first.

    Args:
        ticket: what the claim was given when it was refused before; 0: it is new.
        holds: whether the claimant holds any lease already.
        leases: all on what is claimed that are in force, or lapsed too short a while ago.
        waiting: all who still wait.
    """
    yield from _held_against(claim.holder, claim.wanted, leases)
    for other in waiting:
        older = other.holder != claim.holder and not (ticket and other.ticket > ticket)
        if older and not holds and _at_odds(claim.wanted, other.wanted):
            yield other


def hopeless(claim: Claim, leases: Sequence[Lease], waiting: Sequence[Waiting]) -> bool:
    """Whether one of those who hold what is claimed waits, directly or not, for what the claimant holds."""
    seen: set[str] = set()
    fronts = {lease.holder for lease in _held_against(claim.holder, claim.wanted, leases)}
    while fronts:
        seen |= fronts
        behind = {
            lease.holder
            for other in waiting
            if other.holder in fronts
            for lease in _held_against(other.holder, other.wanted, leases)
        }
        if claim.holder in behind:
            return True
        fronts = behind - seen
    return False


def _held_against(holder: str, wanted: Wanted, leases: Sequence[Lease]) -> Iterator[Lease]:
    for lease in leases:
        mode = wanted.get(lease.resource)
        if mode is not None and lease.holder != holder and lease.mode.against(mode):
            yield lease


def _at_odds(one: Wanted, other: Wanted) -> bool:
    return any(one[resource].against(other[resource]) for resource in one.keys() & other.keys())
