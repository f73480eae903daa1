"""The seam between the gate and a cloud's wire protocols. Owns the words; a cloud's folder, the protocols.

The gate receives a `Head` (and mostly a body), asks the cloud's `Wire` who claims to have sent it
and what it means, and later has what it understood written out anew for the cloud.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from skywright.model.call import CallError
from skywright.model.operation import Operation
from skywright.model.target import Upstream
from skywright.model.values import Arguments, Value

UNREADABLE = "SkywrightUnreadable"
"""The code of an error that stands for an answer of no kind that the cloud gives, such as a proxy's page."""


@dataclass(frozen=True, slots=True)
class Head:
    """A request without its body, exactly as it came.

    Attributes:
        path: undecoded, without the query.
        query: undecoded, without the question mark.
        headers: by lower-case name; no header came twice.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose signature a request bears, and for what; not yet verified.

    Attributes:
        service: the name under which the cloud signs for it, not yet a service of the API models.
        payload: what the signature says of the body: its SHA-256, one of the cloud's words for
            a body that is not hashed beforehand, or empty if the body has to be hashed.
    """

    access_key_id: str
    region: str
    service: str
    date: str
    at: str
    signed: tuple[str, ...]
    signature: str
    payload: str


@dataclass(frozen=True)
class Understood:
    """What a request means.

    Attributes:
        protocol: in which of the cloud's protocols it was asked, and has to be answered.
        stream: the argument that is the request's body and is passed on, not held; empty if none.
        answer_streams: whether the answer's body may be of any size.
    """

    operation: Operation
    region: str
    arguments: Arguments
    protocol: str
    stream: str = ""
    answer_streams: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """What is known of a body that is passed on as a stream.

    Attributes:
        length: its bytes, without any framing of the transport.
        sha256: hexadecimal; empty if the client gave none.
        trailer: the name of the checksum that follows it; empty if none does.
    """

    length: int
    sha256: str = ""
    trailer: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A signed request for the cloud. `body` is empty if a stream follows."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """A cloud's answer, or the gate's own, as bytes. `packed`: the body is compressed (zlib) to be kept."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    packed: bool = False


@dataclass(frozen=True)
class Opening:
    """What the head alone tells. `detail` is the wire's own business.

    Attributes:
        streams: whether the body is to be passed on as a stream.
    """

    claim: Claim
    streams: bool = False
    detail: object = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Recall:
    """A read that tells whether a call happened whose answer was lost.

    Attributes:
        result: from the read's result to the one that the call gave; None: it did not happen.
    """

    operation: Operation
    arguments: Arguments
    result: Callable[[Value], Value]


class Broken(Exception):
    """A streamed body is not what its head said; what was sent of it must not be used."""


class Wire(Protocol):
    """A cloud's wire protocols, both ways. Everything that raises `Refused` names the rule."""

    def claim(self, head: Head) -> Claim:
        """Whose request this says it is.

        Raises:
            Refused: There is no signature, or one that cannot be read.
        """
        ...

    def verify(self, head: Head, claim: Claim, secret: str, now: float, payload: str) -> None:
        """Check the signature.

        Args:
            payload: the SHA-256 of the body, or `claim.payload` if that is not a hash.

        Raises:
            Refused: It is not the secret's, does not cover what it must, or is not of this time.
        """
        ...

    def open(self, head: Head, claim: Claim) -> Opening:
        """What the head alone tells: above all whether to read the body.

        Raises:
            Refused: It is certain already that this is no operation that we know.
        """
        ...

    def understand(self, head: Head, opening: Opening, body: bytes) -> Understood:
        """Operation and arguments, every part of the request accounted for.

        Raises:
            Refused: Something in it is unknown, ambiguous or not of its type.
        """
        ...

    def framing(self, head: Head, claim: Claim) -> Body:
        """What the head says of a body that streams.

        Raises:
            Refused: Its length is missing or contradictory, or its framing is not known.
        """
        ...

    def restream(
        self, source: AsyncIterator[bytes], claim: Claim, secret: str, body: Body
    ) -> AsyncIterator[bytes]:
        """The streamed body as `compose` announced it, a piece at a time, checked on the way.

        The last piece is handed out only if all that the client signed turned out to be so.

        Raises:
            Broken: It did not.
        """
        ...

    def ask(self, operation: Operation, arguments: Arguments, region: str) -> Understood:
        """A call that the gate makes by itself."""
        ...

    def compose(self, understood: Understood, upstream: Upstream, now: float, body: Body | None) -> Outgoing:
        """The request anew, from what was understood, signed with the upstream's credential.

        Raises:
            Refused: The cloud has no place to send it to.
        """
        ...

    def result(self, understood: Understood, answer: Answer) -> tuple[Value, CallError | None]:
        """The answer's meaning: a result, the cloud's own error, or one of code UNREADABLE."""
        ...

    def home(self, operation: Operation, region: str) -> str:
        """The region that a call of the operation is signed for when it is meant for `region`."""
        ...

    def incidental(self, operation: Operation) -> frozenset[str]:
        """Arguments that clients add by themselves and that say nothing of what is asked."""
        ...

    def mark(self, operation: Operation, arguments: Arguments, text: str) -> Arguments:
        """The arguments with the tag `skywright:run` on what the operation makes, where it can."""
        ...

    def recall(self, operation: Operation, arguments: Arguments, text: str) -> Recall | None:
        """The read that finds what a call with that mark made; None: no such read is known."""
        ...

    def make_up(self, understood: Understood, result: Value) -> Answer:
        """An answer with that result, for a client whose real answer was lost."""
        ...

    def refusal(self, head: Head, understood: Understood | None, rule: str, reason: str) -> Answer:
        """The refusal as the client's own protocol says errors, final, never to be tried again."""
        ...

    def failure(self, head: Head, understood: Understood | None, code: str, reason: str) -> Answer:
        """Like `refusal`, for something that went wrong at the gate; may be tried again."""
        ...

    def error(self, head: Head, understood: Understood, status: int, error: CallError) -> Answer:
        """A cloud's own error, said again."""
        ...
