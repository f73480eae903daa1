"""Starts Terraform's provider and stands between the two: a program of its own.

Run as `python -I relay.py JSON`. It says, in a line, how Terraform attaches, and goes on until it is ended.
Every command of Terraform asks for the provider's whole schema: 5 MB about some 1,500 types, which cost the
two of them two seconds of a processor. What is handed on here is the part about the few types that our
configurations are written with, out of a file once that is there; all else goes through as it is. Imports
nothing of ours.
"""

import importlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

_ATTACH = re.compile(rb"TF_REATTACH_PROVIDERS='(\{.*\})'")
_START_SECONDS = 60.0
_SCHEMA = ("/GetSchema", "/GetProviderSchema")
"""What the call is named in the protocol's versions 5 and 6."""

_WHOLE = frozenset({1, 4, 5, 6})
"""The answer's fields that are not by type: the provider's own schema, diagnostics, meta, capabilities.
Source: tfplugin5.proto and tfplugin6.proto, message GetProviderSchema.Response."""

_DIAGNOSTICS = 4
_AT_ONCE = 64
"""Terraform does ten things at once, and keeps a few lines open beside."""


def main(asked: dict[str, Any]) -> int:
    """Start the provider, say how to attach, and go on.

    Args:
        asked: `provider`, a file; `source`, what it is called in configurations; `types`, those whose
            schema is handed on, or none: the whole is; `schema`, the file that keeps it.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryFile() as log:
        provider = subprocess.Popen(
            [asked["provider"], "-debug"], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.DEVNULL
        )
        try:
            attach = _attach(provider, log)
            if attach is None:
                return 1
            sys.stdout.write(json.dumps({asked["source"]: _relayed(attach, asked)}) + "\n")
            sys.stdout.flush()
            return provider.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            # Waited for, its time counts as ours.
            provider.kill()
            provider.wait()


def _attach(provider: "subprocess.Popen[bytes]", log: IO[bytes]) -> dict[str, Any] | None:
    """What the provider says of itself when it is ready; None if it never is."""
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and provider.poll() is None:
        found = _ATTACH.search(os.pread(log.fileno(), 65536, 0))
        if found:
            return next(iter(json.loads(found[1]).values()))
        time.sleep(0.02)
    return None


def _relayed(attach: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """The same through a relay; without the library for it, Terraform and the provider talk directly."""
    if not asked["types"]:
        return attach
    try:
        grpc = importlib.import_module("grpc")
    except ImportError:
        return attach
    address = attach["Addr"]
    if attach["Protocol"] != "grpc" or address["Network"] != "unix":  # as on Windows
        return attach
    relay = Relay(grpc, address["String"], frozenset(asked["types"]), Path(asked["schema"]))
    return {**attach, "Addr": {**address, "String": relay.listen()}}


class Relay:
    """A gRPC server that passes on what it is asked, and answers for the schema itself.

    Args:
        address: the provider's socket.
        kept: the file with the part of the schema; made if it is not there or damaged.
    """

    def __init__(self, grpc: Any, address: str, types: Collection[str], kept: Path) -> None:
        self._grpc = grpc
        self._types = types
        self._kept = kept
        self._address = f"{address}.relay"
        options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
        self._provider = grpc.insecure_channel(f"unix:{address}", options=options)
        self._server = grpc.server(ThreadPoolExecutor(_AT_ONCE), options=options)
        self._lock = threading.Lock()

    def listen(self) -> str:
        """Begin; the socket's path."""
        self._server.add_generic_rpc_handlers((self,))
        self._server.add_insecure_port(f"unix:{self._address}")
        self._server.start()
        return self._address

    def service(self, called: Any) -> Any:
        """See `grpc.GenericRpcHandler`; a call of one message is a stream of one."""
        method: str = called.method
        answer = self._schema if method.endswith(_SCHEMA) else self._passed_on

        def handle(messages: Iterator[bytes], context: Any) -> Iterator[bytes]:
            try:
                yield from answer(method, messages, context)
            except self._grpc.RpcError as error:
                context.abort(error.code(), error.details())

        return self._grpc.stream_stream_rpc_method_handler(handle)

    def _passed_on(self, method: str, messages: Iterator[bytes], context: Any) -> Iterator[bytes]:
        call = self._provider.stream_stream(method)(messages)
        context.add_callback(call.cancel)
        return call

    def _schema(self, method: str, messages: Iterator[bytes], context: Any) -> Iterator[bytes]:
        (asked,) = messages
        with self._lock:
            found = _read(self._kept, self._types)
            if found is None:
                found = part(self._provider.unary_unary(method)(asked), self._types)
                _keep(self._kept, found)
        yield found


def part(schema: bytes, types: Collection[str]) -> bytes:
    """Of the answer that holds a provider's schema, what concerns these types.

    Raises:
        ValueError: It is no such answer.
    """
    return b"".join(
        whole for number, value, whole in _fields(schema) if number in _WHOLE or _key(value) in types
    )


def _key(entry: bytes) -> str:
    """The key of a map's entry."""
    return next((value.decode() for number, value, _ in _fields(entry) if number == 1), "")


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """A protobuf message's fields, each with a length: number, value, and the two as they are written."""
    at = 0
    while at < len(message):
        start = at
        tag, at = _number(message, at)
        length, at = _number(message, at)
        end = at + length
        if tag & 7 != 2 or end > len(message):
            raise ValueError("not a message whose fields have a length")
        yield tag >> 3, message[at:end], message[start:end]
        at = end


def _number(message: bytes, at: int) -> tuple[int, int]:
    """A number in protobuf's seven bits a byte, and what is after it."""
    found = shift = 0
    while True:
        if at == len(message):
            raise ValueError("it ends within a number")
        byte = message[at]
        at += 1
        found |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return found, at


def _read(path: Path, types: Collection[str]) -> bytes | None:
    try:
        found = path.read_bytes()
        return found if found and part(found, types) == found else None
    except (OSError, ValueError):
        return None


def _keep(path: Path, schema: bytes) -> None:
    """Put it down, whole or not at all; where that cannot be, it is asked for again."""
    if any(number == _DIAGNOSTICS for number, _, _ in _fields(schema)):
        return
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(schema)
        os.replace(file.name, path)
    except OSError:
        return


if __name__ == "__main__":
    # Not by `sys.exit`: that waits for the library's threads.
    os._exit(main(json.loads(sys.argv[1])))
