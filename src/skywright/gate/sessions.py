"""Sessions: who may speak to the gate, as whom, for how long, and what each has done. Knows no cloud."""

import base64
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from skywright.clouds.wire import Answer, Understood
from skywright.errors import Refused
from skywright.gate.binding import Binding
from skywright.gate.leasing import Holding
from skywright.model.call import Call, Outcome
from skywright.model.target import Credential, Upstream
from skywright.model.verdict import Principal


@dataclass
class Seen:
    """One call of a session.

    Attributes:
        answer: the cloud's answer as it came, parsed only if somebody asks; None: see the call's outcome.
    """

    call: Call
    understood: Understood | None = None
    answer: Answer | None = None
    seconds: float = 0.0
    outcome: Outcome | None = None


@dataclass
class Session:
    """One credential of the gate's and what it stands for. Nothing in a request can change it.

    Attributes:
        agreed: a person agreed beforehand to whatever a rule would have a person asked about.
        leases: without which it changes nothing; None: nobody else is where it acts.
        writes: changes that were sent to the cloud so far.
    """

    credential: Credential
    principal: Principal
    upstream: Upstream
    expires: float
    services: frozenset[str] | None = None
    binding: Binding | None = None
    agreed: bool = False
    leases: Holding | None = None
    seen: list[Seen] = field(default_factory=list[Seen])
    writes: int = 0
    open_calls: int = 0
    revoked: bool = False


class Sessions:
    """All sessions, by access key id. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}

    def add(self, session: Session) -> None:
        with self._lock:
            self._sessions[session.credential.access_key_id] = session

    def drop(self, credential: Credential) -> None:
        """End a session; what it has done can still be asked for while somebody holds its credential."""
        with self._lock:
            session = self._sessions.get(credential.access_key_id)
        if session is not None:
            session.revoked = True

    def named(self, credential: Credential) -> Session | None:
        with self._lock:
            return self._sessions.get(credential.access_key_id)

    def of(self, access_key_id: str) -> Session:
        """The living session of that key.

        Raises:
            Refused: There is none, it was revoked, or its time is over.
        """
        with self._lock:
            session = self._sessions.get(access_key_id)
        if session is None:
            raise Refused("session-unknown", "this access key is not one that the gate has given out")
        if session.revoked:
            raise Refused("session-revoked", "the session is over")
        if self._clock() >= session.expires:
            raise Refused("session-expired", "the session's time is over")
        return session


def new_credential() -> Credential:
    """A key pair that cannot be guessed, in the form that clients expect (20 and 40 characters)."""
    return Credential(
        access_key_id="SKYW" + base64.b32encode(secrets.token_bytes(10)).decode(),
        secret_access_key=secrets.token_urlsafe(30),
    )
