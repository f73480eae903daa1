"""Botocore's API models, loaded once a process. Owns the loading; knows nothing of what operations mean."""

from functools import cache
from typing import cast

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

from skywright.model.operation import Operation


@cache
def loader() -> Loader:
    """The one loader: of the models that ship with botocore, and of any in `~/.aws/models`."""
    return Loader()


@cache
def service_names() -> tuple[str, ...]:
    """Every service that has a model, sorted."""
    return tuple(loader().list_available_services("service-2"))


@cache
def service_model(service: str) -> ServiceModel | None:
    """The model of a service in its newest version; None if there is no such service."""
    if service not in service_names():
        return None
    try:
        return ServiceModel(loader().load_service_model(service, "service-2"), service)
    except UnknownServiceError:
        return None


def operation_model(operation: Operation) -> OperationModel | None:
    """The model of an operation; None if there is no such operation."""
    if operation.name not in operation_names(operation.service):
        return None
    model = service_model(operation.service)
    return None if model is None else model.operation_model(operation.name)


@cache
def operation_names(service: str) -> frozenset[str]:
    """Every operation of a service; empty if there is no such service."""
    model = service_model(service)
    return frozenset() if model is None else frozenset(cast(list[str], model.operation_names))


def members(shape: Shape | None) -> dict[str, Shape]:
    """The members of a structure by name; empty for anything else."""
    # botocore computes its properties lazily, by a descriptor that type checkers cannot see through.
    return cast(dict[str, Shape], shape.members) if isinstance(shape, StructureShape) else {}


def required_members(shape: Shape | None) -> frozenset[str]:
    """The members that a structure cannot be without."""
    if not isinstance(shape, StructureShape):
        return frozenset()
    return frozenset(cast(dict[str, list[str]], shape.metadata).get("required", ()))


def item(shape: Shape | None) -> Shape | None:
    """What a list or the values of a map are made of; None for anything else."""
    if isinstance(shape, ListShape):
        return cast(Shape, shape.member)
    return cast(Shape, shape.value) if isinstance(shape, MapShape) else None


def input_shape(model: OperationModel) -> StructureShape | None:
    """What the operation takes; None if it takes nothing."""
    return cast(StructureShape | None, model.input_shape)


def output_shape(model: OperationModel) -> StructureShape | None:
    """What the operation gives; None if it gives nothing."""
    return cast(StructureShape | None, model.output_shape)
