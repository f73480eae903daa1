"""AWS Health. Owns how events that were set as faults are told to clients of the Health API.

Source: AWS Health API reference, 2016-08-04 (DescribeEvents, DescribeEventDetails,
DescribeAffectedEntities). Assumption: a business support plan, which the real API asks for.
"""

from collections.abc import Mapping
from typing import Any

from skywright_gym.aws.refusal import Refusal
from skywright_gym.physics import faults
from skywright_gym.world import World

_MOST = 100


def answer(world: World, operation: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out one operation of the service. Raises Refusal."""
    match operation:
        case "DescribeEvents":
            found = [_event(fault) for fault in _matching(world, arguments.get("filter") or {})]
            return _page(found, arguments, "events")
        case "DescribeEventDetails":
            return _details(world, arguments)
        case "DescribeAffectedEntities":
            return _entities(world, arguments)
        case _:
            raise Refusal("UnsupportedOperation", f"the gym does not offer health:{operation}")


def _arn(fault: Mapping[str, Any]) -> str:
    return f"arn:aws:health:{fault['region']}::event/{fault['service']}/{fault['code']}/{fault['id']}"


def _event(fault: Mapping[str, Any]) -> dict[str, Any]:
    event = {
        "arn": _arn(fault),
        "service": fault["service"],
        "eventTypeCode": fault["code"],
        "eventTypeCategory": fault["category"],
        "region": fault["region"],
        "startTime": faults.begins(fault),
        "lastUpdatedTime": faults.begins(fault),
        "statusCode": fault["status"],
        "eventScopeCode": "ACCOUNT_SPECIFIC" if fault["entities"] else "PUBLIC",
    }
    if fault["status"] == "closed":
        event["endTime"] = faults.begins(fault)
    return event


def _matching(world: World, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    # filter's name -> the field of the event that it compares
    fields = {
        "eventArns": "arn",
        "services": "service",
        "regions": "region",
        "eventTypeCodes": "eventTypeCode",
        "eventTypeCategories": "eventTypeCategory",
        "eventStatusCodes": "statusCode",
    }
    return [
        fault
        for fault in faults.current(world, "health-event")
        if all(not wanted.get(name) or _event(fault)[field] in wanted[name] for name, field in fields.items())
    ]


def _by_arn(world: World) -> dict[str, dict[str, Any]]:
    return {_arn(fault): fault for fault in faults.current(world, "health-event")}


def _details(world: World, arguments: Mapping[str, Any]) -> dict[str, Any]:
    known = _by_arn(world)
    asked = arguments.get("eventArns") or []
    return {
        "successfulSet": [
            {
                "event": _event(known[arn]),
                "eventDescription": {"latestDescription": known[arn]["text"]},
                "eventMetadata": {},
            }
            for arn in asked
            if arn in known
        ],
        "failedSet": [
            {"eventArn": arn, "errorName": "InvalidEventArn", "errorMessage": "there is no such event"}
            for arn in asked
            if arn not in known
        ],
    }


def _entities(world: World, arguments: Mapping[str, Any]) -> dict[str, Any]:
    known = _by_arn(world)
    wanted = arguments.get("filter") or {}
    found = [
        {
            "entityArn": f"{arn}/{value}",
            "eventArn": arn,
            "entityValue": value,
            "awsAccountId": world.account_id,
            "lastUpdatedTime": faults.begins(known[arn]),
            "statusCode": "IMPAIRED" if known[arn]["status"] == "open" else "UNKNOWN",
        }
        for arn in wanted.get("eventArns") or []
        if arn in known
        for value in known[arn]["entities"]
    ]
    return _page(found, arguments, "entities")


def _page(found: list[dict[str, Any]], arguments: Mapping[str, Any], name: str) -> dict[str, Any]:
    start = int(arguments.get("nextToken") or 0)
    end = start + min(int(arguments.get("maxResults") or _MOST), _MOST)
    page: dict[str, Any] = {name: found[start:end]}
    if end < len(found):
        page["nextToken"] = str(end)
    return page
