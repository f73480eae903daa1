"""What a request wants of a configuration, and what it may ask of the cloud to know. Owns the types alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from skywright.model.values import Value
from skywright.program.emit.hcl.configuration import Resource
from skywright.program.emit.hcl.nodes import Node


@dataclass(frozen=True, slots=True)
class Present:
    """Something that is in the cloud and in no configuration.

    Attributes:
        imported: by what Terraform brings it in; empty if it cannot.
    """

    arguments: Mapping[str, Node]
    imported: str


Look = Callable[[str, Mapping[str, Value]], Present | None]
"""Tells what is there: of a type, by its `id` or by some of its arguments; None if it cannot be told."""


@dataclass
class Wanted:
    """What the request names, by the resources' keys; a plan may hold this and nothing else.

    Attributes:
        changed: the arguments of each; of a map of which only some keys are named, those: `tags.Name`.
        removed: as they were.
        brought: were in no configuration before.
    """

    made: set[str] = field(default_factory=set[str])
    changed: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    replaced: set[str] = field(default_factory=set[str])
    removed: dict[str, Resource] = field(default_factory=dict[str, Resource])
    brought: dict[str, Resource] = field(default_factory=dict[str, Resource])

    def keys(self, key: str, name: str) -> frozenset[str]:
        """The keys of a map that are named, where it is not named as a whole."""
        within = f"{name}."
        named = self.changed.get(key, ())
        return frozenset(each.removeprefix(within) for each in named if each.startswith(within))

    @property
    def touched(self) -> set[str]:
        """The keys of what is in the configuration afterwards and is made, changed or replaced."""
        return self.made | set(self.changed) | self.replaced
