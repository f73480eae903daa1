"""The options that are written are those that the real `aws` has, and mean there what they say."""

from typing import Any

import pytest
from awscli.clidriver import create_clidriver

from skywright.clouds.aws.catalogue import Catalogue
from skywright.errors import NotFound
from skywright.model.operation import Operation
from skywright.program.emit.flags import _CUSTOM_NEGATIVES, is_custom, option

SERVICES = ["ec2", "elbv2", "autoscaling", "cloudwatch", "iam", "ssm", "sts"]
PLAIN = {"CLIArgument", "ListArgument", "BooleanArgument", "PositiveBooleanArgument"}


@pytest.fixture(scope="module")
def commands() -> Any:
    return create_clidriver()._get_command_table()


@pytest.mark.parametrize("service", SERVICES)
def test_plain_options_exist(commands: Any, service: str) -> None:
    catalogue = Catalogue()
    wrong: list[str] = []
    for command in commands[service]._get_command_table().values():
        model = getattr(command, "_operation_model", None)
        if model is None or not hasattr(command, "arg_table"):
            continue
        operation = Operation(service, model.name)
        try:
            members = catalogue.signature(operation).input.members
        except NotFound:
            continue
        known = set(model.input_shape.members) if model.input_shape else set()
        for member, shape in members.items():
            if member not in known or is_custom(operation, member):
                continue
            name = option(member).removeprefix("--")
            found = command.arg_table.get(name)
            if found is None or type(found).__name__ not in PLAIN:
                wrong.append(f"{operation}.{member}: {type(found).__name__}")
            if (
                shape.kind == "boolean"
                and member not in _CUSTOM_NEGATIVES
                and f"no-{name}" not in command.arg_table
            ):
                wrong.append(f"{operation}.{member}: no negative")
    assert wrong == []
