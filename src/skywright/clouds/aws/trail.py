"""CloudTrail's event history, asked for the last change of a thing. Owns what is asked and how it is read.

The history holds ninety days, is asked at most twice a second in an account and region, and has an event some
minutes after it happened
(https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html,
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html). Which things an event
names as its resources differs from service to service: what is not found may have happened all the same.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from skywright.clouds.calling import Caller
from skywright.clouds.restoring import Deed
from skywright.model.operation import Operation

_LOOKUP = Operation("cloudtrail", "LookupEvents")


class CloudTrail:
    """The history, as `clouds.base.Trail`."""

    def last(self, caller: Caller, id: str, region: str, since: float) -> Deed | None:
        """The last change that names the id as its resource."""
        begins = datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        named = [{"AttributeKey": "ResourceName", "AttributeValue": id}]
        asked = {"LookupAttributes": named, "StartTime": begins}
        answer = cast("Mapping[str, Any]", caller.call(_LOOKUP, asked, region))
        changes = [one for one in answer.get("Events", ()) if one.get("ReadOnly") != "true"]
        return _deed(changes[0]) if changes else None


def _deed(event: Mapping[str, Any]) -> Deed:
    service = str(event.get("EventSource", "")).partition(".")[0]
    return Deed(
        f"{service}:{event.get('EventName', '')}",
        str(event.get("Username") or "somebody unnamed"),
        _seconds(event.get("EventTime")),
        _agent(event),
    )


def _seconds(told: Any) -> float:
    if isinstance(told, int | float):
        return float(told)
    try:
        return datetime.fromisoformat(str(told)).timestamp()
    except ValueError:
        return 0.0


def _agent(event: Mapping[str, Any]) -> str:
    """What it was done with: the first word by which the program called itself."""
    try:
        record: Any = json.loads(str(event.get("CloudTrailEvent") or "{}"))
    except ValueError:
        return ""
    said = cast("Mapping[str, Any]", record).get("userAgent") if isinstance(record, Mapping) else ""
    return str(said or "").split(" ")[0][:60]
