"""Kinds that nobody can make: shown as none, and nothing that makes one is offered."""

from typing import Any

import pytest
from botocore import xform_name
from moto.ec2.responses import EC2Response

from skywright_gym.aws.behaviour.absent import CLOUDWATCH_KINDS, EC2_KINDS, Kind


def _is_offered(owner: type, operation: str) -> bool:
    method = getattr(owner, xform_name(operation), None)
    # moto has methods that only say that they are not implemented.
    return method is not None and "not yet implemented" not in str(method.__code__.co_consts)


@pytest.mark.parametrize("kind", EC2_KINDS, ids=lambda kind: kind.operation)
def test_there_are_none_for_none_can_be_made(cloud: Any, kind: Kind) -> None:
    ec2 = cloud.client("ec2")
    model = ec2.meta.service_model
    assert not [maker for maker in kind.makers if _is_offered(EC2Response, maker)]
    assert set(kind.makers) <= set(model.operation_names)
    operation = model.operation_model(kind.operation)
    assert kind.member in operation.output_shape.members
    assert not kind.ids or kind.ids in operation.input_shape.members


def test_an_empty_list_is_shown(cloud: Any) -> None:
    ec2, cloudwatch = cloud.client("ec2"), cloud.client("cloudwatch")
    assert ec2.describe_ipams()["Ipams"] == []
    assert ec2.describe_reserved_instances()["ReservedInstances"] == []
    assert [kind.member for kind in CLOUDWATCH_KINDS] == ["AnomalyDetectors", "Entries"]
    assert cloudwatch.describe_anomaly_detectors()["AnomalyDetectors"] == []
    assert cloudwatch.list_metric_streams()["Entries"] == []


def test_one_that_is_named_does_not_exist(cloud: Any, refused: Any) -> None:
    with refused("InvalidIpamId.NotFound", "ipam-1"):
        cloud.client("ec2").describe_ipams(IpamIds=["ipam-1"])
