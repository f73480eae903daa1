"""The leases of this process's runs, in memory and kept from lapsing. Whose they may be is the store's to
say.

Memory knows until when the leases are surely good: counted from before the store was asked, by a clock that
only measures how long something takes, so it does not matter what time anybody thinks it is. If renewing
fails, or this process sleeps, that time passes and nothing is sent any more.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Final

from skywright.errors import Refused, Unavailable
from skywright.model.lease import Blocked, Claim, Granted, Lease, Mode, Wanted
from skywright.model.values import Value
from skywright.state.leases import LASTING_SECONDS, Leases

TAKEN: Final = "lease.taken"

LOST: Final = "lease-lost"
"""The rule that refuses whoever has not got a lease any more."""

Note = Callable[[str, Mapping[str, Value], str], None]
"""Writes a record into the journal: its kind, its body, the run."""

_IDLE_SECONDS: Final = {Mode.WRITE: 600.0, Mode.READ: 60.0}
"""What a guest has not changed for so long, or named in a change, it keeps from nobody any more."""

_RENEWALS: Final = 3
"""So often a lease is renewed in the time for which it is good."""


def elapsing() -> float:
    """Seconds that go on while the machine sleeps, where the system has such a clock."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Holding:
    """The leases of one run in this process: what the gate's `leasing.Holding` asks for."""

    def __init__(
        self,
        leases: Leases,
        claim: Claim,
        note: Note,
        clock: Callable[[], float] = elapsing,
        read_at: int | None = None,
    ) -> None:
        """
        Args:
            claim: whose they are and what for; nothing is taken yet.
            read_at: of a guest, the realm's number when it began to read: if another has changed a thing
                since, it is told when it comes to change that. None: of a run; that is seen to beforehand.
        """
        self._leases = leases
        self._claim = claim
        self._note = note
        self._clock = clock
        self._read_at = read_at
        self._lock = threading.Lock()
        self._held: dict[str, tuple[Mode, int]] = {}
        self._used: dict[str, float] = {}
        self._lapsed: frozenset[str] = frozenset()
        self._counting = threading.Lock()
        self._relied_on: Counter[str] = Counter()
        # What a guest goes on holding: it has changed or made it, or was told to look at it again.
        self._kept: set[str] = set()
        self._forgone: frozenset[str] = frozenset()
        self._good_until = 0.0

    @property
    def near(self) -> bool:
        return self._leases.near

    @property
    def over(self) -> bool:
        """Whether leases of it lapsed, so that nothing can be done with it any more."""
        return bool(self._held) and (bool(self._lapsed) or self._clock() >= self._good_until)

    def lacks(self, wanted: Wanted) -> Wanted:
        held, gone = self._held, self._forgone
        return {
            id: mode
            for id, mode in wanted.items()
            if id not in held or id in gone or not mode.within(held[id][0])
        }

    def try_take(self, wanted: Wanted, ticket: int = 0) -> Blocked | None:
        with self._lock:
            lacking = self.lacks(wanted)
            if not lacking:
                return None
            began = self._clock()
            found = self._leases.take(self._claiming(lacking), ticket)
            if isinstance(found, Blocked):
                return found
            if isinstance(found, Lease):
                raise _lost(found.resource, found.lost_to)
            self._took(lacking, found, began)
        self._note(TAKEN, self._told(lacking, found), self._claim.holder)
        self._insist_on_what_was_read(lacking)
        return None

    def leave(self, ticket: int) -> None:
        self._leases.leave(self._claim.realm, ticket)

    def appeared(self, resources: Collection[str]) -> None:
        new = dict.fromkeys(resources, Mode.WRITE)
        with self._lock:
            began = self._clock()
            found = self._leases.appear(self._claiming(new))
            # Whoever saw it first and was as quick to take it has it; what we do to it later waits for them.
            if isinstance(found, Granted):
                self._took(new, found, began)
                with self._counting:
                    self._kept |= new.keys()
            elif isinstance(found, Blocked):
                self._leases.leave(self._claim.realm, found.ticket)

    def rely(self, wanted: Wanted) -> None:
        with self._counting:
            self._relied_on.update(wanted.keys())

    def done(self, wanted: Wanted, sent: bool) -> bool:
        with self._counting:
            self._relied_on -= Counter(wanted.keys())
            if sent:
                self._kept |= wanted.keys()
            elif self._read_at is not None:
                # From now on whoever wants one takes it anew, even if it is not given back yet.
                idle = wanted.keys() - self._relied_on.keys() - self._kept
                self._forgone |= idle & self._held.keys()
            return bool(self._forgone)

    def give_back(self) -> None:
        with self._lock:
            with self._counting:
                ids = self._forgone - self._relied_on.keys() - self._kept
            if not ids:
                return
            realm, holder = self._claim.realm, self._claim.holder
            # One that was lost stays in the store, to tell who comes back to it.
            good, _ = self._leases.good(realm, holder, ids)
            self._held = {id: held for id, held in self._held.items() if id not in ids}
            with self._counting:
                # Not before: who came to want one meanwhile has to find that he lacks it.
                self._forgone -= ids
            self._leases.release(realm, holder, good.keys(), used=False)

    def insist(self, wanted: Wanted) -> None:
        fault = self._fault(wanted)
        if fault is not None:
            # Unless one was given anew between the store's answer and the look at memory.
            with self._lock:
                fault = self._fault(wanted)
        if fault is not None:
            raise fault
        self._used.update(dict.fromkeys(wanted, self._clock()))

    def in_time(self, wanted: Wanted) -> None:
        if wanted and self._clock() >= self._good_until:
            raise _gone(next(iter(wanted)))
        if wanted and self._lapsed:
            raise _gone(min(self._lapsed))

    def fence(self, wanted: Wanted) -> int:
        held = self._held
        return max((held[id][1] for id in wanted if id in held), default=0)

    def renew(self) -> None:
        """Put off the end of all that is held. What a run is found to have let lapse stays so."""
        with self._lock:
            if not self._held:
                return
            self._give_back_what_is_idle()
            began, newest = self._clock(), max((fence for _, fence in self._held.values()), default=0)
            renewed = self._leases.renew(self._claim.realm, self._claim.holder, newest)
            lapsed = self._held.keys() - renewed
            if self._read_at is None:
                self._lapsed |= lapsed
            else:
                # It is bound to nothing: what it comes back to it may have anew, if nobody else has had it.
                self._held = {id: held for id, held in self._held.items() if id not in lapsed}
            self._good_until = began + LASTING_SECONDS

    def release(self) -> None:
        """Give everything back."""
        with self._lock:
            self._held.clear()
            self._leases.release(self._claim.realm, self._claim.holder)

    def _insist_on_what_was_read(self, wanted: Wanted) -> None:
        """Once for each thing: it is held now, so what whoever looks again sees stays so."""
        if self._read_at is None:
            return
        written = [id for id, mode in wanted.items() if mode is Mode.WRITE]
        realm, holder = self._claim.realm, self._claim.holder
        for id, other in self._leases.written_since(realm, written, self._read_at, holder).items():
            with self._counting:
                self._kept.add(id)
            reason = f"since this session began, run {other} has changed {id}: look again before changing it"
            raise Refused("read-stale", reason)

    def _give_back_what_is_idle(self) -> None:
        if self._read_at is None:
            return
        now = self._clock()
        unused = {id: now - self._used.setdefault(id, now) for id in self._held}
        idle = [id for id, (mode, _) in self._held.items() if unused[id] > _IDLE_SECONDS[mode]]
        if idle:
            # First from memory: what is sent from now on has to take it anew.
            self._held = {id: held for id, held in self._held.items() if id not in idle}
            with self._counting:
                self._kept -= set(idle)
            self._leases.release(self._claim.realm, self._claim.holder, idle)

    def _fault(self, wanted: Wanted) -> Refused | None:
        if not wanted:
            return None
        good, lost = self._leases.good(self._claim.realm, self._claim.holder, wanted.keys())
        held = self._held
        for id in wanted:
            if id in lost:
                return _lost(id, lost[id])
            if id not in held or good.get(id) != held[id][1]:
                return _gone(id)
        return None

    def _claiming(self, wanted: Wanted) -> Claim:
        return Claim(self._claim.realm, self._claim.holder, self._claim.purpose, wanted)

    def _took(self, wanted: Wanted, granted: Granted, began: float) -> None:
        good_until = began + LASTING_SECONDS
        self._good_until = min(self._good_until, good_until) if self._held else good_until
        self._held |= {id: (mode, granted.fence) for id, mode in wanted.items()}
        with self._counting:
            self._forgone -= wanted.keys()

    def _told(self, wanted: Wanted, granted: Granted) -> Mapping[str, Value]:
        return {
            "realm": self._claim.realm,
            "purpose": self._claim.purpose,
            "fence": granted.fence,
            "write": sorted(id for id, mode in wanted.items() if mode is Mode.WRITE),
            "read": sorted(id for id, mode in wanted.items() if mode is Mode.READ),
        }


