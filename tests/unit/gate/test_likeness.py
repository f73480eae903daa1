"""When a call is a step: what makes no difference, and what does."""

import pytest

from skywright.clouds.aws.catalogue import Catalogue
from skywright.clouds.aws.wire.wire import Wire
from skywright.clouds.wire import Understood
from skywright.errors import Refused
from skywright.gate.binding import Binding
from skywright.gate.likeness import form, left_out
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.values import Value

CATALOGUE = Catalogue()


def same(operation: str, one: dict[str, Value], other: dict[str, Value]) -> bool:
    signature = CATALOGUE.signature(Operation.parse(operation))
    apart = left_out(signature, frozenset())
    return form(one, signature, apart) == form(other, signature, apart)


def test_the_order_of_a_list_makes_no_difference() -> None:
    attributes: list[Value] = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    do = "elbv2:ModifyLoadBalancerAttributes"
    assert same(do, {"Attributes": attributes}, {"Attributes": attributes[::-1]})
    assert same("ec2:StopInstances", {"InstanceIds": ["i-1", "i-2"]}, {"InstanceIds": ["i-2", "i-1"]})


def test_what_is_in_it_and_how_often_does() -> None:
    do = "ec2:StopInstances"
    assert not same(do, {"InstanceIds": ["i-1"]}, {"InstanceIds": ["i-1", "i-1"]})
    assert not same(do, {"InstanceIds": ["i-1", "i-2"]}, {"InstanceIds": ["i-1", "i-3"]})


def test_what_a_client_adds_beside_a_step_is_not_sent() -> None:
    """An empty list counts as none, and yet it clears what is there in some services' eyes."""
    do = Operation.parse("lambda:UpdateFunctionConfiguration")
    program = Program(
        "p", (Step("s", do, arguments={"FunctionName": "f", "Timeout": 9}),), region="eu-west-1"
    )
    binding = Binding(program, "run", CATALOGUE, Wire())
    asked: dict[str, Value] = {
        "FunctionName": "f",
        "Timeout": 9,
        "Layers": [],
        "VpcConfig": {"SubnetIds": []},
    }
    with pytest.raises(Refused, match=r"is not a step"):
        binding.match(Understood(do, "eu-west-1", asked, "rest-json"), "")
    del asked["VpcConfig"]
    piece = binding.match(Understood(do, "eu-west-1", asked, "rest-json"), "")
    assert binding.arguments(piece, asked) == {"FunctionName": "f", "Timeout": 9}
