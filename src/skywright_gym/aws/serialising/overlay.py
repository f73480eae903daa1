"""Lays our way of writing results over moto's serializers. Owns the plans that were made, one for each
operation that was asked for; knows nothing of how they are carried out.

The plans refer to shapes and classes only, never to anything of an account, and nothing of an account
refers to them: they live as long as the process and are in no pickle.
"""

from collections.abc import Callable
from typing import Any

from moto.core.serialize import BaseRestSerializer, ResponseSerializer, XFormedAttributePicker

from skywright_gym.aws.serialising import plan
from skywright_gym.aws.serialising.dialect import DIALECTS
from skywright_gym.aws.serialising.plan import Plan

_HOOK, _MARK = "_serialize_result", "skywright_original"
Original = Callable[[Any, Any, Any], Any]


class _Plans:
    """The plans made so far; None stands for an operation that moto is to write itself."""

    def __init__(self) -> None:
        self._made: dict[tuple[type, str, str], tuple[tuple[str, ...], Plan | None]] = {}

    def of(self, serializer: Any) -> Plan | None:
        kind, picker, operation = type(serializer), serializer._value_picker, serializer.operation_model
        if kind not in DIALECTS or type(picker) is not XFormedAttributePicker or serializer.pretty_print:
            return None
        key = (kind, operation.service_model.service_name, operation.name)
        # moto adds transformers while it runs.
        paths = tuple(picker.response_transformers)
        held = self._made.get(key)
        if held is None or held[0] != paths:
            held = self._made[key] = (paths, plan.made(serializer))
        return held[1]


def install() -> None:
    """Make moto's serializers write results by a plan where there can be one.

    Plans remember what classes have, so this comes after whatever changes moto's classes; laid again, it
    begins with no plans.
    """
    plans = _Plans()
    for owner in (ResponseSerializer, BaseRestSerializer):
        hook = vars(owner)[_HOOK]
        setattr(owner, _HOOK, _planned(getattr(hook, _MARK, hook), plans))


def uninstall() -> None:
    """Let moto write all results itself again."""
    for owner in (ResponseSerializer, BaseRestSerializer):
        hook = vars(owner)[_HOOK]
        setattr(owner, _HOOK, getattr(hook, _MARK, hook))


def _planned(original: Original, plans: _Plans) -> Original:
    def serialize_result(self: Any, resp: Any, result: Any) -> Any:
        found = plans.of(self) if result is not None else None
        return original(self, resp, result) if found is None else found.answer(self, resp, result)

    setattr(serialize_result, _MARK, original)
    return serialize_result
