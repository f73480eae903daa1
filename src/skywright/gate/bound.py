"""Changes in a bound session: each step of the program once, whatever dies on the way.

Owns the order of keeping, recording and reading back. What is equal to which step is the binding's.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from skywright.clouds.wire import Answer, Outgoing, Understood
from skywright.errors import Refused
from skywright.gate.binding import Binding, Piece
from skywright.gate.deciding import decide, propose_again
from skywright.gate.forward import Exchange, Forwarder, not_sent
from skywright.gate.replies import Kept
from skywright.gate.secrecy import holds_secret
from skywright.gate.sessions import Seen, Session
from skywright.gate.traffic import Lost
from skywright.journal.storage import Transaction
from skywright.model.call import Call, CallError, Outcome
from skywright.model.operation import Effect
from skywright.model.values import Value
from skywright.model.verdict import Decision

INVOCATION = "amz-sdk-invocation-id"
_EXISTS = re.compile(r"AlreadyExists|Duplicate|AlreadyOwnedByYou|AlreadyAssociated|EntityAlready|InUse", re.I)


@dataclass(frozen=True)
class Turn:
    """A step whose turn it is, and the call that asks for it."""

    exchange: Exchange
    session: Session
    binding: Binding
    piece: Piece
    call: Call
    understood: Understood


class Bound:
    """Carries out changing calls of bound sessions."""

    def __init__(self, forwarder: Forwarder) -> None:
        self._forwarder = forwarder
        self._rooms = forwarder.rooms

    async def change(self, exchange: Exchange, call: Call, piece: Piece) -> Answer:
        """Answer a call that is a step: from what was kept, or by doing it.

        Raises:
            Refused: It cannot be told whether the step happened, and doing it again might do it twice.
            Lost: No answer came; what that means is recorded.
        """
        session, understood = exchange.session, exchange.understood
        assert session is not None and understood is not None and session.binding is not None
        async with piece.turn:
            turn = Turn(exchange, session, session.binding, piece, replace(call, step=piece.key), understood)
            if piece.done:
                return self._replay(turn)
            if piece.doubt is not None:
                answer = await self._settle(turn, piece.doubt)
                if answer is not None:
                    return answer
            return await self._do(turn)

    def _replay(self, turn: Turn) -> Answer:
        piece = turn.piece
        outcome = Outcome(200, piece.result, None, 0.0, replayed=True)
        turn.session.seen.append(Seen(turn.call, turn.understood, outcome=outcome))
        if piece.answer is None:
            reason = f"step {piece.key} is done; its answer held a secret and was not kept"
            return self._rooms.wire.failure(
                turn.exchange.head, turn.understood, "SkywrightAnswerNotKept", reason
            )
        if piece.protocol != turn.understood.protocol:
            return self._rooms.wire.make_up(turn.understood, piece.result)
        return piece.answer

    async def _do(self, turn: Turn) -> Answer:
        """Forward the step as approved; its intent is on the disk before."""
        piece = turn.piece
        arguments = turn.binding.arguments(piece, turn.understood.arguments)
        sent = replace(turn.understood, arguments=arguments)
        leased = await self._allowed(turn, sent)
        call = replace(leased, arguments=arguments)
        outgoing = self._forwarder.composed(turn.exchange, sent)
        await self._rooms.recorder.intent(call)
        # Until its outcome is recorded, whatever fails from here on.
        piece.doubt = call
        return await self._send(turn, call, sent, outgoing)

    async def _allowed(self, turn: Turn, sent: Understood) -> Call:
        """The call, its leases held, with what is there before it, once that is known to be allowed.

        Raises:
            Refused: It is not.
        """
        leased = await self._forwarder.leased(turn.exchange, turn.call)
        leased = await self._forwarder.looked_at(turn.exchange, leased, sent)
        first = turn.exchange.proposal
        proposal = propose_again(self._rooms, turn.session, turn.understood, leased.before, first)
        if turn.exchange.undecided or proposal is not first:
            verdict = decide(self._rooms, turn.session, proposal)
            if verdict.decision is Decision.DENY:
                raise Refused(verdict.rule, verdict.reason or f"{turn.call.operation} is not allowed")
        turn.session.writes += 1
        return leased

    async def _send(self, turn: Turn, call: Call, sent: Understood, outgoing: Outgoing) -> Answer:
        started = time.monotonic()
        try:
            answer = await self._forwarder.send(turn.exchange, outgoing)
            result, error = self._forwarder.meaning(sent, answer)
        except Refused as refused:
            await self._failed(turn, call, not_sent(refused))
            raise
        except Lost as lost:
            if not lost.sent:
                await self._failed(
                    turn, call, Outcome(0, None, CallError("SkywrightUnavailable", str(lost)), 0.0)
                )
            raise
        outcome = Outcome(answer.status, result, error, time.monotonic() - started)
        if error is None or error.code in turn.piece.instance.step.tolerate:
            await self._finish(turn, call, answer, outcome)
        elif answer.status < 500:
            # A server that fails may have done it all the same: that stays in doubt.
            await self._failed(turn, call, outcome)
        return answer

    async def _finish(self, turn: Turn, call: Call, answer: Answer, outcome: Outcome) -> None:
        """Keep the answer and record the outcome, in one, then count the step as done."""
        piece = turn.piece
        kept = Kept(turn.understood.protocol, answer)
        secret = holds_secret(outcome.result, piece.signature.output)
        run = turn.session.principal.run

        def keep(transaction: Transaction) -> None:
            self._rooms.replies.keep(transaction, run, piece.key, kept)

        await self._forwarder.kept(turn.session, replace(call, outcome=outcome))
        await self._rooms.recorder.outcome(replace(call, outcome=outcome), None if secret else keep)
        turn.session.seen.append(Seen(call, turn.understood, outcome=outcome))
        turn.binding.finished(piece, turn.understood, None if secret else answer, outcome.result)

    async def _failed(self, turn: Turn, call: Call, outcome: Outcome) -> None:
        await self._rooms.recorder.outcome(replace(call, outcome=outcome))
        turn.session.seen.append(Seen(call, turn.understood, outcome=outcome))
        turn.piece.doubt = None
        turn.binding.forget(turn.piece)

    async def _settle(self, turn: Turn, doubt: Call) -> Answer | None:
        """Find out whether a step in doubt happened, and answer for it; None: it did not happen.

        Raises:
            Refused: It cannot be found out, and a repetition might do it twice.
        """
        piece, wire = turn.piece, self._rooms.wire
        sent = replace(turn.understood, arguments=turn.binding.arguments(piece, turn.understood.arguments))
        recall = wire.recall(piece.operation, sent.arguments, turn.binding.mark(piece))
        if doubt.effect in (Effect.CREATE, Effect.UNKNOWN) and recall is not None:
            found = await self._forwarder.look(
                turn.session, recall.operation, recall.arguments, turn.understood.region
            )
            result = recall.result(found)
            if result is not None:
                answer = wire.make_up(turn.understood, result)
                await self._finish(turn, doubt, answer, Outcome(200, result, None, 0.0, read_back=True))
                return answer
            if doubt.effect is Effect.CREATE:
                nothing = CallError("SkywrightNotDone", "read back: it did not happen")
                await self._rooms.recorder.outcome(replace(doubt, outcome=Outcome(0, None, nothing, 0.0)))
                piece.doubt = None
                return None
        has_token = any(shape.token for shape in piece.signature.input.members.values())
        named = any(
            name.endswith(("Name", "Identifier")) or name == "Bucket"
            for name in piece.signature.input.required
        )
        if doubt.effect in (Effect.CREATE, Effect.UNKNOWN) and not has_token and not named:
            raise Refused(
                "in-doubt",
                f"whether step {piece.key} ({piece.operation}) happened is not known and cannot be read back",
            )
        return await self._repeat(turn, doubt, sent)

    async def _repeat(self, turn: Turn, doubt: Call, sent: Understood) -> Answer:
        """Do a step again whose repetition is harmless; an error may mean that it had happened.

        It is asked anew whether that is allowed: what was allowed the first time may not be any more.
        """
        await self._allowed(turn, sent)
        outgoing = self._forwarder.composed(turn.exchange, sent)
        answer = await self._forwarder.send(turn.exchange, outgoing)
        result, error = self._forwarder.meaning(sent, answer)
        if error is None:
            await self._finish(turn, doubt, answer, Outcome(answer.status, result, None, 0.0))
            return answer
        if await self._had_happened(turn, doubt, error):
            result = _echo(turn.piece, doubt)
            made_up = self._rooms.wire.make_up(turn.understood, result)
            await self._finish(turn, doubt, made_up, Outcome(200, result, None, 0.0, read_back=True))
            return made_up
        await self._failed(turn, doubt, Outcome(answer.status, None, error, 0.0))
        return answer

    async def _had_happened(self, turn: Turn, doubt: Call, error: CallError) -> bool:
        """Whether the error of a repetition says that the first time was enough."""
        if doubt.effect in (Effect.CREATE, Effect.UNKNOWN):
            return bool(_EXISTS.search(error.code))
        if doubt.effect in (Effect.DESTROY, Effect.DETACH) and "NotFound" in error.code:
            return True
        if _EXISTS.search(error.code) and doubt.before is None:
            return True
        now = await self._forwarder.before(turn.session, doubt)
        return doubt.before is not None and now != doubt.before


def _echo(piece: Piece, call: Call) -> Mapping[str, Value]:
    """What the answer of a change mostly says: the arguments again, under the same names."""
    members = piece.signature.output.members
    result = {name: value for name, value in call.arguments.items() if name in members}
    if "Return" in members:
        result["Return"] = True
    return result
