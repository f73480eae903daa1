"""The gate's public face: starts and stops it, hands out sessions, and tells what they did."""

import asyncio
import threading
import time
import zlib
from collections.abc import Awaitable, Callable, Generator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

import uvloop
from aiohttp import web

from skywright.clouds.aws.wire.wire import Wire as AwsWire
from skywright.clouds.base import Effects
from skywright.clouds.calling import Catalogue
from skywright.clouds.wire import Wire
from skywright.errors import NotFound, Unavailable
from skywright.gate.binding import Binding
from skywright.gate.forward import Forwarder, Rooms
from skywright.gate.leasing import Holding
from skywright.gate.limits import Limits
from skywright.gate.pipeline import Pipeline
from skywright.gate.readback import Contested, by_nobody, read_back
from skywright.gate.recorder import Recorder
from skywright.gate.replies import Replies
from skywright.gate.resume import take_up
from skywright.gate.sessions import Seen, Session, Sessions, new_credential
from skywright.gate.traffic import Traffic
from skywright.guard.base import Decider
from skywright.journal.chain import Journal
from skywright.model.call import Call, Outcome, Trace
from skywright.model.program import Program
from skywright.model.target import Credential, Upstream
from skywright.model.values import Value
from skywright.model.verdict import Principal

_STOP_SECONDS = 10.0
_LOOK_SECONDS = 0.02


@dataclass(frozen=True)
class Configuration:
    """What a gate is made of.

    Attributes:
        deciders: all of them are asked; deny beats escalate beats allow, and silence denies.
        replies: the kept answers of bound sessions.
        clock: seconds since the epoch.
        wire: the cloud's protocols.
    """

    catalogue: Catalogue
    effects: Effects
    deciders: Sequence[Decider]
    journal: Journal
    replies: Replies
    clock: Callable[[], float]
    new_id: Callable[[], str]
    wire: Wire = field(default_factory=AwsWire)
    limits: Limits = field(default_factory=Limits)


class _Server(web.Server):
    """aiohttp's server, with a bound on the connections and on how long one may say nothing whole."""

    def __init__(
        self, limits: Limits, handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
    ) -> None:
        super().__init__(
            handler, access_log=None, auto_decompress=False, keepalive_timeout=limits.idle_seconds
        )
        self._most = limits.connections

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        if len(self._connections) > self._most:
            # Not at once: aiohttp does not expect a connection to be lost before it was taken up.
            asyncio.get_running_loop().call_soon(transport.abort)


