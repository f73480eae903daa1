"""The catalogue against botocore's real models."""

import pytest

from skywright.clouds import base
from skywright.clouds.aws.catalogue import Catalogue
from skywright.errors import NotFound
from skywright.model.operation import Effect, Operation


@pytest.fixture(scope="module")
def catalogue() -> base.Catalogue:
    return Catalogue()


def test_knows_the_services_by_botocores_names(catalogue: base.Catalogue) -> None:
    services = catalogue.services()
    assert {"ec2", "elbv2", "cloudwatch", "iam"} <= set(services)
    assert len(services) > 400
    assert "RunInstances" in catalogue.operations("ec2")


def test_signature_of_run_instances(catalogue: base.Catalogue) -> None:
    signature = catalogue.signature(Operation("ec2", "RunInstances"))
    assert signature.effect is Effect.CREATE
    assert signature.input.required == {"MinCount", "MaxCount"}
    members = signature.input.members
    assert members["MinCount"].kind == "integer"
    assert members["ClientToken"].token
    assert members["UserData"].sensitive
    assert "t3.micro" in members["InstanceType"].choices
    instances = signature.output.members["Instances"]
    assert instances.kind == "list"
    assert instances.item is not None
    assert instances.item.members["LaunchTime"].kind == "timestamp"


def test_pages_are_the_members_that_grow(catalogue: base.Catalogue) -> None:
    assert catalogue.signature(Operation("ec2", "DescribeInstances")).pages == ("Reservations",)
    assert catalogue.signature(Operation("ec2", "RunInstances")).pages == ()


def test_streams_are_told(catalogue: base.Catalogue) -> None:
    assert catalogue.signature(Operation("s3", "PutObject")).streams
    assert not catalogue.signature(Operation("s3", "CreateBucket")).streams


def test_operation_without_input_takes_nothing(catalogue: base.Catalogue) -> None:
    signature = catalogue.signature(Operation("sts", "GetCallerIdentity"))
    assert signature.input.kind == "structure"
    assert signature.input.members == {}


def test_recursive_shapes_are_lazy(catalogue: base.Catalogue) -> None:
    shape = catalogue.signature(Operation("dynamodb", "PutItem")).input.members["Item"]
    for _ in range(50):
        assert shape.item is not None
        shape = shape.item.members["M"]
    assert shape.kind == "map"


def test_bounds_patterns_and_documents(catalogue: base.Catalogue) -> None:
    members = catalogue.signature(Operation("iam", "CreateRole")).input.members
    assert (members["RoleName"].minimum, members["RoleName"].maximum) == (1, 64)
    assert members["RoleName"].pattern == r"[\w+=,.@-]+"
    converse = catalogue.signature(Operation("bedrock-runtime", "Converse")).input
    assert converse.members["additionalModelRequestFields"].kind == "document"


def test_waiters_by_either_name(catalogue: base.Catalogue) -> None:
    waiter = catalogue.waiter(Operation("ec2", "instance_running"))
    assert waiter is catalogue.waiter(Operation("ec2", "InstanceRunning"))
    assert waiter.operation == Operation("ec2", "DescribeInstances")
    assert waiter.acceptors[0].matcher == "pathAll"
    assert waiter.acceptors[0].expected == "running"
    assert waiter.delay_seconds * waiter.attempts == 600


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (Operation("elb2", "CreateLoadBalancer"), "AWS has no service 'elb2'; nearest: elb"),
        (Operation("ec2", "RunInstance"), "ec2 has no operation 'RunInstance'; nearest: RunInstances"),
        (Operation("ec2", "runinstances"), "nearest: RunInstances"),
    ],
)
def test_what_is_not_there_names_the_nearest(catalogue: base.Catalogue, name: Operation, says: str) -> None:
    with pytest.raises(NotFound) as caught:
        catalogue.signature(name)
    assert says in str(caught.value)


def test_unknown_waiter_names_the_nearest(catalogue: base.Catalogue) -> None:
    with pytest.raises(NotFound, match="nearest: instance_running"):
        catalogue.waiter(Operation("ec2", "instance_runing"))
    with pytest.raises(NotFound, match="sts has no waiter"):
        catalogue.waiter(Operation("sts", "anything"))


def test_every_service_can_be_read_at_its_edges(catalogue: base.Catalogue) -> None:
    for service in ("s3", "lambda", "rds", "sqs", "sns", "route53", "dynamodb", "autoscaling"):
        for name in catalogue.operations(service):
            signature = catalogue.signature(Operation(service, name))
            assert signature.input.kind == signature.output.kind == "structure"
