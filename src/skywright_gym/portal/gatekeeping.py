"""Who may speak to the portal. Owns the checks that keep foreign pages out, and the headers that keep
the portal's own page in; knows nothing of what is asked.

A browser sends the user's cookie along with requests of any page. So what acts needs a header that a
foreign page cannot set without being asked for leave, which it never gets; and a name that somebody
made point at this machine is not ours, whatever page it came from.
"""

from aiohttp import web

from skywright_gym.portal.failure import Failure

PORTAL_HEADER = "X-Skywright-Portal"
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def check_place(request: web.Request, port: int) -> None:
    """Whether the request was meant for us, and came from our own page if it came from a page.

    Raises:
        Failure: It was not.
    """
    ours = (f"127.0.0.1:{port}", f"localhost:{port}")
    if request.headers.getall("Host", []) not in [[each] for each in ours]:
        raise Failure(403, "ForeignHost", f"the portal is at http://{ours[0]} and at no other name")
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    # A link from elsewhere may open the page, but not speak to what is behind it.
    foreign = origin is not None and origin not in [f"http://{each}" for each in ours]
    if foreign or (request.path.startswith("/api/") and site not in ("same-origin", "none")):
        raise Failure(403, "ForeignPage", "another page may not speak to the portal")


def check_json(request: web.Request) -> None:
    """Whether the body is said to be JSON, which no form can say. Raises Failure."""
    if request.content_type != "application/json":
        raise Failure(400, "InvalidBody", "the body must be JSON, with Content-Type: application/json")


def check_header(request: web.Request) -> None:
    """Whether our own page asks. Raises Failure."""
    if request.headers.get(PORTAL_HEADER) != "1":
        raise Failure(403, "ForeignPage", f"a call needs the header {PORTAL_HEADER}: 1")


def protect(response: web.StreamResponse) -> None:
    """Put on a response what keeps its page to itself."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
