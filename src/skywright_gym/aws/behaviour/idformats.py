"""The length of identifiers, which accounts once chose for each kind. Owns what is left of it: all are long,
for the time to choose is over for each.
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from skywright_gym.aws.behaviour.errors import invalid_value, not_permitted
from skywright_gym.aws.behaviour.rule import Rule, new

# specification: the kinds that ModifyIdFormat's page names, and when their time was over.
_DEADLINES = {
    "2016-12-15T00:00:00.000Z": ("instance", "reservation", "snapshot", "volume"),
    "2018-08-15T00:00:00.000Z": (
        "bundle",
        "conversion-task",
        "customer-gateway",
        "dhcp-options",
        "elastic-ip-allocation",
        "elastic-ip-association",
        "export-task",
        "flow-log",
        "image",
        "import-task",
        "internet-gateway",
        "network-acl",
        "network-acl-association",
        "network-interface",
        "network-interface-attachment",
        "prefix-list",
        "route-table",
        "route-table-association",
        "security-group",
        "subnet",
        "subnet-cidr-block-association",
        "vpc",
        "vpc-cidr-block-association",
        "vpc-endpoint",
        "vpc-peering-connection",
        "vpn-connection",
        "vpn-gateway",
    ),
}
_KINDS = {kind: deadline for deadline, kinds in _DEADLINES.items() for kind in kinds}


def _statuses(asked: str | None) -> list[dict[str, Any]]:
    if asked is not None and asked not in _KINDS:
        raise invalid_value(f"Value ({asked}) for parameter resource is invalid.")
    return [
        {"Resource": kind, "Deadline": deadline, "UseLongIds": True}
        for kind, deadline in sorted(_KINDS.items())
        if asked in (None, kind)
    ]


def _describe(self: Any) -> ActionResult:
    return ActionResult({"Statuses": _statuses(self._get_param("Resource"))})


def _aggregate(self: Any) -> ActionResult:
    self.error_on_dryrun()
    return ActionResult({"UseLongIdsAggregated": True, "Statuses": _statuses(None)})


def _principals(self: Any) -> ActionResult:
    """The root alone: no user and no role has ever set anything of this."""
    self.error_on_dryrun()
    asked: list[str] = self._get_param("Resources", [])
    statuses = [status for one in asked for status in _statuses(one)] if asked else _statuses(None)
    root = f"arn:aws:iam::{self.current_account}:root"
    return ActionResult({"Principals": [{"Arn": root, "Statuses": statuses}]})


def _modify(self: Any) -> ActionResult:
    asked = self._get_param("Resource")
    if asked != "all-current":
        _statuses(asked)
    if str(self._get_param("UseLongIds")).lower() != "true":
        raise not_permitted("The deadline to opt out of longer IDs has passed for this resource type")
    return ActionResult({})


RULES = (
    Rule(
        "settings.identifiers",
        ("ec2",),
        "Identifiers of every kind are long ones, and none can be made short again.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeIdFormat.html; "
        "assumption: the error that answers who wants short ones",
        (
            new(EC2Response, "describe_id_format", _describe),
            new(EC2Response, "describe_aggregate_id_format", _aggregate),
            new(EC2Response, "describe_principal_id_format", _principals),
            new(EC2Response, "modify_id_format", _modify),
        ),
    ),
)
