"""One result, put into words by moto's own serializer and by ours: what each of them gives, or raises."""

from collections.abc import Callable
from typing import Any

from moto.core.serialize import XFormedAttributePicker

_ORIGINAL = "skywright_original"


def answers(serializer: Any, result: Callable[[], Any]) -> tuple[Any, Any]:
    """(moto's answer, ours); an exception counts as an answer. The serializer is not used itself.

    `result` is called for each: looking at a result may change it.
    """

    def fresh() -> Any:
        picker = XFormedAttributePicker(response_transformers=serializer._value_picker.response_transformers)
        return type(serializer)(serializer.operation_model, serializer.context, False, picker)

    ours = type(serializer)._serialize_result
    return _outcome(getattr(ours, _ORIGINAL), fresh(), result()), _outcome(ours, fresh(), result())


def _outcome(serialize: Any, serializer: Any, result: Any) -> Any:
    try:
        return serialize(serializer, serializer._create_default_response(), result)
    except Exception as error:  # noqa: BLE001 - any failure must be the same failure
        return type(error).__name__, str(error)
