"""Alarms for other systems: an event is posted as JSON to an address that the user set.

Owns how it is sent. It is given a few seconds; a failure is told, and is nothing to the run.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from threading import Thread
from typing import IO
from urllib.parse import urlsplit
from urllib.request import Request

from skywright.errors import Usage
from skywright.journal.redact import redact_text
from skywright.model.values import Value, with_texts

_SECONDS = 3.0


class _Straight(urllib.request.HTTPRedirectHandler):
    """An alarm goes where the user said, and nowhere else."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where alarms go.

    Attributes:
        url: `http` or `https`.
        say: is told if one does not arrive.
    """

    url: str
    say: Callable[[str], None]
    seconds: float = _SECONDS

    def __call__(self, event: Mapping[str, Value]) -> None:
        """Post it, secrets struck out; comes back after a few seconds, whatever happens there."""
        problems: list[str] = []
        body = json.dumps(with_texts(event, redact_text)).encode()
        # The server may let its answer drip: no timeout of a socket bounds that.
        posting = Thread(target=self._post, args=(body, problems), name="skywright-alarm", daemon=True)
        posting.start()
        posting.join(self.seconds)
        if posting.is_alive():
            problems.append(f"no answer within {self.seconds:g} s")
        if problems:
            self.say(f"the alarm did not reach {urlsplit(self.url).hostname}: {problems[0]}")

    def _post(self, body: bytes, problems: list[str]) -> None:
        request = Request(self.url, body, {"Content-Type": "application/json"}, method="POST")
        try:
            with urllib.request.build_opener(_Straight).open(request, timeout=self.seconds):
                pass
        except urllib.error.HTTPError as error:
            problems.append(f"it answers {error.code}")
        except OSError as error:
            problems.append(" ".join(str(error).split()) or type(error).__name__)
        except (ValueError, HTTPException) as error:
            # What they say may hold the address, and the address a secret; or whatever the server said.
            problems.append(type(error).__name__)


def webhook(url: str, say: Callable[[str], None]) -> Callable[[Mapping[str, Value]], None]:
    """Where alarms go, by the address that the user set; nowhere if there is none.

    Raises:
        Usage: It is no address of the web, or names a user.
    """
    if not url:
        return lambda _event: None
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, known = None, False
    if parts is None or not known:
        raise Usage("SKYWRIGHT_ALARM_WEBHOOK is no address that begins with http:// or https://")
    if "@" in parts.netloc:
        raise Usage("SKYWRIGHT_ALARM_WEBHOOK holds a user or a password; only what is in its path is sent")
    return Webhook(url, say)
