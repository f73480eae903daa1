"""Worlds to bytes and back. Owns how a world is pickled; knows nothing of files or of HTTP.

All services of a world go into one pickle, so references between services survive. The C pickler does
it with a table of reducers for what does not pickle by itself; what it cannot do (classes made inside
functions, closures) goes through cloudpickle, which is slower.
"""

import copyreg
import gc
import io
import pickle
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import cloudpickle
from cryptography import x509
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.bindings._rust import x509 as rust_x509
from cryptography.hazmat.primitives import serialization

from skywright_gym.world import World

# The pickler follows references as deep as they go; moto's graphs are some thousands deep.
DEPTH = 20_000
STACK_BYTES = 256 * 1024 * 1024


class Unreadable(Exception):
    """The bytes are not a world that this version can read."""


class CannotCopy(Exception):
    """Something in the world can neither be pickled nor be pickled by cloudpickle; a bug of the gym."""


def dumps(world: World) -> bytes:
    """The whole world as bytes. The caller holds `world.lock`. Raises CannotCopy."""
    state = (world.account_id, world.clock, world.extras, world.backends)
    why = ""
    for pickler in (_Fast, _Thorough):
        target = io.BytesIO()
        try:
            with _without_collector():
                pickler(target, protocol=5).dump(state)
        except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
            why = f"the world cannot be copied: {type(error).__name__}: {error}"
            continue
        return target.getvalue()
    raise CannotCopy(why)


def loads(data: bytes) -> World:
    """The world of which `data` are the bytes; it shares nothing mutable with the original.

    Raises:
        Unreadable: The bytes are of another version of the gym or of moto, or are no world at all.
    """
    try:
        with _without_collector():
            account_id, clock, extras, backends = pickle.loads(data)
    except Exception as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error
    return World(account_id, clock, extras, backends)


@contextmanager
def _without_collector() -> Generator[None]:
    """The garbage collector would walk all new objects again and again while not one of them is garbage."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


_Reduced = tuple[Callable[..., Any], tuple[Any, ...]]


def _lock(_lock: Any) -> _Reduced:
    return threading.Lock, ()


def _rlock(_lock: Any) -> _Reduced:
    return threading.RLock, ()


def _private_key(key: Any) -> _Reduced:
    der = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return _load_private_key, (der,)


@lru_cache(maxsize=64)
def _load_private_key(der: bytes) -> Any:
    """A key, which nothing changes: copies share it, since to check one takes a twelfth of a second."""
    return serialization.load_der_private_key(der, None)


def _public_key(key: Any) -> _Reduced:
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return serialization.load_der_public_key, (der,)


def _certificate(certificate: Any) -> _Reduced:
    return x509.load_der_x509_certificate, (certificate.public_bytes(serialization.Encoding.DER),)


_REDUCERS: dict[type, Callable[[Any], _Reduced]] = {
    type(threading.Lock()): _lock,
    type(threading.RLock()): _rlock,
    openssl.rsa.RSAPrivateKey: _private_key,
    openssl.rsa.RSAPublicKey: _public_key,
    openssl.ec.ECPrivateKey: _private_key,
    openssl.ec.ECPublicKey: _public_key,
    openssl.ed25519.Ed25519PrivateKey: _private_key,
    openssl.ed25519.Ed25519PublicKey: _public_key,
    rust_x509.Certificate: _certificate,
}


class _Fast(pickle.Pickler):
    def __init__(self, file: io.BytesIO, protocol: int) -> None:
        super().__init__(file, protocol)
        self.dispatch_table = {**copyreg.dispatch_table, **_REDUCERS}


class _Thorough(cloudpickle.Pickler):
    def __init__(self, file: io.BytesIO, protocol: int) -> None:
        super().__init__(file, protocol)
        self.dispatch_table = {**cloudpickle.Pickler.dispatch_table, **_REDUCERS}
