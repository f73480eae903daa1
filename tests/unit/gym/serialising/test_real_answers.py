"""All that can be read of a full account: to the byte what moto's own serializers make of the same."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.validate import ParamValidator
from moto.core.serialize import EC2Serializer, ResponseSerializer, XFormedAttributePicker
from moto.core.utils import get_service_model
from moto.ec2.models import ec2_backends
from moto.ec2.responses import EC2Response
from tests.unit.gym.serialising import account
from tests.unit.gym.serialising.twins import answers

from skywright_gym.aws import lookups, serialising
from skywright_gym.physics import quotas

SERVICES = (
    *("ec2", "elb", "elbv2", "iam", "s3", "autoscaling", "ssm", "sts", "cloudwatch"),
    *("dynamodb", "route53", "sqs", "sns", "logs", "ecs", "eks", "iot", "backup"),
)
_READS = ("Describe", "List", "Get", "Scan")


@dataclass
class Witness:
    """Stands beside every serializer and compares what both ways give."""

    seen: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    differing: list[str] = field(default_factory=list[str])

    def beside(self, serialize: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def witnessed(serializer: Any, result: Any) -> Any:
            if not isinstance(result, Exception):
                result = _held_fast(result)
                self._compare(serializer, result)
            return serialize(serializer, result)

        return witnessed

    def _compare(self, serializer: Any, result: Any) -> None:
        kind, name = type(serializer).__name__, serializer.operation_name
        moto, ours = answers(serializer, lambda: result)
        self.seen.setdefault(kind, set()).add(name)
        if moto != ours:
            self.differing.append(f"{kind} {name}")


def _held_fast(result: Any) -> Any:
    """What can be gone through but once, as a list: it is written three times here."""
    if type(result) is not dict:
        return result
    return {key: list(value) if isinstance(value, Iterator) else value for key, value in result.items()}


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Iterator[Witness]:
    serialising.install()
    made = Witness()
    monkeypatch.setattr(ResponseSerializer, "serialize", made.beside(ResponseSerializer.serialize))
    yield made
    serialising.uninstall()


def _reads(client: Any) -> Iterator[Callable[[], Any]]:
    """All that may be asked without an argument."""
    model = client.meta.service_model
    for method, name in client.meta.method_to_api_mapping.items():
        shape = model.operation_model(name).input_shape
        needs_nothing = shape is None or not ParamValidator().validate({}, shape).has_errors()
        if name.startswith(_READS) and needs_nothing:
            yield getattr(client, method)


@pytest.mark.slow
def test_all_that_can_be_read_is_written_as_moto_writes_it(cloud: Any, witness: Witness) -> None:
    made = account.fill(cloud)
    for service in SERVICES:
        for read in _reads(cloud.client(service)):
            # Refused, not implemented or a failure of moto's: only what was written is looked at.
            with suppress(Exception):
                read()
    for service, method, arguments in account.questions(made):
        getattr(cloud.client(service), method)(**arguments)
    assert witness.differing == []
    least = {"EC2Serializer": 80, "QuerySerializer": 60, "S3Serializer": 5, "RestXMLSerializer": 5}
    least |= {"JSONSerializer": 25, "RestJSONSerializer": 10}
    assert {kind: len(witness.seen[kind]) for kind in least if len(witness.seen[kind]) < least[kind]} == {}


def _told(cloud: Any, question: tuple[str, str, dict[str, Any]]) -> Any:
    service, method, arguments = question
    told = getattr(cloud.client(service), method)(**arguments)
    told.pop("ResponseMetadata")
    return told


@pytest.mark.slow
def test_a_client_reads_the_same(cloud: Any) -> None:
    """Asked twice, once each way, as far as what is asked for stays what it is."""
    questions = account.questions(account.fill(cloud))
    cloud.wait(86_400)
    for question in (*questions, ("ec2", "describe_instances", {}), ("ec2", "describe_volumes", {})):
        moto = _told(cloud, question)
        serialising.install()
        ours = _told(cloud, question)
        serialising.uninstall()
        assert ours == moto, question


def _seconds(read: Callable[[], Any]) -> float:
    taken: list[float] = []
    for _ in range(3):
        started = time.perf_counter()
        read()
        taken.append(time.perf_counter() - started)
    return min(taken)


@pytest.mark.slow
def test_many_machines_take_a_fraction_of_the_time_and_no_more_than_their_share(cloud: Any) -> None:
    quotas.change(cloud.world, {"enforced": False})
    lookups.install()
    for _ in range(4):
        cloud.run(100)
    backend = ec2_backends[cloud.world.account_id]["eu-west-1"]
    operation = get_service_model("ec2").operation_model("DescribeInstances")
    transformers = EC2Response.RESPONSE_KEY_PATH_TO_TRANSFORMER

    def write(reservations: int) -> dict[str, Any]:
        picker = XFormedAttributePicker(response_transformers=transformers)
        held = {"Reservations": backend.describe_instances()[:reservations]}
        return EC2Serializer(operation, value_picker=picker).serialize(held)

    moto_seconds = _seconds(lambda: write(1))
    serialising.install()
    one, four = _seconds(lambda: write(1)), _seconds(lambda: write(4))
    serialising.uninstall()
    assert moto_seconds / one > 4
    assert four / one < 8
