"""What goes back to a client: an answer in HTTP, in time, or nothing that could be taken for one."""

import asyncio

from aiohttp import web

from skywright.clouds.wire import Answer
from skywright.gate.limits import Limits


async def deliver(
    request: web.BaseRequest, response: web.StreamResponse, limits: Limits
) -> web.StreamResponse:
    """Send the answer to a client that may not care to read it."""
    length = response.content_length or 0
    try:
        async with asyncio.timeout(limits.grace_seconds + length / limits.bytes_a_second):
            await response.prepare(request)
            await response.write_eof()
    except TimeoutError:
        cut(request)
    return response


def cut(request: web.BaseRequest) -> None:
    """End the connection at once, so that nobody takes what was sent for whole."""
    if request.transport is not None:
        request.transport.abort()


def http(answer: Answer) -> web.StreamResponse:
    """The answer as aiohttp sends it."""
    length = ""
    headers: dict[str, str] = {}
    for name, value in answer.headers.items():
        if name.lower() == "content-length":
            length = value
        else:
            headers[name] = value
    if length and not answer.body:
        # The answer to a HEAD says how long the body would be.
        response = web.StreamResponse(status=answer.status, headers=headers)
        response.content_length = int(length)
        return response
    return web.Response(status=answer.status, headers=headers, body=answer.body)
