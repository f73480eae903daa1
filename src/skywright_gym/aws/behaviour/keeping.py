"""What rules keep on one of moto's own backends, where it is copied, kept and forgotten with the rest.

Owns no content.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Kept(Generic[T]):
    """Something kept on each backend under a name; what `begin` makes where nothing is yet."""

    name: str
    begin: Callable[[], T]

    def __call__(self, backend: Any) -> T:
        found: T = vars(backend).setdefault(self.name, self.begin())
        return found
