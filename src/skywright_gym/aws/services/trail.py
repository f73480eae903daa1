"""CloudTrail's event history. Owns what is kept of each change of a world, and how it is told to who asks.

Source: AWS CloudTrail API reference, 2013-11-01 (LookupEvents), and the user guide on the contents of a
record. Assumptions: an event names every word of its request, and every id of the answer, as its resource;
it is there at once, not after minutes; and the last changes only are kept, not those of ninety days.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus
from uuid import uuid4

from skywright_gym.aws.refusal import Refusal, Response
from skywright_gym.aws.signature import Request
from skywright_gym.world import World

_KEPT = 500
_READ_AT_MOST = 1 << 18
"""Bytes of a request, or of an answer, in which names are looked for."""
_PAGE = 50
_WORD = re.compile(r"[A-Za-z0-9][\w:/.@-]{2,}")
_ID = re.compile(r"\b(?:[a-z]{1,12}-[0-9a-f]{8,17}|arn:aws[\w:/.@-]+)\b")


def note(world: World, request: Request, operation: str, region: str, user: str, response: Response) -> None:
    """Keep a change that was carried out."""
    service, _, name = operation.partition(":")
    if not name:
        return
    sent, answered = (body[:_READ_AT_MOST].decode(errors="replace") for body in (request.body, response.body))
    said = unquote_plus(f"{request.path} {request.query} {sent}")
    named = {*_WORD.findall(said), *_ID.findall(answered)}
    events: list[dict[str, Any]] = world.extras.setdefault("trail", [])
    events.append(
        {
            "id": str(uuid4()),
            "at": world.clock.now(),
            "name": name,
            "source": f"{service}.amazonaws.com",
            "region": region,
            "user": user,
            "agent": request.headers.get("user-agent", ""),
            "named": sorted(named),
        }
    )
    del events[:-_KEPT]


def answer(world: World, operation: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Look events up, the newest first. Raises Refusal."""
    if operation != "LookupEvents":
        raise Refusal("UnsupportedOperation", f"the gym does not offer cloudtrail:{operation}")
    begins = float(arguments.get("StartTime") or 0)
    ends = float(arguments.get("EndTime") or "inf")
    wanted = {one["AttributeKey"]: one["AttributeValue"] for one in arguments.get("LookupAttributes") or ()}
    if len(wanted) > 1:
        raise Refusal("InvalidLookupAttributesException", "one lookup attribute can be given, and no more")
    events: list[dict[str, Any]] = world.extras.get("trail", [])
    found = [one for one in reversed(events) if begins <= one["at"] <= ends and _fits(one, wanted)]
    start = int(arguments.get("NextToken") or 0)
    end = start + min(int(arguments.get("MaxResults") or _PAGE), _PAGE)
    page: dict[str, Any] = {"Events": [_told(world, one) for one in found[start:end]]}
    return page | ({"NextToken": str(end)} if end < len(found) else {})


def _fits(event: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    fields = {
        "EventId": (event["id"],),
        "EventName": (event["name"],),
        "EventSource": (event["source"],),
        "Username": (event["user"],),
        "ReadOnly": ("false",),
        "ResourceName": event["named"],
    }
    return all(value in fields.get(key, ()) for key, value in wanted.items())


def _told(world: World, event: Mapping[str, Any]) -> dict[str, Any]:
    record = {
        "eventVersion": "1.08",
        "userIdentity": {"accountId": world.account_id, "userName": event["user"]},
        "eventTime": datetime.fromtimestamp(event["at"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": event["source"],
        "eventName": event["name"],
        "awsRegion": event["region"],
        "userAgent": event["agent"],
        "readOnly": False,
        "eventID": event["id"],
        "recipientAccountId": world.account_id,
    }
    return {
        "EventId": event["id"],
        "EventName": event["name"],
        "ReadOnly": "false",
        "EventTime": event["at"],
        "EventSource": event["source"],
        "Username": event["user"],
        "Resources": [{"ResourceName": name} for name in event["named"] if _ID.fullmatch(name)],
        "CloudTrailEvent": json.dumps(record),
    }
