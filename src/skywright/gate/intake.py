"""What comes in: a request's head and body, strictly. Knows HTTP, no cloud."""

import zlib
from collections.abc import AsyncIterator

from aiohttp import HttpVersion10, HttpVersion11, web

from skywright.clouds.wire import Broken, Head
from skywright.errors import Refused
from skywright.gate.limits import Held, Limits, TooSlow


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
    if request.version not in (HttpVersion10, HttpVersion11):
        raise Refused("malformed-request", "the request is not of HTTP/1")
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


async def whole(request: web.BaseRequest, limits: Limits, held: Held) -> bytes:
    """The body. Its bytes are counted as held; whoever asked gives them back when it is done with.

    Raises:
        Refused: It is longer than is read whole, comes too slowly, or too many others are held; nothing
            is counted then.
    """
    if not request.can_read_body:
        return b""
    pieces: list[bytes] = []
    length, pace = 0, limits.from_client()
    try:
        while not (content := request.content).at_eof():
            # What is there already needs no clock.
            piece = content.read_nowait() if content.is_eof() else await pace.of(content.readany())
            if length + len(piece) > limits.body_bytes:
                raise Refused("body-too-long", f"the body is longer than {limits.body_bytes} bytes")
            held.take(len(piece))
            length += len(piece)
            pieces.append(piece)
    except BaseException as error:
        held.give_back(length)
        if isinstance(error, TooSlow):
            raise Refused("request-too-slow", f"the body was not waited for any longer: {error}") from error
        raise
    return b"".join(pieces) if len(pieces) > 1 else pieces[0] if pieces else b""


def unpacked(body: bytes, encoding: str, most: int) -> bytes:
    """The body without the compression that some clients apply to long ones.

    Args:
        most: the bytes that it may grow to.

    Raises:
        Refused: It is not what the header says, or grows beyond that.
    """
    if encoding in ("", "identity", "amz-1.0"):
        return body
    if encoding != "gzip":
        raise Refused("malformed-request", f"the content encoding {encoding[:40]} is not let through")
    try:
        unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
        plain = unpacker.decompress(body, most)
        if unpacker.unconsumed_tail or unpacker.unused_data or not unpacker.eof:
            raise Refused("body-too-long", "the compressed body is too long, or not whole")
        return plain
    except zlib.error as error:
        raise Refused("malformed-request", "the body is not compressed as its header says") from error


async def pieces(request: web.BaseRequest, limits: Limits) -> AsyncIterator[bytes]:
    """The body in pieces, none of them kept.

    Raises:
        Broken: It comes too slowly.
    """
    pace = limits.from_client()
    try:
        while piece := await pace.of(request.content.readany()):
            yield piece
    except TooSlow as error:
        raise Broken(f"the body was not waited for any longer: {error}") from error
