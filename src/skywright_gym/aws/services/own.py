"""Which requests the gym answers itself. Owns the list of its own services.

A new one is a module beside this with `answer(world, operation, arguments, region) -> result`, and its
line below.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from skywright_gym.aws.moto_app import Signed
from skywright_gym.aws.refusal import Refusal, Response
from skywright_gym.aws.services import health, trail
from skywright_gym.aws.signature import Request
from skywright_gym.world import World, current_world

_Service = Callable[[World, str, Mapping[str, Any]], dict[str, Any]]

_JSON_TARGETS: dict[str, _Service] = {
    "AWSHealth_20160804": health.answer,
    # Of trails themselves moto knows more.
    "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents": trail.answer,
}


def answer(request: Request, signed: Signed, name: str) -> Response | None:
    """The answer to a request for one of the gym's own services; None: it is for moto.

    Raises:
        Refusal: The service has no such operation, or refuses.
    """
    target = request.headers.get("x-amz-target", "")
    prefix, _, operation = target.rpartition(".")
    service = _JSON_TARGETS.get(target) or _JSON_TARGETS.get(prefix)
    if service is None:
        return None
    try:
        arguments = json.loads(request.body or b"{}")
    except ValueError:
        raise Refusal("SerializationException", f"the body of {name} is not JSON") from None
    if not isinstance(arguments, dict):
        raise Refusal("SerializationException", f"the body of {name} is not a JSON object")
    try:
        result = service(current_world(), operation, arguments)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # The shapes are not checked here, so arguments of a wrong shape end up as one of these.
        raise Refusal("ValidationException", f"{name} was given what it does not take: {error}") from error
    return Response(200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(result).encode())
