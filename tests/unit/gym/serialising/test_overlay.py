"""What is laid over moto's serializers: only results, only where there is a plan, and taken off again."""

import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.serialize import (
    EC2Serializer,
    JSONSerializer,
    QuerySerializer,
    ResponseSerializer,
    XFormedAttributePicker,
)
from moto.core.utils import get_service_model
from tests.unit.gym.serialising.results import Bag
from tests.unit.gym.serialising.twins import answers

from skywright_gym import copying
from skywright_gym.aws import serialising
from skywright_gym.aws.serialising import plan


@pytest.fixture(autouse=True)
def by_plan() -> Iterator[None]:
    serialising.install()
    yield
    serialising.uninstall()


def _serializer(kind: Any, service: str, operation: str, transformers: Any = None) -> Any:
    model = get_service_model(service).operation_model(operation)
    return kind(model, value_picker=XFormedAttributePicker(response_transformers=transformers))


def test_it_can_be_laid_twice_and_taken_off() -> None:
    serialising.install()
    serialising.uninstall()
    assert ResponseSerializer._serialize_result.__module__ == "moto.core.serialize"
    assert ResponseSerializer._serialize_result.__qualname__ == "ResponseSerializer._serialize_result"


def test_a_transformer_that_comes_later_is_heeded() -> None:
    transformers: dict[str, Any] = {}
    result = {"KeyPairs": [{"KeyName": "k", "PublicKey": "secret"}]}
    for _ in range(2):
        serializer = _serializer(EC2Serializer, "ec2", "DescribeKeyPairs", transformers)
        moto, ours = answers(serializer, lambda: result)
        assert ours == moto
        assert ("secret" in ours["body"]) is not bool(transformers)
        transformers["KeyPairs.KeyPairInfo.PublicKey"] = lambda _: None
    transformers["KeyPairs.KeyPairInfo.PublicKey"] = lambda _: "another"
    moto, ours = answers(_serializer(EC2Serializer, "ec2", "DescribeKeyPairs", transformers), lambda: result)
    assert ours == moto
    assert "another" in ours["body"]


def test_objects_of_one_class_need_not_hold_the_same() -> None:
    addresses = [Bag(public_ip="1"), Bag(PublicIp="2"), Bag(), Bag(public_ip=None), {"public_ip": "3"}, Bag()]
    serializer = _serializer(EC2Serializer, "ec2", "DescribeAddresses")
    for _ in range(2):
        moto, ours = answers(serializer, lambda: {"Addresses": addresses})
        assert ours == moto
    assert [number in ours["body"] for number in (">1<", ">2<", ">3<")] == [True] * 3


def test_dictionaries_with_ever_new_keys_are_not_remembered_for_ever() -> None:
    serializer = _serializer(JSONSerializer, "ssm", "GetParameter")
    made = plan.made(serializer)
    assert made is not None
    for number in range(500):
        held = {"Parameter": {"Name": "a", f"other-{number}": 1}}
        assert made.write(held, serializer._value_picker) == {"Parameter": {"Name": "a"}}


def test_what_has_something_rare_is_left_to_moto() -> None:
    flattened = _serializer(QuerySerializer, "sqs", "GetQueueAttributes")
    assert plan.made(flattened) is None
    moto, ours = answers(flattened, lambda: {"Attributes": {"a": "<b>"}})
    assert ours == moto


def test_refusals_are_in_motos_own_words(cloud: Any) -> None:
    def refusals() -> list[Any]:
        told: list[Any] = []
        for service, method, arguments in (
            ("ec2", "describe_instances", {"InstanceIds": ["i-0123456789abcdef0"]}),
            ("elbv2", "describe_load_balancers", {"Names": ["<none>"]}),
            ("iam", "get_role", {"RoleName": "none"}),
            ("s3", "list_objects_v2", {"Bucket": "no-such-bucket"}),
            ("ssm", "get_parameter", {"Name": "/none"}),
            ("eks", "describe_cluster", {"name": "none"}),
        ):
            with pytest.raises(ClientError) as error:
                getattr(cloud.client(service), method)(**arguments)
            answer = error.value.response
            told.append((answer["Error"], answer["ResponseMetadata"]["HTTPStatusCode"]))
        return told

    ours = refusals()
    serialising.uninstall()
    assert refusals() == ours


def test_nothing_of_it_gets_into_a_copy_of_the_account(cloud: Any) -> None:
    cloud.run(2)
    ec2 = cloud.client("ec2")
    ec2.describe_instances()  # by which they are running, and no longer about to
    before = len(copying.dumps(cloud.world))
    for _ in range(2):
        ec2.describe_instances()
        ec2.describe_network_interfaces()
    kept = copying.dumps(cloud.world)
    assert len(kept) == before
    assert b"serialising" not in kept
    assert pickle.loads(kept)
