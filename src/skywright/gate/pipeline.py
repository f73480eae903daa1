"""One request from its head to its answer: receive, recognise, decide, forward, record.

Owns the order of these. What anything means is asked of the wire, of the cloud's knowledge and of
the deciders.
"""

import hashlib
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from aiohttp import web

from skywright.clouds.base import Catalogue, Effects
from skywright.clouds.wire import Answer, Body, Broken, Claim, Head, Opening, Outgoing, Understood, Wire
from skywright.errors import Refused
from skywright.gate import intake
from skywright.gate.recorder import Recorder
from skywright.gate.sessions import Seen, Session, Sessions
from skywright.gate.traffic import PIECE, Lost, Traffic, headers_of
from skywright.guard.base import Decider, combine
from skywright.model.call import Call, CallError, Outcome
from skywright.model.operation import Effect, Operation
from skywright.model.values import Value
from skywright.model.verdict import Decision, Principal, Proposal, Verdict

_NOBODY = Principal("", "unknown", "", "", "")
_NOTHING = Operation("unknown", "Unrecognised")
_HASHED = 64


@dataclass(frozen=True)
class Rooms:
    """What a request passes through."""

    wire: Wire
    catalogue: Catalogue
    effects: Effects
    deciders: Sequence[Decider]
    sessions: Sessions
    recorder: Recorder
    clock: Callable[[], float]
    new_id: Callable[[], str]


@dataclass
class Exchange:
    """One request on its way."""

    request: web.BaseRequest
    head: Head
    session: Session | None = None
    claim: Claim | None = None
    understood: Understood | None = None
    streamed: Body | None = None


