"""Sending what was understood to the cloud, and looking before something is changed.

Owns what a request carries on its way through the gate. Decides nothing and records nothing.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from aiohttp import web

from skywright.clouds.base import Effects
from skywright.clouds.calling import Catalogue
from skywright.clouds.wire import UNREADABLE, Answer, Body, Broken, Claim, Head, Outgoing, Understood, Wire
from skywright.errors import Refused, Unavailable
from skywright.gate import intake, leasing
from skywright.gate.limits import Limits
from skywright.gate.recorder import Recorder
from skywright.gate.replies import Replies
from skywright.gate.sessions import Session, Sessions
from skywright.gate.traffic import Lost, Traffic, headers_of
from skywright.guard.base import Decider, ahead
from skywright.model.call import Call, CallError, Outcome
from skywright.model.lease import Mode, Wanted
from skywright.model.operation import Effect, Operation
from skywright.model.values import Arguments, Value
from skywright.model.verdict import Proposal

_NO_SUCH_THING = re.compile(r"NotFound|NoSuch|DoesNotExist|NotExist", re.I)
_NO_SUCH_PAGE = 404
_REFUSES, _FAILS = 400, 500  # where these classes of HTTP statuses begin

Look = tuple[Operation, Arguments]
"""A reading operation and its arguments."""


@dataclass(frozen=True)
class Rooms:
    """What a request passes through."""

    wire: Wire
    catalogue: Catalogue
    effects: Effects
    deciders: Sequence[Decider]
    sessions: Sessions
    recorder: Recorder
    replies: Replies
    clock: Callable[[], float]
    new_id: Callable[[], str]
    limits: Limits = field(default_factory=Limits)


@dataclass
class Exchange:
    """One request on its way.

    Attributes:
        proposal: what was decided on when it was recognised.
        look: the read that shows what it is about to change; there is more to decide once that is seen.
        wanted: the leases that the change needs; they were taken.
        outgoing: the change as it will be sent, made while the look was under way.
        sent: whether anything may have been changed.
        held: the bytes of its body that are in memory.
    """

    request: web.BaseRequest
    head: Head
    session: Session | None = None
    claim: Claim | None = None
    understood: Understood | None = None
    proposal: Proposal | None = None
    look: Look | None = None
    wanted: Wanted = field(default_factory=dict[str, Mode])
    outgoing: Outgoing | None = None
    sent: bool = False
    streamed: Body | None = None
    held: int = 0

    @property
    def undecided(self) -> bool:
        """Whether what was decided on is not all that there is to know."""
        return self.look is not None

    @property
    def tries_only(self) -> bool:
        """Whether the cloud was asked to change nothing and say what it would."""
        return self.proposal is not None and self.proposal.facts.get("dry_run") is True


def not_sent(refused: Refused) -> Outcome:
    """The outcome of a change that was about to be sent, and was not."""
    return Outcome(0, None, CallError("SkywrightRefused", refused.reason), 0.0)


class Forwarder:
    """To the cloud and back, with the target's credential."""

    def __init__(self, rooms: Rooms, traffic: Traffic) -> None:
        self.rooms = rooms
        self.traffic = traffic

    async def leased(self, exchange: Exchange, call: Call) -> Call:
        """The change, once the leases that it needs are held, with their fencing number.

        Raises:
            Refused: Another holds one of them.
        """
        session = exchange.session
        if session is None or session.leases is None:
            return call
        exchange.wanted = leasing.wanted_for(self.rooms.effects, call)
        session.leases.rely(exchange.wanted)
        await leasing.admit(session.leases, exchange.wanted)
        return replace(call, fence=session.leases.fence(exchange.wanted))

    async def looked_at(self, exchange: Exchange, call: Call, sent: Understood) -> Call:
        """The change, its leases held, with what is there before it; what only that shows is leased, too.

        Args:
            sent: what will be sent if it is allowed; made ready while the cloud answers.

        Raises:
            Refused: Another holds it.
            Unavailable: The cloud does not say what would be destroyed.
        """
        session, look = exchange.session, exchange.look
        assert session is not None
        if look is None:
            return call
        # Not before the question is on its way.
        asyncio.get_running_loop().call_soon(self._meanwhile, exchange, sent)
        before = await self._insisted(session, look, call)
        shown = self.rooms.effects.shown(call.operation, call.arguments, before)
        if session.leases is None or not shown:
            return replace(call, before=before)
        wanted = dict.fromkeys(shown, Mode.WRITE)
        session.leases.rely({id: mode for id, mode in wanted.items() if id not in exchange.wanted})
        exchange.wanted = {**exchange.wanted, **wanted}
        if session.leases.lacks(wanted):
            await leasing.admit(session.leases, wanted)
            exchange.outgoing = None  # That may have taken long, and it says when it was signed.
            before = await self._insisted(session, look, call)
        return replace(call, before=before, fence=session.leases.fence(exchange.wanted))

    def _meanwhile(self, exchange: Exchange, sent: Understood) -> None:
        """What can be done while it is looked at what a change will change."""
        if exchange.proposal is not None:
            ahead(self.rooms.deciders, exchange.proposal)
        with suppress(Refused):
            exchange.outgoing = self.compose(exchange, sent)
        # The outcome of what was changed before this need not wait for the intent of this, nor this for it.
        self.rooms.recorder.hurry()

    async def let_go(self, exchange: Exchange) -> None:
        """The call is over: what was leased for it is given back, unless something was changed."""
        leases = exchange.session.leases if exchange.session is not None else None
        if leases is not None and exchange.wanted and leases.done(exchange.wanted, exchange.sent):
            # What is not given back now is when the session ends: nobody's answer is worth less for that.
            with suppress(Unavailable):
                await asyncio.to_thread(leases.give_back)

    async def kept(self, session: Session, call: Call) -> None:
        """Lease what a change has made, before anybody is told of it."""
        if session.leases is not None:
            await leasing.keep(session.leases, self.rooms.effects, call)

    async def send(self, exchange: Exchange, outgoing: Outgoing) -> Answer:
        """Send a change.

        Raises:
            Refused: A lease was lost, the session is over, or the body is not what was signed; nothing was
                done.
            Lost: No answer came.
        """
        streamed, session = exchange.streamed, exchange.session
        assert session is not None
        if session.leases is not None:
            await leasing.insist(session.leases, exchange.wanted)
        if session.revoked:
            # It waited for others' leases, or for a look, and whoever asked for it has ended meanwhile.
            raise Refused("session-revoked", "the session ended before this was sent")
        exchange.sent = True
        if streamed is None:
            return await self.traffic.ask(outgoing)
        claim = exchange.claim
        assert claim is not None
        await intake.go_on(exchange.request, exchange.head)
        secret = session.credential.secret_access_key
        source = intake.pieces(exchange.request, self.rooms.limits)
        broken: list[Broken | Refused] = []

        async def watched() -> AsyncIterator[bytes]:
            try:
                async for piece in self.rooms.wire.restream(source, claim, secret, streamed):
                    if session.leases is not None:
                        # A client takes as long over its body as it likes.
                        session.leases.in_time(exchange.wanted)
                    yield piece
            except (Broken, Refused) as error:
                broken.append(error)
                raise

        try:
            async with self.traffic.open(outgoing, watched(), streamed.length) as cloud:
                body = await self.traffic.whole(cloud.content)
                return Answer(cloud.status, headers_of(cloud.headers), body)
        except (Broken, Refused, Lost) as error:
            if not broken:
                raise
            # The cloud got less than it was told of, and throws it away.
            if isinstance(broken[0], Refused):
                raise broken[0] from error
            raise Refused("payload-wrong", str(broken[0])) from error

    def meaning(self, understood: Understood, answer: Answer) -> tuple[Value, CallError | None]:
        """What an answer says: a result, or the cloud's own error.

        Raises:
            Lost: Whoever answered is not the cloud, which may have done what was asked all the same. A page
                that refuses is an answer: nobody behind it has seen the request.
        """
        result, error = self.rooms.wire.result(understood, answer)
        refuses = _REFUSES <= answer.status < _FAILS
        if error is not None and error.code == UNREADABLE and not refuses:
            raise Lost(f"the cloud gave {error.message}", sent=True)
        return result, error

    async def before(self, session: Session, call: Call) -> Value:
        """What the call is about to change, as the cloud describes it now.

        Empty if there is no such thing; None if that cannot be told.
        """
        read = self.rooms.effects.before_image(call.operation, call.arguments)
        return None if read is None else await self._seen(session, read, call.region)

    async def _insisted(self, session: Session, look: Look, call: Call) -> Value:
        """As `_seen`; what is destroyed has to be seen, each thing of it, since it may be protected.

        In a copy nothing is at stake, and whoever asks for too much gets there what the cloud says.

        Raises:
            Unavailable: The cloud does not say what it is.
        """
        before = await self._seen(session, look, call.region)
        if call.effect is not Effect.DESTROY or call.principal.kind == "explore":
            return before
        if before in (None, {}) and len(singly := _singly(look)) > 1:
            # One of them that is not there, or is no id at all, keeps the cloud from telling of the others.
            found = [await self._seen(session, one, call.region) for one in singly]
            before = None if None in found else {"each": found} if any(found) else {}
        if before is None:
            raise Unavailable(
                f"what {call.operation} destroys cannot be told: {look[0]} fails; try again later"
            )
        return before

    async def _seen(self, session: Session, look: Look, region: str) -> Value:
        try:
            found = await self.look(session, look[0], look[1], region)
        except (Lost, Refused):
            return None
        return {} if found is None else found

    async def look(self, session: Session, operation: Operation, arguments: Arguments, region: str) -> Value:
        """A read of the gate's own; None if there is no such thing.

        Raises:
            Lost: The cloud cannot be reached, or does not say: that must not pass for "no such thing".
        """
        understood = self.rooms.wire.ask(operation, arguments, region)
        outgoing = self.rooms.wire.compose(understood, session.upstream, self.rooms.clock(), None)
        if self.rooms.catalogue.signature(operation).streams:
            # An object's content is no image to keep: its headers are.
            async with self.traffic.open(outgoing) as cloud:
                answer = Answer(cloud.status, headers_of(cloud.headers))
        else:
            answer = await self.traffic.ask(outgoing)
        result, error = self.meaning(understood, answer)
        if error is not None and answer.status != _NO_SUCH_PAGE and not _NO_SUCH_THING.search(error.code):
            raise Lost(f"{operation} does not say: {error.message} ({error.code})", sent=False)
        return result

    def composed(self, exchange: Exchange, understood: Understood) -> Outgoing:
        """As `compose`, unless that was done while it was looked."""
        return exchange.outgoing or self.compose(exchange, understood)

    def compose(self, exchange: Exchange, understood: Understood) -> Outgoing:
        session = exchange.session
        assert session is not None
        now = self.rooms.clock()
        return self.rooms.wire.compose(understood, session.upstream, now, exchange.streamed)


def _singly(look: Look) -> list[Look]:
    """The look at several things as one at each; itself if it is at one."""
    operation, arguments = look
    lists = [name for name, value in arguments.items() if isinstance(value, list | tuple)]
    if len(lists) != 1:
        return [look]
    named = arguments[lists[0]]
    assert isinstance(named, list | tuple)
    return [(operation, {**arguments, lists[0]: [each]}) for each in named]
