"""Writes the gate's calls into the journal, in order, in a thread of its own.

Owns when a record is written and what is left out of it (secrets; the results of reads).

A change's intent is on the disk before the change is sent. What came of it is written, and will
survive the death of this process, before the client of a bound session has its answer; it is on
the disk with the next intent, or else a moment later. If the whole machine dies in between, the
client dies with it, and the step is in doubt: it is read back, as after any answer that was lost
on its way. No later change can be on the disk without it, for the journal is kept up to some
point and lost from there on. Where nobody waits for it, in a session without a program, it is written
within `_SOON_SECONDS`, mostly together with the next intent. Reads and refusals are gathered for a
moment and written together.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from threading import Event, Lock
from typing import Final

from skywright.clouds.calling import Catalogue
from skywright.errors import Corrupt, NotFound, Unavailable
from skywright.gate.secrecy import strike, strike_marked
from skywright.journal import calls
from skywright.journal.chain import Entry, Journal
from skywright.journal.redact import redact
from skywright.journal.storage import Transaction
from skywright.model.call import Call, Outcome
from skywright.model.shape import Shape
from skywright.model.values import Arguments, Value

_LINGER_SECONDS: Final = 0.1
"""How long what nobody waits for may be gathered before it is written."""

_SOON_SECONDS: Final = 0.02
"""The same for an outcome. Who makes one change after another has the next intent ready by then, and both
are written together."""

_Beside = Callable[[Transaction], None]
_Strike = Callable[[Value, Shape], Value]


@dataclass(frozen=True)
class _Item:
    """Something to be written.

    Attributes:
        entry: makes the record; None: nothing is recorded, all before this is to be on the disk.
        beside: what else is to be written in the same transaction.
        done: told once it is written; None: nobody waits.
    """

    entry: Callable[[], Entry] | None
    durable: bool
    beside: _Beside | None = None
    done: "Future[None] | None" = None


class Recorder:
    """One writer for all sessions."""

    def __init__(self, journal: Journal, catalogue: Catalogue) -> None:
        self._journal = journal
        self._catalogue = catalogue
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="skywright-record")
        self._lock = Lock()
        self._pending: list[_Item] = []
        self._coming = False
        self._closing = False
        self._urgent = Event()

    def read(self, call: Call) -> None:
        """Record a read that was answered; written soon, and the client need not wait for it."""
        self._put(_Item(partial(self._entry, calls.read_entry, _without_result(call)), True), urgent=False)

    def refused(self, call: Call) -> None:
        """Record a call that was not forwarded; written soon."""
        self._put(_Item(partial(self._entry, calls.refused_entry, call), True), urgent=False)

    async def intent(self, call: Call) -> None:
        """Record a change before it is forwarded; returns when it is on the disk."""
        await self._wait(_Item(partial(self._entry, calls.intent_entry, call), True, done=Future()))

    async def outcome(self, call: Call, beside: _Beside | None = None) -> None:
        """Record what came of a change; returns when it is written, as the module says.

        Args:
            beside: another write in the same transaction.
        """
        await self._wait(_Item(partial(self._outcome_entry, call), False, beside, done=Future()))

    def outcome_soon(self, call: Call) -> None:
        """Like `outcome`, but nobody waits: a crash before it is written leaves the call in doubt."""
        item = _Item(partial(self._outcome_entry, call), False)
        self._put(item, urgent=False)
        asyncio.get_running_loop().call_later(_SOON_SECONDS, self._hurry, item)

    def hurry(self) -> None:
        """Write what is waiting to be written, now that there is time; nobody waits for it."""
        with self._lock:
            if self._pending:
                self._urgent.set()

    def flush(self) -> None:
        """Wait until everything handed in so far is on the disk.

        Raises:
            Unavailable: The journal cannot be written.
        """
        done: Future[None] = Future()
        self._put(_Item(None, True, done=done), urgent=True)
        done.result()

    def close(self) -> None:
        """Write what is left, then stop.

        Raises:
            Unavailable: The journal cannot be written.
        """
        with self._lock:
            self._closing = True
            self._urgent.set()
        self._writer.shutdown(wait=True)
        self._journal.settle()

    async def _wait(self, item: _Item) -> None:
        assert item.done is not None
        self._put(item, urgent=True)
        await asyncio.wrap_future(item.done)

    def _put(self, item: _Item, *, urgent: bool) -> None:
        with self._lock:
            self._pending.append(item)
            # Before the writer is called: it would look, wait, and have to be woken a second time.
            if urgent:
                self._urgent.set()
            self._come()

    def _hurry(self, item: _Item) -> None:
        with self._lock:
            # By now it is mostly written.
            if any(waiting is item for waiting in self._pending):
                self._urgent.set()

    def _come(self) -> None:
        if not self._coming:
            self._writer.submit(self._work)
            self._coming = True

    def _work(self) -> None:
        """Gather for a moment, unless somebody waits; then write all that is there in one transaction."""
        waited = not self._urgent.wait(_LINGER_SECONDS)
        with self._lock:
            items, self._pending, self._coming = self._pending, [], False
            self._urgent.clear()
        waiting = [
            item.done for item in items if item.done is not None and item.done.set_running_or_notify_cancel()
        ]
        failure: Unavailable | Corrupt = Unavailable("the journal could not be written")
        try:
            self._write(items, durable=waited or any(item.durable for item in items))
            for done in waiting:
                done.set_result(None)
        except (Unavailable, Corrupt) as error:
            failure = error
        finally:
            for done in waiting:
                if not done.done():
                    done.set_exception(failure)
        with self._lock:
            if not self._journal.settled and not self._closing:
                # To be put on the disk a moment later, if nothing else does it before.
                self._come()

    def _write(self, items: Sequence[_Item], *, durable: bool) -> None:
        entries = [item.entry() for item in items if item.entry is not None]
        extras = [item.beside for item in items if item.beside is not None]

        def beside(transaction: Transaction) -> None:
            for write in extras:
                write(transaction)

        if entries:
            self._journal.extend(entries, durable=durable, beside=beside if extras else None)
        elif durable:
            self._journal.settle()

    def _entry(self, form: Callable[[Call], Entry], call: Call) -> Entry:
        # What looks like a secret is struck out where the entry is written out.
        return form(self._without(call, strike_marked))

    def _outcome_entry(self, call: Call) -> Entry:
        # Nothing else of the call is in it.
        return calls.outcome_entry(replace(call, outcome=self._outcome(call, strike_marked)))

    def without_secrets(self, call: Call) -> Call:
        """The call as it may be kept."""
        return replace(self._without(call, strike), before=redact(call.before))

    def _without(self, call: Call, strike_out: _Strike) -> Call:
        try:
            signature = self._catalogue.signature(call.operation)
        except NotFound:
            # Refused before it was recognised: nothing of it was parsed.
            return replace(call, arguments={}, before=None, outcome=None)
        arguments = _mapping(strike_out(call.arguments, signature.input))
        return replace(call, arguments=arguments, outcome=self._outcome(call, strike_out))

    def _outcome(self, call: Call, strike_out: _Strike) -> Outcome | None:
        outcome = call.outcome
        if outcome is None or outcome.result is None:
            return outcome
        return replace(
            outcome, result=strike_out(outcome.result, self._catalogue.signature(call.operation).output)
        )


def _without_result(call: Call) -> Call:
    outcome = call.outcome
    if outcome is None or outcome.result is None:
        return call
    return replace(call, outcome=replace(outcome, result=None))


def _mapping(value: Value) -> Arguments:
    assert isinstance(value, Mapping)  # striking keeps the form
    return value