class Gate:
    """A running gate. Its event loop has a thread of its own; every method may be called from any thread."""

    def __init__(self, configuration: Configuration) -> None:
        """Use `start`."""
        self._configuration = configuration
        self._sessions = Sessions(configuration.clock)
        self._recorder = Recorder(configuration.journal, configuration.catalogue)
        self._started: Future[str] = Future()
        self._loop = uvloop.new_event_loop()
        self._done = asyncio.Event()
        self._forwarder: Forwarder | None = None
        self._thread = threading.Thread(target=self._run, name="skywright-gate", daemon=True)
        self.endpoint = ""

    @staticmethod
    def start(configuration: Configuration) -> "Gate":
        """Start on a free port of the loopback.

        Raises:
            Unavailable: No port can be had.
        """
        gate = Gate(configuration)
        gate._thread.start()
        gate.endpoint = gate._started.result()
        return gate

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def mint(
        self,
        principal: Principal,
        upstream: Upstream,
        *,
        lifetime_seconds: float,
        program: Program | None = None,
        services: frozenset[str] | None = None,
        agreed: bool = False,
        leases: Holding | None = None,
    ) -> Credential:
        """A credential for one session.

        Args:
            program: binds the session: only its steps may change anything, each of them once, those
                included that an earlier session of the run did or began.
            services: the only services that it may use; None: no such bound.
            agreed: a person agreed beforehand to whatever a rule would have a person asked about.
            leases: without which it changes nothing; None: nobody else is where it acts.

        Raises:
            Malformed: The program's values are missing or not allowed.
            NotFound: The program names an operation that does not exist.
        """
        configuration = self._configuration
        binding = None
        if program is not None:
            binding = Binding(program, principal.run, configuration.catalogue, configuration.wire)
            self._recorder.flush()
            take_up(binding, principal.run, configuration.journal, configuration.replies, configuration.wire)
        credential = new_credential()
        expires = configuration.clock() + lifetime_seconds
        self._sessions.add(
            Session(credential, principal, upstream, expires, services, binding, agreed, leases)
        )
        return credential

    @contextmanager
    def session(
        self,
        principal: Principal,
        upstream: Upstream,
        *,
        lifetime_seconds: float,
        program: Program | None = None,
        leases: Holding | None = None,
    ) -> Generator[Credential]:
        """As `mint`, for a session that ends with its frame."""
        credential = self.mint(
            principal, upstream, lifetime_seconds=lifetime_seconds, program=program, leases=leases
        )
        try:
            yield credential
        finally:
            self.revoke(credential)

    def begin_again(self, credential: Credential) -> None:
        """Tell a bound session that the artefact is about to be run again from its start.

        The gate mostly sees that by itself; it cannot where the first steps of a program are all alike.

        Raises:
            NotFound: The gate never gave out this credential.
        """
        binding = self._session(credential).binding
        if binding is not None:
            self._loop.call_soon_threadsafe(binding.begin_again)

    def results(self, credential: Credential) -> dict[str, Value]:
        """A bound session's results by step, pages merged, secrets struck out; a list for a repeated step.

        Raises:
            NotFound: The gate never gave out this credential.
        """
        binding = self._session(credential).binding
        return {} if binding is None else binding.results()

    def settle(self, credential: Credential, contested: Contested = by_nobody) -> tuple[str, ...]:
        """Find out, by looking, which of a bound session's steps in doubt happened, and record it.

        Nothing is changed. Blocks while it looks.

        Args:
            contested: of what it says so, that it is not as it was proves nothing.

        Returns:
            Those of which it cannot be told, by their keys.

        Raises:
            NotFound: The gate never gave out this credential.
        """
        session = self._session(credential)
        return asyncio.run_coroutine_threadsafe(self._read_back(session, contested), self._loop).result()

    async def _read_back(self, session: Session, contested: Contested) -> tuple[str, ...]:
        assert self._forwarder is not None  # the gate has started
        return await read_back(session, self._forwarder, contested)

    def revoke(self, credential: Credential) -> None:
        """End the session; harmless if it is over. Everything that it did is in the journal then."""
        self._sessions.drop(credential)
        self._recorder.flush()

    def is_quiet(self, credential: Credential, seconds: float) -> bool:
        """Whether nothing that the session asked for is under way any more; waits so long for that.

        Raises:
            NotFound: The gate never gave out this credential.
        """
        session, until = self._session(credential), time.monotonic() + seconds
        while session.open_calls:
            if time.monotonic() >= until:
                return False
            time.sleep(_LOOK_SECONDS)
        return True

    def trace(self, credential: Credential) -> Trace:
        """The session's calls with their results, secrets struck out; those still under way have none.

        Raises:
            NotFound: The gate never gave out this credential.
        """
        return tuple(self._call(seen) for seen in list(self._session(credential).seen))

    def close(self) -> None:
        """Stop, and write what is left to be recorded; harmless if it is stopped."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._done.set)
            self._thread.join(_STOP_SECONDS)
        self._recorder.close()

    def _session(self, credential: Credential) -> Session:
        session = self._sessions.named(credential)
        if session is None:
            raise NotFound("the gate has given out no such credential")
        return session

    def _call(self, seen: Seen) -> Call:
        outcome = seen.outcome
        if outcome is None and seen.answer is not None and seen.understood is not None:
            answer = seen.answer
            if answer.packed:
                answer = replace(answer, body=zlib.decompress(answer.body), packed=False)
            result, error = self._configuration.wire.result(seen.understood, answer)
            outcome = seen.outcome = Outcome(answer.status, result, error, seen.seconds)
            seen.answer = None
        return self._recorder.without_secrets(replace(seen.call, outcome=outcome))

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            # What is left waits for clients that have gone.
            left = asyncio.all_tasks(self._loop)
            for task in left:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            self._loop.close()

    async def _serve(self) -> None:
        configuration = self._configuration
        traffic = Traffic(configuration.limits)
        rooms = Rooms(
            wire=configuration.wire,
            catalogue=configuration.catalogue,
            effects=configuration.effects,
            deciders=configuration.deciders,
            sessions=self._sessions,
            recorder=self._recorder,
            replies=configuration.replies,
            clock=configuration.clock,
            new_id=configuration.new_id,
            limits=configuration.limits,
        )
        self._forwarder = Forwarder(rooms, traffic)
        server = _Server(configuration.limits, Pipeline(rooms, traffic).handle)
        runner = web.ServerRunner(server, handle_signals=False)
        try:
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            self._started.set_result(f"http://127.0.0.1:{runner.addresses[0][1]}")
            await self._done.wait()
        except OSError as error:
            self._started.set_exception(Unavailable(f"the gate cannot listen: {error.strerror}"))
        finally:
            await runner.cleanup()
            await traffic.close()
