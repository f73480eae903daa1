"""Whatever a result holds, and however it is held: ours are the very bytes of moto's own serializers."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from moto.core.serialize import SERIALIZERS, XFormedAttributePicker, get_serializer_class
from moto.core.utils import get_service_model
from tests.unit.gym.serialising.results import Results
from tests.unit.gym.serialising.twins import answers

from skywright_gym.aws import serialising
from skywright_gym.aws.serialising import plan

SERVICES = (
    *("ec2", "elb", "elbv2", "iam", "sts", "autoscaling", "cloudformation", "rds", "sns", "elasticache"),
    *("ssm", "dynamodb", "ecs", "logs", "kms", "cloudwatch", "sqs", "servicecatalog", "glue"),
    *("eks", "lambda", "iot", "backup", "batch", "apigateway"),
    *("s3", "s3control", "route53", "cloudfront"),
)
_PER_SERVICE = 40
_FORMER = {
    "Tags": lambda value: value if value not in [None, "", {}, []] else None,
    "Instance.State": lambda _: {"Code": 0, "Name": "pending"},
}


@pytest.fixture(autouse=True)
def by_plan() -> Iterator[None]:
    serialising.install()
    yield
    serialising.uninstall()


def _serializers(service: str) -> Iterator[Any]:
    """One for each operation and protocol of a service."""
    model = get_service_model(service)
    protocols = model.metadata.get("protocols", [model.metadata["protocol"]])
    for name in model.operation_names:
        operation = model.operation_model(name)
        if operation.output_shape is None or operation.has_event_stream_output:
            continue
        for protocol in protocols:
            if protocol in SERIALIZERS:
                kind = get_serializer_class(service, protocol)
                yield kind(operation, value_picker=XFormedAttributePicker(response_transformers=_FORMER))


def _result(serializer: Any, seed: int) -> Any:
    shape = serializer.operation_model.output_shape
    # moto looks at what is the whole body twice, and throws the first away.
    return Results(seed, changing="payload" not in shape.serialization).structure(shape)


@pytest.mark.parametrize("service", SERVICES)
def test_a_random_result_is_written_as_moto_writes_it(service: str) -> None:
    everything = list(_serializers(service))
    chosen = random.Random(service).sample(everything, min(_PER_SERVICE, len(everything)))
    for number, serializer in enumerate(chosen):
        for again in range(4):
            seed = number * 10 + again
            moto, ours = answers(serializer, lambda: _result(serializer, seed))  # noqa: B023
            assert ours == moto, f"{type(serializer).__name__} {serializer.operation_name} seed {seed}"


@pytest.mark.parametrize("service", SERVICES)
def test_nearly_all_answers_are_written_by_a_plan(service: str) -> None:
    serializers = [s for s in _serializers(service) if type(s) in plan.DIALECTS]
    planned = [s.operation_name for s in serializers if plan.made(s) is not None]
    left = {s.operation_name for s in serializers} - set(planned)
    assert len(planned) >= 0.8 * len(serializers), left
