"""What AWS offers: operations, waiters and their types, from botocore's own models.

Owns the translation of those models into `model.shape` and `clouds.base`; what an operation does
to the world is asked of `effect_of`. Must not know any service by name. A service's model is read
when first asked for (EC2, the largest, takes some 0.2 s) and kept for the life of the process.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from botocore import xform_name
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationModel
from rapidfuzz import fuzz, process

from skywright.clouds.aws import effect_names, models
from skywright.clouds.aws.shapes import Shape
from skywright.clouds.calling import Acceptor, Waiter
from skywright.errors import NotFound
from skywright.model.operation import Effect, Operation
from skywright.model.shape import Signature
from skywright.model.values import Value

_NEAREST = 3


class Catalogue:
    """The operations and waiters of every service that botocore has a model of.

    Services are named as botocore names them (`elbv2`, `cloudwatch`), waiters as boto3 does
    (`ec2:instance_running`; the model's own `InstanceRunning` is understood too).
    """

    def __init__(self, effect_of: Callable[[Operation], Effect] = effect_names.effect) -> None:
        self._effect_of = effect_of
        self._signatures: dict[Operation, Signature] = {}
        self._waiters: dict[str, dict[str, Waiter]] = {}
        self._pages: dict[str, Mapping[str, tuple[str, ...]]] = {}

    def services(self) -> Sequence[str]:
        return models.service_names()

    def operations(self, service: str) -> Sequence[str]:
        """The operations of a service.

        Raises:
            NotFound: No such service; the sentence names the nearest that exist.
        """
        model = models.service_model(service)
        if model is None:
            raise NotFound(_missing("AWS has no service", service, tuple(self.services())))
        return tuple(cast(list[str], model.operation_names))

    def signature(self, operation: Operation) -> Signature:
        known = self._signatures.get(operation)
        if known is None:
            model = models.operation_model(operation)
            if model is None:
                names = tuple(self.operations(operation.service))
                raise NotFound(_missing(f"{operation.service} has no operation", operation.name, names))
            known = self._signature(operation, model)
            self._signatures[operation] = known
        return known

    def waiter(self, name: Operation) -> Waiter:
        self.operations(name.service)
        waiters = self._waiters.get(name.service)
        if waiters is None:
            waiters = _waiters(name.service)
            self._waiters[name.service] = waiters
        found = waiters.get(name.name) or waiters.get(xform_name(name.name))
        if found is None:
            raise NotFound(_missing(f"{name.service} has no waiter", name.name, tuple(waiters)))
        return found

    def waiters(self, service: str) -> Sequence[Waiter]:
        """Every waiter of a service, empty if it has none.

        Raises:
            NotFound: No such service.
        """
        self.operations(service)
        if service not in self._waiters:
            self._waiters[service] = _waiters(service)
        return tuple(self._waiters[service].values())

    def _signature(self, operation: Operation, model: OperationModel) -> Signature:
        if operation.service not in self._pages:
            self._pages[operation.service] = _pages(operation.service)
        return Signature(
            operation=operation,
            effect=self._effect_of(operation),
            input=Shape(model.input_shape),
            output=Shape(model.output_shape),
            pages=self._pages[operation.service].get(operation.name, ()),
            streams=bool(
                model.has_streaming_input
                or model.has_streaming_output
                or model.has_event_stream_input
                or model.has_event_stream_output
            ),
            stream=_stream(model),
            documentation=str(model.documentation or ""),
        )


def _extra(service: str, kind: str) -> dict[str, Any]:
    """A further model file of a service; empty if it has none."""
    try:
        return cast(dict[str, Any], models.loader().load_service_model(service, kind))
    except UnknownServiceError:
        return {}


def _pages(service: str) -> dict[str, tuple[str, ...]]:
    pages: dict[str, tuple[str, ...]] = {}
    for operation, page in _extra(service, "paginators-1").get("pagination", {}).items():
        keys = page.get("result_key", ())
        pages[operation] = (keys,) if isinstance(keys, str) else tuple(keys)
    return pages


def _waiters(service: str) -> dict[str, Waiter]:
    waiters: dict[str, Waiter] = {}
    for name, row in _extra(service, "waiters-2").get("waiters", {}).items():
        acceptors = tuple(
            Acceptor(
                state=str(rule["state"]),
                matcher=str(rule["matcher"]),
                argument=str(rule.get("argument", "")),
                expected=cast(Value, rule["expected"]),
            )
            for rule in row["acceptors"]
        )
        snake = str(xform_name(name))
        waiters[snake] = Waiter(
            name=snake,
            operation=Operation(service, str(row["operation"])),
            acceptors=acceptors,
            delay_seconds=float(row["delay"]),
            attempts=int(row["maxAttempts"]),
        )
    return waiters


@lru_cache(maxsize=1024)
def _missing(what: str, name: str, names: tuple[str, ...]) -> str:
    """One sentence that says what is missing and names what comes nearest."""
    found = nearest(name, names)
    tail = f"; nearest: {', '.join(found)}" if found else ""
    return f"{what} '{name}'{tail}"


def nearest(name: str, names: Sequence[str]) -> tuple[str, ...]:
    """The few names most like `name`, the likest first, whatever their case; empty if none is like it."""
    found = process.extract(
        name, names, scorer=fuzz.ratio, processor=str.lower, limit=_NEAREST, score_cutoff=55
    )
    return tuple(str(row[0]) for row in found)


def _stream(model: Any) -> str:
    return str(model.input_shape.serialization["payload"]) if model.has_streaming_input else ""
