"""What the faults that are set do to a call. Owns the order in which they are asked, and the errors they give
in the words of each protocol; which faults meet a call is decided in `physics/faults`.

Nothing here is asked in a world without faults.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from skywright_gym.aws import staleness
from skywright_gym.aws.refusal import Protocol, Refusal, Response
from skywright_gym.physics import faults
from skywright_gym.physics.faults import Called
from skywright_gym.world import World

Work = Callable[[], Response]


@dataclass(frozen=True, slots=True)
class Call:
    """A call that faults may meet.

    Attributes:
        protocol: the one whose codes it is answered with.
        signed_for: the name of the service that it is signed for.
        only_reads: whether it can change nothing.
    """

    called: Called
    protocol: Protocol
    signed_for: str
    only_reads: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call: its response, and how long that is kept back.

    Without a response the connection is to be closed.
    """

    response: Response | None
    delay_seconds: int = 0


def play(world: World, call: Call, work: Work) -> Outcome:
    """Let the call meet its faults, and be carried out by `work` unless one of them is against it.

    Raises:
        Refusal: A fault says so, or `work` does.
    """
    for kind, refused in _REFUSALS.items():
        fault = faults.met(world, kind, call.called)
        if fault is not None:
            raise refused(call, fault)
    lost = faults.met(world, "lost-request", call.called)
    if lost is not None:
        return Outcome(None, lost["seconds"])
    response = _carried_out(world, call, work)
    slow = faults.met(world, "slow", call.called)
    delay_seconds = slow["seconds"] if slow is not None else 0
    lost = faults.met(world, "lost-answer", call.called)
    if lost is not None:
        return Outcome(None, max(delay_seconds, lost["seconds"]))
    return Outcome(response, delay_seconds)


def _carried_out(world: World, call: Call, work: Work) -> Response:
    if call.only_reads:
        return staleness.read(world, call.called, work)
    return staleness.change(world, call.called, work)


# ---- the words of each protocol


def _throttled(call: Call, _fault: Mapping[str, Any]) -> Refusal:
    match call.protocol:
        case "ec2":
            return Refusal("RequestLimitExceeded", "Request limit exceeded.", 503)
        case "s3":
            return Refusal("SlowDown", "Please reduce your request rate.", 503)
        case "rest-json":
            if call.signed_for in ("lambda", "apigateway"):
                return Refusal("TooManyRequestsException", "Rate exceeded", 429)
            return Refusal("ThrottlingException", "Rate exceeded", 429)
        case "json":
            return Refusal("ThrottlingException", "Rate exceeded")
        case "query" | "rest-xml" | "rpc-v2-cbor":
            return Refusal("Throttling", "Rate exceeded")


def _failed(call: Call, fault: Mapping[str, Any]) -> Refusal:
    return _internal_error(call) if fault["code"] == "InternalError" else _unavailable(call)


def _internal_error(call: Call) -> Refusal:
    match call.protocol:
        case "ec2":
            return Refusal("InternalError", "An internal error has occurred", 500)
        case "s3":
            return Refusal("InternalError", "We encountered an internal error. Please try again.", 500)
        case "json" | "rest-json":
            return Refusal("InternalServerError", "An internal error has occurred", 500)
        case "query" | "rest-xml" | "rpc-v2-cbor":
            message = "The request processing has failed because of an unknown error, exception or failure."
            return Refusal("InternalFailure", message, 500)


def _unavailable(call: Call, _fault: Mapping[str, Any] | None = None) -> Refusal:
    code = "ServiceUnavailableException" if "json" in call.protocol else "ServiceUnavailable"
    return Refusal(code, "The request has failed due to a temporary failure of the server.", 503)


def _expired(call: Call, _fault: Mapping[str, Any]) -> Refusal:
    match call.protocol:
        case "ec2":
            return Refusal("RequestExpired", "Request has expired.")
        case "s3":
            return Refusal("ExpiredToken", "The provided token has expired.")
        case "json" | "rest-json":
            return Refusal("ExpiredTokenException", "The security token included in the request is expired")
        case "query" | "rest-xml" | "rpc-v2-cbor":
            return Refusal("ExpiredToken", "The security token included in the request is expired", 403)


def _asked_for(_call: Call, fault: Mapping[str, Any]) -> Refusal:
    return Refusal(fault["code"], fault["message"], fault["status"])


_REFUSALS: Mapping[str, Callable[[Call, Mapping[str, Any]], Refusal]] = {
    # In the order in which a request would come upon them.
    "region-outage": _unavailable,
    "expired-credentials": _expired,
    "throttle": _throttled,
    "server-error": _failed,
    "error": _asked_for,
}
