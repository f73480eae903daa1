"""Who is signed in. Owns what a session is, what is asked in it, and how it travels in a cookie; the server
keeps nothing of it.

A cookie is sealed with AES-GCM under a key that is made with the seal and never leaves the process, so
what the browser holds can be neither read nor changed by anybody, and ends with the process.
"""

import base64
import binascii
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from skywright_gym.portal.failure import Failure

LIFETIME_SECONDS = 12 * 3600
_NONCE_BYTES = 12
_MOST_CHARACTERS = 3800  # Browsers drop a cookie of more than 4096 bytes, name and attributes included.


@dataclass(frozen=True, slots=True)
class Session:
    """A credential, the cloud that it is for, and whose it is. Its repr shows no secret."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(repr=False)
    endpoint: str
    region: str
    account_name: str = ""
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One call: who asks, where, for what. `arguments` are JSON as they came."""

    session: Session
    region: str
    service: str
    operation: str
    arguments: bytes = field(default=b"", repr=False)

    @property
    def name(self) -> str:
        return f"{self.service}:{self.operation}"


class Seal:
    """Makes cookies of sessions and sessions of cookies."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives the seconds by which sessions end."""
        self._clock = clock
        self._cipher = AESGCM(AESGCM.generate_key(256))

    def close(self, session: Session) -> str:
        """The session as a cookie's value.

        Raises:
            Failure: It is longer than a browser keeps.
        """
        ends = self._clock() + LIFETIME_SECONDS
        plain = json.dumps({"ends": ends, "session": asdict(session)}).encode()
        nonce = os.urandom(_NONCE_BYTES)
        value = base64.urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, plain, None)).decode()
        if len(value) > _MOST_CHARACTERS:
            raise Failure(400, "CredentialTooLong", "the credential is longer than a cookie can be")
        return value

    def open(self, value: str) -> Session | None:
        """The session that a cookie holds; None if it is not one of ours or its time is over."""
        try:
            data = base64.b64decode(value, altchars=b"-_", validate=True)
            plain = self._cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], None)
        except (ValueError, binascii.Error, InvalidTag):
            return None
        held = json.loads(plain)
        return Session(**held["session"]) if self._clock() < held["ends"] else None
