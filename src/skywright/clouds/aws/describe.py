"""What a twin of an account is filled with: the account's own descriptions of what is in it.

Owns the list of reads; what becomes of the answers is the gym's affair.
"""

from collections.abc import Iterable
from typing import Any

from skywright.clouds.base import Caller
from skywright.errors import CloudFailed
from skywright.model.operation import Operation
from skywright.model.values import Arguments

_READS: tuple[tuple[str, Arguments], ...] = (
    ("ec2:DescribeVpcs", {}),
    ("ec2:DescribeSubnets", {}),
    ("ec2:DescribeInternetGateways", {}),
    ("ec2:DescribeRouteTables", {}),
    ("ec2:DescribeSecurityGroups", {}),
    ("ec2:DescribeKeyPairs", {}),
    ("ec2:DescribeSnapshots", {"OwnerIds": ["self"]}),
    ("ec2:DescribeImages", {"Owners": ["self"]}),
    ("ec2:DescribeVolumes", {}),
    ("ec2:DescribeInstances", {}),
    ("ec2:DescribeAddresses", {}),
    ("elbv2:DescribeLoadBalancers", {}),
    ("elbv2:DescribeTargetGroups", {}),
)


def describe_account(caller: Caller, regions: Iterable[str]) -> dict[str, Any]:
    """Read everything that a twin needs.

    Returns:
        By region, then by operation: its result. What may not be read is left out, and the
        rehearsal finds it missing rather than made up.
    """
    described: dict[str, Any] = {}
    for region in regions:
        answers = described.setdefault(region, {})
        for name, arguments in _READS:
            try:
                answers[name] = caller.call(Operation.parse(name), arguments, region)
            except CloudFailed:
                continue
        for listener_of in answers.get("elbv2:DescribeLoadBalancers", {}).get("LoadBalancers", []):
            arn = listener_of["LoadBalancerArn"]
            found = caller.call(Operation("elbv2", "DescribeListeners"), {"LoadBalancerArn": arn}, region)
            answers.setdefault("elbv2:DescribeListeners", {"Listeners": []})["Listeners"] += found[
                "Listeners"
            ]
    return described
