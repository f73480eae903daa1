"""One record of the journal, as read and as stored, and the digest that fixes it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from skywright.journal.canonical import canonical
from skywright.model.values import Value


@dataclass(frozen=True, slots=True)
class Record:
    """What was appended.

    Attributes:
        seq: its number, from 1, without gaps.
        at: seconds since the epoch.
        run: the run that it belongs to; empty if none.
        previous: the digest of the record before it (hexadecimal, as `digest` is).
        signature: Ed25519 over the digest, hexadecimal.
    """

    seq: int
    at: float
    run: str
    kind: str
    body: Mapping[str, Value]
    previous: str
    digest: str
    signature: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as the database holds it: the body is canonical JSON text, or whatever somebody made of it."""

    seq: int
    at: float
    run: str
    kind: str
    body: str
    previous: str
    digest: str
    signature: str

    def intact_as(self, seq: int) -> bool:
        """Whether the digest is that of this content under that number."""
        try:
            return self.digest == digest_of(seq, self.at, self.run, self.kind, self.body, self.previous)
        except TypeError:
            # SQLite keeps any type in any column: bytes where there was a text, say.
            return False

    def read(self) -> Record:
        """The record with its body parsed.

        Raises:
            ValueError: The body is no longer JSON.
        """
        body = json.loads(self.body)
        return Record(
            self.seq, self.at, self.run, self.kind, body, self.previous, self.digest, self.signature
        )


def digest_of(seq: int, at: float, run: str, kind: str, body: str, previous: str) -> str:
    """SHA-256 of the record as canonical JSON; `body` is canonical text already.

    The names are in RFC 8785's order, and the text of the body is used as it was stored, so
    that verifying need not parse it and any other spelling of the same value shows.
    """
    text = (
        f'{{"at":{canonical(at)},"body":{body},"kind":{canonical(kind)},'
        f'"previous":{canonical(previous)},"run":{canonical(run)},"seq":{seq}}}'
    )
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
