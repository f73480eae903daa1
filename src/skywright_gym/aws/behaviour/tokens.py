"""Idempotency tokens: the same request twice is done once.

Owns the operations whose token moto ignores. What was answered is remembered on the region's agenda.
"""

import json
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from skywright_gym.aws.behaviour import timing
from skywright_gym.aws.behaviour.agenda import agenda_of
from skywright_gym.aws.behaviour.errors import refusal
from skywright_gym.aws.behaviour.rule import Rule, around

OPERATIONS = (
    "run_instances",
    "create_volume",
    "request_spot_instances",
    "create_network_interface",
    "create_nat_gateway",
    "create_launch_template",
    "create_launch_template_version",
    "create_fleet",
    "create_vpc_endpoint",
    "create_route_table",
    "create_network_acl",
    "create_flow_logs",
    "copy_image",
    "allocate_hosts",
)
_IGNORED = ("ClientToken", "DryRun")


def _fingerprint(params: Any) -> str:
    plain = params.original_dict() if hasattr(params, "original_dict") else dict(params)
    return json.dumps({k: v for k, v in plain.items() if k not in _IGNORED}, sort_keys=True, default=str)


def _once(operation: str) -> Callable[[Callable[..., Any], Any], Any]:
    def answer(original: Callable[..., Any], self: Any) -> Any:
        token = self._get_param("ClientToken")
        if not token:
            return original(self)
        tokens, fingerprint = agenda_of(self.ec2_backend).tokens, _fingerprint(self.params)
        key = f"{operation}:{token}"
        known = tokens.get(key)
        if known is not None and timing.now() < known["until"]:
            if known["fingerprint"] != fingerprint:
                raise refusal(
                    "IdempotentParameterMismatch",
                    "The request uses the same client token as a previous, but non-identical request. Do "
                    "not reuse a client token with different requests, unless the requests are identical",
                )
            return ActionResult(known["result"])
        response = original(self)
        if isinstance(response, ActionResult):
            until = timing.due("token.remembered")
            tokens[key] = {"fingerprint": fingerprint, "result": response.result, "until": until}
        return response

    return answer


RULES = (
    Rule(
        "tokens.once",
        ("ec2",),
        "A request with the client token of an earlier one answers what that one made and makes nothing; "
        "with other arguments it is refused.",
        "specification: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html",
        tuple(around(EC2Response, operation, _once(operation)) for operation in OPERATIONS),
    ),
)