class Holdings:
    """All holdings of this process. One thread renews them; it is started with the first."""

    def __init__(self, leases: Leases, note: Note) -> None:
        self.store = leases
        self._note = note
        self._lock = threading.Lock()
        self._open: dict[tuple[str, str], Holding] = {}
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def of(self, realm: str, holder: str, purpose: str, read_at: int | None = None) -> Holding:
        """The holding of a run in an account; a new one if there is none, or if that lapsed.

        Args:
            read_at: as for `Holding`.
        """
        with self._lock:
            found = self._open.get((realm, holder))
            if found is None or found.over:
                claim = Claim(realm, holder, purpose, {})
                found = Holding(self.store, claim, self._note, read_at=read_at)
                self._open[realm, holder] = found
            if self._thread is None:
                self._thread = threading.Thread(target=self._renew, name="skywright-leases", daemon=True)
                self._thread.start()
        return found

    def release(self, realm: str, holder: str) -> None:
        """Give back all that a run holds, whichever process took it."""
        with self._lock:
            found = self._open.pop((realm, holder), None)
        if found is not None:
            found.release()
        else:
            self.store.release(realm, holder)

    def close(self) -> None:
        """Renew no more. What was not given back lapses, as if the process had died."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join()

    def _renew(self) -> None:
        while not self._closed.wait(LASTING_SECONDS / _RENEWALS):
            with self._lock:
                holdings = tuple(self._open.values())
            for holding in holdings:
                try:
                    holding.renew()
                except Unavailable:
                    # The next time, perhaps; if not, they lapse, and then nothing is sent any more.
                    continue


def _lost(resource: str, to: str) -> Refused:
    return Refused(LOST, f"the lease on {resource} lapsed or was broken, and went to {to}")


def _gone(resource: str) -> Refused:
    return Refused(LOST, f"the lease on {resource} lapsed: this session was stopped for too long")
