"""Writes the gate's calls into the journal, in order, in a thread of its own.

Owns when a record is written and what is left out of it (secrets; the results of reads).
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from skywright.clouds.base import Catalogue
from skywright.errors import NotFound
from skywright.gate.secrecy import strike
from skywright.journal import calls
from skywright.journal.chain import Journal
from skywright.journal.redact import redact
from skywright.model.call import Call
from skywright.model.values import Arguments, Value


class Recorder:
    """One writer for all sessions."""

    def __init__(self, journal: Journal, catalogue: Catalogue) -> None:
        self._journal = journal
        self._catalogue = catalogue
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="skywright-record")

    def read(self, call: Call) -> None:
        """Record a read that was answered; written soon, and the client need not wait for it."""
        self._writer.submit(self._note_read, call)

    def refused(self, call: Call) -> None:
        """Record a call that was not forwarded; written soon."""
        self._writer.submit(self._note_refused, call)

    async def intent(self, call: Call) -> None:
        """Record a change before it is forwarded; returns when it is on the disk."""
        await self._wait(self._note_intent, call)

    async def outcome(self, call: Call) -> None:
        """Record what came of a change; returns when it is on the disk."""
        await self._wait(self._note_outcome, call)

    def outcome_soon(self, call: Call) -> None:
        """Like `outcome`, but nobody waits: a crash before it is written leaves the call in doubt."""
        self._writer.submit(self._note_outcome, call)

    async def during(self, write: Callable[[], None]) -> None:
        """Do another write in its turn, before whatever is recorded after this."""
        await asyncio.get_running_loop().run_in_executor(self._writer, write)

    def flush(self) -> None:
        """Wait until everything handed in so far is written."""
        self._writer.submit(lambda: None).result()

    def close(self) -> None:
        """Write what is left, then stop."""
        self._writer.shutdown(wait=True)

    async def _wait(self, note: Callable[[Call], None], call: Call) -> None:
        await asyncio.get_running_loop().run_in_executor(self._writer, note, call)

    def _note_read(self, call: Call) -> None:
        outcome = call.outcome
        if outcome is not None and outcome.result is not None:
            call = replace(call, outcome=replace(outcome, result=None))
        calls.note_read(self._journal, self.without_secrets(call))

    def _note_refused(self, call: Call) -> None:
        calls.note_refused(self._journal, self.without_secrets(call))

    def _note_intent(self, call: Call) -> None:
        calls.note_intent(self._journal, self.without_secrets(call))

    def _note_outcome(self, call: Call) -> None:
        calls.note_outcome(self._journal, self.without_secrets(call))

    def without_secrets(self, call: Call) -> Call:
        """The call as it may be kept."""
        try:
            signature = self._catalogue.signature(call.operation)
        except NotFound:
            # Refused before it was recognised: nothing of it was parsed.
            return replace(call, arguments={}, before=None, outcome=None)
        outcome = call.outcome
        if outcome is not None and outcome.result is not None:
            outcome = replace(outcome, result=strike(outcome.result, signature.output))
        return replace(
            call,
            arguments=_mapping(strike(call.arguments, signature.input)),
            before=redact(call.before),
            outcome=outcome,
        )


def _mapping(value: Value) -> Arguments:
    assert isinstance(value, Mapping)  # striking keeps the form
    return value
