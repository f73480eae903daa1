"""Bodies that are sent in pieces with signatures or checksums between them (`aws-chunked`).

Source: "Signature calculations: transfer payload in multiple chunks" and "… including trailing headers"
(Amazon S3 API Reference).
"""

import hashlib
import hmac
import re
from collections.abc import AsyncIterator
from typing import Final

from skywright.clouds.aws.wire import sigv4
from skywright.clouds.wire import Body, Broken, Claim, Head
from skywright.errors import Refused

SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_TRAILING = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
UNSIGNED_TRAILING = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
_TRAILER_LENGTHS: Final = {
    "crc32": 8,
    "crc32c": 8,
    "crc64nvme": 12,
    "sha1": 28,
    "sha256": 44,
    "sha512": 88,
    "md5": 24,
    "xxhash64": 12,
    "xxhash3": 12,
    "xxhash128": 24,
}
"""Characters of base64 of each checksum: the length of a body has to be known before it ends."""

_SIZE = re.compile(r"([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?")
_PIECE: Final = 64 * 1024
_LONGEST: Final = 16 * 1024 * 1024
_LONGEST_LINE: Final = 4096


def chunked(claim: Claim) -> bool:
    """Whether the body is framed."""
    return claim.payload in (SIGNED, SIGNED_TRAILING, UNSIGNED_TRAILING)


def of(head: Head, claim: Claim) -> Body:
    """What the head says of the body.

    Raises:
        Refused: Length or framing are missing, contradictory or unknown.
    """
    trailer = head.headers.get("x-amz-trailer", "")
    if chunked(claim):
        length = _number(head, "x-amz-decoded-content-length")
        if (claim.payload != SIGNED) != bool(trailer):
            raise Refused("malformed-request", "the trailer and its announcement do not agree")
        if trailer and trailer.removeprefix("x-amz-checksum-") not in _TRAILER_LENGTHS:
            raise Refused("malformed-request", f"the trailer {trailer[:60]} is not one that we know")
        return Body(length, trailer=trailer)
    if trailer or "x-amz-decoded-content-length" in head.headers:
        raise Refused("malformed-request", "a trailer is announced for a body that has none")
    if "transfer-encoding" in head.headers:
        raise Refused("malformed-request", "a body without a length is not let through")
    length = _number(head, "content-length", "0")
    if claim.payload == sigv4.UNSIGNED:
        return Body(length)
    if not re.fullmatch(r"[0-9a-f]{64}", claim.payload):
        raise Refused("signature-incomplete", "the signature says nothing of the body")
    return Body(length, sha256=claim.payload)


def _number(head: Head, name: str, default: str = "") -> int:
    text = head.headers.get(name, default)
    if not re.fullmatch(r"\d{1,15}", text):
        raise Refused("malformed-request", f"the header {name} is not a length")
    return int(text)


async def restream(
    source: AsyncIterator[bytes], claim: Claim, secret: str, body: Body
) -> AsyncIterator[bytes]:
    """The body as `compose` announced it: the client's framing taken off and, for a trailer, ours put on.

    Raises:
        Broken: Length, hash, a piece's signature or the framing are not what they should be.
    """
    if not chunked(claim):
        async for piece in _checked(source, body):
            yield piece
        return
    unframed = _Unframed(source, claim, secret, body)
    if not body.trailer:
        async for piece in _checked(unframed.pieces(), body):
            yield piece
        return
    held = bytearray()
    async for piece in unframed.pieces():
        held += piece
        while len(held) >= _PIECE:
            yield _framed(bytes(held[:_PIECE]))
            del held[:_PIECE]
    if unframed.length != body.length:
        raise Broken("the body is not as long as was said")
    if held:
        yield _framed(bytes(held))
    yield f"0\r\n{body.trailer}:{unframed.trailer}\r\n\r\n".encode()


