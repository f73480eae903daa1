"""What was struck out of a trace is asked for again, not performed as if it were a value."""

from dataclasses import replace

from skywright.clouds.aws.catalogue import Catalogue
from skywright.engine.struck import given_again, without_secrets
from skywright.journal.redact import STRUCK
from skywright.model.operation import Operation
from skywright.model.program import Program, Step

RUN = Operation("ec2", "RunInstances")


def test_each_becomes_a_parameter_without_a_value() -> None:
    steps = [Step(id, RUN, arguments={"UserData": STRUCK, "MaxCount": 1}) for id in ("one", "two")]
    program = given_again(Program("p", (*steps,)), Catalogue())
    assert [(each.name, each.value) for each in program.parameters] == [
        ("user_data", None),
        ("user_data_again", None),
    ]
    assert [step.arguments["UserData"] for step in program.steps] == ["${user_data}", "${user_data_again}"]


def test_however_deep_and_with_whatever_around_it() -> None:
    deep = {"LaunchTemplateData": {"UserData": f"export KEY={STRUCK}"}, "Names": ["a", STRUCK]}
    program = given_again(Program("p", (Step("user_data", RUN, arguments=deep),)), Catalogue())
    assert program.steps[0].arguments == {
        "LaunchTemplateData": {"UserData": "${user_data_again}"},
        "Names": ["a", "${names}"],
    }


def test_what_holds_no_secret_is_left_alone() -> None:
    program = Program("p", (Step("vm", RUN, arguments={"MaxCount": 1}),))
    assert given_again(program, Catalogue()) is program


def test_what_is_written_down_asks_for_what_the_models_call_sensitive() -> None:
    arguments = {"UserData": "c2VzYW1l", "InstanceType": "t3.micro"}
    bare = without_secrets(Program("p", (Step("vm", RUN, arguments=arguments),)), Catalogue())
    assert bare.steps[0].arguments == {"UserData": "${user_data}", "InstanceType": "t3.micro"}
    assert [(each.name, each.value) for each in bare.parameters] == [("user_data", None)]


def test_a_file_that_was_passed_on_is_asked_for_and_not_written_empty() -> None:
    put = Step("put", Operation("s3", "PutObject"), arguments={"Bucket": "b", "Key": "k"})
    program = given_again(Program("p", (put,)), Catalogue())
    assert program.steps[0].arguments["Body"] == "${body}"
    (asked,) = program.parameters
    assert asked.value is None and "base64" in asked.description
    held = replace(put, arguments={**put.arguments, "Body": "aGVsbG8="})
    assert given_again(Program("p", (held,)), Catalogue()).parameters == ()
