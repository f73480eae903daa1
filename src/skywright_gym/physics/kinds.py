"""Which faults there are. Owns the kinds, their fields, and what is said of a fault that is asked for
wrongly; knows nothing of worlds, of HTTP, nor of how a fault is played.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from skywright_gym.physics.fields import REQUIRED, Field, Kind, Unfit, value_of

_LONGEST_SECONDS = 3600
_EVER_SECONDS = 10 * 365 * 86400

_WINDOW = {
    "after_seconds": Field(
        "when it begins, on the world's clock, from now on", "number", 0, (), 0, _EVER_SECONDS
    ),
    "for_seconds": Field(
        "how long it lasts; until it is mended if not given", "number", None, (), 0, _EVER_SECONDS
    ),
}
_CALLS = {
    "operation": Field("which operations: ec2:RunInstances, with * for any part", default="*"),
    "service": Field("which services: ec2, elbv2, …, with * for any part", default="*"),
    "region": Field("which regions: eu-west-1, with * for any part", default="*"),
    "times": Field("how many calls it happens to; then it is over", "whole number", None, (), 1),
    "probability": Field("how likely it happens to a call: 0 to 1", "number", None, (), 0, 1),
    "seed": Field("decides by chance which calls; the same seed, the same calls", "whole number", 0),
    **_WINDOW,
}
_SECONDS = Field("how many seconds of the wall's clock", "whole number", REQUIRED, (), 1, _LONGEST_SECONDS)
_AFTER_A_WHILE = replace(_SECONDS, says="after how many seconds the connection is closed", default=0, least=0)
_ZONE = Field("the zone: eu-west-1a, with * for any part", default=REQUIRED)

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "health-event",
            "AWS Health tells of a problem; nothing else happens.",
            "specification: https://docs.aws.amazon.com/health/latest/APIReference/API_Event.html",
            {
                "service": Field("the service: EC2, RDS, …", default=REQUIRED),
                "region": Field("the region", default="us-east-1"),
                "code": Field("the event's type: AWS_EC2_OPERATIONAL_ISSUE", default=REQUIRED),
                "status": Field("its status", default="open", choices=("open", "closed", "upcoming")),
                "text": Field("its description", default=""),
                "category": Field(
                    "its category",
                    default="issue",
                    choices=("issue", "accountNotification", "scheduledChange", "investigation"),
                ),
                "entities": Field("the resources that it affects", "texts", ()),
                **_WINDOW,
            },
        ),
        Kind(
            "error",
            "A call is not carried out and answers with a code of your choice.",
            "assumption: which code and status belong together is up to whoever sets the fault",
            {
                "operation": replace(_CALLS["operation"], default=REQUIRED),
                "code": Field("the error's code", default=REQUIRED),
                "message": Field("its message", default="an error that was asked for"),
                "status": Field("its HTTP status", "whole number", 400, (), 400, 599),
                **{name: field for name, field in _CALLS.items() if name != "operation"},
            },
            once=True,
        ),
        Kind(
            "throttle",
            "A call is refused for coming too soon: RequestLimitExceeded for EC2, SlowDown for S3, "
            "Throttling and the like for others; with a rate, by a bucket of tokens that fills up again.",
            "specification: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html; "
            "recording: public issue reports, for the codes and statuses (EC2 503, others mostly 400)",
            {
                "rate_per_second": Field(
                    "how many calls a second get through", "number", None, (), 0.001, 1e6
                ),
                "burst": Field(
                    "how many get through at once, with a rate", "whole number", None, (), 1, 10**6
                ),
                **_CALLS,
            },
            once=True,
        ),
        Kind(
            "server-error",
            "A call is not carried out and answers 500 or 503, with the protocol's own code for that.",
            "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html and "
            "the common errors of the other services",
            {
                "code": Field(
                    "InternalError is 500, ServiceUnavailable 503",
                    default="InternalError",
                    choices=("InternalError", "ServiceUnavailable"),
                ),
                **_CALLS,
            },
            once=True,
        ),
        Kind(
            "slow",
            "A call is carried out at once, but answered so many seconds later.",
            "assumption: all of the wait comes after the work",
            {"seconds": _SECONDS, "operation": replace(_CALLS["operation"], default=REQUIRED)}
            | {name: field for name, field in _CALLS.items() if name != "operation"},
            once=True,
        ),
        Kind(
            "lost-answer",
            "A call is carried out, and the connection closed without an answer.",
            "assumption: a network that fails after the work",
            {"seconds": _AFTER_A_WHILE, **_CALLS},
            once=True,
        ),
        Kind(
            "lost-request",
            "A call is not carried out, and the connection closed without an answer.",
            "assumption: a network that fails before the work",
            {"seconds": _AFTER_A_WHILE, **_CALLS},
            once=True,
        ),
        Kind(
            "stale-reads",
            "Reads show the account as it was so many seconds ago, so that what was just made is not found.",
            "specification: https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html; "
            "assumption: one lag for all of an account, and only changes made since the fault began are late",
            {
                "seconds": Field(
                    "the lag, on the world's clock", "number", REQUIRED, (), 0.001, _LONGEST_SECONDS
                ),
                "changes_too": Field(
                    "whether a change, too, is refused that names what is not yet seen",
                    "true or false",
                    False,
                ),
                **_CALLS,
            },
        ),
        Kind(
            "expired-credentials",
            "Every call answers that its credentials have expired: RequestExpired for EC2, ExpiredToken for "
            "the others.",
            "recording: public issue reports (EC2 RequestExpired 400, S3 ExpiredToken 400, query protocols "
            "ExpiredToken 403, JSON protocols ExpiredTokenException)",
            {"access_key_id": Field("whose credentials, with * for any part", default="*"), **_CALLS},
        ),
        Kind(
            "region-outage",
            "Every call to the region answers 503, with the protocol's own code for that.",
            "assumption: the whole of a region fails, and at once",
            {"region": Field("the region: eu-west-1, with * for any part", default=REQUIRED)}
            | {name: field for name, field in _CALLS.items() if name != "region"},
        ),
        Kind(
            "zone-outage",
            "In the zone no machine can be launched or started (InsufficientInstanceCapacity), the machines "
            "that run fail both status checks, and targets on them are unhealthy; launches that name no zone "
            "go to another.",
            "assumption: machines keep their state, as the cloud shows it while a zone has no power",
            {"zone": _ZONE, **_WINDOW},
        ),
        Kind(
            "capacity",
            "A zone has room for so many machines of a type, in this account; a launch gets as many as fit "
            "between its MinCount and MaxCount, else InsufficientInstanceCapacity.",
            "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html; "
            "recording: public issue reports, for the error; assumption: the account is alone in the zone",
            {
                "machines": Field(
                    "how many can be pending or running at once", "whole number", REQUIRED, (), 0, 10**6
                ),
                "zone": replace(_ZONE, says="each zone: eu-west-1a, with * for any part", default="*"),
                "instance_type": Field("the types: t3.micro, with * for any part", default="*"),
                **_WINDOW,
            },
        ),
        Kind(
            "impaired-machine",
            "A running machine fails its status checks, and targets on it are unhealthy; one that fails the "
            "system's check alone is well again after it was stopped and started.",
            "specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/"
            "monitoring-system-instance-status-check.html; assumption: nothing answers on it",
            {
                "instance": Field("the machine's id, with * for any part", default=REQUIRED),
                "check": Field(
                    "which check fails", default="instance", choices=("instance", "system", "both")
                ),
                **_WINDOW,
            },
        ),
    )
}


def checked(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The fault that is asked for, with every field of its kind.

    Raises:
        Unfit: Unknown kind or field, or a field that is missing, of the wrong type or out of bounds.
    """
    name = asked.get("kind")
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise Unfit(f"a fault's kind is one of {', '.join(KINDS)}, not {name!r}")
    unknown = sorted(set(asked) - set(kind.fields) - {"kind"})
    if unknown:
        raise Unfit(f"a fault of kind {kind.name} has no {unknown[0]!r}; it has {', '.join(kind.fields)}")
    fault: dict[str, Any] = {"kind": kind.name}
    for field in kind.fields:
        fault[field] = value_of(kind, field, asked)
    endless = ("times", "probability", "for_seconds", "rate_per_second")
    if kind.once and all(asked.get(each) is None for each in endless) and "times" not in asked:
        fault["times"] = 1
    if fault.get("rate_per_second") is not None and fault["probability"] is not None:
        raise Unfit("a throttle has either a 'rate_per_second' or a 'probability'")
    if fault.get("burst") is not None and fault["rate_per_second"] is None:
        raise Unfit("'burst' of a fault of kind throttle needs a 'rate_per_second'")
    return fault


def told(kind: Kind) -> dict[str, Any]:
    """A kind as the control interface tells it."""
    return {
        "kind": kind.name,
        "statement": kind.statement,
        "provenance": kind.provenance,
        "once": kind.once,
        "fields": [
            {
                "name": name,
                "type": field.type,
                "required": field.default is REQUIRED,
                "default": None if field.default is REQUIRED else field.default,
                "choices": list(field.choices),
                "says": field.says,
            }
            for name, field in kind.fields.items()
        ],
    }
