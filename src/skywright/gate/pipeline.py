"""One request from its head to its answer: receive, recognise, decide, forward, record.

Owns the order of these. What anything means is asked of the wire, of the cloud's knowledge and of
the deciders.
"""

import asyncio
import base64
import hashlib
import time
import zlib
from dataclasses import replace

import aiohttp
from aiohttp import web

from skywright.clouds.wire import Answer, Claim, Head, Opening, Outgoing, Understood
from skywright.errors import Corrupt, Refused, Unavailable
from skywright.gate import intake
from skywright.gate.binding import Binding
from skywright.gate.bound import INVOCATION, Bound
from skywright.gate.deciding import decide, look_before, propose, propose_again
from skywright.gate.delivery import cut, deliver, http
from skywright.gate.forward import Exchange, Forwarder, Rooms, not_sent
from skywright.gate.limits import Held
from skywright.gate.sessions import Seen, Session
from skywright.gate.traffic import Lost, Traffic, headers_of
from skywright.model.call import Call, CallError, Outcome
from skywright.model.operation import Effect, Operation
from skywright.model.verdict import Decision, Principal, Verdict

_NOBODY = Principal("", "unknown", "", "", "")
_HOW = "with --yes it is given beforehand"
_NOTHING = Operation("unknown", "Unrecognised")


