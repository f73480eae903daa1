"""How things of types that no table knows are made again, as the API models say: `Create…` of their noun.

Only where a description has, under the same names, all that the creation needs.
"""

from skywright.clouds.aws.back import taken_by
from skywright.clouds.aws.models import input_shape, operation_model, operation_names, required_members
from skywright.clouds.aws.remaking.draft import Draft, Recipe
from skywright.model.operation import Operation
from skywright.model.resource import Resource


def recipe(resource: Resource) -> Recipe:
    """The one call that makes such a thing, if there is one."""
    operation = _creation(resource.type)
    model = None if operation is None else operation_model(operation)
    if operation is None or model is None:
        return (), ("nothing is known to make such a thing",)
    arguments = taken_by(operation, resource.properties)
    missing = sorted(required_members(input_shape(model)) - arguments.keys())
    if missing:
        return (), (f"its description lacks {missing[0]}, which {operation} needs",)
    return (Draft(operation, arguments),), ()


def _creation(type: str) -> Operation | None:
    service, _, kind = type.partition(":")
    wanted = f"create{kind.replace('-', '')}"
    found = [name for name in operation_names(service) if name.lower() == wanted]
    return Operation(service, found[0]) if found else None
