"""Pages of EC2's lists.

Owns which lists are cut into pages and what a page's token is. moto answers most of them whole, whatever
page was asked for.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from skywright_gym.aws.behaviour.errors import invalid_value, refusal
from skywright_gym.aws.behaviour.rule import Rule, around

LISTS: Mapping[str, str] = {
    "describe_images": "Images",
    "describe_instance_status": "InstanceStatuses",
    "describe_instance_type_offerings": "InstanceTypeOfferings",
    "describe_instance_types": "InstanceTypes",
    "describe_internet_gateways": "InternetGateways",
    "describe_launch_templates": "LaunchTemplates",
    "describe_nat_gateways": "NatGateways",
    "describe_network_acls": "NetworkAcls",
    "describe_network_interfaces": "NetworkInterfaces",
    "describe_route_tables": "RouteTables",
    "describe_security_group_rules": "SecurityGroupRules",
    "describe_security_groups": "SecurityGroups",
    "describe_snapshots": "Snapshots",
    "describe_spot_instance_requests": "SpotInstanceRequests",
    "describe_subnets": "Subnets",
    "describe_tags": "Tags",
    "describe_volumes": "Volumes",
    "describe_volumes_modifications": "VolumesModifications",
    "describe_vpcs": "Vpcs",
}
"""moto's method -> the answer's list that is cut, as botocore's paginators have it."""
_FEWEST, _MOST = 5, 1000
_FEWER_AT_MOST: Mapping[str, int] = {"describe_instance_types": 100}


def _page(operation: str, key: str) -> Callable[[Callable[..., Any], Any], Any]:
    def answer(original: Callable[..., Any], self: Any) -> Any:
        asked, token = self._get_param("MaxResults"), self._get_param("NextToken")
        if asked is None and not token:
            return original(self)
        size, start = _size(operation, asked), _start(operation, token)
        response = original(self)
        result = response.result if isinstance(response, ActionResult) else None
        if not isinstance(result, dict) or result.get("NextToken"):
            return response
        rows = list(result[key])
        left = {"NextToken": _token(operation, start + size)} if len(rows) > start + size else {}
        return ActionResult({**result, key: rows[start : start + size], **left})

    return answer


def _size(operation: str, asked: Any) -> int:
    if asked is None:
        return _MOST
    size, most = int(asked), _FEWER_AT_MOST.get(operation, _MOST)
    if not _FEWEST <= size <= most:
        bound = f"greater than {_FEWEST}" if size < _FEWEST else f"less than or equal to {most}"
        raise invalid_value(
            f"Value ( {size} ) for parameter maxResults is invalid. Expecting a value {bound}."
        )
    return size


def _token(operation: str, start: int) -> str:
    return base64.urlsafe_b64encode(f"{operation}:{start}".encode()).decode()


def _start(operation: str, token: str | None) -> int:
    if not token:
        return 0
    try:
        of, _, start = base64.urlsafe_b64decode(token).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        of, start = "", ""
    if of != operation or not start.isdecimal():
        raise refusal("InvalidNextToken", f"The token '{token}' is invalid")
    return int(start)


RULES = (
    Rule(
        name="lists.pages",
        services=("ec2",),
        statement="A list is given in pages of at most MaxResults, with a token that leads to the next.",
        provenance="specification: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-pagination.html",
        wraps=tuple(around(EC2Response, name, _page(name, key)) for name, key in LISTS.items()),
    ),
)
