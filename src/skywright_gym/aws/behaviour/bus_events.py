"""The events that the cloud itself puts on an account's bus, where rules of EventBridge's may send them on.

Owns their shape. Whoever has no rules has no events.
"""

import json
import logging
from typing import Any

from moto.core.exceptions import ServiceException
from moto.events.models import events_backends
from werkzeug.exceptions import HTTPException

_log = logging.getLogger(__name__)


def interruption(backend: Any, instance: Any, action: str, at: float) -> None:
    """A spot machine has got its notice.

    Shape: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
    """
    if backend.account_id not in events_backends:
        return
    events: Any = events_backends[backend.account_id].get(backend.region_name)
    if events is None:
        return
    event = {
        "Source": "aws.ec2",
        "DetailType": "EC2 Spot Instance Interruption Warning",
        "Detail": json.dumps({"instance-id": instance.id, "instance-action": action}),
        "Resources": [f"arn:aws:ec2:{instance.placement.zone}:instance/{instance.id}"],
        "Time": at,
    }
    try:
        events.put_events([event])
    except (HTTPException, ServiceException) as why:
        # A rule's target is gone: the event is lost, as it is there.
        _log.info("an event for %s was not delivered: %s", instance.id, why)
