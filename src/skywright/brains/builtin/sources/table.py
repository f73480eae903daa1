"""Finds a slot's source by the name that recipes use: `module.function`."""

from types import ModuleType
from typing import cast

from skywright.brains.builtin.filling import Source
from skywright.brains.builtin.sources import changes, creating, disks, machines, network, reading, sizes

_MODULES: dict[str, ModuleType] = {
    "changes": changes,
    "creating": creating,
    "disks": disks,
    "machines": machines,
    "network": network,
    "reading": reading,
    "sizes": sizes,
}


def source(name: str) -> Source:
    """The source of that name; a name that does not exist is a fault of the library."""
    module, _, function = name.partition(".")
    return cast(Source, getattr(_MODULES[module], function))
