"""Finding out what became of steps in doubt when nobody asks for them again: before an undo or a rollback.

Owns the reading of signs: a tag, a name, a difference to what was there before. Changes nothing in
the cloud, and says "not known" rather than guess.
"""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Final

from skywright.errors import Refused
from skywright.gate.binding import Piece
from skywright.gate.forward import Forwarder
from skywright.gate.sessions import Session
from skywright.gate.traffic import Lost
from skywright.model.call import Call, CallError, Outcome
from skywright.model.operation import Effect

_UNDER_WAY_SECONDS: Final = 10.0
_NOT_DONE = CallError("SkywrightNotDone", "read back: it did not happen")

Contested = Callable[[Collection[str], int], bool]
"""Whether anybody else may have changed any of these since that fencing number was given; asks a store."""


def by_nobody(resources: Collection[str], fence: int) -> bool:
    """Where nobody else can be."""
    return False


async def read_back(session: Session, forwarder: Forwarder, contested: Contested) -> tuple[str, ...]:
    """Record an outcome for each step in doubt of which it can be told; gives the keys of the rest."""
    unknown: list[str] = []
    if session.binding is None:
        return ()
    for piece in session.binding.changes:
        try:
            # A call may be under way still, though whoever made it is gone.
            async with asyncio.timeout(_UNDER_WAY_SECONDS):
                await piece.turn.acquire()
        except TimeoutError:
            unknown.append(piece.key)
            continue
        try:
            if not await _settled(session, piece, forwarder, contested):
                unknown.append(piece.key)
        finally:
            piece.turn.release()
    return tuple(unknown)


async def _settled(session: Session, piece: Piece, forwarder: Forwarder, contested: Contested) -> bool:
    """Whether it is known, by now at least, what became of a step."""
    if piece.doubt is None:
        return True
    outcome = await _found_out(session, piece, piece.doubt, forwarder, contested)
    if outcome is None:
        return False
    outcome = replace(outcome, read_back=True)
    await forwarder.rooms.recorder.outcome(replace(piece.doubt, outcome=outcome))
    piece.doubt, piece.done, piece.result = None, outcome.ok, outcome.result
    return True


async def _found_out(
    session: Session, piece: Piece, doubt: Call, forwarder: Forwarder, contested: Contested
) -> Outcome | None:
    made_one = doubt.effect in (Effect.CREATE, Effect.UNKNOWN)
    assert session.binding is not None
    try:
        recall = forwarder.rooms.wire.recall(doubt.operation, doubt.arguments, session.binding.mark(piece))
        if made_one and recall is not None:
            found = await forwarder.look(session, recall.operation, recall.arguments, doubt.region)
            result = recall.result(found)
            if result is not None:
                return Outcome(200, result, None, 0.0)
            return Outcome(0, None, _NOT_DONE, 0.0) if doubt.effect is Effect.CREATE else None
        if doubt.before is None:
            return None
        now = await forwarder.before(session, doubt)
    except (Lost, Refused):
        return None
    # Only now: whoever takes it after this look has changed nothing that it showed.
    changed, _ = forwarder.rooms.effects.concerned(doubt.operation, doubt.arguments, sent=True)
    if await asyncio.to_thread(contested, changed, doubt.fence):
        return None
    if now == doubt.before:
        return Outcome(0, None, _NOT_DONE, 0.0)
    # What could not be looked at tells nothing, but after a destruction there is nothing to look at.
    return Outcome(200, {}, None, 0.0) if now is not None or doubt.effect is Effect.DESTROY else None
