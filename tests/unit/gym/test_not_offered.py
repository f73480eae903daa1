"""What the gym does not offer, it says at once, in the protocol's own shape, and never as a 500."""

import time

import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

LEGACY = {"retries": {"mode": "legacy", "max_attempts": 4}}

NOT_OFFERED = [
    ("ec2", "describe_host_reservation_offerings", {}),
    ("elbv2", "describe_trust_store_revocations", {"TrustStoreArn": "a" * 30}),
    ("iam", "simulate_custom_policy", {"PolicyInputList": ["{}"], "ActionNames": ["a:b"]}),
    ("autoscaling", "describe_traffic_sources", {"AutoScalingGroupName": "a"}),
    ("ssm", "describe_inventory_deletions", {}),
    ("cloudwatch", "get_metric_widget_image", {"MetricWidget": "{}"}),
    ("lambda", "get_account_settings", {}),
    ("health", "describe_entity_aggregates", {}),
    ("outposts", "list_sites", {}),
    ("pricing", "describe_services", {}),
]


@pytest.fixture(scope="module")
def account(gym):
    made = gym.fresh_account()
    made.client("s3", "us-east-1").create_bucket(Bucket="some-bucket")
    return made


@pytest.mark.parametrize(("service", "operation", "arguments"), NOT_OFFERED, ids=lambda v: str(v)[:40])
def test_an_operation_that_is_not_offered(account, service, operation, arguments):
    started = time.monotonic()
    with pytest.raises(ClientError) as refused:
        getattr(account.client(service, **LEGACY), operation)(**arguments)
    assert time.monotonic() - started < 10
    told = refused.value.response
    assert told["ResponseMetadata"]["HTTPStatusCode"] in (400, 404)
    assert told["ResponseMetadata"].get("RetryAttempts", 0) == 0
    assert told["Error"]["Code"] == "UnsupportedOperation", told
    assert "does not offer" in told["Error"]["Message"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "service", ["ec2", "elbv2", "iam", "sts", "ssm", "cloudwatch", "autoscaling", "health"]
)
def test_every_operation_without_arguments_answers_or_refuses_but_never_fails(account, service):
    """All operations that need no argument: a result or a 4xx, without one try again."""
    client = account.client(service, **LEGACY)
    model = botocore.session.get_session().get_service_model(service)
    broken = []
    for name in model.operation_names:
        operation = model.operation_model(name)
        shape = operation.input_shape
        if shape is not None and ParamValidator().validate({}, shape).has_errors():
            continue
        method = next(m for m, api in client.meta.method_to_api_mapping.items() if api == name)
        try:
            getattr(client, method)()
        except ClientError as refused:
            told = refused.response
            status = told["ResponseMetadata"]["HTTPStatusCode"]
            if (
                status >= 500
                or told["ResponseMetadata"].get("RetryAttempts", 0)
                or not told["Error"].get("Code")
            ):
                broken.append((name, status, told["Error"]))
    assert not broken