def framed_length(body: Body) -> int:
    """How long a body with a trailer is once it is framed by us."""
    whole, rest = divmod(body.length, _PIECE)
    length = whole * len(_framed(bytes(_PIECE)))
    length += len(_framed(bytes(rest))) if rest else 0
    encoded = _TRAILER_LENGTHS[body.trailer.removeprefix("x-amz-checksum-")]
    return length + len(f"0\r\n{body.trailer}:\r\n\r\n") + encoded


def _framed(piece: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(piece), piece)


async def _checked(source: AsyncIterator[bytes], body: Body) -> AsyncIterator[bytes]:
    """The last piece comes out only when length and hash are as was said."""
    digest = hashlib.sha256()
    held, length = b"", 0
    async for piece in source:
        if held:
            yield held
        length += len(piece)
        if body.sha256:
            digest.update(piece)
        held = piece
    if length != body.length or (body.sha256 and digest.hexdigest() != body.sha256):
        raise Broken("the body is not the one that was signed")
    if held:
        yield held


class _Unframed:
    """Takes `aws-chunked` apart, checking each piece's signature where there is one."""

    def __init__(self, source: AsyncIterator[bytes], claim: Claim, secret: str, body: Body) -> None:
        self._source = source
        self._claim = claim
        self._secret = secret
        self._body = body
        self._buffer = bytearray()
        self._signature = claim.signature
        self._signed = claim.payload != UNSIGNED_TRAILING
        self.length = 0
        self.trailer = ""

    async def pieces(self) -> AsyncIterator[bytes]:
        while True:
            size, signature = self._size(await self._line())
            if size > _LONGEST or self.length + size > self._body.length:
                raise Broken("the body is longer than was said")
            data = await self._exactly(size)
            if self._signed:
                digest = hashlib.sha256(data).hexdigest()
                self._check("AWS4-HMAC-SHA256-PAYLOAD", signature, (sigv4.EMPTY, digest))
            if size == 0:
                break
            if await self._exactly(2) != b"\r\n":
                raise Broken("the body's framing is broken")
            self.length += size
            yield data
        await self._end()

    async def _end(self) -> None:
        if self._body.trailer:
            line = await self._line()
            name, colon, value = line.partition(":")
            expected = _TRAILER_LENGTHS[self._body.trailer.removeprefix("x-amz-checksum-")]
            if name.strip().lower() != self._body.trailer or not colon or len(value.strip()) != expected:
                raise Broken("the trailer is not the one that was announced")
            self.trailer = value.strip()
            if self._signed:
                digest = hashlib.sha256(f"{self._body.trailer}:{self.trailer}\n".encode()).hexdigest()
                name, _, signature = (await self._line()).partition(":")
                if name != "x-amz-trailer-signature":
                    raise Broken("the trailer is not signed")
                self._check("AWS4-HMAC-SHA256-TRAILER", signature, (digest,))
        if await self._line() != "" or self._buffer or [piece async for piece in self._source if piece]:
            raise Broken("something follows the body")

    def _size(self, line: str) -> tuple[int, str]:
        match = _SIZE.fullmatch(line)
        if match is None or bool(match[2]) != self._signed:
            raise Broken("the body's framing is broken")
        return int(match[1], 16), match[2] or ""

    def _check(self, kind: str, signature: str, digests: tuple[str, ...]) -> None:
        expected = sigv4.chunk_signature(self._secret, self._claim, self._signature, (kind, *digests))
        if not hmac.compare_digest(expected, signature):
            raise Broken("a piece of the body is not signed by the session")
        self._signature = expected

    async def _line(self) -> str:
        while (end := self._buffer.find(b"\r\n")) < 0:
            if len(self._buffer) > _LONGEST_LINE or not await self._more():
                raise Broken("the body's framing is broken")
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line.decode("latin-1")

    async def _exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            if not await self._more():
                raise Broken("the body ends too soon")
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    async def _more(self) -> bool:
        async for piece in self._source:
            self._buffer += piece
            return True
        return False
