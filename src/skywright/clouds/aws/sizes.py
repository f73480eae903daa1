"""The size that a call gives a group or a fleet of machines. Judges nothing."""

from collections.abc import Sequence
from typing import Final

from skywright.clouds.aws.template import find
from skywright.model.operation import Operation
from skywright.model.values import Arguments, Value, is_list, is_object

_SIZES: Final = (
    "DesiredCapacity", "MaxSize", "TargetCapacitySpecification.TotalTargetCapacity", "TargetCapacity",
)  # fmt: skip
"""Where calls say a size, or one that it cannot be above."""
_RESIZES: Final = frozenset(
    {
        "autoscaling:SetDesiredCapacity",
        "autoscaling:UpdateAutoScalingGroup",
        "ec2:ModifyFleet",
        "ec2:ModifySpotFleetRequest",
    }
)
_KEPT: Final = frozenset({"no-termination", "noTermination"})


def wanted_size(arguments: Arguments) -> Value:
    """How many machines are left at most; a text if that is known only later, None if the size stays."""
    policy = arguments.get("ExcessCapacityTerminationPolicy")
    if policy in _KEPT:
        return None
    said = [size for size in (find(path, arguments) for path in _SIZES) if size is not None]
    numbers = [size for size in said if isinstance(size, int)]
    return min(numbers) if len(numbers) == len(said) and numbers else (str(said) if said else None)


def shrinks(operation: Operation, arguments: Arguments, before: Value) -> Value:
    """Whether a group or fleet becomes smaller than it is described; None if the call sets no size."""
    wanted = wanted_size(arguments) if str(operation) in _RESIZES else None
    if wanted is None:
        return None
    sizes = [size for path in _SIZES if path != "MaxSize" for size in _found(path, before)]
    return "unknown" if not isinstance(wanted, int) or not sizes else wanted < max(sizes)


def _found(path: str, value: Value) -> Sequence[int]:
    found: list[int] = []
    if is_object(value):
        here = find(path, value)
        found += [here] if isinstance(here, int) else []
        for inner in value.values():
            found += _found(path, inner)
    elif is_list(value):
        for inner in value:
            found += _found(path, inner)
    return found
