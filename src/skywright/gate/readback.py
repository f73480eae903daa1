"""Finding out what became of steps in doubt when nobody asks for them again: before an undo or a rollback.

Owns the reading of signs: a tag, a name, a difference to what was there before. Changes nothing in
the cloud, and says "not known" rather than guess.
"""

import asyncio
from dataclasses import replace
from typing import Final

from skywright.errors import Refused
from skywright.gate.binding import Binding, Piece
from skywright.gate.forward import Forwarder
from skywright.gate.sessions import Session
from skywright.gate.traffic import Lost
from skywright.model.call import Call, CallError, Outcome
from skywright.model.operation import Effect

_UNDER_WAY_SECONDS: Final = 10.0
_NOT_DONE = CallError("SkywrightNotDone", "read back: it did not happen")


async def read_back(session: Session, forwarder: Forwarder) -> tuple[str, ...]:
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
            if not await _settled(session, session.binding, piece, forwarder):
                unknown.append(piece.key)
        finally:
            piece.turn.release()
    return tuple(unknown)


async def _settled(session: Session, binding: Binding, piece: Piece, forwarder: Forwarder) -> bool:
    """Whether it is known, by now at least, what became of a step."""
    if piece.doubt is None:
        return True
    outcome = await _found_out(session, binding, piece, piece.doubt, forwarder)
    if outcome is None:
        return False
    await forwarder.rooms.recorder.outcome(replace(piece.doubt, outcome=outcome))
    piece.doubt, piece.done, piece.result = None, outcome.ok, outcome.result
    return True


async def _found_out(
    session: Session, binding: Binding, piece: Piece, doubt: Call, forwarder: Forwarder
) -> Outcome | None:
    made_one = doubt.effect in (Effect.CREATE, Effect.UNKNOWN)
    try:
        recall = forwarder.rooms.wire.recall(doubt.operation, doubt.arguments, binding.mark(piece))
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
    if now == doubt.before:
        return Outcome(0, None, _NOT_DONE, 0.0)
    # What could not be looked at tells nothing, but after a destruction there is nothing to look at.
    return Outcome(200, {}, None, 0.0) if now is not None or doubt.effect is Effect.DESTROY else None
