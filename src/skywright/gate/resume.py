"""Taking up a bound run where an earlier session, or a process that was killed, left it."""

from dataclasses import replace

from skywright.clouds.wire import Understood, Wire
from skywright.gate.binding import Binding, Piece
from skywright.gate.replies import Kept, Replies
from skywright.gate.secrecy import strike
from skywright.journal.calls import calls, note_outcome
from skywright.journal.chain import Journal
from skywright.model.call import Call, Outcome
from skywright.model.verdict import Decision


def take_up(binding: Binding, run: str, journal: Journal, replies: Replies, wire: Wire) -> None:
    """Mark steps as done or in doubt, as the journal and the kept answers say.

    An answer that was kept without its outcome being recorded (the process died between the two)
    proves that the step is done, and the outcome is recorded now.

    Raises:
        Corrupt: The run's records cannot be read.
    """
    kept = replies.of(run)
    latest: dict[str, Call] = {}
    for call in calls(journal, run):
        allowed = call.verdict.decision is Decision.ALLOW and call.effect.mutates
        if allowed and call.step and call.principal.kind == "perform":
            latest[call.step] = call
    for piece in binding.changes:
        call = latest.get(piece.key)
        if call is None or call.operation != piece.operation:
            continue
        if call.outcome is None and piece.key not in kept:
            piece.doubt = call
        elif call.outcome is None:
            outcome = _restore(piece, call, kept[piece.key], wire)
            clean = replace(outcome, result=strike(outcome.result, piece.signature.output))
            note_outcome(journal, replace(call, outcome=clean))
        elif _counts(piece, call.outcome):
            if piece.key in kept:
                _restore(piece, call, kept[piece.key], wire)
            else:
                piece.done, piece.result = True, call.outcome.result


def _restore(piece: Piece, call: Call, kept: Kept, wire: Wire) -> Outcome:
    """Count a step as done, with the answer that was kept."""
    understood = Understood(call.operation, call.region, call.arguments, kept.protocol)
    result, error = wire.result(understood, kept.answer)
    piece.done, piece.result = True, result
    piece.protocol, piece.answer = kept.protocol, kept.answer
    return Outcome(kept.answer.status, result, error, 0.0, read_back=True)


def _counts(piece: Piece, outcome: Outcome) -> bool:
    """Whether a recorded outcome means that the step's work is done."""
    return outcome.error is None or outcome.error.code in piece.instance.step.tolerate