class Pipeline:
    """Handles requests, inside the gate's event loop."""

    def __init__(self, rooms: Rooms, traffic: Traffic) -> None:
        self._rooms = rooms
        self._traffic = traffic

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, whatever comes of it."""
        exchange = Exchange(request, Head(request.method, request.path, "", {}))
        try:
            exchange.head = intake.head_of(request)
            call = await self._receive(exchange)
        except Refused as refused:
            return self._refuse(exchange, refused.rule, refused.reason)
        session = exchange.session
        assert session is not None
        session.open_calls += 1
        try:
            return await self._carry(exchange, call)
        except Refused as refused:
            return self._refuse(exchange, refused.rule, refused.reason, call)
        finally:
            session.open_calls -= 1

    async def _receive(self, exchange: Exchange) -> Call:
        """Verify, recognise and decide."""
        wire, head = self._rooms.wire, exchange.head
        claim = exchange.claim = wire.claim(head)
        session = self._rooms.sessions.of(claim.access_key_id)
        opening = wire.open(head, claim)
        body = await self._authenticate(exchange, session, claim, opening)
        exchange.session = session
        understood = exchange.understood = wire.understand(head, opening, body)
        return self._decide(session, understood)

    async def _authenticate(
        self, exchange: Exchange, session: Session, claim: Claim, opening: Opening
    ) -> bytes:
        """Check the signature; gives the body, unless it streams."""
        wire, head, now = self._rooms.wire, exchange.head, self._rooms.clock()
        secret = session.credential.secret_access_key
        if opening.streams:
            exchange.streamed = wire.framing(head, claim)
            wire.verify(head, claim, secret, now, claim.payload)
            return b""
        await intake.go_on(exchange.request, head)
        body = await intake.whole(exchange.request)
        digest = hashlib.sha256(body).hexdigest()
        if claim.payload and claim.payload != digest:
            raise Refused("payload-wrong", "the body is not the one that was signed")
        wire.verify(head, claim, secret, now, digest)
        return intake.unpacked(body, head.headers.get("content-encoding", ""))

    def _decide(self, session: Session, understood: Understood) -> Call:
        operation, effects = understood.operation, self._rooms.effects
        effect = effects.effect(operation)
        proposal = Proposal(
            session.principal,
            operation,
            effect,
            understood.region,
            understood.arguments,
            effects.facts(operation, understood.arguments),
        )
        if session.services is not None and operation.service not in session.services:
            verdict = Verdict(
                Decision.DENY, "service-not-allowed", f"this session may not use {operation.service}"
            )
        elif session.principal.kind == "reader" and effect is not Effect.READ:
            verdict = Verdict(Decision.DENY, "reader-may-only-read", f"{operation} may change something")
        else:
            verdict = combine(self._rooms.deciders, proposal)
        return Call(
            id=self._rooms.new_id(),
            principal=session.principal,
            operation=operation,
            effect=effect,
            region=understood.region,
            arguments=understood.arguments,
            at=self._rooms.clock(),
            verdict=verdict,
        )

    async def _carry(self, exchange: Exchange, call: Call) -> web.StreamResponse:
        if call.verdict.decision is Decision.DENY:
            raise Refused(call.verdict.rule, call.verdict.reason or f"{call.operation} is not allowed")
        if call.verdict.decision is Decision.ESCALATE:
            reason = call.verdict.reason or f"{call.operation} is not for an agent alone to do"
            raise Refused(call.verdict.rule, f"{reason}; a person's approval is needed")
        if call.effect is Effect.READ:
            return await self._read(exchange, call)
        return await self._change(exchange, call)

    async def _read(self, exchange: Exchange, call: Call) -> web.StreamResponse:
        understood, session = exchange.understood, exchange.session
        assert understood is not None and session is not None
        outgoing = self._compose(exchange, understood)
        started = time.monotonic()
        try:
            if understood.answer_streams:
                return await self._stream_back(exchange, call, outgoing)
            answer = await self._traffic.ask(outgoing)
        except Lost as lost:
            self._rooms.recorder.read(call)
            return _response(self._failed(exchange, "SkywrightUnavailable", str(lost)))
        seconds = time.monotonic() - started
        session.seen.append(Seen(call, understood, _packed(answer), seconds))
        error = self._rooms.wire.result(understood, answer)[1] if answer.status >= 300 else None
        self._rooms.recorder.read(replace(call, outcome=Outcome(answer.status, None, error, seconds)))
        return _response(answer)

    async def _stream_back(self, exchange: Exchange, call: Call, outgoing: Outgoing) -> web.StreamResponse:
        """Hand the cloud's answer through, a piece at a time."""
        understood, session = exchange.understood, exchange.session
        assert understood is not None and session is not None
        started = time.monotonic()
        async with self._traffic.open(outgoing, None) as cloud:
            headers = dict(headers_of(cloud))
            response = web.StreamResponse(status=cloud.status, headers=headers)
            await response.prepare(exchange.request)
            first = b""
            if exchange.head.method != "HEAD":
                async for piece in cloud.content.iter_chunked(PIECE):
                    first = first or piece
                    await response.write(piece)
            await response.write_eof()
        answer = Answer(cloud.status, headers, first if cloud.status >= 300 else b"")
        seconds = time.monotonic() - started
        session.seen.append(Seen(call, understood, answer, seconds))
        error = self._rooms.wire.result(understood, answer)[1] if answer.status >= 300 else None
        self._rooms.recorder.read(replace(call, outcome=Outcome(answer.status, None, error, seconds)))
        return response

    async def _change(self, exchange: Exchange, call: Call) -> web.StreamResponse:
        understood, session = exchange.understood, exchange.session
        assert understood is not None and session is not None
        call = replace(call, before=await self._before(session, call))
        outgoing = self._compose(exchange, understood)
        await self._rooms.recorder.intent(call)
        seen = Seen(call, understood)
        session.seen.append(seen)
        started = time.monotonic()
        try:
            answer = await self._send(exchange, outgoing)
        except Lost as lost:
            if lost.sent:
                reason = f"{lost}; whether {call.operation} happened is not known: look before doing it again"
                return _response(self._failed(exchange, "SkywrightOutcomeUnknown", reason))
            seen.outcome = Outcome(0, None, CallError("SkywrightUnavailable", str(lost)), 0.0)
            await self._rooms.recorder.outcome(replace(call, outcome=seen.outcome))
            return _response(self._failed(exchange, "SkywrightUnavailable", str(lost)))
        result, error = self._rooms.wire.result(understood, answer)
        seen.outcome = Outcome(answer.status, result, error, time.monotonic() - started)
        await self._rooms.recorder.outcome(replace(call, outcome=seen.outcome))
        return _response(answer)

    async def _send(self, exchange: Exchange, outgoing: Outgoing) -> Answer:
        if exchange.streamed is None:
            return await self._traffic.ask(outgoing)
        claim, session = exchange.claim, exchange.session
        assert claim is not None and session is not None
        await intake.go_on(exchange.request, exchange.head)
        stream = self._rooms.wire.restream(
            intake.pieces(exchange.request), claim, session.credential.secret_access_key, exchange.streamed
        )
        try:
            async with self._traffic.open(outgoing, stream) as cloud:
                return Answer(cloud.status, headers_of(cloud), await cloud.read())
        except Broken as broken:
            # The cloud got less than it was told of, and throws it away.
            raise Refused("payload-wrong", str(broken)) from broken

    async def _before(self, session: Session, call: Call) -> Value:
        """What the call is about to change, as the cloud describes it now; None if it cannot say."""
        read = self._rooms.effects.before_image(call.operation, call.arguments)
        if read is None:
            return None
        operation, arguments = read
        understood = self._rooms.wire.ask(operation, arguments, call.region)
        try:
            outgoing = self._rooms.wire.compose(understood, session.upstream, self._rooms.clock(), None)
            answer = await self._traffic.ask(outgoing)
        except (Lost, Refused):
            return None
        return self._rooms.wire.result(understood, answer)[0]

    def _compose(self, exchange: Exchange, understood: Understood) -> Outgoing:
        session = exchange.session
        assert session is not None
        now = self._rooms.clock()
        return self._rooms.wire.compose(understood, session.upstream, now, exchange.streamed)

    def _failed(self, exchange: Exchange, code: str, reason: str) -> Answer:
        return self._rooms.wire.failure(exchange.head, exchange.understood, code, reason)

    def _refuse(
        self, exchange: Exchange, rule: str, reason: str, call: Call | None = None
    ) -> web.StreamResponse:
        session, understood = exchange.session, exchange.understood
        if call is None:
            call = Call(
                id=self._rooms.new_id(),
                principal=session.principal if session else _NOBODY,
                operation=understood.operation if understood else _NOTHING,
                effect=Effect.UNKNOWN,
                region=exchange.claim.region if exchange.claim else "",
                arguments={},
                at=self._rooms.clock(),
                verdict=Verdict(Decision.DENY, rule, reason),
            )
        elif call.verdict.decision is Decision.ALLOW:
            call = replace(call, verdict=Verdict(Decision.DENY, rule, reason))
        if session is not None:
            session.seen.append(Seen(call, understood))
        self._rooms.recorder.refused(call)
        return _response(self._rooms.wire.refusal(exchange.head, understood, rule, reason))


def _packed(answer: Answer) -> Answer:
    """Long answers are kept compressed: a session that polls would otherwise fill the memory."""
    if len(answer.body) < 16_384:
        return answer
    return replace(answer, body=zlib.compress(answer.body, 1), packed=True)


def _response(answer: Answer) -> web.Response:
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-length"}
    return web.Response(status=answer.status, headers=headers, body=answer.body)
