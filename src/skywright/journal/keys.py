"""The journal's signing key and the heads kept beside it. Owns the key folder's files; knows no database.

A head says "a record of this number and digest existed". It is written after the record is
durable, so it may lag behind the journal but never runs ahead of it: a journal that ends
before its head has lost records.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from skywright.errors import Unavailable

_PURPOSE: Final = b"skywright journal record 1\n"
_SLOTS: Final = 64
_SLOT_BYTES: Final = 256


@dataclass(frozen=True, slots=True)
class Head:
    """The number, digest and signature (hexadecimal) of a record that existed."""

    seq: int
    digest: str
    signature: str


class Keys:
    """An Ed25519 key pair in a folder: `journal.key` (PEM, mode 0600), `journal.pub`, `journal.head`."""

    def __init__(self, folder: Path, private: Ed25519PrivateKey) -> None:
        self._private = private
        self._public = private.public_key()
        self._head_file = folder / "journal.head"

    @staticmethod
    def exist(folder: Path) -> bool:
        return (folder / "journal.key").exists()

    @staticmethod
    def open(folder: Path) -> "Keys":
        """Read the key pair, or make it; of several processes that make it at once, one wins.

        Raises:
            Unavailable: The folder cannot be written, or the key file is not a key.
        """
        path = folder / "journal.key"
        try:
            if not path.exists():
                _make(folder, path)
            key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except OSError as error:
            raise Unavailable(f"the journal's key {path} cannot be used: {error.strerror}") from error
        except ValueError as error:
            raise Unavailable(f"{path} is not a key; restore it from a copy") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise Unavailable(f"{path} is not an Ed25519 key; restore it from a copy")
        return Keys(folder, key)

    @property
    def fingerprint(self) -> str:
        """The public key, 64 hexadecimal digits."""
        return self._public.public_bytes_raw().hex()

    def sign(self, digest: str) -> str:
        return self._private.sign(_PURPOSE + bytes.fromhex(digest)).hex()

    def signed(self, digest: str, signature: str) -> bool:
        """Whether the signature over the digest was made with this key."""
        return _signed(self._public, digest, signature)

    def keep_head(self, head: Head) -> None:
        """Remember the head, so that a tail cut off the journal is found.

        Slots are written round robin without a lock: a writer that is late by fewer than 64
        records cannot overwrite the newest, and a torn slot leaves its neighbours whole.

        Raises:
            Unavailable: The file cannot be written.
        """
        line = f"{head.seq} {head.digest} {head.signature}".encode().ljust(_SLOT_BYTES - 1) + b"\n"
        try:
            descriptor = os.open(self._head_file, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                os.lseek(descriptor, head.seq % _SLOTS * _SLOT_BYTES, os.SEEK_SET)
                os.write(descriptor, line)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise Unavailable(f"{self._head_file} cannot be written: {error.strerror}") from error

    def head(self) -> Head | None:
        """The newest head that this key signed; None if there is none."""
        try:
            content = self._head_file.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable(f"{self._head_file} cannot be read: {error.strerror}") from error
        for head in sorted(_heads(content), key=lambda head: head.seq, reverse=True):
            if self.signed(head.digest, head.signature):
                return head
        return None


def _signed(public: Ed25519PublicKey, digest: str, signature: str) -> bool:
    try:
        public.verify(bytes.fromhex(signature), _PURPOSE + bytes.fromhex(digest))
    except (InvalidSignature, TypeError, ValueError):
        return False
    return True


def _heads(content: bytes) -> Iterator[Head]:
    for start in range(0, len(content), _SLOT_BYTES):
        parts = content[start : start + _SLOT_BYTES].decode("ascii", "replace").split()
        if len(parts) == 3 and parts[0].isdecimal() and parts[0].isascii():
            yield Head(int(parts[0]), parts[1], parts[2])


def _make(folder: Path, path: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    scratch = folder / f"journal.key.{os.getpid()}.{os.urandom(4).hex()}"
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, pem)
        os.fsync(descriptor)
        os.close(descriptor)
        os.link(scratch, path)
    except FileExistsError:
        return
    finally:
        scratch.unlink()
    (folder / "journal.pub").write_text(private.public_key().public_bytes_raw().hex() + "\n")