class Pipeline:
    """Handles requests, inside the gate's event loop."""

    def __init__(self, rooms: Rooms, traffic: Traffic) -> None:
        self._rooms = rooms
        self._forwarder = Forwarder(rooms, traffic)
        self._bound = Bound(self._forwarder)
        self._held = Held(rooms.limits.held_bytes)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, whatever comes of it."""
        exchange = Exchange(request, Head(request.method, request.path, "", {}))
        try:
            return await deliver(request, await self._answer(request, exchange), self._rooms.limits)
        except Unavailable as error:
            return http(self._failed(exchange, "SkywrightUnavailable", str(error)))
        except Corrupt as error:
            return http(self._failed(exchange, "SkywrightCorrupt", str(error)))
        finally:
            self._held.give_back(exchange.held)

    async def _answer(self, request: web.BaseRequest, exchange: Exchange) -> web.StreamResponse:
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
            await self._forwarder.let_go(exchange)
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
        return self._decide(exchange, session, understood)

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
        body = await self._whole(exchange)
        digest = hashlib.sha256(body).hexdigest()
        if claim.payload and claim.payload != digest:
            raise Refused("payload-wrong", "the body is not the one that was signed")
        wire.verify(head, claim, secret, now, digest)
        most = self._rooms.limits.body_bytes
        plain = intake.unpacked(body, head.headers.get("content-encoding", ""), most)
        self._hold(exchange, len(plain) - len(body))
        return plain

    def _hold(self, exchange: Exchange, count: int) -> None:
        self._held.take(count)
        exchange.held += count

    async def _whole(self, exchange: Exchange) -> bytes:
        """The body, counted as held until the request is answered."""
        await intake.go_on(exchange.request, exchange.head)
        body = await intake.whole(exchange.request, self._rooms.limits, self._held)
        exchange.held += len(body)
        return body

    def _decide(self, exchange: Exchange, session: Session, understood: Understood) -> Call:
        proposal = exchange.proposal = propose(self._rooms, session, understood)
        exchange.look = look_before(self._rooms, proposal)
        return Call(
            id=self._rooms.new_id(),
            principal=session.principal,
            operation=understood.operation,
            effect=proposal.effect,
            region=understood.region,
            arguments=understood.arguments,
            at=self._rooms.clock(),
            verdict=decide(self._rooms, session, proposal, first=exchange.undecided),
        )

    async def _carry(self, exchange: Exchange, call: Call) -> web.StreamResponse:
        verdict, session = call.verdict, exchange.session
        assert session is not None
        if verdict.decision is Decision.DENY:
            raise Refused(verdict.rule, verdict.reason or f"{call.operation} is not allowed")
        if session.binding is not None and call.effect.mutates:
            return await self._step(exchange, call, session.binding)
        call = _for_an_agent_alone(verdict, call, session.agreed)
        if call.effect is Effect.READ:
            return await self._read(exchange, call)
        return await self._change(exchange, call)

    async def _step(self, exchange: Exchange, call: Call, binding: Binding) -> web.StreamResponse:
        """A change in a bound session: a person agreed to the program, so what escalates is allowed."""
        understood = exchange.understood
        assert understood is not None
        if understood.stream:
            body = await self._whole_stream(exchange)
            held = {**understood.arguments, understood.stream: base64.b64encode(body).decode()}
            understood = exchange.understood = replace(understood, arguments=held, stream="")
            call = replace(call, arguments=held)
        piece = binding.match(understood, exchange.head.headers.get(INVOCATION, ""))
        if call.verdict.decision is Decision.ESCALATE:
            agreed = Verdict(Decision.ALLOW, call.verdict.rule, "agreed to with the program")
            call = replace(call, verdict=agreed)
        try:
            return http(await self._bound.change(exchange, call, piece))
        except Lost as lost:
            return http(self._failed(exchange, "SkywrightUnavailable", str(lost)))

    async def _whole_stream(self, exchange: Exchange) -> bytes:
        """A streamed body held after all, to be compared with what the program says."""
        claim, streamed = exchange.claim, exchange.streamed
        assert claim is not None and streamed is not None
        if streamed.trailer or not streamed.sha256:
            raise Refused("body-not-signed", "in a bound session a body has to be signed whole")
        body = await self._whole(exchange)
        if hashlib.sha256(body).hexdigest() != streamed.sha256:
            raise Refused("payload-wrong", "the body is not the one that was signed")
        exchange.streamed = None
        return body

    async def _read(self, exchange: Exchange, call: Call) -> web.StreamResponse:
        understood, session = exchange.understood, exchange.session
        assert understood is not None and session is not None
        outgoing = self._forwarder.compose(exchange, understood)
        started = time.monotonic()
        try:
            if understood.answer_streams:
                return await self._stream_back(exchange, call, outgoing)
            answer = await self._forwarder.traffic.ask(outgoing)
            error = self._forwarder.meaning(understood, answer)[1] if answer.status >= 300 else None
        except Lost as lost:
            self._rooms.recorder.read(call)
            return http(self._failed(exchange, "SkywrightUnavailable", str(lost)))
        seconds = time.monotonic() - started
        if session.binding is not None and answer.status < 300:
            session.binding.saw(understood, answer)
        seen = Seen(call, understood, answer, seconds)
        session.seen.append(seen)
        self._rooms.recorder.read(replace(call, outcome=Outcome(answer.status, None, error, seconds)))
        # Once the client has its answer.
        asyncio.get_running_loop().call_soon(_pack, seen, answer)
        return http(answer)

    async def _stream_back(self, exchange: Exchange, call: Call, outgoing: Outgoing) -> web.StreamResponse:
        """Hand the cloud's answer through, a piece at a time."""
        understood, session = exchange.understood, exchange.session
        assert understood is not None and session is not None
        started = time.monotonic()
        traffic, limits = self._forwarder.traffic, self._rooms.limits
        async with traffic.open(outgoing) as cloud:
            headers = dict(headers_of(cloud.headers))
            response = web.StreamResponse(status=cloud.status, headers=headers)
            await response.prepare(exchange.request)
            first = b""
            try:
                if exchange.head.method != "HEAD":
                    async for piece in traffic.pieces(cloud.content):
                        first = first or piece
                        async with asyncio.timeout(limits.grace_seconds):
                            await response.write(piece)
                await response.write_eof()
            except (Lost, TimeoutError, aiohttp.ClientError, ConnectionError):
                # Half an answer is on its way: whatever followed would be taken for the rest of it.
                cut(exchange.request)
        answer = Answer(cloud.status, headers, first if cloud.status >= 300 else b"")
        seconds = time.monotonic() - started
        session.seen.append(Seen(call, understood, answer, seconds))
        error = self._rooms.wire.result(understood, answer)[1] if answer.status >= 300 else None
        self._rooms.recorder.read(replace(call, outcome=Outcome(answer.status, None, error, seconds)))
        return response

    async def _change(self, exchange: Exchange, call: Call) -> web.StreamResponse:
        understood, session = exchange.understood, exchange.session
        assert understood is not None and session is not None
        leased = await self._forwarder.leased(exchange, call)
        call = await self._forwarder.looked_at(exchange, leased, understood)
        proposal = propose_again(self._rooms, session, understood, call.before, exchange.proposal)
        if exchange.undecided or proposal is not exchange.proposal:
            verdict = decide(self._rooms, session, proposal)
            call = _for_an_agent_alone(verdict, call, session.agreed)
        outgoing = self._forwarder.composed(exchange, understood)
        session.writes += 1
        await self._rooms.recorder.intent(call)
        seen = Seen(call, understood)
        session.seen.append(seen)
        started = time.monotonic()
        try:
            answer = await self._forwarder.send(exchange, outgoing)
            result, error = self._forwarder.meaning(understood, answer)
        except Refused as refused:
            self._rooms.recorder.outcome_soon(replace(call, outcome=not_sent(refused)))
            raise
        except Lost as lost:
            if lost.sent:
                reason = f"{lost}; whether {call.operation} happened is not known: look before doing it again"
                return http(self._failed(exchange, "SkywrightOutcomeUnknown", reason))
            seen.outcome = Outcome(0, None, CallError("SkywrightUnavailable", str(lost)), 0.0)
            await self._rooms.recorder.outcome(replace(call, outcome=seen.outcome))
            return http(self._failed(exchange, "SkywrightUnavailable", str(lost)))
        seen.outcome = Outcome(answer.status, result, error, time.monotonic() - started)
        exchange.sent = error is None or not exchange.tries_only
        await self._forwarder.kept(session, replace(call, outcome=seen.outcome))
        self._rooms.recorder.outcome_soon(replace(call, outcome=seen.outcome))
        return http(answer)

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
        return http(self._rooms.wire.refusal(exchange.head, understood, rule, reason))


def _for_an_agent_alone(verdict: Verdict, call: Call, agreed: bool) -> Call:
    """Let through what nobody has to be asked about. In a copy nothing has to be asked: nothing is at stake.

    Args:
        agreed: a person agreed beforehand to whatever would be asked.

    Raises:
        Refused: The verdict is no, or ask a person.
    """
    asks = verdict.decision is Decision.ESCALATE and call.principal.kind != "explore"
    if asks and agreed:
        return replace(call, verdict=Verdict(Decision.ALLOW, verdict.rule, "agreed to beforehand"))
    if verdict.decision is Decision.ALLOW or not (asks or verdict.decision is Decision.DENY):
        return call
    reason = verdict.reason or f"{call.operation} is not for an agent alone to do"
    raise Refused(verdict.rule, f"{reason}; a person's approval is needed: {_HOW}" if asks else reason)


def _pack(seen: Seen, answer: Answer) -> None:
    """Long answers are kept compressed: a session that polls would otherwise fill the memory."""
    if len(answer.body) >= 16_384 and seen.answer is answer:
        seen.answer = replace(answer, body=zlib.compress(answer.body, 1), packed=True)
