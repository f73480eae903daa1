"""What comes in: a request's head and body, strictly. Knows HTTP, no cloud."""

import zlib
from collections.abc import AsyncIterator

from aiohttp import web

from skywright.clouds.wire import Head
from skywright.errors import Refused
from skywright.gate.traffic import PIECE

MOST_BYTES = 64 * 1024 * 1024
"""The longest body that is read whole; longer ones have to be of an operation that streams."""


def head_of(request: web.BaseRequest) -> Head:
    """The request's head as it came.

    Raises:
        Refused: A header twice, two lengths, or a target that is not a path.
    """
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        lower = name.lower()
        if lower in headers:
            raise Refused("malformed-request", f"the header {lower[:60]} comes twice")
        headers[lower] = value
    if "content-length" in headers and "transfer-encoding" in headers:
        raise Refused("malformed-request", "the body has two lengths")
    target = request.raw_path
    if not target.startswith("/") or "#" in target:
        raise Refused("malformed-request", "the request's target is not a path")
    path, _, query = target.partition("?")
    return Head(request.method, path, query, headers)


async def go_on(request: web.BaseRequest, head: Head) -> None:
    """Tell a client that waits for leave to send its body (`Expect: 100-continue`) that it has it."""
    expect = head.headers.get("expect", "")
    if not expect:
        return
    if expect.lower() != "100-continue":
        raise Refused("malformed-request", "the header Expect is not 100-continue")
    transport = request.transport
    if transport is not None:
        transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")


async def whole(request: web.BaseRequest) -> bytes:
    """The body.

    Raises:
        Refused: It is longer than `MOST_BYTES`.
    """
    if not request.can_read_body:
        return b""
    pieces: list[bytes] = []
    length = 0
    async for piece in request.content.iter_chunked(PIECE):
        length += len(piece)
        if length > MOST_BYTES:
            raise Refused("body-too-long", f"the body is longer than {MOST_BYTES} bytes")
        pieces.append(piece)
    return b"".join(pieces)


def unpacked(body: bytes, encoding: str) -> bytes:
    """The body without the compression that some clients apply to long ones.

    Raises:
        Refused: It is not what the header says, or grows beyond `MOST_BYTES`.
    """
    if encoding in ("", "identity", "amz-1.0"):
        return body
    if encoding != "gzip":
        raise Refused("malformed-request", f"the content encoding {encoding[:40]} is not let through")
    try:
        unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
        plain = unpacker.decompress(body, MOST_BYTES)
        if unpacker.unconsumed_tail or unpacker.unused_data or not unpacker.eof:
            raise Refused("body-too-long", "the compressed body is too long, or not whole")
        return plain
    except zlib.error as error:
        raise Refused("malformed-request", "the body is not compressed as its header says") from error


async def pieces(request: web.BaseRequest) -> AsyncIterator[bytes]:
    """The body in pieces, none of them kept."""
    async for piece in request.content.iter_chunked(PIECE):
        yield piece
